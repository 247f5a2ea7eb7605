//! A token's outside: its size, its parts and its header, before any key is asked for.
//!
//! Nothing in here is believed yet. Header members that carry or point to keys (`jwk`, `jku`, `x5u`, `x5c`) are not read:
//! a token that brings its own key is judged by the published ones like any other.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::error::{Check, Error, Result, clean};
use crate::provider::signature::{SUPPORTED, algorithm_named};

/// Microsoft's largest, with 200 groups in them, stay under 16 KiB.
const LARGEST_TOKEN: usize = 64 * 1024;
/// Tokens of the same provider, signed with the same keys, that are something else (RFC 9068 section 2.1, OpenID Connect
/// Back-Channel Logout 1.0 section 2.4).
const OTHER_KINDS: [&str; 2] = ["at+jwt", "logout+jwt"];

/// What the header says about the signature.
pub(super) struct Envelope {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
}

/// Takes the token apart as far as it takes to know which key to ask.
pub(super) fn open(token: &str, agreed: &[Algorithm]) -> Result<Envelope> {
    let [header, claims, signature] = split(token)?;
    let header = parse_header(header)?;
    refuse_extensions(&header)?;
    refuse_other_kinds(&header)?;
    let algorithm = algorithm(&header, agreed)?;
    if claims.is_empty() || signature.is_empty() {
        return Err(malformed("the ID token lacks its claims or its signature"));
    }
    Ok(Envelope { algorithm, kid: key_id(&header)? })
}

/// RFC 7515 section 7.1.
fn split(token: &str) -> Result<[&str; 3]> {
    if token.len() > LARGEST_TOKEN {
        return Err(malformed(format!(
            "the ID token has {} bytes; more than {LARGEST_TOKEN} are not read",
            token.len()
        )));
    }
    if !token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) {
        return Err(malformed("the ID token holds white space or other characters that base64url does not have"));
    }
    let parts: Vec<&str> = token.split('.').collect();
    match parts[..] {
        [header, claims, signature] => Ok([header, claims, signature]),
        [_, _, _, _, _] => Err(malformed(
            "the ID token is encrypted: switch ID token encryption off for this client in the provider's console",
        )),
        _ => Err(malformed(format!("the ID token has {} parts instead of three", parts.len()))),
    }
}

fn parse_header(encoded: &str) -> Result<Map<String, Value>> {
    let header = URL_SAFE_NO_PAD.decode(encoded).ok();
    let header = header.and_then(|json| serde_json::from_slice::<UniqueMembers>(&json).ok());
    header.map(|members| members.0).ok_or_else(|| {
        malformed("the ID token's header is not base64url with a JSON object in it that has no name twice")
    })
}

/// RFC 7515 section 4.1.11 and RFC 7797 section 3.
fn refuse_extensions(header: &Map<String, Value>) -> Result<()> {
    if header.contains_key("crit") {
        return Err(Error::rejected(
            Check::CriticalHeader,
            "the ID token's header marks extensions as critical (crit), and none is known here",
        ));
    }
    if header.get("b64").is_some_and(|encoded| *encoded != Value::Bool(true)) {
        return Err(Error::rejected(Check::CriticalHeader, "the ID token's claims are not base64url-encoded (b64)"));
    }
    Ok(())
}

/// RFC 8725 section 3.12. Whatever else stands in `typ` means nothing: providers write many things there.
fn refuse_other_kinds(header: &Map<String, Value>) -> Result<()> {
    let kind = header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    match OTHER_KINDS.contains(&kind) {
        true => Err(malformed(format!("this is no ID token: its type is {kind}"))),
        false => Ok(()),
    }
}

/// RFC 8725 sections 3.1 and 3.2: the header may choose among what was agreed on and no further.
fn algorithm(header: &Map<String, Value>, agreed: &[Algorithm]) -> Result<Algorithm> {
    let agreed = if agreed.is_empty() { &SUPPORTED } else { agreed };
    let name = match header.get("alg") {
        Some(Value::String(name)) => name,
        _ => return Err(Error::rejected(Check::Algorithm, "the ID token's header names no algorithm")),
    };
    algorithm_named(name).filter(|algorithm| agreed.contains(algorithm)).ok_or_else(|| {
        let agreed: Vec<String> = agreed.iter().map(|algorithm| format!("{algorithm:?}")).collect();
        let (came, agreed) = (clean(name, 40), agreed.join(", "));
        Error::rejected(
            Check::Algorithm,
            format!(
                "the ID token is signed with \"{came}\"; accepted are {agreed}: choose one of them (RS256 is the usual \
                 one) for this client in the provider's console"
            ),
        )
    })
}

fn key_id(header: &Map<String, Value>) -> Result<Option<String>> {
    match header.get("kid") {
        None => Ok(None),
        Some(Value::String(kid)) => Ok(Some(kid.clone())),
        Some(_) => Err(malformed("the ID token's header has a key id (kid) that is not text")),
    }
}

fn malformed(message: impl Into<String>) -> Error {
    Error::rejected(Check::Format, message)
}

/// A JSON object in which no name stands twice: two readers that pick different ones would see two different tokens
/// (RFC 7515 section 4, RFC 7519 section 4). Objects inside it are not looked at; no check reads them.
pub(super) struct UniqueMembers(pub(super) Map<String, Value>);

impl<'de> Deserialize<'de> for UniqueMembers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(UniqueMembersVisitor)
    }
}

struct UniqueMembersVisitor;

impl<'de> Visitor<'de> for UniqueMembersVisitor {
    type Value = UniqueMembers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> std::result::Result<Self::Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, value)) = access.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(de::Error::custom("a name stands twice"));
            }
        }
        Ok(UniqueMembers(members))
    }
}
