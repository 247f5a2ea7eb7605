//! The player's browser, as Windows' registry names it. Here that is a program of the test's, which writes down what it is started
//! with; the player reads it there.

use std::fs;
use std::path::PathBuf;

use practice_provider::{Options, Player, PracticeProvider};

use super::{EXAMPLE, with_the_example};
use crate::wine::{C99, Windows};
use support::running::Running;
use support::{PATIENCE, wait_for};

/// Where the program leaves what it was started with; a name that every code page has.
const OPENED: &str = "C:\\opened";

fn opened(windows: &Windows) -> PathBuf {
    windows.on_disk_c("opened")
}

/// For all users, since wine 8 does not look among the player's own classes.
#[track_caller]
fn make_the_browser(windows: &Windows, program: &str) {
    let command = format!("\"Z:{}\" \"%1\"", windows.path(program).display()).replace('/', "\\");
    windows.system(&["reg", "add", "HKCR\\http\\shell\\open\\command", "/ve", "/d", &command, "/f"]);
}

fn game(windows: &Windows, provider: &PracticeProvider) -> std::process::Command {
    let mut game = windows.program(EXAMPLE);
    game.args(["--issuer", provider.issuer(), "--client-id", "example"]).env("LATCHKEY_TEST_OPENED", OPENED);
    game
}

#[test]
fn the_players_browser_gets_the_url_as_its_one_argument() {
    let windows = with_the_example();
    windows.compile(C99, "tests/platforms/browser.c", &[], "browser.exe");
    make_the_browser(&windows, "browser.exe");
    let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
    let running = Running::start(&mut game(&windows, &provider));
    wait_for("the browser", PATIENCE, || opened(&windows).exists());
    let text = fs::read_to_string(opened(&windows)).expect("what the browser was started with");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "1", "arguments: {text}");
    Player::new().sign_in(lines[1], "Ada Lovelace").expect("the player gets through");
    running.finish().expect_code(0).expect_on_stdout("name:    Ada Lovelace");
}

/// A dialog of Windows' own would stand behind a game that fills the screen, and hold the sign-in until somebody finds it. There is
/// no display here, so an attempt to show one is an error about windows.
#[test]
fn without_a_browser_the_sign_in_ends_with_a_sentence_and_no_dialog() {
    let windows = with_the_example();
    make_the_browser(&windows, "uninstalled.exe");
    let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
    let finished = Running::start(&mut game(&windows, &provider)).finish();
    finished.expect_code(1).expect_on_stderr("sign_in: LATCHKEY_BROWSER_UNAVAILABLE: no browser could be opened (");
    finished.expect_on_stderr("set a default browser, or let the game show the URL itself (LATCHKEY_BROWSER_HOST)");
    assert!(!finished.stderr.contains("window handle"), "a dialog was to be shown: {finished}");
    assert!(!finished.stderr.contains("state="), "the URL is in the message: {finished}");
}
