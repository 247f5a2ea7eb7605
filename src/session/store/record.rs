//! What is stored of a session, and its seal.
//!
//! A sealed record is a magic number, a version, an HMAC-SHA256 and the session as JSON. It touches no store. The seal's
//! key is made of the slot and holds no secret: it guards against accidents, truncation, other programs' entries and entries
//! that were mixed up, not against someone who can write the player's secret store already.

use std::fmt;
use std::io;

use ring::{digest, hmac};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{LARGEST, Slot, unavailable};
use crate::error::{Code, Error, Result};

const MAGIC: &[u8; 4] = b"LKS\0";
const VERSION: u8 = 1;
/// Changes with the version, so that no version's seal fits another's.
const PURPOSE: &[u8] = b"latchkey stored session, version 1";
const TAG: std::ops::Range<usize> = 5..37;

/// A session as it is stored.
#[derive(Deserialize, Serialize)]
pub struct Record {
    /// What the session lives on.
    #[serde(with = "secret")]
    pub refresh_token: SecretString,
    /// The last access token.
    #[serde(with = "secret")]
    pub access_token: SecretString,
    /// The last ID token.
    #[serde(with = "optional_secret")]
    pub id_token: Option<SecretString>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// Wall clock, Unix seconds. None: unknown.
    pub expires_at: Option<i64>,
    /// Seconds that the access token was issued for. None: unknown.
    pub lifetime_s: Option<u64>,
    /// Unix milliseconds when the tokens were received.
    pub received_ms: u64,
    /// Claims of the first ID token.
    pub claims: Map<String, Value>,
    /// All that the profile was made of.
    pub profile: Map<String, Value>,
}

impl Record {
    /// The bytes for the vault.
    pub(super) fn seal(&self, slot: &Slot) -> Result<Zeroizing<Vec<u8>>> {
        let mut body = Measure(0);
        serde_json::to_writer(&mut body, self).map_err(|_| unwritable())?;
        let size = TAG.end + body.0;
        if size > LARGEST {
            return Err(too_large(size));
        }
        // Of the exact size: a vector that grows leaves copies of the tokens behind.
        let mut sealed = Zeroizing::new(Vec::with_capacity(size));
        sealed.extend_from_slice(MAGIC);
        sealed.push(VERSION);
        sealed.extend_from_slice(&[0; 32]);
        serde_json::to_writer(&mut *sealed, self).map_err(|_| unwritable())?;
        let tag = hmac::sign(&key(slot), &sealed[TAG.end..]);
        sealed[TAG].copy_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Breaks the seal, or says why it is not one of this slot.
    pub(super) fn open(bytes: &[u8], slot: &Slot) -> Result<Self> {
        if bytes.len() < TAG.end || !bytes.starts_with(MAGIC) {
            return Err(refused("was not written by this library, or was cut short or altered"));
        }
        let version = bytes[MAGIC.len()];
        if version != VERSION {
            return Err(refused(&format!(
                "was written by another version of the library (format {version}, and this one reads {VERSION})"
            )));
        }
        if hmac::verify(&key(slot), &bytes[TAG.end..], &bytes[TAG]).is_err() {
            return Err(refused("was altered, or belongs to another issuer, client id or profile slot"));
        }
        // The parser's own words may quote a token, and are left out.
        serde_json::from_slice(&bytes[TAG.end..]).map_err(|_| refused("lacks a part that this version needs"))
    }
}

/// Not derived: a log line has no use for a player's claims either.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

pub(super) fn key(slot: &Slot) -> hmac::Key {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(PURPOSE);
    slot.each_part(|bytes| context.update(bytes));
    hmac::Key::new(hmac::HMAC_SHA256, context.finish().as_ref())
}

fn refused(why: &str) -> Error {
    unavailable(format!(
        "the entry in the secret store {why}: it is not used. The player has to sign in again, which replaces it"
    ))
}

fn too_large(size: usize) -> Error {
    unavailable(format!(
        "the session takes {size} bytes, and no more than {LARGEST} are stored: it is not kept for the next launch. Ask the \
         provider for smaller tokens, or for fewer claims"
    ))
}

fn unwritable() -> Error {
    Error::new(Code::Internal, "a defect: the session could not be written as JSON")
}

/// Counts, and keeps nothing.
struct Measure(usize);

impl io::Write for Measure {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

mod secret {
    use secrecy::{ExposeSecret, SecretString};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &SecretString, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(secret.expose_secret())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
        String::deserialize(from).map(SecretString::from)
    }
}

mod optional_secret {
    use secrecy::{ExposeSecret, SecretString};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(secret: &Option<SecretString>, to: S) -> Result<S::Ok, S::Error> {
        secret.as_ref().map(ExposeSecret::expose_secret).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
        Ok(Option::<String>::deserialize(from)?.map(SecretString::from))
    }
}

#[cfg(test)]
pub(super) mod tests;
