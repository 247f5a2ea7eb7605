//! A new access token for a session that goes on: RFC 6749 section 6, OpenID Connect Core 1.0 section 12.

use secrecy::ExposeSecret;

use super::Session;
use crate::config::Config;
use crate::error::Result;
use crate::id_token::{Claims, check_refreshed};
use crate::log;
use crate::provider::Provider;
use crate::provider::discovery::Metadata;
use crate::provider::token_endpoint::Tokens;
use crate::verify::{Circumstances, verify};

/// Spends the refresh token. A refreshed ID token, which a provider need not send, must be of the same player. One that can't be
/// judged now, since the keys can't be had, is left aside: the tokens beside it must not be lost, for a provider that rotates
/// will not take the old one again.
pub async fn refresh(config: &Config, provider: &Provider, session: &Session) -> Result<Session> {
    let metadata = provider.metadata().await?;
    let mut tokens = provider.refresh(&config.client, &session.refresh_token()?.exposed()).await?;
    let claims = match judged(config, provider, &metadata, session, &tokens).await {
        Err(error) if error.temporary => {
            log::warning!("refresh: the new ID token could not be verified now and is left aside: {error}");
            tokens.id_token = None;
            None
        }
        outcome => outcome?,
    };
    session.renewed(tokens, claims, config, provider.clock_skew())
}

async fn judged(
    config: &Config,
    provider: &Provider,
    metadata: &Metadata,
    session: &Session,
    tokens: &Tokens,
) -> Result<Option<Claims>> {
    let Some(token) = tokens.id_token.as_ref().filter(|_| config.wants_id_token()) else { return Ok(None) };
    let access_token = Some(tokens.access_token.expose_secret());
    let circumstances = Circumstances { nonce: None, access_token, max_age: None };
    let claims = verify(config, provider, metadata, token, &circumstances).await?;
    check_refreshed(&session.claims, &claims)?;
    Ok(Some(claims))
}
