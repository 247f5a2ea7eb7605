//! The row `token` of the attacks.

use serde_json::{Value, json};

use super::*;

#[track_caller]
fn refused_header(header: Value, check: Check) -> Error {
    let signer = Signer::new(Algorithm::ES256);
    assert_refused(verify(&signer.token_with(&header, &claims()), &signer.keys(), &expected()), check)
}

#[track_caller]
fn refused_text(token: &str, check: Check) -> Error {
    let signer = Signer::new(Algorithm::ES256);
    assert_refused(verify(token, &signer.keys(), &expected()), check)
}

/// RFC 8725 section 2.1: the header names another algorithm than the key is for.
#[test]
fn key_confusion() {
    let (rsa, curve, edwards) =
        (Signer::new(Algorithm::RS256), Signer::new(Algorithm::ES256), Signer::new(Algorithm::EdDSA));
    for (signer, named) in [(&rsa, "ES256"), (&rsa, "EdDSA"), (&curve, "RS256"), (&curve, "ES384"), (&edwards, "ES256")]
    {
        let token = signer.token_with(&json!({"alg": named, "kid": KID}), &claims());
        assert_unknown_key(verify(&token, &signer.keys(), &expected()), Check::Key);
    }
    let as_pss = rsa.token_with(&json!({"alg": "PS256", "kid": KID}), &claims());
    assert_refused(verify(&as_pss, &rsa.keys(), &expected()), Check::Signature);
}

#[test]
fn a_key_that_names_its_algorithm_is_for_no_other() {
    let signer = Signer::new(Algorithm::PS256);
    let mut jwk = signer.jwk(KID);
    jwk["alg"] = json!("RS256");
    assert_unknown_key(verify(&signer.token(&claims()), &key_set(&[jwk.clone()]), &expected()), Check::Key);
    jwk["alg"] = json!("PS256");
    verify(&signer.token(&claims()), &key_set(&[jwk]), &expected()).unwrap();
}

#[test]
fn algorithms_that_nobody_knows() {
    for name in ["ES512", "ES256K", "RS1", "rs256", "HS384", "HS512", "Ed448", "RS256 ", "\u{0}"] {
        refused_header(json!({"alg": name, "kid": KID}), Check::Algorithm);
    }
    for header in [json!({"kid": KID}), json!({"alg": 1}), json!({"alg": null}), json!({"alg": ["ES256"]})] {
        refused_header(header, Check::Algorithm);
    }
}

/// A token that brings its own key is judged by the published ones like any other.
#[test]
fn key_in_the_header() {
    let (provider, attacker) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let forge = |kid: Value| {
        let mut header = json!({"alg": "ES256", "kid": kid, "jwk": attacker.jwk(KID)});
        header.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        attacker.token_with(&header, &claims())
    };
    let verdict = |kid: Value, keys: &KeySet| verify(&forge(kid), keys, &expected());
    assert_refused(verdict(json!(KID), &provider.keys()), Check::Signature);
    assert_unknown_key(verdict(json!("attacker"), &provider.keys()), Check::Key);
    assert_unknown_key(verdict(json!(null), &provider.keys()), Check::Signature);
    assert_unknown_key(verdict(json!(null), &key_set(&[])), Check::Key);
}

#[test]
fn key_urls_and_certificates_in_the_header() {
    let (provider, attacker) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let header = json!({
        "alg": "ES256", "kid": KID, "jku": "https://evil.example/jwks", "x5u": "https://evil.example/cert",
        "x5c": ["MIIB"], "x5t": "AAAA",
    });
    assert_refused(verify(&attacker.token_with(&header, &claims()), &provider.keys(), &expected()), Check::Signature);
    // Signed by the right key they are harmless, and some providers send them.
    verify(&provider.token_with(&header, &claims()), &provider.keys(), &expected()).unwrap();
}

#[test]
fn kid_with_path_or_sql() {
    let signer = Signer::new(Algorithm::ES256);
    for kid in ["../../dev/null", "' OR '1'='1", "https://evil.example/key", "key-1\u{0}", " key-1", "KEY-1", ""] {
        let token = signer.token_with(&json!({"alg": "ES256", "kid": kid}), &claims());
        assert_unknown_key(verify(&token, &signer.keys(), &expected()), Check::Key);
    }
    refused_header(json!({"alg": "ES256", "kid": [KID]}), Check::Format);
    refused_header(json!({"alg": "ES256", "kid": null}), Check::Format);
}

#[test]
fn duplicate_kids() {
    let (signer, other) = (Signer::new(Algorithm::ES256), Signer::new(Algorithm::ES256));
    let token = signer.token(&claims());
    for keys in [[signer.jwk(KID), other.jwk(KID)], [other.jwk(KID), signer.jwk(KID)]] {
        assert_refused(verify(&token, &key_set(&keys), &expected()), Check::Key);
    }
    verify(&token, &key_set(&[signer.jwk(KID), signer.jwk(KID)]), &expected()).unwrap();
}

#[test]
fn rsa_under_2048_bits() {
    let weak: Value = serde_json::from_str(include_str!("../testdata/rsa1024.json")).unwrap();
    let outcome = verify(weak["token"].as_str().unwrap(), &key_set(&[weak["key"].clone()]), &expected());
    assert_unknown_key(outcome, Check::Key);
}

#[test]
fn crit() {
    for crit in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp"), json!(null)] {
        refused_header(json!({"alg": "ES256", "kid": KID, "crit": crit}), Check::CriticalHeader);
    }
}

#[test]
fn unencoded_claims() {
    for b64 in [json!(false), json!("false"), json!(0)] {
        refused_header(json!({"alg": "ES256", "kid": KID, "b64": b64}), Check::CriticalHeader);
    }
}

#[test]
fn huge_numbers_in_exp() {
    let signer = Signer::new(Algorithm::ES256);
    let header = json!({"alg": "ES256", "kid": KID}).to_string();
    let claims = claims().to_string();
    let exp = format!("\"exp\":{}", NOW + 600);
    for number in ["1e400", "1e308", "18446744073709551616", "9223372036854775807", "-1", "-1e308", "NaN", "Infinity"] {
        let huge = claims.replace(&exp, &format!("\"exp\":{number}"));
        assert_ne!(huge, claims);
        let token = signer.token_of(&header, &huge);
        assert_refused(verify(&token, &signer.keys(), &expected()), Check::Format);
    }
}

#[test]
fn jwe() {
    let header = encode(json!({"alg": "RSA-OAEP", "enc": "A256GCM"}).to_string());
    let error = refused_text(&format!("{header}.a.b.c.d"), Check::Format);
    assert!(error.message.contains("encrypted"), "{error}");
}

#[test]
fn parts_that_are_none() {
    let signer = Signer::new(Algorithm::ES256);
    let token = signer.token(&claims());
    let [header, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { unreachable!() };
    let variants = [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        format!("{header}.{body}"),
        format!("{header}.{body}."),
        format!("{header}..{signature}"),
        format!(".{body}.{signature}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
    ];
    for variant in variants {
        assert_refused(verify(&variant, &signer.keys(), &expected()), Check::Format);
    }
}

#[test]
fn white_space_padding_and_other_alphabets() {
    let signer = Signer::new(Algorithm::ES256);
    let token = signer.token(&claims());
    for altered in [
        format!(" {token}"),
        format!("{token}\n"),
        format!("{token}="),
        format!("{token}%20"),
        token.replace('.', " ."),
    ] {
        let error = assert_refused(verify(&altered, &signer.keys(), &expected()), Check::Format);
        assert!(error.message.contains("white space"), "{error}");
    }
}

/// The last character of a signature has bits to spare; with them set it would be a second text of the same token.
#[test]
fn a_second_text_of_the_same_signature() {
    let signer = Signer::new(Algorithm::ES256);
    let mut token = signer.token(&claims());
    let last = token.pop().unwrap();
    let next = char::from(last as u8 + 1);
    assert_refused(verify(&format!("{token}{next}"), &signer.keys(), &expected()), Check::Format);
    verify(&format!("{token}{last}"), &signer.keys(), &expected()).unwrap();
}

#[test]
fn size() {
    let signer = Signer::new(Algorithm::ES256);
    let token = signer.token(&claims_with(json!({"groups": "x".repeat(64 * 1024)})));
    let error = assert_refused(verify(&token, &signer.keys(), &expected()), Check::Format);
    assert!(error.message.contains("more than 65536"), "{error}");
    let token = signer.token(&claims_with(json!({"groups": "x".repeat(40 * 1024)})));
    verify(&token, &signer.keys(), &expected()).unwrap();
}

#[test]
fn header_or_claims_that_are_no_object() {
    let signer = Signer::new(Algorithm::ES256);
    let header = json!({"alg": "ES256", "kid": KID}).to_string();
    let deep = format!("{{\"a\":{}", "[".repeat(20_000));
    for text in ["", "[]", "null", "\"text\"", "{", "{}{}", &deep] {
        assert_refused(verify(&signer.token_of(&header, text), &signer.keys(), &expected()), Check::Format);
        assert_refused(
            verify(&signer.token_of(text, &claims().to_string()), &signer.keys(), &expected()),
            Check::Format,
        );
    }
    let message = format!("{}.{}", encode(&header), encode([b'{', 0xff, b'}']));
    let not_utf8 = format!("{message}.{}", encode(signer.sign(message.as_bytes())));
    assert_refused(verify(&not_utf8, &signer.keys(), &expected()), Check::Format);
}

#[test]
fn names_that_stand_twice() {
    let signer = Signer::new(Algorithm::ES256);
    let header = json!({"alg": "ES256", "kid": KID}).to_string();
    let twice = |object: &str, member: &str| object.replacen('{', &format!("{{{member},"), 1);
    for member in ["\"sub\":\"player-2\"", "\"nonce\":\"other\"", "\"roles\":[],\"roles\":[\"admin\"]"] {
        let token = signer.token_of(&header, &twice(&claims().to_string(), member));
        assert_refused(verify(&token, &signer.keys(), &expected()), Check::Format);
    }
    for member in ["\"alg\":\"none\"", "\"kid\":\"other\"", "\"x\":1,\"x\":2"] {
        let token = signer.token_of(&twice(&header, member), &claims().to_string());
        assert_refused(verify(&token, &signer.keys(), &expected()), Check::Format);
    }
}

#[test]
fn other_kinds_of_token() {
    for kind in ["at+jwt", "application/at+jwt", "AT+JWT", "logout+jwt"] {
        refused_header(json!({"alg": "ES256", "kid": KID, "typ": kind}), Check::Format);
    }
    let signer = Signer::new(Algorithm::ES256);
    for kind in ["JWT", "jwt", "application/jwt", "JOSE"] {
        let token = signer.token_with(&json!({"alg": "ES256", "kid": KID, "typ": kind}), &claims());
        verify(&token, &signer.keys(), &expected()).unwrap();
    }
}
