//! A door for `fuzz/`: the provider's key document.

use jsonwebtoken::{Algorithm, DecodingKeyKind, Validation};
use serde_json::Value;

use super::{KeySet, MOST_KEYS};
use crate::fuzzing::assert_is_sentence;
use crate::provider::signature::{self, SUPPORTED};

/// Signed by nobody; no key may ever say otherwise.
const JUNK: &str = "eyJhbGciOiJSUzI1NiJ9.e30.AAAA";
const OTHERS: [Algorithm; 3] = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];

/// Reads a document and asks the set that it makes for every key that it could have.
pub fn key_set(data: &[u8]) {
    let keys = match KeySet::parse(data) {
        Ok(keys) => keys,
        Err(error) => return assert_is_sentence(&error),
    };
    signature::install().expect("the signature checks");
    let document: Value = serde_json::from_slice(data).expect("what was accepted is JSON");
    let published = document["keys"].as_array().expect("what was accepted has an array of keys");
    assert!(keys.0.len() <= published.len().min(MOST_KEYS), "{} keys of {}", keys.0.len(), published.len());
    let ids = keys.0.iter().map(|key| key.id.as_deref()).chain([None, Some(""), Some("../../etc/passwd")]);
    for id in ids {
        for algorithm in SUPPORTED.into_iter().chain(OTHERS) {
            if let Ok(key) = keys.find(algorithm, id) {
                assert!(id.is_none() || key.id.as_deref() == id, "a key with another id");
                assert_fits(key.decoding().kind(), algorithm);
                let verdict = jsonwebtoken::decode::<Value>(JUNK, key.decoding(), &Validation::new(algorithm));
                assert!(verdict.is_err(), "a key that any signature fits");
            }
        }
    }
}

/// RFC 7518 sections 3.3 to 3.5, RFC 8037 section 3.1: only what the algorithm asks for, and RSA no smaller than 2048 bits.
fn assert_fits(kind: &DecodingKeyKind, algorithm: Algorithm) {
    use Algorithm as A;
    match kind {
        DecodingKeyKind::RsaModulusExponent { n, .. } => {
            assert!(format!("{algorithm:?}").starts_with(['R', 'P']), "an RSA key for {algorithm:?}");
            let first = n.first().copied().expect("a modulus");
            let bits = n.len() * 8 - first.leading_zeros() as usize;
            assert!(first != 0 && (2048..=8192).contains(&bits), "an RSA key of {bits} bits");
        }
        DecodingKeyKind::SecretOrDer(point) => {
            let wanted = match algorithm {
                A::ES256 => 65,
                A::ES384 => 97,
                A::EdDSA => 32,
                other => panic!("a curve's key, or a secret, for {other:?}"),
            };
            assert_eq!(point.len(), wanted, "a point of another curve for {algorithm:?}");
        }
    }
}
