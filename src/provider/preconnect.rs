//! When a connection is opened ahead: while the player types, so that the code finds one open, TLS and all.
//!
//! Nothing is ever sent to keep a connection alive. One that the other side closes is opened again, and where it was seen to
//! close idle ones after a while the next is opened shortly before. Both are bounded ([`Pace`]), and end with the login. Here is
//! nothing but time; how one is opened is the caller's, where it lies [`super::standby`]'s.

use std::time::Duration;

use tokio::time::Instant;

use super::standby::{LONGEST_LIFE, Standby};
use crate::clock;

/// Load balancers close idle connections after a minute (AWS, nginx's time for a first request), some after five seconds.
const LIFE: Duration = Duration::from_secs(50);
/// From one opening to the next. So short because a load balancer that closes after five seconds is to be kept up with.
const SHORTEST_PAUSE: Duration = Duration::from_secs(4);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The pause is at least this part of the time that the player has taken already.
const PATIENCE: u32 = 25;
/// One that is closed sooner was hardly open: it counts as a failure.
const WORTH_OPENING: Duration = Duration::from_secs(2);
/// Beside twice the time that opening takes: how long before its expected end a connection is replaced.
const MARGIN: Duration = Duration::from_millis(200);

const _: () = assert!(LIFE.as_secs() < LONGEST_LIFE.as_secs());

/// Keeps a connection at hand, for as long as this is polled. `open` makes one attempt to lay one down.
///
/// A request that takes it is most likely the login's own, with which all this ends. It may also be another's (a signed-in player's token
/// is refreshed while the same player signs in anew): then the next is opened after a pause, in which that one's connection serves.
pub async fn keep_open<F: Future<Output = ()>>(standby: &Standby, open: impl Fn() -> F) {
    let mut pace = Pace::default();
    let began = Instant::now();
    loop {
        standby.expect_a_request();
        until_wanted(standby, &mut pace, began, &open).await;
        clock::sleep(SHORTEST_PAUSE).await;
    }
}

async fn until_wanted<F: Future<Output = ()>>(
    standby: &Standby,
    pace: &mut Pace,
    began: Instant,
    open: impl Fn() -> F,
) {
    loop {
        let started = Instant::now();
        let opened = standby.open(open()).await;
        let open_since = Instant::now();
        if !opened {
            pace.failed();
        } else if clock::timeout(pace.life(open_since - started), standby.gone()).await.is_ok() {
            pace.closed_after(open_since.elapsed());
        } else {
            pace.failures = 0;
        }
        let pause = pace.pause(began.elapsed()).saturating_sub(started.elapsed());
        if clock::timeout(pause, standby.wanted()).await.is_ok() {
            return;
        }
    }
}

/// How long a connection is good for, and how soon there may be the next.
#[derive(Default)]
struct Pace {
    /// After how long the other side closed one.
    seen: Option<Duration>,
    /// In a row.
    failures: u32,
}

impl Pace {
    /// How long one that took so long to open is kept.
    fn life(&self, opening: Duration) -> Duration {
        match self.seen {
            Some(seen) => seen.saturating_sub(2 * opening + MARGIN).min(LIFE),
            None => LIFE,
        }
    }

    fn closed_after(&mut self, age: Duration) {
        if age < WORTH_OPENING {
            self.failed();
        } else {
            self.failures = 0;
            self.seen = Some(age);
        }
    }

    fn failed(&mut self) {
        self.failures += 1;
    }

    /// From the beginning of one to the beginning of the next, after the player has taken so long.
    fn pause(&self, taken: Duration) -> Duration {
        let pause = SHORTEST_PAUSE.max(taken / PATIENCE);
        pause.saturating_mul(1 << self.failures.saturating_sub(1).min(8)).min(LONGEST_PAUSE)
    }
}

#[cfg(test)]
mod tests;
