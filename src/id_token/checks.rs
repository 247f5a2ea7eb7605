//! The checks of OpenID Connect Core 1.0 section 3.1.3.7, in groups: who it is from and for, what it is bound to, when it
//! is good. They look at claims whose signature fits, and at what was expected; each failure says both.
//!
//! A claim that is `null` counts as absent.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use ring::{digest, hmac};
use serde_json::{Map, Value};

use super::Expected;
use crate::error::{Check, Error, Result, clean};

/// The specification says 255 ASCII characters; some providers don't.
const LONGEST_SUBJECT: usize = 1024;
/// The last second of the year 9999: beyond it a number is no date, and arithmetic on it no longer safe.
const LAST_DATE: f64 = 253_402_300_799.0;
const SHOWN: usize = 200;

/// `iss`, `sub`, `aud`, `azp`
pub(super) fn parties(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<()> {
    issuer(claims, expected.issuer)?;
    subject(claims)?;
    let audience = audience(claims)?;
    if !audience.contains(&expected.client_id) {
        return Err(Error::rejected(
            Check::Audience,
            format!(
                "the ID token is for \"{}\", but client_id in the configuration is \"{}\": is it this client's, from this \
                 provider's console?",
                clean(&audience.join("\", \""), SHOWN),
                clean(expected.client_id, SHOWN)
            ),
        ));
    }
    authorized_party(claims, &audience, expected.client_id)
}

/// `nonce`, `at_hash`
pub(super) fn bindings(claims: &Map<String, Value>, expected: &Expected<'_>, algorithm: Algorithm) -> Result<()> {
    if let Some(nonce) = expected.nonce {
        check_nonce(text(claims, "nonce")?, nonce)?;
    }
    match (text(claims, "at_hash")?, expected.access_token) {
        (Some(hash), Some(token)) => check_access_token_hash(hash, token, algorithm),
        _ => Ok(()),
    }
}

/// `exp`, `iat`, `nbf`, `auth_time`: first whether they are there, then what the clock says.
pub(super) fn times(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<()> {
    let clock = Clock { now: seconds(expected.now), leeway: expected.leeway.as_secs_f64() };
    let expiry = date(claims, "exp")?.ok_or_else(|| absent(Check::Expiry, "exp"))?;
    let issued = date(claims, "iat")?.ok_or_else(|| absent(Check::IssuedAt, "iat"))?;
    let not_before = date(claims, "nbf")?;
    let authenticated = match expected.max_age {
        Some(_) => Some(date(claims, "auth_time")?.ok_or_else(|| absent(Check::AuthenticationTime, "auth_time"))?),
        None => None,
    };
    clock.is_before(expiry)?;
    clock.is_after(issued, Check::IssuedAt, "iat")?;
    if let Some(not_before) = not_before {
        clock.is_after(not_before, Check::IssuedAt, "nbf")?;
    }
    match (authenticated, expected.max_age) {
        (Some(authenticated), Some(age)) => clock.is_recent(authenticated, age.as_secs_f64()),
        _ => Ok(()),
    }
}

struct Clock {
    now: f64,
    leeway: f64,
}

impl Clock {
    fn is_before(&self, expiry: f64) -> Result<()> {
        if self.now < expiry + self.leeway {
            return Ok(());
        }
        let late = self.now - expiry;
        Err(Error::rejected(
            Check::Expiry,
            format!("the ID token expired {late:.0} seconds ago by this machine's clock: is the clock right?"),
        ))
    }

    fn is_after(&self, time: f64, check: Check, claim: &str) -> Result<()> {
        if time <= self.now + self.leeway {
            return Ok(());
        }
        let early = time - self.now;
        Err(Error::rejected(
            check,
            format!(
                "the ID token's {claim} is {early:.0} seconds in the future by this machine's clock: is the clock right?"
            ),
        ))
    }

    fn is_recent(&self, authenticated: f64, age: f64) -> Result<()> {
        self.is_after(authenticated, Check::AuthenticationTime, "auth_time")?;
        if self.now <= authenticated + age + self.leeway {
            return Ok(());
        }
        let ago = self.now - authenticated;
        Err(Error::rejected(
            Check::AuthenticationTime,
            format!("the player authenticated {ago:.0} seconds ago, and at most {age:.0} were asked for"),
        ))
    }
}

fn issuer(claims: &Map<String, Value>, expected: &str) -> Result<()> {
    let came = text(claims, "iss")?.ok_or_else(|| absent(Check::Issuer, "iss"))?;
    if came == expected {
        return Ok(());
    }
    let (came_shown, expected_shown) = (clean(came, SHOWN), clean(expected, SHOWN));
    let advice = match came.trim_end_matches('/') == expected.trim_end_matches('/') {
        true => format!("they differ in the slash at the end: configure the issuer exactly as \"{came_shown}\""),
        false => format!("if \"{came_shown}\" is your provider, configure the issuer exactly so"),
    };
    Err(Error::rejected(
        Check::Issuer,
        format!("the ID token is from \"{came_shown}\", expected was \"{expected_shown}\": {advice}"),
    ))
}

fn subject(claims: &Map<String, Value>) -> Result<()> {
    let subject = text(claims, "sub")?.ok_or_else(|| absent(Check::Subject, "sub"))?;
    match subject.chars().count() {
        1..=LONGEST_SUBJECT => Ok(()),
        length => Err(Error::rejected(
            Check::Subject,
            format!("the ID token's sub has {length} characters; 1 to {LONGEST_SUBJECT} are accepted"),
        )),
    }
}

pub(super) fn audience(claims: &Map<String, Value>) -> Result<Vec<&str>> {
    match present(claims, "aud") {
        None => Err(absent(Check::Audience, "aud")),
        Some(Value::String(one)) => Ok(vec![one]),
        Some(Value::Array(many)) => many
            .iter()
            .map(Value::as_str)
            .collect::<Option<_>>()
            .ok_or_else(|| wrong_type("aud", "text, or a list of texts")),
        Some(_) => Err(wrong_type("aud", "text, or a list of texts")),
    }
}

/// A token for several audiences must say which of them asked for it.
fn authorized_party(claims: &Map<String, Value>, audience: &[&str], client_id: &str) -> Result<()> {
    let has_strangers = audience.iter().any(|one| *one != client_id);
    match text(claims, "azp")? {
        Some(party) if party == client_id => Ok(()),
        None if !has_strangers => Ok(()),
        None => Err(Error::rejected(
            Check::AuthorizedParty,
            "the ID token is for other clients too and does not say (azp) that it was issued to this one",
        )),
        Some(party) => Err(Error::rejected(
            Check::AuthorizedParty,
            format!(
                "the ID token was issued to \"{}\" (azp), but client_id in the configuration is \"{}\"",
                clean(party, SHOWN),
                clean(client_id, SHOWN)
            ),
        )),
    }
}

fn check_nonce(came: Option<&str>, expected: &str) -> Result<()> {
    let came = came.ok_or_else(|| absent(Check::Nonce, "nonce"))?;
    match is_same_secret(came, expected) {
        true => Ok(()),
        false => Err(Error::rejected(
            Check::Nonce,
            "the ID token's nonce is not the one of this login: it belongs to another login, or was replayed",
        )),
    }
}

/// How long this takes says nothing about where the two differ: ring compares their HMACs in constant time.
fn is_same_secret(came: &str, expected: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"comparison");
    hmac::verify(&key, came.as_bytes(), hmac::sign(&key, expected.as_bytes()).as_ref()).is_ok()
}

/// Core section 3.1.3.6: the left half of the hash, base64url.
fn check_access_token_hash(came: &str, token: &str, algorithm: Algorithm) -> Result<()> {
    let hash = digest::digest(hash_of(algorithm), token.as_bytes());
    let (left_half, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
    match came == URL_SAFE_NO_PAD.encode(left_half) {
        true => Ok(()),
        false => Err(Error::rejected(
            Check::AccessTokenHash,
            "the ID token's at_hash does not fit the access token that came with it",
        )),
    }
}

/// Ed25519 hashes with SHA-512 (RFC 8032 section 5.1), and so do the providers that sign with it.
fn hash_of(algorithm: Algorithm) -> &'static digest::Algorithm {
    match algorithm {
        Algorithm::RS384 | Algorithm::PS384 | Algorithm::ES384 => &digest::SHA384,
        Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => &digest::SHA512,
        _ => &digest::SHA256,
    }
}

fn present<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).filter(|value| !value.is_null())
}

pub(super) fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>> {
    match present(claims, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong_type(name, "text")),
    }
}

/// RFC 7519 section 2, NumericDate: seconds, fractions allowed.
pub(super) fn date(claims: &Map<String, Value>, name: &str) -> Result<Option<f64>> {
    match present(claims, name) {
        None => Ok(None),
        Some(Value::Number(number)) => {
            let seconds = number.as_f64().filter(|seconds| (0.0..=LAST_DATE).contains(seconds));
            seconds.map(Some).ok_or_else(|| wrong_type(name, "a date between the years 1970 and 9999"))
        }
        Some(_) => Err(wrong_type(name, "a number")),
    }
}

/// A clock before 1970 reads as 1970; that is wrong by decades in either case, and `iat` shows it.
fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

fn absent(check: Check, claim: &str) -> Error {
    Error::rejected(check, format!("the ID token has no {claim}, which every one must have here"))
}

fn wrong_type(claim: &str, wanted: &str) -> Error {
    Error::rejected(Check::Format, format!("the ID token's {claim} must be {wanted}, and is something else"))
}
