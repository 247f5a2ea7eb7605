//! The rows of the conformance list and of the attacks on tokens, by name.

use std::time::Duration;

use jsonwebtoken::Algorithm;
use serde_json::json;

use super::testing::*;
use super::*;
use crate::provider::signature::SUPPORTED;

mod conformance;
mod hostile;
mod later;

#[test]
fn every_supported_algorithm_is_believed() {
    for algorithm in SUPPORTED {
        let signer = Signer::new(algorithm);
        let verified = verify(&signer.token(&claims()), &signer.keys(), &expected()).unwrap();
        assert_eq!(verified.subject(), Some("player-1"), "{algorithm:?}");
    }
}

#[test]
fn at_hash_is_compared_for_every_algorithm() {
    use ring::digest::{SHA256, SHA384, SHA512, digest};
    for algorithm in SUPPORTED {
        let hash = match format!("{algorithm:?}").trim_start_matches(|c: char| c.is_alphabetic()) {
            "256" => &SHA256,
            "384" => &SHA384,
            _ => &SHA512,
        };
        let hash = digest(hash, b"access-token");
        let half = encode(&hash.as_ref()[..hash.as_ref().len() / 2]);
        let signer = Signer::new(algorithm);
        let token = signer.token(&claims_with(json!({ "at_hash": half })));
        verify(&token, &signer.keys(), &expected()).unwrap();
        let other = Expected { access_token: Some("another"), ..expected() };
        assert_refused(verify(&token, &signer.keys(), &other), Check::AccessTokenHash);
        let unknown = Expected { access_token: None, ..expected() };
        verify(&token, &signer.keys(), &unknown).unwrap();
    }
}

/// The example of OpenID Connect Core 1.0 appendix A.3.
#[test]
fn at_hash_fits_the_published_example() {
    let expected = Expected { access_token: Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), ..expected() };
    verdict(&claims_with(json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"})), &expected).unwrap();
}

#[test]
fn claims_say_what_the_token_said() {
    let verified = verdict(&claims_with(json!({"aud": ["game"], "exp": NOW as f64 + 0.5, "extra": [1]})), &expected());
    let verified = verified.unwrap();
    assert_eq!(verified.issuer(), Some(ISSUER));
    assert_eq!(verified.audience(), ["game"]);
    assert_eq!(verified.issued_at(), Some(at(NOW)));
    assert_eq!(verified.expires_at(), Some(at(NOW) + Duration::from_millis(500)));
    assert_eq!(verified.get("extra"), Some(&json!([1])));
    assert_eq!(verified.as_map().len(), 7);
    assert_eq!(format!("{verified:?}"), "Claims(7 claims)", "a person's data is not for logs");
}

#[test]
fn header_algorithm_must_be_one_that_was_agreed_on() {
    let rs256 = Signer::new(Algorithm::RS256);
    let token = rs256.token(&claims());
    let only_es256 = Expected { algorithms: &[Algorithm::ES256], ..expected() };
    let error = assert_refused(verify(&token, &rs256.keys(), &only_es256), Check::Algorithm);
    assert!(error.message.contains("\"RS256\"; accepted are ES256"), "{error}");
    let both = Expected { algorithms: &[Algorithm::ES256, Algorithm::RS256], ..expected() };
    verify(&token, &rs256.keys(), &both).unwrap();
}

#[test]
fn announced_algorithms_are_those_that_are_known() {
    let names = ["none", "HS256", "RS256", "ES512", "EdDSA", "rs256", ""].map(str::to_owned);
    assert_eq!(known_algorithms(&names), [Algorithm::RS256, Algorithm::EdDSA]);
}

/// Agreeing on HMAC changes nothing: a public client has no key for it.
#[test]
fn hmac_can_not_be_agreed_on() {
    let signer = Signer::new(Algorithm::ES256);
    let token = signer.token_with(&json!({"alg": "HS256", "kid": KID}), &claims());
    let hmac = Expected { algorithms: &[Algorithm::HS256], ..expected() };
    assert_refused(verify(&token, &signer.keys(), &hmac), Check::Algorithm);
}

#[test]
fn errors_hold_neither_token_nor_nonce_and_are_clean() {
    let signer = Signer::new(Algorithm::ES256);
    let evil = "https://evil.example/\u{202e}\u{7}".to_owned() + &"x".repeat(5_000);
    for change in [json!({"iss": evil}), json!({"aud": [evil]}), json!({"azp": evil}), json!({"nonce": "n-other"})] {
        let token = signer.token(&claims_with(change));
        let error = Error::from(verify(&token, &signer.keys(), &expected()).unwrap_err());
        assert!(error.message.chars().count() < 700, "{error}");
        assert!(!error.message.contains(['\u{202e}', '\u{7}']), "{error}");
        assert!(!error.message.contains(NONCE) && !error.message.contains("n-other"), "{error}");
        assert!(token.split('.').all(|part| !error.message.contains(part)), "{error}");
    }
}
