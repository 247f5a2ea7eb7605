//! Tells the provider's answer to our question from everyone else's (RFC 6749 section 4.1.2, RFC 9207 section 2.4).
//!
//! Pure: a query in, an answer or nothing out. Of the expected state only a digest is kept.

use ring::digest::{SHA256, digest};
use secrecy::{ExposeSecret, SecretString};

use super::query::{Unusable, find, find_visible};
use super::{Callback, ExpectedResponse, LogoutCallback};
use crate::error::clean;

const LONGEST_ERROR: usize = 64;
const LONGEST_DESCRIPTION: usize = 300;

/// States are compared by their SHA-256: how long that takes depends on where two digests part, which nobody can steer,
/// and not on how much of a state was guessed.
#[derive(PartialEq, Eq)]
pub(super) struct StateDigest(Vec<u8>);

impl StateDigest {
    pub(super) fn of(state: &str) -> Self {
        Self(digest(&SHA256, state.as_bytes()).as_ref().to_vec())
    }
}

/// What an authorization response must bring along.
pub(super) struct Expected {
    state: StateDigest,
    issuer: Option<String>,
    issuer_required: bool,
}

impl Expected {
    pub(super) fn new(expected: &ExpectedResponse) -> Self {
        Self {
            state: StateDigest::of(expected.state.expose_secret()),
            issuer: expected.issuer.clone(),
            issuer_required: expected.issuer_required,
        }
    }

    /// The provider's answer, or `None` for what must be ignored.
    pub(super) fn judge(&self, query: &str) -> Option<Callback> {
        self.check_state(query).ok()?;
        self.check_issuer(query).ok()?;
        read(query).ok()
    }

    fn check_state(&self, query: &str) -> Result<(), Unusable> {
        let state = find_visible(query, "state")?.ok_or(Unusable)?;
        if StateDigest::of(&state) == self.state { Ok(()) } else { Err(Unusable) }
    }

    /// RFC 9207 section 2.4: compared as text, in error responses too. Whoever sends none although it was promised is
    /// another provider than the one that was asked.
    fn check_issuer(&self, query: &str) -> Result<(), Unusable> {
        let fits = match (find_visible(query, "iss")?, &self.issuer) {
            (Some(sent), Some(expected)) => sent == *expected,
            (Some(_), None) => true,
            (None, _) => !self.issuer_required,
        };
        if fits { Ok(()) } else { Err(Unusable) }
    }
}

fn read(query: &str) -> Result<Callback, Unusable> {
    match (find_visible(query, "code")?, find_visible(query, "error")?) {
        (Some(code), None) => Ok(Callback::Code(SecretString::from(code))),
        (None, Some(error)) => {
            Ok(Callback::Error { error: clean(&error, LONGEST_ERROR), description: read_description(query) })
        }
        _ => Err(Unusable),
    }
}

/// For people only: one that can't be read is left out, rather than let the player wait for a time-out.
fn read_description(query: &str) -> Option<String> {
    let description = find(query, "error_description").ok()??;
    let one_line: String = description.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    Some(clean(one_line.trim(), LONGEST_DESCRIPTION)).filter(|text| !text.is_empty())
}

/// What a post-logout redirect says about its state (OpenID Connect RP-Initiated Logout 1.0 section 3).
pub(super) fn logout(expected: &StateDigest, query: &str) -> LogoutCallback {
    match find_visible(query, "state") {
        Ok(Some(state)) if StateDigest::of(&state) == *expected => LogoutCallback::Matched,
        Ok(None) => LogoutCallback::NoState,
        _ => LogoutCallback::OtherState,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "https://id.example/";

    fn judge(issuer: Option<&str>, issuer_required: bool, query: &str) -> Option<Callback> {
        let state = SecretString::from("s-1");
        Expected::new(&ExpectedResponse { state, issuer: issuer.map(str::to_owned), issuer_required }).judge(query)
    }

    fn is_code(callback: Option<Callback>, expected: &str) -> bool {
        matches!(callback, Some(Callback::Code(code)) if code.expose_secret() == expected)
    }

    fn error_of(query: &str) -> (String, Option<String>) {
        match judge(None, false, query) {
            Some(Callback::Error { error, description }) => (error, description),
            other => panic!("{query}: {other:?}"),
        }
    }

    #[test]
    fn a_code_with_the_right_state_is_taken_in_any_order() {
        for query in ["code=c%2F1&state=s-1", "state=s-1&code=c/1", "a=b&state=%73-1&session_state=x&code=c%2f1"] {
            assert!(is_code(judge(None, false, query), "c/1"), "{query}");
        }
    }

    #[test]
    fn without_exactly_the_state_nothing_is_taken() {
        for query in [
            "code=c",
            "code=c&state=",
            "code=c&state=s-2",
            "code=c&state=S-1",
            "code=c&state=s-1%20",
            "code=c&state=s-1&state=s-1",
            "code=c&state=s-1&st%61te=x",
            "code=c&state=s-1%",
            "code=c&state=s-1%ff",
            "error=access_denied",
        ] {
            assert!(judge(None, false, query).is_none(), "{query}");
        }
    }

    #[test]
    fn a_response_has_either_a_code_or_an_error() {
        for rest in
            ["", "&code=c&error=e", "&code=c&code=d", "&code=", "&code=%ff", "&code=%zz", "&error=", "&error=%ff"]
        {
            assert!(judge(None, false, &format!("state=s-1{rest}")).is_none(), "{rest}");
        }
    }

    #[test]
    fn an_issuer_must_be_the_one_that_was_asked() {
        let good = "state=s-1&code=c&iss=https%3A%2F%2Fid.example%2F";
        for required in [true, false] {
            assert!(is_code(judge(Some(ISSUER), required, good), "c"));
            for bad in ["https://id.example", "https://evil.example/", "HTTPS://id.example/", "", "%ff", "x&iss=x"] {
                let query = format!("state=s-1&code=c&iss={bad}");
                assert!(judge(Some(ISSUER), required, &query).is_none(), "{query}");
                let query = format!("state=s-1&error=access_denied&iss={bad}");
                assert!(judge(Some(ISSUER), required, &query).is_none(), "{query}");
            }
        }
        assert!(judge(Some(ISSUER), true, &format!("{good}&iss=https://id.example/")).is_none(), "repeated");
    }

    #[test]
    fn an_issuer_that_was_promised_must_be_there() {
        assert!(judge(Some(ISSUER), true, "state=s-1&code=c").is_none());
        assert!(judge(None, true, "state=s-1&code=c").is_none());
        assert!(judge(Some(ISSUER), true, "state=s-1&error=access_denied").is_none());
        assert!(is_code(judge(Some(ISSUER), false, "state=s-1&code=c"), "c"));
        assert!(is_code(judge(None, false, "state=s-1&code=c&iss=any"), "c"));
    }

    #[test]
    fn an_error_is_cleaned_and_cut() {
        let (error, description) = error_of("state=s-1&error=access_denied&error_description=No%0D%0Aaccess%e2%80%ae!");
        assert_eq!((error.as_str(), description.as_deref()), ("access_denied", Some("No  access!")));
        let long = "x".repeat(2000);
        let (error, description) = error_of(&format!("state=s-1&error={long}&error_description={long}"));
        assert_eq!(error.chars().count(), LONGEST_ERROR + 1);
        assert_eq!(description.unwrap().chars().count(), LONGEST_DESCRIPTION + 1);
    }

    #[test]
    fn a_description_that_cannot_be_read_is_left_out() {
        for rest in ["", "&error_description=", "&error_description=%ff", "&error_description=a&error_description=b"] {
            assert_eq!(error_of(&format!("state=s-1&error=server_error{rest}")).1, None, "{rest}");
        }
    }

    #[test]
    fn a_logout_says_what_its_state_was() {
        let expected = StateDigest::of("s-1");
        assert_eq!(logout(&expected, "state=s-1"), LogoutCallback::Matched);
        assert_eq!(logout(&expected, ""), LogoutCallback::NoState);
        for query in ["state=s-2", "state=", "state=%ff", "state=s-1&state=s-1"] {
            assert_eq!(logout(&expected, query), LogoutCallback::OtherState, "{query}");
        }
    }
}
