//! The end of a session: what is stored goes in every mode, also offline; a revocation that could not be sent is sent later; and
//! the other programs of the session notice.
//!
//! The keyring is gnome-keyring; whether an entry is gone is seen by plain D-Bus calls.

use practice_provider::{Misbehaviour, Options};
use serde_json::json;
use support::ffi::*;
use support::{PATIENCE, wait_for};

use crate::keyring::{Condition, attempt};
use crate::stage::{ADA, Stage, assert_signed_out};

const MODES: [u32; 3] = [LATCHKEY_LOGOUT_LOCAL, LATCHKEY_LOGOUT_REVOKE, LATCHKEY_LOGOUT_END_SESSION];

#[test]
fn what_is_stored_is_erased_in_every_mode() {
    attempt(|| {
        for mode in MODES {
            let mut stage = Stage::new();
            let mut game = stage.signed_in();
            game.logout(mode);
            assert_ne!(game.status().state, LATCHKEY_STATE_SIGNED_IN);
            assert_eq!(game.player(), None);
            if mode == LATCHKEY_LOGOUT_END_SESSION {
                let url = game.prompt();
                stage.player.follow(&url).expect("the provider's page");
            }
            assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
            assert_eq!(stage.stored(), 0, "mode {mode}");
            assert_eq!(stage.provider.live_refresh_tokens(), usize::from(mode == LATCHKEY_LOGOUT_LOCAL));
            game.leave();
            let (game, status) = stage.resumed();
            assert_signed_out(&status, LATCHKEY_OK);
            game.leave();
        }
    });
}

#[test]
fn what_is_stored_is_erased_in_every_mode_also_offline() {
    attempt(|| {
        for mode in MODES {
            let mut stage = Stage::new();
            let mut game = stage.signed_in();
            stage.provider.go_away();
            game.logout(mode);
            // The player's browser says what it says when a server is not there; the library can't know.
            wait_for("the store to be empty", PATIENCE, || stage.stored() == 0);
            if mode != LATCHKEY_LOGOUT_END_SESSION {
                let status = game.wait_until_settled();
                let expected = if mode == LATCHKEY_LOGOUT_LOCAL { LATCHKEY_OK } else { LATCHKEY_NETWORK };
                assert_signed_out(&status, expected);
            }
            game.leave();
            let (game, status) = stage.resumed();
            assert_signed_out(&status, LATCHKEY_OK);
            game.leave();
        }
    });
}

#[test]
fn the_entry_is_gone_when_signed_out_is_shown() {
    attempt(|| {
        let mut stage = Stage::new();
        for _ in 0..5 {
            let mut game = stage.signed_in();
            game.logout(LATCHKEY_LOGOUT_LOCAL);
            game.wait_until(|status| status.state == LATCHKEY_STATE_SIGNED_OUT);
            assert_eq!(stage.stored(), 0);
            game.kill();
        }
    });
}

#[test]
fn an_entry_that_can_not_be_erased_is_reported_and_erased_as_soon_as_it_can_be() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.keyring.fill_the_disk();
        game.logout(LATCHKEY_LOGOUT_LOCAL);
        let status = game.wait_until_settled();
        assert_signed_out(&status, LATCHKEY_STORE_UNAVAILABLE);
        assert!(game.error_text().len() > 20, "{:?}", game.error_text());
        stage.keyring.make_room();
        wait_for("the entry to be erased", PATIENCE, || stage.stored() == 0);
        game.leave();
    });
}

#[test]
fn with_a_locked_keyring_the_sign_out_is_reported_as_incomplete_and_is_completed_later() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.keyring.service().lock();
        game.logout(LATCHKEY_LOGOUT_LOCAL);
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_STORE_UNAVAILABLE);
        assert_eq!(game.player(), None);
        stage.keyring.restart_the_daemon();
        wait_for("the entry to be erased", PATIENCE, || stage.stored() == 0);
        game.leave();
    });
}

#[test]
fn signing_out_without_having_signed_in_erases_and_revokes_what_is_stored() {
    attempt(|| {
        let mut stage = Stage::new();
        stage.leave_a_session();
        let mut game = stage.game();
        game.logout(LATCHKEY_LOGOUT_REVOKE);
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
        assert_eq!(stage.stored(), 0);
        assert_eq!(stage.provider.live_refresh_tokens(), 0);
        game.leave();
    });
}

#[test]
fn a_revocation_that_failed_is_reported_and_arrives_later() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.provider.misbehave(Misbehaviour::RevocationServerError);
        game.logout(LATCHKEY_LOGOUT_REVOKE);
        let status = game.wait_until_settled();
        assert_signed_out(&status, LATCHKEY_PROVIDER_ERROR);
        assert_eq!(stage.stored(), 0);
        assert_eq!(stage.provider.live_refresh_tokens(), 1);
        stage.provider.behave();
        wait_for("the revocation", PATIENCE, || stage.provider.live_refresh_tokens() == 0);
        game.leave();
    });
}

#[test]
fn a_revocation_arrives_after_the_network_is_back_and_after_the_client_is_gone() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.provider.go_away();
        game.logout(LATCHKEY_LOGOUT_REVOKE);
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_NETWORK);
        // Another client takes the first one's place, which destroys it.
        let config = stage.config_with("profile_slot", "another");
        game.ask(json!({ "do": "create", "config": config }));
        stage.provider.come_back().expect("the provider's port");
        wait_for("the revocation", PATIENCE, || stage.provider.live_refresh_tokens() == 0);
        game.leave();
    });
}

#[test]
fn no_revocation_is_tried_after_the_library_was_shut_down() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.provider.misbehave(Misbehaviour::RevocationServerError);
        game.logout(LATCHKEY_LOGOUT_REVOKE);
        game.wait_until_settled();
        game.ask(json!({ "do": "shut_down" }));
        let tried = stage.provider.count("/revoke");
        let threads = game.switches();
        assert!(threads.is_empty(), "left of the library: {threads:?}");
        assert_eq!(stage.provider.count("/revoke"), tried);
    });
}

#[test]
fn another_process_notices_at_its_next_refresh() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let mut launcher = stage.resumed_as(ADA);
        launcher.logout(LATCHKEY_LOGOUT_LOCAL);
        assert_signed_out(&launcher.wait_until_settled(), LATCHKEY_OK);
        // Until then it plays on.
        assert_eq!(game.player().as_deref(), Some(ADA));
        let before = stage.refreshes().len();
        game.refresh();
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_SESSION_EXPIRED);
        assert!(game.error_text().contains("signed out"), "{:?}", game.error_text());
        assert_eq!(stage.refreshes().len(), before, "the session was over");
        assert_eq!(stage.stored(), 0, "nobody brings it back");
        launcher.leave();
        game.leave();
    });
}

/// The refresh is under way when the player signs out elsewhere: its answer must not bring the session back.
#[test]
fn a_refresh_under_way_does_not_bring_back_what_another_process_has_ended() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let mut launcher = stage.resumed_as(ADA);
        let before = stage.refreshes().len();
        stage.provider.hold("/token");
        game.refresh();
        stage.wait_for_refreshes(before + 1);
        launcher.logout(LATCHKEY_LOGOUT_LOCAL);
        wait_for("the store to be empty", PATIENCE, || stage.stored() == 0);
        stage.provider.release();
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_SESSION_EXPIRED);
        assert_eq!(stage.stored(), 0);
        launcher.wait_until_settled();
        launcher.leave();
        game.leave();
    });
}

#[test]
fn a_refresh_under_way_does_not_bring_back_what_this_process_has_ended() {
    attempt(|| {
        let mut stage = Stage::with(Options::default(), Condition::Unlocked);
        let mut game = stage.signed_in();
        stage.provider.hold("/token");
        game.refresh();
        stage.wait_for_refreshes(1);
        game.logout(LATCHKEY_LOGOUT_LOCAL);
        stage.provider.release();
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
        assert_eq!(stage.stored(), 0);
        game.leave();
        assert_eq!(stage.stored(), 0);
    });
}
