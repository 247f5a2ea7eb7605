//! The two fuzz targets that go through the C ABI, as a host does. The others are doors of the library itself, in its room
//! `fuzzing`.
//!
//! Inputs are text that a person can write: lines `field=value` for a configuration, pairs of a letter and a digit for calls.

mod calls;
mod configuration;
mod vault;
mod world;

pub use calls::abi_calls;
pub use configuration::configuration;
