//! Drives the built library through its C ABI, as its hosts do, against the practice provider with a scripted player.
//!
//! A file for each theme; the names of the tests say the rules. No test waits for luck: each waits for a condition, with a
//! bound. Tests that shut the library down, fork, change the environment or count what a process holds have a process of
//! their own (`support::in_own_process`).

mod stage;

mod header;

mod profile;
mod request;
mod sign_in;

mod device;
mod device_trouble;

mod callback;
mod ending;
mod redirect;

mod tokens_accepted;
mod tokens_rejected;

mod discovery_trouble;
mod token_endpoint_trouble;

mod logout;
mod refresh;

mod arguments;
mod configuration;
mod handles;
mod log_sink;
mod secrets;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod allocations;
#[cfg(target_os = "linux")]
mod forgotten;
#[cfg(unix)]
mod forked;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(target_os = "linux")]
mod resources;
#[cfg(target_os = "linux")]
mod system_browser;
