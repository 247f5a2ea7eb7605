//! The provider as it is when it behaves: sign-in, codes, tokens, sessions, keys, pages.

mod common;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use common::*;
use practice_provider::{Algorithm, Fetch, Options, Player, PracticeProvider, fetch};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Value, json};
use url::Url;

#[test]
fn a_player_signs_in_from_the_first_page_to_the_last() {
    let provider = provider(Options::default());
    let game = Game::new();
    let redirect_uri = game.redirect_uri.clone();
    let page = Player::new()
        .sign_in(&authorization_url(&provider, &redirect_uri, &[]), "Ada <b>&amp; \"Lovelace\"")
        .expect("a final page");
    assert_eq!((page.status, page.body.as_str()), (200, "<p>Back to the game.</p>"));
    assert_eq!(query(&page.url, "state").as_deref(), Some("the-state"));
    assert_eq!(query(&page.url, "iss").as_deref(), Some(provider.issuer()));
    let head = game.request();
    assert!(head.contains("Sec-Fetch-Mode: navigate") && head.contains("Sec-Fetch-Site: cross-site"), "{head}");

    let code = query(&page.url, "code").expect("a code");
    let mut form = code_form(&code);
    form[3].1 = &redirect_uri;
    let response = post(&provider, "/token", &form);
    assert_eq!(response.header("Cache-Control"), Some("no-store"));
    let tokens = json(&response);
    let claims = part(text(&tokens, "id_token"), 1);
    assert_eq!(claims["iss"], provider.issuer());
    assert_eq!(claims["aud"], CLIENT);
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!(claims["name"], "Ada <b>&amp; \"Lovelace\"");
    assert_eq!(tokens["expires_in"], 300);

    let userinfo = bearer(&provider, "/userinfo", text(&tokens, "access_token"));
    assert_eq!(json(&userinfo)["sub"], claims["sub"]);
    assert_eq!(bearer(&provider, "/userinfo", "made-up").status, 401);
}

#[test]
fn pkce_is_enforced() {
    let provider = provider(Options::default());
    for more in [("code_challenge", ""), ("code_challenge_method", "plain"), ("code_challenge_method", "")] {
        let callback =
            Player::new().prepare_callback(&authorization_url(&provider, NOBODY, &[more]), "Ada").expect("a callback");
        assert_eq!(query(&callback, "error").as_deref(), Some("invalid_request"));
        assert_eq!(query(&callback, "state").as_deref(), Some("the-state"));
        assert_eq!(query(&callback, "code"), None);
    }
    let code = code(&provider);
    let mut form = code_form(&code);
    form[4].1 = "another-verifier-that-is-long-enough-for-the-rfc-7636";
    let response = post(&provider, "/token", &form);
    assert_eq!((response.status, text(&json(&response), "error")), (400, "invalid_grant"));
}

#[test]
fn a_code_is_bound_and_good_once() {
    let provider = provider(Options::default());
    for (index, value) in [(1, "another-client"), (3, "http://127.0.0.1:8/callback")] {
        let code = code(&provider);
        let mut form = code_form(&code);
        form[index].1 = value;
        assert_eq!(json(&post(&provider, "/token", &form))["error"], "invalid_grant");
    }
    let code = code(&provider);
    let tokens = json(&redeem(&provider, &code));
    let access = text(&tokens, "access_token");
    assert_eq!(bearer(&provider, "/userinfo", access).status, 200);
    assert_eq!(json(&redeem(&provider, &code))["error"], "invalid_grant");
    assert_eq!(bearer(&provider, "/userinfo", access).status, 401, "a code used twice revokes its tokens");
    assert_eq!(json(&refresh(&provider, text(&tokens, "refresh_token")))["error"], "invalid_grant");
}

#[test]
fn a_code_expires() {
    let provider = provider(Options { code_lifetime_s: 0, ..Options::default() });
    assert_eq!(json(&redeem(&provider, &code(&provider)))["error"], "invalid_grant");
}

#[test]
fn a_refresh_token_rotates_and_its_replay_ends_the_family() {
    let provider = provider(Options::default());
    let first = tokens(&provider);
    let second = json(&refresh(&provider, text(&first, "refresh_token")));
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let claims = part(text(&second, "id_token"), 1);
    assert_eq!(claims["nonce"], Value::Null);
    assert_eq!(claims["sub"], part(text(&first, "id_token"), 1)["sub"]);
    assert_eq!(provider.live_refresh_tokens(), 1);

    assert_eq!(json(&refresh(&provider, text(&first, "refresh_token")))["error"], "invalid_grant");
    assert_eq!(json(&refresh(&provider, text(&second, "refresh_token")))["error"], "invalid_grant");
    assert_eq!(bearer(&provider, "/userinfo", text(&second, "access_token")).status, 401);
    assert_eq!(provider.live_refresh_tokens(), 0);
}

#[test]
fn refresh_tokens_need_the_scope_if_the_option_says_so() {
    let provider = provider(Options { always_refresh_token: false, ..Options::default() });
    assert!(tokens(&provider)["refresh_token"].is_string());
    let url = authorization_url(&provider, NOBODY, &[("scope", "openid")]);
    let callback = Player::new().prepare_callback(&url, "Ada").expect("a callback");
    let tokens = json(&redeem(&provider, &query(&callback, "code").expect("a code")));
    assert_eq!(tokens["refresh_token"], Value::Null);
    assert_eq!(part(text(&tokens, "id_token"), 1)["name"], Value::Null, "profile was not asked for");
}

#[test]
fn the_second_sign_in_shows_no_form_unless_asked() {
    let provider = provider(Options::default());
    let mut player = Player::new();
    let sign_in = |player: &mut Player, more: &[(&str, &str)]| {
        provider.clear_requests();
        let url = authorization_url(&provider, NOBODY, more);
        let callback = player.prepare_callback(&url, "Ada Lovelace").expect("a callback");
        (provider.requests().len(), query(&callback, "error"))
    };
    assert_eq!(sign_in(&mut player, &[("prompt", "none")]), (1, Some("login_required".to_owned())));
    assert_eq!(sign_in(&mut player, &[]), (3, None));
    assert_eq!(sign_in(&mut player, &[]), (1, None));
    assert_eq!(sign_in(&mut player, &[("prompt", "none")]), (1, None));
    assert_eq!(sign_in(&mut player, &[("prompt", "login")]), (3, None));
    assert_eq!(sign_in(&mut player, &[("prompt", "select_account")]), (3, None));
    assert_eq!(sign_in(&mut player, &[("max_age", "600")]), (1, None));
    assert_eq!(sign_in(&mut player, &[("max_age", "0")]), (3, None));
    player.forget_cookies();
    assert_eq!(sign_in(&mut player, &[]), (3, None));
    provider.end_browser_sessions();
    assert_eq!(sign_in(&mut player, &[]), (3, None));
}

#[test]
fn a_player_who_cancels_is_denied_on_both_pages() {
    let provider = provider(Options::default());
    let url = authorization_url(&provider, NOBODY, &[]);
    let callback = Player::new().prepare_denial(&url).expect("a callback");
    assert_eq!(query(&callback, "error").as_deref(), Some("access_denied"));
    assert!(query(&callback, "error_description").is_some());

    let login = get(&provider, &url[provider.issuer().len()..], &[]).text();
    let id = login.split("name=\"login\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    assert_eq!(post(&provider, "/login", &[("login", id), ("name", "Ada"), ("action", "continue")]).status, 200);
    let wrong = post(&provider, "/code", &[("login", id), ("code", "no"), ("action", "continue")]);
    assert!(wrong.status == 200 && wrong.text().contains("role=\"alert\""));
    let cancelled = post(&provider, "/code", &[("login", id), ("action", "cancel")]);
    assert!(cancelled.header("Location").is_some_and(|location| location.contains("error=access_denied")));
    assert_eq!(post(&provider, "/login", &[("login", id), ("name", "Ada")]).status, 400, "it is over");
}

#[test]
fn nothing_is_sent_back_to_strangers() {
    let provider = provider(Options::default());
    let strangers = [
        "https://game.example/callback",
        "http://127.0.0.1.example/callback",
        "http://192.168.0.1/callback",
        "https://127.0.0.1/callback",
        "http://127.0.0.1@game.example/",
        "javascript:alert(1)",
        "http://127.0.0.1/#fragment",
    ];
    for stranger in strangers {
        let url = authorization_url(&provider, stranger, &[]);
        let answer = get(&provider, &url[provider.issuer().len()..], &[]);
        assert_eq!((answer.status, answer.header("Location")), (400, None), "{stranger}");
    }
    for known in ["http://localhost:1/x", "http://[::1]:1/x", "http://127.0.0.1:1/x?y=z"] {
        let url = authorization_url(&provider, known, &[]);
        assert_eq!(get(&provider, &url[provider.issuer().len()..], &[]).status, 200, "{known}");
    }
}

#[test]
fn the_end_of_the_session_brings_the_state_back() {
    let provider = provider(Options::default());
    let mut player = Player::new();
    let url = authorization_url(&provider, NOBODY, &[]);
    let callback = player.prepare_callback(&url, "Ada Lovelace").expect("a callback");
    let tokens = json(&redeem(&provider, &query(&callback, "code").expect("a code")));

    let game = Game::new();
    let mut end = Url::parse(&format!("{}/end-session", provider.issuer())).expect("a URL");
    end.query_pairs_mut()
        .append_pair("id_token_hint", text(&tokens, "id_token"))
        .append_pair("post_logout_redirect_uri", &game.redirect_uri)
        .append_pair("state", "bye & bye");
    let page = player.follow(end.as_str()).expect("a page");
    assert_eq!((page.status, query(&page.url, "state").as_deref()), (200, Some("bye & bye")));
    game.request();

    let none = authorization_url(&provider, NOBODY, &[("prompt", "none")]);
    let callback = player.prepare_callback(&none, "Ada").expect("a callback");
    assert_eq!(query(&callback, "error").as_deref(), Some("login_required"));

    let page = player.follow(&format!("{}/end-session", provider.issuer())).expect("a page");
    assert!(page.status == 200 && page.body.contains("You are signed out"));
    let away = format!("{}/end-session?client_id=x&post_logout_redirect_uri=https://game.example/", provider.issuer());
    assert_eq!(player.follow(&away).expect("a page").status, 400);
}

#[test]
fn revocation_takes_the_family_along() {
    let provider = provider(Options::default());
    let tokens = tokens(&provider);
    let access = text(&tokens, "access_token");
    let revoke = |token: &str, client: &str| post(&provider, "/revoke", &[("token", token), ("client_id", client)]);
    assert_eq!(revoke(text(&tokens, "refresh_token"), "another-client").status, 200);
    assert_eq!(bearer(&provider, "/userinfo", access).status, 200, "another client's wish");
    assert_eq!(revoke("unknown", CLIENT).status, 200);
    assert_eq!(revoke(text(&tokens, "refresh_token"), CLIENT).status, 200);
    assert_eq!(bearer(&provider, "/userinfo", access).status, 401);
}

#[test]
fn a_client_with_a_secret_has_to_send_it() {
    let secret = ("confidential game".to_owned(), "s3cret:=&+".to_owned());
    let provider = provider(Options { client_secret: Some(secret.clone()), ..Options::default() });
    let redeem_with = |header: Option<String>, secret: Option<&str>, client: Option<&str>| {
        let url = authorization_url(&provider, NOBODY, &[("client_id", "confidential game")]);
        let callback = Player::new().prepare_callback(&url, "Ada").expect("a callback");
        let code = query(&callback, "code").expect("a code");
        let mut form = code_form(&code).to_vec();
        form.remove(1);
        form.extend(client.map(|client| ("client_id", client)));
        form.extend(secret.map(|secret| ("client_secret", secret)));
        let headers: Vec<(&str, &str)> = header.iter().map(|value| ("Authorization", value.as_str())).collect();
        try_post(&provider, "/token", &headers, &form, Duration::from_secs(20)).expect("an answer").status
    };
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let basic = |id: &str, secret: &str| {
        Some(format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret)))))
    };
    assert_eq!(redeem_with(basic(&secret.0, &secret.1), None, None), 200);
    assert_eq!(redeem_with(None, Some(&secret.1), Some(&secret.0)), 200);
    assert_eq!(redeem_with(basic(&secret.0, "wrong"), None, None), 401);
    assert_eq!(redeem_with(None, None, Some(&secret.0)), 401);
    assert_eq!(redeem_with(None, Some("wrong"), Some(&secret.0)), 401);
}

#[test]
fn claims_go_where_the_options_say() {
    let extra = json!({"roles": ["admin"], "tenants": {"T1": {"permissions": ["play"]}}});
    let extra_claims = extra.as_object().cloned().expect("an object");
    let full = provider(Options { extra_claims: extra_claims.clone(), ..Options::default() });
    assert_eq!(part(text(&tokens(&full), "id_token"), 1)["roles"], json!(["admin"]));
    let thin = provider(Options { extra_claims, thin_id_token: true, ..Options::default() });
    let tokens = tokens(&thin);
    let claims = part(text(&tokens, "id_token"), 1);
    assert_eq!((&claims["roles"], &claims["name"]), (&Value::Null, &Value::Null));
    let userinfo = json(&bearer(&thin, "/userinfo", text(&tokens, "access_token")));
    assert_eq!(userinfo["tenants"]["T1"]["permissions"], json!(["play"]));
    assert_eq!(userinfo["email"], "ada.lovelace@players.example");
}

#[test]
fn the_clock_can_be_wrong() {
    let now = |provider: &PracticeProvider| {
        let date = get(provider, "/jwks", &[]).header("Date").expect("a date").to_owned();
        let date = httpdate::parse_http_date(&date).expect("a date");
        date.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs() as i64
    };
    let right = provider(Options::default());
    let ahead = provider(Options { clock_offset_s: 86_400, ..Options::default() });
    assert!((now(&ahead) - now(&right) - 86_400).abs() <= 2);
    let claims = part(text(&tokens(&ahead), "id_token"), 1);
    assert!((claims["iat"].as_i64().expect("a number") - now(&ahead)).abs() <= 2);
}

#[test]
fn every_algorithm_signs_what_its_published_key_verifies() {
    for algorithm in Algorithm::ALL {
        let provider = provider(Options { algorithm, ..Options::default() });
        assert!(verifies(&provider, text(&tokens(&provider), "id_token")), "{algorithm:?}");
        assert_eq!(Algorithm::from_name(algorithm.name()), Some(algorithm));
    }
}

#[test]
fn keys_rotate() {
    let provider = provider(Options::default());
    let old = tokens(&provider);
    let old = text(&old, "id_token");
    let fresh = provider.rotate_keys();
    let new = tokens(&provider);
    let new = text(&new, "id_token");
    assert_eq!(part(new, 0)["kid"], fresh);
    assert_ne!(part(old, 0)["kid"], fresh);
    assert!(verifies(&provider, old) && verifies(&provider, new));
    provider.rotate_keys_and_withdraw_old();
    assert!(!verifies(&provider, new));
    assert_eq!(json(&get(&provider, "/jwks", &[]))["keys"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_hostile_hint_stays_text() {
    let provider = provider(Options::default());
    let hostile = "\"><script>alert(1)</script><img src=x onerror='x'>\u{202e}&lt;";
    let url = authorization_url(&provider, NOBODY, &[("login_hint", hostile), ("client_id", hostile)]);
    let page = get(&provider, &url[provider.issuer().len()..], &[]).text();
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains('\u{202e}'), "{page}");
    assert!(page.contains("value=\"&quot;&gt;&lt;script&gt;") && page.contains("&amp;lt;"), "{page}");
    let callback = Player::new().prepare_callback(&url, hostile).expect("the forms still work");
    assert!(query(&callback, "code").is_some());
    let picture = get(&provider, "/picture.svg?initials=%3Cs%3E", &[]).text();
    assert!(picture.contains("&lt;s</text>"), "{picture}");
}

#[test]
fn an_issuer_may_have_a_path() {
    for path in ["/", "/realms/practice", "/realms/practice/"] {
        let provider = provider(Options { issuer_path: path.to_owned(), ..Options::default() });
        assert!(provider.issuer().ends_with(path));
        let discovery = format!("{}/.well-known/openid-configuration", path.trim_end_matches('/'));
        assert_eq!(json(&get(&provider, &discovery, &[]))["issuer"], provider.issuer());
        assert_eq!(part(text(&tokens(&provider), "id_token"), 1)["iss"], provider.issuer());
    }
}

#[test]
fn requests_are_logged_with_what_they_held() {
    let provider = provider(Options { access_token_lifetime_s: 0, ..Options::default() });
    let tokens = tokens(&provider);
    assert_eq!(tokens["expires_in"], Value::Null);
    assert_eq!((provider.count("/token"), provider.count("/userinfo")), (1, 0));
    assert!(provider.wait_for("/token", 1, Duration::ZERO) && !provider.wait_for("/token", 2, Duration::ZERO));
    let requests = provider.requests();
    let asked = requests.iter().find(|request| request.path == "/token").expect("it was logged");
    assert_eq!(asked.parameter("code_verifier"), Some(VERIFIER));
    assert_eq!((asked.method.as_str(), asked.header("connection")), ("POST", Some("close")));
    assert!(asked.peer.ip().is_loopback() && asked.peer.port() != provider.port());
    assert_eq!(provider.connections_accepted(), requests.len(), "the player opens one connection each time");
    provider.clear_requests();
    assert!(provider.requests().is_empty());
}

#[test]
fn wrong_methods_and_paths_are_told_apart() {
    let provider = provider(Options::default());
    assert_eq!(get(&provider, "/token", &[]).status, 405);
    assert_eq!(get(&provider, "/favicon.ico", &[]).status, 404);
    assert_eq!(get(&provider, "/", &[]).status, 200);
    let url = Url::parse(&format!("{}/jwks", provider.issuer())).expect("a URL");
    let head = Fetch { method: "HEAD", url: &url, headers: &[], body: b"", timeout: Duration::from_secs(20) };
    assert_eq!(fetch(&head).expect("an answer").status, 200);
}

/// Whether a published key verifies the token.
fn verifies(provider: &PracticeProvider, token: &str) -> bool {
    let header = part(token, 0);
    let keys = json(&get(provider, "/jwks", &[]));
    let keys = keys["keys"].as_array().expect("keys");
    let Some(key) = keys.iter().find(|key| key["kid"] == header["kid"]) else { return false };
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let field = |name: &str| bytes(text(key, name));
    let signature = bytes(signature);
    let rsa = |kind| {
        let key = RsaPublicKeyComponents { n: field("n"), e: field("e") };
        key.verify(kind, message.as_bytes(), &signature).is_ok()
    };
    let other = |kind: &'static dyn signature::VerificationAlgorithm, key: Vec<u8>| {
        UnparsedPublicKey::new(kind, key).verify(message.as_bytes(), &signature).is_ok()
    };
    let point = || [vec![4], field("x"), field("y")].concat();
    assert_eq!(header["alg"], key["alg"]);
    match text(&header, "alg") {
        "RS256" => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        "RS384" => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        "RS512" => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        "PS256" => rsa(&signature::RSA_PSS_2048_8192_SHA256),
        "PS384" => rsa(&signature::RSA_PSS_2048_8192_SHA384),
        "PS512" => rsa(&signature::RSA_PSS_2048_8192_SHA512),
        "ES256" => other(&signature::ECDSA_P256_SHA256_FIXED, point()),
        "ES384" => other(&signature::ECDSA_P384_SHA384_FIXED, point()),
        "EdDSA" => other(&signature::ED25519, field("x")),
        other => panic!("unexpected algorithm {other}"),
    }
}
