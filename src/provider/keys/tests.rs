use serde_json::json;

use super::*;
use crate::id_token::testing::{Signer, encode, key_set};

fn found(keys: &[Value], algorithm: Algorithm, kid: Option<&str>) -> bool {
    key_set(keys).find(algorithm, kid).is_ok()
}

fn with(mut key: Value, name: &str, value: Value) -> Value {
    key[name] = value;
    key
}

/// RFC 7517 appendix A.1.
#[test]
fn the_published_key_set_is_read() {
    let document = r#"{"keys":[
        {"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"},
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
         "e":"AQAB","alg":"RS256","kid":"2011-04-29"}]}"#;
    let keys = KeySet::parse(document.as_bytes()).unwrap();
    keys.find(Algorithm::RS256, Some("2011-04-29")).unwrap();
    assert_eq!(keys.find(Algorithm::PS256, Some("2011-04-29")).unwrap_err(), KeyMiss::Unknown, "alg names another");
    assert_eq!(keys.find(Algorithm::ES256, Some("1")).unwrap_err(), KeyMiss::Unknown, "a key for encryption");
}

#[test]
fn a_document_without_the_frame_is_the_providers_error() {
    for text in ["", "[]", "[[]]", "{}", "{\"keys\":{}}", "{\"keys\":[", "<html>", "{\"keys\":null}"] {
        assert_eq!(KeySet::parse(text.as_bytes()).unwrap_err().code, Code::ProviderError, "{text}");
    }
    KeySet::parse(b"{\"keys\":[]}").unwrap();
}

#[test]
fn ten_thousand_keys_are_not_read() {
    let key = Signer::new(Algorithm::EdDSA).jwk("key");
    let parse = |count| KeySet::parse(json!({"keys": vec![key.clone(); count]}).to_string().as_bytes());
    assert_eq!(parse(10_000).unwrap_err().code, Code::ProviderError);
    assert_eq!(parse(101).unwrap_err().code, Code::ProviderError);
    parse(100).unwrap();
}

#[test]
fn a_key_that_can_not_be_read_is_left_out_alone() {
    let good = Signer::new(Algorithm::ES256).jwk("good");
    let curve = |name: &str| with(with(good.clone(), "crv", json!(name)), "kid", json!("bad"));
    let unreadable = [
        json!(null),
        json!("key"),
        json!({}),
        json!({"kty": "RSA", "kid": "bad"}),
        json!({"kty": "AKP", "kid": "bad", "pub": "AAAA"}),
        json!({"kty": "EC", "kid": 7, "crv": "P-256"}),
        json!({"kty": "RSA", "kid": "bad", "n": "not base64!", "e": "AQAB"}),
        json!({"kty": "RSA", "kid": "bad", "n": "", "e": "AQAB"}),
        json!({"kty": "OKP", "kid": "bad", "crv": "Ed448", "x": "AAAA"}),
        json!({"kty": "OKP", "kid": "bad", "crv": "Ed25519", "x": "AAAA"}),
        json!({"kty": "OKP", "kid": "bad", "crv": "X25519", "x": encode([1; 32])}),
        json!({"kty": "OKP", "kid": "bad", "crv": "P-256", "x": encode([1; 32])}),
        curve("P-384"),
        curve("P-521"),
        curve("secp256k1"),
        curve("Ed25519"),
        with(curve("P-256"), "x", json!("AAAA")),
        with(curve("P-256"), "alg", json!("ES256K")),
        with(curve("P-256"), "alg", json!(7)),
    ];
    for bad in unreadable {
        let keys = key_set(&[bad.clone(), good.clone()]);
        keys.find(Algorithm::ES256, Some("good")).unwrap();
        for algorithm in [Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA, Algorithm::RS256] {
            assert_eq!(keys.find(algorithm, Some("bad")).unwrap_err(), KeyMiss::Unknown, "{bad}");
        }
    }
}

#[test]
fn a_key_for_something_else_is_never_used() {
    let key = Signer::new(Algorithm::EdDSA).jwk("key");
    let found = |name, value| found(&[with(key.clone(), name, value)], Algorithm::EdDSA, Some("key"));
    assert!(found("use", json!("sig")));
    assert!(found("key_ops", json!(["sign", "verify"])));
    assert!(found("alg", json!("EdDSA")));
    for purpose in ["enc", "", "SIG", "other"] {
        assert!(!found("use", json!(purpose)), "{purpose}");
    }
    for operations in [json!([]), json!(["sign"]), json!(["encrypt", "wrapKey"]), json!("verify")] {
        assert!(!found("key_ops", operations.clone()), "{operations}");
    }
    assert!(!found("alg", json!("ES256")));
}

#[test]
fn symmetric_keys_are_never_used() {
    let secret = json!({"kty": "oct", "kid": "key", "k": encode([7; 32])});
    for algorithm in [Algorithm::HS256, Algorithm::RS256, Algorithm::EdDSA, Algorithm::ES256] {
        for key in [secret.clone(), with(secret.clone(), "alg", json!("HS256"))] {
            assert!(!found(&[key], algorithm, Some("key")));
        }
    }
}

#[test]
fn private_parts_are_ignored() {
    let key = with(Signer::new(Algorithm::RS256).jwk("key"), "d", json!("AQAB"));
    assert!(found(&[key], Algorithm::RS256, Some("key")));
}

#[test]
fn rsa_of_unfit_size_is_never_used() {
    let modulus = |bits: usize| {
        let mut bytes = vec![0xff_u8; bits.div_ceil(8)];
        bytes[0] >>= bytes.len() * 8 - bits;
        json!({"kty": "RSA", "kid": "key", "n": encode(bytes), "e": "AQAB"})
    };
    for (bits, fits) in
        [(512, false), (1024, false), (2047, false), (2048, true), (8192, true), (8193, false), (16384, false)]
    {
        assert_eq!(found(&[modulus(bits)], Algorithm::RS256, Some("key")), fits, "{bits}");
    }
}

/// A zero in front makes no key larger, and is not what keeps one from being used.
#[test]
fn zeros_in_front_of_an_rsa_modulus_do_not_count() {
    let padded = |zeros: usize, bytes: usize| {
        let number = [vec![0; zeros], vec![0xff; bytes]].concat();
        json!({"kty": "RSA", "kid": "key", "n": encode(number), "e": "AQAB"})
    };
    assert!(!found(&[padded(128, 128)], Algorithm::RS256, Some("key")));
    assert!(!found(&[padded(256, 0)], Algorithm::RS256, Some("key")));
    assert!(found(&[padded(1, 256)], Algorithm::RS256, Some("key")));
    assert!(found(&[padded(0, 256), padded(1, 256)], Algorithm::RS256, Some("key")), "the same key, written twice");
}

#[test]
fn with_kid_exactly_one_key_must_fit() {
    let (one, two) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let rsa = Signer::new(Algorithm::RS256);
    let miss = |keys: &[Value], kid| key_set(keys).find(Algorithm::ES256, Some(kid)).unwrap_err();
    assert_eq!(miss(&[one.jwk("a"), two.jwk("a")], "a"), KeyMiss::Ambiguous);
    assert_eq!(miss(&[one.jwk("a"), two.jwk("b")], "c"), KeyMiss::Unknown);
    assert_eq!(miss(&[rsa.jwk("a")], "a"), KeyMiss::Unknown);
    assert!(found(&[one.jwk("a"), rsa.jwk("a")], Algorithm::ES256, Some("a")), "only one of them fits");
    assert!(found(&[one.jwk("a"), one.jwk("a")], Algorithm::ES256, Some("a")), "identical ones are one");
    let nameless = with(one.jwk("a"), "kid", json!(null));
    assert_eq!(miss(&[nameless], "a"), KeyMiss::Unknown);
}

#[test]
fn without_kid_exactly_one_key_must_fit() {
    let (one, two) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let rsa = Signer::new(Algorithm::RS256);
    let find = |keys: &[Value]| key_set(keys).find(Algorithm::ES256, None).map(|_| ());
    assert_eq!(find(&[one.jwk("a"), rsa.jwk("b")]), Ok(()));
    assert_eq!(find(&[one.jwk("a"), one.jwk("b")]), Ok(()));
    assert_eq!(find(&[one.jwk("a"), two.jwk("b")]), Err(KeyMiss::Ambiguous));
    assert_eq!(find(&[rsa.jwk("a")]), Err(KeyMiss::Unknown));
    assert_eq!(find(&[]), Err(KeyMiss::Unknown));
}
