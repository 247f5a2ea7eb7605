//! A long sleep in slices, for systems whose timers stand still while the machine does: after it wakes, the slice at hand runs
//! out, and the clock tells that the time is up.
//!
//! It may use tokio's timer and the clock that it is given. On Linux only its tests use it.

use std::time::Duration;

/// So late a sleep may end after the machine has woken; so often an idle client wakes.
const SLICE: Duration = Duration::from_secs(60);

pub(super) async fn sleep(duration: Duration, since_boot: impl Fn() -> Duration) {
    let end = since_boot().saturating_add(duration);
    loop {
        let left = end.saturating_sub(since_boot());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(SLICE)).await;
    }
}
