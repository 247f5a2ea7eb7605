//! What comes back to the listener: only the answer with the right `state` counts, whatever else knocks.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use practice_provider::{Fetch, Fetched, fetch};
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
    // By this login's verifier, not by the path: a client of some other test may take this port for that of its provider, which
    // is gone.
    let redeemed = stage.provider.requests().into_iter().find(|one| one.parameter("code_verifier").is_some());
    assert!(redeemed.is_none(), "the code was redeemed: {redeemed:?}");
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
fn a_stray_error_does_not_end_the_login() {
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
fn code_or_state_repeated_empty_oddly_encoded_or_not_utf8_is_refused() {
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
fn favicon_head_options_other_path_and_wrong_method_change_nothing() {
    let mut stage = Stage::new();
    let url = stage.open();
    let redirect = redirect_uri(&url);
    let root = redirect.trim_end_matches("/callback").to_owned();
    let callback = stage.callback(&url);
    let query = callback.split_once('?').map(|(_, query)| query).expect("a query");
    for (method, address) in [
        ("GET", format!("{root}/favicon.ico")),
        ("GET", format!("{root}/")),
        ("GET", redirect.clone()),
        // Also with the very code and state.
        ("GET", format!("{root}/favicon.ico?{query}")),
        ("GET", format!("{root}/?{query}")),
        ("GET", format!("{redirect}/?{query}")),
        ("GET", format!("{root}/CALLBACK?{query}")),
        ("GET", format!("{root}/callbac%6b?{query}")),
        ("GET", format!("{root}/signed-out?{query}")),
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
fn prefetch_cross_site_fetch_and_post_are_refused() {
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
fn a_body_is_refused_though_the_rest_is_right() {
    let mut stage = Stage::new();
    let url = stage.open();
    let callback = stage.callback(&url);
    let answer = ask("GET", &callback, &[], b"a body");
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert_is_still_waiting(&stage);
    stage.visit(&callback);
    stage.client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn a_host_other_than_the_bound_literal_is_refused() {
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
