//! Staying signed in: what a session holds, and what happens to it after the sign-in.
//!
//! A [`Session`] is a value: the client's lock guards the one that counts, and whatever needs the network works on a copy and
//! brings back another. [`refresh`] fetches new tokens, [`shared`] does so among several programs and puts the outcome into the
//! [`store`], [`keeper`] says when, [`logout`] ends it. Tokens leave as [`AccessToken`], never as text that could be logged.

mod access_token;
pub mod keeper;
pub mod lock;
pub mod logout;
pub mod protected;
pub mod refresh;
pub mod revocation;
pub mod shared;
pub mod store;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use access_token::claims_in;

pub use access_token::AccessToken;
use protected::ProtectedText;
use store::record::Record;

use crate::config::{ClaimPaths, Config};
use crate::error::{Code, Error, Result};
use crate::id_token::Claims;
use crate::login::SignedIn;
use crate::profile::Profile;
use crate::provider::token_endpoint::Tokens;

/// One player, signed in.
#[derive(Clone)]
pub struct Session {
    claims: Claims,
    profile: Arc<Profile>,
    access_token: AccessToken,
    refresh_token: Option<ProtectedText>,
    id_token: Option<ProtectedText>,
}

/// What is left to do at the provider when a session has ended here.
#[derive(Clone)]
pub struct Remains {
    /// The refresh token, else the access token.
    token: ProtectedText,
    token_type_hint: &'static str,
    id_token: Option<ProtectedText>,
}

impl Session {
    /// The session that a login begins. `skew_s`: the provider's clock minus ours.
    pub fn begin(signed_in: SignedIn, config: &Config, skew_s: Option<i64>) -> Self {
        let SignedIn { tokens, claims, profile, scopes } = signed_in;
        Self {
            claims,
            profile: Arc::new(profile),
            access_token: AccessToken::received(&tokens, &scopes, skew_s, config.session.default_token_lifetime),
            refresh_token: protected(&tokens.refresh_token),
            id_token: protected(&tokens.id_token),
        }
    }

    /// Who it is.
    pub fn profile(&self) -> Arc<Profile> {
        Arc::clone(&self.profile)
    }

    /// The token at hand, whatever its age.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// What the next access token is fetched with; without one the session lives as long as the one at hand.
    pub fn refresh_token(&self) -> Result<&ProtectedText> {
        self.refresh_token.as_ref().ok_or_else(|| {
            Error::new(
                Code::NotSupported,
                "the provider gave no refresh token: ask for the scope offline_access, or allow refresh tokens in its console",
            )
        })
    }

    /// What a refresh brought. A provider that does not rotate sends no new refresh token, and the old one stays (RFC 6749
    /// section 6); so does the profile without a new ID token, and with one what [`Profile::renewed`] says.
    pub fn renewed(
        &self,
        tokens: Tokens,
        claims: Option<Claims>,
        config: &Config,
        skew_s: Option<i64>,
    ) -> Result<Self> {
        let profile = match claims {
            Some(claims) => {
                // Verified when it came.
                let last = self.id_token.as_ref().and_then(|token| token.with_text(claims_in)).unwrap_or_default();
                let earlier = [self.claims.as_map(), &last];
                Arc::new(self.profile.renewed(&earlier, claims.as_map(), &config.claim_paths)?)
            }
            None => self.profile(),
        };
        let otherwise = config.session.default_token_lifetime;
        Ok(Self {
            claims: self.claims.clone(),
            profile,
            access_token: AccessToken::received(&tokens, &self.access_token.scopes, skew_s, otherwise),
            refresh_token: protected(&tokens.refresh_token).or_else(|| self.refresh_token.clone()),
            id_token: protected(&tokens.id_token).or_else(|| self.id_token.clone()),
        })
    }

    /// Whether both are of the same player at the same provider (OpenID Connect Core 1.0 section 5.7).
    pub fn is_of_the_player_of(&self, other: &Self) -> bool {
        (self.claims.issuer(), &self.profile.subject) == (other.claims.issuer(), &other.profile.subject)
    }

    /// Whether nothing was fetched between the two.
    pub fn has_the_tokens_of(&self, other: &Self) -> bool {
        self.refresh_token == other.refresh_token && self.access_token.text() == other.access_token.text()
    }

    /// What is stored. Nothing without a refresh token: such a session could not be taken up again.
    pub fn record(&self) -> Option<Record> {
        let millis = |age: Duration| u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        Some(Record {
            refresh_token: self.refresh_token.as_ref()?.exposed(),
            access_token: self.access_token.text().exposed(),
            id_token: self.id_token.as_ref().map(ProtectedText::exposed),
            scopes: self.access_token.scopes.clone(),
            expires_at: Some(self.access_token.expires_at_unix()),
            lifetime_s: Some(self.access_token.lifetime.as_secs()),
            received_ms: self.access_token.received.duration_since(SystemTime::UNIX_EPOCH).map_or(0, millis),
            claims: self.claims.as_map().clone(),
            profile: self.profile.claims().clone(),
        })
    }

    /// The session that was stored.
    pub fn restore(record: Record, paths: &ClaimPaths) -> Result<Self> {
        let received = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(record.received_ms));
        let access_token = AccessToken::restored(
            ProtectedText::new(record.access_token.expose_secret()),
            record.scopes,
            Duration::from_secs(record.lifetime_s.unwrap_or(0)),
            received.unwrap_or(SystemTime::UNIX_EPOCH),
        );
        Ok(Self {
            profile: Arc::new(Profile::from_claims(&record.profile, paths)?),
            claims: Claims::from_store(record.claims),
            access_token,
            refresh_token: protected(&Some(record.refresh_token)),
            id_token: protected(&record.id_token),
        })
    }

    /// Ends it here and keeps only what the provider is to be told.
    pub fn end(self) -> Remains {
        let (token, token_type_hint) = match self.refresh_token {
            Some(token) => (token, "refresh_token"),
            None => (self.access_token.text().clone(), "access_token"),
        };
        Remains { token, token_type_hint, id_token: self.id_token }
    }
}

/// Takes a token that will be kept for long out of the ordinary heap.
fn protected(token: &Option<SecretString>) -> Option<ProtectedText> {
    token.as_ref().map(|token| ProtectedText::new(token.expose_secret()))
}

#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::config::Input;

    pub(crate) fn config() -> Config {
        let input = Input { issuer: Some("https://id.example"), client_id: Some("game"), ..Input::default() };
        Config::parse(&input).expect("a configuration")
    }

    /// Plain OAuth 2.0 with endpoints one by one, all of them there.
    pub(crate) fn plain_config(endpoint: &str) -> Config {
        let input = Input {
            client_id: Some("game"),
            scopes: Some("email"),
            authorization_endpoint: Some(endpoint),
            token_endpoint: Some(endpoint),
            userinfo_endpoint: Some(endpoint),
            revocation_endpoint: Some(endpoint),
            ..Input::default()
        };
        Config::parse(&input).expect("a configuration")
    }

    /// What the token endpoint gives the `serial`th time.
    pub(crate) fn tokens(serial: u32, life: Duration) -> Tokens {
        Tokens {
            access_token: format!("access-{serial}").into(),
            scopes: None,
            expires_in: Some(life),
            refresh_token: Some(format!("refresh-{serial}").into()),
            id_token: None,
            received: SystemTime::now(),
        }
    }

    pub(crate) fn session(serial: u32, life: Duration) -> Session {
        let claims = serde_json::json!({"iss": "https://id.example", "sub": "ada"});
        let claims = claims.as_object().cloned().expect("an object");
        let config = config();
        let profile = Profile::from_claims(&claims, &config.claim_paths).expect("a profile");
        let claims = Claims::from_store(claims);
        Session::begin(SignedIn { tokens: tokens(serial, life), claims, profile, scopes: Vec::new() }, &config, None)
    }
}
