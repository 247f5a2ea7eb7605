//! What a signed-in game does not do: wake up without a reason, and tell its log a secret.
//!
//! Wake-ups are the kernel's own count of the switches to each thread of the library.

use std::time::{Duration, Instant};

use practice_provider::Options;
use serde_json::json;
use support::ffi::*;

use crate::game::Game;
use crate::keyring::{Condition, attempt};
use crate::stage::{ADA, Stage};

const IDLE: Duration = Duration::from_secs(5);
/// Within that it comes to rest after a sign-in: sooner than a connection that was kept for later would be given up.
const AFTERMATH: Duration = Duration::from_secs(60);

#[test]
fn an_idle_signed_in_client_does_not_wake_up() {
    attempt(|| {
        let options = Options { access_token_lifetime_s: 7200, ..Options::default() };
        let mut stage = Stage::with(options, Condition::Unlocked);
        let mut game = stage.signed_in();
        let began = Instant::now();
        let mut before = game.switches();
        assert!(before.iter().any(|(name, _)| name == "latchkey"), "the library's thread: {before:?}");
        let mut since = Instant::now();
        // What the sign-in leaves behind may come to its end first; then five seconds without one switch.
        while since.elapsed() < IDLE {
            assert!(began.elapsed() < AFTERMATH, "never idle for {IDLE:?}: {:?}", game.switches());
            std::thread::park_timeout(Duration::from_millis(100));
            let now = game.switches();
            if now != before {
                (before, since) = (now, Instant::now());
            }
        }
        // The control: the counter does move.
        game.refresh();
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        assert_ne!(game.switches(), before);
        game.leave();
    });
}

#[test]
fn no_secret_is_in_the_log_over_a_whole_session() {
    attempt(|| {
        let mut stage = Stage::with(Options { access_token_lifetime_s: 3, ..Options::default() }, Condition::Unlocked);
        let mut said = Vec::new();
        let mut secrets: Vec<(String, String)> = Vec::new();
        let mut game = stage.signed_in();
        secrets.push(("access token".to_owned(), game.fresh_token().text));
        hear(&mut game, &mut said);
        game.leave();

        let mut game = stage.game();
        game.resume();
        game.wait_until(|status| status.state == LATCHKEY_STATE_SIGNED_IN);
        secrets.push(("access token".to_owned(), game.fresh_token().text));
        game.refresh();
        game.settles_as(LATCHKEY_STATE_SIGNED_IN);
        secrets.push(("access token".to_owned(), game.fresh_token().text));
        // Faults are where values get into sentences.
        stage.provider.misbehave(practice_provider::Misbehaviour::TokenTruncatedJson);
        game.refresh();
        game.wait_until_settled();
        stage.provider.misbehave(practice_provider::Misbehaviour::RevocationServerError);
        for item in stage.keyring.service().items() {
            secrets.push(("stored entry".to_owned(), String::from_utf8_lossy(&item.secret).into_owned()));
        }
        game.logout(LATCHKEY_LOGOUT_END_SESSION);
        let url = game.prompt();
        stage.player.follow(&url).expect("the provider's page");
        game.wait_until_settled();
        hear(&mut game, &mut said);
        game.leave();

        let mut game = stage.game();
        stage.provider.behave();
        stage.sign_in(&mut game, ADA);
        for item in stage.keyring.service().items() {
            stage.keyring.service().replace(&item.path, &item.secret[1..]).expect("an entry that can be altered");
        }
        game.refresh();
        game.wait_until_settled();
        stage.provider.revoke_everything();
        game.refresh();
        game.wait_until_settled();
        hear(&mut game, &mut said);
        game.leave();

        for request in stage.provider.requests() {
            // The one-time code from the player's phone is a `code` too, and too short to be looked for.
            let long = request.parameters.iter().filter(|(_, value)| value.len() >= 16);
            secrets.extend(long.filter(|(name, _)| SECRETS.contains(&name.as_str())).cloned());
        }
        for kind in SECRETS.into_iter().chain(["access token", "stored entry"]) {
            assert!(secrets.iter().any(|(known, _)| known == kind), "the run had no {kind}: nothing was tested");
        }
        assert!(
            said.iter().any(|line| line.contains("resume")) && said.len() > 20,
            "nothing was said: nothing was tested"
        );
        for (kind, secret) in &secrets {
            // Half of a token is still one.
            let half = &secret[..secret.len() / 2];
            for line in &said {
                assert!(!line.contains(half), "the log holds a {kind}: {}", line.replace(half, "[…]"));
            }
        }
    });
}

/// Request parameters that are secrets.
const SECRETS: [&str; 7] = ["code", "code_verifier", "state", "nonce", "refresh_token", "token", "id_token_hint"];

/// Takes down all that the library has said, to the log and to people.
fn hear(game: &mut Game, said: &mut Vec<String>) {
    said.extend(game.log());
    said.push(game.ask(json!({ "do": "error" })).to_string());
}
