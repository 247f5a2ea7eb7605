//! Decides whether a request is a browser that goes to our address, before anyone looks at what it brings.
//!
//! Pure: a request in, a response out. Only the query goes further, to the judge; neither headers nor body ever do.

use hyper::body::Body;
use hyper::header::{ALLOW, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use hyper::{Method, Request, StatusCode};

use crate::config::PageConfig;
use crate::login::page::{self, Page, Response};

/// Which connection a request came in on.
pub(super) type ConnectionId = u64;

/// Looks at a query on the awaited path. A response means that it was the answer that we wait for.
pub(super) type Judge = Box<dyn Fn(ConnectionId, &str) -> Option<Response> + Send + Sync>;

/// The rules for one wait.
pub(super) struct Gate {
    name: &'static str,
    port: u16,
    path: String,
    brand: PageConfig,
    judge: Judge,
}

impl Gate {
    pub(super) fn new(name: &'static str, port: u16, path: String, brand: PageConfig, judge: Judge) -> Self {
        Self { name, port, path, brand, judge }
    }

    /// The one answer to this request.
    pub(super) fn answer(&self, connection: ConnectionId, request: &Request<impl Body>) -> Response {
        if let Some(status) = self.refusal(request) {
            return self.refused(status);
        }
        let query = request.uri().query().unwrap_or_default();
        (self.judge)(connection, query).unwrap_or_else(|| self.refused(StatusCode::BAD_REQUEST))
    }

    fn refusal(&self, request: &Request<impl Body>) -> Option<StatusCode> {
        if !self.is_for_us(request) {
            return Some(StatusCode::MISDIRECTED_REQUEST);
        }
        if request.uri().path() != self.path {
            return Some(StatusCode::NOT_FOUND);
        }
        if request.method() != Method::GET {
            return Some(StatusCode::METHOD_NOT_ALLOWED);
        }
        if !is_navigation(request.headers()) || is_prefetch(request.headers()) || is_from_a_page(request.headers()) {
            return Some(StatusCode::FORBIDDEN);
        }
        // Refused unread: the answer that we wait for has none.
        (!request.body().is_end_stream()).then_some(StatusCode::PAYLOAD_TOO_LARGE)
    }

    /// One `Host`, the very text of the redirect URI, and no other host in the request line. A page whose name was made to
    /// resolve to this machine (DNS rebinding) sends its own name.
    fn is_for_us(&self, request: &Request<impl Body>) -> bool {
        let mut hosts = request.headers().get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        request.uri().authority().is_none() && self.is_our_name(host)
    }

    fn is_our_name(&self, host: &HeaderValue) -> bool {
        // Port 80 is the one that browsers leave out.
        host == &format!("{}:{}", self.name, self.port) || (self.port == 80 && host == self.name)
    }

    fn refused(&self, status: StatusCode) -> Response {
        let mut response = page::response(Page::Refused(status), &self.brand);
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET"));
        }
        response
    }
}

/// Fetch metadata (W3C) tells a tab that goes somewhere from a script, image, frame or worker of some page. Browsers that
/// send none are judged by the rest.
fn is_navigation(headers: &HeaderMap) -> bool {
    let all_are =
        |name, wanted: &str| headers.get_all(HeaderName::from_static(name)).iter().all(|value| value == wanted);
    all_are("sec-fetch-mode", "navigate") && all_are("sec-fetch-dest", "document")
}

/// A tab that goes somewhere by GET sends no `Origin`; a page's script does.
fn is_from_a_page(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN)
}

/// A browser that guesses where the player goes next must not use up the code.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .into_iter()
        .flat_map(|name| headers.get_all(HeaderName::from_static(name)))
        .any(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            [&b"prefetch"[..], b"prerender", b"preview"]
                .iter()
                .any(|word| value.windows(word.len()).any(|part| part == *word))
        })
}
