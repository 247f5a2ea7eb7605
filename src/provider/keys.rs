//! The provider's published keys, RFC 7517.
//!
//! A key set is what a token's signature is judged by, so this room decides which keys may judge at all and which one of
//! them does. It may touch the parser of `jsonwebtoken` and nothing else. What never enters: symmetric keys, private
//! parts, and keys or addresses of keys out of a token. How large a document may be is the HTTP client's to decide.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};
use serde_json::{Map, Value};

use crate::error::{Code, Error, Result};

/// Google publishes two, Microsoft a dozen.
const MOST_KEYS: usize = 100;
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
const P256_POINT: usize = 65;
const P384_POINT: usize = 97;
const ED25519_POINT: usize = 32;

/// The keys of one provider that a signature may be judged by.
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<Key>);

/// A public key for signatures.
#[derive(Clone, Debug)]
pub struct Key {
    id: Option<String>,
    /// The one algorithm that the provider meant it for, where it says so.
    algorithm: Option<Algorithm>,
    kind: Kind,
    decoding: DecodingKey,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

/// Why no key was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyMiss {
    /// No key fits; the provider may have published a new one since.
    Unknown,
    /// More than one key fits, and trying them in turn would let the token choose.
    Ambiguous,
}

impl KeySet {
    /// Reads a JWK Set (RFC 7517 section 5). Only the frame must be right: a key that is malformed, unknown, unfit, too
    /// small or not for signatures is left out, so that what a provider adds tomorrow does not lock players out.
    pub fn parse(document: &[u8]) -> Result<Self> {
        let Some(keys) = published(document) else {
            return Err(Error::new(
                Code::ProviderError,
                "the provider's key document is not a JSON object with an array \"keys\" (RFC 7517): is jwks_uri right?",
            ));
        };
        if keys.len() > MOST_KEYS {
            return Err(Error::new(
                Code::ProviderError,
                format!("the provider's key document holds {} keys; more than {MOST_KEYS} are not read", keys.len()),
            ));
        }
        Ok(Self(keys.into_iter().filter_map(Key::parse).collect()))
    }

    /// The one key that may judge a token with this algorithm and key id.
    ///
    /// The rule: a key fits an algorithm when its type and curve do and, where it names an algorithm itself, that is the
    /// same. With `kid` exactly one fitting key must bear that id, letter by letter. Without `kid` exactly one key of the
    /// whole set must fit. Keys of the same material count as one; anything else that leaves a choice is
    /// [`KeyMiss::Ambiguous`]. A `kid` is compared and nothing more: it is no path, no URL and no query.
    pub fn find(&self, algorithm: Algorithm, kid: Option<&str>) -> std::result::Result<&Key, KeyMiss> {
        let mut fitting =
            self.0.iter().filter(|key| key.fits(algorithm) && (kid.is_none() || key.id.as_deref() == kid));
        let key = fitting.next().ok_or(KeyMiss::Unknown)?;
        match fitting.all(|other| other.is_same_material(key)) {
            true => Ok(key),
            false => Err(KeyMiss::Ambiguous),
        }
    }
}

impl Key {
    /// What `jsonwebtoken` verifies with.
    pub fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    fn parse(value: Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        if !is_for_signatures(&jwk) {
            return None;
        }
        let (kind, decoding) = public_key(&jwk)?;
        let algorithm = match jwk.common.key_algorithm {
            Some(named) => Some(Algorithm::try_from(named).ok()?),
            None => None,
        };
        Some(Self { id: jwk.common.key_id, algorithm, kind, decoding })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        let kind_fits = match algorithm {
            Algorithm::ES256 => self.kind == Kind::P256,
            Algorithm::ES384 => self.kind == Kind::P384,
            Algorithm::EdDSA => self.kind == Kind::Ed25519,
            _ => self.kind == Kind::Rsa && algorithm.family() == AlgorithmFamily::Rsa,
        };
        kind_fits && self.algorithm.is_none_or(|own| own == algorithm)
    }

    fn is_same_material(&self, other: &Self) -> bool {
        use DecodingKeyKind::{RsaModulusExponent, SecretOrDer};
        match (self.decoding.kind(), other.decoding.kind()) {
            (RsaModulusExponent { n, e }, RsaModulusExponent { n: other_n, e: other_e }) => {
                n == other_n && e == other_e
            }
            (SecretOrDer(point), SecretOrDer(other_point)) => self.kind == other.kind && point == other_point,
            _ => false,
        }
    }
}

/// By hand: a struct that serde derives would be read from a list as well.
fn published(document: &[u8]) -> Option<Vec<Value>> {
    match serde_json::from_slice::<Map<String, Value>>(document).ok()?.remove("keys")? {
        Value::Array(keys) => Some(keys),
        _ => None,
    }
}

/// RFC 7517 sections 4.2 and 4.3.
fn is_for_signatures(jwk: &Jwk) -> bool {
    let use_fits = jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let operations = jwk.common.key_operations.as_ref();
    use_fits && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify))
}

/// RFC 7518 section 6 and RFC 8037 section 2; symmetric keys fall through to nothing.
fn public_key(jwk: &Jwk) -> Option<(Kind, DecodingKey)> {
    match &jwk.algorithm {
        AlgorithmParameters::RSA(rsa) => rsa_key(&DecodingKey::from_rsa_components(&rsa.n, &rsa.e).ok()?),
        AlgorithmParameters::EllipticCurve(curve) => {
            let key = DecodingKey::from_ec_components(&curve.x, &curve.y).ok()?;
            match (&curve.curve, key.try_get_as_bytes().ok()?.len()) {
                (EllipticCurve::P256, P256_POINT) => Some((Kind::P256, key)),
                (EllipticCurve::P384, P384_POINT) => Some((Kind::P384, key)),
                _ => None,
            }
        }
        AlgorithmParameters::OctetKeyPair(pair) if pair.curve == EllipticCurve::Ed25519 => {
            let key = DecodingKey::from_ed_components(&pair.x).ok()?;
            (key.try_get_as_bytes().ok()?.len() == ED25519_POINT).then_some((Kind::Ed25519, key))
        }
        _ => None,
    }
}

/// Some providers prefix a zero byte to the numbers, which RFC 7518 section 6.3.1.1 forbids and ring refuses.
fn rsa_key(key: &DecodingKey) -> Option<(Kind, DecodingKey)> {
    let DecodingKeyKind::RsaModulusExponent { n, e } = key.kind() else { return None };
    let (n, e) = (without_leading_zeros(n), without_leading_zeros(e));
    let bits = n.len() * 8 - n.first()?.leading_zeros() as usize;
    RSA_BITS.contains(&bits).then(|| (Kind::Rsa, DecodingKey::from_rsa_raw_components(n, e)))
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

#[cfg(test)]
mod tests;
