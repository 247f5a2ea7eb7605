//! What tests need to make tokens: a signer for each supported algorithm, and the token that all variations start from.
//!
//! `fuzzing` makes its tokens with it too, and needs only a part.

#![cfg_attr(not(test), allow(dead_code))]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use ring::rand::SystemRandom;
use ring::signature as ring_signature;
use ring::signature::{
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaKeyPair, RsaPublicKeyComponents,
};
use serde_json::{Value, json};

use super::{Claims, Expected, Rejection, verify};
use crate::error::{Check, Code, Error};
use crate::provider::keys::KeySet;

pub(crate) const ISSUER: &str = "https://id.example/";
pub(crate) const CLIENT_ID: &str = "game";
pub(crate) const NONCE: &str = "n-0S6_WzA2Mj";
pub(crate) const NOW: u64 = 1_700_000_000;
pub(crate) const KID: &str = "key-1";
const RSA_KEY: &[u8] = include_bytes!("testdata/rsa2048.pk8");

pub(crate) struct Signer {
    pub(crate) algorithm: Algorithm,
    pair: Pair,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Curve(EcdsaKeyPair),
    Edwards(Ed25519KeyPair),
}

impl Signer {
    /// A new key; for RSA always the same one.
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let pair = match algorithm {
            Algorithm::ES256 => Pair::Curve(new_curve(&ring_signature::ECDSA_P256_SHA256_FIXED_SIGNING)),
            Algorithm::ES384 => Pair::Curve(new_curve(&ring_signature::ECDSA_P384_SHA384_FIXED_SIGNING)),
            Algorithm::EdDSA => {
                let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
                Pair::Edwards(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
            }
            _ => Pair::Rsa(Box::new(RsaKeyPair::from_pkcs8(RSA_KEY).unwrap())),
        };
        Self { algorithm, pair }
    }

    /// The public half, RFC 7517.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        match &self.pair {
            Pair::Rsa(pair) => {
                let key = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "kid": kid, "n": encode(key.n), "e": encode(key.e)})
            }
            Pair::Curve(pair) => {
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let curve = if self.algorithm == Algorithm::ES256 { "P-256" } else { "P-384" };
                json!({"kty": "EC", "kid": kid, "crv": curve, "x": encode(x), "y": encode(y)})
            }
            Pair::Edwards(pair) => {
                json!({"kty": "OKP", "kid": kid, "crv": "Ed25519", "x": encode(pair.public_key().as_ref())})
            }
        }
    }

    pub(crate) fn keys(&self) -> KeySet {
        key_set(&[self.jwk(KID)])
    }

    /// A token with the usual header.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_with(&json!({"alg": format!("{:?}", self.algorithm), "kid": KID}), claims)
    }

    pub(crate) fn token_with(&self, header: &Value, claims: &Value) -> String {
        self.token_of(&header.to_string(), &claims.to_string())
    }

    /// Signs whatever stands there, JSON or not.
    pub(crate) fn token_of(&self, header: &str, claims: &str) -> String {
        let message = format!("{}.{}", encode(header), encode(claims));
        format!("{message}.{}", encode(self.sign(message.as_bytes())))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(self.padding(), &random, message, &mut signature).unwrap();
                signature
            }
            Pair::Curve(pair) => pair.sign(&random, message).unwrap().as_ref().to_vec(),
            Pair::Edwards(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    fn padding(&self) -> &'static dyn ring_signature::RsaEncoding {
        match self.algorithm {
            Algorithm::RS384 => &ring_signature::RSA_PKCS1_SHA384,
            Algorithm::RS512 => &ring_signature::RSA_PKCS1_SHA512,
            Algorithm::PS256 => &ring_signature::RSA_PSS_SHA256,
            Algorithm::PS384 => &ring_signature::RSA_PSS_SHA384,
            Algorithm::PS512 => &ring_signature::RSA_PSS_SHA512,
            _ => &ring_signature::RSA_PKCS1_SHA256,
        }
    }
}

fn new_curve(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap()
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn key_set(keys: &[Value]) -> KeySet {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// Claims that [`expected`] accepts.
pub(crate) fn claims() -> Value {
    json!({"iss": ISSUER, "sub": "player-1", "aud": CLIENT_ID, "exp": NOW + 600, "iat": NOW, "nonce": NONCE})
}

/// Those claims with some replaced; `null` takes one away.
pub(crate) fn claims_with(changes: Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    claims
}

pub(crate) fn expected() -> Expected<'static> {
    Expected {
        issuer: ISSUER,
        client_id: CLIENT_ID,
        nonce: Some(NONCE),
        access_token: Some("access-token"),
        max_age: None,
        algorithms: &[],
        leeway: Duration::from_secs(60),
        now: at(NOW),
    }
}

pub(crate) fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// Verifies a well signed token with these claims.
pub(crate) fn verdict(claims: &Value, expected: &Expected<'_>) -> Result<Claims, Rejection> {
    let signer = Signer::new(Algorithm::ES256);
    verify(&signer.token(claims), &signer.keys(), expected)
}

/// The final refusal of this check, with a sentence fit for people.
#[track_caller]
pub(crate) fn assert_refused(outcome: Result<Claims, Rejection>, check: Check) -> Error {
    match outcome {
        Err(Rejection::Refused(error)) => assert_check(error, check),
        other => panic!("expected a refusal by {check:?}, got {other:?}"),
    }
}

#[track_caller]
pub(crate) fn assert_unknown_key(outcome: Result<Claims, Rejection>, check: Check) -> Error {
    match outcome {
        Err(Rejection::UnknownKey(error)) => assert_check(error, check),
        other => panic!("expected an unknown key by {check:?}, got {other:?}"),
    }
}

#[track_caller]
fn assert_check(error: Error, check: Check) -> Error {
    assert_eq!((error.code, error.check), (Code::TokenRejected, Some(check)), "{error}");
    error
}
