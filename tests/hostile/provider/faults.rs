//! Faults that any endpoint may have, at those that are asked beside the token endpoint: discovery, keys and userinfo.

use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour as M, Options};
use support::ffi::*;
use support::vault::Vault;
use support::{Captured, ConfigBuilder, Library, Login, Status};

use crate::stage::{ADA, GAME, Stage};

/// Longer than the library's own bound for all its requests of one login; well below a player's patience.
const BOUND: Duration = Duration::from_secs(40);

/// The login ends with this code and a sentence, in bounded time; nothing is visible or stored, and a login with a provider that has
/// recovered succeeds at once.
#[track_caller]
fn assert_fails(misbehaviour: M, code: latchkey_result) {
    let options = Options { misbehaviour: Some(misbehaviour), thin_id_token: true, ..Options::default() };
    let vault = Vault::new();
    let mut stage = Stage::with(options, |config| config.store(vault.hooks()));
    let begun = Instant::now();
    stage.client.start_login(&Login::new()).expect("latchkey_start_login");
    let asks = |status: &Status| status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER || status.is_settled();
    if stage.client.wait_until(asks, BOUND).state == LATCHKEY_STATE_WAITING_FOR_PLAYER {
        let url = stage.client.prompt_url();
        let callback = stage.callback(&url);
        stage.visit(&callback);
    }
    let status = stage.client.wait_until(Status::is_settled, BOUND);
    let text = stage.client.error_text();
    assert_eq!(status.error, code, "{misbehaviour:?}: {text}\n{}", Captured::recent());
    assert!(begun.elapsed() < BOUND, "{misbehaviour:?} took {:?}", begun.elapsed());
    assert!(text.len() > 20, "{misbehaviour:?}: {text:?} is no sentence");
    stage.assert_nobody_is_signed_in(&status);
    assert_eq!(vault.times_saved(), 0, "{misbehaviour:?}: something was stored");
    stage.provider.behave();
    assert_eq!(stage.sign_in().name().as_deref(), Some(ADA), "{misbehaviour:?}: after the provider has recovered");
}

macro_rules! faults {
    ($($name:ident: $($misbehaviour:ident $(($value:literal))?),+ => $code:ident;)*) => {
        $(
            #[test]
            fn $name() {
                $(assert_fails(M::$misbehaviour $(($value))?, $code);)+
            }
        )*
    };
}

faults! {
    keys_that_hang_end_in_bounded_time: KeysHang => LATCHKEY_NETWORK;
    userinfo_that_hangs_ends_in_bounded_time: UserinfoHang => LATCHKEY_NETWORK;
    closes_mid_body_is_a_network_error: DiscoveryCloseMidBody, KeysCloseMidBody, UserinfoCloseMidBody => LATCHKEY_NETWORK;
    truncated_json_is_a_provider_error: DiscoveryTruncatedJson, KeysTruncatedJson, UserinfoTruncatedJson => LATCHKEY_PROVIDER_ERROR;
    nested_json_is_a_provider_error: DiscoveryNestedJson, KeysNestedJson, UserinfoNestedJson => LATCHKEY_PROVIDER_ERROR;
    a_503_that_lasts_is_a_provider_error: DiscoveryUnavailable(0), KeysUnavailable(0), UserinfoUnavailable(0) => LATCHKEY_PROVIDER_ERROR;
    a_429_that_lasts_is_a_provider_error: DiscoveryTooManyRequests(0), KeysTooManyRequests(0), UserinfoTooManyRequests(0) => LATCHKEY_PROVIDER_ERROR;
}

#[test]
fn an_http_issuer_off_loopback_is_refused() {
    for issuer in
        ["http://id.example", "http://127.0.0.1.example", "http://localhost.example", "http://192.168.0.1:8080"]
    {
        let (code, text) = Library::load().check(&ConfigBuilder::new(issuer, GAME));
        assert_eq!(code, LATCHKEY_CONFIGURATION, "{issuer}");
        assert!(text.contains("issuer") && text.contains("https://"), "{text}");
    }
}
