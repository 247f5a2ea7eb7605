//! The C ABI. The header `include/latchkey.h` is made from this folder, one section for each public file, in the order below.
//!
//! Every function has one shape: check the arguments, make **one** safe call, map the error, write the outputs last.
//! Pointers from C become Rust values here and go no further; this is the only folder with `unsafe`, beside the files
//! named after a platform. No rule of the protocol lives here.

// The names are C's, and each exported function states its contract once, in the C documentation above it.
#![allow(non_camel_case_types, clippy::missing_safety_doc)]
#![allow(unsafe_code)]

#[cfg(feature = "wipe-freed-memory")]
mod allocator;
mod boundary;
mod handles;

// The header's order, which a formatter would change if no line stood between.
pub mod result;

pub mod library;

pub mod store;

pub mod config;

pub mod client;

pub mod status;

pub mod login;

pub mod profile;

pub mod session;

pub use client::*;
pub use config::*;
pub use library::*;
pub use login::*;
pub use profile::*;
pub use result::*;
pub use session::*;
pub use status::*;
pub use store::*;
