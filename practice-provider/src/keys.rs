//! Signing keys: loading, rotation, the published key set.
//!
//! Two keys are published, the one that signs and the one that signed before. A rotation brings a new key id that no
//! client has seen. RSA material is checked in and taken in turn, because `ring` cannot make it; the rest is generated.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair};
use ring::{digest, hmac};
use serde_json::{Value, json};

use crate::small_rsa::SmallRsaKey;
use crate::{Algorithm, Error, Misbehaviour};

static RSA_1: &[u8] = include_bytes!("../keys/rsa-2048-1.pkcs8.der");
static RSA_2: &[u8] = include_bytes!("../keys/rsa-2048-2.pkcs8.der");

/// DER of a `SubjectPublicKeyInfo` up to a 2048-bit `RSAPublicKey` of 270 bytes.
const RSA_2048_SPKI_PREFIX: [u8; 24] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    0x03, 0x82, 0x01, 0x0f, 0x00,
];

/// base64url without padding, the only one in JOSE.
pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A fresh unguessable text.
pub(crate) fn random_text() -> String {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).expect("the system gives random bytes");
    base64url(bytes)
}

#[derive(Clone)]
enum Material {
    Rsa(Arc<RsaKeyPair>),
    Ec(Arc<EcdsaKeyPair>),
    Ed(Arc<Ed25519KeyPair>),
}

/// One key under its id.
#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) algorithm: Algorithm,
    material: Material,
}

impl Key {
    fn new(id: impl Into<String>, algorithm: Algorithm, generation: u64) -> Result<Key, Error> {
        let random = SystemRandom::new();
        let rejected = |error: ring::error::KeyRejected| Error::Key(error.to_string());
        let failed = |_| Error::Key(format!("no {} key could be made", algorithm.name()));
        let material = match algorithm {
            Algorithm::Es256 | Algorithm::Es384 => {
                let kind = if algorithm == Algorithm::Es256 {
                    &signature::ECDSA_P256_SHA256_FIXED_SIGNING
                } else {
                    &signature::ECDSA_P384_SHA384_FIXED_SIGNING
                };
                let document = EcdsaKeyPair::generate_pkcs8(kind, &random).map_err(failed)?;
                let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).map_err(rejected)?;
                Material::Ec(Arc::new(pair))
            }
            Algorithm::EdDsa => {
                let document = Ed25519KeyPair::generate_pkcs8(&random).map_err(failed)?;
                Material::Ed(Arc::new(Ed25519KeyPair::from_pkcs8(document.as_ref()).map_err(rejected)?))
            }
            _ => {
                let der = if generation % 2 == 1 { RSA_1 } else { RSA_2 };
                Material::Rsa(Arc::new(RsaKeyPair::from_pkcs8(der).map_err(rejected)?))
            }
        };
        Ok(Key { id: id.into(), algorithm, material })
    }

    /// Signs; the signature is as JOSE wants it.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.material {
            Material::Rsa(pair) => {
                let padding: &dyn signature::RsaEncoding = match self.algorithm {
                    Algorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
                    Algorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
                    Algorithm::Ps256 => &signature::RSA_PSS_SHA256,
                    Algorithm::Ps384 => &signature::RSA_PSS_SHA384,
                    Algorithm::Ps512 => &signature::RSA_PSS_SHA512,
                    _ => &signature::RSA_PKCS1_SHA256,
                };
                let mut out = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut out).expect("a loaded RSA key signs");
                out
            }
            Material::Ec(pair) => pair.sign(&random, message).expect("a made EC key signs").as_ref().to_vec(),
            Material::Ed(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// The public half as a JWK (RFC 7517).
    pub(crate) fn jwk(&self) -> Value {
        let mut jwk = match &self.material {
            Material::Rsa(pair) => {
                let public = signature::RsaPublicKeyComponents::<Vec<u8>>::from(pair.public());
                json!({"kty": "RSA", "n": base64url(public.n), "e": base64url(public.e)})
            }
            Material::Ec(pair) => {
                // An uncompressed point: 4, x, y.
                let (x, y) = pair.public_key().as_ref()[1..].split_at((pair.public_key().as_ref().len() - 1) / 2);
                let curve = if self.algorithm == Algorithm::Es384 { "P-384" } else { "P-256" };
                json!({"kty": "EC", "crv": curve, "x": base64url(x), "y": base64url(y)})
            }
            Material::Ed(pair) => json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key())}),
        };
        jwk["kid"] = json!(self.id);
        jwk["use"] = json!("sig");
        jwk["alg"] = json!(self.algorithm.name());
        jwk
    }

    /// HS256 with the public key's PEM as the secret: what a client checks if it lets the header choose the algorithm.
    pub(crate) fn hmac_with_public_half(&self, message: &[u8]) -> Vec<u8> {
        let secret = match &self.material {
            Material::Rsa(pair) => {
                let der = [&RSA_2048_SPKI_PREFIX[..], pair.public().as_ref()].concat();
                let lines: Vec<String> = STANDARD
                    .encode(der)
                    .as_bytes()
                    .chunks(64)
                    .map(|line| String::from_utf8_lossy(line).into_owned())
                    .collect();
                format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n")).into_bytes()
            }
            Material::Ec(pair) => pair.public_key().as_ref().to_vec(),
            Material::Ed(pair) => pair.public_key().as_ref().to_vec(),
        };
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message).as_ref().to_vec()
    }

    /// The left half of the digest that belongs to the algorithm, for `at_hash` (OpenID Connect Core, 3.1.3.6).
    pub(crate) fn half_hash(&self, text: &str) -> String {
        let algorithm = match self.algorithm {
            Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => &digest::SHA384,
            Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::EdDsa => &digest::SHA512,
            _ => &digest::SHA256,
        };
        let hash = digest::digest(algorithm, text.as_bytes());
        base64url(&hash.as_ref()[..hash.as_ref().len() / 2])
    }
}

/// All keys of a provider.
pub(crate) struct KeyRing {
    algorithm: Algorithm,
    generation: u64,
    signing: Key,
    previous: Option<Key>,
    /// Published only for [`Misbehaviour::Es256Invalid`].
    pub(crate) elliptic: Key,
    /// Published nowhere a client should look.
    pub(crate) stranger: Key,
    pub(crate) small: Arc<SmallRsaKey>,
}

impl KeyRing {
    pub(crate) fn new(algorithm: Algorithm) -> Result<KeyRing, Error> {
        let small = SmallRsaKey::load().ok_or_else(|| Error::Key("the 1024-bit key is unreadable".into()))?;
        Ok(KeyRing {
            algorithm,
            generation: 2,
            previous: Some(Key::new("practice-1", algorithm, 1)?),
            signing: Key::new("practice-2", algorithm, 2)?,
            elliptic: Key::new("practice-elliptic", Algorithm::Es256, 0)?,
            stranger: Key::new("stranger", Algorithm::Es256, 0)?,
            small: Arc::new(small),
        })
    }

    /// The key that signs now.
    pub(crate) fn signing(&self) -> &Key {
        &self.signing
    }

    /// Takes a new signing key and returns its id.
    pub(crate) fn rotate(&mut self, keep_previous: bool) -> Result<String, Error> {
        let generation = self.generation + 1;
        let fresh = Key::new(format!("practice-{generation}"), self.algorithm, generation)?;
        self.generation = generation;
        let old = std::mem::replace(&mut self.signing, fresh);
        self.previous = keep_previous.then_some(old);
        Ok(self.signing.id.clone())
    }

    /// What the key set publishes.
    pub(crate) fn jwks(&self, misbehaviour: Option<Misbehaviour>) -> Value {
        let mut keys = vec![self.signing.jwk()];
        let without_previous = [Misbehaviour::KeyIdAbsentSingleKey, Misbehaviour::KeyIdAbsentOneFits];
        if !misbehaviour.is_some_and(|one| without_previous.contains(&one)) {
            keys.extend(self.previous.iter().map(Key::jwk));
        }
        match misbehaviour {
            Some(Misbehaviour::DuplicateKeyIds) => {
                let other = Key::new(&*self.signing.id, self.algorithm, self.generation + 1);
                keys = other.iter().map(Key::jwk).chain([self.signing.jwk()]).collect();
            }
            Some(Misbehaviour::Es256Invalid | Misbehaviour::KeyIdAbsentOneFits) => keys.push(self.elliptic.jwk()),
            Some(Misbehaviour::SmallRsaKey) => keys.push(json!({
                "kty": "RSA", "kid": "small", "use": "sig", "alg": "RS256",
                "n": base64url(&self.small.modulus), "e": base64url(&self.small.exponent),
            })),
            Some(Misbehaviour::ManyKeys) => {
                let modulus: String = random_text().chars().cycle().take(342).collect();
                let mut many: Vec<Value> = (keys.len()..10_000)
                    .map(|number| {
                        json!({"kty": "RSA", "kid": format!("filler-{number}"), "use": "sig", "alg": "RS256",
                            "n": modulus, "e": "AQAB"})
                    })
                    .collect();
                many.extend(keys);
                keys = many;
            }
            _ => {}
        }
        json!({ "keys": keys })
    }
}
