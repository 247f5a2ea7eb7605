//! What the provider publishes, and the requests that go to it.
//!
//! A [`Provider`] belongs to one client. It knows where the endpoints are and which keys sign, keeps both warm while the player
//! types, and sends one request for each message of the specifications. It decides nothing about who is signed in, and no
//! claim is believed here.

pub mod device_endpoint;
pub mod discovery;
pub mod http;
pub mod keys;
mod line;
mod names;
mod preconnect;
pub mod sent;
pub mod signature;
mod standby;
mod tls;
pub mod token_endpoint;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Weak};
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
use tls::Tls;

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
    tls: Arc<Tls>,
    /// Whoever uses them keeps them open.
    connections: parking_lot::Mutex<Weak<Http>>,
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
            tls: Arc::new(Tls::new(config.ca_certificates.clone())),
            config,
            wants_id_token,
            connections: parking_lot::Mutex::default(),
            clock: Arc::default(),
            metadata: Mutex::new(None),
            keys: Mutex::default(),
        }
    }

    /// Fetches what a login will need, so that after the callback there is one round trip. A failure is only logged: whoever
    /// needs the thing asks again and gets the error.
    pub async fn warm_up(&self) {
        let _connections = self.connections();
        if let Err(error) = self.fetch_what_is_old().await {
            log::debug!("warm-up: {error}");
        }
    }

    /// [`Provider::warm_up`], and then keeps a connection at hand to the token endpoint, and to userinfo's host where that is another
    /// and `userinfo` may be needed. Never ends; to be dropped with the login, and the connections with it.
    pub async fn keep_warm(&self, userinfo: bool) {
        self.warm_up().await;
        // Those that the documents came over are closed by now: how long they had been silent, and so how long they would live,
        // nobody knew. Unless a code has come already, and uses them.
        let connections = self.connections();
        if let Err(error) = self.keep_open(&connections, userinfo).await {
            log::debug!("warm-up: {error}");
        }
        std::future::pending().await
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
        self.connections().get_json("userinfo", endpoint, Some(access_token)).await
    }

    /// RFC 7009 section 2.1: tells the provider that a token is no longer needed.
    pub async fn revoke(
        &self,
        endpoint: &Url,
        client: &ClientConfig,
        token: &SecretString,
        hint: &'static str,
    ) -> Result<()> {
        let answer = self.connections().post_revocation(endpoint, client, token, hint).await?;
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

    /// Connections stay open for as long as somebody holds this, and are shared by all who do; else each request has its own. To be
    /// held for the length of a login, a refresh or a logout and no longer: a connection keeps buffers with what went over it, tokens
    /// too, and a timer that wakes the thread.
    pub fn connections(&self) -> Arc<Http> {
        let mut connections = self.connections.lock();
        connections.upgrade().unwrap_or_else(|| {
            let http = Arc::new(Http::new(Arc::clone(&self.tls), self.is_on_loopback(), Arc::clone(&self.clock)));
            *connections = Arc::downgrade(&http);
            http
        })
    }

    async fn keep_open(&self, connections: &Http, userinfo: bool) -> Result<()> {
        let metadata = self.metadata().await?;
        let token = &metadata.token_endpoint;
        let elsewhere = metadata.userinfo_endpoint.as_ref().filter(|url| userinfo && url.origin() != token.origin());
        match elsewhere {
            Some(url) => tokio::try_join!(connections.keep_open(token), connections.keep_open(url)).map(drop),
            None => connections.keep_open(token).await,
        }
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
        let document = self.connections().get_json("the discovery document", &url, None).await?;
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
        let document = self.connections().get("the provider's keys", url, None).await?;
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
