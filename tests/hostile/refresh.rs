//! A refresh that goes wrong: one request, one outcome. The session is kept when the fault is not the grant's, and ends when the
//! provider says so. What takes several processes, or a store, is in the suite `session`.

use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour as M, Options, PracticeProvider};
use support::ffi::*;
use support::{Code, PATIENCE};

use crate::stage::{ADA, Ending, Stage, refresh, refresh_for_the_last_time, short_lived, signed_in_with_an_old_token};

#[test]
fn after_400_invalid_grant_the_session_is_expired() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.revoke_everything();
    let Ending { status, text } = refresh_for_the_last_time(&stage);
    assert_eq!(status.error, LATCHKEY_SESSION_EXPIRED);
    assert!(text.contains("invalid_grant"), "{text}");
    stage.sign_in();
}

#[test]
fn a_500_or_another_fault_that_is_not_the_grants_keeps_the_session() {
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
fn a_500_that_passes_is_offline_and_back() {
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
fn with_the_network_gone_the_player_stays_signed_in_and_offline() {
    let mut stage = Stage::new();
    stage.sign_in();
    drop(std::mem::replace(&mut stage.provider, PracticeProvider::start(Options::default()).expect("another")));
    let status = refresh(&stage);
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_NETWORK), "{status:?}");
    assert!(status.has(LATCHKEY_STATUS_OFFLINE), "{status:?}");
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
}

#[test]
fn a_frame_loop_that_asks_on_after_a_500_does_not_hammer_the_provider() {
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
fn a_replay_detected_after_a_lost_answer_ends_the_session() {
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
fn many_threads_at_once_cause_one_request() {
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
