use std::process::Command;

use jsonwebtoken::crypto::verify;

use super::*;
use crate::id_token::testing::{Signer, claims, encode, expected};

const IN_CHILD: &str = "LATCHKEY_TEST_FOREIGN_PROVIDER";
const CHILD_DONE: &str = "the foreign provider was refused";

fn rsa_of_rfc_7515() -> DecodingKey {
    let modulus = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZ\
                   S-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2\
                   R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcD\
                   TW9gb54h4FRWyuXpoQ";
    DecodingKey::from_rsa_components(modulus, "AQAB").unwrap()
}

/// RFC 7515 appendices A.2 and A.3, RFC 8037 appendix A.4.
#[test]
fn published_signatures_verify() {
    install().unwrap();
    let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let curve_key = DecodingKey::from_ec_components(
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    );
    let edwards_key = DecodingKey::from_ed_components("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    let published = [
        (
            Algorithm::RS256,
            rsa_of_rfc_7515(),
            format!("eyJhbGciOiJSUzI1NiJ9.{claims}"),
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU\
             Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d\
             O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig\
             cN_IoypGlUPQGe77Rw",
        ),
        (
            Algorithm::ES256,
            curve_key.unwrap(),
            format!("eyJhbGciOiJFUzI1NiJ9.{claims}"),
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
        ),
        (
            Algorithm::EdDSA,
            edwards_key.unwrap(),
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned(),
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
        ),
    ];
    for (algorithm, key, message, signature) in published {
        assert!(verify(signature, message.as_bytes(), &key, algorithm).unwrap(), "{algorithm:?}");
        assert!(!verify(signature, &message.as_bytes()[1..], &key, algorithm).unwrap(), "{algorithm:?}");
    }
}

#[test]
fn a_key_of_another_family_is_refused() {
    install().unwrap();
    let keys = [rsa_of_rfc_7515(), DecodingKey::from_ec_der(&[4; 65]), DecodingKey::from_ed_der(&[1; 32])];
    for (algorithm, key) in SUPPORTED.iter().flat_map(|algorithm| keys.iter().map(move |key| (algorithm, key))) {
        let outcome = verify("", b"message", key, *algorithm);
        assert_eq!(outcome.is_ok(), key.family() == algorithm.family(), "{algorithm:?} with {:?}", key.family());
    }
}

#[test]
fn hmac_and_signing_are_refused() {
    install().unwrap();
    let secret = DecodingKey::from_secret(b"secret");
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        assert!(verify("", b"message", &secret, algorithm).is_err());
        assert!(jsonwebtoken::crypto::sign(b"message", &EncodingKey::from_secret(b"secret"), algorithm).is_err());
    }
    for name in ["none", "HS256", "HS384", "HS512", "ES512", "rs256", ""] {
        assert_eq!(algorithm_named(name), None, "{name}");
    }
    assert!(SUPPORTED.iter().all(|algorithm| algorithm_named(&format!("{algorithm:?}")) == Some(*algorithm)));
}

/// The key set leaves small keys out; this is the second wall.
#[test]
fn ring_refuses_rsa_under_2048_bits() {
    install().unwrap();
    let weak = include_str!("../../id_token/testdata/rsa1024.json");
    let weak: serde_json::Value = serde_json::from_str(weak).unwrap();
    let (message, signature) = weak["token"].as_str().unwrap().rsplit_once('.').unwrap();
    let key = DecodingKey::from_rsa_components(weak["key"]["n"].as_str().unwrap(), "AQAB").unwrap();
    assert!(!verify(signature, message.as_bytes(), &key, Algorithm::RS256).unwrap());
}

/// JWS signatures are two numbers side by side; DER, as certificates have it, is another text of the same signature.
#[test]
fn ecdsa_signatures_are_not_der() {
    install().unwrap();
    let signer = Signer::new(Algorithm::ES256);
    let jwk = signer.jwk("key");
    let key = DecodingKey::from_ec_components(jwk["x"].as_str().unwrap(), jwk["y"].as_str().unwrap()).unwrap();
    let signature = signer.sign(b"message");
    assert!(verify(&encode(&signature), b"message", &key, Algorithm::ES256).unwrap());
    assert!(!verify(&encode(as_der(&signature)), b"message", &key, Algorithm::ES256).unwrap());
}

fn as_der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(32);
    // A leading zero keeps each number positive, and is always allowed to be there when the top bit is set.
    let integer = |number: &[u8]| {
        let number: Vec<u8> = number.iter().copied().skip_while(|byte| *byte == 0).collect();
        let sign: &[u8] = if number[0] > 127 { &[0] } else { &[] };
        [&[2, (number.len() + sign.len()) as u8], sign, &number].concat()
    };
    let body = [integer(r), integer(s)].concat();
    [vec![0x30, body.len() as u8], body].concat()
}

#[test]
fn installing_twice_is_installing_once() {
    install().unwrap();
    install().unwrap();
    assert!(PROVIDER.install_default().is_err(), "the slot is taken, by us");
}

/// The slot is the process's, so this needs one of its own.
#[test]
fn a_foreign_provider_is_an_error_and_no_panic() {
    let child = format!("{}::child_with_a_foreign_provider", module_path!().split_once("::").unwrap().1);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &child, "--nocapture"])
        .env(IN_CHILD, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains(CHILD_DONE), "{printed}");
}

#[test]
fn child_with_a_foreign_provider() {
    static FOREIGN: CryptoProvider = CryptoProvider {
        signer_factory: |_, _| panic!("asked"),
        verifier_factory: |_, _| panic!("asked"),
        key_utils: KeyUtils::new_unimplemented(),
    };
    if std::env::var_os(IN_CHILD).is_none() {
        return;
    }
    FOREIGN.install_default().unwrap();
    for _ in 0..2 {
        assert_eq!(install().unwrap_err().code, Code::Internal);
    }
    let signer = Signer::new(Algorithm::ES256);
    let outcome = crate::id_token::verify(&signer.token(&claims()), &signer.keys(), &expected());
    assert_eq!(Error::from(outcome.unwrap_err()).code, Code::Internal);
    println!("{CHILD_DONE}");
}
