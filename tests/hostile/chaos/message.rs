//! As much of HTTP/1.1 as it takes to tell where a request and an answer end, and what a request is about.
//!
//! Pure but for the reading. Tokens and codes leave as digests only.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};

use crate::storm::Kind;

/// More than either side has to say here.
const LARGEST: usize = 256 * 1024;

/// Reads one message with the body that its head announces; none at a clean end between two.
pub fn read(stream: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut message = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(whole) = length(&message)
            && message.len() >= whole
        {
            return Ok(Some(message));
        }
        match stream.read(&mut buffer)? {
            0 if message.is_empty() => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => message.extend_from_slice(&buffer[..count]),
        }
        if message.len() > LARGEST {
            return Err(io::Error::other("a message without end"));
        }
    }
}

/// Head and body, once the head is there.
fn length(message: &[u8]) -> Option<usize> {
    let head = head(message)?;
    let body = header(head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0_usize);
    Some(head.len() + 4 + body)
}

fn head(message: &[u8]) -> Option<&str> {
    let end = message.windows(4).position(|window| window == b"\r\n\r\n")?;
    std::str::from_utf8(&message[..end]).ok()
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

fn body(message: &[u8]) -> &[u8] {
    head(message).map_or(&[], |head| &message[head.len() + 4..])
}

/// What a request is for.
pub fn kind(request: &[u8]) -> Kind {
    let path = head(request).and_then(|head| head.split([' ', '?']).nth(1)).unwrap_or_default();
    match path {
        "/.well-known/openid-configuration" => Kind::Discovery,
        "/jwks" => Kind::Keys,
        "/userinfo" => Kind::Userinfo,
        "/revoke" => Kind::Revocation,
        "/token" if field(request, "refresh_token").is_some() => Kind::Refresh,
        "/token" => Kind::Code,
        _ => Kind::Other,
    }
}

/// The code or refresh token that a request spends.
pub fn spends(request: &[u8], kind: Kind) -> Option<String> {
    match kind {
        Kind::Code => field(request, "code").map(digest),
        Kind::Refresh => field(request, "refresh_token").map(digest),
        _ => None,
    }
}

/// The refresh token that an answer gives.
pub fn gives(answer: &[u8]) -> Option<String> {
    let json: serde_json::Value = serde_json::from_slice(body(answer)).ok()?;
    json.get("refresh_token")?.as_str().map(digest)
}

/// An answer's status code.
pub fn status(answer: &[u8]) -> Option<u16> {
    head(answer)?.split(' ').nth(1)?.parse().ok()
}

/// The tokens here need no encoding, so a field's text is its value.
fn field<'a>(request: &'a [u8], name: &str) -> Option<&'a str> {
    let form = std::str::from_utf8(body(request)).ok()?;
    form.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Enough to tell two apart, and no secret.
fn digest(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:08x}", hasher.finish() as u32)
}

#[test]
fn requests_are_told_apart() {
    let post = |path: &str, body: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    };
    assert_eq!(kind(b"GET /jwks?a=b HTTP/1.1\r\nHost: x\r\n\r\n"), Kind::Keys);
    let code = post("/token", "grant_type=authorization_code&code=abc&code_verifier=def");
    let refresh = post("/token", "grant_type=refresh_token&refresh_token=abc");
    assert_eq!((kind(&code), kind(&refresh)), (Kind::Code, Kind::Refresh));
    assert_eq!(spends(&code, Kind::Code), spends(&refresh, Kind::Refresh), "the same text");
    assert_eq!(gives(b"HTTP/1.1 200 OK\r\n\r\n{\"refresh_token\":\"abc\"}"), spends(&code, Kind::Code));
    assert_eq!(status(b"HTTP/1.1 503 Busy\r\n\r\n"), Some(503));
}

#[test]
fn a_message_ends_where_its_head_says() {
    let text = b"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nabc";
    assert_eq!(read(&mut &text[..]).unwrap().as_deref(), Some(&text[..]));
    assert!(read(&mut &text[..text.len() - 1]).is_err(), "cut short");
    assert!(read(&mut &b""[..]).unwrap().is_none());
}
