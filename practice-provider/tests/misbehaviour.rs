//! The provider when it misbehaves: each misbehaviour does what its name says, and stops when told.

mod common;

use std::collections::HashSet;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use common::*;
use practice_provider::{Misbehaviour as M, Options, Player, PracticeProvider};
use serde_json::{Value, json};

fn misbehaving(misbehaviour: M) -> PracticeProvider {
    provider(Options { misbehaviour: Some(misbehaviour), ..Options::default() })
}

fn header_and_claims(misbehaviour: M) -> (Value, Value) {
    let tokens = tokens(&misbehaving(misbehaviour));
    let token = text(&tokens, "id_token");
    (part(token, 0), part(token, 1))
}

fn long() -> Duration {
    Duration::from_secs(20)
}

#[test]
fn every_name_is_unique_and_parses_back() {
    let mut names = HashSet::new();
    for one in M::all() {
        assert!(names.insert(one.name()), "{} is there twice", one.name());
        assert_eq!(M::from_name(one.name()), Some(*one));
        assert!(one.name().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'));
        assert!(one.description().ends_with('.'), "{}", one.description());
    }
    assert_eq!(M::from_name("token-too-many-requests=30"), Some(M::TokenTooManyRequests(30)));
    assert_eq!(M::from_name("missing-sub=1"), None);
    assert_eq!(M::from_name("no-such-thing"), None);
}

#[test]
fn no_misbehaviour_takes_the_provider_down() {
    let provider = provider(Options::default());
    for misbehaviour in M::all().iter().filter(|one| !one.hangs()) {
        provider.misbehave(*misbehaviour);
        // What comes of it is told by the tests below.
        let _ = try_get(&provider, "/.well-known/openid-configuration", &[]);
        let _ = try_get(&provider, "/jwks", &[]);
        let url = authorization_url(&provider, NOBODY, &[]);
        let callback = Player::new().prepare_callback(&url, "Ada Lovelace").expect("a callback");
        if let Some(code) = query(&callback, "code")
            && let Ok(answer) = try_post(&provider, "/token", &[], &code_form(&code), long())
            && let Ok(tokens) = serde_json::from_slice::<Value>(&answer.body)
            && let (Some(access), Some(old)) = (tokens["access_token"].as_str(), tokens["refresh_token"].as_str())
        {
            let _ = try_get(&provider, "/userinfo", &[("Authorization", &format!("Bearer {access}"))]);
            let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", old)];
            let _ = try_post(&provider, "/token", &[], &form, long());
            post(&provider, "/revoke", &[("token", access), ("client_id", CLIENT)]);
        }
        provider.behave();
        assert_eq!(tokens(&provider)["token_type"], "Bearer", "after {}", misbehaviour.name());
    }
}

#[test]
fn claims_are_wrong_as_named() {
    let claims = |misbehaviour| header_and_claims(misbehaviour).1;
    assert_eq!(claims(M::WrongIssuerInIdToken)["iss"], "https://other-issuer.example");
    assert_eq!(claims(M::MissingSub)["sub"], Value::Null);
    assert_eq!(claims(M::WrongAudience)["aud"], "another-client");
    assert_eq!(claims(M::MissingAudience)["aud"], Value::Null);
    assert_eq!(claims(M::AudienceArrayOfOne)["aud"], json!([CLIENT]));
    let stranger = claims(M::AudienceArrayWithStranger);
    assert_eq!((&stranger["aud"], &stranger["azp"]), (&json!([CLIENT, "another-client"]), &Value::Null));
    assert_eq!(claims(M::WrongAzp)["azp"], "another-client");
    assert_eq!(claims(M::MissingIat)["iat"], Value::Null);
    assert_eq!(claims(M::MissingExp)["exp"], Value::Null);
    assert!(claims(M::ExpAsText)["exp"].is_string());
    assert_eq!(claims(M::HugeExp)["exp"], json!(u64::MAX));
    assert_eq!(claims(M::HugeFloatExp)["exp"], json!(1e300));
    assert_ne!(claims(M::WrongNonce)["nonce"], "the-nonce");
    assert_eq!(claims(M::MissingNonce)["nonce"], Value::Null);
    let expired = claims(M::ExpiredIdToken);
    assert!(expired["exp"].as_i64() < expired["auth_time"].as_i64());
    let future = claims(M::FutureIat);
    assert!(future["iat"].as_i64() > future["auth_time"].as_i64());
}

#[test]
fn headers_are_wrong_as_named() {
    let header = |misbehaviour| header_and_claims(misbehaviour).0;
    assert_eq!(header(M::AlgNone)["alg"], "none");
    assert_eq!(header(M::HmacWithPublicKey)["alg"], "HS256");
    assert_eq!(header(M::Es256Invalid)["alg"], "ES256");
    assert_eq!(header(M::KeyIdAbsentSingleKey)["kid"], Value::Null);
    assert_eq!(header(M::KeyIdAbsentOneFits)["kid"], Value::Null);
    assert_eq!(header(M::KeyIdPath)["kid"], "../../etc/passwd");
    assert!(header(M::HeaderJwk)["jwk"].is_object());
    assert!(header(M::HeaderJku)["jku"].is_string());
    assert!(header(M::HeaderX5u)["x5u"].is_string());
    assert!(header(M::HeaderX5c)["x5c"].is_array());
    assert!(header(M::HeaderCrit)["crit"].is_array());
    assert_eq!(header(M::SmallRsaKey)["kid"], "small");
    let jwe = tokens(&misbehaving(M::Jwe));
    assert_eq!(text(&jwe, "id_token").split('.').count(), 5);
    assert_eq!(tokens(&misbehaving(M::NoIdToken))["id_token"], Value::Null);
}

#[test]
fn key_sets_are_wrong_as_named() {
    let keys = |misbehaviour| {
        let provider = misbehaving(misbehaviour);
        json(&get(&provider, "/jwks", &[]))["keys"].as_array().expect("keys").clone()
    };
    assert_eq!(keys(M::KeyIdAbsentSingleKey).len(), 1);
    assert_eq!(keys(M::KeyIdAbsentManyKeys).len(), 2);
    assert_eq!(keys(M::ManyKeys).len(), 10_000);
    let kinds = keys(M::KeyIdAbsentOneFits);
    assert_eq!((kinds.len(), &kinds[0]["kty"], &kinds[1]["kty"]), (2, &json!("RSA"), &json!("EC")));
    let twice = keys(M::DuplicateKeyIds);
    assert_eq!(twice[0]["kid"], twice[1]["kid"]);
    assert_ne!(twice[0]["n"], twice[1]["n"]);

    let provider = misbehaving(M::RotateBeforeSigning);
    let before = json(&get(&provider, "/jwks", &[]));
    let kid = part(text(&tokens(&provider), "id_token"), 0)["kid"].clone();
    let published = |keys: &Value| keys["keys"].as_array().is_some_and(|keys| keys.iter().any(|key| key["kid"] == kid));
    assert!(!published(&before) && published(&json(&get(&provider, "/jwks", &[]))));
}

#[test]
fn discovery_is_wrong_as_named() {
    let discovery = |misbehaviour| get(&misbehaving(misbehaviour), "/.well-known/openid-configuration", &[]);
    let endpoint = |misbehaviour| text(&json(&discovery(misbehaviour)), "authorization_endpoint").to_owned();
    assert_eq!(json(&discovery(M::DiscoveryWrongIssuer))["issuer"], "https://other-issuer.example");
    assert!(endpoint(M::DiscoveryHttpEndpoints).starts_with("http://provider.example/"));
    assert!(endpoint(M::AuthorizationEndpointFile).starts_with("file:"));
    assert!(endpoint(M::AuthorizationEndpointJavascript).starts_with("javascript:"));
    assert!(endpoint(M::AuthorizationEndpointUnc).starts_with("\\\\"));
    assert!(endpoint(M::AuthorizationEndpointShellCharacters).contains("$("));
    assert!(discovery(M::DiscoveryNotJson).text().starts_with("<!doctype"));
    let huge = discovery(M::DiscoveryHuge);
    assert!(huge.body.len() > 50 * 1024 * 1024 && huge.header("Content-Length").is_none());
    assert_eq!(discovery(M::DiscoveryRedirect).status, 302);
}

#[test]
fn any_endpoint_can_have_any_fault() {
    let discovery = "/.well-known/openid-configuration";
    let asked = |misbehaviour, path| {
        let provider = misbehaving(misbehaviour);
        let token = format!("Bearer {}", text(&tokens(&provider), "access_token"));
        try_get(&provider, path, &[("Authorization", &token)])
    };
    let good = |misbehaviour, path| asked(misbehaviour, path).expect("an answer");
    for (path, cut, truncated, nested, huge, bomb, many, unavailable) in [
        (
            discovery,
            M::DiscoveryCloseMidBody,
            M::DiscoveryTruncatedJson,
            M::DiscoveryNestedJson,
            M::DiscoveryHuge,
            M::DiscoveryCompressionBomb,
            M::DiscoveryTooManyRequests(7),
            M::DiscoveryUnavailable(7),
        ),
        (
            "/jwks",
            M::KeysCloseMidBody,
            M::KeysTruncatedJson,
            M::KeysNestedJson,
            M::KeysHuge,
            M::KeysCompressionBomb,
            M::KeysTooManyRequests(7),
            M::KeysUnavailable(7),
        ),
        (
            "/userinfo",
            M::UserinfoCloseMidBody,
            M::UserinfoTruncatedJson,
            M::UserinfoNestedJson,
            M::UserinfoHuge,
            M::UserinfoCompressionBomb,
            M::UserinfoTooManyRequests(7),
            M::UserinfoUnavailable(7),
        ),
    ] {
        assert_eq!(asked(cut, path).expect_err("no answer").kind(), ErrorKind::UnexpectedEof, "{path}");
        let half = good(truncated, path);
        assert!(half.status == 200 && serde_json::from_slice::<Value>(&half.body).is_err(), "{path}");
        assert!(good(nested, path).body.starts_with(b"{\"access_token\":[[[[["), "{path}");
        assert!(good(huge, path).body.len() > 50 * 1024 * 1024, "{path}");
        assert_eq!(good(bomb, path).header("Content-Encoding"), Some("gzip"), "{path}");
        for (misbehaviour, status) in [(many, 429), (unavailable, 503)] {
            let later = good(misbehaviour, path);
            assert_eq!((later.status, later.header("Retry-After")), (status, Some("7")), "{path}");
        }
    }
    assert!(M::all().iter().filter(|one| one.hangs()).count() >= 4);
}

#[test]
fn a_redirect_leads_to_where_all_is_well() {
    let provider = misbehaving(M::TokenRedirect);
    let code = code(&provider);
    let answer = redeem(&provider, &code);
    let location = answer.header("Location").expect("a redirect").to_owned();
    assert_eq!((answer.status, location.as_str()), (307, &*format!("{}/elsewhere/token", provider.issuer())));
    assert_eq!(post(&provider, "/elsewhere/token", &code_form(&code)).status, 200);
    assert_eq!(provider.count("/elsewhere/token"), 1);
}

#[test]
fn token_answers_are_wrong_as_named() {
    let answer = |misbehaviour| {
        let provider = misbehaving(misbehaviour);
        try_post(&provider, "/token", &[], &code_form(&code(&provider)), long())
    };
    let good = |misbehaviour| answer(misbehaviour).expect("an answer");
    assert_eq!(good(M::TokenServerError).status, 500);
    assert_eq!(answer(M::TokenCloseMidBody).expect_err("no answer").kind(), ErrorKind::UnexpectedEof);
    assert!(answer(M::TokenCloseAtOnce).is_err());
    assert!(serde_json::from_slice::<Value>(&good(M::TokenTruncatedJson).body).is_err());
    assert_eq!(good(M::TokenWrongContentType).header("Content-Type"), Some("text/html; charset=utf-8"));
    assert!(good(M::TokenHuge).body.len() > 50 * 1024 * 1024);
    let bomb = good(M::TokenCompressionBomb);
    assert!(bomb.header("Content-Encoding") == Some("gzip") && bomb.body.len() < 1024 * 1024);
    let later = good(M::TokenTooManyRequests(7));
    assert_eq!((later.status, later.header("Retry-After")), (429, Some("7")));
    assert_eq!(good(M::TokenUnavailable(7)).status, 503);
    assert_eq!(json(&good(M::TokenTypeUppercase))["token_type"], "BEARER");
    assert_eq!(json(&good(M::TokenTypeLowercase))["token_type"], "bearer");
    assert_eq!(json(&good(M::NoExpiresIn))["expires_in"], Value::Null);
    assert_eq!(json(&good(M::TokenInvalidGrant))["error"], "invalid_grant");
    let words = json(&good(M::TokenEchoes))["error_description"].to_string();
    assert!(words.matches(" is not ").count() == 1 && words.len() > 80, "code and verifier: {words}");
}

#[test]
fn a_refresh_is_wrong_as_named() {
    let refreshed = |misbehaviour| {
        let provider = misbehaving(misbehaviour);
        let tokens = tokens(&provider);
        (json(&refresh(&provider, text(&tokens, "refresh_token"))), tokens)
    };
    let claims = |misbehaviour| part(text(&refreshed(misbehaviour).0, "id_token"), 1);
    assert_eq!(claims(M::RefreshWrongIssuer)["iss"], "https://other-issuer.example");
    assert_eq!(claims(M::RefreshWrongSub)["sub"], "player-somebody-else");
    assert_eq!(refreshed(M::RefreshWithoutIdToken).0["id_token"], Value::Null);
    let (answer, tokens_before) = refreshed(M::RefreshEchoes);
    assert_eq!(answer["error_description"], text(&tokens_before, "refresh_token"));
    assert_eq!(refreshed(M::RefreshWithoutRotation).0["refresh_token"], Value::Null);

    let provider = provider(Options::default());
    let tokens = tokens(&provider);
    provider.misbehave(M::RefreshLostAnswer);
    let old = text(&tokens, "refresh_token");
    let form = [("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", old)];
    assert!(try_post(&provider, "/token", &[], &form, long()).is_err());
    assert_eq!(provider.live_refresh_tokens(), 1, "the new token exists, nobody has it");
}

#[test]
fn authorization_responses_are_wrong_as_named() {
    let callback = |misbehaviour| {
        let provider = misbehaving(misbehaviour);
        let url = authorization_url(&provider, NOBODY, &[]);
        Player::new().prepare_callback(&url, "Ada").expect("a callback")
    };
    assert_eq!(query(&callback(M::IssWrong), "iss").as_deref(), Some("https://other-issuer.example"));
    assert_eq!(query(&callback(M::IssMissing), "iss"), None);
    assert_ne!(query(&callback(M::StateWrong), "state").as_deref(), Some("the-state"));
    assert_eq!(query(&callback(M::StateMissing), "state"), None);
    let words = query(&callback(M::ErrorEchoes), "error_description").expect("a description");
    assert!(words.starts_with("the-state is not "), "{words}");
    let words = query(&callback(M::ErrorWithHtml), "error_description").expect("a description");
    assert!(words.contains("<script>") && words.contains('\u{202e}'));
    assert!(query(&callback(M::ErrorHuge), "error_description").is_some_and(|words| words.len() > 1024 * 1024));
}

#[test]
fn logout_is_wrong_as_named() {
    let back = |misbehaviour| {
        let query = "client_id=x&post_logout_redirect_uri=http://127.0.0.1:9/&state=bye";
        let answer = get(&misbehaving(misbehaviour), &format!("/end-session?{query}"), &[]);
        answer.header("Location").expect("a redirect").to_owned()
    };
    assert!(!back(M::LogoutStateMissing).contains("state"));
    assert!(back(M::LogoutStateWrong).contains("state=") && !back(M::LogoutStateWrong).contains("state=bye"));
    let provider = misbehaving(M::RevocationServerError);
    assert_eq!(post(&provider, "/revoke", &[("token", "x"), ("client_id", CLIENT)]).status, 500);
}

#[test]
fn hanging_requests_hold_no_worker_and_end_with_the_provider() {
    let provider = misbehaving(M::TokenHang);
    let waiting: Vec<_> = (0..40)
        .map(|_| {
            let url = url::Url::parse(&format!("{}/token", provider.issuer())).expect("a URL");
            std::thread::spawn(move || {
                let timeout = Duration::from_secs(60);
                let request = practice_provider::Fetch { method: "POST", url: &url, headers: &[], body: b"", timeout };
                practice_provider::fetch(&request)
            })
        })
        .collect();
    assert!(provider.wait_for("/token", 40, long()), "all of them arrive");
    assert_eq!(get(&provider, "/jwks", &[]).status, 200, "others are still served");
    let start = Instant::now();
    drop(provider);
    for one in waiting {
        assert!(one.join().expect("a thread").is_err(), "no answer");
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_dropped_provider_is_gone() {
    let provider = provider(Options::default());
    let port = provider.port();
    let idle = std::net::TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    assert_eq!(get(&provider, "/jwks", &[]).status, 200);
    drop(provider);
    idle.set_read_timeout(Some(long())).expect("a time-out");
    assert_eq!(std::io::Read::read(&mut &idle, &mut [0; 1]).unwrap_or(0), 0, "hung up");
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}
