//! The settings page, what overrides it, the console and the log.

use practice_provider::{Options, PracticeProvider};

use crate::game::Setup;
use crate::product::shipped;
use crate::provider::{ADA, play, play_alone, play_with, sign_in};

#[test]
fn the_settings_are_read_from_their_section() {
    play_alone("ReadsItsSection");
}

#[test]
fn the_settings_page_says_what_cannot_work() {
    play_alone("SaysWhatCannotWork");
}

#[test]
fn the_command_line_overrides_the_environment_and_both_the_settings() {
    let prepare = |setup: Setup| {
        setup
            .env("LATCHKEY_ISSUER", "https://environment.example.com")
            .env("LATCHKEY_CLIENT_ID", "from-the-environment")
    };
    play_with("IsOverridden", Options::default(), prepare, |game, provider| {
        sign_in(game, ADA);
        let asked = provider.requests().into_iter().find(|request| request.path == "/authorize").expect("a sign-in");
        assert_eq!(asked.parameter("client_id"), Some("practice-game"));
    });
}

/// What a player has: everything in one program, without checks, logs, tests and the console's commands.
#[test]
fn nothing_overrides_the_settings_of_a_shipped_game() {
    let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
    let setup = Setup::new(shipped(), "IsNotOverridden").issuer(provider.issuer());
    let setup = setup.env("LATCHKEY_ISSUER", "https://wrong.example.com").env("LATCHKEY_CLIENT_ID", "wrong");
    let mut game = setup.start();
    sign_in(&mut game, ADA);
    game.finish().expect_success();
}

#[test]
fn the_console_signs_in_and_out_and_says_where_things_stand() {
    play("ConsoleCommands", |game, _| sign_in(game, ADA));
}

#[test]
fn the_log_has_matching_levels() {
    play("LogsAtMatchingLevels", |game, _| sign_in(game, ADA));
}
