//! Staying signed in: what a session holds, and the two things that happen to it, [`refresh`] and [`logout`].
//!
//! A [`Session`] belongs to one client and is changed under that client's lock only; what needs the network works on a copy
//! of the parts that it needs. Tokens leave it as [`AccessToken`], never as text that could be logged.

pub mod logout;
pub mod refresh;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use crate::config::ClaimPaths;
use crate::error::Result;
use crate::id_token::Claims;
use crate::login::SignedIn;
use crate::profile::Profile;
use crate::provider::token_endpoint::Tokens;

/// One player, signed in.
pub struct Session {
    claims: Claims,
    profile: Arc<Profile>,
    access_token: AccessToken,
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
}

/// An access token with what is known of it. Wiped when it is dropped.
#[derive(Clone)]
pub struct AccessToken {
    text: SecretString,
    /// What was granted.
    pub scopes: Vec<String>,
    expires_at: Option<SystemTime>,
    received: SystemTime,
}

/// What a refresh starts from.
pub struct Renewal {
    refresh_token: SecretString,
    claims: Claims,
}

/// What is left to do at the provider when a session has ended here.
pub struct Remains {
    /// The refresh token, else the access token.
    token: SecretString,
    token_type_hint: &'static str,
    id_token: Option<SecretString>,
}

impl Session {
    /// The session that a login begins.
    pub fn begin(signed_in: SignedIn) -> Self {
        let SignedIn { tokens, claims, profile, scopes } = signed_in;
        Self {
            claims,
            profile: Arc::new(profile),
            access_token: AccessToken::new(&tokens, scopes),
            refresh_token: tokens.refresh_token,
            id_token: tokens.id_token,
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

    /// What a refresh needs; none if the provider gave no refresh token.
    pub fn renewal(&self) -> Option<Renewal> {
        Some(Renewal { refresh_token: self.refresh_token.clone()?, claims: self.claims.clone() })
    }

    /// Takes what a refresh brought. A provider that does not rotate sends no new refresh token, and the old one stays
    /// (RFC 6749 section 6).
    pub fn renew(&mut self, tokens: Tokens, claims: Option<Claims>, paths: &ClaimPaths) -> Result<()> {
        if let Some(claims) = claims {
            let mut all = self.profile.claims().clone();
            all.extend(claims.as_map().clone());
            self.profile = Arc::new(Profile::from_claims(&all, paths)?);
        }
        self.access_token = AccessToken::new(&tokens, self.access_token.scopes.clone());
        self.refresh_token = tokens.refresh_token.or(self.refresh_token.take());
        self.id_token = tokens.id_token.or(self.id_token.take());
        Ok(())
    }

    /// Ends it here and keeps only what the provider is to be told.
    pub fn end(self) -> Remains {
        let (token, token_type_hint) = match self.refresh_token {
            Some(token) => (token, "refresh_token"),
            None => (self.access_token.text, "access_token"),
        };
        Remains { token, token_type_hint, id_token: self.id_token }
    }
}

impl AccessToken {
    fn new(tokens: &Tokens, asked: Vec<String>) -> Self {
        Self {
            text: tokens.access_token.clone(),
            scopes: tokens.scopes.clone().unwrap_or(asked),
            expires_at: tokens.expires_in.and_then(|life| tokens.received.checked_add(life)),
            received: tokens.received,
        }
    }

    /// Shows the token to a function that puts it where it must go.
    pub fn with_text<T>(&self, use_text: impl FnOnce(&str) -> T) -> T {
        use_text(self.text.expose_secret())
    }

    /// Seconds since the Unix epoch; zero if the provider did not say.
    pub fn expires_at_unix(&self) -> i64 {
        let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).ok();
        self.expires_at.and_then(since).map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
    }

    /// Whether it is good for that long from `now` on. One of unknown life is taken to be.
    pub fn is_good_for(&self, life: Duration, now: SystemTime) -> bool {
        self.expires_at.is_none_or(|end| end > now && end.duration_since(now).is_ok_and(|left| left >= life))
    }

    /// Whether it came so lately that a newer one would be no better.
    pub fn is_fresh(&self, now: SystemTime) -> bool {
        const FRESH: Duration = Duration::from_secs(60);
        now.duration_since(self.received).is_ok_and(|age| age < FRESH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(life: Option<u64>) -> (AccessToken, SystemTime) {
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let tokens = Tokens {
            access_token: "text".into(),
            scopes: None,
            expires_in: life.map(Duration::from_secs),
            refresh_token: None,
            id_token: None,
            received,
        };
        (AccessToken::new(&tokens, vec!["openid".into()]), received)
    }

    #[test]
    fn a_token_is_good_until_its_end_and_not_at_it() {
        let (token, received) = token(Some(300));
        let at = |seconds| received + Duration::from_secs(seconds);
        assert!(token.is_good_for(Duration::from_secs(300), received));
        assert!(!token.is_good_for(Duration::from_secs(301), received));
        assert!(token.is_good_for(Duration::ZERO, at(299)));
        assert!(!token.is_good_for(Duration::ZERO, at(300)));
        assert_eq!(token.expires_at_unix(), 1_000_300);
        assert!(token.is_fresh(at(59)) && !token.is_fresh(at(60)));
    }

    #[test]
    fn a_token_of_unknown_life_is_taken_as_good() {
        let (token, received) = token(None);
        assert!(token.is_good_for(Duration::MAX, received));
        assert_eq!(token.expires_at_unix(), 0);
    }

    #[test]
    fn a_life_beyond_all_clocks_does_not_overflow() {
        let (token, received) = token(Some(u64::MAX));
        assert!(token.is_good_for(Duration::from_secs(1), received));
    }
}
