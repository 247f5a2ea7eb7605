//! The C example with `--remember`, as a studio tries it: started again and again, on desktops in different conditions.
//!
//! The suite `c` compiles it in every standard and sees it sign in; here is what outlives it.
//!
//! May touch: a folder of its own, and the programs that it starts.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use practice_provider::Options;
use support::running::{Finished, Running};
use support::{Library, PATIENCE, wait_for};

use crate::keyring::{Condition, attempt};
use crate::stage::{ADA, Stage};

#[test]
fn the_second_start_needs_no_browser_and_sign_out_ends_that() {
    attempt(|| {
        let mut stage = Stage::new();
        let example = Example::build();
        let first = example.run(&mut stage, &["--remember"]);
        first.expect_printed(
            0,
            &["no session to resume\n", "session: new, ", " after the launch, PERSISTED\n", "refreshed\nkept: "],
        );
        assert_eq!(stage.stored(), 1);

        stage.provider.clear_requests();
        let second = example.run(&mut stage, &["--remember"]);
        second
            .expect_printed(0, &["name:    Ada Lovelace\n", "session: resumed, ", "PERSISTED\n", "refreshed\nkept: "]);
        let last = example.run(&mut stage, &["--sign-out"]);
        last.expect_printed(0, &["name:    Ada Lovelace\n", "session: resumed, ", "signed out\n"]);
        assert_eq!(stage.provider.count("/authorize"), 0, "{second}{last}");
        assert_eq!((stage.stored(), stage.provider.live_refresh_tokens()), (0, 0), "{last}");

        let nobody = example.run(&mut stage, &["--sign-out"]);
        nobody.expect_printed(0, &["no session to resume\n"]);
        assert_eq!(stage.provider.count("/authorize"), 0, "nobody signs in to be signed out: {nobody}");
    });
}

#[test]
fn another_slot_is_another_session() {
    attempt(|| {
        let mut stage = Stage::new();
        let example = Example::build();
        example.run(&mut stage, &["--remember"]).expect_printed(0, &["session: new, "]);
        example.run(&mut stage, &["--remember", "--slot", "second"]).expect_printed(0, &["session: new, "]);
        assert_eq!(stage.stored(), 2);
        example.run(&mut stage, &["--sign-out", "--slot", "second"]).expect_printed(0, &["session: resumed, "]);
        assert_eq!(stage.stored(), 1);
    });
}

#[test]
fn without_a_network_the_stored_player_is_there_and_is_kept() {
    attempt(|| {
        let lifetime = Duration::from_secs(1);
        let options = Options { access_token_lifetime_s: lifetime.as_secs(), ..Options::default() };
        let mut stage = Stage::with(options, Condition::Unlocked);
        let example = Example::build();
        example.run(&mut stage, &["--remember"]).expect_printed(0, &["kept: "]);
        let signed_in = Instant::now();
        stage.provider.go_away();
        example.run(&mut stage, &["--remember"]).expect_printed(0, &["session: resumed, ", "\noffline: ", "\nkept: "]);
        wait_for("the stored token's end", PATIENCE, || signed_in.elapsed() > lifetime);
        example.run(&mut stage, &["--remember"]).expect_printed(0, &["session: resumed, ", "\noffline: ", "\nkept: "]);
        stage.provider.come_back().expect("the provider's port");
        example.run(&mut stage, &["--remember"]).expect_printed(0, &["session: resumed, ", "\nrefreshed\nkept: "]);
    });
}

#[test]
fn a_session_that_the_provider_has_ended_is_followed_by_a_sign_in() {
    attempt(|| {
        let mut stage = Stage::new();
        let example = Example::build();
        example.run(&mut stage, &["--remember"]).expect_printed(0, &["kept: "]);
        stage.provider.revoke_everything();
        let again = example.run(&mut stage, &["--remember"]);
        again.expect_printed(
            0,
            &[
                "session: resumed, ",
                "the session of last time is over (LATCHKEY_SESSION_EXPIRED)\n",
                "session: new, ",
                "\nkept: ",
            ],
        );
    });
}

/// As a rule there is no secret service on a build machine, or a keyring that nobody unlocks.
#[test]
fn where_no_store_takes_the_session_it_says_so_and_signs_out() {
    attempt(|| {
        for condition in [Condition::NoBus, Condition::NoService, Condition::Locked] {
            let mut stage = Stage::with(Options::default(), condition);
            let ran = Example::build().run(&mut stage, &["--remember"]);
            ran.expect_printed(
                0,
                &["no session to resume", "not persisted\n", "\nkept in memory only: ", "signed out\n"],
            );
            assert_eq!(stage.provider.live_refresh_tokens(), 0, "{condition:?}: {ran}");
        }
    });
}

#[test]
fn a_session_that_can_not_be_erased_is_not_said_to_be_gone() {
    attempt(|| {
        for condition in [Condition::NoBus, Condition::NoService, Condition::Locked] {
            let mut stage = Stage::new();
            let example = Example::build();
            example.run(&mut stage, &["--remember"]).expect_printed(0, &["kept: "]);
            stage.keyring.turn(condition);
            let ran = example.run(&mut stage, &["--sign-out"]);
            ran.expect_printed(1, &["no session to resume (LATCHKEY_STORE_UNAVAILABLE)\n"]);
            assert!(ran.stderr.contains("sign_in: LATCHKEY_STORE_UNAVAILABLE: "), "{condition:?}: {ran}");
            stage.keyring.turn(Condition::Unlocked);
            assert_eq!(stage.stored(), 1, "{condition:?}");
        }
    });
}

/// The example, built against the library; its file goes when this does.
struct Example {
    program: PathBuf,
    _folder: tempfile::TempDir,
}

impl Example {
    fn build() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = folder.path().join("sign_in");
        let library = Library::built();
        let libraries = library.parent().expect("a file is in a folder");
        let root = Library::workspace();
        let mut compiler = Command::new("cc");
        compiler.args(["-std=c99", "-O2", "-I"]).arg(root.join("include")).arg(root.join("examples/c/sign_in.c"));
        compiler.arg("-o").arg(&program).arg("-L").arg(libraries).arg("-llatchkey");
        compiler.arg(format!("-Wl,-rpath,{}", libraries.display()));
        assert!(compiler.status().expect("a C compiler").success(), "the example does not compile");
        Self { program, _folder: folder }
    }

    /// Runs it to its end, as one of the player's programs, and is its player.
    #[track_caller]
    fn run(&self, stage: &mut Stage, options: &[&str]) -> Finished {
        let mut command = Command::new(&self.program);
        stage.keyring.furnish(&mut command);
        // Cargo's search path comes before the program's own, and leads to another build of the library.
        command.env_remove("LD_LIBRARY_PATH");
        command.args(["--issuer", stage.provider.issuer(), "--client-id", "example", "--host-opens"]).args(options);
        Running::start_for(&mut command, PATIENCE).finish_and_hear("open: ", |url| {
            stage.player.forget_cookies();
            stage.player.sign_in(url, ADA).expect("the way through the provider's pages");
        })
    }
}
