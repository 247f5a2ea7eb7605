//! The one place where a token becomes believed: OpenID Connect Core 1.0 section 3.1.3.7, RFC 7515, RFC 8725.
//!
//! In comes text that anybody may have written; out come [`Claims`], and holding them means that every check was passed.
//! The order is that of the files: `envelope` takes the token apart and refuses what no key needs to be asked for, the
//! signature is judged by a published key, and `checks` compares the claims with what was expected. This room may touch
//! the provider's keys and nothing else: no network, no clock (the time comes with [`Expected`]), and no key or address
//! out of the token itself. What never leaves: the token, the nonce or the access token, not even in an error.

use std::time::{Duration, SystemTime};

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use serde_json::{Map, Value};

use crate::error::{Check, Error, clean};
use crate::provider::keys::{KeyMiss, KeySet};
use crate::provider::signature;

mod checks;
mod claims;
mod envelope;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

pub use claims::{Claims, check_refreshed, check_userinfo_subject};
use envelope::{Envelope, UniqueMembers};

/// What the token must say to be believed. Not printable: it holds secrets.
#[derive(Clone, Copy)]
pub struct Expected<'a> {
    /// Compared character by character.
    pub issuer: &'a str,
    /// Must be among the audiences.
    pub client_id: &'a str,
    /// What the authorization request sent; `None` for a refresh response and for the device grant, where there was none to send.
    pub nonce: Option<&'a str>,
    /// What came with the ID token; `at_hash` is compared with it where the token has one.
    pub access_token: Option<&'a str>,
    /// How long ago the player may have authenticated, if the authorization request asked for that.
    pub max_age: Option<Duration>,
    /// Those that the provider announced, of [`signature::SUPPORTED`]. Empty means all of these.
    pub algorithms: &'a [Algorithm],
    /// How far the clocks may differ.
    pub leeway: Duration,
    /// This machine's clock, corrected or not.
    pub now: SystemTime,
}

/// Why a token is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// A key that is not known yet may have signed it: fetch the keys once more and try again, once.
    UnknownKey(Error),
    /// Final.
    Refused(Error),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<Rejection> for Error {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::UnknownKey(error) | Rejection::Refused(error) => error,
        }
    }
}

/// The algorithms among the announced names that tokens may be signed with here, for [`Expected::algorithms`]. With none
/// of them known the list is empty, and what a token's header says is still judged by [`signature::SUPPORTED`].
pub fn known_algorithms(names: &[String]) -> Vec<Algorithm> {
    names.iter().filter_map(|name| signature::algorithm_named(name)).collect()
}

/// Believes an ID token, or says which check it failed.
///
/// Each failure carries the [`Check`] of its claim when that is absent or differs, and [`Check::Format`] when it has the
/// wrong type. Times are compared last: a claim that is there and fails [`Check::Expiry`], [`Check::IssuedAt`] or
/// [`Check::AuthenticationTime`] means that all but the time was right.
pub fn verify(token: &str, keys: &KeySet, expected: &Expected<'_>) -> std::result::Result<Claims, Rejection> {
    let envelope = envelope::open(token, expected.algorithms)?;
    let claims = signed_claims(token, &envelope, keys)?;
    checks::parties(&claims, expected)?;
    checks::bindings(&claims, expected, envelope.algorithm)?;
    checks::times(&claims, expected)?;
    Ok(Claims::verified(claims))
}

fn signed_claims(
    token: &str,
    envelope: &Envelope,
    keys: &KeySet,
) -> std::result::Result<Map<String, Value>, Rejection> {
    signature::install()?;
    let key = keys.find(envelope.algorithm, envelope.kid.as_deref()).map_err(|miss| no_key(miss, envelope))?;
    match jsonwebtoken::decode::<UniqueMembers>(token, key.decoding(), &signature_only(envelope.algorithm)) {
        Ok(token) => Ok(token.claims.0),
        Err(problem) => Err(not_signed(problem.kind(), envelope)),
    }
}

/// The claims are judged in [`checks`], which says what was expected and what came.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

fn no_key(miss: KeyMiss, envelope: &Envelope) -> Rejection {
    let wanted = match &envelope.kid {
        Some(kid) => format!("{:?} and the key id \"{}\"", envelope.algorithm, clean(kid, 80)),
        None => format!("{:?} and no key id", envelope.algorithm),
    };
    match miss {
        KeyMiss::Unknown => Rejection::UnknownKey(Error::rejected(
            Check::Key,
            format!("the ID token is signed with {wanted}, and the provider publishes no such key"),
        )),
        KeyMiss::Ambiguous => Rejection::Refused(Error::rejected(
            Check::Key,
            format!(
                "the ID token is signed with {wanted}, and more than one published key fits: the provider must name the \
                 key (kid), each by its own id"
            ),
        )),
    }
}

fn not_signed(problem: &ErrorKind, envelope: &Envelope) -> Rejection {
    match problem {
        ErrorKind::Base64(_) | ErrorKind::Json(_) | ErrorKind::Utf8(_) => Rejection::Refused(Error::rejected(
            Check::Format,
            "the ID token's parts are not base64url with a claims set in it: a JSON object, no name twice, each \
             registered claim of its type (RFC 7519 section 4)",
        )),
        _ => {
            let error = Error::rejected(
                Check::Signature,
                "the ID token's signature does not fit the key that the provider publishes for it",
            );
            match envelope.kid {
                // Without a key id a changed key shows nowhere else.
                None => Rejection::UnknownKey(error),
                Some(_) => Rejection::Refused(error),
            }
        }
    }
}

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
