//! What a refresh does to the profile.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::testing::{config, session, tokens};
use super::*;

const LIFE: Duration = Duration::from_secs(300);

fn claims(roles: Option<&[&str]>) -> Map<String, Value> {
    let mut claims = json!({"iss": "https://id.example", "sub": "ada", "iat": 1}).as_object().cloned().unwrap();
    claims.extend(roles.map(|roles| ("roles".to_owned(), json!(roles))));
    claims
}

/// A refresh that brings an ID token with these roles, or with none.
fn refreshed(session: &Session, roles: Option<&[&str]>) -> Session {
    let claims = claims(roles);
    let encoded = URL_SAFE_NO_PAD.encode(Value::Object(claims.clone()).to_string());
    let id_token = Some(format!("e30.{encoded}.c2ln").into());
    let tokens = Tokens { id_token, ..tokens(1, LIFE) };
    session.renewed(tokens, Some(Claims::from_store(claims)), &config(), None).unwrap()
}

/// As the next launch finds it.
fn restarted(session: &Session) -> Session {
    Session::restore(session.record().unwrap(), &config().claim_paths).unwrap()
}

#[test]
fn a_role_that_came_with_a_refresh_goes_with_another_also_after_a_restart() {
    let given = refreshed(&session(0, LIFE), Some(&["admin"]));
    assert_eq!(given.profile().roles, ["admin"]);
    assert_eq!(refreshed(&given, None).profile().roles, [""; 0]);
    let taken = refreshed(&restarted(&given), None);
    assert_eq!(taken.profile().roles, [""; 0]);
    assert_eq!(restarted(&taken).profile().roles, [""; 0]);
}

/// As the version before stored it: a role was kept that the last ID token lacks.
#[test]
fn a_role_that_an_older_version_has_kept_goes_with_the_next_refresh() {
    let mut record = refreshed(&session(0, LIFE), None).record().unwrap();
    record.claims = claims(Some(&["admin"]));
    record.profile = claims(Some(&["admin"]));
    let stored = Session::restore(record, &config().claim_paths).unwrap();
    assert_eq!(stored.profile().roles, ["admin"]);
    assert_eq!(refreshed(&stored, None).profile().roles, [""; 0]);
}

#[test]
fn without_a_new_id_token_the_roles_stay_and_the_last_one_still_counts() {
    let given = refreshed(&session(0, LIFE), Some(&["admin"]));
    let silent = given.renewed(tokens(2, LIFE), None, &config(), None).unwrap();
    assert_eq!(silent.profile().roles, ["admin"]);
    assert_eq!(refreshed(&silent, None).profile().roles, [""; 0]);
}
