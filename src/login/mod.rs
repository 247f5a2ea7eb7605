//! Becoming signed in: one file a step, in the order in which they happen.
//!
//! [`authorize`] builds the authorization request, [`browser`] opens it, [`callback`] waits for the answer, [`exchange`] turns
//! the code into verified claims. On a machine without a browser [`device`] stands in for the first three. A login is one
//! future: dropping it closes its listener and forgets its secrets. It reports where it is through [`Progress`] and knows
//! nothing of clients, states or other logins.

pub mod authorize;
pub mod bind;
pub mod browser;
pub mod callback;
pub mod device;
pub mod exchange;
pub mod options;
pub mod page;
pub mod qr;

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::clock;
use crate::config::{Browser, Config};
use crate::error::{Code, Error, Result};
use crate::log;
use crate::provider::Provider;
use crate::provider::sent::Sent;
use authorize::AuthorizationRequest;
use callback::{Callback, ExpectedResponse, Listener};
use device::Instructions;
pub use exchange::SignedIn;
pub use options::LoginOptions;

/// Where a login is, as it goes on.
pub trait Progress {
    /// The request is ready, the listener is bound: the player has to act at this URL.
    fn waiting_for_player(&self, url: &Url);
    /// The player has to follow these on another screen, within that time.
    fn waiting_for_device(&self, instructions: Arc<Instructions>, time: Duration);
    /// The provider answered.
    fn completing(&self);
}

/// One login from its first request to verified claims, for `timeout` at most.
pub async fn run(
    config: &Config,
    provider: &Provider,
    options: &LoginOptions,
    timeout: Duration,
    progress: &impl Progress,
) -> Result<SignedIn> {
    if options.on_another_screen {
        return device::run(config, provider, options, timeout, progress).await;
    }
    let login = in_browser(config, provider, options, progress);
    clock::timeout(timeout, login).await.unwrap_or_else(|_| Err(too_late("in the browser", timeout)))
}

/// That the player took longer than this.
pub(crate) fn too_late(place: &str, timeout: Duration) -> Error {
    let seconds = timeout.as_secs_f32().ceil();
    Error::new(
        Code::TimedOut,
        format!("the player did not finish {place} within {seconds} seconds: offer to try again"),
    )
}

async fn in_browser(
    config: &Config,
    provider: &Provider,
    options: &LoginOptions,
    progress: &impl Progress,
) -> Result<SignedIn> {
    let metadata = provider.metadata().await?;
    let listener = Listener::bind(&config.redirect)?;
    let redirect_uri = listener.redirect_uri();
    let request = AuthorizationRequest::new(config, &metadata, options, &redirect_uri)?;
    let expected = ExpectedResponse {
        state: request.state.clone(),
        issuer: metadata.issuer.clone(),
        issuer_required: metadata.promises_issuer_parameter,
    };
    progress.waiting_for_player(&request.url);
    log::info!("login: waiting for the player in the browser");
    let completed = async {
        let code = tokio::select! {
            answer = listener.authorization_response(&expected, &config.page) => code_of(answer, &request)?,
            failure = open(config.browser, &request.url) => return Err(failure),
        };
        progress.completing();
        // Userinfo's request goes where the token's went.
        let _connections = provider.connections();
        exchange::complete(config, provider, &metadata, &request, options, &redirect_uri, &code).await
    };
    tokio::select! {
        outcome = completed => outcome,
        // The keys and the connection get warm while the player types. Whoever is faster (signed in at the provider already)
        // waits for the request that is under way, not for a second one.
        () = provider.keep_warm(may_need_userinfo(config)) => unreachable!("it waits for ever"),
    }
}

/// Opens the URL and returns only if that turns out to have failed.
pub(crate) async fn open(browser: Browser, url: &Url) -> Error {
    if browser == Browser::System
        && let Err(error) = browser::open(url).await
    {
        return error;
    }
    std::future::pending().await
}

/// Whether claims may be missing from an ID token that nobody has seen yet.
fn may_need_userinfo(config: &Config) -> bool {
    !config.wants_id_token() || !config.wanted_claims.0.is_empty()
}

/// RFC 6749 section 4.1.2.1: what an error response means for a game.
fn code_of(answer: Callback, request: &AuthorizationRequest) -> Result<secrecy::SecretString> {
    match answer {
        Callback::Code(code) => Ok(code),
        Callback::Error { error, description } => {
            let sent = Sent::only(std::iter::once(&request.state).chain(&request.nonce));
            let error = sent.quoted(&error, error.len());
            let words = description.map_or(String::new(), |text| format!(": {}", sent.quoted(&text, text.len())));
            let (code, what) = match error.as_str() {
                "access_denied" => (Code::Denied, "the sign-in was not granted"),
                _ => (Code::ProviderError, "the provider refused the sign-in"),
            };
            Err(Error::from_provider(code, &error, format!("{what} ({error}){words}")))
        }
    }
}
