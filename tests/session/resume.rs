//! Sign in, exit, start, resumed: the session of last time without a browser, and whose it is.
//!
//! Each game is a process of its own, and the keyring is gnome-keyring. What goes wrong with a store is `trouble.rs`.

use practice_provider::Options;
use support::ffi::*;

use crate::keyring::{Condition, attempt};
use crate::stage::{ADA, GRACE, Stage, assert_signed_out};

#[test]
fn a_session_is_taken_up_by_the_next_start_without_a_browser() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let mut last = game.fresh_token();
        game.leave();
        stage.provider.clear_requests();
        for start in 1..=3 {
            assert_eq!(stage.stored(), 1);
            let mut game = stage.resumed_as(ADA);
            let status = game.status();
            assert_eq!(status.error, LATCHKEY_OK);
            assert!(status.has(LATCHKEY_STATUS_PERSISTED) && !status.has(LATCHKEY_STATUS_OFFLINE), "{status:?}");
            let token = game.token().expect("a token of this start");
            assert_ne!(token, last);
            assert_eq!(stage.refreshes().len(), start);
            last = token;
            game.leave();
        }
        assert_eq!(stage.provider.count("/authorize"), 0);
    });
}

#[test]
fn the_stored_profile_is_there_before_the_provider_has_answered() {
    attempt(|| {
        let mut stage = Stage::new();
        stage.leave_a_session();
        stage.provider.hold("/token");
        let mut game = stage.game();
        game.resume();
        let status = game.wait_until(|status| status.has(LATCHKEY_STATUS_REFRESHING));
        stage.wait_for_refreshes(1);
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN, "{status:?}");
        assert!(status.has(LATCHKEY_STATUS_PERSISTED) && !status.has(LATCHKEY_STATUS_OFFLINE), "{status:?}");
        assert_eq!(game.player().as_deref(), Some(ADA));
        stage.provider.release();
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        game.leave();
    });
}

#[test]
fn with_nothing_stored_nobody_is_signed_in_and_that_is_no_error() {
    attempt(|| {
        let stage = Stage::new();
        let (mut game, status) = stage.resumed();
        assert_signed_out(&status, LATCHKEY_OK);
        assert_eq!(game.error_text(), "");
        assert_eq!(stage.provider.count("/token"), 0);
        game.leave();
    });
}

#[test]
fn resuming_does_nothing_when_a_player_is_signed_in() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let before = game.status();
        assert_eq!(game.resume(), before);
        assert_eq!(game.wait_until_settled(), before);
        assert_eq!(stage.refreshes().len(), 0);
        game.leave();
    });
}

#[test]
fn two_slots_are_two_sessions_side_by_side() {
    attempt(|| {
        let mut stage = Stage::new();
        let slots =
            [("left", ADA), ("right", GRACE)].map(|(slot, name)| (stage.config_with("profile_slot", slot), name));
        for (config, name) in &slots {
            let mut game = stage.game_with(config);
            stage.sign_in(&mut game, name);
            game.leave();
        }
        assert_eq!(stage.stored(), 2);
        for (config, name) in &slots {
            let mut game = stage.game_with(config);
            game.resume();
            game.settles_as(LATCHKEY_STATE_SIGNED_IN);
            assert_eq!(game.player().as_deref(), Some(*name));
            game.leave();
        }
        // The slot of those who name none is a third.
        let (game, status) = stage.resumed();
        assert_signed_out(&status, LATCHKEY_OK);
        game.leave();
        // And the end of one is not the end of the other.
        let mut game = stage.game_with(&slots[0].0);
        game.resume();
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        game.logout(LATCHKEY_LOGOUT_LOCAL);
        game.settles_as(LATCHKEY_STATE_SIGNED_OUT);
        game.leave();
        let mut game = stage.game_with(&slots[1].0);
        game.resume();
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(game.player().as_deref(), Some(GRACE));
        game.leave();
    });
}

#[test]
fn another_game_and_another_provider_do_not_see_the_session() {
    attempt(|| {
        let mut stage = Stage::new();
        stage.leave_a_session();
        let other = practice_provider::PracticeProvider::start(Options::default()).expect("a second provider");
        for (field, value) in [("client_id", "another-game"), ("issuer", other.issuer())] {
            let mut game = stage.game_with(&stage.config_with(field, value));
            game.resume();
            assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
            game.leave();
        }
        assert_eq!(stage.refreshes().len(), 0, "somebody else's refresh token was used");
        assert_eq!(other.count("/token"), 0, "a refresh token went to another provider");
        stage.resumed_as(ADA).leave();
    });
}

#[test]
fn an_account_switch_by_the_providers_page_leaves_the_new_account_in_the_slot() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let url = game.login(Some("login"));
        assert_eq!(game.player().as_deref(), Some(ADA), "who is signed in stays so until the new login succeeds");
        stage.player.sign_in(&url, GRACE).expect("the provider's pages");
        game.wait_until(|status| status.is_settled() && status.login_id == 2);
        assert_eq!(game.player().as_deref(), Some(GRACE));
        game.leave();
        assert_eq!(stage.stored(), 1, "the old account's entry is replaced");
        stage.resumed_as(GRACE).leave();
    });
}

#[test]
fn an_account_switch_by_signing_out_everywhere_leaves_the_new_account_in_the_slot() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        game.logout(LATCHKEY_LOGOUT_END_SESSION);
        let url = game.prompt();
        stage.player.follow(&url).expect("the provider's page");
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
        assert_eq!(stage.stored(), 0);
        // The provider's own session is over too: the form is shown again.
        let url = game.login(None);
        stage.player.sign_in(&url, GRACE).expect("the provider's pages");
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(game.player().as_deref(), Some(GRACE));
        game.leave();
        stage.resumed_as(GRACE).leave();
    });
}

#[test]
fn a_session_in_memory_ends_with_the_game_and_touches_no_store() {
    attempt(|| {
        let mut stage = Stage::new();
        let config = stage.config_with("storage", LATCHKEY_STORAGE_MEMORY);
        let mut game = stage.game_with(&config);
        let status = stage.sign_in(&mut game, ADA);
        assert!(!status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}");
        assert_eq!(stage.stored(), 0);
        game.leave();
        let mut game = stage.game_with(&config);
        assert_eq!(game.resume().state, LATCHKEY_STATE_SIGNED_OUT);
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
        game.leave();
    });
}

#[test]
fn without_a_refresh_token_nothing_is_stored() {
    attempt(|| {
        let options = Options { always_refresh_token: false, ..Options::default() };
        let mut stage = Stage::with(options, Condition::Unlocked);
        let mut game = stage.game();
        let status = stage.sign_in(&mut game, ADA);
        assert!(!status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}");
        game.leave();
        assert_eq!(stage.stored(), 0);
        let mut game = stage.game_with(&stage.config_with("scopes", "openid profile offline_access"));
        assert!(stage.sign_in(&mut game, ADA).has(LATCHKEY_STATUS_PERSISTED));
        game.leave();
        assert_eq!(stage.stored(), 1);
        // Who signs in after her without one is not followed by her at the next start.
        let mut game = stage.game();
        assert!(!stage.sign_in(&mut game, GRACE).has(LATCHKEY_STATUS_PERSISTED));
        game.leave();
        assert_eq!(stage.stored(), 0);
    });
}

#[test]
fn what_is_stored_names_the_product_and_shows_no_token() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let token = game.fresh_token().text;
        game.leave();
        let items = stage.keyring.service().items();
        let item = &items[0];
        let shown = format!("{} {:?}", item.label, item.attributes);
        assert!(shown.contains("Latchkey"), "a player who looks at it should know whose it is: {shown}");
        assert!(!shown.contains(&token) && !shown.contains(ADA), "{shown}");
    });
}

#[test]
fn a_session_that_was_revoked_meanwhile_is_expired_and_forgotten() {
    attempt(|| {
        let mut stage = Stage::new();
        stage.leave_a_session();
        stage.provider.revoke_everything();
        let mut game = stage.game();
        game.resume();
        let status = game.wait_until(|status| status.error != LATCHKEY_OK);
        assert_signed_out(&status, LATCHKEY_SESSION_EXPIRED);
        assert!(!game.error_text().is_empty());
        assert_eq!(game.player(), None);
        assert_eq!(game.token().err().map(|code| code.0), Some(LATCHKEY_INVALID_STATE));
        game.leave();
        assert_eq!(stage.stored(), 0);
        let (game, status) = stage.resumed();
        assert_signed_out(&status, LATCHKEY_OK);
        game.leave();
    });
}
