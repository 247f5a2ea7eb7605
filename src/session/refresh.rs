//! A new access token for a session that goes on: RFC 6749 section 6, OpenID Connect Core 1.0 section 12.

use secrecy::ExposeSecret;

use super::Session;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::id_token::{Claims, check_refreshed};
use crate::log;
use crate::provider::Provider;
use crate::provider::discovery::Metadata;
use crate::provider::token_endpoint::Tokens;
use crate::verify::{Circumstances, verify};

/// Spends the refresh token. A refreshed ID token, which a provider need not send, must be of the same player. One that can't be
/// judged, since the keys can't be had, is left aside: the tokens beside it must not be lost, for a provider that rotates will
/// not take the old one again. For the same reason the keys are fetched first: a game that ends between the answer and the
/// store loses what came. And `still_wanted` is asked last of all: whoever is about to end spends nothing any more.
pub async fn refresh(
    config: &Config,
    provider: &Provider,
    session: &Session,
    still_wanted: &(impl Fn() -> bool + Sync),
) -> Result<Session> {
    let metadata = provider.metadata().await?;
    let keys = if config.wants_id_token() { provider.keys().await.map(drop) } else { Ok(()) };
    if !still_wanted() {
        return Err(Error::new(Code::Cancelled, "the client was destroyed before its token was refreshed"));
    }
    let mut tokens = provider.refresh(&config.client, &session.refresh_token()?.exposed()).await?;
    let judgement = match keys {
        Ok(()) => judged(config, provider, &metadata, session, &tokens).await,
        Err(error) => Err(error),
    };
    let claims = match judgement {
        Err(error) if error.code != Code::TokenRejected => {
            if tokens.id_token.take().is_some() {
                log::warning!("refresh: the new ID token could not be verified and is left aside: {error}");
            }
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

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::time::Duration;

    use super::*;
    use crate::session::testing::{plain_config, session};

    /// With the endpoints of the configuration the token request is the only one.
    #[tokio::test]
    async fn a_token_that_nobody_wants_any_more_is_not_spent() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let root = format!("http://{}", listener.local_addr().unwrap());
        let config = plain_config(&root);
        let provider = Provider::new(config.provider.clone(), false);
        let session = session(0, Duration::from_secs(300));
        let unwanted = refresh(&config, &provider, &session, &|| false).await;
        assert_eq!(unwanted.err().unwrap().code, Code::Cancelled);
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "the provider was asked");
    }
}
