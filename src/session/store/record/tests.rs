//! What a seal keeps together, and what it refuses.

use secrecy::ExposeSecret;
use serde_json::json;

use super::*;
use crate::session::store::testing::slot;

pub(in super::super) fn record() -> Record {
    let map = |value: Value| value.as_object().unwrap().clone();
    Record {
        refresh_token: "refresh-\"quoted\"-ü".into(),
        access_token: "access".into(),
        id_token: Some("header.claims.signature".into()),
        scopes: vec!["openid".into(), "offline_access".into()],
        expires_at: Some(1_900_000_000),
        lifetime_s: Some(3600),
        received_ms: 1_899_996_400_123,
        claims: map(json!({"iss": "https://id.example.com", "sub": "1", "iat": 1.5})),
        profile: map(json!({"name": "Ada", "roles": ["player"]})),
    }
}

#[test]
fn a_record_comes_back_as_it_was() {
    let bytes = record().seal(&slot()).unwrap();
    let back = Record::open(&bytes, &slot()).unwrap();
    assert_eq!(back.refresh_token.expose_secret(), record().refresh_token.expose_secret());
    assert_eq!(serde_json::to_value(&back).unwrap(), serde_json::to_value(record()).unwrap());
    let unknown = Record { id_token: None, expires_at: None, lifetime_s: None, ..record() };
    let back = Record::open(&unknown.seal(&slot()).unwrap(), &slot()).unwrap();
    assert!(back.id_token.is_none() && back.expires_at.is_none() && back.lifetime_s.is_none());
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = record().seal(&slot()).unwrap();
    for index in 0..bytes.len() {
        for bit in 0..8 {
            let mut altered = bytes.to_vec();
            altered[index] ^= 1 << bit;
            assert!(Record::open(&altered, &slot()).is_err(), "byte {index}, bit {bit}");
        }
    }
}

#[test]
fn every_length_but_the_right_one_is_refused() {
    let bytes = record().seal(&slot()).unwrap();
    for length in 0..bytes.len() {
        assert!(Record::open(&bytes[..length], &slot()).is_err(), "{length} bytes");
    }
    assert!(Record::open(&[&bytes[..], b" "].concat(), &slot()).is_err());
}

#[test]
fn an_entry_of_another_slot_is_refused() {
    let bytes = record().seal(&slot()).unwrap();
    let others = [
        Slot { issuer: "https://id.example.com/".into(), ..slot() },
        Slot { client_id: "games".into(), ..slot() },
        Slot { name: "two".into(), ..slot() },
        // The same letters, divided otherwise.
        Slot { issuer: "https://id.example.comg".into(), client_id: "ame".into(), ..slot() },
    ];
    for other in others {
        let refusal = Record::open(&bytes, &other).unwrap_err();
        assert!(refusal.message.contains("another issuer, client id or profile slot"), "{refusal}");
    }
}

#[test]
fn an_unknown_version_is_named() {
    let mut bytes = record().seal(&slot()).unwrap();
    bytes[MAGIC.len()] = 2;
    let refusal = Record::open(&bytes, &slot()).unwrap_err();
    assert!(refusal.message.contains("format 2"), "{refusal}");
}

/// The seal was computed by another implementation of HMAC-SHA256.
#[test]
fn a_record_of_the_first_version_stays_readable() {
    let body = br#"{"refresh_token":"r","access_token":"a","id_token":null,"scopes":[],"expires_at":null,"lifetime_s":null,"received_ms":1,"claims":{},"profile":{},"of_a_later_build":true}"#;
    let tag = [
        0x54, 0x13, 0xdb, 0xda, 0x4a, 0x73, 0x91, 0xc4, 0x41, 0x71, 0xde, 0xdf, 0xe2, 0x46, 0x6d, 0xa6, 0x39, 0x43,
        0xac, 0xa2, 0xe0, 0x4d, 0xea, 0xb3, 0x77, 0x5e, 0x7d, 0x9b, 0x92, 0xbf, 0x7c, 0xfd,
    ];
    let bytes = [&b"LKS\0\x01"[..], &tag, body].concat();
    let record = Record::open(&bytes, &slot()).unwrap();
    assert_eq!(record.refresh_token.expose_secret(), "r");
}

#[test]
fn what_another_program_wrote_is_refused() {
    for bytes in [&b""[..], b"hunter2", &[0; 100]] {
        let refusal = Record::open(bytes, &slot()).unwrap_err();
        assert!(refusal.message.contains("not written by this library"), "{refusal}");
    }
}

#[test]
fn a_sealed_record_of_missing_parts_is_refused_without_a_word_of_it() {
    let body = br#"{"refresh_token":"r","access_token":"a","scopes":"the-secret"}"#;
    let tag = hmac::sign(&key(&slot()), body);
    let bytes = [&MAGIC[..], &[VERSION], tag.as_ref(), body].concat();
    let refusal = Record::open(&bytes, &slot()).unwrap_err();
    assert!(refusal.message.contains("lacks a part") && !refusal.message.contains("the-secret"));
}

#[test]
fn sixty_four_kibibytes_are_the_most() {
    let with = |length: usize| Record { access_token: "x".repeat(length).into(), ..record() };
    let rest = with(0).seal(&slot()).unwrap().len();
    assert_eq!(with(LARGEST - rest).seal(&slot()).unwrap().len(), LARGEST);
    let refusal = with(LARGEST - rest + 1).seal(&slot()).unwrap_err();
    assert_eq!(refusal.code, Code::StoreUnavailable);
    assert!(refusal.message.contains("65537"), "{refusal}");
}

#[test]
fn sealing_does_not_grow_its_buffer() {
    let bytes = record().seal(&slot()).unwrap();
    assert_eq!(bytes.capacity(), bytes.len());
}

#[test]
fn debug_shows_no_secret_and_no_claim() {
    let text = format!("{:?}", record());
    for hidden in ["refresh-", "access\"", "signature", "Ada", "id.example.com"] {
        assert!(!text.contains(hidden), "{text}");
    }
}
