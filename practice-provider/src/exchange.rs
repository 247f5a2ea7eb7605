//! One request and its answer, as the endpoints see them, and the log of requests that tests read.

use std::io::Read;
use std::net::SocketAddr;
use std::time::Instant;

use serde_json::Value;
use url::form_urlencoded;

/// A request as it came in. Tests find these in [`crate::PracticeProvider::requests`].
#[derive(Clone, Debug)]
pub struct LoggedRequest {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// When the request was read.
    pub at: Instant,
    /// The client's end of the connection: two requests with the same peer came over one connection.
    pub peer: SocketAddr,
    /// Query parameters, then form fields, decoded.
    pub parameters: Vec<(String, String)>,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
}

impl LoggedRequest {
    /// A parameter that is there exactly once and not empty.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut values = self.parameters.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        values.next().filter(|value| !value.is_empty() && values.next().is_none())
    }

    /// The first header of that name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.header("Cookie")?
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// Reads what `tiny_http` has; the body is bounded because it comes from the network.
    pub(crate) fn read(request: &mut tiny_http::Request, peer: SocketAddr) -> LoggedRequest {
        let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
        let mut parameters: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let path = path.to_owned();
        let method = request.method().to_string();
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .map(|header| (header.field.to_string(), header.value.as_str().to_owned()))
            .collect();
        let at = Instant::now();
        if method == "POST" {
            let mut body = Vec::new();
            // A body that breaks off is a form with what came of it.
            let _ = request.as_reader().take(64 * 1024).read_to_end(&mut body);
            parameters.extend(form_urlencoded::parse(&body).into_owned());
        }
        LoggedRequest { method, path, at, peer, parameters, headers }
    }
}

/// What an endpoint answers.
pub(crate) enum Answer {
    Reply(Reply),
    /// No answer ever, until the provider stops.
    Hang,
    /// These raw bytes, then the connection is closed.
    HangUp(Vec<u8>),
}

/// An ordinary HTTP response.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

pub(crate) enum Body {
    Bytes(Vec<u8>),
    /// Too long to be held; without a length it is sent in chunks.
    Stream(Box<dyn Read + Send>, Option<usize>),
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Reply {
        let headers = vec![("Content-Type", content_type.to_owned()), ("X-Content-Type-Options", "nosniff".to_owned())];
        Reply { status, headers, body: Body::Bytes(body.into()) }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Reply {
        Reply::new(status, "application/json", body.to_string())
    }

    /// JSON that no cache may keep.
    pub(crate) fn private_json(status: u16, body: &Value) -> Reply {
        Reply::json(status, body).with("Cache-Control", "no-store").with("Pragma", "no-cache")
    }

    /// A page for a person.
    pub(crate) fn page(status: u16, html: String) -> Reply {
        // No `form-action` here: browsers apply it to the redirect that follows a form, which goes to the game.
        let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
        Reply::new(status, "text/html; charset=utf-8", html)
            .with("Cache-Control", "no-store")
            .with("Content-Security-Policy", policy)
            .with("Referrer-Policy", "no-referrer")
    }

    pub(crate) fn redirect(status: u16, location: impl Into<String>) -> Reply {
        Reply::new(status, "text/plain", "").with("Location", location).with("Cache-Control", "no-store")
    }

    /// An OAuth error as JSON (RFC 6749, 5.2).
    pub(crate) fn oauth_error(status: u16, error: &str, description: &str) -> Reply {
        Reply::private_json(status, &serde_json::json!({"error": error, "error_description": description}))
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn with_stream(mut self, body: impl Read + Send + 'static, length: Option<usize>) -> Reply {
        self.body = Body::Stream(Box::new(body), length);
        self
    }
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Answer {
        Answer::Reply(reply)
    }
}
