//! A configuration that can't work gets a code, and a sentence that says what to change.

use support::ffi::*;
use support::{Captured, Client, Code, ConfigBuilder, Library};

use crate::stage::GAME;

fn good() -> ConfigBuilder {
    ConfigBuilder::new("https://id.example", GAME)
}

#[test]
fn what_can_not_work_is_refused_with_the_name_of_its_field() {
    let cases: Vec<(ConfigBuilder, &str)> = vec![
        (good().issuer("id.example"), "issuer"),
        (good().issuer("not a url at all"), "issuer"),
        (good().issuer("http://id.example"), "https://"),
        (good().issuer("http://127.0.0.1.example"), "https://"),
        (good().issuer("ftp://id.example"), "https://"),
        (good().issuer("file:///etc/passwd"), "issuer"),
        (good().issuer("javascript:alert(1)"), "issuer"),
        (good().issuer("https://user:password@id.example"), "issuer"),
        (good().issuer("https://id.example?tenant=1"), "query"),
        (good().issuer("https://id.example#top"), "issuer"),
        (good().without_issuer(), "issuer"),
        (good().issuer(""), "issuer"),
        (good().client_id(""), "client_id"),
        (ConfigBuilder::empty().issuer("https://id.example"), "client_id"),
        (ConfigBuilder::empty(), "client_id"),
        (good().authorization_endpoint("file:///etc/passwd"), "authorization_endpoint"),
        (good().authorization_endpoint("https://id.example/\"|calc"), "authorization_endpoint"),
        (good().token_endpoint("http://id.example/token"), "token_endpoint"),
        (good().userinfo_endpoint("//id.example"), "userinfo_endpoint"),
        (good().jwks_uri("\\\\host\\share"), "jwks_uri"),
        (good().revocation_endpoint("revoke"), "revocation_endpoint"),
        (good().end_session_endpoint("http://id.example/end"), "end_session_endpoint"),
        (good().scopes("open\"id"), "scopes"),
        (good().redirect_ports(&[0]), "redirect_ports"),
        (good().redirect_path("callback"), "redirect_path"),
        (good().redirect_path("/call back"), "redirect_path"),
        (good().redirect_path("/callback?x=1"), "redirect_path"),
        (good().post_logout_path("/callback"), "post_logout_path"),
        (good().login_timeout_ms(u32::MAX), "login_timeout_ms"),
        (good().clock_leeway_s(601), "clock_leeway_s"),
        (good().page_color("red"), "page_color"),
        (good().page_color("#12345g"), "page_color"),
        (good().without_issuer().scopes("email").token_endpoint("https://id.example/t"), "authorization_endpoint"),
        (
            good()
                .without_issuer()
                .scopes("email")
                .authorization_endpoint("https://id.example/a")
                .token_endpoint("https://id.example/t"),
            "userinfo_endpoint",
        ),
        (
            good()
                .without_issuer()
                .authorization_endpoint("https://id.example/a")
                .token_endpoint("https://id.example/t"),
            "issuer",
        ),
        (good().issuer("https://идентичность.example"), "xn--"),
        (good().ca_certificates("no certificate"), "ca_certificates"),
        (good().ca_certificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "ca_certificates"),
    ];
    for (config, part) in cases {
        let (code, text) = Library::load().check(&config);
        assert_eq!(code, LATCHKEY_CONFIGURATION, "{part}: {text}");
        assert!(text.contains(part), "the sentence lacks {part}: {text}");
        assert!(text.len() > 30 && text.chars().all(|c| !c.is_control()), "{text:?} is no sentence");
        assert_eq!(Client::try_create(&config).err(), Some(Code(LATCHKEY_CONFIGURATION)), "{part}");
    }
}

#[test]
fn what_can_work_is_accepted_with_an_empty_sentence() {
    for config in [
        good(),
        ConfigBuilder::empty().issuer("https://id.example/").client_id(GAME),
        good().issuer("http://127.0.0.1:3000"),
        good().issuer("http://localhost:3000/realms/game"),
        good().issuer("http://[::1]:3000"),
        good().issuer("https://xn--d1achcybhyfe5cwd.example"),
        good().scopes(""),
        good().scopes("  openid   openid profile "),
        good().redirect_ports(&[49152, 49153]).redirect_host(LATCHKEY_REDIRECT_LOCALHOST),
        good().clock_leeway_s(600).login_timeout_ms(1),
        good().page_title("Ça <joue> & bien").page_color("#A0b1C2"),
        good().wanted_claims(""),
        good().client_secret("s3cret").client_auth(LATCHKEY_CLIENT_AUTH_POST),
    ] {
        assert_eq!(Library::load().check(&config), (Code(LATCHKEY_OK), String::new()));
    }
}

#[test]
fn the_sentence_of_a_refused_client_is_in_the_log() {
    let captured = Captured::from_now();
    Client::try_create(&good().issuer("http://refused.example")).err().expect("http is refused");
    let records = captured.records();
    let record = records.iter().find(|record| record.message.contains("http://refused.example"));
    assert_eq!(record.map(|record| record.level), Some(LATCHKEY_LOG_ERROR), "{captured}");
}

#[test]
fn a_client_secret_is_in_no_sentence() {
    let secret = "this-is-the-client-secret";
    let captured = Captured::from_now();
    for config in [good().client_secret(secret).issuer("x"), good().client_secret(secret).client_auth(9)] {
        let (code, text) = Library::load().check(&config);
        assert!(code != LATCHKEY_OK && !text.contains(secret), "{text}");
        assert!(Client::try_create(&config).is_err());
    }
    captured.assert_holds_none_of([("client secret", secret)]);
}
