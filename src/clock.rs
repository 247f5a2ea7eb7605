//! Time that goes on while the machine sleeps: a player closes the lid in the middle of a sign-in, and opens it an hour later.
//!
//! It may touch the system's clock and timers. No wall clock enters: that one is the player's to set.

use std::time::Duration;

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "clock/linux.rs")]
#[cfg_attr(windows, path = "clock/windows.rs")]
#[cfg_attr(not(any(target_os = "linux", target_os = "android", windows)), path = "clock/macos.rs")]
mod platform;
#[cfg(any(test, not(any(target_os = "linux", target_os = "android"))))]
mod sliced;
#[cfg(test)]
mod tests;

/// The time was up before the future was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed;

/// Since some fixed moment before this process began; the machine's sleep is counted.
pub fn since_boot() -> Duration {
    platform::since_boot()
}

/// Sleeps for so long, the machine's sleep counted: if the time was up meanwhile, it ends when the machine wakes (elsewhere
/// than on Linux, within a minute of that).
///
/// Whichever is first of tokio's timer, which stands still while the machine does but which tests can wind on, and the
/// platform's. Must be called on a runtime with time and I/O.
pub async fn sleep(duration: Duration) {
    tokio::select! {
        () = tokio::time::sleep(duration) => {}
        () = platform::sleep(duration) => {}
    }
}

/// Gives the future so long, the machine's sleep counted. A future that is done wins over a time that is up.
pub async fn timeout<T>(duration: Duration, future: impl Future<Output = T>) -> Result<T, Elapsed> {
    tokio::select! {
        biased;
        value = future => Ok(value),
        () = sleep(duration) => Err(Elapsed),
    }
}
