//! What the library takes beside the game: time to load, threads, memory, descriptors and wake-ups, with one client and with many.
//!
//! Each number of clients is measured in a process of its own, whose provider is in another: all that the process has beside its own
//! is the library's. Prints `bench: <name> <value> <unit>` lines.
//!
//! | file | holds |
//! |---|---|
//! | `measured.rs` | the processes, one after the other; what so many clients take |
//! | `loads.rs` | how long it takes to load the library, several times |
//! | `crowd.rs` | a thousand clients that all look up a name |
//!
//! `--issuer`, `--authority` and `--pages` name a provider that runs already: behind TLS, with the file of its authority, and where the
//! player's browser finds its pages; `--named-issuer` one whose host has to be looked up. Without them it starts one without TLS, and
//! nothing is looked up.

#[cfg(target_os = "linux")]
mod crowd;
#[cfg(target_os = "linux")]
mod loads;
#[cfg(target_os = "linux")]
mod measured;

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    measured::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    println!("footprint: not measured here, it reads Linux's /proc");
    ExitCode::SUCCESS
}
