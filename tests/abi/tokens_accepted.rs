//! What is unusual and right: it must be accepted.

use practice_provider::{Misbehaviour as M, Options};
use support::PATIENCE;

use crate::stage::{ADA, Stage};

#[track_caller]
fn assert_is_accepted(misbehaviour: M) -> Stage {
    let options = Options { misbehaviour: Some(misbehaviour), ..Options::default() };
    let mut stage = Stage::with(options, |config| config);
    assert_eq!(stage.sign_in().name().as_deref(), Some(ADA), "{misbehaviour:?}");
    stage
}

#[test]
fn a_token_type_in_capitals() {
    let stage = assert_is_accepted(M::TokenTypeUppercase);
    let token = stage.client.access_token(0).expect("a token");
    assert!(token.token_type.eq_ignore_ascii_case("bearer"), "{token:?}");
}

#[test]
fn a_token_of_unknown_life_lives_as_long_as_the_configuration_says() {
    for (configured, life) in [(0, 3600), (90, 90)] {
        let options = Options { misbehaviour: Some(M::NoExpiresIn), ..Options::default() };
        let mut stage = Stage::with(options, |config| config.default_token_lifetime_s(configured));
        stage.sign_in();
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs() as i64;
        let token = stage.client.access_token(0).expect("a token");
        assert!((now + life - 30..=now + life).contains(&token.expires_at), "{life}: {} at {now}", token.expires_at);
        assert_eq!(stage.provider.count("/token"), 1);
    }
}

#[test]
fn a_key_that_was_rotated_between_two_logins() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.rotate_keys();
    stage.sign_in();
}

#[test]
fn a_key_that_was_rotated_while_the_player_typed_costs_one_look_at_the_keys() {
    let mut stage = Stage::new();
    let url = stage.open();
    assert!(stage.provider.wait_for("/jwks", 1, PATIENCE));
    let callback = stage.callback(&url);
    stage.provider.rotate_keys_and_withdraw_old();
    stage.provider.clear_requests();
    stage.visit(&callback);
    stage.client.wait_for_state(support::ffi::LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(stage.paths(), ["/token", "/jwks"]);
}
