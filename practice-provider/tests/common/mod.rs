//! What the tests share: a game that waits for its callback, and the client's side of the protocol.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_provider::{Fetch, Fetched, Options, Player, PracticeProvider, fetch};
use ring::digest;
use serde_json::Value;
use url::Url;

pub const CLIENT: &str = "practice-game";
pub const VERIFIER: &str = "a-code-verifier-that-is-long-enough-for-the-rfc-7636";

pub fn provider(options: Options) -> PracticeProvider {
    PracticeProvider::start(options).expect("the provider starts")
}

/// A listener that answers one request on its own thread and tells what was asked.
pub struct Game {
    pub redirect_uri: String,
    thread: JoinHandle<String>,
}

impl Game {
    pub fn new() -> Game {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let thread = thread::spawn(move || {
            let (stream, _) = listener.accept().expect("a callback");
            let mut reader = BufReader::new(stream);
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).expect("a request") > 0 {}
            let page = "<p>Back to the game.</p>";
            let mut stream = reader.into_inner();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len()).expect("an answer");
            head
        });
        Game { redirect_uri: format!("http://127.0.0.1:{port}/callback"), thread }
    }

    /// The request's head, once it came.
    pub fn request(self) -> String {
        self.thread.join().expect("the game's thread")
    }
}

/// A redirect URI where nobody listens: for tests that stop before the callback.
pub const NOBODY: &str = "http://127.0.0.1:9/callback";

pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, VERIFIER.as_bytes()))
}

pub fn authorization_url(provider: &PracticeProvider, redirect_uri: &str, more: &[(&str, &str)]) -> String {
    let mut url = Url::parse(&format!("http://127.0.0.1:{}/authorize", provider.port())).expect("a URL");
    let challenge = challenge();
    let usual = [
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", redirect_uri),
        ("scope", "openid profile email offline_access"),
        ("state", "the-state"),
        ("nonce", "the-nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    // An empty value in `more` takes a parameter away.
    let replaced = |name: &str| more.iter().any(|(other, _)| *other == name);
    url.query_pairs_mut()
        .extend_pairs(usual.iter().filter(|(name, _)| !replaced(name)))
        .extend_pairs(more.iter().filter(|(_, value)| !value.is_empty()));
    url.into()
}

pub fn query(url: &Url, name: &str) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// A GET that may fail.
pub fn try_get(provider: &PracticeProvider, path: &str, headers: &[(&str, &str)]) -> std::io::Result<Fetched> {
    let url = Url::parse(&format!("http://127.0.0.1:{}{path}", provider.port())).expect("a URL");
    fetch(&Fetch { method: "GET", url: &url, headers, body: b"", timeout: Duration::from_secs(20) })
}

pub fn get(provider: &PracticeProvider, path: &str, headers: &[(&str, &str)]) -> Fetched {
    try_get(provider, path, headers).expect("an answer")
}

pub fn try_post(
    provider: &PracticeProvider,
    path: &str,
    headers: &[(&str, &str)],
    form: &[(&str, &str)],
    timeout: Duration,
) -> std::io::Result<Fetched> {
    let url = Url::parse(&format!("http://127.0.0.1:{}{path}", provider.port())).expect("a URL");
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let headers = [&[("Content-Type", "application/x-www-form-urlencoded")], headers].concat();
    fetch(&Fetch { method: "POST", url: &url, headers: &headers, body: body.as_bytes(), timeout })
}

pub fn post(provider: &PracticeProvider, path: &str, form: &[(&str, &str)]) -> Fetched {
    try_post(provider, path, &[], form, Duration::from_secs(20)).expect("an answer")
}

pub fn json(fetched: &Fetched) -> Value {
    serde_json::from_slice(&fetched.body).expect("JSON")
}

/// A fresh code for Ada.
pub fn code(provider: &PracticeProvider) -> String {
    let url = authorization_url(provider, NOBODY, &[]);
    let callback = Player::new().prepare_callback(&url, "Ada Lovelace").expect("a callback");
    query(&callback, "code").expect("a code")
}

pub fn redeem(provider: &PracticeProvider, code: &str) -> Fetched {
    post(provider, "/token", &code_form(code))
}

pub fn code_form(code: &str) -> [(&str, &str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", CLIENT),
        ("code", code),
        ("redirect_uri", NOBODY),
        ("code_verifier", VERIFIER),
    ]
}

pub fn refresh(provider: &PracticeProvider, token: &str) -> Fetched {
    post(provider, "/token", &[("grant_type", "refresh_token"), ("client_id", CLIENT), ("refresh_token", token)])
}

/// The token response of a whole sign-in.
pub fn tokens(provider: &PracticeProvider) -> Value {
    let response = redeem(provider, &code(provider));
    assert_eq!(response.status, 200, "{}", response.text());
    json(&response)
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

/// Header or claims of a token.
pub fn part(token: &str, index: usize) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(index).expect("a part")).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

pub fn bearer(provider: &PracticeProvider, path: &str, token: &str) -> Fetched {
    get(provider, path, &[("Authorization", &format!("Bearer {token}"))])
}
