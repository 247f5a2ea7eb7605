//! The way that the documentation of `openidconnect` shows: one reqwest client, discovery with its keys first, PKCE, the ID token
//! verified with nonce and access token hash.

use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::reqwest;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse,
};
use openidconnect::{EndpointMaybeSet, EndpointNotSet, EndpointSet};

use crate::{REDIRECT_URI, Result, parameter};

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

pub struct Player {
    http: reqwest::Client,
    client: Client,
    userinfo: bool,
    begun: Option<(PkceCodeVerifier, CsrfToken, Nonce)>,
    tokens: Option<CoreTokenResponse>,
}

impl Player {
    pub async fn new(issuer: &str, userinfo: bool, authority: reqwest::Certificate) -> Result<Self> {
        let builder = reqwest::ClientBuilder::new().redirect(reqwest::redirect::Policy::none());
        let http = builder.add_root_certificate(authority).build()?;
        let metadata = CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.to_owned())?, &http).await?;
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new("practice-game".to_owned()), None)
            .set_redirect_uri(RedirectUrl::new(REDIRECT_URI.to_owned())?);
        Ok(Self { http, client, userinfo, begun: None, tokens: None })
    }

    pub fn click(&mut self) -> Result<String> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = self.client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        for scope in ["profile", "email", "offline_access"] {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        self.begun = Some((verifier, state, nonce));
        Ok(url.into())
    }

    pub async fn callback(&mut self, url: &str) -> Result<(String, String)> {
        let (verifier, state, nonce) = self.begun.take().ok_or("nobody has clicked")?;
        if parameter(url, "state")? != *state.secret() {
            return Err("the state does not fit".into());
        }
        let code = AuthorizationCode::new(parameter(url, "code")?);
        let request = self.client.exchange_code(code)?.set_pkce_verifier(verifier);
        let response = request.request_async(&self.http).await?;
        let id_token = response.id_token().ok_or("the provider sent no ID token")?;
        let id_token_verifier = self.client.id_token_verifier();
        let claims = id_token.claims(&id_token_verifier, &nonce)?;
        if let Some(expected) = claims.access_token_hash() {
            let actual = AccessTokenHash::from_token(
                response.access_token(),
                id_token.signing_alg()?,
                id_token.signing_key(&id_token_verifier)?,
            )?;
            if actual != *expected {
                return Err("the access token does not fit".into());
            }
        }
        let subject = claims.subject().clone();
        let named = |name: Option<&str>| name.unwrap_or_default().to_owned();
        let name = if self.userinfo {
            let request = self.client.user_info(response.access_token().clone(), Some(subject.clone()))?;
            let claims: CoreUserInfoClaims = request.request_async(&self.http).await?;
            named(claims.name().and_then(|name| name.get(None)).map(|name| name.as_str()))
        } else {
            named(claims.name().and_then(|name| name.get(None)).map(|name| name.as_str()))
        };
        self.tokens = Some(response);
        Ok((subject.to_string(), name))
    }

    pub async fn refresh(&mut self) -> Result<()> {
        let tokens =
            self.tokens.as_ref().and_then(|tokens| tokens.refresh_token()).ok_or("there is no refresh token")?;
        let response = self.client.exchange_refresh_token(tokens)?.request_async(&self.http).await?;
        self.tokens = Some(response);
        Ok(())
    }
}
