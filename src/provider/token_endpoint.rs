//! The token endpoint: one function for each message, RFC 6749 sections 4.1.3 (code) and 6 (refresh).
//!
//! Requests are made and answers are read by the `oauth2` crate; here an answer becomes [`Tokens`] and a fault becomes an
//! error with the provider's own words. Nothing in an answer is verified here, and none of it is ever put into a message.

#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::http::{HeaderMap, HeaderValue, Request, Response, header};
use oauth2::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use super::Provider;
use super::http::Http;
use super::sent::Sent;
use crate::config::{ClientAuth, ClientConfig};
use crate::error::{Code, Error, Result};

/// A token response (RFC 6749 section 5.1, OpenID Connect Core 1.0 section 3.1.3.3), not verified.
pub struct Tokens {
    /// For the game's backend.
    pub access_token: SecretString,
    /// What was granted, if the provider says so; else it is what was asked for.
    pub scopes: Option<Vec<String>>,
    /// From `received` on.
    pub expires_in: Option<Duration>,
    /// For the next access token.
    pub refresh_token: Option<SecretString>,
    /// To be verified.
    pub id_token: Option<SecretString>,
    /// When the answer came.
    pub received: SystemTime,
}

pub(super) type Answer = StandardTokenResponse<IdTokenField, BasicTokenType>;
pub(super) type Fault = RequestTokenError<Error, BasicErrorResponse>;
pub(super) type OAuthClient = oauth2::Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

#[derive(Deserialize, Serialize)]
pub(super) struct IdTokenField {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdTokenField {}

/// The `oauth2` crate asks for `Debug`; a token has nothing to show.
impl fmt::Debug for IdTokenField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenField")
    }
}

impl Provider {
    /// RFC 6749 section 4.1.3 with RFC 7636 section 4.5: spends the authorization code. Sent once.
    pub async fn exchange_code(
        &self,
        client: &ClientConfig,
        code: &SecretString,
        verifier: &SecretString,
        redirect_uri: &str,
    ) -> Result<Tokens> {
        let oauth = self.oauth_client(client).await?;
        let redirect_uri = RedirectUrl::new(redirect_uri.to_owned()).map_err(internal)?;
        let http = self.connections();
        let answer = oauth
            .exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()))
            .set_redirect_uri(Cow::Owned(redirect_uri))
            .request_async(&http.endpoint(NAME))
            .await;
        read(answer, Code::ProviderError, &Sent::with(client, &[code, verifier]))
    }

    /// RFC 6749 section 6: spends the refresh token, if the provider rotates them. Sent once.
    pub async fn refresh(&self, client: &ClientConfig, refresh_token: &SecretString) -> Result<Tokens> {
        let oauth = self.oauth_client(client).await?;
        let http = self.connections();
        let answer = oauth
            .exchange_refresh_token(&RefreshToken::new(refresh_token.expose_secret().to_owned()))
            .request_async(&http.endpoint(NAME))
            .await;
        read(answer, Code::SessionExpired, &Sent::with(client, &[refresh_token]))
    }

    pub(super) async fn oauth_client(&self, client: &ClientConfig) -> Result<OAuthClient> {
        let metadata = self.metadata().await?;
        let token_url = TokenUrl::from_url(metadata.token_endpoint.clone());
        let mut oauth = oauth2::Client::new(ClientId::new(client.id.clone())).set_token_uri(token_url);
        if let Some(secret) = &client.secret {
            oauth = oauth.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
        }
        Ok(oauth.set_auth_type(match client.auth {
            ClientAuth::Basic => AuthType::BasicAuth,
            ClientAuth::Post => AuthType::RequestBody,
        }))
    }
}

/// What it is called in a sentence.
pub(super) const NAME: &str = "the token endpoint";

/// How the `oauth2` crate sends what it has built.
pub(super) struct Endpoint<'h> {
    http: &'h Http,
    name: &'static str,
}

impl<'c> AsyncHttpClient<'c> for Endpoint<'_> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Vec<u8>>>> + Send + 'c>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.http.send(self.name, request))
    }
}

impl Http {
    /// For the `oauth2` crate.
    pub(super) fn endpoint(&self, name: &'static str) -> Endpoint<'_> {
        Endpoint { http: self, name }
    }

    /// RFC 7009 section 2.1. Not through the `oauth2` crate, which refuses a provider on loopback.
    pub(super) async fn post_revocation(
        &self,
        url: &Url,
        client: &ClientConfig,
        token: &SecretString,
        hint: &'static str,
    ) -> Result<Response<Vec<u8>>> {
        let pairs = [("token", token.expose_secret()), ("token_type_hint", hint)];
        self.send("the revocation endpoint", form_request(url, client, &pairs)?).await
    }
}

/// A form of this client's, with what it authenticates itself by (RFC 6749 section 2.3.1).
pub(super) fn form_request(url: &Url, client: &ClientConfig, pairs: &[(&str, &str)]) -> Result<Request<Vec<u8>>> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    match (&client.secret, client.auth) {
        (Some(secret), ClientAuth::Basic) => {
            headers.insert(header::AUTHORIZATION, basic_credentials(&client.id, secret)?);
        }
        (Some(secret), ClientAuth::Post) => {
            form.append_pair("client_id", &client.id).append_pair("client_secret", secret.expose_secret());
        }
        (None, _) => {
            form.append_pair("client_id", &client.id);
        }
    }
    let mut request = Request::post(url.as_str()).body(form.finish().into_bytes()).map_err(internal)?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// RFC 6749 section 2.3.1: both are form-encoded before they are joined.
fn basic_credentials(id: &str, secret: &SecretString) -> Result<HeaderValue> {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(id), encoded(secret.expose_secret()));
    let mut value = HeaderValue::from_str(&format!("Basic {}", BASE64.encode(pair))).map_err(internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// `spent` is the code for `invalid_grant`, which means another thing for a code than for a refresh token.
pub(super) fn read(answer: std::result::Result<Answer, Fault>, spent: Code, sent: &Sent<'_>) -> Result<Tokens> {
    let answer = answer.map_err(|fault| explain(&fault, NAME, spent, sent))?;
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(Error::new(
            Code::ProviderError,
            format!(
                "the token endpoint gave a token of the type \"{}\", which can't be used here (RFC 6749 section 7.1): let the \
                 provider issue bearer tokens to this client",
                sent.quoted(answer.token_type().as_ref(), 32)
            ),
        ));
    }
    if !is_sendable(answer.access_token().secret()) {
        return Err(Error::new(
            Code::ProviderError,
            "the token endpoint gave an access token that is empty or can't be sent (RFC 6749 appendix A.12)",
        ));
    }
    Ok(Tokens::from(answer))
}

/// VSCHAR, RFC 6749 appendix A.12: what fits into a header.
fn is_sendable(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

impl From<Answer> for Tokens {
    fn from(answer: Answer) -> Self {
        let scopes = answer.scopes().map(|scopes| scopes.iter().map(|scope| scope.to_string()).collect());
        Self {
            access_token: answer.access_token().secret().as_str().into(),
            scopes,
            expires_in: answer.expires_in(),
            // Some providers write an empty text for none.
            refresh_token: answer
                .refresh_token()
                .map(|token| token.secret())
                .filter(|token| !token.is_empty())
                .map(|token| token.as_str().into()),
            id_token: answer.extra_fields().id_token.as_deref().map(SecretString::from),
            received: SystemTime::now(),
        }
    }
}

/// What a fault means. `name` is the endpoint's, as in [`NAME`].
pub(super) fn explain(fault: &Fault, name: &str, spent: Code, sent: &Sent<'_>) -> Error {
    match fault {
        RequestTokenError::Request(error) => error.clone(),
        RequestTokenError::ServerResponse(answer) => {
            let code = match answer.error() {
                BasicErrorResponseType::InvalidGrant => spent,
                BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
                    Code::Configuration
                }
                BasicErrorResponseType::Extension(name) if name == "access_denied" => Code::Denied,
                _ => Code::ProviderError,
            };
            let error = sent.quoted(answer.error().as_ref(), 64);
            let words = words(answer, sent);
            let advice = match code {
                Code::Configuration => "; check client_id, client_secret and how it is sent in the configuration",
                Code::SessionExpired => "; the player has to sign in again",
                _ => "",
            };
            Error::from_provider(code, &error, format!("{name} refused the request with {error}{words}{advice}"))
        }
        // The parser's own words may quote the answer, and a token may be in it: only the place is told.
        RequestTokenError::Parse(problem, _) => Error::new(
            Code::ProviderError,
            format!("{name}'s answer can't be read (at \"{}\")", sent.quoted(&problem.path().to_string(), 80)),
        ),
        RequestTokenError::Other(_) => Error::new(
            Code::ProviderError,
            format!("{name}'s answer can't be read: it is empty, or not JSON by its content type"),
        ),
    }
}

/// The provider's own, behind a colon.
pub(super) fn words(answer: &BasicErrorResponse, sent: &Sent<'_>) -> String {
    answer.error_description().map_or(String::new(), |text| format!(": {}", sent.quoted(text, 300)))
}

pub(super) fn internal(problem: impl fmt::Display) -> Error {
    Error::new(Code::Internal, format!("a request to the provider could not be built: {problem}"))
}
