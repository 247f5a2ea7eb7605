//! What the suites share: the built library, loaded as a host loads it, and a thin harness over its C ABI.
//!
//! Types and constants come from the crate's `ffi` module; functions never do. Every call goes through [`Library`], which
//! finds each one by its name in the shared library that `cargo xtask test` has built, so what is tested is what is shipped.
//!
//! | file | holds |
//! |---|---|
//! | `library.rs` | the shared library and the table of its functions |
//! | `config.rs` | configuration and login options that own their texts |
//! | `client.rs` | a client that is destroyed when it goes out of scope, and waiting for its status |
//! | `results.rs` | codes and statuses that print their names |
//! | `handed_out.rs` | prompt, profile and access token |
//! | `log.rs` | the library's log, captured |
//! | `isolated.rs` | a test body in a process of its own |
//! | `process.rs` | threads, descriptors and memory of this process |
//! | `launcher.rs` | a browser's launcher that does what a test wants |
//! | `running.rs` | another program that runs, with a deadline |
//! | `stage.rs` | what most tests begin with: a provider, a client that knows it, a player |
//! | `vault.rs` | a host's own secret store, and every way in which its hooks go wrong |

mod client;
mod config;
mod handed_out;
mod isolated;
#[cfg(target_os = "linux")]
pub mod launcher;
mod library;
mod log;
#[cfg(target_os = "linux")]
pub mod process;
mod results;
pub mod running;
pub mod stage;
pub mod vault;

pub use client::{Client, PATIENCE, poll_until, wait_for};
pub use config::{ConfigBuilder, Login, Raw};
pub use handed_out::{DevicePrompt, Profile, Prompt, Token};
pub use isolated::{in_own_process, in_own_process_of, in_own_process_with, in_own_process_within};
pub use library::{Functions, Library};
pub use log::{Captured, Record};
pub use results::{Code, Status};

pub use latchkey::ffi;
