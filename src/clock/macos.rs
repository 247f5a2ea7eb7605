//! macOS: the clock that goes on while the machine sleeps, and no timer that counts it, so a sleep is cut into slices.
//!
//! It may read a clock, nothing else.
#![allow(unsafe_code)]

use std::time::Duration;

use super::sliced;

/// Apple's `clock_gettime(3)`: the raw monotonic clock is `mach_continuous_time`, which counts the machine's sleep;
/// `CLOCK_UPTIME_RAW`, which the standard library's `Instant` reads, does not.
pub(super) fn since_boot() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a struct to write to, and a clock that every version has which Rust supports.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC_RAW, &mut now) };
    Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0))
}

pub(super) async fn sleep(duration: Duration) {
    sliced::sleep(duration, since_boot).await;
}
