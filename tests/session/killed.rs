//! `kill -9` at five hundred random points of a resume, a sign-in, a refresh and a logout: each next start either resumes or asks for
//! a sign-in cleanly, and what is stored is never refused as altered.
//!
//! All of it runs against gnome-keyring; a few players do it side by side, each on a desktop of their own. Each start is judge of the kill before it and victim of the next one. The seed is printed; `LATCHKEY_TEST_SEED`
//! repeats the choices, though not the machine's timing.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use practice_provider::Player;
use support::Status;
use support::ffi::*;

use crate::game::Game;
use crate::seed::{Random, seed};
use crate::stage::{ADA, Stage};

const KILLS: usize = 500;
const PLAYERS: u64 = 4;

/// What a game was at when it was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    Resume,
    SignIn,
    /// From the moment on at which the browser comes back.
    Completion,
    Refresh,
    Logout,
}

/// How long each takes when nobody kills it, as far as was seen; the kills are spread over that.
type Durations = [Duration; 5];

#[derive(Default, Debug)]
struct Tally {
    /// By [`Deed`]: killed in the middle, and the deed was done before the kill came.
    killed: [usize; 5],
    too_late: [usize; 5],
    /// What the starts found.
    resumed: usize,
    nobody: usize,
    expired: usize,
    /// How often gnome-keyring itself has died.
    daemons: usize,
}

#[test]
fn after_a_kill_at_any_point_the_next_start_resumes_or_asks_for_a_sign_in_cleanly() {
    let seed = seed();
    println!("seed {seed}");
    let left = AtomicUsize::new(KILLS);
    let tally = Mutex::new(Tally::default());
    std::thread::scope(|scope| {
        for player in 0..PLAYERS {
            let (left, tally) = (&left, &tally);
            scope.spawn(move || {
                let mut one =
                    Doomed { stage: Stage::new(), random: Random::new(seed ^ player), typical: TYPICAL, tally };
                while left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                    one.live_and_die();
                }
                one.live_happily();
            });
        }
    });
    let tally = tally.into_inner().expect("nobody has failed");
    println!("{tally:?}");
    // Kills that all came too late, or starts that all found nobody, would have shown nothing.
    for deed in [Deed::Resume, Deed::SignIn, Deed::Completion, Deed::Refresh, Deed::Logout] {
        assert!(tally.killed[deed as usize] > KILLS / 100, "{deed:?} was hardly ever hit: {tally:?} (seed {seed})");
    }
    assert!(tally.resumed > KILLS / 10 && tally.nobody > KILLS / 20, "{tally:?} (seed {seed})");
}

const TYPICAL: Durations = [Duration::from_millis(40); 5];
/// Beyond that the kills would be spread too thinly.
const LONGEST: Duration = Duration::from_millis(400);

struct Doomed<'a> {
    stage: Stage,
    random: Random,
    typical: Durations,
    tally: &'a Mutex<Tally>,
}

impl Doomed<'_> {
    /// Starts a game, judges what it finds, does something, and kills it at a random point of that.
    fn live_and_die(&mut self) {
        if self.random.chance(15) {
            let game = self.stage.game();
            return self.die(game, Deed::Resume);
        }
        let (game, signed_in) = self.start();
        let deed = match (signed_in, self.random.below(10)) {
            (false, 0..4) => Deed::SignIn,
            (false, _) => Deed::Completion,
            (true, 0..7) => Deed::Refresh,
            (true, _) => Deed::Logout,
        };
        self.die(game, deed);
    }

    /// The last start: whatever happened, a sign-in works and is there the next time.
    fn live_happily(&mut self) {
        // So that it does not die in between.
        self.stage.keyring.restart_the_daemon();
        let (mut game, signed_in) = self.start();
        if !signed_in {
            sign_in(&mut game, || {}).expect("nobody kills this one");
            game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        }
        game.refresh();
        let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}");
        game.leave();
        let (mut game, signed_in) = self.start();
        assert!(signed_in);
        assert_eq!(game.player().as_deref(), Some(ADA));
        game.leave();
    }

    /// A start, and whether somebody is signed in. Here the rule is judged.
    fn start(&mut self) -> (Game, bool) {
        let (mut game, mut status) = self.resumed();
        if status.error == LATCHKEY_STORE_UNAVAILABLE && self.stage.keyring.has_died() {
            // Its own fault, see `keyring::attempt`; what it holds is on the disk.
            self.stage.keyring.restart_the_daemon();
            self.tally.lock().expect("nobody has failed").daemons += 1;
            game.kill();
            (game, status) = self.resumed();
        }
        let mut tally = self.tally.lock().expect("nobody has failed");
        match (status.state, status.error.0) {
            (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK) => tally.resumed += 1,
            (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_OK) => tally.nobody += 1,
            (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_SESSION_EXPIRED) => tally.expired += 1,
            _ => {
                drop(tally);
                panic!("after a kill: {status:?}: {}\n{}", game.error_text(), game.log().join("\n"));
            }
        }
        (game, status.state == LATCHKEY_STATE_SIGNED_IN)
    }

    fn resumed(&self) -> (Game, Status) {
        let mut game = self.stage.game();
        game.resume();
        let mut status = game.wait_until_settled();
        // A token of this very minute is taken without a look at the provider; what is stored must stand that look.
        if status.state == LATCHKEY_STATE_SIGNED_IN {
            game.refresh();
            status = game.wait_until_settled();
        }
        (game, status)
    }

    fn die(&mut self, mut game: Game, deed: Deed) {
        let longest = self.typical[deed as usize] * 5 / 4;
        let mut killer = Killer { victim: game.id(), delay: self.random.up_to(longest), sent: None };
        let done = act(&mut game, deed, &mut killer);
        let took = killer.strike();
        let status = game.kill();
        assert!(!status.success(), "the game ended by itself");
        let mut tally = self.tally.lock().expect("nobody has failed");
        let typical = &mut self.typical[deed as usize];
        if done.is_some() {
            tally.too_late[deed as usize] += 1;
            *typical = (*typical + took) / 2;
        } else {
            tally.killed[deed as usize] += 1;
            // It may take longer than was thought.
            *typical = (*typical * 21 / 20).min(LONGEST);
        }
    }
}

/// Kills a game some time after it was sent.
struct Killer {
    victim: libc::pid_t,
    delay: Duration,
    sent: Option<(Instant, JoinHandle<()>)>,
}

impl Killer {
    fn send(&mut self) {
        let (victim, began) = (self.victim, Instant::now());
        let moment = began + self.delay;
        let thread = std::thread::spawn(move || {
            // The kill shall come at a random moment, so here the time itself is what is waited for.
            std::thread::sleep(moment.saturating_duration_since(Instant::now()));
            // SAFETY: a child that is waited for only after this thread has ended, so the number can't mean another process.
            assert_eq!(unsafe { libc::kill(victim, libc::SIGKILL) }, 0);
        });
        self.sent = Some((began, thread));
    }

    /// Waits for the kill. Gives the time from the sending up to this call, which is when the deed was done or broken off.
    fn strike(mut self) -> Duration {
        if self.sent.is_none() {
            self.send();
        }
        let (began, thread) = self.sent.take().expect("it was sent");
        let took = began.elapsed();
        thread.join().expect("the kill");
        took
    }
}

/// Does it; nothing if the game was killed meanwhile.
fn act(game: &mut Game, deed: Deed, killer: &mut Killer) -> Option<()> {
    use serde_json::json;
    match deed {
        Deed::SignIn => {
            killer.send();
            sign_in(game, || {})?;
        }
        Deed::Completion => sign_in(game, || killer.send())?,
        Deed::Resume => {
            killer.send();
            game.try_ask(json!({ "do": "resume" }))?;
            game.try_wait_until_settled()?;
            // With nobody signed in there is nothing to refresh, which is an answer too.
            game.try_ask(json!({ "do": "refresh" }))?;
        }
        Deed::Refresh => {
            killer.send();
            game.try_ask(json!({ "do": "refresh" }))?;
        }
        Deed::Logout => {
            killer.send();
            game.try_ask(json!({ "do": "logout", "mode": LATCHKEY_LOGOUT_REVOKE }))?;
        }
    }
    game.try_wait_until_settled().map(drop)
}

/// A sign-in; `back` is called when the browser is about to come back to the game.
fn sign_in(game: &mut Game, back: impl FnOnce()) -> Option<()> {
    let url = game.try_login(None)?;
    let mut player = Player::new();
    let callback = player.prepare_callback(&url, ADA).expect("the provider's pages");
    back();
    // A game that was killed has no page to show.
    let _ = player.follow(callback.as_str());
    game.try_wait_until_settled().map(drop)
}
