//! Claims that were believed, and the two comparisons that later answers of the provider must stand.
//!
//! Only the verification makes [`Claims`] out of a token. The two other ways in say in their names whose word it is.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::checks;
use crate::error::{Check, Error, Result, clean};

const SHOWN: usize = 80;

/// What is known about the player. Printed without content: it is about a person.
#[derive(Clone, PartialEq)]
pub struct Claims(Map<String, Value>);

impl Claims {
    pub(super) fn verified(claims: Map<String, Value>) -> Self {
        Self(claims)
    }

    /// Plain OAuth 2.0: nothing is signed, and what stands for the claims is the userinfo endpoint's word over TLS.
    pub fn from_userinfo(userinfo: Map<String, Value>) -> Self {
        Self(userinfo)
    }

    /// Claims that were verified before they were stored; the store answers for their being unaltered.
    pub fn from_store(stored: Map<String, Value>) -> Self {
        Self(stored)
    }

    /// `sub`; there is always one in a verified ID token.
    pub fn subject(&self) -> Option<&str> {
        self.text("sub")
    }

    /// `iss`; there is always one in a verified ID token.
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// `aud`, as a list in either case.
    pub fn audience(&self) -> Vec<&str> {
        checks::audience(&self.0).unwrap_or_default()
    }

    /// `exp`; there is always one in a verified ID token.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.date("exp")
    }

    /// `iat`; there is always one in a verified ID token.
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.date("iat")
    }

    /// A claim by its whole name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All of them.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn date(&self, name: &str) -> Option<SystemTime> {
        let seconds = checks::date(&self.0, name).ok().flatten()?;
        UNIX_EPOCH.checked_add(Duration::from_secs_f64(seconds))
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Claims({} claims)", self.0.len())
    }
}

/// OpenID Connect Core 1.0 section 12.2: a refreshed ID token (verified already) must be about the same sign-in.
pub fn check_refreshed(first: &Claims, refreshed: &Claims) -> Result<()> {
    same_text(first, refreshed, "iss", Check::Issuer)?;
    same_text(first, refreshed, "sub", Check::Subject)?;
    let audience = refreshed.audience();
    if !first.audience().iter().all(|one| audience.contains(one)) {
        return Err(differs("aud", Check::Audience));
    }
    same_text(first, refreshed, "azp", Check::AuthorizedParty)?;
    // These two may be left out of a refreshed token, but not contradict.
    if contradict(first.text("nonce"), refreshed.text("nonce")) {
        return Err(differs("nonce", Check::Nonce));
    }
    match contradict(first.date("auth_time"), refreshed.date("auth_time")) {
        true => Err(differs("auth_time", Check::AuthenticationTime)),
        false => Ok(()),
    }
}

/// OpenID Connect Core 1.0 section 5.3.2: userinfo must be about the player that the ID token is about, or is not used.
pub fn check_userinfo_subject(id_token: &Claims, userinfo: &Map<String, Value>) -> Result<()> {
    let expected = id_token.subject();
    match userinfo.get("sub").and_then(Value::as_str) {
        Some(came) if expected == Some(came) => Ok(()),
        Some(came) => Err(Error::rejected(
            Check::Subject,
            format!(
                "userinfo answered about \"{}\", the ID token is about \"{}\"",
                clean(came, SHOWN),
                clean(expected.unwrap_or_default(), SHOWN)
            ),
        )),
        None => Err(Error::rejected(Check::Subject, "userinfo answered without sub, so nobody knows about whom")),
    }
}

fn same_text(first: &Claims, refreshed: &Claims, name: &str, check: Check) -> Result<()> {
    match first.text(name) == refreshed.text(name) {
        true => Ok(()),
        false => Err(differs(name, check)),
    }
}

fn contradict<T: PartialEq>(first: Option<T>, refreshed: Option<T>) -> bool {
    first.is_some() && refreshed.is_some() && first != refreshed
}

fn differs(name: &str, check: Check) -> Error {
    Error::rejected(check, format!("the refreshed ID token's {name} is not the one of the sign-in: sign in again"))
}
