//! What the provider publishes, and the requests that go to it.
//!
//! A [`Provider`] belongs to one client. It knows where the endpoints are and which keys sign, keeps both warm while the player
//! types, and sends one request for each message of the specifications. It decides nothing about who is signed in, and no
//! claim is believed here.

pub mod device_endpoint;
pub mod discovery;
pub mod http;
pub mod keys;
pub mod signature;
pub mod token_endpoint;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::config::{ClientConfig, ProviderConfig, is_loopback};
use crate::error::{Code, Error, Result};
use crate::log;
use discovery::Metadata;
use http::{Http, Skew};
use keys::KeySet;

/// Metadata that is older is fetched again at the next login.
const METADATA_AGE: Duration = Duration::from_secs(24 * 60 * 60);
/// Keys that are older are fetched again while the player types, so that a withdrawn key does not stay believed.
const KEYS_AGE: Duration = Duration::from_secs(10 * 60);
/// An unknown key id makes us look again, but nobody's forged token makes us hammer the provider.
const KEYS_PAUSE: Duration = Duration::from_secs(60);

/// One client's provider.
pub struct Provider {
    config: ProviderConfig,
    wants_id_token: bool,
    http: parking_lot::Mutex<Option<Arc<Http>>>,
    clock: Arc<Skew>,
    metadata: Mutex<Option<Fetched<Metadata>>>,
    keys: Mutex<Keys>,
}

struct Fetched<T> {
    value: Arc<T>,
    at: Instant,
}

#[derive(Default)]
struct Keys {
    current: Option<Fetched<KeySet>>,
    /// When an unknown key id last made us look again.
    looked_again: Option<Instant>,
}

impl Provider {
    /// Nothing is fetched yet.
    pub fn new(config: ProviderConfig, wants_id_token: bool) -> Self {
        Self {
            config,
            wants_id_token,
            http: parking_lot::Mutex::default(),
            clock: Arc::default(),
            metadata: Mutex::new(None),
            keys: Mutex::default(),
        }
    }

    /// Fetches what a login will need, so that after the callback there is one round trip. A failure is only logged: whoever
    /// needs the thing asks again and gets the error.
    pub async fn warm_up(&self) {
        if let Err(error) = self.fetch_what_is_old().await {
            log::debug!("warm-up: {error}");
        }
    }

    /// Where the endpoints are; fetched once and kept for a day.
    pub async fn metadata(&self) -> Result<Arc<Metadata>> {
        let mut kept = self.metadata.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| kept.at.elapsed() < METADATA_AGE) {
            return Ok(Arc::clone(&kept.value));
        }
        let value = Arc::new(self.fetch_metadata().await?);
        *kept = Some(Fetched { value: Arc::clone(&value), at: Instant::now() });
        Ok(value)
    }

    /// The keys that are at hand, however old; fetched if there are none.
    pub async fn keys(&self) -> Result<Arc<KeySet>> {
        self.keys_not_older_than(Duration::MAX).await
    }

    /// The keys, fetched anew because a token names one that is unknown; at most once a minute, else those at hand.
    pub async fn keys_anew(&self) -> Result<Arc<KeySet>> {
        let mut keys = self.keys.lock().await;
        if let Some(current) = &keys.current
            && keys.looked_again.is_some_and(|at| at.elapsed() < KEYS_PAUSE)
        {
            return Ok(Arc::clone(&current.value));
        }
        keys.looked_again = Some(Instant::now());
        self.fetch_keys(&mut keys).await
    }

    /// Keys that a token could not be verified with are not kept: the next login fetches them again while the player types.
    pub async fn forget_keys(&self) {
        self.keys.lock().await.current = None;
    }

    /// OpenID Connect Core 1.0 section 5.3: the claims behind an access token. The caller compares `sub`.
    pub async fn userinfo(&self, endpoint: &Url, access_token: &SecretString) -> Result<Map<String, Value>> {
        self.http()?.get_json("userinfo", endpoint, Some(access_token)).await
    }

    /// RFC 7009 section 2.1: tells the provider that a token is no longer needed.
    pub async fn revoke(
        &self,
        endpoint: &Url,
        client: &ClientConfig,
        token: &SecretString,
        hint: &'static str,
    ) -> Result<()> {
        let answer = self.http()?.post_revocation(endpoint, client, token, hint).await?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(Error::new(
            Code::ProviderError,
            format!("the revocation endpoint answered {}; the tokens live on until they expire", answer.status()),
        ))
    }

    /// By how many seconds the provider's clock is ahead of this machine's, if it ever said.
    pub fn clock_skew(&self) -> Option<i64> {
        self.clock.seconds()
    }

    /// Closes the connections as soon as nobody uses them: each keeps buffers with what went over it, tokens too, and a timer
    /// that wakes the thread. To be called when a login, a refresh or a logout is through; the next request connects anew.
    pub fn forget_connections(&self) {
        let forgotten = self.http.lock().take();
        drop(forgotten);
    }

    fn http(&self) -> Result<Arc<Http>> {
        let mut place = self.http.lock();
        if let Some(http) = place.as_ref() {
            return Ok(Arc::clone(http));
        }
        let http = Http::new(&self.config.ca_certificates, self.is_on_loopback(), Arc::clone(&self.clock))?;
        Ok(Arc::clone(place.insert(Arc::new(http))))
    }

    async fn fetch_what_is_old(&self) -> Result<()> {
        self.metadata().await?;
        if self.wants_id_token {
            self.keys_not_older_than(KEYS_AGE).await?;
        }
        Ok(())
    }

    async fn fetch_metadata(&self) -> Result<Metadata> {
        if let Some(metadata) = discovery::from_configuration(&self.config, self.wants_id_token) {
            return Ok(metadata);
        }
        let issuer = self.config.issuer.as_deref().ok_or_else(|| {
            Error::new(Code::Configuration, "there is neither an issuer nor enough endpoints: set issuer")
        })?;
        let url = discovery::document_url(issuer)?;
        let document = self.http()?.get_json("the discovery document", &url, None).await?;
        discovery::from_document(&document, &self.config, issuer)
    }

    async fn keys_not_older_than(&self, age: Duration) -> Result<Arc<KeySet>> {
        let mut keys = self.keys.lock().await;
        match &keys.current {
            Some(current) if current.at.elapsed() < age => Ok(Arc::clone(&current.value)),
            _ => self.fetch_keys(&mut keys).await,
        }
    }

    async fn fetch_keys(&self, keys: &mut Keys) -> Result<Arc<KeySet>> {
        let metadata = self.metadata().await?;
        let url = metadata.jwks_uri.as_ref().ok_or_else(|| {
            Error::new(
                Code::ProviderError,
                "the provider publishes no keys (jwks_uri), so no ID token of it can be verified: set jwks_uri in the \
                 configuration, or remove openid from scopes",
            )
        })?;
        let document = self.http()?.get("the provider's keys", url, None).await?;
        let value = Arc::new(KeySet::parse(&document)?);
        keys.current = Some(Fetched { value: Arc::clone(&value), at: Instant::now() });
        Ok(value)
    }

    fn is_on_loopback(&self) -> bool {
        match &self.config.issuer {
            Some(issuer) => Url::parse(issuer).is_ok_and(|url| is_loopback(&url)),
            None => self.config.endpoints.token.as_ref().is_some_and(is_loopback),
        }
    }
}
