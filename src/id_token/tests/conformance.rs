//! The OpenID Foundation's relying-party list, by the names of its suite.

use serde_json::{Value, json};

use super::*;

#[track_caller]
fn refused(changes: Value, check: Check) -> Error {
    assert_refused(verdict(&claims_with(changes), &expected()), check)
}

#[track_caller]
fn accepted(changes: Value) {
    verdict(&claims_with(changes), &expected()).unwrap();
}

#[test]
fn idtoken_sig_rs256() {
    let signer = Signer::new(Algorithm::RS256);
    verify(&signer.token(&claims()), &signer.keys(), &expected()).unwrap();
}

#[test]
fn kid_absent_single_jwks() {
    for algorithm in SUPPORTED {
        let signer = Signer::new(algorithm);
        let token = signer.token_with(&json!({"alg": format!("{algorithm:?}")}), &claims());
        verify(&token, &signer.keys(), &expected()).unwrap();
    }
}

/// The stated rule: rejected when more than one key fits, accepted when only one does.
#[test]
fn kid_absent_multiple_jwks() {
    let (signer, other) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let rsa = Signer::new(Algorithm::RS256);
    let token = signer.token_with(&json!({"alg": "ES256"}), &claims());
    let two_of_a_kind = key_set(&[signer.jwk("a"), other.jwk("b")]);
    assert_refused(verify(&token, &two_of_a_kind, &expected()), Check::Key);
    let one_of_each = key_set(&[rsa.jwk("a"), signer.jwk("b")]);
    verify(&token, &one_of_each, &expected()).unwrap();
}

/// Unknown at first, so the caller fetches the keys again; then believed.
#[test]
fn signing_key_rotation() {
    let (old, new) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let named = new.token_with(&json!({"alg": "ES256", "kid": "new"}), &claims());
    let nameless = new.token_with(&json!({"alg": "ES256"}), &claims());
    let before = key_set(&[old.jwk("old")]);
    assert_unknown_key(verify(&named, &before, &expected()), Check::Key);
    assert_unknown_key(verify(&nameless, &before, &expected()), Check::Signature);
    assert_unknown_key(verify(&nameless, &key_set(&[]), &expected()), Check::Key);
    verify(&named, &key_set(&[old.jwk("old"), new.jwk("new")]), &expected()).unwrap();
    verify(&nameless, &key_set(&[new.jwk("new")]), &expected()).unwrap();
}

#[test]
fn invalid_iss() {
    refused(json!({"iss": null}), Check::Issuer);
    refused(json!({"iss": "https://other.example/"}), Check::Issuer);
    refused(json!({"iss": "https://ID.example/"}), Check::Issuer);
    refused(json!({"iss": [ISSUER]}), Check::Format);
    let error = refused(json!({"iss": "https://id.example"}), Check::Issuer);
    assert!(error.message.ends_with("configure the issuer exactly as \"https://id.example\""), "{error}");
}

#[test]
fn missing_sub() {
    refused(json!({"sub": null}), Check::Subject);
    refused(json!({"sub": ""}), Check::Subject);
    refused(json!({"sub": "x".repeat(1025)}), Check::Subject);
    refused(json!({"sub": 7}), Check::Format);
    refused(json!({"sub": {}}), Check::Format);
    accepted(json!({"sub": "ä".repeat(1024)}));
}

#[test]
fn invalid_aud() {
    let error = refused(json!({"aud": "other"}), Check::Audience);
    assert!(error.message.contains("for \"other\", but client_id in the configuration is \"game\""), "{error}");
    refused(json!({"aud": ["other", "another"]}), Check::Audience);
    refused(json!({"aud": "GAME"}), Check::Audience);
    refused(json!({"aud": []}), Check::Audience);
    refused(json!({"aud": ["game", 1]}), Check::Format);
    refused(json!({"aud": {"game": true}}), Check::Format);
}

#[test]
fn missing_aud() {
    refused(json!({"aud": null}), Check::Audience);
}

#[test]
fn aud_as_array_of_one() {
    accepted(json!({"aud": ["game"]}));
    accepted(json!({"aud": ["game", "game"]}));
}

#[test]
fn aud_array_with_a_stranger_and_no_azp() {
    refused(json!({"aud": ["game", "stranger"]}), Check::AuthorizedParty);
    accepted(json!({"aud": ["game", "stranger"], "azp": "game"}));
}

#[test]
fn azp_mismatch() {
    refused(json!({"azp": "stranger"}), Check::AuthorizedParty);
    refused(json!({"aud": ["game", "stranger"], "azp": "stranger"}), Check::AuthorizedParty);
    refused(json!({"azp": ["game"]}), Check::Format);
    accepted(json!({"azp": "game"}));
}

#[test]
fn missing_iat() {
    refused(json!({"iat": null}), Check::IssuedAt);
    refused(json!({"iat": NOW.to_string()}), Check::Format);
}

#[test]
fn iat_in_the_future() {
    refused(json!({"iat": NOW + 61, "exp": NOW + 900}), Check::IssuedAt);
    accepted(json!({"iat": NOW + 60}));
}

#[test]
fn nbf_in_the_future() {
    refused(json!({"nbf": NOW + 61}), Check::IssuedAt);
    refused(json!({"nbf": "soon"}), Check::Format);
    accepted(json!({"nbf": NOW + 60}));
}

#[test]
fn exp_past() {
    refused(json!({"exp": null}), Check::Expiry);
    refused(json!({"exp": 0}), Check::Expiry);
    let error = refused(json!({"exp": NOW - 60}), Check::Expiry);
    assert!(error.message.contains("expired 60 seconds ago"), "{error}");
    accepted(json!({"exp": NOW - 59}));
}

#[test]
fn exp_as_text() {
    refused(json!({"exp": (NOW + 600).to_string()}), Check::Format);
    refused(json!({"exp": true}), Check::Format);
    refused(json!({"exp": [NOW + 600]}), Check::Format);
}

/// The clock is blamed only when nothing else is wrong: a caller that sees these two checks may forgive them.
#[test]
fn times_are_judged_last() {
    refused(json!({"exp": 0, "iss": "https://other.example/"}), Check::Issuer);
    refused(json!({"exp": 0, "nonce": "other"}), Check::Nonce);
    refused(json!({"exp": 0, "at_hash": "other"}), Check::AccessTokenHash);
    refused(json!({"exp": 0, "iat": null}), Check::IssuedAt);
    let asked = Expected { max_age: Some(Duration::from_secs(1)), ..expected() };
    assert_refused(verdict(&claims_with(json!({"exp": 0})), &asked), Check::AuthenticationTime);
}

#[test]
fn nonce_invalid() {
    refused(json!({"nonce": "other"}), Check::Nonce);
    refused(json!({"nonce": ""}), Check::Nonce);
    refused(json!({"nonce": &NONCE[..5]}), Check::Nonce);
    refused(json!({"nonce": format!("{NONCE}x")}), Check::Nonce);
    refused(json!({"nonce": 5}), Check::Format);
}

#[test]
fn nonce_missing() {
    refused(json!({"nonce": null}), Check::Nonce);
    let refresh = Expected { nonce: None, ..expected() };
    verdict(&claims_with(json!({"nonce": null})), &refresh).unwrap();
}

#[test]
fn invalid_athash() {
    refused(json!({"at_hash": "77QmUPtjPfzWtF2AnpK9RQ"}), Check::AccessTokenHash);
    refused(json!({"at_hash": ""}), Check::AccessTokenHash);
    refused(json!({"at_hash": 5}), Check::Format);
}

#[test]
fn max_age_needs_a_fresh_auth_time() {
    let expected = Expected { max_age: Some(Duration::from_secs(300)), ..expected() };
    let verdict = |auth_time: Value| verdict(&claims_with(json!({ "auth_time": auth_time })), &expected);
    verdict(json!(NOW - 360)).unwrap();
    assert_refused(verdict(json!(NOW - 361)), Check::AuthenticationTime);
    assert_refused(verdict(json!(NOW + 61)), Check::AuthenticationTime);
    assert_refused(verdict(json!(null)), Check::AuthenticationTime);
    assert_refused(verdict(json!("now")), Check::Format);
}

#[test]
fn invalid_sig() {
    for algorithm in SUPPORTED {
        let signer = Signer::new(algorithm);
        let token = signer.token(&claims());
        let (message, _) = token.rsplit_once('.').unwrap();
        let mut signature = signer.sign(message.as_bytes());
        *signature.last_mut().unwrap() ^= 1;
        let altered = format!("{message}.{}", encode(&signature));
        assert_refused(verify(&altered, &signer.keys(), &expected()), Check::Signature);
        let shortened = format!("{message}.{}", encode(&signature[1..]));
        assert_refused(verify(&shortened, &signer.keys(), &expected()), Check::Signature);
    }
}

#[test]
fn altered_claims() {
    let signer = Signer::new(Algorithm::RS256);
    let token = signer.token(&claims());
    let parts: Vec<&str> = token.split('.').collect();
    let other = encode(claims_with(json!({"sub": "player-2"})).to_string());
    let forged = format!("{}.{other}.{}", parts[0], parts[2]);
    assert_refused(verify(&forged, &signer.keys(), &expected()), Check::Signature);
}

#[test]
fn invalid_sig_es256() {
    let (signer, stranger) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    assert_refused(verify(&stranger.token(&claims()), &signer.keys(), &expected()), Check::Signature);
}

#[test]
fn idtoken_sig_none() {
    let signer = Signer::new(Algorithm::RS256);
    for name in ["none", "None", "NONE", "nOnE", ""] {
        let bare = format!("{}.{}.", encode(json!({ "alg": name }).to_string()), encode(claims().to_string()));
        assert_refused(verify(&bare, &signer.keys(), &expected()), Check::Algorithm);
        let signed = signer.token_with(&json!({"alg": name, "kid": KID}), &claims());
        assert_refused(verify(&signed, &signer.keys(), &expected()), Check::Algorithm);
    }
}

/// HMAC with the published key as the secret, in every form that a careless verifier might use as bytes.
#[test]
fn invalid_sig_hs256() {
    let signer = Signer::new(Algorithm::RS256);
    let jwk = signer.jwk(KID);
    for secret in [jwk.to_string(), jwk["n"].as_str().unwrap().to_owned(), String::new()] {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
        let header = encode(json!({"alg": "HS256", "kid": KID}).to_string());
        let message = format!("{header}.{}", encode(claims().to_string()));
        let token = format!("{message}.{}", encode(ring::hmac::sign(&key, message.as_bytes())));
        assert_refused(verify(&token, &signer.keys(), &expected()), Check::Algorithm);
    }
}
