//! Telling the provider that a session has ended: RFC 7009, OpenID Connect RP-Initiated Logout 1.0.
//!
//! By the time this runs the session is gone here. Nothing that goes wrong brings it back; it is only reported.

use secrecy::ExposeSecret;
use url::Url;

use super::Remains;
use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::login::Progress;
use crate::login::authorize::random_text;
use crate::login::callback::{Listener, LogoutCallback};
use crate::login::open;
use crate::provider::Provider;

/// RFC 7009: the tokens are no longer needed.
pub async fn revoke(config: &Config, provider: &Provider, remains: &Remains) -> Result<()> {
    let _connections = provider.connections();
    let metadata = provider.metadata().await?;
    let endpoint = metadata.revocation_endpoint.as_ref().ok_or_else(|| {
        Error::new(
            Code::NotSupported,
            "the provider has no revocation endpoint: the tokens are forgotten here and live on until they expire",
        )
    })?;
    provider.revoke(endpoint, &config.client, &remains.token.exposed(), remains.token_type_hint).await
}

/// RP-Initiated Logout 1.0 section 2: the player's browser forgets who they are at the provider.
pub async fn end_session(
    config: &Config,
    provider: &Provider,
    remains: &Remains,
    progress: &impl Progress,
) -> Result<()> {
    let metadata = provider.metadata().await?;
    let endpoint = metadata.end_session_endpoint.as_ref().ok_or_else(|| {
        Error::new(
            Code::NotSupported,
            "the provider has no end-session endpoint: to change the account, sign in with prompt=login or select_account",
        )
    })?;
    let listener = Listener::bind(&config.redirect)?;
    let state = random_text();
    let mut url = endpoint.clone();
    add_parameters(&mut url, config, remains, &listener.post_logout_redirect_uri(), state.expose_secret());
    progress.waiting_for_player(&url);
    log::info!("logout: waiting for the provider's page in the browser");
    let answer = tokio::select! {
        answer = listener.logout_response(&state, &config.page) => answer,
        failure = open(config.browser, &url) => return Err(failure),
    };
    match answer {
        LogoutCallback::Matched => Ok(()),
        LogoutCallback::OtherState | LogoutCallback::NoState => Err(Error::new(
            Code::ProviderError,
            "the provider's sign-out answer does not carry the state that was sent: the session has ended here, but whether \
             it has ended in the browser is not known",
        )),
    }
}

fn add_parameters(url: &mut Url, config: &Config, remains: &Remains, redirect_uri: &str, state: &str) {
    let mut query = url.query_pairs_mut();
    if let Some(id_token) = &remains.id_token {
        id_token.with_text(|text| {
            query.append_pair("id_token_hint", text);
        });
    }
    query.append_pair("client_id", &config.client.id);
    query.append_pair("post_logout_redirect_uri", redirect_uri);
    query.append_pair("state", state);
}
