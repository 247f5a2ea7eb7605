//! Signing in on another screen, and how it ends without a sign-in: denied, too late, cancelled, replaced; a provider that has no such
//! thing, or answers what no player should see; and tokens that must not be believed.

use std::io::Read;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour as M, Options};
use support::ffi::*;
use support::{Captured, Login, PATIENCE, wait_for};

use crate::device::{asked, brisk, finish, login, shown};
use crate::stage::{ADA, AT_ONCE, Ending, GRACE, Stage};

/// A login to which the provider does this; it must end without a prompt having been there.
#[track_caller]
fn refused(misbehaviour: M) -> Ending {
    let stage = Stage::with(Options { misbehaviour: Some(misbehaviour), ..brisk() }, |config| config);
    stage.client.start_login(&login()).expect("latchkey_start_login");
    let status = stage
        .client
        .wait_until(|status| status.is_settled() || status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER, PATIENCE);
    assert_ne!(status.state, LATCHKEY_STATE_WAITING_FOR_PLAYER, "{misbehaviour:?}: {:?}", stage.client.prompt());
    assert_eq!(stage.provider.count("/token"), 0, "{misbehaviour:?}");
    stage.ended()
}

#[track_caller]
fn assert_provider_error(misbehaviour: M, named: &str) {
    let Ending { status, text } = refused(misbehaviour);
    assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR, "{misbehaviour:?}: {text}");
    assert!(text.contains(named), "{misbehaviour:?}: {text}");
    assert!(text.len() < 700 && !text.contains('\u{1b}') && !text.contains('\u{202e}'), "{misbehaviour:?}: {text:?}");
}

#[test]
fn addresses_that_no_phone_may_be_led_to_are_refused() {
    assert_provider_error(M::DeviceUriJavascript, "verification_uri");
    assert_provider_error(M::DeviceUriHttp, "verification_uri_complete");
    assert_provider_error(M::DeviceUriHuge, "verification_uri_complete");
}

#[test]
fn codes_that_nobody_could_type_are_refused() {
    assert_provider_error(M::DeviceCodeHuge, "user_code");
    assert_provider_error(M::DeviceCodeControls, "user_code");
}

#[test]
fn a_code_without_an_end_or_at_its_end_is_refused() {
    assert_provider_error(M::DeviceNoExpiry, "the device authorization endpoint");
    assert_provider_error(M::DeviceExpiryZero, "expires_in");
}

#[test]
fn an_interval_that_is_no_number_is_refused() {
    assert_provider_error(M::DeviceIntervalAsText, "interval");
}

#[test]
fn a_redirect_of_the_endpoint_is_not_followed() {
    assert_provider_error(M::DeviceRedirect, "redirect");
}

#[test]
fn a_provider_without_the_endpoint_is_not_supported_and_told_so() {
    let Ending { status, text } = refused(M::DeviceNotOffered);
    assert_eq!(status.error, LATCHKEY_NOT_SUPPORTED, "{text}");
    assert!(text.contains("device_authorization_endpoint"), "{text}");
}

#[test]
fn a_client_that_may_not_is_told_where_to_allow_it() {
    let Ending { status, text } = refused(M::DeviceUnauthorized);
    assert_eq!(status.error, LATCHKEY_CONFIGURATION, "{text}");
    assert!(text.contains("unauthorized_client") && text.contains("console"), "{text}");
}

#[test]
fn an_endpoint_that_never_answers_ends_with_the_logins_time() {
    let stage = Stage::with(Options { misbehaviour: Some(M::DeviceHang), ..brisk() }, |config| config);
    stage.client.start_login(&login().login_timeout_ms(300)).expect("latchkey_start_login");
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_TIMED_OUT, "{text}");
}

#[test]
fn a_verification_that_hangs_ends_with_the_logins_time() {
    let mut stage = Stage::with(Options { thin_id_token: true, ..brisk() }, |config| config);
    stage.provider.hold("/userinfo");
    let (prompt, _) = shown(&stage, &login().login_timeout_ms(6000));
    stage.player.approve_device(&prompt.url, "", ADA).expect("the provider's pages");
    assert!(stage.provider.wait_for("/userinfo", 1, PATIENCE));
    let Ending { status, text } = stage.ended_within(Duration::from_secs(8));
    assert_eq!(status.error, LATCHKEY_TIMED_OUT, "{text}");
}

/// The player's prompt is shown, the provider answers the question so.
#[track_caller]
fn answered(misbehaviour: M) -> Ending {
    let stage = Stage::with(Options { misbehaviour: Some(misbehaviour), ..brisk() }, |config| config);
    shown(&stage, &login());
    let ending = stage.ended();
    assert_eq!(asked(&stage.provider).len(), 1, "{misbehaviour:?}: asked again after a final answer");
    ending
}

#[test]
fn a_player_who_says_no_has_denied() {
    let mut stage = Stage::with(brisk(), |config| config);
    let (prompt, device) = shown(&stage, &login());
    stage.player.deny_device(&prompt.url, &device.user_code).expect("the provider's pages");
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_DENIED, "{text}");
    assert!(text.contains("not granted (access_denied)") && text.contains("cancelled the sign-in"), "{text}");
    assert_eq!(answered(M::DeviceDenied).status.error, LATCHKEY_DENIED);
}

#[test]
fn a_code_that_the_provider_has_given_up_has_timed_out() {
    let Ending { status, text } = answered(M::DeviceExpired);
    assert_eq!(status.error, LATCHKEY_TIMED_OUT, "{text}");
    assert!(text.contains("expired_token"), "{text}");
}

#[test]
fn an_answer_that_nobody_knows_is_the_providers_error() {
    let Ending { status, text } = answered(M::DeviceUnknownError);
    assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR, "{text}");
    assert!(text.contains("practice_makes_perfect"), "{text}");
}

#[test]
fn an_answer_that_is_no_token_response_is_the_providers_error() {
    for misbehaviour in [
        M::TokenWrongContentType,
        M::TokenTruncatedJson,
        M::TokenNestedJson,
        M::TokenTypeUnknown,
        M::TokenInvalidGrant,
        M::TokenRedirect,
    ] {
        let mut stage = Stage::with(brisk(), |config| config);
        let (prompt, _) = shown(&stage, &login());
        stage.player.approve_device(&prompt.url, "", ADA).expect("the provider's pages");
        stage.provider.misbehave(misbehaviour);
        let Ending { status, text } = stage.ended();
        assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR, "{misbehaviour:?}: {text}");
        assert!(text.contains("the token endpoint"), "{misbehaviour:?}: {text}");
        assert_eq!(asked(&stage.provider).len(), 1, "{misbehaviour:?}");
    }
}

#[test]
fn a_code_that_is_not_entered_has_its_end() {
    let stage = Stage::with(Options { device_code_lifetime_s: 3, ..Options::default() }, |config| config);
    let begun = Instant::now();
    shown(&stage, &login());
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_TIMED_OUT, "{text}");
    assert!(begun.elapsed() >= Duration::from_secs(3), "given up after {:?}", begun.elapsed());
    assert!(text.contains("other screen"), "{text}");
}

#[test]
fn a_login_that_has_less_time_than_its_code_ends_with_its_own() {
    let stage = Stage::new();
    shown(&stage, &login().login_timeout_ms(3000));
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_TIMED_OUT, "{text}");
    assert_eq!(stage.provider.count("/token"), 0, "the first question was not due yet");
}

#[test]
fn a_time_out_while_the_provider_was_away_says_so() {
    let stage = Stage::with(brisk(), |config| config);
    shown(&stage, &login().login_timeout_ms(4000));
    stage.provider.go_away();
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_TIMED_OUT, "{text}");
    assert!(text.contains("no connection"), "{text}");
}

#[test]
fn a_question_that_is_under_way_is_hung_up_at_once_when_the_login_is_cancelled() {
    let mut took: Vec<Duration> = (0..5).map(|_| hung_up_after()).collect();
    took.sort();
    // The median, because a busy machine holds single measurements up.
    assert!(took[2] <= AT_ONCE, "from the call to the closed connection: {took:?}");
}

/// The time from the cancellation until a token endpoint that never answers sees its caller go.
fn hung_up_after() -> Duration {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let endpoint = format!("http://{}/token", listener.local_addr().expect("its address"));
    let stage = Stage::with(brisk(), |config| config.token_endpoint(&endpoint));
    shown(&stage, &login());
    let (mut connection, _) = listener.accept().expect("a question");
    connection.set_read_timeout(Some(PATIENCE)).expect("a bound");
    let mut buffer = [0; 4096];
    assert!(connection.read(&mut buffer).expect("the question") > 0);
    let start = Instant::now();
    stage.client.cancel_login().expect("latchkey_cancel_login");
    // What is left of the question, then its end, be it a reset.
    while connection.read(&mut buffer).is_ok_and(|length| length > 0) {}
    let took = start.elapsed();
    assert_eq!(stage.ended().status.error, LATCHKEY_CANCELLED);
    took
}

#[test]
fn a_login_that_was_cancelled_between_two_questions_asks_no_more() {
    let stage = Stage::with(brisk(), |config| config);
    let questions_about = |code: &str| {
        let requests = stage.provider.requests();
        requests.iter().filter(|request| request.parameter("device_code") == Some(code)).count()
    };
    let last_code = || stage.provider.issued().into_iter().rfind(|(kind, _)| *kind == "device code").expect("a code").1;
    shown(&stage, &login());
    let cancelled = last_code();
    assert!(stage.provider.wait_for("/token", 1, PATIENCE));
    stage.client.cancel_login().expect("latchkey_cancel_login");
    assert_eq!(stage.ended().status.error, LATCHKEY_CANCELLED);
    shown(&stage, &login());
    let next = last_code();
    wait_for("a later login to be two questions ahead", PATIENCE, || questions_about(&next) == 2);
    assert_eq!(questions_about(&cancelled), 1);
}

#[test]
fn a_newer_login_takes_the_place_of_one_that_waits() {
    let mut stage = Stage::with(brisk(), |config| config);
    let (first, _) = shown(&stage, &login());
    let (second, _) = shown(&stage, &login());
    assert_ne!(first.url, second.url);
    stage.player.approve_device(&first.url, "", GRACE).expect("the provider's pages");
    stage.player.forget_cookies();
    let asked_before = asked(&stage.provider).len();
    assert!(stage.provider.wait_for("/token", asked_before + 2, PATIENCE));
    assert_eq!(stage.client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER, "the first one's answer was taken");
    assert_eq!(finish(&mut stage, &second).name().as_deref(), Some(ADA));
}

#[test]
fn the_browser_takes_the_place_of_another_screen_and_the_other_way_round() {
    let mut stage = Stage::with(brisk(), |config| config);
    shown(&stage, &login());
    let url = stage.open();
    assert_eq!(stage.client.prompt().expect("a prompt").kind, LATCHKEY_PROMPT_LOGIN);
    stage.finish(&url, ADA);
    let (prompt, _) = shown(&stage, &login());
    stage.player.forget_cookies();
    assert_eq!(finish(&mut stage, &prompt).name().as_deref(), Some(ADA));
}

#[test]
fn a_player_who_is_signed_in_stays_so_when_another_sign_in_fails() {
    let mut stage = Stage::with(brisk(), |config| config);
    stage.sign_in();
    stage.provider.misbehave(M::DeviceDenied);
    shown(&stage, &login());
    let status = stage.client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_DENIED));
}

#[test]
fn tokens_of_the_other_screen_are_believed_no_sooner_than_others() {
    for (misbehaviour, check) in [
        (M::WrongIssuerInIdToken, LATCHKEY_CHECK_ISSUER),
        (M::WrongAudience, LATCHKEY_CHECK_AUDIENCE),
        (M::InvalidSignature, LATCHKEY_CHECK_SIGNATURE),
        (M::AlgNone, LATCHKEY_CHECK_ALGORITHM),
        (M::ExpiredIdToken, LATCHKEY_CHECK_EXPIRY),
        (M::WrongAtHash, LATCHKEY_CHECK_ACCESS_TOKEN_HASH),
        (M::NoIdToken, LATCHKEY_CHECK_MISSING),
    ] {
        let mut stage = Stage::with(Options { misbehaviour: Some(misbehaviour), ..brisk() }, |config| config);
        let (prompt, _) = shown(&stage, &login());
        stage.player.approve_device(&prompt.url, "", ADA).expect("the provider's pages");
        let Ending { status, text } = stage.ended();
        let found = (status.error.0, status.check);
        assert_eq!(found, (LATCHKEY_TOKEN_REJECTED, check), "{misbehaviour:?}: {text}\n{}", Captured::recent());
    }
}

#[test]
fn a_sign_in_on_another_screen_is_as_recent_as_was_asked_for() {
    let mut stage = Stage::with(brisk(), |config| config.clock_leeway_s(1));
    stage.sign_in();
    let signed_in = Instant::now();
    wait_for("the sign-in to be too old", PATIENCE, || signed_in.elapsed() > Duration::from_millis(3500));
    // The provider takes the session in the browser, however old.
    let (prompt, _) = shown(&stage, &login().max_age_s(1));
    stage.player.approve_device(&prompt.url, "", ADA).expect("the provider's pages");
    let status = stage.client.wait_until_settled();
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_AUTHENTICATION_TIME));
}

/// There is no nonce on another screen. In the browser there is one, also for a client that has seen it done without.
#[test]
fn a_login_in_the_browser_still_needs_its_nonce() {
    let mut stage = Stage::with(brisk(), |config| config);
    let (prompt, _) = shown(&stage, &login());
    finish(&mut stage, &prompt);
    stage.client.logout(LATCHKEY_LOGOUT_LOCAL).expect("latchkey_logout");
    stage.client.wait_until_settled();
    for misbehaviour in [M::MissingNonce, M::WrongNonce] {
        stage.provider.misbehave(misbehaviour);
        let Ending { status, text } = stage.fail();
        assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_NONCE), "{text}");
    }
}

#[test]
fn a_flag_that_nobody_knows_is_refused() {
    let stage = Stage::new();
    let login = Login::new();
    let mut raw = login.raw();
    raw.flags = 4;
    // SAFETY: the struct is whole, and lives through the call.
    let code = unsafe { (support::Library::load().functions.latchkey_start_login)(stage.client.handle(), &*raw) };
    assert_eq!(code, LATCHKEY_NOT_SUPPORTED);
}
