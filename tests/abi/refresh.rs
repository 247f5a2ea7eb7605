//! Staying signed in: access tokens, refresh tokens, and when a session has to end.

use std::sync::Barrier;
use std::time::Instant;

use practice_provider::{Misbehaviour as M, Options};
use serde_json::Map;
use support::ffi::*;
use support::vault::with_a_vault;
use support::{Client, Code, ConfigBuilder, Login, PATIENCE, wait_for};

use crate::stage::{
    ADA, Ending, GAME, Stage, claims, object, refresh, refresh_for_the_last_time, short_lived,
    signed_in_with_an_old_token, wait_for_expiry,
};

#[test]
fn a_refresh_brings_a_new_access_token_and_spends_the_refresh_token() {
    let mut stage = Stage::new();
    stage.sign_in();
    let mut last = stage.client.access_token(0).expect("a token");
    for round in 1..=3 {
        let before = stage.client.status();
        let status = refresh(&stage);
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "round {round}");
        assert!(status.revision > before.revision);
        assert_eq!(status.login_id, before.login_id, "a refresh is no login");
        let token = stage.client.access_token(0).expect("a token");
        assert_ne!(token.text, last.text, "round {round}");
        assert_eq!(stage.provider.count("/token"), 1 + round);
        let request = stage.last_request("/token");
        assert_eq!(request.parameter("grant_type"), Some("refresh_token"));
        assert_eq!(stage.provider.live_refresh_tokens(), 1, "round {round}: only the newest is good");
        last = token;
    }
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
}

#[test]
fn an_access_token_that_is_too_old_is_pending_and_then_there() {
    let (stage, old) = signed_in_with_an_old_token(short_lived(), |provider| provider.hold("/token"));
    assert_eq!(stage.client.access_token(0).err(), Some(Code(LATCHKEY_PENDING)));
    assert!(stage.provider.wait_for("/token", 2, PATIENCE));
    assert_eq!(stage.client.access_token(0).err(), Some(Code(LATCHKEY_PENDING)));
    stage.provider.release();
    wait_for("a new token", PATIENCE, || stage.client.access_token(0).is_ok_and(|fresh| fresh.text != old.text));
}

/// Threads that never pause are between any two steps of a call when a refresh ends: one that has seen the old token must not begin
/// another refresh after it.
#[test]
fn threads_that_never_pause_while_a_refresh_ends_cause_no_second_one() {
    const THREADS: usize = 32;
    let options = Options { access_token_lifetime_s: 4, ..Options::default() };
    let (stage, mut old) = signed_in_with_an_old_token(options, |provider| provider.hold("/token"));
    for round in 1..=3 {
        // Until its request is there nobody has an answer, and the token that they find is too old.
        let begun = Barrier::new(THREADS + 1);
        let tokens: Vec<_> = std::thread::scope(|scope| {
            let ask = || {
                begun.wait();
                wait_without_a_pause(|| stage.client.access_token(0).ok().filter(|token| token.text != old.text))
            };
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(ask)).collect();
            begun.wait();
            assert!(stage.provider.wait_for("/token", 1 + round, PATIENCE));
            stage.provider.release();
            threads.into_iter().map(|thread| thread.join().expect("a thread that asks")).collect()
        });
        assert!(tokens.iter().all(|token| *token == tokens[0]), "round {round}: {tokens:?}");
        stage.provider.hold("/token");
        stage.client.wait_until(|status| !status.has(LATCHKEY_STATUS_REFRESHING), PATIENCE);
        assert_eq!(stage.provider.count("/token"), 1 + round, "round {round}");
        old = tokens[0].clone();
        wait_for_expiry(old.expires_at);
    }
}

fn wait_without_a_pause<T>(mut found: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "nothing in {PATIENCE:?}");
    }
}

#[test]
fn asking_for_more_life_than_the_provider_gives_does_not_go_on_for_ever() {
    let mut stage = Stage::new();
    stage.sign_in();
    let token = stage.client.access_token(86_400).expect("what came this very minute is handed out");
    assert_eq!(stage.client.access_token(86_400).expect("a token"), token);
    assert_eq!(stage.provider.count("/token"), 1);
}

#[test]
fn the_token_at_hand_stays_good_while_a_new_one_is_fetched() {
    let mut stage = Stage::new();
    stage.sign_in();
    let token = stage.client.access_token(0).expect("a token");
    stage.provider.misbehave(M::TokenHang);
    stage.client.refresh_session().expect("latchkey_refresh_session");
    assert!(stage.provider.wait_for("/token", 2, PATIENCE));
    assert!(stage.client.status().has(LATCHKEY_STATUS_REFRESHING));
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(stage.client.access_token(0).expect("a token"), token);
}

#[test]
fn a_refreshed_token_with_a_wrong_signature_ends_the_session() {
    assert_ends_the_session(M::InvalidSignature, LATCHKEY_CHECK_SIGNATURE);
}

#[track_caller]
fn assert_ends_the_session(misbehaviour: M, check: u32) {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.misbehave(misbehaviour);
    let Ending { status, text } = refresh_for_the_last_time(&stage);
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, check), "{text}");
    stage.provider.behave();
    stage.sign_in();
}

#[test]
fn a_provider_that_does_not_rotate_refresh_tokens_works_too() {
    let mut stage =
        Stage::with(Options { misbehaviour: Some(M::RefreshWithoutRotation), ..Options::default() }, |config| config);
    stage.sign_in();
    for _ in 0..3 {
        assert_eq!(refresh(&stage).error, LATCHKEY_OK);
    }
    assert_eq!(stage.provider.count("/token"), 4);
}

#[test]
fn a_refresh_without_an_id_token_keeps_the_profile() {
    let mut stage = Stage::with(
        Options { misbehaviour: Some(M::RefreshWithoutIdToken), ..claims(serde_json::json!({"roles": ["player"]})) },
        |config| config,
    );
    stage.sign_in();
    assert_eq!(refresh(&stage).error, LATCHKEY_OK);
    let profile = stage.client.profile().expect("still signed in");
    assert_eq!((profile.name().as_deref(), profile.roles()), (Some(ADA), vec!["player".to_owned()]));
}

#[test]
fn a_refresh_keeps_what_userinfo_had_told() {
    let options = Options { thin_id_token: true, ..claims(serde_json::json!({"roles": ["player"]})) };
    let mut stage = Stage::with(options, |config| config);
    stage.sign_in();
    assert_eq!(refresh(&stage).error, LATCHKEY_OK);
    let profile = stage.client.profile().expect("still signed in");
    assert_eq!((profile.name().as_deref(), profile.roles()), (Some(ADA), vec!["player".to_owned()]));
}

/// The provider leaves `roles` out of a token when there are none.
#[test]
fn a_role_that_is_taken_away_is_gone_with_the_next_refresh_and_at_the_next_launch() {
    with_a_vault(|vault| {
        let admin = object(serde_json::json!({"roles": ["admin"]}));
        let mut stage = Stage::with(Options { extra_claims: admin.clone(), ..Options::default() }, |config| {
            config.store(vault.hooks())
        });
        stage.sign_in();
        let roles = |stage: &Stage| stage.client.profile().expect("still signed in").roles();
        // Told by the first ID token, and by one that came later.
        for _ in 0..2 {
            assert_eq!(roles(&stage), ["admin"]);
            stage.provider.set_extra_claims(Map::new());
            assert_eq!(refresh(&stage).error, LATCHKEY_OK);
            assert_eq!(roles(&stage), [""; 0]);
            stage.provider.set_extra_claims(admin.clone());
            assert_eq!(refresh(&stage).error, LATCHKEY_OK);
        }
        stage.provider.set_extra_claims(Map::new());
        assert_eq!(refresh(&stage).error, LATCHKEY_OK);
        assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
        // What is stored is shown before any answer of the provider's.
        stage.provider.go_away();
        stage.client = Client::create(&ConfigBuilder::new(stage.provider.issuer(), GAME).store(vault.hooks()));
        stage.client.resume_session().expect("latchkey_resume_session");
        stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(roles(&stage), [""; 0]);
    });
}

#[test]
fn without_a_refresh_token_a_session_can_not_be_refreshed_and_says_what_to_ask_for() {
    let options = Options { always_refresh_token: false, ..short_lived() };
    let (stage, _) = signed_in_with_an_old_token(options, |_| {});
    assert_eq!(stage.client.refresh_session(), LATCHKEY_NOT_SUPPORTED);
    assert!(stage.client.error_text().contains("offline_access"), "{}", stage.client.error_text());
    assert_eq!(stage.client.access_token(0).err(), Some(Code(LATCHKEY_SESSION_EXPIRED)));
    assert!(stage.client.error_text().contains("offline_access"), "{}", stage.client.error_text());
}

#[test]
fn the_scope_offline_access_brings_a_refresh_token() {
    let options = Options { always_refresh_token: false, ..Options::default() };
    let mut stage = Stage::with(options, |config| config.scopes("openid profile offline_access"));
    stage.sign_in();
    assert_eq!(refresh(&stage).error, LATCHKEY_OK);
}

#[test]
fn a_confidential_client_authenticates_when_it_refreshes() {
    let secret = || Some((crate::stage::GAME.to_owned(), "correct horse".to_owned()));
    let options = Options { client_secret: secret(), ..Options::default() };
    let mut stage = Stage::with(options, |config| config.client_secret("correct horse"));
    stage.sign_in();
    assert_eq!(refresh(&stage).error, LATCHKEY_OK);
}

#[test]
fn a_session_goes_on_through_a_rotation_of_keys() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.rotate_keys_and_withdraw_old();
    assert_eq!(refresh(&stage).error, LATCHKEY_OK);
}

#[test]
fn nobody_is_refreshed_when_nobody_is_signed_in() {
    let stage = Stage::new();
    assert_eq!(stage.client.refresh_session(), LATCHKEY_INVALID_STATE);
    assert_eq!(stage.client.access_token(0).err(), Some(Code(LATCHKEY_INVALID_STATE)));
    stage.open();
    assert_eq!(stage.client.refresh_session(), LATCHKEY_INVALID_STATE);
}

#[test]
fn a_refresh_beside_a_new_login_disturbs_neither() {
    let mut stage = Stage::new();
    stage.sign_in();
    let url = stage.open();
    let old = stage.client.access_token(0).expect("a token");
    stage.client.refresh_session().expect("latchkey_refresh_session");
    wait_for("the new token", PATIENCE, || stage.client.access_token(0).is_ok_and(|token| token.text != old.text));
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER);
    stage.finish(&url, ADA);
}

#[test]
fn a_refresh_that_comes_back_after_a_new_login_does_not_touch_the_new_session() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.misbehave(M::TokenHang);
    stage.client.refresh_session().expect("latchkey_refresh_session");
    assert!(stage.provider.wait_for("/token", 2, PATIENCE));
    stage.provider.behave();
    let url = stage.open_with(&Login::new().prompt("login"));
    stage.finish(&url, "Somebody Else");
    let token = stage.client.access_token(0).expect("a token");
    // The network goes away under the hanging request.
    stage.provider.hang_up_all();
    let status = stage.client.wait_until(|status| !status.has(LATCHKEY_STATUS_REFRESHING), PATIENCE);
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "{status:?}");
    assert_eq!(stage.client.access_token(0).expect("a token"), token);
    assert_eq!(stage.client.profile().expect("signed in").name().as_deref(), Some("Somebody Else"));
}
