//! A player signs in and out, at the practice provider, at a certified one, in the system's browser, and with the session of last time.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use practice_provider::{Misbehaviour, Options, Player, PracticeProvider};
use support::{PATIENCE, wait_for};

use crate::certified::Certified;
use crate::game::Setup;
use crate::keyring::{Keyring, attempt};
use crate::provider::{ADA, play, play_with, sign_in, sign_in_at, ways, with_roles};

#[test]
fn a_player_signs_in_and_out() {
    play("SignsInAndOut", |game, provider| {
        sign_in(game, ADA);
        wait_for("the revocation", PATIENCE, || provider.live_refresh_tokens() == 0);
    });
}

#[test]
fn the_profile_is_the_players_also_beyond_ascii() {
    play_with("KnowsThePlayer", with_roles(), |setup| setup, |game, _| sign_in(game, "Zoë 結城 🎮"));
}

#[test]
fn a_player_who_says_no_is_not_signed_in() {
    play("TellsThatThePlayerSaidNo", |game, _| {
        Player::new().deny(&game.prompt()).expect("the player can say no");
    });
}

#[test]
fn a_sign_in_can_be_cancelled_and_replaced() {
    play("Cancels", |game, _| sign_in(game, ADA));
}

#[test]
fn a_sign_in_runs_out_of_time() {
    play("RunsOutOfTime", |_, _| {});
}

#[test]
fn a_session_is_refreshed_and_its_end_is_told() {
    play("Refreshes", |game, provider| {
        sign_in(game, ADA);
        game.wait_for("signed in");
        provider.revoke_everything();
        game.tell("revoked");
    });
}

#[test]
fn an_access_token_is_waited_for() {
    let options = Options { access_token_lifetime_s: 2, ..Options::default() };
    play_with("WaitsForTheAccessToken", options, |setup| setup, |game, _| sign_in(game, ADA));
}

#[test]
fn the_browsers_session_ends_too() {
    play("SignsOutInTheBrowserToo", |game, _| {
        let mut player = Player::new();
        player.sign_in(&game.prompt(), ADA).expect("the way through the provider's pages");
        player.follow(&game.wait_for("end: ")).expect("the way back");
    });
}

/// A browser that is started as the system starts one, and says what it was given.
fn with_browser(folder: &Path, setup: Setup) -> Setup {
    let launcher = folder.join("xdg-open");
    let script = format!("#!/bin/sh\nprintf '%s' \"$1\" > '{0}/tmp' && mv '{0}/tmp' '{0}/opened'\n", folder.display());
    fs::write(&launcher, script).expect("a launcher");
    fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755)).expect("a launcher that can be run");
    let path = std::env::var("PATH").unwrap_or_default();
    setup.env("PATH", format!("{}:{path}", folder.display()))
}

/// What the browser was given.
fn opened(folder: &Path) -> String {
    wait_for("the browser", PATIENCE, || folder.join("opened").exists());
    let url = fs::read_to_string(folder.join("opened")).expect("what was opened");
    fs::remove_file(folder.join("opened")).expect("it is there");
    url
}

#[test]
fn the_systems_browser_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    play_with(
        "OpensTheSystemsBrowser",
        Options::default(),
        |setup| with_browser(folder.path(), setup),
        |_, _| sign_in_at(&opened(folder.path()), ADA),
    );
}

/// The automation specs, as the engine runs them, on a desktop that has everything: none is left out.
#[test]
fn the_automation_specs_pass() {
    attempt(|| {
        for (product, is_collecting) in ways() {
            let keyring = Keyring::unlocked();
            let folder = tempfile::tempdir().expect("a folder");
            let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
            let setup = Setup::new(product, "AutomationSpecs").furnished(|command| keyring.furnish(command));
            let setup = with_browser(folder.path(), setup).env("LATCHKEY_TEST_ISSUER", provider.issuer());
            let game = if is_collecting { setup.collecting() } else { setup }.start();
            let finished = browsing(folder.path(), || game.finish());
            finished.expect_success();
            let number = finished.line("specs: ").parse::<u32>().expect("a number");
            assert!(number >= 40, "only {number} specs: {finished}");
            assert!(!finished.stdout.contains("Left out"), "{finished}");
        }
    });
}

/// A player who signs in whenever the browser opens, for as long as something else goes on.
fn browsing<R>(folder: &Path, meanwhile: impl FnOnce() -> R) -> R {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                if folder.join("opened").exists() {
                    // What is cancelled meanwhile has no page any more.
                    let _ = Player::new().sign_in(&opened(folder), ADA);
                }
                thread::sleep(Duration::from_millis(2));
            }
        });
        let _over = OnDrop(|| is_over.store(true, Ordering::Relaxed));
        meanwhile()
    })
}

/// Also when a test fails.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn a_player_signs_in_at_a_certified_provider() {
    for (product, is_collecting) in ways() {
        let provider = Certified::start();
        let setup = Setup::new(product, "SignsInElsewhere").issuer(provider.issuer());
        let mut game = if is_collecting { setup.collecting() } else { setup }.start();
        Player::new().sign_in(&game.prompt(), "maren").expect("the way through the provider's pages");
        assert_eq!(game.wait_for("player: "), "Maren Ødegård");
        game.finish().expect_success();
    }
}

#[test]
fn the_session_of_last_time_is_resumed_at_start_if_the_settings_say_so() {
    attempt(|| {
        for (product, is_collecting) in ways() {
            let keyring = Keyring::unlocked();
            let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
            let start = |part: &str| {
                let setup = Setup::new(product, "ResumesAtStart").issuer(provider.issuer());
                let setup = setup.furnished(|command| keyring.furnish(command)).env("LATCHKEY_GAME_PART", part);
                if is_collecting { setup.collecting() } else { setup }.start()
            };
            let mut first = start("signs in");
            sign_in(&mut first, ADA);
            first.finish().expect_success();
            start("resumes").finish().expect_success();
            start("does not").finish().expect_success();
        }
    });
}

#[test]
fn what_did_not_work_beyond_this_device_is_told() {
    play_with(
        "SignOutTellsWhatDidNotWork",
        Options::default(),
        |setup| setup,
        |game, provider| {
            provider.misbehave(Misbehaviour::RevocationServerError);
            sign_in(game, ADA);
        },
    );
}
