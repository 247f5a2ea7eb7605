//! The page that the browser ends on: static, with nothing in it that a stranger could have put there.

use practice_provider::Misbehaviour;
use support::ffi::*;

use crate::stage::{ADA, Stage, parameter, redirect_uri};

#[test]
fn the_page_is_static_with_default_src_none_and_holds_no_one_time_value() {
    let mut stage = Stage::new();
    let url = stage.open();
    let page = stage.player.sign_in(&url, ADA).expect("the way through the provider's pages");
    assert_eq!(page.status, 200);
    assert_is_static(&page);
    let code = parameter(page.url.as_str(), "code").unwrap_or_else(|| "not in the address any more".to_owned());
    for secret in [code, parameter(&url, "state").expect("a state")] {
        assert!(!page.body.contains(&secret), "a one-time value is on the page");
    }
}

#[test]
fn the_page_bears_the_games_name_and_words_escaped() {
    let mut stage = Stage::with(practice_provider::Options::default(), |config| {
        config.page_title("Rock & <b>Roll</b>").page_message("Back to \"the\" <i>show</i>").page_color("#12ab9f")
    });
    let url = stage.open();
    let page = stage.player.sign_in(&url, ADA).expect("the way through the provider's pages");
    assert_is_static(&page);
    assert!(page.body.contains("Rock &amp; &lt;b&gt;Roll&lt;/b&gt;"), "{}", page.body);
    assert!(!page.body.contains("<b>") && !page.body.contains("<i>"), "{}", page.body);
    assert!(page.body.contains("#12ab9f"), "{}", page.body);
}

#[test]
fn an_error_description_with_html_script_bidi_and_control_characters_is_escaped_and_stripped() {
    let mut stage = Stage::new();
    let url = stage.open();
    stage.provider.misbehave(Misbehaviour::ErrorWithHtml);
    let page = stage.player.sign_in(&url, ADA).expect("straight back with an error");
    assert_is_static(&page);
    for hostile in ["<script", "<h1>Hacked", "<img", "\u{202e}", "\u{7}", "\u{1b}"] {
        assert!(!page.body.contains(hostile), "{hostile:?} is on the page");
    }
    let status = stage.client.wait_until_settled();
    assert_eq!(status.error, LATCHKEY_DENIED);
    let text = stage.client.error_text();
    assert!(text.chars().all(|c| !c.is_control() && c != '\u{202e}' && c != '\u{202c}'), "{text:?}");
}

#[test]
fn an_error_description_of_one_mib_is_cut_or_refused() {
    let mut stage = Stage::new();
    let url = stage.open();
    stage.provider.misbehave(Misbehaviour::ErrorHuge);
    // A listener that refuses the request may hang up before it has read all of it.
    if let Ok(page) = stage.player.sign_in(&url, ADA) {
        assert!(page.body.len() < 64 * 1024, "a page of {} bytes", page.body.len());
    }
    let text = stage.client.error_text();
    assert!(text.len() < 4096, "a sentence of {} bytes", text.len());
    if stage.client.status().state == LATCHKEY_STATE_WAITING_FOR_PLAYER {
        stage.provider.behave();
        stage.finish(&url, ADA);
    } else {
        assert_eq!(stage.client.wait_until_settled().error, LATCHKEY_DENIED);
    }
}

/// As long as fits into what is read of a request at all.
#[test]
fn a_long_error_description_is_cut_on_the_page_and_in_the_sentence() {
    let mut stage = Stage::new();
    let url = stage.open();
    let state = parameter(&url, "state").expect("a state");
    let words = "word%20".repeat(1500);
    let (redirect, issuer) = (redirect_uri(&url), stage.provider.issuer().to_owned());
    let address = format!("{redirect}?error=access_denied&state={state}&iss={issuer}&error_description={words}");
    let page = stage.visit(&address);
    assert_is_static(&page);
    assert!(page.body.matches("word").count() < 100, "a page of {} bytes", page.body.len());
    assert_eq!(stage.client.wait_until_settled().error, LATCHKEY_DENIED);
    let text = stage.client.error_text();
    assert!(text.contains("word") && text.len() < 1024, "a sentence of {} bytes", text.len());
}

#[track_caller]
fn assert_is_static(page: &practice_provider::FinalPage) {
    let header = |name: &str| {
        let found = page.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default()
    };
    assert!(header("Content-Security-Policy").contains("default-src 'none'"), "{:?}", page.headers);
    assert!(header("Content-Type").starts_with("text/html"), "{:?}", page.headers);
    assert!(header("Cache-Control").contains("no-store"), "{:?}", page.headers);
    assert_eq!(header("Referrer-Policy"), "no-referrer", "the code would go out with the next link");
    assert_eq!(header("X-Content-Type-Options"), "nosniff");
    assert!(!page.body.to_ascii_lowercase().contains("<script"), "{}", page.body);
}
