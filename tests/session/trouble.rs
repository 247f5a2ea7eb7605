//! A store that can't be used: locked, denied, absent, silent, full, altered. The player plays all the same, the status says what
//! is not kept, and nothing that was stored before is lost or believed.
//!
//! Each condition is real, see `conditions.rs`.

use std::time::Duration;

use dbus::Path;
use support::Status;
use support::ffi::*;

use crate::game::Game;
use crate::keyring::{Condition, attempt};
use crate::secret_service::Item;
use crate::stage::{ADA, GRACE, Stage, assert_signed_out};

/// One test for each condition: what a resume and a sign-in come to, and that the session stored before is not lost.
macro_rules! conditions {
    ($($name:ident: $condition:ident;)*) => { $(#[test] fn $name() { attempt(|| unusable(Condition::$condition)); })* };
}

conditions! {
    with_a_locked_keyring_the_session_is_kept_in_memory: Locked;
    with_a_dialog_that_nobody_answers_the_session_is_kept_in_memory: LockedWithSilentPrompter;
    without_a_secret_service_the_session_is_kept_in_memory: NoService;
    without_a_session_bus_the_session_is_kept_in_memory: NoBus;
    with_an_address_that_leads_nowhere_the_session_is_kept_in_memory: DeadBus;
    with_a_silent_bus_the_session_is_kept_in_memory: SilentBus;
    where_the_bus_denies_the_session_is_kept_in_memory: Denied;
}

/// A store that never answers is given up after ten seconds, at a load and at a save.
const SILENCE: Duration = Duration::from_secs(30);

#[track_caller]
fn unusable(condition: Condition) {
    let mut stage = Stage::new();
    stage.leave_a_session();
    stage.keyring.turn(condition);

    let (mut game, status) = stage.resumed();
    assert_signed_out(&status, LATCHKEY_STORE_UNAVAILABLE);
    assert!(game.error_text().len() > 20, "{:?}", game.error_text());
    assert_eq!(game.player(), None);

    let status = stage.sign_in(&mut game, GRACE);
    assert_eq!(status.error, LATCHKEY_OK, "a store that can't be used is no reason to turn a player away");
    assert!(!status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}");
    assert!(warns_of_the_store(&mut game), "{:#?}", game.log());
    let before = game.fresh_token();
    game.refresh();
    let status = game.wait_so_long(SILENCE, Status::is_settled);
    assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN, "{status:?}");
    assert!(!status.has(LATCHKEY_STATUS_PERSISTED) && status.error == LATCHKEY_OK, "{status:?}");
    assert_ne!(game.fresh_token(), before);
    // A call into a store that never answers may outlast the library's shutdown, which says so.
    let silent = matches!(condition, Condition::LockedWithSilentPrompter | Condition::SilentBus);
    let code = game.leave_with();
    assert!(code == LATCHKEY_OK || (silent && code == LATCHKEY_TIMED_OUT), "latchkey_shutdown: {code:?}");

    stage.keyring.turn(Condition::Unlocked);
    stage.resumed_as(ADA).leave();
}

/// A log is what a developer has when a player says that the game forgets them.
fn warns_of_the_store(game: &mut Game) -> bool {
    warnings_of_the_store(game) > 0
}

fn warnings_of_the_store(game: &mut Game) -> usize {
    game.log().iter().filter(|record| record.contains("memory only")).count()
}

/// The store works again: the next refresh has something to store, and the next start finds it.
#[track_caller]
fn assert_the_next_refresh_is_kept(stage: &Stage, mut game: Game) {
    game.refresh();
    let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
    assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}: {}", game.log().join("\n"));
    game.leave();
    stage.resumed_as(ADA).leave();
}

#[test]
fn a_keyring_that_is_unlocked_later_is_used_from_then_on() {
    attempt(|| {
        let mut stage = Stage::with(Default::default(), Condition::Unlocked);
        stage.keyring.service().lock();
        let mut game = stage.game();
        assert!(!stage.sign_in(&mut game, ADA).has(LATCHKEY_STATUS_PERSISTED));
        let warnings = warnings_of_the_store(&mut game);
        game.refresh();
        assert!(!game.settles_as(LATCHKEY_STATE_SIGNED_IN).has(LATCHKEY_STATUS_PERSISTED));
        assert_eq!(warnings_of_the_store(&mut game), warnings, "a refresh has asked for the keyring's password");
        // An unlocked one on another bus is not what this game would find; the same one is unlocked by a new daemon on the same bus.
        stage.keyring.restart_the_daemon();
        assert_the_next_refresh_is_kept(&stage, game);
    });
}

#[test]
fn with_a_full_disk_a_sign_in_is_not_kept_and_says_so() {
    attempt(|| {
        let mut stage = Stage::new();
        stage.keyring.fill_the_disk();
        let mut game = stage.game();
        let status = stage.sign_in(&mut game, ADA);
        assert_eq!(status.error, LATCHKEY_OK);
        assert!(!status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}");
        assert!(warns_of_the_store(&mut game), "{:#?}", game.log());
        stage.keyring.make_room();
        assert_the_next_refresh_is_kept(&stage, game);
    });
}

#[test]
fn with_a_full_disk_a_refresh_works_and_is_kept_when_there_is_room_again() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.keyring.fill_the_disk();
        let before = game.fresh_token();
        game.refresh();
        let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert_ne!(game.token().expect("a token"), before);
        assert!(!status.has(LATCHKEY_STATUS_PERSISTED), "what is stored is spent: {status:?}");
        stage.keyring.make_room();
        assert_the_next_refresh_is_kept(&stage, game);
    });
}

#[test]
fn after_a_refresh_that_could_not_be_stored_the_next_start_asks_for_a_sign_in_cleanly() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        stage.keyring.fill_the_disk();
        game.refresh();
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        game.leave();
        stage.keyring.make_room();
        let mut game = stage.game();
        game.resume();
        let mut status = game.wait_until_settled();
        // The stored refresh token was spent, or is gone: at the latest the first refresh notices.
        if status.state == LATCHKEY_STATE_SIGNED_IN {
            game.refresh();
            status = game.wait_until_settled();
        }
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT, "{status:?}");
        assert!([LATCHKEY_OK, LATCHKEY_SESSION_EXPIRED].contains(&status.error.0), "{status:?}");
        assert!(stage.sign_in(&mut game, ADA).has(LATCHKEY_STATUS_PERSISTED));
        game.leave();
        stage.resumed_as(ADA).leave();
    });
}

/// What an altered entry comes to: refused with a sentence and without a request, and overwritten by the next sign-in.
#[track_caller]
fn refused(alter: impl Fn(&[Item]) -> Vec<(Path<'static>, Vec<u8>)>) {
    let mut stage = Stage::new();
    stage.leave_a_session();
    let service = stage.keyring.service();
    for (path, secret) in alter(&service.items()) {
        service.replace(&path, &secret).expect("an entry that can be altered");
    }
    stage.provider.clear_requests();
    let (mut game, status) = stage.resumed();
    assert_refused(&mut game, &status);
    assert_eq!(stage.provider.count("/token"), 0, "an altered entry was used");
    let status = stage.sign_in(&mut game, GRACE);
    assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}: {}", game.log().join("\n"));
    game.leave();
    assert_eq!(stage.stored(), 1);
    stage.resumed_as(GRACE).leave();
}

#[track_caller]
fn assert_refused(game: &mut Game, status: &Status) {
    assert_signed_out(status, LATCHKEY_STORE_UNAVAILABLE);
    assert!(game.error_text().len() > 20, "{:?}", game.error_text());
    assert_eq!(game.player(), None);
}

#[test]
fn an_entry_with_one_changed_byte_is_refused_wherever_it_is() {
    attempt(|| {
        for place in [0, 25, 50, 75, 99] {
            refused(|items| {
                let mut secret = items[0].secret.clone();
                let place = (secret.len() - 1) * place / 100;
                // Still the text that it was, if it is text.
                secret[place] = if secret[place] == b'A' { b'B' } else { b'A' };
                vec![(items[0].path.clone(), secret)]
            });
        }
    });
}

#[test]
fn an_entry_that_was_cut_is_refused() {
    attempt(|| {
        refused(|items| vec![(items[0].path.clone(), items[0].secret[..items[0].secret.len() / 2].to_vec())]);
    });
}

/// gnome-keyring writes a new entry to the disk before its secret: killed in between, it comes back with an empty one.
#[test]
fn an_entry_whose_secret_never_came_is_none() {
    attempt(|| {
        let mut stage = Stage::new();
        stage.leave_a_session();
        let service = stage.keyring.service();
        service.replace(&service.items()[0].path, b"").expect("an entry that can be altered");
        stage.keyring.restart_the_daemon();
        assert_eq!(stage.stored(), 1, "the entry itself is there");
        let (mut game, status) = stage.resumed();
        assert_signed_out(&status, LATCHKEY_OK);
        assert_eq!(game.error_text(), "");
        assert!(stage.sign_in(&mut game, ADA).has(LATCHKEY_STATUS_PERSISTED));
        game.leave();
        assert_eq!(stage.stored(), 1);
        stage.resumed_as(ADA).leave();
    });
}

#[test]
fn an_entry_of_no_sense_is_refused() {
    attempt(|| {
        refused(|items| vec![(items[0].path.clone(), b"hunter2".to_vec())]);
        refused(|items| vec![(items[0].path.clone(), vec![0xFF; 40_000])]);
    });
}

#[test]
fn the_entry_of_another_slot_is_refused() {
    attempt(|| {
        let mut stage = Stage::new();
        for slot in ["left", "right"] {
            let mut game = stage.game_with(&stage.config_with("profile_slot", slot));
            stage.sign_in(&mut game, ADA);
            game.leave();
        }
        let service = stage.keyring.service();
        let items = service.items();
        assert_eq!(items.len(), 2);
        service.replace(&items[0].path, &items[1].secret).expect("an entry that can be altered");
        service.replace(&items[1].path, &items[0].secret).expect("an entry that can be altered");
        for slot in ["left", "right"] {
            let mut game = stage.game_with(&stage.config_with("profile_slot", slot));
            game.resume();
            let status = game.wait_until_settled();
            assert_refused(&mut game, &status);
            game.leave();
        }
        assert_eq!(stage.refreshes().len(), 0);
    });
}

#[test]
fn a_session_that_was_stored_is_ended_when_a_player_erases_the_entry() {
    attempt(|| {
        let mut stage = Stage::new();
        let mut game = stage.signed_in();
        let service = stage.keyring.service();
        service.erase(&service.items()[0].path);
        game.refresh();
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_SESSION_EXPIRED);
        game.leave();
        assert_eq!(stage.stored(), 0);
    });
}
