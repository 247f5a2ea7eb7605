//! When a session is refreshed without anyone asking: ahead of the token's end, and after a fault again and again, ever more
//! rarely, until it works.
//!
//! One task a client, which sleeps until the moment that is planned and is woken only when the plan changes. What a refresh
//! is, and what its outcome means, is the [`Kept`]'s business; here is nothing but time.

use std::time::Duration;

use super::access_token::random_up_to;
use crate::clock;

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A provider's `Retry-After` beyond this is taken as this.
const LONGEST_WISH: Duration = Duration::from_secs(60 * 60);

/// What is kept fresh.
pub trait Kept {
    /// How long until a refresh should begin; none: not until something changes.
    fn refresh_due_in(&self) -> Option<Duration>;
    /// Begins one.
    fn refresh(&self);
    /// Until what [`Kept::refresh_due_in`] says may have changed.
    fn changed(&self) -> impl Future<Output = ()> + Send;
}

/// Never ends.
pub async fn keep(kept: &impl Kept) {
    loop {
        let due = async {
            match kept.refresh_due_in() {
                Some(wait) => clock::sleep(wait).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => kept.refresh(),
            () = kept.changed() => {}
        }
    }
}

/// How long to leave the provider alone after so many failures in a row, the last of them with this wish of its own.
pub fn pause(failures: u32, wish: Option<Duration>) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(1 << failures.saturating_sub(1).min(16));
    let pause = doubled.min(LONGEST_PAUSE);
    let pause = pause + random_up_to(pause / 4);
    wish.map_or(pause, |wish| wish.min(LONGEST_WISH).max(pause))
}
