//! Latchkey signs players in through the system browser with any OAuth 2.0 / OpenID Connect provider.
//!
//! The product is the C ABI in [`ffi`]; `include/latchkey.h` is its documentation. Below it stand, in the order in which a
//! value travels: [`client`] (one player's identity), [`login`] and [`session`] (becoming and staying signed in),
//! [`provider`] (what the provider publishes), [`id_token`] (the one place where a token becomes believed), [`profile`].

#![deny(unsafe_code)]

pub mod client;
pub mod clock;
pub mod config;
pub mod error;
pub mod ffi;
#[doc(hidden)]
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod id_token;
pub mod log;
pub mod login;
pub mod profile;
pub mod provider;
pub mod runtime;
pub mod session;
pub mod status;
pub mod verify;

#[cfg(test)]
mod testing;
