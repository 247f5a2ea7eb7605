//! The libraries for other machines than the one that builds them, each run: run by `cargo xtask test platforms`, which builds them.
//!
//! May touch: the libraries that it is given, folders of its own, the programs that it compiles and starts.

#![cfg(target_os = "linux")]

mod machine;
mod macos;
mod minimal;
mod reproducible;
mod root;
mod windows;
mod wine;
