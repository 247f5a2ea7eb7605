//! An access token with what is known of its life.
//!
//! How long it lives is the provider's `expires_in`, else the `exp` that the token itself carries (nothing but a hint: access
//! tokens are for the game's backend to verify), else the configuration's word. Its end is counted on the clock that the player
//! can't set and that goes on while the machine sleeps; the wall clock's time is for showing, and for the store.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SecureRandom;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::protected::ProtectedText;
use crate::clock::since_boot;
use crate::provider::token_endpoint::Tokens;

/// A refresh begins so much of the token's life before its end, but no more than [`LONGEST_MARGIN`].
const MARGIN: u32 = 5;
const LONGEST_MARGIN: Duration = Duration::from_secs(120);
/// However short a life the provider gives, tokens are not fetched ahead in a shorter rhythm.
const SHORTEST_RHYTHM: Duration = Duration::from_secs(2);
/// Nobody's clock or arithmetic has to bear more.
const LONGEST_LIFE: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);
/// Came so lately that a newer one would be no better.
const FRESH: Duration = Duration::from_secs(60);

/// An access token. Wiped when it is dropped.
#[derive(Clone)]
pub struct AccessToken {
    text: ProtectedText,
    /// What was granted.
    pub scopes: Vec<String>,
    /// How long it was issued for.
    pub lifetime: Duration,
    /// When it came, by the wall clock.
    pub received: SystemTime,
    /// When it came, since boot; a restored one may have come before.
    came: Duration,
    ends: Duration,
    refresh_due: Duration,
}

impl AccessToken {
    /// One that has just come. `skew_s`: the provider's clock minus ours. `otherwise`: how long it is taken to live if nobody
    /// says.
    pub fn received(tokens: &Tokens, asked: &[String], skew_s: Option<i64>, otherwise: Duration) -> Self {
        let lifetime = tokens.expires_in.or_else(|| own_word(&tokens.access_token, tokens.received, skew_s));
        let lifetime = lifetime.unwrap_or(otherwise).min(LONGEST_LIFE);
        let scopes = tokens.scopes.clone().unwrap_or_else(|| asked.to_vec());
        let came = since_boot();
        Self {
            text: ProtectedText::new(tokens.access_token.expose_secret()),
            scopes,
            lifetime,
            received: tokens.received,
            came,
            ends: came + lifetime,
            refresh_due: due(came, lifetime),
        }
    }

    /// One out of the store. A wall clock that was set back since gives it no longer a life than it was issued for.
    pub fn restored(text: ProtectedText, scopes: Vec<String>, lifetime: Duration, received: SystemTime) -> Self {
        let (boot, now) = (since_boot(), SystemTime::now());
        let lifetime = lifetime.min(LONGEST_LIFE);
        let age = now.duration_since(received).unwrap_or_default();
        let left = lifetime.saturating_sub(age);
        let due_after_coming = due(Duration::ZERO, lifetime);
        Self {
            text,
            scopes,
            lifetime,
            received,
            came: boot.saturating_sub(age),
            ends: boot + left,
            refresh_due: boot + due_after_coming.saturating_sub(age),
        }
    }

    /// The text itself.
    pub fn text(&self) -> &ProtectedText {
        &self.text
    }

    /// Shows the token to a function that puts it where it must go.
    pub fn with_text<T>(&self, use_text: impl FnOnce(&str) -> T) -> T {
        self.text.with_text(use_text)
    }

    /// The end of its life by the wall clock, in seconds since the Unix epoch.
    pub fn expires_at_unix(&self) -> i64 {
        let end = self.received.checked_add(self.lifetime);
        let since_epoch = end.and_then(|end| end.duration_since(SystemTime::UNIX_EPOCH).ok());
        since_epoch.map_or(0, |age| i64::try_from(age.as_secs()).unwrap_or(i64::MAX))
    }

    /// Whether it is good for that long from `now` (since boot) on.
    pub fn is_good_for(&self, life: Duration, now: Duration) -> bool {
        self.ends > now && self.ends - now >= life
    }

    /// Whether it came so lately that a newer one would be no better.
    pub fn is_fresh(&self, now: Duration) -> bool {
        now.saturating_sub(self.came) < FRESH
    }

    /// How long from `now` (since boot) until a new one should be fetched, so that nobody has to wait for it.
    pub fn refresh_due_in(&self, now: Duration) -> Duration {
        self.refresh_due.saturating_sub(now)
    }
}

/// When to fetch the next one. Programs that share a session do so at different moments, and the first of them spares the others
/// the trouble; so do a million players who were all signed out by the same outage.
fn due(came: Duration, lifetime: Duration) -> Duration {
    let margin = (lifetime / MARGIN).min(LONGEST_MARGIN);
    let early = margin + random_up_to(margin / 2);
    came + lifetime.saturating_sub(early).max(SHORTEST_RHYTHM)
}

/// Evenly spread from zero to `most`.
pub(super) fn random_up_to(most: Duration) -> Duration {
    let mut bytes = [0; 4];
    // Without randomness there is no jitter; nothing secret hangs on it.
    let _ = ring::rand::SystemRandom::new().fill(&mut bytes);
    most.mul_f64(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}

/// What is left by the `exp` of a token that is a JWT (RFC 9068). The text is anybody's, so it is only read, and bounded above.
fn own_word(token: &SecretString, received: SystemTime, skew_s: Option<i64>) -> Option<Duration> {
    #[derive(Deserialize)]
    struct Times {
        exp: f64,
    }
    let times: Times = claims_in(token.expose_secret())?;
    let theirs = received.duration_since(SystemTime::UNIX_EPOCH).ok()?.as_secs_f64() + skew_s.unwrap_or(0) as f64;
    Duration::try_from_secs_f64((times.exp - theirs).clamp(0.0, LONGEST_LIFE.as_secs_f64())).ok()
}

/// What a JWT says, unverified: whoever believes it has verified it before.
pub(super) fn claims_in<T: DeserializeOwned>(token: &str) -> Option<T> {
    let mut parts = token.split('.');
    let (Some(_), Some(claims), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn tokens(text: &str, life: Option<u64>) -> Tokens {
        Tokens {
            access_token: text.into(),
            scopes: None,
            expires_in: life.map(Duration::from_secs),
            refresh_token: None,
            id_token: None,
            received: SystemTime::now(),
        }
    }

    fn received(text: &str, life: Option<u64>, skew_s: Option<i64>) -> AccessToken {
        AccessToken::received(&tokens(text, life), &["openid".into()], skew_s, HOUR)
    }

    fn jwt_that_ends_in(seconds: i64) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() as i64;
        let claims = URL_SAFE_NO_PAD.encode(format!("{{\"exp\":{}}}", now + seconds));
        format!("e30.{claims}.c2ln")
    }

    #[test]
    fn a_token_is_good_until_its_end_and_not_at_it() {
        let token = received("text", Some(300), None);
        let at = |seconds| token.came + Duration::from_secs(seconds);
        assert!(token.is_good_for(Duration::from_secs(300), token.came));
        assert!(!token.is_good_for(Duration::from_secs(301), token.came));
        assert!(token.is_good_for(Duration::ZERO, at(299)));
        assert!(!token.is_good_for(Duration::ZERO, at(300)));
        assert!(token.is_fresh(at(59)) && !token.is_fresh(at(60)));
    }

    #[test]
    fn what_the_provider_does_not_say_the_token_does_and_else_the_configuration() {
        assert_eq!(received("opaque", None, None).lifetime, HOUR);
        assert_eq!(received("a.b", None, None).lifetime, HOUR);
        assert_eq!(received("a.!.c", None, None).lifetime, HOUR);
        let near = |token: AccessToken, seconds: u64| {
            token.lifetime.abs_diff(Duration::from_secs(seconds)) < Duration::from_secs(5)
        };
        assert!(near(received(&jwt_that_ends_in(600), None, None), 600));
        assert!(near(received(&jwt_that_ends_in(-5), None, None), 0));
        assert_eq!(received(&jwt_that_ends_in(600), Some(90), None).lifetime, Duration::from_secs(90));
        // The token's times are the provider's: three hours behind it, 600 seconds are left all the same.
        assert!(near(received(&jwt_that_ends_in(3 * 3600 + 600), None, Some(3 * 3600)), 600));
    }

    #[test]
    fn a_life_beyond_all_clocks_does_not_overflow() {
        let token = received("text", Some(u64::MAX), None);
        assert!(token.is_good_for(HOUR, since_boot()));
        assert!(token.expires_at_unix() > 0);
    }

    #[test]
    fn the_next_one_is_fetched_ahead_of_the_end_by_a_margin_with_jitter() {
        for (life, earliest, latest) in [(3600, 3420, 3480), (100, 70, 80), (10, 7, 8), (1, 2, 2)] {
            let seconds = Duration::from_secs;
            let waits: Vec<_> = (0..50).map(|_| due(Duration::ZERO, seconds(life))).collect();
            assert!(waits.iter().all(|wait| (seconds(earliest)..=seconds(latest)).contains(wait)), "{life}: {waits:?}");
            assert_eq!(waits.iter().any(|wait| *wait != waits[0]), earliest != latest, "jitter");
        }
    }

    #[test]
    fn a_restored_token_has_what_is_left_of_its_life() {
        let restored = |age: i64| {
            let by = Duration::from_secs(age.unsigned_abs());
            let now = SystemTime::now();
            let received = if age < 0 { now + by } else { now - by };
            AccessToken::restored(ProtectedText::new("text"), Vec::new(), HOUR, received)
        };
        let is_good_for = |token: AccessToken, seconds| token.is_good_for(Duration::from_secs(seconds), since_boot());
        assert!(is_good_for(restored(600), 2990));
        assert!(!is_good_for(restored(600), 3010));
        assert!(!is_good_for(restored(3601), 0));
        // The wall clock was set back by a day in between.
        assert!(!is_good_for(restored(-86_400), 3610));
    }
}
