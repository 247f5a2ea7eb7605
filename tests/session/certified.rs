//! Sign in, exit, start, resumed, refreshed, signed out: at npm's `oidc-provider`, which none of us wrote. And once with the player at
//! another screen.
//!
//! It is the browser suite's provider; its sign-in pages are plain forms here, filled in by the scripted player. It rotates refresh
//! tokens and ends the session when one is used twice.
//!
//! May touch: what it is made of.

use practice_provider::Player;
use serde_json::{Value, json};
use support::ffi::*;
use support::{Client, ConfigBuilder, Login};

use crate::certified_provider::Certified;
use crate::game::Game;
use crate::keyring::{Keyring, attempt};
use crate::stage::assert_signed_out;

fn config(provider: &Certified) -> Value {
    json!({
        "issuer": provider.issuer(),
        "client_id": "game",
        "scopes": "openid profile email offline_access",
        "storage": LATCHKEY_STORAGE_SYSTEM,
    })
}

fn signed_in(game: &mut Game, name: &str) {
    let url = game.login(Some("consent"));
    Player::new().sign_in(&url, name).expect("the way through the provider's pages");
    let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
    assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}: {}", game.log().join("\n"));
}

fn resumed(keyring: &Keyring, config: &Value) -> Game {
    let mut game = Game::start(|command| keyring.furnish(command), config);
    game.resume();
    game.settles_as(LATCHKEY_STATE_SIGNED_IN);
    game
}

#[test]
fn a_session_of_a_certified_provider_is_resumed_refreshed_and_ended() {
    attempt(|| {
        let keyring = Keyring::unlocked();
        let mut provider = Certified::start();
        let config = config(&provider);
        let mut game = Game::start(|command| keyring.furnish(command), &config);
        signed_in(&mut game, "maren");
        let mut last = game.fresh_token();
        game.leave();
        for _ in 0..3 {
            let mut game = resumed(&keyring, &config);
            assert_eq!(game.player().as_deref(), Some("Maren Ødegård"));
            game.refresh();
            let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
            assert_eq!(status.error, LATCHKEY_OK);
            let token = game.fresh_token();
            assert_ne!(token, last);
            last = token;
            game.leave();
        }
        let mut game = resumed(&keyring, &config);
        game.logout(LATCHKEY_LOGOUT_REVOKE);
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
        game.leave();
        assert_eq!(keyring.service().count(), 0);
        let grants = provider.grants();
        assert!(grants.len() >= 4, "{grants:?}");
        assert!(grants[1..].iter().all(|grant| *grant == ("refresh_token".to_owned(), 200)), "{grants:?}");
    });
}

#[test]
fn two_processes_share_a_session_of_a_certified_provider_without_tripping_its_replay_detection() {
    attempt(|| {
        let keyring = Keyring::unlocked();
        let mut provider = Certified::start();
        let config = config(&provider);
        let mut game = Game::start(|command| keyring.furnish(command), &config);
        signed_in(&mut game, "juna");
        let mut launcher = resumed(&keyring, &config);
        for _ in 0..5 {
            game.refresh();
            launcher.refresh();
            game.settles_as(LATCHKEY_STATE_SIGNED_IN);
            launcher.settles_as(LATCHKEY_STATE_SIGNED_IN);
        }
        let grants = provider.grants();
        assert!(grants.iter().all(|(_, status)| *status == 200), "{grants:?}");
        launcher.logout(LATCHKEY_LOGOUT_REVOKE);
        assert_signed_out(&launcher.wait_until_settled(), LATCHKEY_OK);
        game.refresh();
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_SESSION_EXPIRED);
        launcher.leave();
        game.leave();
    });
}

/// It sends no interval, so the library asks each five seconds.
#[test]
fn a_player_signs_in_on_another_screen_at_a_certified_provider() {
    let mut provider = Certified::start();
    let config = ConfigBuilder::new(provider.issuer(), "game").scopes("openid profile email");
    let client = Client::create(&config);
    for typed in [false, true] {
        client.start_login(&Login::new().on_another_screen()).expect("latchkey_start_login");
        let url = client.prompt_url();
        let device = client.prompt().expect("a prompt").device.expect("a prompt of another screen");
        assert_ne!(url, device.verification_url, "this provider gives the one with the code in it, too");
        let (url, code) = if typed { (&device.verification_url, device.user_code.as_str()) } else { (&url, "") };
        let page = Player::new().approve_device(url, code, "maren").expect("the way through the provider's pages");
        assert!(page.body.contains("successful"), "{}", page.body);
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(client.profile().expect("a profile").name().as_deref(), Some("Maren Ødegård"));
        client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
        assert_signed_out(&client.wait_until_settled(), LATCHKEY_OK);
    }
    let device_code = "urn:ietf:params:oauth:grant-type:device_code";
    assert!(provider.grants().iter().any(|grant| *grant == (device_code.to_owned(), 200)));

    client.start_login(&Login::new().on_another_screen().login_timeout_ms(20)).expect("latchkey_start_login");
    assert_signed_out(&client.wait_until_settled(), LATCHKEY_TIMED_OUT);
}
