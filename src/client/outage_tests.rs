//! Ten minutes without the provider, on a virtual clock: the real state and the real keeper, and a network that a test can cut.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::*;
use crate::session::keeper::{Kept, keep};
use crate::session::testing::{config, session, tokens};

const LIFE: Duration = Duration::from_secs(300);
/// What a sleep may be rounded up by.
const A_TICK: Duration = Duration::from_millis(10);

struct Game {
    inner: Mutex<Inner>,
    cell: &'static StatusCell,
    replan: Notify,
    began: Instant,
    /// What a refresh at this time meets.
    network: fn(Duration) -> Option<Error>,
    attempts: Mutex<Vec<Attempt>>,
}

#[derive(Clone, Debug)]
struct Attempt {
    /// Since the game began, on the virtual clock.
    at: Duration,
    /// Since boot: it goes on beside the virtual clock, and is what the state plans by.
    really_at: Duration,
    /// Afterwards.
    status: Status,
}

impl Attempt {
    /// How long after this one the next was begun, at least and at most: a sleep that begins late by the state's clock is shorter by
    /// that, and the virtual clock does not show the delay.
    fn until(&self, next: &Self) -> (Duration, Duration) {
        let wound_on = next.at - self.at;
        (wound_on, wound_on + (next.really_at - self.really_at))
    }
}

impl Game {
    /// Signed in, with a token of five minutes.
    fn signed_in(network: fn(Duration) -> Option<Error>) -> Self {
        let cell: &StatusCell = Box::leak(Box::default());
        let mut inner = Inner::new(cell);
        let (number, _) = inner.begin_login(SystemTime::now()).expect("a login");
        assert!(inner.sign_in(number, Held { session: session(0, LIFE), persisted: true }));
        let (inner, attempts) = (Mutex::new(inner), Mutex::default());
        Self { inner, cell, replan: Notify::new(), began: Instant::now(), network, attempts }
    }

    async fn play(&self, how_long: Duration) {
        tokio::time::timeout(how_long, keep(self)).await.expect_err("the keeper ended");
    }

    fn attempts(&self) -> Vec<Attempt> {
        self.attempts.lock().clone()
    }
}

impl Kept for Game {
    fn refresh_due_in(&self) -> Option<Duration> {
        self.inner.lock().refresh_due_in()
    }

    fn refresh(&self) {
        let mut inner = self.inner.lock();
        let (number, held) = inner.begin_refresh().expect("signed in").expect("none is under way");
        let (now, really_at) = (self.began.elapsed(), since_boot());
        let serial = self.attempts.lock().len() as u32 + 1;
        let outcome = match (self.network)(now) {
            None => held.session.renewed(tokens(serial, LIFE), None, &config(), None),
            Some(error) => Err(error),
        };
        // What it means for the session is in the status.
        let _ = inner.end_refresh(number, outcome.map(|session| Held { session, persisted: true }));
        self.attempts.lock().push(Attempt { at: now, really_at, status: self.cell.read() });
        self.replan.notify_one();
    }

    async fn changed(&self) {
        self.replan.notified().await;
    }
}

fn no_network() -> Error {
    Error::new(Code::Network, "no connection")
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_is_down_for_ten_minutes_costs_nobody_their_session() {
    // Around the first token's end, which is at 300 s.
    const DOWN: std::ops::Range<u64> = 150..750;
    let game = Game::signed_in(|now| DOWN.contains(&now.as_secs()).then(no_network));
    game.play(Duration::from_secs(1200)).await;

    let attempts = game.attempts();
    let (failed, done): (Vec<_>, Vec<_>) =
        attempts.iter().cloned().partition(|attempt| DOWN.contains(&attempt.at.as_secs()));
    assert!((210..=240).contains(&failed[0].at.as_secs()), "the first is ahead of the end: {attempts:?}");
    for Attempt { status, .. } in &failed {
        assert_eq!(status.state, State::SignedIn);
        assert_eq!(status.flags, flags::OFFLINE | flags::PERSISTED);
        assert_eq!(status.error, Some(Code::Network));
    }
    // The pauses double to a minute, each up to a quarter longer.
    let pauses = [1, 2, 4, 8, 16, 32, 60, 60, 60, 60].map(|seconds: u64| Duration::from_secs(seconds));
    for (pair, pause) in attempts.windows(2).zip(pauses) {
        let (least, most) = pair[0].until(&pair[1]);
        assert!(most >= pause && least <= pause * 5 / 4 + A_TICK, "{least:?} to {most:?} for {pause:?}");
    }
    assert!((11..=16).contains(&failed.len()), "{} requests in ten minutes", failed.len());
    let Attempt { at, status, .. } = done.first().expect("it came back");
    assert!((750..=825).contains(&at.as_secs()), "{at:?}");
    assert_eq!((status.state, status.flags, status.error), (State::SignedIn, flags::PERSISTED, None));
    // And from then on as before: a token each four minutes.
    assert!((2..=3).contains(&done.len()), "{done:?}");
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_says_when_to_come_back_is_not_asked_before() {
    const WISH: Duration = Duration::from_secs(200);
    let game = Game::signed_in(|now| (now.as_secs() < 600).then(|| Error { retry_after: Some(WISH), ..no_network() }));
    game.play(Duration::from_secs(1000)).await;
    let attempts = game.attempts();
    for pair in attempts[..3].windows(2) {
        let (least, most) = pair[0].until(&pair[1]);
        assert!(most >= WISH && least <= WISH + A_TICK, "{least:?} to {most:?}");
    }
    assert_eq!(attempts[2].status.flags, flags::PERSISTED, "{attempts:?}");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_the_provider_ended_is_not_asked_for_again() {
    let game = Game::signed_in(|_| Some(Error::new(Code::SessionExpired, "invalid_grant")));
    game.play(Duration::from_secs(3600)).await;
    let attempts = game.attempts();
    assert_eq!(attempts.len(), 1, "{attempts:?}");
    let status = attempts[0].status;
    assert_eq!((status.state, status.flags, status.error), (State::SignedOut, 0, Some(Code::SessionExpired)));
}

#[tokio::test(start_paused = true)]
async fn without_a_fault_a_token_is_fetched_ahead_of_each_end_and_never_in_between() {
    let game = Game::signed_in(|_| None);
    game.play(Duration::from_secs(3600)).await;
    let attempts = game.attempts();
    for pair in attempts.windows(2) {
        let waited = (pair[1].at - pair[0].at).as_secs();
        assert!((209..=241).contains(&waited), "{waited} s");
    }
    assert!((14..=17).contains(&attempts.len()), "{}", attempts.len());
}
