//! The authorization request: RFC 6749 section 4.1.1, PKCE of RFC 7636 section 4.3, OpenID Connect Core 1.0 section 3.1.2.1.
//!
//! Here the three secrets of a login are born: state, nonce and code verifier. They live in [`AuthorizationRequest`] and die
//! with it; only the URL goes out, and it is never logged.

use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::LoginOptions;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::provider::discovery::Metadata;

/// 256 bits of randomness, for state and nonce.
const RANDOM_BYTES: u32 = 32;

/// What was asked, and what the answers must fit.
pub struct AuthorizationRequest {
    /// For the browser.
    pub url: Url,
    /// Comes back in the callback.
    pub state: SecretString,
    /// Comes back in the ID token, where one is asked for.
    pub nonce: Option<SecretString>,
    /// Proves to the token endpoint that whoever asked also answers.
    pub verifier: SecretString,
    /// What was asked for; granted, unless the provider says otherwise (RFC 6749 section 5.1).
    pub scopes: Vec<String>,
}

impl AuthorizationRequest {
    /// A request with fresh secrets.
    pub fn new(config: &Config, metadata: &Metadata, options: &LoginOptions, redirect_uri: &str) -> Result<Self> {
        let scopes = options.scopes.clone().unwrap_or_else(|| config.scopes.clone());
        let wants_id_token = scopes.iter().any(|scope| scope == "openid");
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = wants_id_token.then(random_text);
        let redirect_url = RedirectUrl::new(redirect_uri.to_owned())
            .map_err(|problem| Error::new(Code::Internal, format!("the redirect URI is not a URL: {problem}")))?;
        let oauth = BasicClient::new(ClientId::new(config.client.id.clone()))
            .set_auth_uri(AuthUrl::from_url(metadata.authorization_endpoint.clone()))
            .set_redirect_uri(redirect_url);
        let mut request = oauth
            .authorize_url(|| CsrfToken::new_random_len(RANDOM_BYTES))
            .add_scopes(scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if let Some(nonce) = &nonce {
            request = request.add_extra_param("nonce", nonce.expose_secret());
        }
        if let Some(age) = options.max_age {
            request = request.add_extra_param("max_age", age.as_secs().to_string());
        }
        for (name, value) in &options.parameters {
            request = request.add_extra_param(name, value);
        }
        let (url, state) = request.url();
        Ok(Self { url, state: state.into_secret().into(), nonce, verifier: verifier.into_secret().into(), scopes })
    }
}

/// As the values of an authorization request are made: random, in base64url.
pub(crate) fn random_text() -> SecretString {
    CsrfToken::new_random_len(RANDOM_BYTES).into_secret().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Input;
    use std::collections::HashMap;

    fn config(scopes: &str) -> Config {
        let input = Input {
            issuer: Some("https://id.example"),
            client_id: Some("game"),
            scopes: Some(scopes),
            ..Input::default()
        };
        Config::parse(&input).unwrap()
    }

    fn metadata() -> Metadata {
        Metadata {
            issuer: Some("https://id.example".into()),
            authorization_endpoint: Url::parse("https://id.example/authorize?tenant=7").unwrap(),
            token_endpoint: Url::parse("https://id.example/token").unwrap(),
            userinfo_endpoint: None,
            jwks_uri: None,
            revocation_endpoint: None,
            end_session_endpoint: None,
            device_authorization_endpoint: None,
            id_token_algorithms: Vec::new(),
            promises_issuer_parameter: false,
        }
    }

    fn request(options: &LoginOptions) -> AuthorizationRequest {
        AuthorizationRequest::new(&config("openid email"), &metadata(), options, "http://127.0.0.1:1/callback").unwrap()
    }

    #[test]
    fn the_request_has_what_the_specifications_ask_for() {
        let options =
            LoginOptions { parameters: vec![("organization".into(), "blue&team".into())], ..LoginOptions::default() };
        let request = request(&options);
        let query: HashMap<_, _> = request.url.query_pairs().into_owned().collect();
        let get = |name: &str| query.get(name).map(String::as_str);
        assert_eq!(get("response_type"), Some("code"));
        assert_eq!(get("client_id"), Some("game"));
        assert_eq!(get("redirect_uri"), Some("http://127.0.0.1:1/callback"));
        assert_eq!(get("scope"), Some("openid email"));
        assert_eq!(get("code_challenge_method"), Some("S256"));
        assert_eq!(get("tenant"), Some("7"), "what the endpoint has in its query stays (RFC 6749 section 3.1)");
        assert_eq!(get("organization"), Some("blue&team"));
        assert_eq!(get("state"), Some(request.state.expose_secret()));
        assert_eq!(get("nonce"), Some(request.nonce.as_ref().unwrap().expose_secret()));
        assert!(!request.url.as_str().contains(request.verifier.expose_secret()));
    }

    #[test]
    fn no_two_requests_share_a_secret() {
        let (a, b) = (request(&LoginOptions::default()), request(&LoginOptions::default()));
        assert_ne!(a.state.expose_secret(), b.state.expose_secret());
        assert_ne!(a.nonce.unwrap().expose_secret(), b.nonce.unwrap().expose_secret());
        assert_ne!(a.verifier.expose_secret(), b.verifier.expose_secret());
        assert!(a.state.expose_secret().len() >= 43, "256 bits in base64url");
    }
}
