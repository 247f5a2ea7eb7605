//! Windows: the tick count, which goes on while the machine sleeps, and no timer that counts it, so a sleep is cut into slices.
//!
//! It may read a clock, nothing else.
#![allow(unsafe_code)]

use std::time::Duration;

use windows_sys::Win32::System::SystemInformation::GetTickCount64;

use super::sliced;

/// By Microsoft's *Windows Time* it includes sleep and hibernation. It ticks every 10 to 16 ms, which is fine enough here;
/// `QueryInterruptTime` is finer and counts the same, but is not in every Wine.
pub(super) fn since_boot() -> Duration {
    // SAFETY: no argument, no failure, nothing but a number.
    Duration::from_millis(unsafe { GetTickCount64() })
}

pub(super) async fn sleep(duration: Duration) {
    sliced::sleep(duration, since_boot).await;
}
