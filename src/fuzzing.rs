//! The doors by which `fuzz/` gets into the parsers: one function for each kind of input from outside.
//!
//! Each takes bytes of anybody, does with them what the library does, and asserts what must hold of the outcome; a panic is a
//! finding. Compiled for unit tests, which replay the corpora on every platform, and with the feature `fuzzing`, which no
//! released library has: `cargo xtask test hostile` looks for [`MARK`] in it.

#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::time::Duration;

use crate::clock::since_boot;
use crate::config::{Config, Input};
use crate::error::{Error, clean};
use crate::session::{AccessToken, Session};

pub use crate::id_token::fuzzing::id_token;
pub use crate::login::callback::fuzzing::{callback_query, loopback_request};
pub use crate::provider::discovery::fuzzing::discovery_document;
pub use crate::provider::keys::fuzzing::key_set;

/// In every library that has this room in it.
#[cfg(feature = "fuzzing")]
#[used]
pub static MARK: [u8; 32] = *b"latchkey: built with its fuzzing";

/// Longer, and it is no sentence any more.
const LONGEST_SENTENCE: usize = 2000;

/// What the token endpoint answers, up to an access token that can be handed out.
pub fn token_response(data: &[u8]) {
    let Some(tokens) = crate::provider::token_endpoint::fuzzing::token_response(data) else { return };
    for skew in [None, Some(i64::MAX), Some(i64::MIN)] {
        let token = AccessToken::received(&tokens, &["openid".to_owned()], skew, Duration::from_secs(3600));
        assert_has_a_life(&token);
    }
}

/// What lies in the secret store, up to a session that is taken up and stored again.
pub fn stored_session(data: &[u8]) {
    let Some(record) = crate::session::store::fuzzing::stored_session(data) else { return };
    let input = Input { issuer: Some("https://id.example"), client_id: Some("game"), ..Input::default() };
    let config = Config::parse(&input).expect("a configuration");
    match Session::restore(record, &config.claim_paths) {
        Ok(session) => {
            assert_has_a_life(session.access_token());
            assert!(!session.profile().subject.is_empty(), "a session of nobody");
            assert!(session.record().is_some(), "a session that was stored can't be stored again");
        }
        Err(error) => assert_is_sentence(&error),
    }
}

/// An entry for a host's vault, of this provider and client, that a client takes up as a session.
pub fn sealed_session(issuer: &str, client_id: &str, slot: &str, body: &[u8]) -> Vec<u8> {
    let slot = crate::session::store::Slot {
        issuer: issuer.to_owned(),
        client_id: client_id.to_owned(),
        name: slot.to_owned(),
    };
    crate::session::store::fuzzing::sealed(body, &slot)
}

fn assert_has_a_life(token: &AccessToken) {
    let now = since_boot();
    let century = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    assert!(!token.is_good_for(century, now), "good for a century");
    assert!(token.refresh_due_in(now) < century);
    assert!(token.expires_at_unix() >= 0);
}

/// What any error of the library is: a sentence that fits into a widget.
pub(crate) fn assert_is_sentence(error: &Error) {
    assert!(!error.message.is_empty(), "an error without words");
    assert_fit_for_people(&error.message, LONGEST_SENTENCE);
}

/// Not too long, and nothing in it that breaks a line or turns the direction of writing.
pub(crate) fn assert_fit_for_people(text: &str, longest: usize) {
    assert!(text.chars().count() <= longest, "{} characters: {}…", text.len(), clean(text, 200));
    assert_eq!(clean(text, longest), text, "characters that no sentence has");
}

/// Runs what waits for nobody but the clock, which goes forward by itself.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: RefCell<tokio::runtime::Runtime> = RefCell::new(
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime"),
        );
    }
    RUNTIME.with_borrow(|runtime| runtime.block_on(work))
}
