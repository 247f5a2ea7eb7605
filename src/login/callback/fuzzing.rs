//! Doors for `fuzz/`: what a browser, a page in it or a stranger sends to the listener.
//!
//! The same gate, judge and connection as in a login, without the socket. What must hold is asserted here, and is worked out
//! from the input by other means than the listener's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use url::form_urlencoded;

use super::answer::Expected;
use super::crowd::attend;
use super::gate::Gate;
use super::{Callback, ExpectedResponse, page_for};
use crate::config::PageConfig;
use crate::fuzzing::{assert_fit_for_people, block_on};
use crate::login::page;

const STATE: &str = "st-7Jd";
const ISSUER: &str = "https://id.example";
const NAME: &str = "127.0.0.1";
const PORT: u16 = 54321;
const PATH: &str = "/callback";
/// More than the largest input and the largest page together.
const PIPE: usize = 1 << 20;

/// The first byte says what is expected (bit 0: the issuer is known, bit 1: it was promised), the rest is the query.
pub fn callback_query(data: &[u8]) {
    let Some((&how, query)) = data.split_first() else { return };
    let Ok(query) = std::str::from_utf8(query) else { return };
    let wanted = wanted((how & 1 != 0).then_some(ISSUER), how & 2 != 0);
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let all = |name: &str| pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| &**value).collect::<Vec<_>>();
    match Expected::new(&wanted).judge(query) {
        Some(callback) => {
            assert_eq!(all("state"), [STATE], "taken without exactly the state");
            match (&wanted.issuer, &all("iss")[..]) {
                (_, []) => assert!(!wanted.issuer_required, "taken without the issuer that was promised"),
                (Some(issuer), sent) => assert_eq!(sent, [issuer], "taken from another issuer"),
                (None, sent) => assert_eq!(sent.len(), 1, "taken with two issuers"),
            }
            assert_answer(&callback, &all("code"), &all("error"));
        }
        None => {
            let plain = query.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-=&".contains(&byte));
            let good =
                all("state") == [STATE] && all("code").len() == 1 && all("code") != [""] && all("error").is_empty();
            assert!(!(plain && good && all("iss").is_empty() && !wanted.issuer_required), "a good answer was ignored");
        }
    }
}

/// Everything that comes in on one connection. Whoever sends no more is waited for, on a clock that is turned forward.
pub fn loopback_request(data: &[u8]) {
    let wanted = Expected::new(&wanted(Some(ISSUER), false));
    let taken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&taken);
    let judge = Box::new(move |_, query: &str| {
        let callback = wanted.judge(query)?;
        count.fetch_add(1, Ordering::Relaxed);
        Some(page::response(page_for(&callback), &PageConfig::default()))
    });
    let gate = Arc::new(Gate::new(NAME, PORT, PATH.to_owned(), PageConfig::default(), judge));
    let reply = block_on(async {
        let (mut browser, ours) = duplex(PIPE);
        let conversation = async {
            let mut reply = Vec::new();
            // What is refused unread may be closed while we still write.
            let _ = browser.write_all(data).await;
            browser.read_to_end(&mut reply).await.map(|_| reply)
        };
        tokio::join!(attend(ours, 0, gate), conversation).1
    });
    assert_reply(data, &reply.unwrap_or_default(), taken.load(Ordering::Relaxed));
}

fn wanted(issuer: Option<&str>, issuer_required: bool) -> ExpectedResponse {
    ExpectedResponse { state: SecretString::from(STATE), issuer: issuer.map(str::to_owned), issuer_required }
}

fn assert_answer(callback: &Callback, codes: &[&str], errors: &[&str]) {
    match callback {
        Callback::Code(code) => {
            let code = code.expose_secret();
            assert_eq!((codes, errors.len()), (&[code][..], 0), "not the code that was sent");
            assert!(!code.is_empty() && code.bytes().all(|byte| (0x20..=0x7e).contains(&byte)), "no code: {code:?}");
        }
        Callback::Error { error, description } => {
            assert_eq!((codes.len(), errors.len()), (0, 1), "an error and a code, or two errors");
            assert_fit_for_people(error, 65);
            if let Some(description) = description {
                assert_fit_for_people(description, 301);
            }
        }
    }
    assert_page(page::response(page_for(callback), &PageConfig::default()));
}

/// Nothing that came from outside becomes a tag: those that there are stand in the library's own text.
fn assert_page(response: page::Response) {
    use http_body_util::BodyExt;
    let body = block_on(response.into_body().collect()).map(|body| body.to_bytes()).unwrap_or_default();
    let text = String::from_utf8(body.into()).expect("a page is UTF-8");
    for (start, _) in text.match_indices('<') {
        let tag: String =
            text[start + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/!".contains(*c)).collect();
        let known = [
            "!doctype", "html", "head", "meta", "title", "style", "body", "main", "svg", "path", "p", "h1", "h2",
            "section", "code",
        ];
        assert!(known.contains(&tag.trim_start_matches('/')), "the page has a tag of somebody else's: {tag:?}");
    }
}

fn assert_reply(data: &[u8], reply: &[u8], taken: usize) {
    if reply.is_empty() {
        // Cut short: there was no request to answer. The judge is only ever asked for an answer.
        assert_eq!(taken, 0, "taken, and nothing was answered");
        return;
    }
    let text = String::from_utf8_lossy(reply);
    let (head, body) = text.split_once("\r\n\r\n").expect("an HTTP head");
    let status =
        head.strip_prefix("HTTP/1.1 ").or_else(|| head.strip_prefix("HTTP/1.0 ")).expect("an HTTP status line");
    let status: u16 = status.get(..3).and_then(|digits| digits.parse().ok()).expect("a status");
    assert!(matches!(status, 200 | 400 | 403 | 404 | 405 | 413 | 414 | 421 | 431), "answered {status}");
    assert_eq!(taken, usize::from(status == 200), "answered {status}, and taken {taken} times");
    assert!(!body.contains("HTTP/1."), "more than one answer");
    if !body.is_empty() {
        let head = head.to_ascii_lowercase();
        assert!(head.contains("content-security-policy: default-src 'none'"), "a page without its policy");
        assert!(head.contains("connection: close"), "the connection is kept");
    }
    if status == 200 {
        assert_was_a_navigation(data);
    }
}

/// By a look at the bytes alone.
fn assert_was_a_navigation(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let text = text.trim_start_matches(['\r', '\n']);
    assert!(text.starts_with(&format!("GET {PATH}?")), "taken from another method or path");
    // No browser sends a fragment, and hyper reads none.
    let target = text.split([' ', '#']).nth(1).unwrap_or_default();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let states = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "state").collect::<Vec<_>>();
    assert!(states.len() == 1 && states[0].1 == STATE, "taken with another state");
    let head: Vec<&str> = text.lines().skip(1).take_while(|line| !line.is_empty()).collect();
    let values = |name: &str| {
        let pairs = head.iter().filter_map(|line| line.split_once(':'));
        pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).collect::<Vec<_>>()
    };
    assert_eq!(values("host"), [format!("{NAME}:{PORT}")], "taken for another host");
    assert!(values("origin").is_empty(), "taken from a page's script");
    assert!(values("sec-fetch-mode").iter().all(|mode| *mode == "navigate"), "taken without a navigation");
}
