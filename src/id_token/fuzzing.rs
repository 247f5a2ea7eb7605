//! A door for `fuzz/`: an ID token, forged or well signed.
//!
//! A fuzzer can't sign, so most modes sign for it: what gets past the signature is what the other checks are for.

use std::sync::OnceLock;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use serde_json::{Map, Value};

use super::testing::{CLIENT_ID, ISSUER, KID, NONCE, NOW, Signer, expected, key_set};
use super::{Expected, Rejection, verify};
use crate::error::Error;
use crate::fuzzing::assert_is_sentence;
use crate::provider::keys::KeySet;

struct Keys {
    edwards: Signer,
    curve: Signer,
    published: KeySet,
}

/// The first byte: 0, the rest is a token as it came, which nobody has signed; 1 and 2, it is a header and claims in lines of
/// their own, to be signed with EdDSA or ES256; 3, it is claims under an honest header. Bit 2 asks for a recent sign-in.
pub fn id_token(data: &[u8]) {
    let Some((&how, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let keys = keys();
    let expected = Expected { max_age: (how & 4 != 0).then_some(Duration::from_secs(300)), ..expected() };
    let honest = format!("{{\"alg\":\"EdDSA\",\"kid\":\"{KID}\"}}");
    let (signer, header, claims) = match (how & 3, text.split_once('\n')) {
        (0, _) => return assert_refused(verify(text, &keys.published, &expected).map(drop)),
        (1, Some((header, claims))) => (&keys.edwards, header, claims),
        (2, Some((header, claims))) => (&keys.curve, header, claims),
        _ => (&keys.edwards, &*honest, text),
    };
    match verify(&signer.token_of(header, claims), &keys.published, &expected) {
        Ok(believed) => {
            assert_header(header, signer.algorithm);
            assert_eq!(&object(claims), believed.as_map(), "other claims than those that were signed");
            assert_claims(believed.as_map(), &expected);
        }
        Err(rejection) => assert_refused(Err(rejection)),
    }
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    KEYS.get_or_init(|| {
        let (edwards, curve) = (Signer::new(Algorithm::EdDSA), Signer::new(Algorithm::ES256));
        let published = key_set(&[edwards.jwk(KID), curve.jwk("key-2"), Signer::new(Algorithm::RS256).jwk("key-3")]);
        Keys { edwards, curve, published }
    })
}

fn assert_refused(outcome: Result<(), Rejection>) {
    let error = Error::from(outcome.expect_err("a token was believed that nobody has signed"));
    assert!(error.check.is_some(), "refused by no check: {error}");
    assert_is_sentence(&error);
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).expect("what was believed is a JSON object")
}

fn assert_header(header: &str, algorithm: Algorithm) {
    let header = object(header);
    assert_eq!(header["alg"], format!("{algorithm:?}"), "believed with another algorithm");
    assert!(!header.contains_key("crit"), "believed with extensions that nobody knows");
}

/// OpenID Connect Core 1.0 section 3.1.3.7, point by point.
fn assert_claims(claims: &Map<String, Value>, expected: &Expected<'_>) {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    let now = NOW as f64;
    let leeway = expected.leeway.as_secs_f64();
    assert_eq!(text("iss"), Some(ISSUER), "of another issuer");
    assert!(text("sub").is_some_and(|subject| !subject.is_empty() && subject.len() <= 1024), "about nobody");
    assert_eq!(text("nonce"), Some(NONCE), "of another login");
    let audience: Vec<_> = match claims.get("aud") {
        Some(Value::Array(list)) => list.iter().map(Value::as_str).collect(),
        one => vec![one.and_then(Value::as_str)],
    };
    assert!(audience.contains(&Some(CLIENT_ID)), "for another client");
    match text("azp") {
        Some(party) => assert_eq!(party, CLIENT_ID, "issued to another client"),
        None => assert!(audience.iter().all(|one| *one == Some(CLIENT_ID)), "for strangers, issued to nobody"),
    }
    assert!(time("exp").is_some_and(|end| now < end + leeway), "expired");
    assert!(time("iat").is_some_and(|start| start <= now + leeway), "not yet issued");
    if let Some(age) = expected.max_age {
        let latest = age.as_secs_f64() + leeway;
        assert!(
            time("auth_time").is_some_and(|then| now - then <= latest && then <= now + leeway),
            "signed in long ago"
        );
    }
}
