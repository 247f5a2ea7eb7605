//! An ID token against what the provider publishes now: fetches the keys again where the token names an unknown one, and
//! tells a bad token from a bad clock. The judgement itself is [`crate::id_token`]'s.

use std::time::{Duration, SystemTime};

use secrecy::{ExposeSecret, SecretString};

use crate::config::Config;
use crate::error::{Check, Code, Error, Result};
use crate::id_token::{self, Claims, Expected, Rejection};
use crate::log;
use crate::provider::Provider;
use crate::provider::discovery::Metadata;
use crate::provider::keys::KeySet;

/// What this token in particular must fit.
pub struct Circumstances<'a> {
    /// None after a refresh (OpenID Connect Core 1.0 section 12.2).
    pub nonce: Option<&'a str>,
    /// Which access token came with it.
    pub access_token: Option<&'a str>,
    /// How old the player's authentication may be.
    pub max_age: Option<Duration>,
}

/// OpenID Connect Core 1.0 section 3.1.3.7.
pub async fn verify(
    config: &Config,
    provider: &Provider,
    metadata: &Metadata,
    token: &SecretString,
    circumstances: &Circumstances<'_>,
) -> Result<Claims> {
    let issuer = metadata.issuer.as_deref().ok_or_else(|| {
        Error::new(
            Code::Configuration,
            "an ID token can't be verified without its issuer: set issuer in the configuration",
        )
    })?;
    let algorithms = id_token::known_algorithms(&metadata.id_token_algorithms);
    let expected = Expected {
        issuer,
        client_id: &config.client.id,
        nonce: circumstances.nonce,
        access_token: circumstances.access_token,
        max_age: circumstances.max_age,
        algorithms: &algorithms,
        leeway: config.leeway,
        now: SystemTime::now(),
    };
    let token = token.expose_secret();
    let mut keys = provider.keys().await?;
    let mut outcome = id_token::verify(token, &keys, &expected);
    if matches!(outcome, Err(Rejection::UnknownKey(_))) {
        log::info!("the ID token names a key that is not among the provider's known ones; looking again");
        keys = provider.keys_anew().await?;
        outcome = id_token::verify(token, &keys, &expected);
    }
    let rejection = match outcome {
        Ok(claims) => return Ok(claims),
        Err(rejection) => Error::from(rejection),
    };
    if matches!(rejection.check, Some(Check::Key | Check::Signature)) {
        provider.forget_keys().await;
    }
    Err(name_the_clock(rejection, provider.clock_skew(), token, &keys, &expected))
}

/// A token that is "expired" or "from the future" only by this machine's clock is the clock's fault.
fn name_the_clock(error: Error, skew_s: Option<i64>, token: &str, keys: &KeySet, expected: &Expected<'_>) -> Error {
    match skew_s.filter(|_| is_about_time(&error)) {
        Some(skew) if is_sound_at(skew, token, keys, expected) => wrong_clock(error, skew),
        _ => error,
    }
}

fn is_about_time(error: &Error) -> bool {
    matches!(error.check, Some(Check::Expiry | Check::IssuedAt | Check::AuthenticationTime))
}

/// Whether the token would be believed by the provider's clock. That clock only chooses the words of the refusal.
fn is_sound_at(skew_s: i64, token: &str, keys: &KeySet, expected: &Expected<'_>) -> bool {
    let skew = Duration::from_secs(skew_s.unsigned_abs());
    let theirs = if skew_s > 0 { expected.now.checked_add(skew) } else { expected.now.checked_sub(skew) };
    theirs.is_some_and(|now| id_token::verify(token, keys, &Expected { now, ..*expected }).is_ok())
}

fn wrong_clock(error: Error, skew_s: i64) -> Error {
    let direction = if skew_s > 0 { "behind" } else { "ahead of" };
    let message = format!(
        "this machine's clock is {} {direction} the provider's, so that the ID token's times can't be judged: set the clock \
         (date, time and time zone) and sign in again",
        in_words(skew_s.unsigned_abs())
    );
    Error { code: Code::WrongClock, message, ..error }
}

fn in_words(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds / 60),
        7200..172_800 => format!("{} hours", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_named_with_its_direction() {
        let expired = Error::rejected(Check::Expiry, "expired");
        assert!(is_about_time(&expired));
        let blamed = wrong_clock(expired, -3 * 3600);
        assert_eq!(blamed.code, Code::WrongClock);
        assert_eq!(blamed.check, Some(Check::Expiry));
        assert!(blamed.message.contains("3 hours ahead of"), "{blamed}");
        assert!(!is_about_time(&Error::rejected(Check::Signature, "forged")));
    }
}
