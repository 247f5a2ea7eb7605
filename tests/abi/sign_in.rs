//! The whole way: from the button to the profile.

use practice_provider::{Algorithm, Misbehaviour, Options, Player};
use serde_json::json;
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, PATIENCE};

use crate::stage::{ADA, Ending, GAME, GRACE, Stage, claims, parameter};

#[test]
fn a_sign_in_ends_with_the_profile_of_the_player() {
    let mut stage = Stage::new();
    let profile = stage.sign_in();
    assert_eq!(profile.name().as_deref(), Some(ADA));
    assert_eq!(profile.email().as_deref(), Some("ada.lovelace@players.example"));
    assert!(profile.email_verified());
    assert_eq!(profile.preferred_username().as_deref(), Some("ada.lovelace"));
    assert_eq!(profile.locale().as_deref(), Some("en-GB"));
    assert!(profile.picture().is_some_and(|url| url.starts_with("http")));
    assert!(profile.subject().starts_with("player-"));
    assert_eq!(stage.client.error_text(), "");
}

#[test]
fn the_status_goes_through_its_states_in_order_and_every_change_has_its_revision() {
    let mut stage = Stage::new();
    let before = stage.client.status();
    assert_eq!((before.state, before.login_id, before.deadline), (LATCHKEY_STATE_SIGNED_OUT, 0, 0));
    stage.client.start_login(&Login::new()).expect("latchkey_start_login");
    let started = stage.client.status();
    assert!(
        matches!(started.state, LATCHKEY_STATE_STARTING | LATCHKEY_STATE_WAITING_FOR_PLAYER),
        "the call has returned, and the status is {started:?}"
    );
    assert_eq!(started.login_id, 1);
    let waiting = stage.client.wait_for_state(LATCHKEY_STATE_WAITING_FOR_PLAYER);
    assert!(waiting.revision > before.revision);
    let url = stage.client.prompt_url();
    stage.finish(&url, ADA);
    let after = stage.client.status();
    assert!(after.revision > waiting.revision);
    assert_eq!((after.login_id, after.deadline, after.error.0, after.check), (1, 0, LATCHKEY_OK, LATCHKEY_CHECK_NONE));
    assert_eq!(stage.client.status(), after, "nothing has changed, so nothing may look different");
}

#[test]
fn the_deadline_is_as_far_away_as_the_configuration_says() {
    let stage = Stage::with(Options::default(), |config| config.login_timeout_ms(90_000));
    let now = || std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_millis() as u64;
    let earliest = now() + 90_000;
    stage.open();
    let deadline = stage.client.status().deadline;
    assert!((earliest..=now() + 90_000).contains(&deadline), "{deadline} is not 90 s after {}", earliest - 90_000);
}

#[test]
fn a_player_who_says_no_is_told_in_the_providers_words() {
    let mut stage = Stage::new();
    let url = stage.open();
    let page = stage.player.deny(&url).expect("the way through the provider's pages");
    let Ending { status, text } = stage.ended();
    assert_eq!(status.error, LATCHKEY_DENIED);
    assert!(text.contains("The player cancelled the sign-in."), "{text}");
    assert!(text.contains("access_denied"), "{text}");
    assert!(
        page.url.query().is_none_or(|query| query.contains("error=access_denied")),
        "the player is at {}",
        page.url
    );
    assert_eq!(stage.provider.count("/token"), 0);
}

#[test]
fn the_reason_of_a_failed_login_outlives_calls_that_come_too_early() {
    let mut stage = Stage::new();
    let url = stage.open();
    stage.player.deny(&url).expect("the way through the provider's pages");
    stage.client.wait_until_settled();
    let reason = stage.client.error_text();
    // What a frame loop asks for, whatever the state is: none of these is why the player could not sign in.
    assert!(stage.client.profile().is_err() && stage.client.access_token(0).is_err() && stage.client.prompt().is_err());
    assert_eq!(stage.client.error_text(), reason);
}

#[test]
fn a_new_login_wipes_the_error_of_the_last_one() {
    let mut stage = Stage::new();
    let url = stage.open();
    stage.player.deny(&url).expect("the way through the provider's pages");
    assert_eq!(stage.client.wait_until_settled().error, LATCHKEY_DENIED);
    let url = stage.open();
    assert_eq!(stage.client.status().error, LATCHKEY_OK);
    assert_eq!(stage.client.error_text(), "");
    stage.finish(&url, ADA);
    assert_eq!(stage.client.status().login_id, 2);
}

#[test]
fn after_the_callback_there_is_one_token_request_and_nothing_else() {
    let mut stage = Stage::new();
    let url = stage.open();
    assert!(stage.provider.wait_for("/jwks", 1, PATIENCE), "the keys are not fetched while the player types");
    let callback = stage.callback(&url);
    stage.provider.clear_requests();
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(stage.paths(), ["/token"]);
    let Stage { client, provider, .. } = stage;
    client.destroy();
    assert_eq!(provider.requests().len(), 1, "there was another request later");
}

#[test]
fn a_player_who_is_faster_than_the_keys_waits_for_the_request_that_is_under_way() {
    // After a token that no key fits, the next login fetches the keys anew.
    let mut stage =
        Stage::with(Options { misbehaviour: Some(Misbehaviour::UnknownKeyId), ..Options::default() }, |config| config);
    stage.fail();
    stage.provider.behave();
    stage.provider.clear_requests();
    stage.provider.hold("/jwks");
    let url = stage.open();
    assert!(stage.provider.wait_for("/jwks", 1, PATIENCE));
    let callback = stage.callback(&url);
    stage.visit(&callback);
    assert!(stage.provider.wait_for("/token", 1, PATIENCE));
    stage.provider.release();
    assert_eq!(stage.client.wait_until_settled().state, LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(stage.provider.count("/jwks"), 1);
}

#[test]
fn userinfo_is_asked_only_for_what_the_id_token_lacks() {
    let thin = || Options { thin_id_token: true, ..Options::default() };
    let mut whole = Stage::new();
    whole.sign_in();
    assert_eq!(whole.provider.count("/userinfo"), 0, "the ID token had everything");

    let mut lacking = Stage::with(thin(), |config| config);
    let url = lacking.open();
    let callback = lacking.callback(&url);
    assert!(lacking.provider.wait_for("/jwks", 1, PATIENCE));
    lacking.provider.clear_requests();
    lacking.visit(&callback);
    lacking.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(lacking.paths(), ["/token", "/userinfo"]);
    assert_eq!(lacking.client.profile().expect("a profile").name().as_deref(), Some(ADA));

    let mut unasked = Stage::with(thin(), |config| config.wanted_claims(""));
    let profile = unasked.sign_in();
    assert_eq!(unasked.provider.count("/userinfo"), 0, "userinfo was asked against the configuration");
    assert_eq!(profile.name(), None);
}

#[test]
fn userinfo_is_asked_for_a_claim_that_the_game_wants() {
    let options = Options { thin_id_token: true, ..claims(json!({"guild": "Analysts"})) };
    let mut stage = Stage::with(options, |config| config.wanted_claims("guild"));
    let profile = stage.sign_in();
    assert_eq!(stage.provider.count("/userinfo"), 1);
    assert_eq!(profile.claim("guild").as_deref(), Some("Analysts"));
    let authorization = stage.last_request("/userinfo").header("Authorization").map(str::to_owned);
    assert!(authorization.is_some_and(|value| value.starts_with("Bearer ")), "the access token is not in the header");
}

#[test]
fn the_code_is_exchanged_with_its_verifier_and_the_same_redirect_uri() {
    let mut stage = Stage::new();
    let url = stage.open();
    stage.finish(&url, ADA);
    let request = stage.last_request("/token");
    assert_eq!(request.method, "POST");
    assert_eq!(request.parameter("grant_type"), Some("authorization_code"));
    assert_eq!(request.parameter("redirect_uri").map(str::to_owned), parameter(&url, "redirect_uri"));
    assert_eq!(request.parameter("client_id"), Some(GAME));
    assert!(request.parameter("code_verifier").is_some_and(|verifier| (43..=128).contains(&verifier.len())));
    assert_eq!(request.header("Authorization"), None, "a public client has nothing to authenticate with");
    assert_eq!(request.parameter("client_secret"), None);
}

#[test]
fn the_access_token_is_handed_out_with_its_type_scopes_and_expiry() {
    let mut stage = Stage::new();
    let now = || std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs() as i64;
    let earliest = now() + 300;
    stage.sign_in();
    let token = stage.client.access_token(0).expect("an access token");
    assert!(token.token_type.eq_ignore_ascii_case("bearer"), "{token:?}");
    assert_eq!(token.scopes, "openid profile email");
    assert!((earliest - 1..=now() + 300).contains(&token.expires_at), "{token:?}, now {}", now());
    assert_eq!(stage.client.access_token(0).expect("an access token"), token, "the same token while it is good");
}

#[test]
fn a_provider_without_discovery_works_with_endpoints_one_by_one() {
    let mut stage = Stage::new();
    let root = stage.provider.issuer().to_owned();
    stage.client = Client::create(
        &ConfigBuilder::new(&root, GAME)
            .authorization_endpoint(&format!("{root}/authorize"))
            .token_endpoint(&format!("{root}/token"))
            .userinfo_endpoint(&format!("{root}/userinfo"))
            .jwks_uri(&format!("{root}/jwks")),
    );
    stage.provider.misbehave(Misbehaviour::DiscoveryServerError);
    stage.provider.clear_requests();
    assert_eq!(stage.sign_in().name().as_deref(), Some(ADA));
}

#[test]
fn an_endpoint_that_is_given_wins_over_discovery() {
    let mut stage = Stage::new();
    let root = stage.provider.issuer().to_owned();
    let given = format!("{root}/authorize?tenant=studio");
    stage.client = Client::create(&ConfigBuilder::new(&root, GAME).authorization_endpoint(&given));
    let url = stage.open();
    assert_eq!(parameter(&url, "tenant").as_deref(), Some("studio"), "the endpoint's own query is kept");
    stage.finish(&url, ADA);
}

#[test]
fn plain_oauth_without_openid_takes_the_profile_from_userinfo() {
    let options = claims(json!({"id": "80351110224678912", "username": "ada#1815"}));
    let mut stage = Stage::with(options, |config| config);
    let root = stage.provider.issuer().to_owned();
    stage.client = Client::create(
        &ConfigBuilder::new(&root, GAME)
            .without_issuer()
            .scopes("identify email")
            .authorization_endpoint(&format!("{root}/authorize"))
            .token_endpoint(&format!("{root}/token"))
            .userinfo_endpoint(&format!("{root}/userinfo"))
            .subject_claim("id"),
    );
    let url = stage.open();
    assert_eq!(parameter(&url, "scope").as_deref(), Some("identify email"));
    assert_eq!(parameter(&url, "nonce"), None, "a nonce belongs to an ID token");
    let profile = stage.finish(&url, ADA);
    assert_eq!(profile.subject(), "80351110224678912");
    assert_eq!(profile.claim("username").as_deref(), Some("ada#1815"));
    assert_eq!(profile.email().as_deref(), Some("ada.lovelace@players.example"));
    assert_eq!(stage.provider.count("/userinfo"), 1);
}

#[test]
fn plain_oauth_works_with_discovery_too() {
    let mut stage = Stage::with(Options::default(), |config| config.scopes("profile email"));
    let profile = stage.sign_in();
    assert_eq!(profile.name().as_deref(), Some(ADA));
    assert!(profile.subject().starts_with("player-"));
}

#[test]
fn a_client_secret_goes_into_the_header_or_the_body_as_configured() {
    let secret = "correct horse: battery%staple";
    let options = || Options { client_secret: Some((GAME.to_owned(), secret.to_owned())), ..Options::default() };

    let mut basic = Stage::with(options(), |config| config.client_secret(secret));
    basic.sign_in();
    let request = basic.last_request("/token");
    assert!(request.header("Authorization").is_some_and(|value| value.starts_with("Basic ")));
    assert_eq!(request.parameter("client_secret"), None);

    let mut post = Stage::with(options(), |config| config.client_secret(secret).client_auth(LATCHKEY_CLIENT_AUTH_POST));
    post.sign_in();
    let request = post.last_request("/token");
    assert_eq!(request.header("Authorization"), None);
    assert_eq!(request.parameter("client_secret"), Some(secret));
}

#[test]
fn a_wrong_client_secret_is_told_in_the_providers_words() {
    let options = Options { client_secret: Some((GAME.to_owned(), "right".to_owned())), ..Options::default() };
    let mut stage = Stage::with(options, |config| config.client_secret("wrong"));
    let Ending { status, text } = stage.fail();
    assert_eq!(status.error, LATCHKEY_CONFIGURATION, "it is the configuration that has to be changed");
    assert!(text.contains("invalid_client") && text.contains("the client secret is missing or wrong"), "{text}");
}

#[test]
fn every_signature_algorithm_that_is_promised_works() {
    for algorithm in Algorithm::ALL {
        let mut stage = Stage::with(Options { algorithm, ..Options::default() }, |config| config);
        assert_eq!(stage.sign_in().name().as_deref(), Some(ADA), "{}", algorithm.name());
    }
}

#[test]
fn an_issuer_keeps_its_path_and_the_slash_at_its_end() {
    for path in ["/", "/realms/practice", "/realms/practice/"] {
        let mut stage = Stage::with(Options { issuer_path: path.to_owned(), ..Options::default() }, |config| config);
        assert_eq!(stage.sign_in().claim("iss").as_deref(), Some(stage.provider.issuer()));
    }
}

#[test]
fn an_issuer_that_differs_by_its_slash_is_another_issuer() {
    let stage = Stage::new();
    let client = Client::create(&ConfigBuilder::new(&format!("{}/", stage.provider.issuer()), GAME));
    client.start_login(&Login::new()).expect("latchkey_start_login");
    let status = client.wait_until_settled();
    assert_eq!(status.state, LATCHKEY_STATE_SIGNED_OUT, "{status:?}");
    assert_ne!(status.error, LATCHKEY_OK);
    let text = client.error_text();
    assert!(text.contains(stage.provider.issuer()), "the sentence does not say which issuer it should be: {text}");
}

#[test]
fn two_clients_at_once_get_each_its_own_player() {
    let mut ada = Stage::new();
    let grace = Client::create(&ConfigBuilder::new(ada.provider.issuer(), GAME));
    let url_of_ada = ada.open();
    grace.start_login(&Login::new()).expect("latchkey_start_login");
    let url_of_grace = grace.prompt_url();
    assert_ne!(parameter(&url_of_ada, "redirect_uri"), parameter(&url_of_grace, "redirect_uri"));
    assert_ne!(parameter(&url_of_ada, "state"), parameter(&url_of_grace, "state"));
    Player::new().sign_in(&url_of_grace, GRACE).expect("the way through the provider's pages");
    grace.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    assert_eq!(ada.client.status().state, LATCHKEY_STATE_WAITING_FOR_PLAYER, "the neighbour's sign-in was taken");
    let profile_of_ada = ada.finish(&url_of_ada, ADA);
    let profile_of_grace = grace.profile().expect("a profile");
    assert_eq!(profile_of_ada.name().as_deref(), Some(ADA));
    assert_eq!(profile_of_grace.name().as_deref(), Some(GRACE));
    assert_ne!(profile_of_ada.subject(), profile_of_grace.subject());
}

#[test]
fn a_signed_in_player_stays_so_until_a_new_login_succeeds() {
    let mut stage = Stage::new();
    stage.sign_in_as(ADA);
    stage.player.forget_cookies();
    let url = stage.open();
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));
    stage.client.access_token(0).expect("still signed in");

    stage.player.deny(&url).expect("the way through the provider's pages");
    let status = stage.client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_DENIED));
    assert_eq!(stage.client.profile().expect("still signed in").name().as_deref(), Some(ADA));

    let url = stage.open();
    assert_eq!(stage.finish(&url, GRACE).name().as_deref(), Some(GRACE));
}

#[test]
fn a_profile_outlives_its_client() {
    let mut stage = Stage::new();
    let profile = stage.sign_in();
    stage.client = Client::create(&ConfigBuilder::new(stage.provider.issuer(), GAME));
    assert_eq!(profile.name().as_deref(), Some(ADA));
    assert_eq!(profile.json()["name"], json!(ADA));
}
