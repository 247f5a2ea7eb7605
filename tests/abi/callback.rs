//! What comes back to the listener: only the answer with the right `state` counts, whatever else knocks.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use practice_provider::{Fetch, Fetched, Misbehaviour, fetch};
use support::ffi::*;

use crate::stage::{ADA, Stage, parameter, port_of, redirect_uri, with_parameter};

/// The answer is refused, the wait goes on, and the right answer still gets through.
#[track_caller]
fn assert_is_ignored(stage: &mut Stage, prompt_url: &str, address: &str) {
    let page = stage.visit(address);
    assert!((400..500).contains(&page.status), "answered with {}: {}", page.status, page.body);
    assert_is_still_waiting(stage);
    stage.provider.behave();
    stage.finish(prompt_url, ADA);
}

#[track_caller]
fn assert_is_still_waiting(stage: &Stage) {
    let status = stage.client.status();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_WAITING_FOR_PLAYER, LATCHKEY_OK), "{status:?}");
    assert_eq!(stage.provider.count("/token"), 0, "the code was redeemed");
}

fn ask(method: &str, address: &str, headers: &[(&str, &str)], body: &[u8]) -> Fetched {
    let url = address.parse().expect("an address");
    let timeout = support::PATIENCE;
    fetch(&Fetch { method, url: &url, headers, body, timeout }).expect("an answer")
}

/// Sends raw bytes, and returns the first line of what comes back.
fn status_line(port: u16, request: &str) -> String {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).expect("the listener");
    connection.set_read_timeout(Some(support::PATIENCE)).expect("a time-out");
    connection.write_all(request.as_bytes()).expect("the request goes out");
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line).expect("an answer");
    line
}

#[test]
fn an_answer_from_another_issuer_is_ignored() {
    let mut stage = Stage::new();
    let url = stage.open();
    stage.provider.misbehave(Misbehaviour::IssWrong);
    let callback = stage.callback(&url);
    assert_is_ignored(&mut stage, &url, &callback);
}

#[test]
fn an_answer_without_the_issuer_that_was_advertised_is_ignored() {
    let mut stage = Stage::new();
    let url = stage.open();
    stage.provider.misbehave(Misbehaviour::IssMissing);
    let callback = stage.callback(&url);
    assert_is_ignored(&mut stage, &url, &callback);
}

#[test]
fn an_answer_with_another_state_or_none_is_ignored() {
    for misbehaviour in [Misbehaviour::StateWrong, Misbehaviour::StateMissing] {
        let mut stage = Stage::new();
        let url = stage.open();
        stage.provider.misbehave(misbehaviour);
        let callback = stage.callback(&url);
        assert_is_ignored(&mut stage, &url, &callback);
    }
}

#[test]
fn an_error_with_another_state_does_not_end_the_login() {
    let mut stage = Stage::new();
    let url = stage.open();
    let address = format!("{}?error=access_denied&state=another", redirect_uri(&url));
    assert_is_ignored(&mut stage, &url, &address);
    let mut stage = Stage::new();
    let url = stage.open();
    let address = format!("{}?error=access_denied", redirect_uri(&url));
    assert_is_ignored(&mut stage, &url, &address);
}

#[test]
fn an_answer_with_bent_parameters_is_refused() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    let state = parameter(&url, "state").expect("a state");
    for bent in [
        with_parameter(&callback, "state", None) + "&state=" + &state + "&state=" + &state,
        callback.clone() + "&code=another",
        callback.clone() + "&state=another",
        with_parameter(&callback, "code", Some("")),
        with_parameter(&callback, "code", None),
        with_parameter(&callback, "state", Some(&state.to_uppercase())),
        with_parameter(&callback, "state", Some(&state[1..])),
        with_parameter(&callback, "code", None) + "&code=%ff%fe",
        with_parameter(&callback, "state", None) + "&state=%zz",
    ] {
        let page = stage.visit(&bent);
        assert!((400..500).contains(&page.status), "{} for {bent}", page.status);
        assert_is_still_waiting(&stage);
    }
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn what_else_a_browser_asks_for_changes_nothing() {
    let mut stage = Stage::new();
    let url = stage.open();
    let redirect = redirect_uri(&url);
    let root = redirect.trim_end_matches("/callback").to_owned();
    let callback = stage.callback(&url);
    for (method, address) in [
        ("GET", format!("{root}/favicon.ico")),
        ("GET", format!("{root}/")),
        ("GET", redirect.clone()),
        ("GET", format!("{redirect}/")),
        ("GET", format!("{root}/CALLBACK")),
        ("HEAD", callback.clone()),
        ("OPTIONS", callback.clone()),
        ("POST", callback.clone()),
        ("PUT", callback.clone()),
        ("DELETE", callback.clone()),
    ] {
        let answer = ask(method, &address, &[], b"");
        assert!(answer.status == 204 || (400..500).contains(&answer.status), "{method} got {}", answer.status);
        assert_is_still_waiting(&stage);
    }
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn an_answer_that_other_pages_send_on_or_fetch_is_refused() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    let refused: [&[(&str, &str)]; 4] = [
        &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")],
        &[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty")],
        &[("Origin", "https://attacker.example")],
        &[("Sec-Purpose", "prefetch"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")],
    ];
    for headers in refused {
        let answer = ask("GET", &callback, headers, b"");
        assert!((400..500).contains(&answer.status), "{headers:?} got {}", answer.status);
        assert_is_still_waiting(&stage);
    }
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn an_answer_under_another_host_name_is_refused() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    let port = port_of(&callback);
    let target = callback.split_once("/callback").map(|(_, query)| format!("/callback{query}")).expect("a callback");
    for host in ["attacker.example", "attacker.example:80", "localhost", "127.0.0.1", "[::1]", "127.0.0.2", ""] {
        let host = if host.contains(':') || host.is_empty() { host.to_owned() } else { format!("{host}:{port}") };
        if host == format!("127.0.0.1:{port}") {
            continue;
        }
        let answer = status_line(port, &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 4"), "Host: {host} got {answer}");
        assert_is_still_waiting(&stage);
    }
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn a_second_callback_changes_nothing() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    stage.visit(&callback);
    let status = stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    // The listener may be gone, which is an answer too.
    let _ = stage.player.follow(&callback);
    assert_eq!(stage.client.status(), status);
    assert_eq!(stage.provider.count("/token"), 1);
}

#[test]
fn the_page_at_the_end_is_static_and_tells_the_player_what_happened() {
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
fn an_error_description_with_html_is_escaped_and_stripped_wherever_it_is_shown() {
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
fn an_endless_error_description_is_cut_or_refused() {
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
