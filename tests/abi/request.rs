//! The authorization request: what the library always sends, and what the host may add.

use practice_provider::Options;
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, PATIENCE, Status};

use crate::stage::{ADA, GAME, Stage, parameter, parameters, with_parameter};

#[test]
fn every_request_has_pkce_a_state_and_a_nonce() {
    let stage = Stage::new();
    let url = stage.open();
    assert!(url.starts_with(&format!("{}/authorize?", stage.provider.issuer())));
    assert_eq!(parameter(&url, "response_type").as_deref(), Some("code"));
    assert_eq!(parameter(&url, "client_id").as_deref(), Some(GAME));
    assert_eq!(parameter(&url, "scope").as_deref(), Some("openid profile email"));
    assert_eq!(parameter(&url, "code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(parameter(&url, "code_challenge").map(|challenge| challenge.len()), Some(43));
    for one_time in ["state", "nonce"] {
        assert!(parameter(&url, one_time).is_some_and(|value| value.len() >= 22), "{one_time} has under 128 bits");
    }
    assert_eq!(parameter(&url, "client_secret"), None);
    assert_eq!(parameter(&url, "code_verifier"), None);
}

#[test]
fn one_time_values_are_new_with_each_login() {
    let stage = Stage::new();
    let first = stage.open();
    let second = stage.open();
    for one_time in ["state", "nonce", "code_challenge"] {
        assert_ne!(parameter(&first, one_time), parameter(&second, one_time), "{one_time}");
    }
}

#[test]
fn what_the_host_asks_for_reaches_the_provider() {
    let mut stage = Stage::new();
    let login = Login::new()
        .prompt("select_account")
        .login_hint("ada+test@players.example")
        .acr_values("urn:mace:incommon:iap:silver phr")
        .ui_locales("fr-CA fr en")
        .audience("https://api.studio.example/v1")
        .resource("https://api.studio.example/")
        .max_age_s(3600)
        .parameter("connection", "discord")
        .parameter("ext-flow", "a b&c=d/é+%");
    let url = stage.open_with(&login);
    stage.finish(&url, ADA);
    let request = stage.provider.requests().into_iter().find(|request| request.path == "/authorize");
    let request = request.expect("an authorization request");
    for (name, value) in [
        ("prompt", "select_account"),
        ("login_hint", "ada+test@players.example"),
        ("acr_values", "urn:mace:incommon:iap:silver phr"),
        ("ui_locales", "fr-CA fr en"),
        ("audience", "https://api.studio.example/v1"),
        ("resource", "https://api.studio.example/"),
        ("max_age", "3600"),
        ("connection", "discord"),
        ("ext-flow", "a b&c=d/é+%"),
    ] {
        assert_eq!(request.parameter(name), Some(value), "{name}");
    }
}

#[test]
fn what_the_host_leaves_out_is_not_sent() {
    let url = Stage::new().open();
    let expected = [
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    let mut names: Vec<String> = parameters(&url).into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, expected);
}

#[test]
fn a_max_age_of_zero_is_meant_when_its_flag_is_set() {
    let stage = Stage::new();
    let url = stage.open_with(&Login::new().max_age_s(0));
    assert_eq!(parameter(&url, "max_age").as_deref(), Some("0"));
    let login = Login::new().max_age_s(30);
    let mut without_flag = login.raw();
    without_flag.flags = 0;
    // SAFETY: the struct is whole, and lives through the call.
    let code =
        unsafe { (support::Library::load().functions.latchkey_start_login)(stage.client.handle(), &*without_flag) };
    assert_eq!(code, LATCHKEY_OK);
    let url = stage.client.prompt_url();
    assert_eq!(parameter(&url, "max_age"), None);
}

#[test]
fn a_sign_in_that_is_older_than_asked_for_is_rejected() {
    let mut stage = Stage::with(Options::default(), |config| config.clock_leeway_s(1));
    stage.sign_in();
    let signed_in = std::time::Instant::now();
    let too_old = std::time::Duration::from_millis(3500);
    support::wait_for("the sign-in to be too old", PATIENCE, || signed_in.elapsed() > too_old);
    let url = stage.open_with(&Login::new().max_age_s(1));
    // A provider that does not care for max_age.
    let careless = with_parameter(&url, "max_age", None);
    stage.player.sign_in(&careless, ADA).expect("the way through the provider's pages");
    let status = stage.client.wait_until_settled();
    assert_eq!((status.error.0, status.check), (LATCHKEY_TOKEN_REJECTED, LATCHKEY_CHECK_AUTHENTICATION_TIME));
    assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN, "the earlier session is kept");
}

#[test]
fn names_that_the_library_sets_itself_are_refused_as_free_pairs() {
    let stage = Stage::new();
    for reserved in [
        "client_id",
        "client_secret",
        "redirect_uri",
        "response_type",
        "response_mode",
        "scope",
        "state",
        "nonce",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "request",
        "request_uri",
    ] {
        let code = stage.client.start_login(&Login::new().parameter(reserved, "x"));
        assert_eq!(code, LATCHKEY_CONFIGURATION, "{reserved}");
        let text = stage.client.error_text();
        assert!(text.contains(reserved), "the sentence does not name {reserved}: {text}");
        assert_eq!(stage.client.status().state, LATCHKEY_STATE_SIGNED_OUT);
    }
}

#[test]
fn what_has_a_field_of_its_own_is_not_sent_twice() {
    let stage = Stage::new();
    for (named, name) in [
        (Login::new().prompt("login"), "prompt"),
        (Login::new().login_hint("ada"), "login_hint"),
        (Login::new().audience("one"), "audience"),
        (Login::new().max_age_s(1), "max_age"),
    ] {
        let both = named.parameter(name, "another");
        if stage.client.start_login(&both) == LATCHKEY_OK {
            // `parameter` panics when a name is there twice.
            assert!(parameter(&stage.client.prompt_url(), name).is_some());
        }
    }
}

#[test]
fn scopes_of_a_login_stand_for_those_of_the_configuration() {
    let mut stage = Stage::new();
    let url = stage.open_with(&Login::new().scopes("openid email offline_access"));
    assert_eq!(parameter(&url, "scope").as_deref(), Some("openid email offline_access"));
    let profile = stage.finish(&url, ADA);
    assert_eq!(profile.claim("email").as_deref(), Some("ada.lovelace@players.example"));
    assert_eq!(stage.client.access_token(0).expect("a token").scopes, "openid email offline_access");
    let url = stage.open();
    assert_eq!(parameter(&url, "scope").as_deref(), Some("openid profile email"), "for one login only");
}

#[test]
fn a_time_out_of_a_login_stands_for_that_of_the_configuration() {
    let stage = Stage::with(Options::default(), |config| config.login_timeout_ms(600_000));
    stage.open_with(&Login::new().login_timeout_ms(200));
    let status = stage.client.wait_until_settled();
    assert_eq!(status.error, LATCHKEY_TIMED_OUT);
}

#[test]
fn a_prompt_of_none_signs_in_silently_or_says_that_it_can_not() {
    let mut stage = Stage::new();
    let url = stage.open_with(&Login::new().prompt("none"));
    stage.player.sign_in(&url, ADA).expect("straight back");
    let status = stage.client.wait_until_settled();
    assert_eq!(status.error, LATCHKEY_PROVIDER_ERROR, "nobody was signed in at the provider");
    assert!(stage.client.error_text().contains("login_required"), "{}", stage.client.error_text());

    stage.sign_in();
    let url = stage.open_with(&Login::new().prompt("none"));
    stage.finish(&url, ADA);
}

#[test]
fn a_prompt_of_login_asks_for_credentials_again() {
    let mut stage = Stage::new();
    stage.sign_in();
    stage.provider.clear_requests();
    let url = stage.open_with(&Login::new().prompt("login"));
    let profile = stage.finish(&url, "Somebody Else");
    assert_eq!(profile.name().as_deref(), Some("Somebody Else"));
    assert_eq!(stage.provider.count("/login"), 1, "the form was not shown");
}

#[test]
fn options_with_a_value_that_can_not_work_are_refused_by_name() {
    let stage = Stage::new();
    let cases =
        [(Login::new().scopes("open\"id"), "scopes"), (Login::new().login_timeout_ms(u32::MAX), "login_timeout_ms")];
    for (login, field) in cases {
        assert_eq!(stage.client.start_login(&login), LATCHKEY_CONFIGURATION, "{field}");
        assert!(stage.client.error_text().contains(field), "{}", stage.client.error_text());
    }
}

#[test]
fn openid_can_not_be_asked_for_without_an_issuer() {
    let provider = practice_provider::PracticeProvider::start(Options::default()).expect("a practice provider");
    let root = provider.issuer();
    let config = ConfigBuilder::new(root, GAME)
        .without_issuer()
        .scopes("identify")
        .authorization_endpoint(&format!("{root}/authorize"))
        .token_endpoint(&format!("{root}/token"))
        .userinfo_endpoint(&format!("{root}/userinfo"));
    let client = Client::create(&config);
    // At once or in the status: both are allowed.
    let mut code = client.start_login(&Login::new().scopes("openid"));
    if code == LATCHKEY_OK {
        let ended = |status: &Status| status.is_settled() || status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER;
        code = client.wait_until(ended, PATIENCE).error;
    }
    assert_eq!(code, LATCHKEY_CONFIGURATION, "an ID token that nobody can verify was asked for");
    assert!(client.error_text().contains("openid"), "{}", client.error_text());
}
