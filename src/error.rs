//! One error type behind every result code of the ABI.
//!
//! An [`Error`] is a code that a program treats, and a sentence that a person reads: what happened, why, and what to
//! change. It may touch nothing, and no secret ever enters it: messages are copied to hosts, shown to players and logged.

use std::fmt;
use std::time::Duration;

/// What a game must be able to tell apart. The numbers are the ABI's and never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Code {
    /// A pointer, size, enum value or text that the call does not accept.
    InvalidArgument = 1,
    /// The call makes no sense in the state that the client is in.
    InvalidState = 2,
    /// The configuration, or what it points to, can't work as it is.
    Configuration = 3,
    /// The provider could not be reached, or the connection broke.
    Network = 4,
    /// The provider answered with an error, or with something that is not the protocol.
    ProviderError = 5,
    /// The player, or the provider on their behalf, said no.
    Denied = 6,
    /// The host cancelled, or a newer login took the place of this one.
    Cancelled = 7,
    /// The player did not finish in time.
    TimedOut = 8,
    /// A token failed a check; [`Error::check`] says which.
    TokenRejected = 9,
    /// The provider no longer accepts the session; the player has to sign in again.
    SessionExpired = 10,
    /// The secret store can't be used.
    StoreUnavailable = 11,
    /// This machine's clock is too far off for the token's times to be judged.
    WrongClock = 12,
    /// Not on this platform, or not with this provider.
    NotSupported = 13,
    /// A defect of the library.
    Internal = 14,
    /// Not there yet; poll on.
    Pending = 15,
    /// No browser could be started.
    BrowserUnavailable = 16,
    /// No port of the configured ones is free.
    PortInUse = 17,
}

impl Code {
    /// Every code, in the order of the numbers.
    pub const ALL: [Code; 17] = [
        Code::InvalidArgument,
        Code::InvalidState,
        Code::Configuration,
        Code::Network,
        Code::ProviderError,
        Code::Denied,
        Code::Cancelled,
        Code::TimedOut,
        Code::TokenRejected,
        Code::SessionExpired,
        Code::StoreUnavailable,
        Code::WrongClock,
        Code::NotSupported,
        Code::Internal,
        Code::Pending,
        Code::BrowserUnavailable,
        Code::PortInUse,
    ];

    /// The code with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// The check that a rejected token failed, in the words of OpenID Connect Core 1.0 section 3.1.3.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Check {
    /// Not three base64url parts with JSON in them, encrypted, too large, or a claim of the wrong type.
    Format = 1,
    /// The algorithm is `none`, symmetric, or not one that was agreed on.
    Algorithm = 2,
    /// No published key, or more than one, could have signed it.
    Key = 3,
    /// The signature does not fit.
    Signature = 4,
    /// `iss`
    Issuer = 5,
    /// `sub`
    Subject = 6,
    /// `aud`
    Audience = 7,
    /// `azp`
    AuthorizedParty = 8,
    /// `exp`
    Expiry = 9,
    /// `iat`
    IssuedAt = 10,
    /// `nonce`
    Nonce = 11,
    /// `at_hash`
    AccessTokenHash = 12,
    /// `auth_time`, against the `max_age` that was asked for.
    AuthenticationTime = 13,
    /// The provider sent no ID token at all though `openid` was asked for.
    Missing = 14,
    /// A critical header parameter (`crit`) that nobody here understands, RFC 7515 section 4.1.11.
    CriticalHeader = 15,
}

impl Check {
    /// Every check, in the order of the numbers.
    pub const ALL: [Check; 15] = [
        Check::Format,
        Check::Algorithm,
        Check::Key,
        Check::Signature,
        Check::Issuer,
        Check::Subject,
        Check::Audience,
        Check::AuthorizedParty,
        Check::Expiry,
        Check::IssuedAt,
        Check::Nonce,
        Check::AccessTokenHash,
        Check::AuthenticationTime,
        Check::Missing,
        Check::CriticalHeader,
    ];

    /// The check with this number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number).checked_sub(1)?).copied()
    }
}

/// What happened, why, and what to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// For programs.
    pub code: Code,
    /// For people; never holds a secret.
    pub message: String,
    /// Set with [`Code::TokenRejected`].
    pub check: Option<Check>,
    /// The provider's OAuth error code (`access_denied`, `invalid_grant`, …), RFC 6749 sections 4.1.2.1 and 5.2.
    pub oauth_error: Option<String>,
    /// The fault is of the moment (network, overload), not of the request: the same may work later.
    pub temporary: bool,
    /// When the provider wants to be asked again (`Retry-After`), if it said so.
    pub retry_after: Option<Duration>,
}

/// What every fallible function inside the library returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with a code and the sentence for people.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            check: None,
            oauth_error: None,
            temporary: code == Code::Network,
            retry_after: None,
        }
    }

    /// A token that failed `check`.
    pub fn rejected(check: Check, message: impl Into<String>) -> Self {
        Self { check: Some(check), ..Self::new(Code::TokenRejected, message) }
    }

    /// The same error, known to be of the moment.
    pub fn temporary(self) -> Self {
        Self { temporary: true, ..self }
    }

    /// An OAuth error response. The provider's words are cut and cleaned before they are kept.
    pub fn from_provider(code: Code, oauth_error: &str, message: impl Into<String>) -> Self {
        Self { oauth_error: Some(clean(oauth_error, 64)), ..Self::new(code, message) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Text of the other side, fit for a log line, a widget or a page: at most `limit` characters, no control characters and
/// none that turn the direction of writing.
pub fn clean(text: &str, limit: usize) -> String {
    let mut out: String = text.chars().filter(|c| !is_unprintable(*c)).take(limit + 1).collect();
    if out.chars().count() > limit {
        out.pop();
        out.push('…');
    }
    out
}

fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{061c}' | '\u{feff}')
        || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_without_a_gap() {
        for (index, code) in Code::ALL.into_iter().enumerate() {
            assert_eq!(code as usize, index + 1);
            assert_eq!(Code::from_number(code as u8), Some(code));
        }
        for (index, check) in Check::ALL.into_iter().enumerate() {
            assert_eq!(check as usize, index + 1);
            assert_eq!(Check::from_number(check as u8), Some(check));
        }
        assert_eq!(Code::from_number(0), None);
        assert_eq!(Check::from_number(200), None);
    }

    #[test]
    fn clean_strips_control_and_bidi_and_cuts() {
        assert_eq!(clean("a\u{202e}b\nc\u{0}", 10), "abc");
        assert_eq!(clean("abcdef", 3), "abc…");
        assert_eq!(clean("abc", 3), "abc");
    }
}
