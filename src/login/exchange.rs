//! From the authorization code, or the tokens that it brought, to claims that may be believed: one request, or two with userinfo.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use super::LoginOptions;
use super::authorize::AuthorizationRequest;
use crate::config::{Config, WantedClaims};
use crate::error::{Check, Code, Error, Result};
use crate::id_token::{Claims, check_userinfo_subject};
use crate::profile::Profile;
use crate::provider::Provider;
use crate::provider::discovery::Metadata;
use crate::provider::token_endpoint::Tokens;
use crate::verify::{Circumstances, verify};

/// What a login brings.
pub struct SignedIn {
    /// Not for anyone's eyes but the session's.
    pub tokens: Tokens,
    /// Of the ID token, verified; of userinfo with a plain OAuth 2.0 provider.
    pub claims: Claims,
    /// Who it is.
    pub profile: Profile,
    /// What was asked for.
    pub scopes: Vec<String>,
}

/// What an ID token must be tied to.
pub enum Tie<'a> {
    /// The authorization request carried this nonce, and the ID token must carry it too.
    Nonce(&'a SecretString),
    /// Nothing of its own: RFC 8628 has no parameter that a nonce could go with, and the device code, which nobody else has,
    /// stands for it. Never in the browser's flow, where the code has passed through other hands.
    DeviceCode,
    /// There is none: plain OAuth 2.0.
    NoIdToken,
}

/// Spends the code, verifies the ID token, and only then asks userinfo, if anything is missing.
pub async fn complete(
    config: &Config,
    provider: &Provider,
    metadata: &Metadata,
    request: &AuthorizationRequest,
    options: &LoginOptions,
    redirect_uri: &str,
    code: &SecretString,
) -> Result<SignedIn> {
    let tokens = provider.exchange_code(&config.client, code, &request.verifier, redirect_uri).await?;
    let tie = request.nonce.as_ref().map_or(Tie::NoIdToken, Tie::Nonce);
    let (claims, profile) = believe(config, provider, metadata, options, &tokens, &tie).await?;
    Ok(SignedIn { tokens, claims, profile, scopes: request.scopes.clone() })
}

/// Who the tokens are about: by the ID token, once it is verified; without one by userinfo.
pub async fn believe(
    config: &Config,
    provider: &Provider,
    metadata: &Metadata,
    options: &LoginOptions,
    tokens: &Tokens,
    tie: &Tie<'_>,
) -> Result<(Claims, Profile)> {
    let nonce = match tie {
        Tie::Nonce(nonce) => Some(nonce.expose_secret()),
        Tie::DeviceCode => None,
        Tie::NoIdToken => {
            let endpoint = metadata.userinfo_endpoint.as_ref().ok_or_else(no_userinfo)?;
            let all = provider.userinfo(endpoint, &tokens.access_token).await?;
            let profile = Profile::from_claims(&all, &config.claim_paths)?;
            return Ok((Claims::from_userinfo(all), profile));
        }
    };
    let token = tokens.id_token.as_ref().ok_or_else(no_id_token)?;
    let access_token = Some(tokens.access_token.expose_secret());
    let circumstances = Circumstances { nonce, access_token, max_age: options.max_age };
    let claims = verify(config, provider, metadata, token, &circumstances).await?;
    let all = with_userinfo(config, provider, metadata, tokens, &claims).await?;
    let profile = Profile::from_claims(&all, &config.claim_paths)?;
    Ok((claims, profile))
}

/// The ID token's claims, and where the game wants more, userinfo's (OpenID Connect Core 1.0 section 5.3.2). The ID token wins.
async fn with_userinfo(
    config: &Config,
    provider: &Provider,
    metadata: &Metadata,
    tokens: &Tokens,
    claims: &Claims,
) -> Result<Map<String, Value>> {
    let verified = claims.as_map();
    let endpoint = match &metadata.userinfo_endpoint {
        Some(endpoint) if lacks_any(&config.wanted_claims, verified) => endpoint,
        _ => return Ok(verified.clone()),
    };
    let mut all = provider.userinfo(endpoint, &tokens.access_token).await?;
    check_userinfo_subject(claims, &all)?;
    all.extend(verified.clone());
    Ok(all)
}

fn lacks_any(wanted: &WantedClaims, claims: &Map<String, Value>) -> bool {
    wanted.0.iter().any(|group| !group.iter().any(|claim| claims.contains_key(claim)))
}

fn no_id_token() -> Error {
    Error::rejected(
        Check::Missing,
        "the token endpoint sent no ID token although openid was asked for: check that the client is an OpenID Connect one \
         in the provider's console",
    )
}

fn no_userinfo() -> Error {
    Error::new(
        Code::ProviderError,
        "the provider has no userinfo endpoint, and without openid that is where a profile comes from",
    )
}
