//! A provider whose discovery or keys are not as they should be: an error with a sentence, in bounded time, and no browser.

use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour as M, Options, PracticeProvider};
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, Status};

use crate::stage::{ADA, GAME, Stage};

/// Longer than the library's own bound for one request; well below a player's patience.
const BOUND: Duration = Duration::from_secs(60);

fn start_with(misbehaviour: M) -> (Stage, Status) {
    let stage = Stage::with(Options { misbehaviour: Some(misbehaviour), ..Options::default() }, |config| config);
    stage.client.start_login(&Login::new()).expect("latchkey_start_login");
    let status = stage
        .client
        .wait_until(|status| status.is_settled() || status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER, BOUND);
    (stage, status)
}

/// The login ends before anything is opened, and one with a provider that has recovered succeeds.
#[track_caller]
fn assert_ends_before_the_browser(misbehaviour: M, codes: &[latchkey_result]) -> String {
    let (mut stage, status) = start_with(misbehaviour);
    let text = stage.client.error_text();
    stage.assert_nobody_is_signed_in(&status);
    assert!(codes.contains(&status.error.0), "{misbehaviour:?}: {status:?}: {text}");
    assert!(text.len() > 20, "{misbehaviour:?}: {text:?} is no sentence");
    assert!(
        stage.paths().iter().all(|path| !path.starts_with("/elsewhere")),
        "{misbehaviour:?}: a redirect was followed"
    );
    stage.provider.behave();
    assert_eq!(stage.sign_in().name().as_deref(), Some(ADA), "{misbehaviour:?}: after the provider has recovered");
    text
}

#[test]
fn discovery_for_another_issuer_is_refused_with_both_names() {
    let text =
        assert_ends_before_the_browser(M::DiscoveryWrongIssuer, &[LATCHKEY_CONFIGURATION, LATCHKEY_PROVIDER_ERROR]);
    assert!(text.contains("https://other-issuer.example") && text.contains("http://127.0.0.1:"), "{text}");
}

#[test]
fn endpoints_on_http_are_refused_by_name() {
    let text = assert_ends_before_the_browser(M::DiscoveryHttpEndpoints, &[LATCHKEY_PROVIDER_ERROR]);
    assert!(text.contains("authorization_endpoint"), "{text}");
}

#[test]
fn a_page_instead_of_discovery_is_refused() {
    assert_ends_before_the_browser(M::DiscoveryNotJson, &[LATCHKEY_PROVIDER_ERROR]);
}

#[test]
fn a_3xx_from_discovery_is_not_followed() {
    assert_ends_before_the_browser(M::DiscoveryRedirect, &[LATCHKEY_PROVIDER_ERROR]);
}

#[test]
fn discovery_that_fails_is_an_error() {
    assert_ends_before_the_browser(M::DiscoveryServerError, &[LATCHKEY_PROVIDER_ERROR, LATCHKEY_NETWORK]);
}

#[test]
fn discovery_that_hangs_ends_in_bounded_time() {
    let began = Instant::now();
    let (stage, status) = start_with(M::DiscoveryHang);
    stage.assert_nobody_is_signed_in(&status);
    assert!(matches!(status.error.0, LATCHKEY_NETWORK | LATCHKEY_TIMED_OUT), "{status:?}");
    assert!(began.elapsed() < BOUND);
}

#[test]
fn a_provider_that_is_not_there_is_a_network_error() {
    let gone = PracticeProvider::start(Options::default()).expect("a practice provider");
    let issuer = gone.issuer().to_owned();
    drop(gone);
    let client = Client::create(&ConfigBuilder::new(&issuer, GAME));
    client.start_login(&Login::new()).expect("latchkey_start_login");
    let status = client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_NETWORK));
    assert!(client.error_text().contains("127.0.0.1"), "{}", client.error_text());
}

#[test]
fn a_3xx_or_500_from_keys_is_not_followed_and_no_token_is_believed() {
    for misbehaviour in [M::KeysRedirect, M::KeysServerError] {
        let options = Options { misbehaviour: Some(misbehaviour), ..Options::default() };
        let mut stage = Stage::with(options, |config| config);
        let url = stage.open();
        let callback = stage.callback(&url);
        let _ = stage.player.follow(&callback);
        let status = stage.ended_within(BOUND).status;
        let expected = [LATCHKEY_PROVIDER_ERROR, LATCHKEY_NETWORK, LATCHKEY_TOKEN_REJECTED];
        assert!(expected.contains(&status.error.0), "{misbehaviour:?}: {status:?}");
        assert!(stage.paths().iter().all(|path| !path.starts_with("/elsewhere")), "{misbehaviour:?}: followed");
        stage.provider.behave();
        stage.sign_in();
    }
}

#[test]
fn a_3xx_or_500_from_userinfo_is_not_followed_and_nobody_is_signed_in() {
    for misbehaviour in [M::UserinfoRedirect, M::UserinfoServerError] {
        let options = Options { misbehaviour: Some(misbehaviour), thin_id_token: true, ..Options::default() };
        let mut stage = Stage::with(options, |config| config);
        let url = stage.open();
        let callback = stage.callback(&url);
        let _ = stage.player.follow(&callback);
        let status = stage.ended_within(BOUND).status;
        assert!(matches!(status.error.0, LATCHKEY_PROVIDER_ERROR | LATCHKEY_NETWORK), "{misbehaviour:?}: {status:?}");
        assert!(stage.paths().iter().all(|path| !path.starts_with("/elsewhere")), "{misbehaviour:?}: followed");
    }
}
