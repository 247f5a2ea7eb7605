//! Staying signed in: access tokens, refresh tokens, and when a session has to end.

use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour as M, Options, PracticeProvider};
use support::ffi::*;
use support::{Code, Login, PATIENCE, Status, Token, wait_for};

use crate::stage::{ADA, Ending, Stage, claims};

/// A provider whose access tokens live for a second.
fn short_lived() -> Options {
    Options { access_token_lifetime_s: 1, ..Options::default() }
}

/// Refreshes, and waits for the end of it.
#[track_caller]
fn refresh(stage: &Stage) -> Status {
    stage.client.refresh_session().expect("latchkey_refresh_session");
    stage.client.wait_until_settled()
}

/// A refresh that must end the session.
#[track_caller]
fn refresh_for_the_last_time(stage: &Stage) -> Ending {
    stage.client.refresh_session().expect("latchkey_refresh_session");
    stage.ended()
}

/// Signs in and waits until the access token is too old, while the provider does this to whoever wants a new one: also to the
/// library, which sees to that without being asked.
fn signed_in_with_an_old_token(options: Options, meanwhile: impl FnOnce(&PracticeProvider)) -> (Stage, Token) {
    let mut stage = Stage::with(options, |config| config);
    stage.sign_in();
    let token = stage.client.access_token(0).expect("a token that is good for a second");
    meanwhile(&stage.provider);
    let expired = token.expires_at;
    let now = || std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs() as i64;
    wait_for("the token to be too old", PATIENCE, || now() > expired);
    (stage, token)
}

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

#[test]
fn asking_for_more_life_than_the_provider_gives_does_not_go_on_for_ever() {
    let mut stage = Stage::new();
    stage.sign_in();
    let token = stage.client.access_token(86_400).expect("what came this very minute is handed out");
    assert_eq!(stage.client.access_token(86_400).expect("a token"), token);
    assert_eq!(stage.provider.count("/token"), 1);
}

#[test]
fn however_many_ask_there_is_one_request() {
    let (stage, _) = signed_in_with_an_old_token(short_lived(), |provider| provider.misbehave(M::TokenHang));
    std::thread::scope(|scope| {
        for number in 0..64 {
            let client = &stage.client;
            scope.spawn(move || match number % 2 {
                0 => client.refresh_session().expect("latchkey_refresh_session"),
                _ => assert_eq!(client.access_token(0).err(), Some(Code(LATCHKEY_PENDING))),
            });
        }
    });
    assert!(stage.provider.wait_for("/token", 2, PATIENCE));
    assert!(stage.client.status().has(LATCHKEY_STATUS_REFRESHING));
    let provider = stage.provider;
    stage.client.destroy();
    assert_eq!(provider.count("/token"), 2, "the sign-in's, and one more");
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
fn a_session_that_the_provider_has_ended_is_expired_here() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.revoke_everything();
    let Ending { status, text } = refresh_for_the_last_time(&stage);
    assert_eq!(status.error, LATCHKEY_SESSION_EXPIRED);
    assert!(text.contains("invalid_grant"), "{text}");
    stage.sign_in();
}

#[test]
fn a_refreshed_token_from_another_issuer_ends_the_session() {
    assert_ends_the_session(M::RefreshWrongIssuer, LATCHKEY_CHECK_ISSUER);
}

#[test]
fn a_refreshed_token_of_another_player_ends_the_session() {
    assert_ends_the_session(M::RefreshWrongSub, LATCHKEY_CHECK_SUBJECT);
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
fn a_fault_that_is_not_the_grants_keeps_the_session() {
    for misbehaviour in [
        M::TokenServerError,
        M::TokenCloseAtOnce,
        M::TokenCloseMidBody,
        M::TokenUnavailable(1),
        M::TokenTooManyRequests(1),
        M::TokenRedirect,
        M::TokenTruncatedJson,
    ] {
        let mut stage = Stage::new();
        stage.sign_in();
        let token = stage.client.access_token(0).expect("a token");
        stage.provider.misbehave(misbehaviour);
        let status = refresh(&stage);
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN, "{misbehaviour:?}: {status:?}");
        assert!(
            matches!(status.error.0, LATCHKEY_PROVIDER_ERROR | LATCHKEY_NETWORK),
            "{misbehaviour:?}: {status:?}: {}",
            stage.client.error_text()
        );
        assert_eq!(stage.client.access_token(0).expect("the one at hand is still good"), token, "{misbehaviour:?}");
        assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA), "{misbehaviour:?}");
    }
}

#[test]
fn a_session_survives_a_provider_that_fails_for_a_while() {
    for misbehaviour in [M::TokenServerError, M::TokenUnavailable(1)] {
        let mut stage = Stage::new();
        stage.sign_in();
        stage.provider.misbehave(misbehaviour);
        assert!(refresh(&stage).has(LATCHKEY_STATUS_OFFLINE), "{misbehaviour:?}: the provider can't be reached");
        stage.provider.behave();
        let status = refresh(&stage);
        assert_eq!(
            (status.state, status.error.0),
            (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK),
            "{misbehaviour:?}: {status:?}"
        );
        assert!(!status.has(LATCHKEY_STATUS_OFFLINE), "{misbehaviour:?}: {status:?}");
    }
}

#[test]
fn a_provider_that_is_gone_leaves_the_player_signed_in_and_offline() {
    let mut stage = Stage::new();
    stage.sign_in();
    drop(std::mem::replace(&mut stage.provider, PracticeProvider::start(Options::default()).expect("another")));
    let status = refresh(&stage);
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_NETWORK), "{status:?}");
    assert!(status.has(LATCHKEY_STATUS_OFFLINE), "{status:?}");
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
}

#[test]
fn a_frame_loop_that_asks_on_after_a_failure_does_not_hammer_the_provider() {
    let (stage, _) = signed_in_with_an_old_token(short_lived(), |provider| provider.misbehave(M::TokenServerError));
    let begin = Instant::now();
    let mut answers = Vec::new();
    while begin.elapsed() < Duration::from_secs(2) {
        answers.push(stage.client.access_token(0).expect_err("there is none"));
        std::thread::park_timeout(Duration::from_millis(10));
    }
    assert!(stage.provider.count("/token") <= 3, "{} requests in two seconds", stage.provider.count("/token"));
    answers.retain(|answer| *answer != LATCHKEY_PENDING);
    answers.dedup();
    assert_eq!(answers, [Code(LATCHKEY_PROVIDER_ERROR)], "the error of the last attempt");
}

#[test]
fn an_answer_that_was_lost_keeps_the_session_until_the_provider_has_spoken() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.misbehave(M::RefreshLostAnswer);
    let status = refresh(&stage);
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_NETWORK), "{status:?}");
    assert_eq!(stage.provider.count("/token"), 2, "a token that is spent must not be sent again by itself");
    stage.provider.behave();
    let status = refresh_for_the_last_time(&stage).status;
    assert_eq!(status.error, LATCHKEY_SESSION_EXPIRED, "the provider saw a replay");
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
