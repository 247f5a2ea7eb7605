//! A new access token for a session that goes on: RFC 6749 section 6, OpenID Connect Core 1.0 section 12.

use secrecy::ExposeSecret;

use super::Renewal;
use crate::config::Config;
use crate::error::Result;
use crate::id_token::{Claims, check_refreshed};
use crate::provider::Provider;
use crate::provider::token_endpoint::Tokens;
use crate::verify::{Circumstances, verify};

/// What a refresh brings: new tokens, and the claims of a refreshed ID token where the provider sent one.
pub type Refreshed = (Tokens, Option<Claims>);

/// Spends the refresh token. A refreshed ID token, which a provider need not send, must be of the same player.
pub async fn refresh(config: &Config, provider: &Provider, renewal: &Renewal) -> Result<Refreshed> {
    let metadata = provider.metadata().await?;
    let tokens = provider.refresh(&config.client, &renewal.refresh_token).await?;
    let claims = match &tokens.id_token {
        Some(token) if config.wants_id_token() => {
            let access_token = Some(tokens.access_token.expose_secret());
            let circumstances = Circumstances { nonce: None, access_token, max_age: None };
            let claims = verify(config, provider, &metadata, token, &circumstances).await?;
            check_refreshed(&renewal.claims, &claims)?;
            Some(claims)
        }
        _ => None,
    };
    Ok((tokens, claims))
}
