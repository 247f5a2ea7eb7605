//! A seed's stage in the game's process: its line to the arena, its seats, its player, and what they do.
//!
//! The storm is between library and provider; the player's own way to the provider is round it, for a browser's troubles are
//! not what is tried here.

use std::time::{Duration, Instant};

use practice_provider::{Fetch, Player, fetch};
use support::ffi::*;
use support::{ConfigBuilder, Login, Status};

use crate::dice::Dice;
use crate::judge::Facts;
use crate::line::{Line, Verdict};
use crate::seat::Seat;
use crate::vault;

pub const GAME: &str = "chaos-game";
const ADA: &str = "Ada Lovelace";
/// What a player gets in a storm. Short, so that a sign-in that waits for what never comes ends in its own time-out.
const LOGIN_MS: u32 = 4000;
/// And in calm weather, on a machine that is busy with thirty others.
const CALM_LOGIN_MS: u32 = 30_000;
/// The end of a login: its time-out, and what a busy machine adds.
pub const LOGIN: Duration = Duration::from_secs(4 + 6);
/// One request that hangs (10 s), the retries of the others (5 s), the turns of two clients of one slot at it (twice), and what a
/// busy machine adds.
pub const PATIENCE: Duration = Duration::from_secs(45);

/// Everything that a play needs.
pub struct Scene {
    pub seed: u64,
    pub dice: Dice,
    pub line: Line,
    issuer: String,
    direct: String,
    player: Player,
    pub facts: Facts,
    story: Vec<(Instant, String)>,
    began: Instant,
}

/// How a seed went.
pub struct Ending {
    /// Nothing, or what was wrong.
    pub outcome: Result<(), String>,
    /// What was done and seen.
    pub story: String,
    /// Which request met which fault.
    pub faults: Vec<String>,
    /// How the attempts under the storm ended, as names of results.
    pub endings: Vec<&'static str>,
}

impl Scene {
    pub fn set(port: u16, seed: u64) -> Result<Self, String> {
        let mut line = Line::to(port)?;
        let (issuer, direct) = line.begin(seed)?;
        let (dice, player) = (Dice::of(seed, "host"), Player::new());
        let (facts, story, began) = (Facts::default(), Vec::new(), Instant::now());
        Ok(Self { seed, dice, line, issuer, direct, player, facts, story, began })
    }

    pub fn tell(&mut self, what: impl Into<String>) {
        self.story.push((Instant::now(), what.into()));
    }

    /// A client of this seed; those that are kept share one entry of the vault.
    pub fn seat(&mut self, kept: bool) -> Result<Seat, String> {
        self.tell(if kept { "a client with the vault" } else { "a client" });
        let config = ConfigBuilder::new(&self.issuer, GAME).login_timeout_ms(LOGIN_MS);
        Seat::new(&if kept { config.store(vault::hooks(self.seed)) } else { config })
    }

    pub fn storm(&mut self, on: bool) -> Result<(), String> {
        self.tell(if on { "the storm begins" } else { "the storm is over" });
        self.line.storm(on)
    }

    /// Begins a login in a storm, and has the player do their part if it comes to that.
    pub fn sign_in(&mut self, seat: &mut Seat) -> Result<Status, String> {
        self.tell("latchkey_start_login");
        expect(seat.call("latchkey_start_login", |client| client.start_login(&Login::new()))?, "latchkey_start_login")?;
        self.play_the_player(seat)?;
        let status = seat.settle("the end of the login", LOGIN)?;
        self.tell(format!("which ended as {status:?}"));
        Ok(status)
    }

    /// Waits for the player's turn and takes it; returns also when the login has ended before.
    pub fn play_the_player(&mut self, seat: &mut Seat) -> Result<(), String> {
        let waited = |status: &Status| status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER;
        let status = seat.wait("the player's turn", LOGIN, |_, status| waited(status) || status.is_settled())?;
        if let (true, Ok(prompt)) = (waited(&status), seat.client.prompt()) {
            let url = prompt.url.replacen(&self.issuer, &self.direct, 1);
            // The login may end meanwhile, and then there is nobody to come back to.
            let page = self.player.sign_in(&url, ADA);
            self.tell(format!(
                "the player ended on {:?}",
                page.map(|page| page.status).map_err(|error| error.to_string())
            ));
        }
        Ok(())
    }

    /// In calm weather a sign-in works, and at once.
    pub fn sign_in_calmly(&mut self, seat: &mut Seat) -> Result<(), String> {
        self.tell("latchkey_start_login, calmly");
        let login = Login::new().login_timeout_ms(CALM_LOGIN_MS);
        expect(seat.call("latchkey_start_login", |client| client.start_login(&login))?, "latchkey_start_login")?;
        self.play_the_player(seat)?;
        let status = seat.settle("the end of a calm login", PATIENCE)?;
        if status.state == LATCHKEY_STATE_SIGNED_IN && status.error == LATCHKEY_OK {
            return Ok(());
        }
        Err(format!("in calm weather a sign-in ended as {status:?}: {}", seat.client.error_text()))
    }

    /// In calm weather a session is refreshed, and the provider takes its token; or it has ended, and says so.
    pub fn refresh_calmly(&mut self, seat: &mut Seat) -> Result<bool, String> {
        let mut status = seat.settle("a client in calm weather", PATIENCE)?;
        // One that began in the storm may still fail by it.
        for _ in 0..3 {
            if status.state != LATCHKEY_STATE_SIGNED_IN {
                return Ok(false);
            }
            self.tell("latchkey_refresh_session, calmly");
            expect(
                seat.call("latchkey_refresh_session", |client| client.refresh_session())?,
                "latchkey_refresh_session",
            )?;
            status = seat.settle("a refresh in calm weather", PATIENCE)?;
            if status.state == LATCHKEY_STATE_SIGNED_IN && status.error == LATCHKEY_OK {
                self.use_the_token(seat)?;
                return Ok(true);
            }
        }
        match status.state {
            LATCHKEY_STATE_SIGNED_OUT => Ok(false),
            _ => Err(format!("in calm weather no refresh works: {status:?}: {}", seat.client.error_text())),
        }
    }

    /// The token that is shown is one that the provider takes.
    fn use_the_token(&mut self, seat: &mut Seat) -> Result<(), String> {
        let token =
            seat.client.access_token(0).map_err(|code| format!("signed in and refreshed, and no token: {code:?}"))?;
        let url = format!("{}/userinfo", self.direct).parse().map_err(|_| "not a URL".to_owned())?;
        let bearer = format!("Bearer {}", token.text);
        let headers = [("Authorization", bearer.as_str())];
        let request =
            Fetch { method: "GET", url: &url, headers: &headers, body: &[], timeout: Duration::from_secs(20) };
        let answer = fetch(&request).map_err(|problem| format!("userinfo: {problem}"))?;
        match answer.status {
            200 => Ok(()),
            status => Err(format!("the provider answers {status} to a token that was shown as good")),
        }
    }

    /// Where the player has to go for a sign-out, if there is anything for them to do.
    pub fn visit_the_prompt(&mut self, seat: &Seat) {
        if let Ok(prompt) = seat.client.prompt() {
            let url = prompt.url.replacen(&self.issuer, &self.direct, 1);
            let page = self.player.follow(&url);
            self.tell(format!(
                "the player ended on {:?}",
                page.map(|page| page.status).map_err(|error| error.to_string())
            ));
        }
    }

    pub fn note(&mut self, seat: &Seat) {
        self.facts.expired |= seat.expired;
        self.story.extend(seat.seen.iter().map(|(when, status)| (*when, format!("  {status:?}"))));
    }

    /// Asks for the verdict and clears up.
    pub fn end(mut self, played: Result<(), String>, endings: Vec<&'static str>) -> Ending {
        vault::clear(self.seed);
        let verdict = self.line.end(self.facts).unwrap_or_else(|problem| Verdict {
            wrongs: vec![problem],
            journal: String::new(),
            faults: Vec::new(),
        });
        let wrongs: Vec<String> = played.err().into_iter().chain(verdict.wrongs).collect();
        let outcome = if wrongs.is_empty() { Ok(()) } else { Err(wrongs.join("; ")) };
        self.story.sort_by_key(|(when, _)| *when);
        let told = self.story.iter().map(|(when, what)| {
            format!("  {:>6} ms  {what}\n", when.saturating_duration_since(self.began).as_millis())
        });
        let story =
            format!("{}what passed between library and provider:\n{}", told.collect::<String>(), verdict.journal);
        Ending { outcome, story, faults: verdict.faults, endings }
    }
}

pub fn expect(code: support::Code, verb: &str) -> Result<(), String> {
    if code == LATCHKEY_OK { Ok(()) } else { Err(format!("{verb} answered {code:?}")) }
}
