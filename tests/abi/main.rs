//! Drives the built library through its C ABI, as its hosts do, against the practice provider with a scripted player.
//!
//! A file for each theme; the names of the tests say the rules. What happens when the other side is hostile is told by the suite
//! `hostile` and by docs/conformance.md. No test waits for luck: each waits for a condition, with a bound. Tests that shut the library down, fork, change the environment or count what a process holds have a process of
//! their own (`support::in_own_process`).

use support::stage;

mod header;

mod profile;
mod request;
mod sign_in;

mod device;
mod device_trouble;

mod ending;
mod redirect;

mod tokens_accepted;
mod warm;

mod logout;
mod refresh;

mod configuration;
mod log_sink;

// It has a `malloc` of its own, and so has a sanitizer.
#[cfg(all(target_os = "linux", target_env = "gnu", not(feature = "sanitized")))]
mod allocations;
// Freed memory stays with a sanitizer for a while, beside its own: nothing can be said about either.
#[cfg(all(target_os = "linux", not(feature = "sanitized")))]
mod forgotten;
#[cfg(target_os = "linux")]
mod resources;
#[cfg(target_os = "linux")]
mod system_browser;
