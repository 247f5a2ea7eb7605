//! A small but real OpenID provider on the loopback interface, for demos and tests.
//!
//! It signs players in with any name and a one-time code, issues signed ID tokens, rotates keys and refresh tokens, and
//! misbehaves on request in every way a client has to survive. [`Player`] is the person with the browser.
//!
//! ```
//! use practice_provider::{Options, PracticeProvider};
//!
//! let provider = PracticeProvider::start(Options::default())?;
//! assert!(provider.issuer().starts_with("http://127.0.0.1:"));
//! # Ok::<(), practice_provider::Error>(())
//! ```
#![forbid(unsafe_code)]
#![warn(missing_docs)]

// What tests set up and read.
mod misbehaviour;
mod options;
mod server;

// The provider, from the socket to the answer.
mod door;
mod exchange;
mod provider;

// Endpoints, in the order a sign-in meets them.
mod account;
mod authorize;
mod device;
mod discovery;
mod id_token;
mod token;

// What endpoints need.
mod bomb;
mod fault;
mod grants;
mod keys;
mod pages;
mod person;
mod secrets;
mod small_rsa;

// The scripted player.
mod form;
mod http_client;
mod player;

pub use exchange::LoggedRequest;
pub use http_client::{Fetch, Fetched, fetch};
pub use misbehaviour::Misbehaviour;
pub use options::{Algorithm, Error, Options};
pub use player::{FinalPage, Player, PlayerError};
pub use secrets::{book_of_secrets, note_secret, note_secrets_of_url, records_folder};
pub use server::PracticeProvider;
