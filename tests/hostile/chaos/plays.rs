//! What is played on a seed's stage: sign-in, refresh, resume, logout, and all of them mixed by two clients that share a session.
//!
//! Each ends with the same epilogue in calm weather, in which everything must work again.

use std::time::Duration;

use support::ffi::*;
use support::{Client, Login};

use crate::scene::{Ending, PATIENCE, Scene, expect};
use crate::seat::Seat;
use crate::storm::Storm;
use crate::vault;

/// A logout whose revocation failed tries again after one to one and a quarter seconds, then after twice that.
const REVOKED: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    SignIn,
    Refresh,
    Resume,
    Logout,
    Mixed,
}

impl Play {
    pub const ALL: [Self; 5] = [Self::SignIn, Self::Refresh, Self::Resume, Self::Logout, Self::Mixed];

    pub fn of(seed: u64) -> Self {
        Self::ALL[(seed % Self::ALL.len() as u64) as usize]
    }
}

/// Plays a seed from its beginning to the verdict.
pub fn play(port: u16, seed: u64) -> Ending {
    let mut scene = match Scene::set(port, seed) {
        Ok(scene) => scene,
        Err(problem) => {
            return Ending { outcome: Err(problem), story: String::new(), faults: Vec::new(), endings: Vec::new() };
        }
    };
    let play = Play::of(seed);
    scene.tell(format!("{play:?}; {}", Storm::of(seed).rendered().lines().next().unwrap_or_default()));
    let mut cast = Cast::default();
    let played = cast.play(&mut scene, play).and_then(|()| cast.epilogue(&mut scene));
    cast.seats.iter().for_each(|seat| scene.note(seat));
    let left = cast.seats.drain(..).try_for_each(Seat::leave);
    scene.end(played.and(left), cast.endings)
}

/// Who is on the stage.
#[derive(Default)]
struct Cast {
    seats: Vec<Seat>,
    endings: Vec<&'static str>,
}

impl Cast {
    fn play(&mut self, scene: &mut Scene, play: Play) -> Result<(), String> {
        match play {
            Play::SignIn => self.sign_in(scene),
            Play::Refresh => self.refresh(scene),
            Play::Resume => self.resume(scene),
            Play::Logout => self.logout(scene),
            Play::Mixed => self.mixed(scene),
        }
    }

    /// From the first request on, which is the warm-up's.
    fn sign_in(&mut self, scene: &mut Scene) -> Result<(), String> {
        scene.storm(true)?;
        let kept = scene.dice.chance(50);
        let seat = self.enter(scene, kept)?;
        for _ in 0..1 + scene.dice.below(2) {
            match scene.dice.below(10) {
                0 => self.start_and_cancel(scene, seat)?,
                1 => {
                    // The player clicks twice.
                    scene.tell("latchkey_start_login, and again");
                    let seat = &mut self.seats[seat];
                    let login = Login::new();
                    expect(seat.call("latchkey_start_login", |client| client.start_login(&login))?, "start_login")?;
                    let status = scene.sign_in(seat)?;
                    self.endings.push(name(status.error.0));
                }
                _ => {
                    let status = scene.sign_in(&mut self.seats[seat])?;
                    self.endings.push(name(status.error.0));
                }
            }
        }
        Ok(())
    }

    fn start_and_cancel(&mut self, scene: &mut Scene, seat: usize) -> Result<(), String> {
        let seat = &mut self.seats[seat];
        scene.tell("latchkey_start_login, then latchkey_cancel_login");
        let login = Login::new();
        expect(seat.call("latchkey_start_login", |client| client.start_login(&login))?, "latchkey_start_login")?;
        std::thread::sleep(scene.dice.millis(0, 150));
        // It may have ended by itself.
        seat.call("latchkey_cancel_login", Client::cancel_login)?;
        let status = seat.settle("the end of a cancelled login", Duration::from_secs(2))?;
        self.endings.push(name(status.error.0));
        Ok(())
    }

    /// Several threads at once, as a frame loop, a chat and a shop would.
    fn refresh(&mut self, scene: &mut Scene) -> Result<(), String> {
        let kept = scene.dice.chance(60);
        let seat = self.enter(scene, kept)?;
        scene.sign_in_calmly(&mut self.seats[seat])?;
        scene.storm(true)?;
        for _ in 0..1 + scene.dice.below(3) {
            self.ask_at_once(scene, seat)?;
            if scene.dice.chance(15) {
                // Long enough for a short token's own refresh, and for the first repetition of a failed one.
                std::thread::sleep(Duration::from_millis(2300));
            }
            let status = self.seats[seat].settle("the end of a refresh", PATIENCE)?;
            scene.tell(format!("the refresh ended as {status:?}"));
            self.endings.push(name(status.error.0));
        }
        Ok(())
    }

    fn ask_at_once(&self, scene: &mut Scene, seat: usize) -> Result<(), String> {
        scene.tell("refresh_session and get_access_token from four threads");
        let seat = &self.seats[seat];
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|number| {
                    scope.spawn(move || {
                        seat.call("refresh_session or get_access_token", |client| match number % 2 {
                            0 => client.refresh_session(),
                            _ => client.access_token(3600).map_or_else(|code| code, |_| support::Code(LATCHKEY_OK)),
                        })
                    })
                })
                .collect();
            threads
                .into_iter()
                .try_for_each(|thread| thread.join().map_err(|_| "a thread panicked".to_owned())?.map(drop))
        })
    }

    /// One or two programs take up what another one has left.
    fn resume(&mut self, scene: &mut Scene) -> Result<(), String> {
        let first = self.enter(scene, true)?;
        scene.sign_in_calmly(&mut self.seats[first])?;
        self.exit(scene, first)?;
        scene.storm(true)?;
        for _ in 0..1 + scene.dice.below(2) {
            self.enter(scene, true)?;
        }
        for seat in &self.seats {
            scene.tell("latchkey_resume_session");
            expect(seat.call("latchkey_resume_session", Client::resume_session)?, "latchkey_resume_session")?;
        }
        if self.seats.len() > 1 && scene.dice.chance(25) {
            std::thread::sleep(scene.dice.millis(0, 60));
            self.exit(scene, 0)?;
        }
        for seat in &mut self.seats {
            let status = seat.settle("the end of a resume", PATIENCE)?;
            scene.tell(format!("the resume ended as {status:?}"));
            self.endings.push(name(status.error.0));
        }
        Ok(())
    }

    fn logout(&mut self, scene: &mut Scene) -> Result<(), String> {
        let kept = scene.dice.chance(60);
        let seat = self.enter(scene, kept)?;
        scene.sign_in_calmly(&mut self.seats[seat])?;
        scene.storm(true)?;
        let interrupts = scene.dice.chance(30);
        if interrupts {
            self.ask_at_once(scene, seat)?;
            std::thread::sleep(scene.dice.millis(0, 20));
        }
        let mode = scene.dice.one_of(&[
            LATCHKEY_LOGOUT_LOCAL,
            LATCHKEY_LOGOUT_REVOKE,
            LATCHKEY_LOGOUT_REVOKE,
            LATCHKEY_LOGOUT_END_SESSION,
        ]);
        self.sign_out(scene, seat, mode)?;
        if vault::count(scene.seed) != 0 {
            return Err("signed out, and the vault still has an entry".to_owned());
        }
        scene.storm(false)?;
        // What was interrupted may have been rotated, and then nobody knows the token that lives.
        if mode != LATCHKEY_LOGOUT_LOCAL && !interrupts {
            let until = std::time::Instant::now() + REVOKED;
            while scene.line.live_refresh_tokens()? > 0 {
                if std::time::Instant::now() > until {
                    return Err("the provider was never told that the session has ended".to_owned());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    fn sign_out(&mut self, scene: &mut Scene, seat: usize, mode: u32) -> Result<(), String> {
        let seat = &mut self.seats[seat];
        scene.tell(format!("latchkey_logout, mode {mode}"));
        seat.look()?;
        (seat.host_ends, scene.facts.host_ended) = (true, true);
        expect(seat.call("latchkey_logout", |client| client.logout(mode))?, "latchkey_logout")?;
        if seat.client.profile().is_ok() {
            return Err("latchkey_logout has returned, and the profile is still there".to_owned());
        }
        if mode == LATCHKEY_LOGOUT_END_SESSION {
            let comes = |client: &Client, status: &support::Status| client.prompt().is_ok() || status.is_settled();
            seat.wait("the prompt of a logout", PATIENCE, comes)?;
            match scene.dice.below(4) {
                0 => drop(seat.call("latchkey_cancel_login", Client::cancel_login)?),
                1 => {}
                _ => scene.visit_the_prompt(seat),
            }
        }
        let status = seat.settle("the end of a logout", PATIENCE)?;
        scene.tell(format!("the logout ended as {status:?}"));
        self.endings.push(name(status.error.0));
        if status.state == LATCHKEY_STATE_SIGNED_OUT { Ok(()) } else { Err(format!("signed out, and yet {status:?}")) }
    }

    /// Two clients of one slot, and whatever comes to the players' minds.
    fn mixed(&mut self, scene: &mut Scene) -> Result<(), String> {
        let first = self.enter(scene, true)?;
        scene.sign_in_calmly(&mut self.seats[first])?;
        scene.storm(true)?;
        let second = self.enter(scene, true)?;
        expect(self.seats[second].call("latchkey_resume_session", Client::resume_session)?, "latchkey_resume_session")?;
        for _ in 0..3 + scene.dice.below(5) {
            let seat = scene.dice.below(2) as usize;
            match scene.dice.below(12) {
                0..=4 => self.ask_at_once(scene, seat)?,
                5 | 6 => {
                    scene.tell(format!("latchkey_resume_session of {seat}"));
                    self.seats[seat].call("latchkey_resume_session", Client::resume_session)?;
                }
                7 => self.log_in_over_it(scene, seat)?,
                8 => {
                    let mode = scene.dice.one_of(&[LATCHKEY_LOGOUT_LOCAL, LATCHKEY_LOGOUT_REVOKE]);
                    self.sign_out(scene, seat, mode)?;
                }
                9 => {
                    self.exit(scene, seat)?;
                    self.enter(scene, true)?;
                    let last = self.seats.len() - 1;
                    self.seats[last].call("latchkey_resume_session", Client::resume_session)?;
                }
                _ => std::thread::sleep(scene.dice.millis(0, 80)),
            }
            for seat in &mut self.seats {
                seat.look()?;
            }
        }
        for seat in &mut self.seats {
            let status = seat.settle("the end of it all", PATIENCE)?;
            scene.tell(format!("it ended as {status:?}"));
            self.endings.push(name(status.error.0));
        }
        Ok(())
    }

    /// The session that was there before is replaced, and so ended, by the host's own wish.
    fn log_in_over_it(&mut self, scene: &mut Scene, seat: usize) -> Result<(), String> {
        let status = scene.sign_in(&mut self.seats[seat])?;
        self.endings.push(name(status.error.0));
        Ok(())
    }

    /// The sun comes out: sessions that are there are good, and where there is none a sign-in works. What is stored is what a
    /// launch of tomorrow takes up.
    fn epilogue(&mut self, scene: &mut Scene) -> Result<(), String> {
        scene.storm(false)?;
        let mut signed_in = None;
        for (number, seat) in self.seats.iter_mut().enumerate() {
            if scene.refresh_calmly(seat)? {
                signed_in = Some(number);
            }
        }
        let number = match signed_in {
            Some(number) => number,
            None => {
                scene.sign_in_calmly(&mut self.seats[0])?;
                0
            }
        };
        let persisted = self.seats[number].look()?.has(LATCHKEY_STATUS_PERSISTED);
        let stored = vault::count(scene.seed);
        if stored != usize::from(persisted) {
            return Err(format!("persisted: {persisted}, and the vault has {stored} entries"));
        }
        while !self.seats.is_empty() {
            self.exit(scene, 0)?;
        }
        if persisted {
            let tomorrow = self.enter(scene, true)?;
            let seat = &mut self.seats[tomorrow];
            expect(seat.call("latchkey_resume_session", Client::resume_session)?, "latchkey_resume_session")?;
            if !scene.refresh_calmly(seat)? {
                return Err(format!("what was stored can't be taken up: {}", seat.client.error_text()));
            }
        }
        Ok(())
    }

    fn enter(&mut self, scene: &mut Scene, kept: bool) -> Result<usize, String> {
        self.seats.push(scene.seat(kept)?);
        Ok(self.seats.len() - 1)
    }

    fn exit(&mut self, scene: &mut Scene, seat: usize) -> Result<(), String> {
        scene.tell(format!("latchkey_client_destroy of {seat}"));
        scene.line.leaving()?;
        let seat = self.seats.remove(seat);
        scene.note(&seat);
        seat.leave()
    }
}

/// For counting; one that the header does not name can't come this far.
fn name(code: latchkey_result) -> &'static str {
    support::Library::load().result_name(code)
}
