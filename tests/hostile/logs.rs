//! No token, code, verifier, state, nonce or secret in any record of the log or any sentence for people, whatever goes wrong.
//!
//! The provider's own log of requests, the prompt and the handed-out tokens tell which secrets were in use; they are looked for
//! afterwards in everything that the library has said at its most talkative level.

use std::collections::BTreeSet;

use practice_provider::{Misbehaviour as M, Options};
use support::ffi::*;
use support::{Captured, Client, Login, PATIENCE, Prompt, Status, in_own_process, wait_for};

use crate::stage::{ADA, GAME, Stage, parameter};

/// How many logins go wrong at the same time.
const SIDE_BY_SIDE: usize = 4;

const CLIENT_SECRET: &str = "a-client-secret-that-nobody-may-see";

/// Request parameters that are secrets, wherever they occur.
const SECRET_PARAMETERS: [&str; 11] = [
    "code",
    "code_verifier",
    "state",
    "nonce",
    "refresh_token",
    "access_token",
    "client_secret",
    "id_token_hint",
    "token",
    "code_challenge",
    "device_code",
];

/// Everything that was said, and every secret that was in use.
struct Witness {
    captured: Captured,
    secrets: BTreeSet<(String, String)>,
    sentences: Vec<String>,
}

impl Witness {
    fn new() -> Self {
        let secrets = BTreeSet::from([("client secret".to_owned(), CLIENT_SECRET.to_owned())]);
        Self { captured: Captured::from_now(), secrets, sentences: Vec::new() }
    }

    fn note(&mut self, kind: &str, secret: &str) {
        // A value of the tests themselves, like `x`, is no secret.
        if secret.len() >= 16 {
            self.secrets.insert((kind.to_owned(), secret.to_owned()));
        }
    }

    fn note_url(&mut self, url: &str) {
        for name in SECRET_PARAMETERS {
            if let Some(value) = parameter(url, name) {
                self.note(name, &value);
            }
        }
    }

    /// Takes down what this client and its provider know.
    fn hear(&mut self, stage: &Stage) {
        self.sentences.push(stage.client.error_text());
        for request in stage.provider.requests() {
            for (name, value) in &request.parameters {
                if SECRET_PARAMETERS.contains(&name.as_str()) {
                    self.note(name, value);
                }
            }
            let authorization = request.header("Authorization").unwrap_or_default();
            if let Some((_, credentials)) = authorization.split_once(' ') {
                self.note("credentials", credentials);
            }
        }
        if let Ok(token) = stage.client.access_token(0) {
            self.note("access token", &token.text);
        }
    }

    /// Takes down what another one has.
    fn believe(&mut self, other: Self) {
        self.secrets.extend(other.secrets);
        self.sentences.extend(other.sentences);
    }

    #[track_caller]
    fn assert_nothing_was_given_away(&self) {
        let in_browser = [
            "code",
            "code_verifier",
            "state",
            "nonce",
            "refresh_token",
            "id_token_hint",
            "access token",
            "credentials",
        ];
        self.assert_none_is_told(&in_browser);
    }

    /// Of these kinds there must have been some.
    #[track_caller]
    fn assert_none_is_told(&self, kinds: &[&str]) {
        for kind in kinds {
            assert!(self.secrets.iter().any(|(known, _)| known == kind), "the run had no {kind}: nothing was tested");
        }
        let records = self.captured.records();
        assert!(
            records.iter().any(|record| record.level == LATCHKEY_LOG_DEBUG),
            "nothing was said: nothing was tested"
        );
        self.captured.assert_holds_none_of(self.secrets.iter().map(|(kind, secret)| (kind.as_str(), secret.as_str())));
        for (kind, secret) in &self.secrets {
            for sentence in &self.sentences {
                assert!(!sentence.contains(secret), "a sentence holds a {kind}: {}", sentence.replace(secret, "[…]"));
            }
        }
        // Not even a part that would do for a guess: tokens are long, so half of one is still one.
        for (kind, secret) in self.secrets.iter().filter(|(_, secret)| secret.len() >= 40) {
            let half = &secret[..secret.len() / 2];
            assert!(!self.captured.mentions(half), "the log holds half of a {kind}");
        }
    }
}

fn options() -> Options {
    Options { client_secret: Some((GAME.to_owned(), CLIENT_SECRET.to_owned())), ..Options::default() }
}

fn stage() -> Stage {
    Stage::with(options(), |config| config.client_secret(CLIENT_SECRET))
}

#[test]
fn every_level_holds_no_secret_when_all_goes_well() {
    in_own_process(|| {
        let mut witness = Witness::new();
        let mut stage = stage();
        let url = stage.open();
        witness.note_url(&url);
        stage.finish(&url, ADA);
        witness.hear(&stage);
        stage.client.refresh_session().expect("latchkey_refresh_session");
        stage.client.wait_until_settled();
        witness.hear(&stage);
        stage.client.logout(LATCHKEY_LOGOUT_END_SESSION).expect("latchkey_logout");
        wait_for("the prompt of the logout", PATIENCE, || stage.client.prompt().is_ok());
        let url = stage.client.prompt().expect("a prompt").url;
        witness.note_url(&url);
        stage.visit(&url);
        stage.client.wait_until_settled();
        witness.hear(&stage);
        witness.assert_nothing_was_given_away();
    });
}

#[test]
fn every_level_holds_no_secret_at_every_failure_of_the_provider() {
    in_own_process(|| {
        let mut witness = Witness::new();
        // Those that hang when a token is wanted, and those of another screen, are told by tests below. A document that hangs has no secret.
        let all: Vec<M> = M::all()
            .iter()
            .copied()
            .filter(|misbehaviour| !misbehaviour.hangs() && !misbehaviour.name().starts_with("device-"))
            .collect();
        std::thread::scope(|scope| {
            let parts = all.chunks(all.len().div_ceil(SIDE_BY_SIDE));
            let parts: Vec<_> = parts.map(|part| scope.spawn(|| witness_of(part))).collect();
            for part in parts {
                witness.believe(part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            }
        });
        // What the good course has and the bad ones need not.
        let mut stage = stage();
        stage.sign_in();
        witness.hear(&stage);
        stage.client.refresh_session().expect("latchkey_refresh_session");
        stage.client.wait_until_settled();
        witness.hear(&stage);
        sign_out_everywhere(&mut witness, &stage.client);
        witness.hear(&stage);
        witness.assert_nothing_was_given_away();
    });
}

#[test]
fn every_level_holds_no_secret_at_wrong_answers_to_the_listener_or_ends_in_between() {
    in_own_process(|| {
        let mut witness = Witness::new();
        let mut stage = stage();
        let url = stage.open();
        witness.note_url(&url);
        let callback = stage.callback(&url);
        witness.note_url(&callback);
        for bent in [
            format!("{callback}&state=another-state-of-somebody"),
            format!("{callback}&code=another-code-of-somebody"),
            callback.replace("state=", "other="),
            callback.replace("/callback", "/favicon.ico"),
        ] {
            let _ = stage.player.follow(&bent);
        }
        stage.client.cancel_login().expect("latchkey_cancel_login");
        stage.client.wait_until_settled();
        witness.hear(&stage);

        let url = stage.open();
        witness.note_url(&url);
        stage.player.deny(&url).expect("the provider's pages");
        stage.client.wait_until_settled();
        witness.hear(&stage);

        let url = stage.open_with(&Login::new().login_timeout_ms(300));
        witness.note_url(&url);
        stage.client.wait_until_settled();
        witness.hear(&stage);

        stage.sign_in();
        witness.hear(&stage);
        stage.provider.revoke_everything();
        stage.client.refresh_session().expect("latchkey_refresh_session");
        stage.client.wait_until_settled();
        witness.hear(&stage);

        stage.sign_in();
        witness.hear(&stage);
        stage.provider.misbehave(M::TokenHang);
        stage.client.refresh_session().expect("latchkey_refresh_session");
        assert!(stage.provider.wait_for("/token", 4, PATIENCE));
        stage.provider.hang_up_all();
        stage.client.wait_until_settled();
        witness.hear(&stage);
        sign_out_everywhere(&mut witness, &stage.client);
        witness.hear(&stage);
        stage.client.destroy();
        support::Library::load().shutdown(2000).expect("latchkey_shutdown");
        witness.assert_nothing_was_given_away();
    });
}

#[test]
fn every_level_holds_no_secret_on_another_screen_whatever_the_provider_does_wrong() {
    in_own_process(|| {
        let mut witness = Witness::new();
        let mut granted = 0;
        for misbehaviour in M::all().iter().filter(|one| one.name().starts_with("device-")) {
            let mut stage = Stage::with(Options { device_interval_s: 1, ..options() }, |config| {
                config.client_secret(CLIENT_SECRET)
            });
            stage.provider.misbehave(*misbehaviour);
            let login = Login::new().on_another_screen().login_timeout_ms(5000);
            stage.client.start_login(&login).expect("latchkey_start_login");
            let moved = |status: &Status| status.is_settled() || status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER;
            stage.client.wait_until(moved, PATIENCE);
            if let Ok(Prompt { url, device: Some(device), .. }) = stage.client.prompt() {
                witness.secrets.insert(("user code".to_owned(), device.user_code.clone()));
                let _ = stage.player.approve_device(&url, &device.user_code, ADA);
            }
            granted += u32::from(stage.client.wait_until_settled().state == LATCHKEY_STATE_SIGNED_IN);
            witness.hear(&stage);
            for (kind, secret) in stage.provider.issued() {
                witness.note(kind, &secret);
            }
        }
        assert!(granted > 2, "{granted} of the legit ones got through: nothing was tested");
        witness.assert_none_is_told(&["device code", "device_code", "user code", "credentials", "ID token"]);
    });
}

/// One login after the other, each with a provider that does this wrong.
fn witness_of(misbehaviours: &[M]) -> Witness {
    let mut witness = Witness::new();
    for misbehaviour in misbehaviours {
        let mut stage = stage();
        stage.provider.misbehave(*misbehaviour);
        stage.client.start_login(&Login::new().login_timeout_ms(2000)).expect("latchkey_start_login");
        stage
            .client
            .wait_until(|status| status.is_settled() || status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER, PATIENCE);
        if let Ok(prompt) = stage.client.prompt() {
            witness.note_url(&prompt.url);
            if let Ok(callback) = stage.player.prepare_callback(&prompt.url, ADA) {
                witness.note_url(callback.as_str());
                let _ = stage.player.follow(callback.as_str());
            }
        }
        let status = stage.client.wait_until_settled();
        witness.hear(&stage);
        if status.state == LATCHKEY_STATE_SIGNED_IN {
            stage.client.refresh_session().expect("latchkey_refresh_session");
            stage.client.wait_until_settled();
            witness.hear(&stage);
            stage.client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
            stage.client.wait_until_settled();
            witness.hear(&stage);
        }
    }
    witness
}

/// So that the run has an ID token that is known from outside: it is in the prompt of this logout.
fn sign_out_everywhere(witness: &mut Witness, client: &Client) {
    client.logout(LATCHKEY_LOGOUT_END_SESSION).expect("latchkey_logout");
    wait_for("the prompt of the logout", PATIENCE, || client.prompt().is_ok());
    witness.note_url(&client.prompt().expect("a prompt").url);
    client.cancel_login().expect("latchkey_cancel_login");
    client.wait_until_settled();
}
