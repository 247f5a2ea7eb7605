//! The way to one host: reqwest's client with its connections, and one that is opened ahead.
//!
//! A line belongs to one origin, so that a connection which was laid down can't be taken for another host's. What every request
//! has in common on the wire is set here; what is asked, and what an answer means, is [`super::http`]'s.

use std::sync::OnceLock;
use std::time::Duration;

use oauth2::http::{HeaderMap, HeaderValue, header};
use rustls::ClientConfig;
use url::{Origin, Url};

use super::http::innermost;
use super::names::Names;
use super::preconnect;
use super::standby::{AtStandby, LONGEST_LIFE, Standby};
use crate::error::{Code, Error, Result};
use crate::log;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const MOST_HEADERS: usize = 100;

/// The way to one host.
pub struct Line {
    origin: Origin,
    tls: ClientConfig,
    on_loopback: bool,
    client: reqwest::Client,
    opener: OnceLock<reqwest::Client>,
    standby: Standby,
}

impl Line {
    /// Nothing is connected yet. `on_loopback`: the provider is on this machine.
    pub fn new(origin: Origin, tls: ClientConfig, on_loopback: bool) -> Result<Self> {
        let standby = Standby::default();
        let client = client(tls.clone(), on_loopback, AtStandby::takes_first(&standby))?;
        Ok(Self { origin, tls, on_loopback, client, opener: OnceLock::new(), standby })
    }

    /// Whether it is this URL's.
    pub fn leads_to(&self, url: &Url) -> bool {
        self.origin == url.origin()
    }

    /// What requests go out by.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Keeps a connection at hand for requests, on which nothing is sent before. Ends only with an error. `url` is any of this host's.
    pub async fn keep_open(&self, url: &Url) -> Result<()> {
        let opener = self.opener()?;
        preconnect::keep_open(&self.standby, || async {
            // Nothing is written: the connector keeps the connection and says that there is none.
            if let Err(problem) = opener.head(url.clone()).send().await {
                log::debug!("ahead: {}: {}", url.host_str().unwrap_or_default(), innermost(&problem));
            }
        })
        .await;
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn has_one_ahead(&self) -> bool {
        self.standby.has_one()
    }

    fn opener(&self) -> Result<&reqwest::Client> {
        if self.opener.get().is_none() {
            let made = client(self.tls.clone(), self.on_loopback, AtStandby::lays_down(&self.standby))?;
            // Another one that was made meanwhile serves as well.
            let _ = self.opener.set(made);
        }
        self.opener.get().ok_or_else(|| Error::new(Code::Internal, "the HTTP client was lost"))
    }
}

fn client(tls: ClientConfig, on_loopback: bool, connector: AtStandby) -> Result<reqwest::Client> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connector_layer(connector)
        .dns_resolver(Names)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(REQUEST_TIMEOUT)
        // One that has been silent for longer may be gone unnoticed, and what can't be sent twice must not find that out.
        .pool_idle_timeout(LONGEST_LIFE)
        .tcp_keepalive(Duration::from_secs(30))
        .http1_max_headers(MOST_HEADERS)
        .user_agent(concat!("Latchkey/", env!("CARGO_PKG_VERSION")))
        .default_headers(headers);
    if on_loopback {
        // A proxy of the environment could not reach this machine's own loopback.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|problem| {
        Error::new(Code::Internal, format!("the HTTP client could not be made: {}", innermost(&problem)))
    })
}
