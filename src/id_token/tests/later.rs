//! What comes after the first ID token: refreshed ones, and userinfo.

use serde_json::{Map, Value, json};

use super::*;
use crate::error::Result;

fn stored(changes: Value) -> Claims {
    Claims::from_store(map(claims_with(changes)))
}

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[track_caller]
fn assert_failed<T: std::fmt::Debug>(outcome: Result<T>, check: Check) {
    assert_eq!(outcome.unwrap_err().check, Some(check));
}

#[test]
fn refresh_token() {
    let first = stored(json!({"auth_time": NOW, "azp": "game"}));
    check_refreshed(&first, &first).unwrap();
    let later = stored(json!({"azp": "game", "exp": NOW + 9000, "iat": NOW + 5000, "nonce": null}));
    check_refreshed(&first, &later).unwrap();
    let same_time = stored(json!({"auth_time": NOW as f64, "azp": "game"}));
    check_refreshed(&first, &same_time).unwrap();
    let more = stored(json!({"aud": ["other", "game"]}));
    check_refreshed(&stored(json!({})), &more).unwrap();
}

#[test]
fn refresh_token_invalid_issuer() {
    assert_failed(check_refreshed(&stored(json!({})), &stored(json!({"iss": "https://id.example"}))), Check::Issuer);
}

#[test]
fn refresh_token_invalid_sub() {
    assert_failed(check_refreshed(&stored(json!({})), &stored(json!({"sub": "player-2"}))), Check::Subject);
    assert_failed(check_refreshed(&stored(json!({"sub": null})), &stored(json!({}))), Check::Subject);
}

#[test]
fn refresh_token_for_fewer_audiences() {
    let first = stored(json!({"aud": ["game", "backend"], "azp": "game"}));
    assert_failed(check_refreshed(&first, &stored(json!({"azp": "game"}))), Check::Audience);
}

#[test]
fn refresh_token_with_another_azp() {
    let (with, without) = (stored(json!({"azp": "game"})), stored(json!({})));
    assert_failed(check_refreshed(&with, &without), Check::AuthorizedParty);
    assert_failed(check_refreshed(&without, &with), Check::AuthorizedParty);
    assert_failed(check_refreshed(&with, &stored(json!({"azp": "other"}))), Check::AuthorizedParty);
}

#[test]
fn refresh_token_of_another_sign_in() {
    let first = stored(json!({"auth_time": NOW}));
    assert_failed(check_refreshed(&first, &stored(json!({"auth_time": NOW + 1}))), Check::AuthenticationTime);
    assert_failed(check_refreshed(&first, &stored(json!({"nonce": "other"}))), Check::Nonce);
}

#[test]
fn userinfo_invalid_sub() {
    let id_token = stored(json!({}));
    check_userinfo_subject(&id_token, &map(json!({"sub": "player-1"}))).unwrap();
    for other in [json!({"sub": "player-2"}), json!({}), json!({"sub": null}), json!({"sub": ["player-1"]})] {
        assert_failed(check_userinfo_subject(&id_token, &map(other)), Check::Subject);
    }
    let nobody = Claims::from_userinfo(Map::new());
    assert_failed(check_userinfo_subject(&nobody, &map(json!({}))), Check::Subject);
}
