//! Each machine's library in a root that has a C library, this machine's or one of 2020, and nothing else: what is absent is said
//! in a sentence, the rest works.

use std::net::{TcpListener, TcpStream};

use practice_provider::{Options, Player, PracticeProvider};

use crate::machine::{ARM64, Machine, OLDER_ARM64, OLDER_X86_64, X86_64};
use crate::root::Root;
use support::running::{Finished, Running};

const EXAMPLE: &str = "examples/c/sign_in.c";
const NO_CERTIFICATES: &str = "this system's certificate authorities could not be read; the bundled ones are used";

macro_rules! on_each_machine {
    ($($name:ident;)*) => {
        mod x86_64 {
            $(#[test] fn $name() { super::$name(&super::X86_64); })*
            mod older {
                $(#[test] fn $name() { super::super::$name(&super::super::OLDER_X86_64); })*
            }
        }
        mod arm64 {
            $(#[test] fn $name() { super::$name(&super::ARM64); })*
            mod older {
                $(#[test] fn $name() { super::super::$name(&super::super::OLDER_ARM64); })*
            }
        }
    };
}

on_each_machine! {
    every_function_can_be_called;
    a_player_signs_in;
    without_a_browser_it_is_said_what_to_do;
    without_a_secret_store_the_session_is_kept_in_memory;
    without_certificates_the_bundled_ones_are_used;
    without_a_resolver_it_is_said_that_the_host_was_not_found;
}

/// In 2.31 threads are still a library of their own: what needs them of libc itself does not load there.
#[test]
fn the_older_c_library_is_older() {
    for machine in [&OLDER_X86_64, &OLDER_ARM64] {
        let libc = std::fs::read(machine.libc("libc.so.6")).expect("its C library");
        let says = b"stable release version 2.31.";
        assert!(libc.windows(says.len()).any(|bytes| bytes == says), "{}", machine.libc("libc.so.6").display());
    }
}

fn every_function_can_be_called(machine: &Machine) {
    let root = Root::with(machine, "tests/c/smoke.c");
    let finished = Running::start(&mut root.command()).finish();
    finished.expect_code(0).expect_on_stdout(" checks, 0 failed\n");
}

fn a_player_signs_in(machine: &Machine) {
    let (root, provider) = (Root::with(machine, EXAMPLE), provider());
    let finished = sign_in(&root, &provider, &[]);
    finished.expect_code(0).expect_on_stdout("name:    Ada Lovelace\n").expect_on_stdout("refreshed\n");
    finished.expect_on_stdout("signed out\n");
    // Without TLS nobody misses the certificates.
    assert_eq!(finished.stderr, "", "{finished}");
    assert_eq!(provider.live_refresh_tokens(), 0, "{finished}");
}

fn without_a_browser_it_is_said_what_to_do(machine: &Machine) {
    let (root, provider) = (Root::with(machine, EXAMPLE), provider());
    let finished = run(&root, provider.issuer(), &[]);
    finished.expect_code(1).expect_on_stderr("LATCHKEY_BROWSER_UNAVAILABLE: no browser could be opened");
    finished.expect_on_stderr("install one or set a default browser").expect_on_stderr("LATCHKEY_BROWSER_HOST");
}

fn without_a_secret_store_the_session_is_kept_in_memory(machine: &Machine) {
    let (root, provider) = (Root::with(machine, EXAMPLE), provider());
    let finished = sign_in(&root, &provider, &["--remember"]);
    finished.expect_code(0).expect_on_stdout("no session to resume (LATCHKEY_STORE_UNAVAILABLE)\n");
    finished.expect_on_stdout("kept in memory only: ").expect_on_stdout("signed out\n").expect_on_stderr("D-Bus");
    let left: Vec<_> =
        std::fs::read_dir(root.path()).expect("the root").flatten().map(|entry| entry.file_name()).collect();
    assert!(
        left.iter().all(|name| ["lib", "lib64", "program", "emulator"].iter().any(|known| name == known)),
        "{left:?}"
    );
}

/// The provider speaks no TLS, so there is no sign-in; what counts is that it came to that.
fn without_certificates_the_bundled_ones_are_used(machine: &Machine) {
    let root = Root::with(machine, EXAMPLE);
    let closing = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = closing.local_addr().expect("its address");
    let issuer = format!("https://{address}");
    let hangs_up = std::thread::spawn(move || closing.accept().map(|_| closing));
    let finished = run(&root, &issuer, &["--host-opens"]);
    // If nobody came there, this ends the thread.
    TcpStream::connect(address).expect("the listener is there");
    hangs_up.join().expect("the listener's thread").expect("a connection");
    finished.expect_code(1).expect_on_stderr("LATCHKEY_NETWORK: ");
    finished.expect_on_stderr(&format!("warning: {NO_CERTIFICATES}\n"));
}

/// The name is reserved: no resolver anywhere knows it.
fn without_a_resolver_it_is_said_that_the_host_was_not_found(machine: &Machine) {
    let root = Root::with(machine, EXAMPLE);
    let finished = run(&root, "https://id.example.invalid", &["--host-opens"]);
    finished.expect_code(1).expect_on_stderr("LATCHKEY_NETWORK: ").expect_on_stderr("id.example.invalid");
}

fn provider() -> PracticeProvider {
    PracticeProvider::start(Options::default()).expect("a practice provider")
}

/// To the end, without a player.
#[track_caller]
fn run(root: &Root, issuer: &str, more: &[&str]) -> Finished {
    let mut command = root.command();
    Running::start(command.args(["--issuer", issuer, "--client-id", "example"]).args(more)).finish()
}

/// To the end, with a player outside of the root.
#[track_caller]
fn sign_in(root: &Root, provider: &PracticeProvider, more: &[&str]) -> Finished {
    let mut command = root.command();
    command.args(["--issuer", provider.issuer(), "--client-id", "example", "--host-opens"]).args(more);
    let mut running = Running::start(&mut command);
    let url = running.wait_for_line("open: ");
    Player::new().sign_in(&url, "Ada Lovelace").expect("the player gets through");
    running.finish()
}
