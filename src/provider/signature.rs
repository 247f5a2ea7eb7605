//! Signatures of the provider's tokens, verified by ring.
//!
//! `jsonwebtoken` takes tokens apart and matches algorithms with keys; what it lacks without a backend is the arithmetic.
//! This room lends it ring's, which is in the library already for TLS. It may touch the two crates and nothing else. What
//! never enters: a private or symmetric key. HMAC algorithms and signing are refused, whatever the caller says.

use std::sync::OnceLock;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result as JwtResult, new_error};
use jsonwebtoken::signature::{Error as SignatureError, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature as ring_signature;
use ring::signature::{RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};

use crate::error::{Code, Error, Result};

/// Every algorithm that a token may be signed with.
pub const SUPPORTED: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// The supported algorithm with this name (RFC 7518 section 3.1); none for `none`, for HMAC and for what nobody knows.
pub fn algorithm_named(name: &str) -> Option<Algorithm> {
    name.parse().ok().filter(|algorithm| SUPPORTED.contains(algorithm))
}

/// Makes ring what `jsonwebtoken` verifies with, once for the process. [`crate::id_token::verify`] calls it itself.
///
/// The slot is the process's, can't be read, and is filled for good by whoever comes first. The shared library carries
/// its own copy of `jsonwebtoken`, so nobody else can. A Rust program that links this crate directly can: then the
/// answer is an error, each time, because nothing would be known about who verifies.
pub fn install() -> Result<()> {
    static OURS: OnceLock<bool> = OnceLock::new();
    if *OURS.get_or_init(|| PROVIDER.install_default().is_ok()) {
        return Ok(());
    }
    Err(Error::new(
        Code::Internal,
        "another part of this program installed its own crypto provider for the crate jsonwebtoken (or used the crate \
         without one) before the first sign-in: sign in first, or keep the two crates apart",
    ))
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: refuse_to_sign,
    verifier_factory: verifier,
    key_utils: KeyUtils {
        rsa_pub_components_from_private_key: |_| unsupported(),
        rsa_pub_components_from_public_key: |_| unsupported(),
        ec_pub_components_from_private_key: |_, _| unsupported(),
        ed_pub_components_from_private_key: |_, _| unsupported(),
        compute_digest: |_, _| unsupported(),
    },
};

fn refuse_to_sign(_: &Algorithm, _: &EncodingKey) -> JwtResult<Box<dyn JwtSigner>> {
    unsupported()
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    // Without this an EC point would be tried as an Edwards one, or DER bytes as either.
    if key.family() != algorithm.family() {
        return Err(new_error(ErrorKind::InvalidKeyFormat));
    }
    match algorithm.family() {
        AlgorithmFamily::Rsa => rsa_verifier(*algorithm, key),
        AlgorithmFamily::Ec | AlgorithmFamily::Ed => curve_verifier(*algorithm, key),
        AlgorithmFamily::Hmac => unsupported(),
    }
}

fn rsa_verifier(algorithm: Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    let parameters = match algorithm {
        Algorithm::RS256 => &ring_signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::RS384 => &ring_signature::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &ring_signature::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &ring_signature::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &ring_signature::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &ring_signature::RSA_PSS_2048_8192_SHA512,
        _ => return unsupported(),
    };
    match key.kind() {
        DecodingKeyKind::RsaModulusExponent { n, e } => {
            let key = RsaPublicKeyComponents { n: n.clone(), e: e.clone() };
            Ok(Box::new(RsaVerifier { algorithm, parameters, key }))
        }
        DecodingKeyKind::SecretOrDer(_) => Err(new_error(ErrorKind::InvalidKeyFormat)),
    }
}

fn curve_verifier(algorithm: Algorithm, key: &DecodingKey) -> JwtResult<Box<dyn JwtVerifier>> {
    let arithmetic: &'static dyn VerificationAlgorithm = match algorithm {
        Algorithm::ES256 => &ring_signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::ES384 => &ring_signature::ECDSA_P384_SHA384_FIXED,
        Algorithm::EdDSA => &ring_signature::ED25519,
        _ => return unsupported(),
    };
    let key = UnparsedPublicKey::new(arithmetic, key.try_get_as_bytes()?.to_vec());
    Ok(Box::new(CurveVerifier { algorithm, key }))
}

fn unsupported<T>() -> JwtResult<T> {
    Err(new_error(ErrorKind::UnsupportedAlgorithm))
}

struct RsaVerifier {
    algorithm: Algorithm,
    parameters: &'static RsaParameters,
    key: RsaPublicKeyComponents<Vec<u8>>,
}

impl Verifier<Vec<u8>> for RsaVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), SignatureError> {
        self.key.verify(self.parameters, message, signature).map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for RsaVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

struct CurveVerifier {
    algorithm: Algorithm,
    key: UnparsedPublicKey<Vec<u8>>,
}

impl Verifier<Vec<u8>> for CurveVerifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), SignatureError> {
        self.key.verify(message, signature).map_err(|_| SignatureError::new())
    }
}

impl JwtVerifier for CurveVerifier {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

#[cfg(test)]
mod tests;
