//! What machines do to a program: a clock that is wrong, a network that changes, another time zone.
//!
//! A machine that sleeps can't be had in a test; what counts its sleep is told by the unit tests of `src/clock`. What a kill leaves
//! behind is in the suite `session`.

use practice_provider::{Misbehaviour as M, Options};
use support::Captured;
use support::ffi::*;

use crate::stage::{Ending, Stage, refresh};

#[test]
fn a_clock_hours_off_turns_no_player_away_and_is_named_in_the_log() {
    for (offset, words) in [(6 * 3600, "hours behind"), (-6 * 3600, "hours ahead of")] {
        let captured = Captured::from_now();
        let mut stage = Stage::with(Options { clock_offset_s: offset, ..Options::default() }, |config| config);
        stage.sign_in();
        assert!(captured.mentions(words), "{offset}: the log does not say by how much");
    }
}

#[test]
fn a_clock_hours_off_does_not_excuse_a_token_that_is_expired_by_its_own_providers_clock() {
    let options = Options { clock_offset_s: 6 * 3600, misbehaviour: Some(M::ExpiredIdToken), ..Options::default() };
    let mut stage = Stage::with(options, |config| config);
    let status = stage.fail().status;
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_EXPIRY));
}

#[test]
fn a_clock_off_by_less_than_the_leeway_does_not_matter() {
    for offset in [45, -45] {
        let mut stage = Stage::with(Options { clock_offset_s: offset, ..Options::default() }, |config| config);
        stage.sign_in();
    }
    let mut wide =
        Stage::with(Options { clock_offset_s: 500, ..Options::default() }, |config| config.clock_leeway_s(600));
    wide.sign_in();
}

#[test]
fn a_clock_hours_off_does_not_excuse_a_forged_token() {
    let options = Options { clock_offset_s: 6 * 3600, misbehaviour: Some(M::InvalidSignature), ..Options::default() };
    let mut stage = Stage::with(options, |config| config);
    let status = stage.fail().status;
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_SIGNATURE));
}

#[test]
fn a_network_that_changes_while_the_player_types_costs_nothing() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    // Every connection is gone, the one that was kept warm for the token endpoint among them.
    stage.provider.hang_up_all();
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    stage.provider.hang_up_all();
    assert_eq!(refresh(&stage).error, LATCHKEY_OK);
}

#[test]
fn a_network_that_is_gone_while_the_player_types_and_back_in_time_costs_nothing() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    stage.provider.go_away();
    stage.provider.come_back().expect("the provider's port");
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn a_network_that_is_gone_when_the_player_comes_back_says_so_and_the_next_login_works() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    stage.provider.go_away();
    stage.visit(&callback);
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_NETWORK, "{text}");
    assert!(text.contains("127.0.0.1") && text.contains("network"), "{text}");
    stage.provider.come_back().expect("the provider's port");
    stage.sign_in();
}

#[cfg(unix)]
#[test]
fn time_zone_changes_move_no_deadline_and_no_tokens_age() {
    use practice_provider::Player;
    use support::vault::Vault;
    use support::{Client, ConfigBuilder, Login};

    use crate::stage::{ADA, GAME, beside_a_provider};

    unsafe extern "C" {
        fn tzset();
    }
    // Half a day east, half a day west, and where summer time just began or ended.
    let zones = ["XXX-14", "XXX+12", "XXX0", "CET-1CEST,M3.5.0,M10.5.0/3"];
    beside_a_provider(Options::default(), |issuer| {
        let vault = Vault::new();
        let client = || Client::create(&ConfigBuilder::new(issuer, GAME).store(vault.hooks()));
        let travel = |zone: &str| {
            // SAFETY: this process has no other thread that reads the environment; the library's reads none.
            unsafe {
                std::env::set_var("TZ", zone);
                tzset();
            }
        };
        let first = client();
        travel(zones[0]);
        first.start_login(&Login::new()).expect("latchkey_start_login");
        let url = first.prompt_url();
        let deadline = first.status().deadline;
        travel(zones[1]);
        assert_eq!(first.status().deadline, deadline);
        Player::new().sign_in(&url, ADA).expect("the provider's pages");
        first.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        let token = first.access_token(60).expect("a token");
        drop(first);
        for zone in zones {
            travel(zone);
            let next = client();
            next.resume_session().expect("latchkey_resume_session");
            next.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
            let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs() as i64;
            let status = next.wait_until_settled();
            assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "{zone}: {status:?}");
            let fresh = next.access_token(60).expect("a token");
            assert!((token.expires_at..=now + 301).contains(&fresh.expires_at), "{zone}: {fresh:?} at {now}");
        }
    });
}
