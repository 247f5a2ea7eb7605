//! The one HTTP client: what every request to the provider has in common.
//!
//! https (or loopback) only, no redirects, no compression, no cookies; time and body are bounded. A request that the provider
//! may not have understood is repeated only if that can't do anything twice. What goes in and out is never logged, only to
//! whom, with what status and how long it took.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use oauth2::http::{HeaderMap, HeaderValue, Request, Response, header};
use parking_lot::Mutex;
use rustls::CertificateError;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::line::Line;
use super::tls::{self, Tls};
use crate::error::{Code, Error, Result, clean};
use crate::log;

/// Far more than any honest document takes.
const LONGEST_BODY: usize = 1 << 20;
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Longer than this nobody waits in front of a *Sign in* button: no new attempt begins after it.
const PATIENCE: Duration = Duration::from_secs(5);
/// A `Retry-After` beyond this is taken as this; there are numbers that no clock can be added to.
const LONGEST_WISH: Duration = Duration::from_secs(60 * 60);
const UNKNOWN: i64 = i64::MIN;

/// One client's connections to one provider: closed when this is dropped, as soon as nothing is under way on them.
pub struct Http {
    tls: Arc<Tls>,
    /// The provider is on this machine.
    on_loopback: bool,
    skew: Arc<Skew>,
    lines: Mutex<Vec<Arc<Line>>>,
}

/// Provider's clock minus ours in seconds, from the last answer that had a `Date`.
pub struct Skew(AtomicI64);

impl Default for Skew {
    fn default() -> Self {
        Self(AtomicI64::new(UNKNOWN))
    }
}

impl Skew {
    /// Negative: the provider is behind. None: it never said.
    pub fn seconds(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|skew| *skew != UNKNOWN)
    }
}

impl Http {
    /// Nothing is connected yet; `skew` learns what the provider's clock says.
    pub fn new(tls: Arc<Tls>, on_loopback: bool, skew: Arc<Skew>) -> Self {
        Self { tls, on_loopback, skew, lines: Mutex::default() }
    }

    /// Keeps a connection to this URL's host at hand for requests, on which nothing is sent before. Ends only with an error.
    pub async fn keep_open(&self, url: &Url) -> Result<()> {
        self.line(url)?.keep_open(url).await
    }

    /// A JSON object from the provider; asked for again after a fault of the moment.
    pub async fn get_json(&self, what: &str, url: &Url, bearer: Option<&SecretString>) -> Result<Map<String, Value>> {
        json_object(what, url, &self.get(what, url, bearer).await?)
    }

    /// A document from the provider; asked for again after a fault of the moment.
    pub async fn get(&self, what: &str, url: &Url, bearer: Option<&SecretString>) -> Result<Vec<u8>> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        for attempt in 1.. {
            let mut request = self.line(url)?.client().get(url.clone());
            if let Some(bearer) = bearer {
                request = request.header(header::AUTHORIZATION, bearer_header(bearer)?);
            }
            let error = match self.answer(what, url, request).await {
                Ok(answer) if answer.status().is_success() => return Ok(answer.into_body()),
                Ok(answer) => refused(what, url, &answer),
                Err(error) => error,
            };
            let wait = error.retry_after.unwrap_or(pause);
            if attempt == ATTEMPTS || !error.temporary || is_too_late(began.elapsed(), wait) {
                return Err(error);
            }
            log::debug!("{what}: {error}; trying again in {} ms", wait.as_millis());
            tokio::time::sleep(wait).await;
            pause *= 2;
        }
        unreachable!("the loop returns at its last attempt")
    }

    /// A request made by the `oauth2` crate, sent once: a code or a rotating token must not be spent twice. Answers that no
    /// OAuth error can be read from become errors here.
    pub async fn send(&self, what: &str, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>> {
        let url = Url::parse(&request.uri().to_string())
            .map_err(|problem| Error::new(Code::Internal, format!("{what}: not a URL: {problem}")))?;
        let (parts, body) = request.into_parts();
        let line = self.line(&url)?;
        let builder = line.client().request(parts.method, url.clone()).headers(parts.headers).body(body);
        let answer = self.answer(what, &url, builder).await?;
        let status = answer.status();
        if status.is_redirection() || status.is_server_error() || status.as_u16() == 429 {
            return Err(refused(what, &url, &answer));
        }
        Ok(answer)
    }

    async fn answer(&self, what: &str, url: &Url, request: reqwest::RequestBuilder) -> Result<Response<Vec<u8>>> {
        let began = Instant::now();
        let mut response = deliver(request).await.map_err(|problem| unreachable_provider(what, url, &problem))?;
        self.note_clock(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|problem| unreachable_provider(what, url, &problem))? {
            if body.len() + chunk.len() > LONGEST_BODY {
                return Err(Error::new(
                    Code::ProviderError,
                    format!("{what} at {} is larger than {} KiB; that can't be right", host(url), LONGEST_BODY / 1024),
                ));
            }
            body.extend_from_slice(&chunk);
        }
        log::debug!("{what}: {} answered {} in {} ms", host(url), response.status(), began.elapsed().as_millis());
        let mut answer = Response::new(body);
        *answer.status_mut() = response.status();
        std::mem::swap(answer.headers_mut(), response.headers_mut());
        Ok(answer)
    }

    fn line(&self, url: &Url) -> Result<Arc<Line>> {
        let mut lines = self.lines.lock();
        if let Some(line) = lines.iter().find(|line| line.leads_to(url)) {
            return Ok(Arc::clone(line));
        }
        if url.scheme() == "https" {
            tls::read_ahead();
        }
        let line = Arc::new(Line::new(url.origin(), self.tls.config()?, self.on_loopback)?);
        lines.push(Arc::clone(&line));
        Ok(line)
    }

    fn note_clock(&self, headers: &HeaderMap) {
        let date = headers.get(header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        if let Some(theirs) = date {
            self.skew.0.store(seconds_between(SystemTime::now(), theirs), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
impl Http {
    pub(super) fn has_one_ahead(&self) -> bool {
        self.lines.lock().iter().any(|line| line.has_one_ahead())
    }
}

/// A connection may be closed in the very moment in which it is to be used. If nothing of the request was written by then, and
/// only then, it goes out again on another one: a code or a refresh token that went out twice looks stolen.
async fn deliver(request: reqwest::RequestBuilder) -> std::result::Result<reqwest::Response, reqwest::Error> {
    let again = request.try_clone();
    match (request.send().await, again) {
        (Err(problem), Some(again)) if was_never_sent(&problem) => {
            log::debug!("the connection was closed before the request was sent; sending it on another");
            again.send().await
        }
        (outcome, _) => outcome,
    }
}

/// hyper says so of a request that it still had when the connection ended.
fn was_never_sent(problem: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(problem);
    while let Some(error) = next {
        if error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled) {
            return true;
        }
        next = error.source();
    }
    false
}

/// The object in an answer's body. The parser's own words may quote a whole answer, so only the place is told.
pub(super) fn json_object(what: &str, url: &Url, body: &[u8]) -> Result<Map<String, Value>> {
    serde_json::from_slice(body).map_err(|problem| {
        let (host, line, column) = (host(url), problem.line(), problem.column());
        Error::new(
            Code::ProviderError,
            format!(
                "{what} at {host} is not a JSON object (line {line}, column {column}): check the URL in the configuration"
            ),
        )
    })
}

fn seconds_between(ours: SystemTime, theirs: SystemTime) -> i64 {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match theirs.duration_since(ours) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    }
}

fn bearer_header(token: &SecretString) -> Result<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
        .map_err(|_| Error::new(Code::ProviderError, "the access token holds characters that no token may have"))?;
    value.set_sensitive(true);
    Ok(value)
}

/// RFC 9110 section 10.2.3; the form with a date is left to the ordinary back-off.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WISH))
}

/// The wait is whatever the provider asks for.
fn is_too_late(elapsed: Duration, wait: Duration) -> bool {
    elapsed.saturating_add(wait) > PATIENCE
}

fn host(url: &Url) -> &str {
    url.host_str().unwrap_or("the provider")
}

fn refused(what: &str, url: &Url, answer: &Response<Vec<u8>>) -> Error {
    let status = answer.status();
    let host = host(url);
    if status.is_redirection() {
        let message = format!(
            "{what} at {host} answered with a redirect ({status}), and redirects are not followed: configure the final URL"
        );
        return Error::new(Code::ProviderError, message);
    }
    let error = Error::new(Code::ProviderError, format!("{what} at {host} answered {status}"));
    match status.is_server_error() || status.as_u16() == 429 {
        true => Error { retry_after: retry_after(answer.headers()), ..error.temporary() },
        false => error,
    }
}

fn unreachable_provider(what: &str, url: &Url, problem: &reqwest::Error) -> Error {
    let host = host(url);
    let reason = innermost(problem);
    let message = if problem.is_timeout() {
        format!("{what}: {host} did not answer in time; check the network, or try again later")
    } else if let Some(fault) = certificate_fault(problem) {
        return refused_certificate(what, host, fault);
    } else if problem.is_connect() {
        format!("{what}: no connection to {host} ({reason}); check the network and the URL in the configuration")
    } else {
        format!("{what}: the connection to {host} broke ({reason}); try again")
    };
    Error::new(Code::Network, message)
}

/// A certificate that will be valid means a clock that is wrong; one that was may be the provider's mistake as well.
fn refused_certificate(what: &str, host: &str, fault: &CertificateError) -> Error {
    use CertificateError as Fault;
    let today = httpdate::fmt_http_date(SystemTime::now());
    match fault {
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => Error::new(
            Code::WrongClock,
            format!(
                "{what}: the certificate of {host} is not valid yet, for this machine's clock says {today}: set the clock \
                 (date, time and time zone)"
            ),
        )
        .temporary(),
        Fault::Expired | Fault::ExpiredContext { .. } => Error::new(
            Code::Network,
            format!(
                "{what}: the certificate of {host} has expired, or this machine's clock is ahead: it says {today}; check it \
                 (date, time and time zone)"
            ),
        ),
        _ => Error::new(
            Code::Network,
            format!(
                "{what}: the certificate of {host} was not accepted ({fault}); give the company's own authority in \
                 ca_certificates, or check whether something intercepts the connection"
            ),
        ),
    }
}

/// What TLS had against the certificate, if that is the problem.
fn certificate_fault<'a>(problem: &'a (dyn std::error::Error + 'static)) -> Option<&'a CertificateError> {
    let mut next = Some(problem);
    while let Some(error) = next {
        if let Some(rustls::Error::InvalidCertificate(fault)) = error.downcast_ref() {
            return Some(fault);
        }
        // An io::Error's source is that of the error within, not the error within.
        let within = error.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref());
        next = within.map(|error| error as _).or_else(|| error.source());
    }
    None
}

pub(super) fn innermost(problem: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = problem;
    while let Some(source) = inner.source() {
        inner = source;
    }
    clean(&inner.to_string(), 200)
}

#[cfg(test)]
#[path = "http/certificate_tests.rs"]
mod certificate_tests;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skew_has_a_sign() {
        let ours = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        assert_eq!(seconds_between(ours, ours + Duration::from_secs(7)), 7);
        assert_eq!(seconds_between(ours, ours - Duration::from_secs(7)), -7);
    }

    #[test]
    fn a_wait_beyond_all_clocks_is_too_late_and_no_overflow() {
        assert!(!is_too_late(Duration::from_secs(1), Duration::from_secs(1)));
        assert!(is_too_late(Duration::from_secs(1), Duration::from_secs(5)));
        assert!(is_too_late(Duration::from_secs(1), Duration::from_secs(u64::MAX)));
    }

    #[test]
    fn retry_after_takes_seconds_only() {
        let headers = |text| HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(text))]);
        assert_eq!(retry_after(&headers("3")), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(&headers("Fri, 31 Dec 1999 23:59:59 GMT")), None);
        assert_eq!(retry_after(&headers("-1")), None);
    }

    /// Added to any time that has passed, the largest number would be more than a clock can show.
    #[test]
    fn a_wish_without_end_is_cut() {
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static("18446744073709551615"))]);
        assert_eq!(retry_after(&headers), Some(LONGEST_WISH));
    }

    /// A fuzzer's find: the parser quotes a text that stands where an object should, all of it.
    #[test]
    fn an_answer_that_is_no_object_is_not_quoted() {
        let url = Url::parse("https://id.example/userinfo").unwrap();
        let answer = format!("\"\u{202e}{}\"", "secret ".repeat(100_000));
        let error = json_object("userinfo", &url, answer.as_bytes()).unwrap_err();
        assert!(error.message.len() < 200 && !error.message.contains("secret"), "{error}");
        assert_eq!(crate::error::clean(&error.message, 200), error.message);
    }
}
