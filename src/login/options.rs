//! What a host asks of one login, parsed once at the door like the configuration.

use std::time::Duration;

use crate::config::{Config, parse_login_timeout, parse_scopes};
use crate::error::{Code, Error, Result, clean};

/// Parameters that are this library's to set; another value would break the login or weaken it.
const OWN: [&str; 14] = [
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "max_age",
    "nonce",
    "redirect_uri",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "code_verifier",
];
/// Browsers and providers take URLs of some kilobytes; past that a sign-in fails where nobody can see why.
const LONGEST_VALUE: usize = 2048;

/// What to ask of the provider in this login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoginOptions {
    /// Sent as they are, after the library's own.
    pub parameters: Vec<(String, String)>,
    /// Instead of the configuration's.
    pub scopes: Option<Vec<String>>,
    /// Sent as `max_age` and verified as `auth_time`.
    pub max_age: Option<Duration>,
    /// Instead of the configuration's.
    pub timeout: Option<Duration>,
    /// The player signs in on another screen (RFC 8628), not in a browser here.
    pub on_another_screen: bool,
}

impl LoginOptions {
    /// `named` are the parameters that the ABI has fields for, `extra` the free pairs.
    pub fn parse<'a>(
        named: impl Iterator<Item = (&'a str, &'a str)>,
        extra: Vec<(&'a str, &'a str)>,
        scopes: Option<&str>,
        max_age_s: Option<u32>,
        timeout_ms: u32,
    ) -> Result<Self> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for (name, value) in named.chain(extra) {
            check(name, value)?;
            if parameters.iter().any(|(known, _)| known == name) {
                return Err(refused(format!("the parameter {name} is given twice")));
            }
            parameters.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self {
            parameters,
            scopes: scopes.filter(|text| !text.is_empty()).map(|text| parse_scopes(Some(text))).transpose()?,
            max_age: max_age_s.map(|seconds| Duration::from_secs(seconds.into())),
            timeout: parse_login_timeout(timeout_ms)?,
            on_another_screen: false,
        })
    }

    /// How a player is verified can't change from one login to the next.
    pub fn check_against(&self, config: &Config) -> Result<()> {
        let scopes = self.scopes.as_ref().unwrap_or(&config.scopes);
        if scopes.iter().any(|scope| scope == "openid") == config.wants_id_token() {
            return Ok(());
        }
        Err(refused("scopes: openid must be in both, the configuration's and the login's, or in neither".into()))
    }
}

fn check(name: &str, value: &str) -> Result<()> {
    let shown = clean(name, 60);
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~:".contains(&b);
    if name.is_empty() || name.len() > 128 || !name.bytes().all(plain) {
        return Err(refused(format!("\"{shown}\" can't be the name of a parameter")));
    }
    if OWN.contains(&name) {
        return Err(refused(format!("the parameter {shown} is set by the library: leave it out of extra_parameters")));
    }
    if value.len() > LONGEST_VALUE {
        return Err(refused(format!("the parameter {shown} is longer than {LONGEST_VALUE} bytes")));
    }
    Ok(())
}

fn refused(message: String) -> Error {
    Error::new(Code::Configuration, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Input;

    fn parse(extra: Vec<(&str, &str)>) -> Result<LoginOptions> {
        LoginOptions::parse([("prompt", "login")].into_iter(), extra, None, Some(0), 0)
    }

    #[test]
    fn named_and_free_parameters_are_kept_in_order() {
        let options = parse(vec![("organization", "blue team")]).unwrap();
        assert_eq!(options.parameters.len(), 2);
        assert_eq!(options.max_age, Some(Duration::ZERO));
        assert_eq!(options.timeout, None);
    }

    #[test]
    fn openid_can_neither_be_added_nor_dropped_in_one_login() {
        let input = Input { issuer: Some("https://id.example"), client_id: Some("game"), ..Input::default() };
        let config = Config::parse(&input).unwrap();
        let with = |scopes: &str| LoginOptions { scopes: Some(vec![scopes.into()]), ..LoginOptions::default() };
        assert_eq!(with("email").check_against(&config).unwrap_err().code, Code::Configuration);
        with("openid").check_against(&config).unwrap();
        LoginOptions::default().check_against(&config).unwrap();
    }

    #[test]
    fn the_librarys_own_parameters_and_repetitions_are_refused() {
        for name in OWN.into_iter().chain(["prompt", "", "a b", "a&state"]) {
            assert_eq!(parse(vec![(name, "x")]).unwrap_err().code, Code::Configuration, "{name}");
        }
    }
}
