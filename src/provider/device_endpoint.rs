//! The device grant's two messages: the device authorization request (RFC 8628 section 3.1), and the question at the token
//! endpoint whether the player is through (section 3.4).
//!
//! The first is made and read by the `oauth2` crate. The second is only read with its types: its own loop goes by the wall
//! clock, takes every failure for a time-out, and then asks each ten seconds however slowly the provider wants to be asked.
//! Nothing in an answer is judged here, and none of it is ever put into a message.

use std::time::Duration;

use oauth2::basic::{BasicErrorResponse, BasicErrorResponseType};
use oauth2::http::{Response, header};
use oauth2::{DeviceAuthorizationUrl, RequestTokenError, Scope, StandardDeviceAuthorizationResponse};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::Provider;
use super::sent::Sent;
use super::token_endpoint::{Answer, Fault, NAME as TOKEN_ENDPOINT, Tokens, explain, form_request, read, words};
use crate::config::ClientConfig;
use crate::error::{Code, Error, Result};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const DEVICE_ENDPOINT: &str = "the device authorization endpoint";

/// A device authorization response (RFC 8628 section 3.2), not judged.
pub struct DeviceAuthorization {
    /// Whoever has it gets the tokens.
    pub device_code: SecretString,
    /// For the player to type.
    pub user_code: String,
    /// Where to type it.
    pub verification_uri: String,
    /// The same with the code in it.
    pub verification_uri_complete: Option<String>,
    /// From now on.
    pub expires_in: Duration,
    /// The least time between two questions; five seconds where the provider does not say.
    pub interval: Duration,
}

/// What the token endpoint says while the player is at the other screen (RFC 8628 section 3.5).
pub enum Polled {
    /// The player is through.
    Tokens(Box<Tokens>),
    /// `authorization_pending`
    Pending,
    /// `slow_down`
    SlowDown,
}

impl Provider {
    /// RFC 8628 section 3.1. `parameters` are those that an authorization request would have; a provider ignores what it does not
    /// know.
    pub async fn authorize_device(
        &self,
        endpoint: &Url,
        client: &ClientConfig,
        scopes: &[String],
        parameters: &[(String, String)],
    ) -> Result<DeviceAuthorization> {
        let oauth = self.oauth_client(client).await?;
        let oauth = oauth.set_device_authorization_url(DeviceAuthorizationUrl::from_url(endpoint.clone()));
        let mut request = oauth.exchange_device_code().add_scopes(scopes.iter().cloned().map(Scope::new));
        for (name, value) in parameters {
            request = request.add_extra_param(name, value);
        }
        let http = self.connections();
        let answer: std::result::Result<StandardDeviceAuthorizationResponse, Fault> =
            request.request_async(&http.endpoint(DEVICE_ENDPOINT)).await;
        answer.map(DeviceAuthorization::from).map_err(|fault| not_granted(&fault, &Sent::with(client, &[])))
    }

    /// RFC 8628 section 3.4: asks once.
    pub async fn poll_device(&self, client: &ClientConfig, device_code: &SecretString) -> Result<Polled> {
        let metadata = self.metadata().await?;
        let pairs = [("grant_type", GRANT_TYPE), ("device_code", device_code.expose_secret())];
        let request = form_request(&metadata.token_endpoint, client, &pairs)?;
        let response = self.connections().send(TOKEN_ENDPOINT, request).await?;
        polled(answer_in(&response), &Sent::with(client, &[device_code]))
    }
}

impl From<StandardDeviceAuthorizationResponse> for DeviceAuthorization {
    fn from(answer: StandardDeviceAuthorizationResponse) -> Self {
        Self {
            device_code: answer.device_code().secret().as_str().into(),
            user_code: answer.user_code().secret().clone(),
            verification_uri: answer.verification_uri().to_string(),
            verification_uri_complete: answer.verification_uri_complete().map(|uri| uri.secret().clone()),
            expires_in: answer.expires_in(),
            interval: answer.interval(),
        }
    }
}

/// A client to which the provider allows the browser only is the common fault here.
fn not_granted(fault: &Fault, sent: &Sent<'_>) -> Error {
    let error = explain(fault, DEVICE_ENDPOINT, Code::ProviderError, sent);
    match error.oauth_error.as_deref() {
        Some("unauthorized_client" | "unsupported_grant_type") => Error {
            code: Code::Configuration,
            message: format!("{}; allow the device grant to this client in the provider's console", error.message),
            ..error
        },
        _ => error,
    }
}

fn polled(answer: std::result::Result<Answer, Fault>, sent: &Sent<'_>) -> Result<Polled> {
    if let Err(RequestTokenError::ServerResponse(fault)) = &answer
        && let BasicErrorResponseType::Extension(name) = fault.error()
    {
        match name.as_str() {
            "authorization_pending" => return Ok(Polled::Pending),
            "slow_down" => return Ok(Polled::SlowDown),
            "access_denied" => {
                let message = format!("the sign-in was not granted (access_denied){}", words(fault, sent));
                return Err(Error::from_provider(Code::Denied, name, message));
            }
            "expired_token" => {
                let message =
                    "the provider gave the code up before the player was through (expired_token): offer to try again";
                return Err(Error::from_provider(Code::TimedOut, name, message));
            }
            _ => {}
        }
    }
    read(answer, Code::ProviderError, sent).map(|tokens| Polled::Tokens(Box::new(tokens)))
}

/// An error is looked for in every answer: some providers send `authorization_pending` with 200.
fn answer_in(response: &Response<Vec<u8>>) -> std::result::Result<Answer, Fault> {
    let unreadable = || RequestTokenError::Other(String::new());
    let content_type =
        response.headers().get(header::CONTENT_TYPE).map_or(b"application/json".as_slice(), |value| value.as_bytes());
    if !content_type.to_ascii_lowercase().starts_with(b"application/json") {
        return Err(unreadable());
    }
    let body = response.body();
    if let Ok(fault) = serde_json::from_slice::<BasicErrorResponse>(body) {
        return Err(RequestTokenError::ServerResponse(fault));
    }
    match response.status().is_success() {
        true => serde_json::from_slice(body).map_err(|_| unreadable()),
        false => Err(unreadable()),
    }
}
