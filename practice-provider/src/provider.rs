//! The provider's state, its clock, and which path leads to which endpoint.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value};

use crate::exchange::{Answer, LoggedRequest, Reply};
use crate::fault::Endpoint;
use crate::grants::Grants;
use crate::keys::KeyRing;
use crate::secrets::note_secrets_of_request;
use crate::{Misbehaviour, Options};

/// A redirect that a client must not follow leads here, where everything is as it should be.
pub(crate) const ELSEWHERE: &str = "/elsewhere";

/// All state of a running provider, shared by its workers.
pub(crate) struct Provider {
    pub(crate) options: Options,
    /// `http://127.0.0.1:PORT`, or what stands in front of it.
    pub(crate) root: String,
    /// The root and the configured path.
    pub(crate) issuer: String,
    pub(crate) cookie_name: String,
    keys: Mutex<KeyRing>,
    grants: Mutex<Grants>,
    misbehaviour: Mutex<Option<Misbehaviour>>,
    /// At first those of the options.
    extra_claims: Mutex<Map<String, Value>>,
    log: Mutex<Vec<LoggedRequest>>,
    logged: Condvar,
    /// The path whose requests have to wait.
    held: Mutex<Option<String>>,
    released: Condvar,
}

/// A worker that panicked must not take the rest down: the state is as good as it was.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider {
    pub(crate) fn new(options: Options, port: u16, keys: KeyRing) -> Provider {
        let root = options.public_root.clone().unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
        Provider {
            issuer: format!("{root}{}", options.issuer_path),
            root,
            // Cookies know no ports, so the name has to.
            cookie_name: format!("practice_session_{port}"),
            keys: Mutex::new(keys),
            grants: Mutex::default(),
            misbehaviour: Mutex::new(options.misbehaviour),
            extra_claims: Mutex::new(options.extra_claims.clone()),
            log: Mutex::default(),
            logged: Condvar::new(),
            held: Mutex::default(),
            released: Condvar::new(),
            options,
        }
    }

    /// Lock order: keys before grants; neither is held while an answer is sent.
    pub(crate) fn keys(&self) -> MutexGuard<'_, KeyRing> {
        lock(&self.keys)
    }

    pub(crate) fn grants(&self) -> MutexGuard<'_, Grants> {
        lock(&self.grants)
    }

    pub(crate) fn misbehaviour(&self) -> Option<Misbehaviour> {
        *lock(&self.misbehaviour)
    }

    pub(crate) fn set_misbehaviour(&self, misbehaviour: Option<Misbehaviour>) {
        *lock(&self.misbehaviour) = misbehaviour;
    }

    pub(crate) fn extra_claims(&self) -> Map<String, Value> {
        lock(&self.extra_claims).clone()
    }

    pub(crate) fn set_extra_claims(&self, claims: Map<String, Value>) {
        *lock(&self.extra_claims) = claims;
    }

    pub(crate) fn does(&self, misbehaviour: Misbehaviour) -> bool {
        self.misbehaviour() == Some(misbehaviour)
    }

    /// Seconds since 1970 on the provider's own clock.
    pub(crate) fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        since.as_secs() as i64 + self.options.clock_offset_s
    }

    /// The `Date` header of the provider's own clock.
    pub(crate) fn date(&self) -> String {
        // Outside of what HTTP dates can say the clock stops at the edge.
        let seconds = self.now().clamp(0, 253_402_300_799) as u64;
        httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }

    pub(crate) fn hold(&self, path: Option<&str>) {
        *lock(&self.held) = path.map(str::to_owned);
        self.released.notify_all();
    }

    /// Waits while requests for this path are held.
    pub(crate) fn wait_for_release(&self, path: &str) {
        let mut held = lock(&self.held);
        while held.as_deref() == Some(path) {
            held = self.released.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn log(&self, request: LoggedRequest) {
        note_secrets_of_request(&request);
        lock(&self.log).push(request);
        self.logged.notify_all();
    }

    pub(crate) fn requests(&self) -> Vec<LoggedRequest> {
        lock(&self.log).clone()
    }

    pub(crate) fn clear_requests(&self) {
        lock(&self.log).clear();
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        lock(&self.log).iter().filter(|request| request.path == path).count()
    }

    pub(crate) fn wait_for(&self, path: &str, count: usize, timeout: Duration) -> bool {
        let end = Instant::now() + timeout;
        let mut log = lock(&self.log);
        while log.iter().filter(|request| request.path == path).count() < count {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            log = self.logged.wait_timeout(log, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Answers one request.
    pub(crate) fn answer(&self, request: &LoggedRequest) -> Answer {
        let (path, redirected) = match request.path.strip_prefix(ELSEWHERE) {
            Some(path) => (path, true),
            None => (request.path.as_str(), false),
        };
        let discovery = format!("{}/.well-known/openid-configuration", self.options.issuer_path.trim_end_matches('/'));
        let endpoint = match path {
            path if path == discovery => Some(Endpoint::Discovery),
            "/jwks" => Some(Endpoint::Keys),
            "/token" => Some(Endpoint::Token),
            "/userinfo" => Some(Endpoint::Userinfo),
            "/revoke" => Some(Endpoint::Revocation),
            "/device-authorization" => Some(Endpoint::DeviceAuthorization),
            _ => None,
        };
        match endpoint.filter(|_| !redirected) {
            Some(endpoint) => self
                .instead_of(endpoint, path)
                .unwrap_or_else(|| self.spoiled(endpoint, self.honest_answer(request, path, &discovery))),
            None => self.honest_answer(request, path, &discovery),
        }
    }

    /// As its endpoint says it, before anything happens to it on the way.
    fn honest_answer(&self, request: &LoggedRequest, path: &str, discovery: &str) -> Answer {
        let method = if request.method == "HEAD" { "GET" } else { request.method.as_str() };
        match (method, path) {
            ("GET", path) if path == discovery => self.discovery().into(),
            ("GET", "/jwks") => self.jwks().into(),
            ("GET" | "POST", "/authorize") => self.authorize(request).into(),
            ("POST", "/login") => self.login(request).into(),
            ("POST", "/code") => self.one_time_code(request).into(),
            ("POST", "/device-authorization") => self.device_authorization(request).into(),
            ("GET", "/device") => self.device_page(request).into(),
            ("POST", "/device") => self.device_code_entered(request).into(),
            ("POST", "/token") => self.token(request),
            ("GET" | "POST", "/userinfo") => self.userinfo(request).into(),
            ("POST", "/revoke") => self.revoke(request).into(),
            ("GET" | "POST", "/end-session") => self.end_session(request).into(),
            ("GET", "/picture.svg") => self.picture(request).into(),
            ("GET", "/stranger/jwks") => self.stranger_jwks().into(),
            ("GET", "/") => self.welcome().into(),
            _ if KNOWN.contains(&path) || path == discovery => {
                Reply::new(405, "text/plain", "This path has another method.\n").into()
            }
            _ => self.not_found().into(),
        }
    }
}

const KNOWN: [&str; 13] = [
    "/jwks",
    "/authorize",
    "/login",
    "/code",
    "/device-authorization",
    "/device",
    "/token",
    "/userinfo",
    "/revoke",
    "/end-session",
    "/picture.svg",
    "/stranger/jwks",
    "/",
];
