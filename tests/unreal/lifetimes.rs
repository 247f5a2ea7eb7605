//! Games that begin and end at the wrong moment: no leak, no crash, no call after the end.

use std::thread;

use practice_provider::Player;

use crate::provider::{ADA, GRACE, play, play_alone, sign_in, sign_in_at};

#[test]
fn play_in_editor_is_stopped_mid_login() {
    play("PlayIsStoppedMidLogin", |game, _| sign_in(game, ADA));
}

#[test]
fn play_in_editor_is_stopped_while_the_provider_answers() {
    play("PlayIsStoppedWhileTheProviderAnswers", |game, provider| {
        provider.hold("/token");
        let url = game.prompt();
        // The game's page comes once the code is there; nobody waits for it, since the game is stopped meanwhile.
        let player = thread::spawn(move || Player::new().sign_in(&url, ADA).map(|_| ()));
        game.wait_for("stopped");
        provider.release();
        let _ = player.join().expect("the player does not panic");
        game.tell("released");
        sign_in(game, ADA);
    });
}

#[test]
fn play_in_editor_is_stopped_while_signing_out() {
    play("PlayIsStoppedWhileSigningOut", |game, provider| {
        sign_in(game, ADA);
        provider.hold("/revoke");
        game.wait_for("stopped");
        provider.release();
        game.tell("released");
    });
}

#[test]
fn play_in_editor_is_stopped_while_signed_in() {
    play("PlayIsStoppedWhileSignedIn", |game, _| (0..3).for_each(|_| sign_in(game, ADA)));
}

#[test]
fn the_engine_ends_mid_login() {
    play("TheEngineEndsMidLogin", |_, _| {});
}

#[test]
fn several_windows_are_several_players() {
    play("SeveralWindows", |game, _| {
        game.wait_for("third: ");
        let second = game.wait_for("second: ");
        let first = game.wait_for("first: ");
        sign_in_at(&first, ADA);
        sign_in_at(&second, GRACE);
    });
}

#[test]
fn seamless_travel_changes_nothing() {
    play("SeamlessTravel", |game, _| sign_in(game, ADA));
}

#[test]
fn a_dedicated_server_has_no_client_and_no_browser() {
    play_alone("DedicatedServer");
}

#[test]
fn a_dedicated_server_in_a_window_has_no_client_and_no_browser() {
    play_alone("DedicatedServerInAWindow");
}

#[test]
fn a_commandlet_has_no_client_and_no_browser() {
    play_alone("Commandlet");
    play_alone("CommandletWithoutAGame");
}

#[test]
fn garbage_is_collected_between_all_calls_and_in_all_handlers() {
    play("CollectsBetweenCalls", |game, _| sign_in(game, ADA));
}

#[test]
fn handlers_call_back() {
    play("HandlersThatCallBack", |game, _| {
        sign_in(game, ADA);
        sign_in(game, GRACE);
    });
}

#[test]
fn handlers_end_the_game() {
    play("HandlersThatEndTheGame", |game, _| {
        for _ in 0..3 {
            // The game may be gone before its page is.
            let _ = Player::new().sign_in(&game.prompt(), ADA);
        }
    });
}

#[test]
fn default_objects_need_no_library_and_no_settings() {
    play_alone("DefaultObjectsNeedNoLibrary");
}

#[test]
fn settings_may_come_after_the_module() {
    play("SettingsThatComeLater", |game, _| sign_in(game, ADA));
}

#[test]
fn many_games_leave_nothing() {
    play_alone("ManyGames");
}
