//! What happens in a row. Each act plays one scene with a fresh provider, client, player and vault, and tells what it saw.
//!
//! The ID token leaves the player's name to userinfo in all of them, so that there is always a reason to ask userinfo, and not
//! asking means something.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_provider::{Misbehaviour, Options};
use serde_json::Value;
use support::ffi::*;
use support::stage::{ADA, Stage, parameter};
use support::vault::Vault;
use support::{ConfigBuilder, Login, PATIENCE, Status, wait_for};

use crate::seen::Seen;

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// One row's provider, client, player and vault.
pub struct Scene {
    pub stage: Stage,
    vault: Arc<Vault>,
}

/// What a sign-in led to, before anything is asserted about it.
pub struct SignIn {
    pub scene: Scene,
    pub seen: Seen,
}

impl Scene {
    pub fn new(options: Options) -> Self {
        Self::with(options, |config, _| config)
    }

    /// With a hand on the configuration; it gets the provider's issuer.
    pub fn with(options: Options, shape: impl FnOnce(ConfigBuilder, &str) -> ConfigBuilder) -> Self {
        let vault = Vault::new();
        let stage = Stage::with_provider(Options { thin_id_token: true, ..options }, |config, provider| {
            shape(config, provider.issuer()).store(vault.hooks())
        });
        Self { stage, vault }
    }

    /// From the click to the end. What is asked after the first request for `decisive` is told.
    pub fn sign_in(mut self, decisive: &str) -> SignIn {
        let url = self.stage.open();
        // The keys are fetched while the player types; only then is the log of what follows the same each time.
        assert!(self.stage.provider.wait_for("/jwks", 1, PATIENCE), "the keys were not fetched ahead");
        let callback = self.stage.callback(&url);
        self.stage.provider.clear_requests();
        let saved = self.vault.times_saved();
        self.stage.visit(&callback);
        self.stage.client.wait_until(Status::is_settled, PATIENCE);
        let seen = self.look(decisive, saved);
        SignIn { scene: self, seen }
    }

    /// Everything that can be seen from outside at this moment.
    pub fn look(&self, decisive: &str, saved_before: usize) -> Seen {
        let client = &self.stage.client;
        let mut visible = Vec::new();
        visible.extend(client.profile().map(|profile| format!("profile of {}", profile.name().unwrap_or_default())));
        visible.extend(client.access_token(0).map(|_| "access token".to_owned()));
        visible.extend(client.prompt().map(|_| "prompt".to_owned()));
        Seen {
            status: Some(client.status()),
            visible,
            asked: self.asked_after(decisive),
            stored: self.vault.entries().len(),
            saved: self.vault.times_saved() - saved_before,
            ..Seen::default()
        }
    }

    /// The endpoints that were asked after the first request for `decisive`, without repetitions in a row.
    fn asked_after(&self, decisive: &str) -> Vec<String> {
        let paths = self.stage.paths();
        let first = paths.iter().position(|path| path == decisive).map_or(0, |at| at + 1);
        let mut asked: Vec<String> = paths[first..].iter().map(|path| endpoint(path).to_owned()).collect();
        asked.dedup();
        asked
    }

    /// Whether a login right now succeeds; and a request to userinfo that the failed one still made is noticed.
    pub fn try_again(mut self, mut seen: Seen) -> Seen {
        let userinfo = self.stage.provider.count("/userinfo");
        self.stage.provider.behave();
        seen.again = Some(self.stage.sign_in().name().as_deref() == Some(ADA));
        seen.late = self.stage.provider.count("/userinfo") - userinfo - 1;
        seen
    }
}

/// A path as people call the endpoint.
fn endpoint(path: &str) -> &str {
    match path {
        DISCOVERY => "discovery",
        "/jwks" => "keys",
        path => path.trim_start_matches('/'),
    }
}

fn misbehaving(misbehaviour: Misbehaviour) -> Options {
    Options { misbehaviour: Some(misbehaviour), ..Options::default() }
}

/// A sign-in that has to succeed, with a look at what this row is about.
pub fn accepted(options: Options, facts: impl FnOnce(&Stage) -> Vec<(String, bool)>) -> Seen {
    let SignIn { scene, mut seen } = Scene::new(options).sign_in("/token");
    seen.facts = facts(&scene.stage);
    seen
}

/// A sign-in that has to succeed though the provider does something unusual.
pub fn accepted_in_spite_of(misbehaviour: Misbehaviour) -> Seen {
    accepted(misbehaving(misbehaviour), |_| Vec::new())
}

/// A sign-in that has to fail, and the next one, which must not.
pub fn rejected(misbehaviour: Misbehaviour) -> Seen {
    rejected_from(misbehaving(misbehaviour), "/token")
}

/// As [`rejected`]; what is asked after the first request for `decisive` is told.
pub fn rejected_from(options: Options, decisive: &str) -> Seen {
    let SignIn { scene, seen } = Scene::new(options).sign_in(decisive);
    scene.try_again(seen)
}

/// As [`rejected`], with the endpoints given one by one: no document says which algorithms are agreed on.
pub fn rejected_without_discovery(misbehaviour: Misbehaviour) -> Seen {
    let scene = Scene::with(misbehaving(misbehaviour), |config, root| {
        config
            .authorization_endpoint(&format!("{root}/authorize"))
            .token_endpoint(&format!("{root}/token"))
            .userinfo_endpoint(&format!("{root}/userinfo"))
            .jwks_uri(&format!("{root}/jwks"))
    });
    let SignIn { scene, mut seen } = scene.sign_in("/token");
    let asked = scene.stage.provider.count(DISCOVERY);
    seen.facts = vec![(format!("discovery asked {asked} times"), asked == 0)];
    scene.try_again(seen)
}

/// A login that ends before a browser is needed.
pub fn rejected_before_the_browser(misbehaviour: Misbehaviour) -> Seen {
    let scene = Scene::new(misbehaving(misbehaviour));
    scene.stage.client.start_login(&Login::new()).expect("latchkey_start_login");
    scene.stage.client.wait_until(Status::is_settled, PATIENCE);
    let mut seen = scene.look(DISCOVERY, 0);
    seen.asked.retain(|path| path != "discovery");
    scene.try_again(seen)
}

/// Two sign-ins of one client, between which the provider takes a new key.
pub fn accepted_after_a_rotation() -> Seen {
    let SignIn { mut scene, seen } = Scene::new(Options::default()).sign_in("/token");
    assert_eq!(seen.visible.len(), 2, "the first sign-in failed: {seen:?}");
    let url = scene.stage.open();
    let callback = scene.stage.callback(&url);
    let kid = scene.stage.provider.rotate_keys_and_withdraw_old();
    scene.stage.provider.clear_requests();
    scene.stage.visit(&callback);
    scene.stage.client.wait_until(Status::is_settled, PATIENCE);
    let mut seen = scene.look("/token", 0);
    let used = header(&scene.stage)["kid"] == *kid;
    seen.facts = vec![("the second ID token names the new key".to_owned(), used)];
    seen
}

/// A response that must be ignored, and then the right one.
pub fn ignored(misbehaviour: Misbehaviour) -> Seen {
    let mut scene = Scene::new(Options::default());
    let url = scene.stage.open();
    scene.stage.provider.misbehave(misbehaviour);
    let wrong = scene.stage.callback(&url);
    scene.stage.provider.clear_requests();
    let page = scene.stage.visit(&wrong);
    let waiting = scene.stage.client.status().state == LATCHKEY_STATE_WAITING_FOR_PLAYER;
    let redeemed = scene.stage.provider.count("/token");
    let facts = vec![
        (format!("before, for the wrong response: {}", page.status), page.status == 400),
        (if waiting { "WAITING_FOR_PLAYER" } else { "the wait was over" }.to_owned(), waiting),
        (format!("token endpoint asked {redeemed} times"), redeemed == 0),
    ];
    scene.stage.provider.behave();
    scene.stage.finish(&url, ADA);
    Seen { facts, ..scene.look("/token", 0) }
}

/// Signed in, then a refresh with the provider misbehaving, or not.
pub fn refreshed(misbehaviour: Option<Misbehaviour>) -> Seen {
    let SignIn { scene, seen: before } = Scene::new(Options::default()).sign_in("/token");
    assert_eq!(before.visible.len(), 2, "the sign-in failed: {before:?}");
    let old = scene.stage.client.access_token(0).expect("a token");
    if let Some(misbehaviour) = misbehaviour {
        scene.stage.provider.misbehave(misbehaviour);
    }
    scene.stage.provider.clear_requests();
    let saved = scene.vault.times_saved();
    scene.stage.client.refresh_session().expect("latchkey_refresh_session");
    scene.stage.client.wait_until(Status::is_settled, PATIENCE);
    let mut seen = scene.look("/token", saved);
    let grant = scene.stage.last_request("/token").parameter("grant_type").unwrap_or_default().to_owned();
    seen.facts = vec![(format!("grant_type={grant}"), grant == "refresh_token")];
    if misbehaviour.is_some() {
        return scene.try_again(seen);
    }
    let fresh = scene.stage.client.access_token(0).is_ok_and(|token| token != old);
    seen.facts.push(("a new access token".to_owned(), fresh));
    seen
}

/// Signed in, then out, at the provider too.
pub fn signed_out(misbehaviour: Option<Misbehaviour>) -> Seen {
    let options = Options { misbehaviour, ..Options::default() };
    let SignIn { mut scene, .. } = Scene::new(options).sign_in("/token");
    let saved = scene.vault.times_saved();
    scene.stage.client.logout(LATCHKEY_LOGOUT_END_SESSION).expect("latchkey_logout");
    wait_for("the prompt of the logout", PATIENCE, || scene.stage.client.prompt().is_ok());
    let url = scene.stage.client.prompt().expect("a prompt").url;
    let sent = parameter(&url, "state").expect("a state");
    let page = scene.stage.visit(&url);
    scene.stage.client.wait_until(Status::is_settled, PATIENCE);
    let came = parameter(page.url.as_str(), "state");
    let (words, holds) = match (came, misbehaviour) {
        (Some(came), None) => ("the state came back", came == sent),
        (Some(came), Some(_)) => ("another state came back", came != sent),
        (None, _) => ("no state came back", misbehaviour.is_some()),
    };
    let mut seen = scene.look("/end-session", saved);
    seen.facts = vec![(words.to_owned(), holds)];
    scene.try_again(seen)
}

/// The header of the last ID token that the provider has issued.
pub fn header(stage: &Stage) -> Value {
    let issued = stage.provider.issued();
    let token = issued.iter().rfind(|(kind, _)| *kind == "ID token").expect("an ID token was issued");
    let encoded = token.1.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(encoded).expect("a header is base64url");
    serde_json::from_slice(&header).expect("a header is JSON")
}
