//! Claims to a profile: the names that providers use, brought to the ones that a game asks for.
//!
//! This room reads claims that were believed elsewhere, and touches nothing else. No token ever enters it. Providers
//! write what they like, so every part but the subject may be missing, and one of the wrong type is one that is missing.
//! So is text with a NUL in it: in C it would end there, and `admin\0` would read as somebody else.

use std::fmt;

use serde_json::{Map, Value};

use crate::config::{ClaimPaths, parse_url};
use crate::error::{Code, Error, Result, clean};

/// The most roles, permissions or tenants that are read.
const MOST_ELEMENTS: usize = 1_000;

/// Who the player is. Printed without content: it is about a person.
#[derive(Clone, PartialEq)]
pub struct Profile {
    /// The provider's id of the player: the only thing to recognise them by.
    pub subject: String,
    /// To be shown: the first there is of `name`, `given_name` and `family_name`, `nickname`, `preferred_username`, and
    /// the `global_name` and `username` that Discord has.
    pub name: Option<String>,
    /// `email`
    pub email: Option<String>,
    /// `email_verified`, also where it is the text `true` or `false`; `None`: the provider does not say.
    pub email_verified: Option<bool>,
    /// `picture`, if it is an http or https URL.
    pub picture: Option<String>,
    /// `preferred_username`
    pub preferred_username: Option<String>,
    /// `locale`
    pub locale: Option<String>,
    /// What the configured path leads to; a text is one role, spaces and all.
    pub roles: Vec<String>,
    /// What the configured path leads to; a text is split at its spaces, as OAuth writes lists of scopes.
    pub permissions: Vec<String>,
    /// What the configured path leads to; a text is one tenant.
    pub tenants: Vec<String>,
    claims: Map<String, Value>,
}

impl Profile {
    /// Reads the claims. Only a missing subject is an error.
    pub fn from_claims(claims: &Map<String, Value>, paths: &ClaimPaths) -> Result<Self> {
        Ok(Self {
            subject: subject(claims, &paths.subject)?,
            name: name(claims),
            email: text(claims, "email"),
            email_verified: claims.get("email_verified").and_then(truth),
            picture: text(claims, "picture").and_then(|picture| web_url(&picture)),
            preferred_username: text(claims, "preferred_username"),
            locale: text(claims, "locale"),
            roles: at(claims, &paths.roles).map(elements).unwrap_or_default(),
            permissions: at(claims, &paths.permissions).map(scopes).unwrap_or_default(),
            tenants: at(claims, &paths.tenants).map(elements).unwrap_or_default(),
            claims: claims.clone(),
        })
    }

    /// The same player's, after a `newer` ID token. What it does not tell stays: such tokens are often smaller, and userinfo told more.
    /// Not so roles, permissions and tenants, for an empty list is left out by many a provider: one that an `earlier` ID token had
    /// and this one lacks has been taken away.
    pub fn renewed(
        &self,
        earlier: &[&Map<String, Value>],
        newer: &Map<String, Value>,
        paths: &ClaimPaths,
    ) -> Result<Self> {
        let mut claims = self.claims.clone();
        claims.extend(newer.clone());
        for path in [&paths.roles, &paths.permissions, &paths.tenants] {
            let was_told = earlier.iter().any(|token| at(token, path).is_some());
            if was_told
                && at(newer, path).is_none()
                && let Some(value) = at_mut(&mut claims, path)
            {
                // The same as absent, wherever it is.
                *value = Value::Null;
            }
        }
        Self::from_claims(&claims, paths)
    }

    /// A claim by its name or path, as [`ClaimPaths`] are written: text as it is, everything else as JSON. Absent and
    /// `null` are the same.
    pub fn claim(&self, name: &str) -> Option<String> {
        match at(&self.claims, name)? {
            Value::Null => None,
            Value::String(text) => usable(text),
            other => Some(other.to_string()),
        }
    }

    /// All claims.
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// All claims, as a JSON object.
    pub fn json(&self) -> String {
        serde_json::to_string(&self.claims).unwrap_or_else(|_| "{}".to_owned())
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({} claims)", self.claims.len())
    }
}

/// What a path leads to: the claim with this whole name first (`https://game.example/roles`); else a JSON Pointer
/// (RFC 6901) if it starts with a slash; else names joined by dots (`realm_access.roles`). A name that has dots inside a
/// path (`resource_access.my.client.roles`) needs the pointer.
fn at<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    if let Some(whole) = claims.get(path) {
        return Some(whole);
    }
    match path.strip_prefix('/') {
        Some(pointer) => at_pointer(claims, pointer),
        None => at_dots(claims, path),
    }
}

fn at_pointer<'a>(claims: &'a Map<String, Value>, pointer: &str) -> Option<&'a Value> {
    let (first, rest) = split_pointer(pointer);
    claims.get(&first)?.pointer(rest)
}

/// The name of a claim, and the pointer inside it.
fn split_pointer(pointer: &str) -> (String, &str) {
    let (first, rest) = pointer.split_at(pointer.find('/').unwrap_or(pointer.len()));
    (first.replace("~1", "/").replace("~0", "~"), rest)
}

fn at_dots<'a>(claims: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    let mut names = path.split('.');
    let first = claims.get(names.next()?)?;
    names.try_fold(first, |value, name| value.as_object()?.get(name))
}

/// As [`at`].
fn at_mut<'a>(claims: &'a mut Map<String, Value>, path: &str) -> Option<&'a mut Value> {
    if claims.contains_key(path) {
        return claims.get_mut(path);
    }
    if let Some(pointer) = path.strip_prefix('/') {
        let (first, rest) = split_pointer(pointer);
        return claims.get_mut(&first)?.pointer_mut(rest);
    }
    let mut names = path.split('.');
    let first = claims.get_mut(names.next()?)?;
    names.try_fold(first, |value, name| value.as_object_mut()?.get_mut(name))
}

/// A number is an id in plain OAuth 2.0 (GitHub). Only a whole one: two players must not be rounded into one.
fn subject(claims: &Map<String, Value>, path: &str) -> Result<String> {
    let subject = match at(claims, path) {
        Some(Value::String(text)) => usable(text),
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        _ => None,
    };
    subject.ok_or_else(|| {
        Error::new(
            Code::Configuration,
            format!(
                "the provider's answer has no player id at \"{}\": set subject_claim to the claim that holds it (often id, \
                 for providers without OpenID Connect)",
                clean(path, 80)
            ),
        )
    })
}

fn name(claims: &Map<String, Value>) -> Option<String> {
    text(claims, "name").or_else(|| given_and_family_name(claims)).or_else(|| {
        ["nickname", "preferred_username", "global_name", "username"].iter().find_map(|one| text(claims, one))
    })
}

fn given_and_family_name(claims: &Map<String, Value>) -> Option<String> {
    let parts: Vec<String> = ["given_name", "family_name"].iter().filter_map(|part| text(claims, part)).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// As the parser writes it, so that nothing but a URL is handed on.
fn web_url(text: &str) -> Option<String> {
    parse_url(text).ok().filter(|url| matches!(url.scheme(), "http" | "https")).map(String::from)
}

/// A list's texts, an object's names (Descope's `tenants`), or a single text; anything else is none.
fn elements(value: &Value) -> Vec<String> {
    match value {
        Value::Array(list) => list.iter().filter_map(Value::as_str).filter_map(usable).take(MOST_ELEMENTS).collect(),
        Value::Object(members) => members.keys().filter_map(|name| usable(name)).take(MOST_ELEMENTS).collect(),
        Value::String(one) => usable(one).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn scopes(value: &Value) -> Vec<String> {
    match value {
        Value::String(list) => list.split_ascii_whitespace().filter_map(usable).take(MOST_ELEMENTS).collect(),
        other => elements(other),
    }
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).and_then(usable)
}

fn usable(text: &str) -> Option<String> {
    (!text.is_empty() && !text.contains('\0')).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
