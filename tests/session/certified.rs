//! Sign in, exit, start, resumed, refreshed, signed out: at npm's `oidc-provider`, which none of us wrote.
//!
//! It is the browser suite's provider; its sign-in pages are plain forms here, filled in by the scripted player. It rotates refresh
//! tokens and ends the session when one is used twice.
//!
//! May touch: one process for Node.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use practice_provider::Player;
use serde_json::{Value, json};
use support::ffi::*;
use support::{Library, PATIENCE};

use crate::game::Game;
use crate::keyring::{Keyring, attempt};
use crate::stage::assert_signed_out;

/// `oidc-provider`. It ends when its standard input does; if it does not, it is killed.
struct Certified {
    child: Child,
    lines: Receiver<String>,
    issuer: String,
    /// What it has answered so far.
    answered: Vec<Value>,
}

impl Certified {
    fn start() -> Self {
        let folder = Library::workspace().join("tests/browser");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the packages for Node are missing: run `cargo xtask test session`, or `npm ci` in tests/browser"
        );
        let mut command = Command::new("node");
        command.arg(folder.join("provider.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|problem| panic!("node: {problem}"));
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (tell, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let line: String = lines.recv_timeout(PATIENCE).expect("the provider starts");
        let issuer = line.strip_prefix("issuer: ").unwrap_or_else(|| panic!("the provider began with {line:?}"));
        Self { child, issuer: issuer.to_owned(), lines, answered: Vec::new() }
    }

    fn config(&self) -> Value {
        json!({
            "issuer": self.issuer,
            "client_id": "game",
            "scopes": "openid profile email offline_access",
            "storage": LATCHKEY_STORAGE_SYSTEM,
        })
    }

    /// The grants that were asked for at the token endpoint, with the answers' statuses.
    fn grants(&mut self) -> Vec<(String, u64)> {
        // Its own notices are on the same output.
        self.answered.extend(self.lines.try_iter().filter_map(|line| serde_json::from_str(&line).ok()));
        let tokens = self.answered.iter().filter(|request| request["route"] == "token");
        let grant =
            |request: &Value| Some((request["params"]["grant_type"].as_str()?.to_owned(), request["status"].as_u64()?));
        tokens.filter_map(grant).collect()
    }
}

impl Drop for Certified {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have ended already; either way it is waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signed_in(game: &mut Game, name: &str) {
    let url = game.login(Some("consent"));
    Player::new().sign_in(&url, name).expect("the way through the provider's pages");
    let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
    assert!(status.has(LATCHKEY_STATUS_PERSISTED), "{status:?}: {}", game.log().join("\n"));
}

fn resumed(keyring: &Keyring, config: &Value) -> Game {
    let mut game = Game::start(|command| keyring.furnish(command), config);
    game.resume();
    game.settles_as(LATCHKEY_STATE_SIGNED_IN);
    game
}

#[test]
fn a_session_of_a_certified_provider_is_resumed_refreshed_and_ended() {
    attempt(|| {
        let keyring = Keyring::unlocked();
        let mut provider = Certified::start();
        let config = provider.config();
        let mut game = Game::start(|command| keyring.furnish(command), &config);
        signed_in(&mut game, "maren");
        let mut last = game.fresh_token();
        game.leave();
        for _ in 0..3 {
            let mut game = resumed(&keyring, &config);
            assert_eq!(game.player().as_deref(), Some("Maren Ødegård"));
            game.refresh();
            let status = game.settles_as(LATCHKEY_STATE_SIGNED_IN);
            assert_eq!(status.error, LATCHKEY_OK);
            let token = game.fresh_token();
            assert_ne!(token, last);
            last = token;
            game.leave();
        }
        let mut game = resumed(&keyring, &config);
        game.logout(LATCHKEY_LOGOUT_REVOKE);
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_OK);
        game.leave();
        assert_eq!(keyring.service().count(), 0);
        let grants = provider.grants();
        assert!(grants.len() >= 4, "{grants:?}");
        assert!(grants[1..].iter().all(|grant| *grant == ("refresh_token".to_owned(), 200)), "{grants:?}");
    });
}

#[test]
fn two_processes_share_a_session_of_a_certified_provider_without_tripping_its_replay_detection() {
    attempt(|| {
        let keyring = Keyring::unlocked();
        let mut provider = Certified::start();
        let config = provider.config();
        let mut game = Game::start(|command| keyring.furnish(command), &config);
        signed_in(&mut game, "juna");
        let mut launcher = resumed(&keyring, &config);
        for _ in 0..5 {
            game.refresh();
            launcher.refresh();
            game.settles_as(LATCHKEY_STATE_SIGNED_IN);
            launcher.settles_as(LATCHKEY_STATE_SIGNED_IN);
        }
        let grants = provider.grants();
        assert!(grants.iter().all(|(_, status)| *status == 200), "{grants:?}");
        launcher.logout(LATCHKEY_LOGOUT_REVOKE);
        assert_signed_out(&launcher.wait_until_settled(), LATCHKEY_OK);
        game.refresh();
        assert_signed_out(&game.wait_until_settled(), LATCHKEY_SESSION_EXPIRED);
        launcher.leave();
        game.leave();
    });
}
