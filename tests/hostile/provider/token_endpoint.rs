//! A token endpoint that does not answer as it should: an error with a sentence, in bounded time, the code sent once.

use std::time::Duration;

use practice_provider::{Misbehaviour as M, Options};
use support::Status;
use support::ffi::*;

use crate::stage::{ADA, Stage};

/// Longer than the library's own bound for one request; well below a player's patience.
const BOUND: Duration = Duration::from_secs(60);

#[track_caller]
fn assert_fails(misbehaviour: M, codes: &[latchkey_result]) -> String {
    let mut stage = Stage::with(Options { misbehaviour: Some(misbehaviour), ..Options::default() }, |config| config);
    let url = stage.open();
    let callback = stage.callback(&url);
    let status = std::thread::scope(|scope| {
        // The page may wait for the exchange, so the browser has its own thread.
        scope.spawn(|| stage.player.follow(&callback));
        stage.client.wait_until(Status::is_settled, BOUND)
    });
    let text = stage.client.error_text();
    stage.assert_nobody_is_signed_in(&status);
    assert!(codes.contains(&status.error.0), "{misbehaviour:?}: {status:?}: {text}");
    assert!(text.len() > 20, "{misbehaviour:?}: {text:?} is no sentence");
    assert!(
        stage.paths().iter().all(|path| !path.starts_with("/elsewhere")),
        "{misbehaviour:?}: a redirect was followed"
    );
    assert_eq!(stage.provider.count("/userinfo"), 0, "{misbehaviour:?}");
    stage.provider.behave();
    assert_eq!(stage.sign_in().name().as_deref(), Some(ADA), "{misbehaviour:?}: after the provider has recovered");
    text
}

/// As above, and the code, which is good for one use, was sent once.
#[track_caller]
fn assert_fails_once(misbehaviour: M, codes: &[latchkey_result]) -> String {
    let mut stage = Stage::with(Options { misbehaviour: Some(misbehaviour), ..Options::default() }, |config| config);
    let url = stage.open();
    let callback = stage.callback(&url);
    let _ = stage.player.follow(&callback);
    stage.client.wait_until(Status::is_settled, BOUND);
    assert_eq!(stage.provider.count("/token"), 1, "{misbehaviour:?}: the code was sent again");
    drop(stage);
    assert_fails(misbehaviour, codes)
}

#[test]
fn a_3xx_from_the_token_endpoint_is_not_followed() {
    let text = assert_fails_once(M::TokenRedirect, &[LATCHKEY_PROVIDER_ERROR]);
    assert!(text.contains("redirect"), "{text}");
}

#[test]
fn a_server_error_is_a_provider_error() {
    let text = assert_fails_once(M::TokenServerError, &[LATCHKEY_PROVIDER_ERROR]);
    assert!(text.contains("500"), "{text}");
}

#[test]
fn a_token_endpoint_that_hangs_ends_in_bounded_time() {
    assert_fails(M::TokenHang, &[LATCHKEY_NETWORK, LATCHKEY_TIMED_OUT]);
}

#[test]
fn a_token_endpoint_that_closes_mid_body_is_a_network_error() {
    assert_fails_once(M::TokenCloseMidBody, &[LATCHKEY_NETWORK]);
}

#[test]
fn a_connection_that_is_closed_without_an_answer_is_a_network_error() {
    assert_fails_once(M::TokenCloseAtOnce, &[LATCHKEY_NETWORK]);
}

#[test]
fn truncated_json_of_the_token_endpoint_is_a_provider_error() {
    assert_fails_once(M::TokenTruncatedJson, &[LATCHKEY_PROVIDER_ERROR]);
}

#[test]
fn a_wrong_content_type_of_the_token_endpoint_is_a_provider_error() {
    assert_fails_once(M::TokenWrongContentType, &[LATCHKEY_PROVIDER_ERROR]);
}

#[test]
fn a_429_and_a_503_of_the_token_endpoint_are_told_with_their_status() {
    for (misbehaviour, number) in [(M::TokenTooManyRequests(1), "429"), (M::TokenUnavailable(1), "503")] {
        let text = assert_fails(misbehaviour, &[LATCHKEY_PROVIDER_ERROR, LATCHKEY_NETWORK]);
        assert!(text.contains(number), "{text}");
    }
}

#[test]
fn a_429_with_a_retry_after_that_nobody_would_wait_is_not_waited_for() {
    let options = Options { misbehaviour: Some(M::TokenTooManyRequests(86_400)), ..Options::default() };
    let mut stage = Stage::with(options, |config| config);
    let status = stage.fail().status;
    assert!(matches!(status.error.0, LATCHKEY_PROVIDER_ERROR | LATCHKEY_NETWORK), "{status:?}");
}

#[test]
fn a_token_type_that_nobody_knows_is_refused() {
    // RFC 6749 section 7.1: a client must not use a token whose type it does not understand.
    assert_fails_once(M::TokenTypeUnknown, &[LATCHKEY_PROVIDER_ERROR, LATCHKEY_NOT_SUPPORTED]);
}

#[test]
fn an_invalid_grant_is_told_in_the_providers_words() {
    let text = assert_fails_once(M::TokenInvalidGrant, &[LATCHKEY_PROVIDER_ERROR]);
    assert!(text.contains("invalid_grant") && text.contains("The grant is no longer good."), "{text}");
}
