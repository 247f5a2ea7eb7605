//! An ID token against what the provider publishes now: fetches the keys again where the token names an unknown one, and
//! does not take a bad clock for a bad token. The judgement itself is [`crate::id_token`]'s.

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
    /// None after a refresh (OpenID Connect Core 1.0 section 12.2) and in the device grant, whose request can't carry one
    /// (RFC 8628 section 3.1). A login in the browser always has one.
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
    by_their_clock(rejection, provider.clock_skew(), token, &keys, &expected)
}

/// A token that is "expired" or "from the future" by this machine's clock only is judged by the provider's (its `Date`). That is
/// safe where this is used: the token has just come from the token endpoint over TLS, as has the date, so whoever could
/// bend the one could have made the other; and after a login the nonce, or the device code, shows that it is no old one.
fn by_their_clock(
    rejection: Error,
    skew_s: Option<i64>,
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<Claims> {
    let Some(skew) = skew_s.filter(|_| is_about_time(&rejection)) else { return Err(rejection) };
    match at_their_time(skew, expected).map(|expected| id_token::verify(token, keys, &expected)) {
        Some(Ok(claims)) => {
            log::warning!(
                "this machine's clock is {} the provider's; the ID token is judged by the provider's: set the clock (date, \
                 time and time zone)",
                in_words(skew)
            );
            Ok(claims)
        }
        Some(Err(by_theirs)) => Err(Error::from(by_theirs)),
        None => Err(rejection),
    }
}

fn is_about_time(error: &Error) -> bool {
    matches!(error.check, Some(Check::Expiry | Check::IssuedAt | Check::AuthenticationTime))
}

fn at_their_time<'a>(skew_s: i64, expected: &Expected<'a>) -> Option<Expected<'a>> {
    let skew = Duration::from_secs(skew_s.unsigned_abs());
    let now = if skew_s > 0 { expected.now.checked_add(skew) } else { expected.now.checked_sub(skew) };
    now.map(|now| Expected { now, ..*expected })
}

fn in_words(skew_s: i64) -> String {
    let direction = if skew_s > 0 { "behind" } else { "ahead of" };
    match skew_s.unsigned_abs() {
        seconds @ 0..120 => format!("{seconds} seconds {direction}"),
        seconds @ 120..7200 => format!("{} minutes {direction}", seconds / 60),
        seconds @ 7200..172_800 => format!("{} hours {direction}", seconds / 3600),
        seconds => format!("{} days {direction}", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_clock_is_named_with_its_direction() {
        assert_eq!(in_words(-3 * 3600), "3 hours ahead of");
        assert_eq!(in_words(90), "90 seconds behind");
        assert!(is_about_time(&Error::rejected(Check::Expiry, "expired")));
        assert!(!is_about_time(&Error::rejected(Check::Signature, "forged")));
    }
}
