//! The device grant, RFC 8628: the player signs in on another screen, and this one asks until that is done.
//!
//! No listener is bound and no browser opened. What the provider sends for the player to read is judged before anybody sees
//! it, the device code goes to the token endpoint and nowhere else, and the tokens that come back are believed by
//! [`exchange`](super::exchange) as those of every login.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::exchange::{SignedIn, Tie, believe};
use super::qr::Modules;
use super::{LoginOptions, Progress, too_late};
use crate::clock::{self, since_boot};
use crate::config::{Config, parse_web_url};
use crate::error::{Code, Error, Result, clean};
use crate::log;
use crate::provider::Provider;
use crate::provider::device_endpoint::{DeviceAuthorization, Polled};
use crate::provider::discovery::Metadata;
use crate::provider::token_endpoint::Tokens;

#[cfg(test)]
mod tests;

/// Far more than a player would type.
const LONGEST_CODE: usize = 64;
/// The QR code of this has 121 modules a side, which a phone still reads off a television.
const LONGEST_URL: usize = 1024;
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// Of the provider's wish, and of the back-off. `slow_down` may lead beyond it.
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);
/// RFC 8628 section 3.5.
const SLOW_DOWN: Duration = Duration::from_secs(5);
const PLACE: &str = "on the other screen";

/// What the player has to do.
pub struct Instructions {
    /// What to type, or to compare with what the other screen shows.
    pub user_code: String,
    /// Where to type it.
    pub verification_url: Url,
    /// To be opened without typing: the one with the code in it, where the provider gives one.
    pub url: Url,
    /// `url`, for a camera.
    pub qr: Option<Modules>,
}

/// One login from its first request to verified claims, for `timeout` at most.
pub(super) async fn run(
    config: &Config,
    provider: &Provider,
    options: &LoginOptions,
    timeout: Duration,
    progress: &impl Progress,
) -> Result<SignedIn> {
    let _connections = provider.connections();
    let until = since_boot() + timeout;
    let left = || until.saturating_sub(since_boot());
    let late = |_| too_late(PLACE, timeout);
    let scopes = options.scopes.clone().unwrap_or_else(|| config.scopes.clone());
    let (metadata, grant) =
        clock::timeout(left(), authorize(config, provider, options, &scopes)).await.map_err(late)??;
    let instructions = instructions(&grant)?;
    let time = lifetime(&grant)?.min(left());
    progress.waiting_for_device(Arc::new(instructions), time);
    log::info!("login: waiting for the player on another screen");
    let mut pace = Pace::new(grant.interval);
    let tokens = tokio::select! {
        tokens = poll(&mut pace, time, || provider.poll_device(&config.client, &grant.device_code)) => tokens?,
        // The keys get warm while the player types.
        () = warm_then_wait(provider) => unreachable!("it waits for ever"),
    };
    progress.completing();
    let tie = if config.wants_id_token() { Tie::DeviceCode } else { Tie::NoIdToken };
    let believed = believe(config, provider, &metadata, options, &tokens, &tie);
    let (claims, profile) = clock::timeout(left(), believed).await.map_err(late)??;
    Ok(SignedIn { tokens: *tokens, claims, profile, scopes })
}

async fn warm_then_wait(provider: &Provider) {
    provider.warm_up().await;
    std::future::pending().await
}

async fn authorize(
    config: &Config,
    provider: &Provider,
    options: &LoginOptions,
    scopes: &[String],
) -> Result<(Arc<Metadata>, DeviceAuthorization)> {
    let metadata = provider.metadata().await?;
    let endpoint = metadata.device_authorization_endpoint.as_ref().ok_or_else(no_endpoint)?;
    let grant = provider.authorize_device(endpoint, &config.client, scopes, &parameters(options)).await?;
    Ok((metadata, grant))
}

fn parameters(options: &LoginOptions) -> Vec<(String, String)> {
    let age = options.max_age.map(|age| ("max_age".to_owned(), age.as_secs().to_string()));
    age.into_iter().chain(options.parameters.iter().cloned()).collect()
}

/// Asks until there is an answer or the time is up.
async fn poll<F>(pace: &mut Pace, time: Duration, ask: impl Fn() -> F) -> Result<Box<Tokens>>
where
    F: Future<Output = Result<Polled>>,
{
    let mut last_fault = None;
    let polling = async {
        loop {
            clock::sleep(pace.pause()).await;
            let answer = ask().await;
            last_fault = None;
            match answer {
                Ok(Polled::Tokens(tokens)) => return Ok(tokens),
                Ok(Polled::Pending) => pace.keep(),
                Ok(Polled::SlowDown) => pace.slow_down(),
                Err(error) if may_pass(&error) => {
                    log::warning!("login: {error}; asking again");
                    pace.back_off(error.retry_after);
                    last_fault = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
    };
    let outcome = clock::timeout(time, polling).await;
    outcome.unwrap_or_else(|_| Err(unanswered(time, last_fault.as_ref())))
}

/// Whether the player may still be through the next time. A clock that is wrong stays wrong.
fn may_pass(error: &Error) -> bool {
    error.temporary && error.code != Code::WrongClock
}

/// How often to ask (RFC 8628 section 3.5).
struct Pace {
    /// What the provider wants.
    interval: Duration,
    /// More, after failures.
    pause: Duration,
}

impl Pace {
    fn new(wished: Duration) -> Self {
        let interval = wished.clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL);
        Self { interval, pause: interval }
    }

    fn pause(&self) -> Duration {
        self.pause
    }

    fn keep(&mut self) {
        self.pause = self.interval;
    }

    fn slow_down(&mut self) {
        self.interval += SLOW_DOWN;
        self.pause = self.interval;
    }

    /// A wish beyond the login's end is not waited for: the end comes first.
    fn back_off(&mut self, retry_after: Option<Duration>) {
        let doubled = (self.pause * 2).min(LONGEST_INTERVAL.max(self.interval));
        self.pause = doubled.max(retry_after.unwrap_or_default());
    }
}

/// What a provider wrote is read by a person and scanned by their phone: nothing but a plain code and a web address passes.
fn instructions(grant: &DeviceAuthorization) -> Result<Instructions> {
    let user_code = checked_code(&grant.user_code)?;
    let verification_url = checked_url("verification_uri", &grant.verification_uri)?;
    let complete = grant.verification_uri_complete.as_deref();
    let complete = complete.map(|text| checked_url("verification_uri_complete", text)).transpose()?;
    let url = complete.unwrap_or_else(|| verification_url.clone());
    let qr = Modules::of(url.as_str());
    Ok(Instructions { user_code, verification_url, url, qr })
}

fn checked_code(text: &str) -> Result<String> {
    let code = text.trim();
    let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if code.is_empty() || code.len() > LONGEST_CODE || !code.bytes().all(printable) {
        return Err(unusable(&format!(
            "user_code is not 1 to {LONGEST_CODE} characters of plain ASCII, which a player could type"
        )));
    }
    Ok(code.to_owned())
}

fn checked_url(field: &str, text: &str) -> Result<Url> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(unusable(&format!("{field} holds a character that no web address has (RFC 3986)")));
    }
    let url = parse_web_url(field, text).map_err(|problem| unusable(&without_code(field, &problem)))?;
    // Judged as it is shown: a few characters are longer then.
    match url.as_str().len() {
        0..=LONGEST_URL => Ok(url),
        _ => Err(unusable(&format!("{field} is longer than {LONGEST_URL} bytes"))),
    }
}

/// The complete URI holds the user code, which is nobody's but the player's.
fn without_code(field: &str, problem: &Error) -> String {
    match field {
        "verification_uri" => problem.message.clone(),
        _ => format!("{field} is no web address that starts with https://"),
    }
}

fn lifetime(grant: &DeviceAuthorization) -> Result<Duration> {
    match grant.expires_in {
        Duration::ZERO => Err(unusable("expires_in is 0")),
        time => Ok(time),
    }
}

fn unusable(problem: &str) -> Error {
    Error::new(
        Code::ProviderError,
        format!("the device authorization endpoint's answer can't be used: {}", clean(problem, 400)),
    )
}

fn no_endpoint() -> Error {
    Error::new(
        Code::NotSupported,
        "the provider offers no sign-in on another screen: its discovery document has no device_authorization_endpoint, and the \
         configuration gives none. Set device_authorization_endpoint if there is one, or sign in with the browser",
    )
}

/// A player who did finish while the network was away should read why that helped nothing.
fn unanswered(time: Duration, last_fault: Option<&Error>) -> Error {
    let error = too_late(PLACE, time);
    match last_fault {
        Some(fault) => {
            Error { message: format!("{error}. At the end the provider could not be asked: {fault}"), ..error }
        }
        None => error,
    }
}
