//! The one HTTP client: what every request to the provider has in common.
//!
//! https (or loopback) only, no redirects, no compression, no cookies; time and body are bounded. A request that the provider
//! may not have understood is repeated only if that can't do anything twice. What goes in and out is never logged, only to
//! whom, with what status and how long it took.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

use oauth2::http::{HeaderMap, HeaderValue, Request, Response, header};
use rustls::CertificateError;
use rustls::crypto::{CryptoProvider, KeyProvider};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::SigningKey;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use crate::error::{Code, Error, Result, clean};
use crate::log;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// As long as a login may take by default: a connection that was opened while the player typed is still there.
const IDLE_CONNECTION: Duration = Duration::from_secs(5 * 60);
/// Far more than any honest document takes.
const LONGEST_BODY: usize = 1 << 20;
const MOST_HEADERS: usize = 100;
const ATTEMPTS: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// Longer than this nobody waits in front of a *Sign in* button: no new attempt begins after it.
const PATIENCE: Duration = Duration::from_secs(5);
/// A `Retry-After` beyond this is taken as this; there are numbers that no clock can be added to.
const LONGEST_WISH: Duration = Duration::from_secs(60 * 60);
const UNKNOWN: i64 = i64::MIN;

/// One client's connections to one provider.
pub struct Http {
    client: reqwest::Client,
    skew: Arc<Skew>,
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
    /// `ca_certificates` are trusted beside the system's; `skew` learns what the provider's clock says.
    pub fn new(ca_certificates: &[CertificateDer<'static>], loopback_only: bool, skew: Arc<Skew>) -> Result<Self> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(ca_certificates)?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .pool_idle_timeout(IDLE_CONNECTION)
            .tcp_keepalive(Duration::from_secs(30))
            .http1_max_headers(MOST_HEADERS)
            .user_agent(concat!("Latchkey/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers);
        if loopback_only {
            // A proxy of the environment could not reach this machine's own loopback.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|problem| {
            Error::new(Code::Internal, format!("the HTTP client could not be made: {}", innermost(&problem)))
        })?;
        Ok(Self { client, skew })
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
            let mut request = self.client.get(url.clone());
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
        let builder = self.client.request(parts.method, url.clone()).headers(parts.headers).body(body);
        let answer = self.answer(what, &url, builder).await?;
        let status = answer.status();
        if status.is_redirection() || status.is_server_error() || status.as_u16() == 429 {
            return Err(refused(what, &url, &answer));
        }
        Ok(answer)
    }

    async fn answer(&self, what: &str, url: &Url, request: reqwest::RequestBuilder) -> Result<Response<Vec<u8>>> {
        let began = Instant::now();
        let mut response = request.send().await.map_err(|problem| unreachable_provider(what, url, &problem))?;
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

    fn note_clock(&self, headers: &HeaderMap) {
        let date = headers.get(header::DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        if let Some(theirs) = date {
            self.skew.0.store(seconds_between(SystemTime::now(), theirs), Ordering::Relaxed);
        }
    }
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

fn innermost(problem: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = problem;
    while let Some(source) = inner.source() {
        inner = source;
    }
    clean(&inner.to_string(), 200)
}

fn tls(ca_certificates: &[CertificateDer<'static>]) -> Result<rustls::ClientConfig> {
    let mut roots = Arc::unwrap_or_clone(system_roots());
    for certificate in ca_certificates {
        roots.add(certificate.clone()).map_err(|problem| {
            Error::new(
                Code::Configuration,
                format!("ca_certificates holds a certificate that can't be used: {problem}"),
            )
        })?;
    }
    let provider = CryptoProvider { key_provider: &NoKeys, ..rustls::crypto::ring::default_provider() };
    let config = rustls::ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .map_err(|problem| Error::new(Code::Internal, format!("TLS could not be set up: {problem}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Nothing here signs: players have no certificates, and a library that can't read private keys is smaller by what would.
#[derive(Debug)]
struct NoKeys;

impl KeyProvider for NoKeys {
    fn load_private_key(&self, _: PrivateKeyDer<'static>) -> std::result::Result<Arc<dyn SigningKey>, rustls::Error> {
        Err(rustls::Error::General("client certificates are not supported".to_owned()))
    }
}

/// The system's roots, read once: they work behind a company's proxy and an antivirus. Mozilla's where the system has none.
fn system_roots() -> Arc<rustls::RootCertStore> {
    static ROOTS: OnceLock<Arc<rustls::RootCertStore>> = OnceLock::new();
    let read = || Arc::new(roots_of(rustls_native_certs::load_native_certs().certs));
    Arc::clone(ROOTS.get_or_init(read))
}

fn roots_of(found: Vec<CertificateDer<'static>>) -> rustls::RootCertStore {
    let mut roots = rustls::RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found);
    if usable == 0 {
        log::warning!("this system's certificate authorities could not be read; the bundled ones are used");
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    roots
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
    fn the_bundled_authorities_are_for_systems_without_any() {
        assert!(roots_of(Vec::new()).len() > 100);
        assert!(roots_of(vec![CertificateDer::from(b"no certificate".to_vec())]).len() > 100);
        let own = rcgen::generate_simple_self_signed(["id.example".to_owned()]).unwrap();
        assert_eq!(roots_of(vec![own.cert.der().clone()]).len(), 1);
    }

    #[test]
    fn no_private_key_is_taken() {
        let key = rcgen::KeyPair::generate().unwrap();
        let taken = |provider: &CryptoProvider| {
            provider.key_provider.load_private_key(PrivateKeyDer::Pkcs8(key.serialize_der().into())).is_ok()
        };
        assert!(taken(&rustls::crypto::ring::default_provider()), "a key that nobody would take shows nothing");
        assert!(!taken(tls(&[]).unwrap().crypto_provider()));
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
