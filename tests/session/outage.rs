//! The provider can't be reached: the session is kept, `OFFLINE` is shown, and both end by themselves when it is back.
//!
//! The provider goes away and comes back on the same port, as a network does. How the attempts are spread over time is told by
//! unit tests on a virtual clock; here is what a player sees.

use practice_provider::{Misbehaviour, Options};
use support::ffi::*;
use support::stage::wait_for_expiry;

use crate::keyring::{Condition, attempt};
use crate::stage::{ADA, Stage};

fn short_lived() -> Options {
    Options { access_token_lifetime_s: 3, ..Options::default() }
}

#[test]
fn a_refused_connection_at_a_refresh_is_offline_and_back() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let old = game.fresh_token();
        stage.provider.go_away();
        game.refresh();
        let status = game.wait_until(|status| status.has(LATCHKEY_STATUS_OFFLINE));
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN);
        assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}");
        assert_eq!(game.player().as_deref(), Some(ADA));
        assert_eq!(game.token(), Ok(old.clone()), "the token at hand is still good");
        stage.provider.come_back().expect("the provider's port");
        let status = game.wait_until(|status| !status.has(LATCHKEY_STATUS_OFFLINE | LATCHKEY_STATUS_REFRESHING));
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "{status:?}");
        assert_ne!(game.token(), Ok(old));
        game.leave();
        stage.resumed_as(ADA).leave();
    });
}

#[test]
fn faults_that_pass_are_offline_and_back() {
    attempt(|| {
        let faults = [
            Misbehaviour::TokenUnavailable(1),
            Misbehaviour::TokenTooManyRequests(1),
            Misbehaviour::TokenServerError,
            Misbehaviour::TokenCloseAtOnce,
        ];
        for fault in faults {
            let mut stage = Stage::new();
            let mut game = stage.signed_in();
            stage.provider.misbehave(fault);
            game.refresh();
            let status = game.wait_until(|status| status.has(LATCHKEY_STATUS_OFFLINE));
            assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN, "{fault:?}: {status:?}");
            stage.provider.behave();
            let status = game.wait_until(|status| !status.has(LATCHKEY_STATUS_OFFLINE | LATCHKEY_STATUS_REFRESHING));
            assert_eq!(
                (status.state, status.error.0),
                (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK),
                "{fault:?}: {status:?}"
            );
            game.leave();
        }
    });
}

#[test]
fn a_token_that_expires_meanwhile_is_not_handed_out_and_a_new_one_follows() {
    attempt(|| {
        let mut stage = Stage::with(short_lived(), Condition::Unlocked);
        let mut game = stage.signed_in();
        stage.provider.misbehave(Misbehaviour::TokenUnavailable(1));
        let old = game.fresh_token();
        wait_for_expiry(old.expires_at);
        let code = game.token().expect_err("a token after its end").0;
        assert!(code == LATCHKEY_PENDING || code == LATCHKEY_PROVIDER_ERROR || code == LATCHKEY_NETWORK, "{code}");
        game.wait_until(|status| status.has(LATCHKEY_STATUS_OFFLINE));
        assert_eq!(game.player().as_deref(), Some(ADA));
        stage.provider.behave();
        game.wait_until(|status| !status.has(LATCHKEY_STATUS_OFFLINE | LATCHKEY_STATUS_REFRESHING));
        assert_ne!(game.fresh_token(), old);
        game.leave();
    });
}

#[test]
fn without_a_network_at_the_start_the_player_is_signed_in_and_offline_and_it_clears_by_itself() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let old = game.fresh_token();
        game.leave();
        stage.provider.go_away();
        let mut game = stage.game();
        game.resume();
        let status = game.wait_until(|status| status.has(LATCHKEY_STATUS_OFFLINE));
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN, "{status:?}");
        assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}");
        assert_eq!(game.player().as_deref(), Some(ADA));
        stage.provider.come_back().expect("the provider's port");
        let status = game.wait_until(|status| !status.has(LATCHKEY_STATUS_OFFLINE | LATCHKEY_STATUS_REFRESHING));
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "{status:?}");
        assert_ne!(game.fresh_token(), old);
        game.leave();
    });
}

#[test]
fn a_start_that_ends_offline_leaves_the_session_as_it_was() {
    attempt(|| {
        let mut stage = Stage::new();
        stage.leave_a_session();
        stage.provider.go_away();
        for _ in 0..2 {
            let mut game = stage.game();
            game.resume();
            game.wait_until(|status| status.has(LATCHKEY_STATUS_OFFLINE));
            game.leave();
        }
        stage.provider.come_back().expect("the provider's port");
        stage.resumed_as(ADA).leave();
    });
}

/// The answer with the new refresh token is lost on its way. The provider has rotated; what is stored is spent.
#[test]
fn a_lost_answer_ends_in_a_new_token_or_in_a_clean_sign_out() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.provider.misbehave(Misbehaviour::RefreshLostAnswer);
        game.refresh();
        stage.wait_for_refreshes(1);
        game.wait_until(|status| status.has(LATCHKEY_STATUS_OFFLINE) || status.state == LATCHKEY_STATE_SIGNED_OUT);
        stage.provider.behave();
        let status = game.wait_until(|status| status.is_settled() && !status.has(LATCHKEY_STATUS_OFFLINE));
        if status.state == LATCHKEY_STATE_SIGNED_OUT {
            crate::stage::assert_signed_out(&status, LATCHKEY_SESSION_EXPIRED);
            assert_eq!(stage.stored(), 0);
        }
        game.leave();
    });
}
