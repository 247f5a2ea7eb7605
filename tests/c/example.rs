//! The C example as a studio would try it: built, started, and signed in with, at the practice provider.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use practice_provider::{Options, Player, PracticeProvider};
use serde_json::json;
use support::running::{Finished, Running};

use crate::memcheck::valgrind;
use crate::toolchain::{Build, Program, source};
use crate::{WARNINGS, cases};

/// No poll may take longer while a login is in progress.
const LONGEST_POLL_US: f64 = 50.0;
const ATTEMPTS: usize = 3;

cases! { signs_in:
    example_with_gcc_as_c99("gcc", "c99", &[]);
    example_with_gcc_as_c17("gcc", "c17", &[]);
    example_with_clang_as_c99("clang", "c99", &[]);
    example_with_clang_as_c17("clang", "c17", &[]);
    example_with_short_names_with_gcc("gcc", "c99", &["-DLATCHKEY_SHORT_NAMES"]);
    example_with_short_names_with_clang("clang", "c17", &["-DLATCHKEY_SHORT_NAMES"]);
    example_with_gcc_as_cpp11("g++", "c++11", &["-x", "c++"]);
    example_with_clang_as_cpp11("clang++", "c++11", &["-x", "c++"]);
}

fn signs_in(compiler: &str, standard: &str, extra: &[&str]) {
    let program = Build::new(compiler, standard, source("examples/c/sign_in.c")).flags(WARNINGS).flags(extra).program();
    let provider = provider(Options::default());
    let finished = sign_in(&mut against(&program, &provider));
    expect_a_whole_session(&finished, &provider);
}

/// A busy machine may take the processor away in the middle of a poll, which says nothing about the poll: one attempt out of
/// three has to be free of that.
#[test]
fn no_poll_of_the_example_takes_long() {
    let program = example();
    let mut longest = Vec::new();
    while longest.len() < ATTEMPTS {
        let provider = provider(Options::default());
        let finished = sign_in(&mut against(&program, &provider));
        let (microseconds, polls) = polling(&finished);
        assert!(polls > 1, "polled {polls} times: {finished}");
        if microseconds <= LONGEST_POLL_US {
            return;
        }
        longest.push(microseconds);
    }
    panic!("the longest poll of each attempt took more than {LONGEST_POLL_US} µs: {longest:?}");
}

#[test]
fn example_under_valgrind() {
    let program = example();
    let provider = provider(Options::default());
    let finished = sign_in(&mut valgrind(&against(&program, &provider)));
    expect_a_whole_session(&finished, &provider);
}

#[test]
fn example_signs_in_on_another_screen_by_what_it_draws() {
    let program = example();
    let provider = provider(Options { device_interval_s: 1, ..Options::default() });
    let mut command = program.command();
    command.args(["--issuer", provider.issuer(), "--client-id", "example", "--device"]);
    let mut running = Running::start(&mut valgrind(&command));
    let (page, code) = (running.wait_for_line("go to: "), running.wait_for_line("code: "));
    let shown = running.wait_for_line("or scan: ");
    Player::new().approve_device(&page, &code, "Ada Lovelace").expect("the player gets through");
    let finished = running.finish();
    finished
        .expect_code(0)
        .expect_on_stdout("waiting for the player on another screen\n")
        .expect_on_stdout("name:    Ada Lovelace\n")
        .expect_on_stdout("refreshed\n")
        .expect_on_stdout("signed out\n");
    assert_eq!(scanned(&finished.stdout), shown, "{finished}");
    assert_eq!(provider.count("/authorize"), 0, "{finished}");
}

/// What a camera that is held to the terminal reads.
#[track_caller]
fn scanned(stdout: &str) -> String {
    const PIXELS: usize = 6;
    let drawn = |line: &str| Some(line.strip_prefix("  \u{1b}[40;97m")?.strip_suffix("\u{1b}[0m")?.to_owned());
    let halves = |block| match block {
        '█' => [true, true],
        '▀' => [true, false],
        '▄' => [false, true],
        ' ' => [false, false],
        other => panic!("{other:?} is no block"),
    };
    let rows: Vec<Vec<[bool; 2]>> =
        stdout.lines().filter_map(drawn).map(|row| row.chars().map(halves).collect()).collect();
    let light = |x: usize, y: usize| rows[y / 2][x][y % 2];
    let (width, height) = (rows[0].len(), rows.len() * 2);
    let pixel = |x: usize, y: usize| if light(x / PIXELS, y / PIXELS) { 255 } else { 0 };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width * PIXELS, height * PIXELS, pixel);
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "a camera finds one code:\n{stdout}");
    grids[0].decode().expect("it can be read").1
}

#[test]
fn example_without_a_refresh_token_says_so_and_goes_on() {
    let program = example();
    let provider = provider(Options { always_refresh_token: false, ..Options::default() });
    let finished = sign_in(&mut against(&program, &provider));
    finished.expect_code(0).expect_on_stdout("not refreshed: ").expect_on_stdout("signed out\n");
    assert!(!finished.stdout.contains("refreshed\n"), "{finished}");
}

/// The suite `session` has the machines on which it is kept.
#[test]
fn example_that_is_to_remember_where_there_is_no_store_says_so_and_signs_out() {
    let program = example();
    let provider = provider(Options::default());
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let finished = sign_in(without_a_store(&mut against(&program, &provider), nowhere.path()).arg("--remember"));
    finished
        .expect_code(0)
        .expect_on_stdout("no session to resume (LATCHKEY_STORE_UNAVAILABLE)\n")
        .expect_on_stdout(" ms after the launch, not persisted\n")
        .expect_on_stdout("refreshed\nkept in memory only: ")
        .expect_on_stdout("signed out\n")
        .expect_on_stderr("warning: session: it is kept in memory only");
    assert_eq!(provider.live_refresh_tokens(), 0, "nobody can use it again: {finished}");
}

/// Nobody is asked to sign in only to be signed out. Whether a session is kept can't be known, so it is no success either.
#[test]
fn example_that_is_to_sign_out_where_there_is_no_store_says_so() {
    let program = example();
    let nowhere = tempfile::tempdir().expect("a temporary folder");
    let mut command = program.command();
    command.args(["--issuer", "http://127.0.0.1:1", "--client-id", "example", "--host-opens", "--sign-out"]);
    let finished = Running::start(without_a_store(&mut command, nowhere.path())).finish();
    finished
        .expect_code(1)
        .expect_on_stdout("no session to resume (LATCHKEY_STORE_UNAVAILABLE)\n")
        .expect_on_stderr("LATCHKEY_STORE_UNAVAILABLE: ");
    assert!(!finished.stdout.contains("open: "), "{finished}");
}

#[test]
fn example_tells_that_the_player_said_no() {
    let program = example();
    let provider = provider(Options::default());
    let mut running = Running::start(&mut against(&program, &provider));
    let url = running.wait_for_line("open: ");
    Player::new().deny(&url).expect("the player can say no");
    running.finish().expect_code(1).expect_on_stderr("sign_in: LATCHKEY_DENIED: ");
}

#[test]
fn example_tells_that_the_time_is_up() {
    let program = example();
    let provider = provider(Options::default());
    let finished = Running::start(against(&program, &provider).args(["--timeout", "1"])).finish();
    finished.expect_code(1).expect_on_stderr("sign_in: LATCHKEY_TIMED_OUT: ");
}

#[test]
fn example_tells_that_the_port_is_taken() {
    let program = example();
    let provider = provider(Options::default());
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("its number").port().to_string();
    let finished = Running::start(against(&program, &provider).args(["--port", &port])).finish();
    finished.expect_code(1).expect_on_stderr("sign_in: LATCHKEY_PORT_IN_USE: ").expect_on_stderr(&port);
}

#[test]
fn example_tells_what_is_wrong_with_its_configuration() {
    let program = example();
    let finished = Running::start(program.command().args(["--issuer", "nowhere", "--client-id", "game"])).finish();
    finished.expect_code(1).expect_on_stderr("sign_in: LATCHKEY_CONFIGURATION: issuer ");
}

#[test]
fn example_used_wrongly_prints_what_was_meant() {
    let program = example();
    let complete = ["--issuer", "http://127.0.0.1:1", "--client-id", "game"];
    let cases: &[(&[&str], &str)] = &[
        (&[], "--issuer is missing"),
        (&complete[..2], "--client-id is missing"),
        (&complete[..3], "--client-id needs a value"),
        (&["--isuer"], "--isuer is no option"),
        (&["--port", "0"], "--port takes a number from 1 to 65535"),
        (&["--port", "65536"], "--port takes a number from 1 to 65535"),
        (&["--port", "-1"], "--port takes a number from 1 to 65535"),
        (&["--port", "80x"], "--port takes a number from 1 to 65535"),
        (&["--timeout", "86401"], "--timeout takes seconds, from 1 to 86400"),
        (&["--slot", "second"], "--slot names a kept session: add --remember"),
    ];
    for (words, meant) in cases {
        let in_addition = ["--port", "--timeout", "--slot"].iter().any(|option| words.first() == Some(option));
        let words = if in_addition { [&complete[..], words].concat() } else { words.to_vec() };
        let finished = Running::start(program.command().args(words)).finish();
        finished.expect_code(2).expect_on_stderr(meant).expect_on_stderr("Usage: sign_in ");
        assert_eq!(finished.stdout, "");
    }
    Running::start(program.command().arg("--help")).finish().expect_code(0).expect_on_stdout("Usage: sign_in ");
}

fn example() -> Program {
    Build::new("gcc", "c99", source("examples/c/sign_in.c")).flags(&["-O2", "-g"]).program()
}

fn provider(options: Options) -> PracticeProvider {
    let claims = json!({ "roles": ["builder", "moderator"] });
    let extra_claims = claims.as_object().cloned().expect("an object");
    PracticeProvider::start(Options { extra_claims, ..options }).expect("the practice provider starts")
}

fn against(program: &Program, provider: &PracticeProvider) -> Command {
    let mut command = program.command();
    command.args(["--issuer", provider.issuer(), "--client-id", "example", "--host-opens"]);
    command
}

/// A machine on which nobody keeps secrets, whatever this one has.
fn without_a_store<'a>(command: &'a mut Command, nowhere: &Path) -> &'a mut Command {
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").env("XDG_RUNTIME_DIR", nowhere)
}

/// Runs the example and is its player.
#[track_caller]
fn sign_in(command: &mut Command) -> Finished {
    let mut running = Running::start(command);
    let url = running.wait_for_line("open: ");
    let page = Player::new().sign_in(&url, "Ada Lovelace").expect("the player gets through");
    assert_eq!(page.status, 200, "the game's own page");
    running.finish()
}

#[track_caller]
fn expect_a_whole_session(finished: &Finished, provider: &PracticeProvider) {
    finished
        .expect_code(0)
        .expect_on_stdout("name:    Ada Lovelace\n")
        .expect_on_stdout("e-mail:  ada.lovelace@players.example (verified)\n")
        .expect_on_stdout("subject: player-")
        .expect_on_stdout("session: new, ")
        .expect_on_stdout(" ms after the launch, not persisted\n")
        .expect_on_stdout("roles:   builder, moderator\n")
        .expect_on_stdout("access token: Bearer, scopes: openid profile email, ")
        .expect_on_stdout("refreshed\n")
        .expect_on_stdout("signed out\n");
    assert_eq!(finished.stdout.matches("open: ").count(), 1, "{finished}");
    assert_eq!(finished.stderr, "", "{finished}");
    assert_eq!(provider.live_refresh_tokens(), 0, "the sign-out did not revoke: {finished}");
}

/// From the line `longest poll: N.N us over M polls`.
#[track_caller]
fn polling(finished: &Finished) -> (f64, u64) {
    let line = finished.stdout.lines().find_map(|line| line.strip_prefix("longest poll: "));
    let numbers = line.and_then(|line| line.strip_suffix(" polls")?.split_once(" us over "));
    let parsed = numbers.and_then(|(longest, polls)| Some((longest.parse().ok()?, polls.parse().ok()?)));
    parsed.unwrap_or_else(|| panic!("no longest poll: {finished}"))
}
