//! What is measured in a row, and whether it is what was required.
//!
//! Everything in here was seen from outside: in the status, through the getters, in the provider's log of requests, in the
//! host's vault. Nothing is derived from what was expected.

use support::Status;
use support::ffi::*;
use support::stage::ADA;

/// What a row requires, after the list that it is from.
#[derive(Clone, Copy, Debug)]
pub enum Must {
    /// The player is signed in, and the session stored.
    Accept,
    /// `SIGNED_OUT` with this check, nothing visible or stored, nobody asked any more, a new login possible at once.
    Reject(u32),
    /// As [`Must::Reject`], by a code that is about no token.
    RejectWith(latchkey_result),
    /// The list leaves it open; a rule of ours decides, and it is this.
    RejectByRule(u32),
    /// As [`Must::Reject`], and the session that there was has ended.
    RejectAndEnd(u32),
    /// That response is ignored, the wait goes on, and the right one is taken.
    Ignore,
    /// The state of a logout comes back as it went out.
    RoundTrip,
    /// A foreign state of a logout is noticed, and the session ended all the same.
    Notice,
}

/// What was seen of the library from outside.
#[derive(Debug, Default)]
pub struct Seen {
    /// The status that it came to.
    pub status: Option<Status>,
    /// What the getters for profile, access token and prompt gave.
    pub visible: Vec<String>,
    /// Which endpoints were asked after what had to be judged was there, in their order.
    pub asked: Vec<String>,
    /// Entries in the host's vault.
    pub stored: usize,
    /// How often the vault was told to save something, from the decisive moment on.
    pub saved: usize,
    /// Whether a login right afterwards succeeded.
    pub again: Option<bool>,
    /// Requests to userinfo that came later than they should have.
    pub late: usize,
    /// What this row looks at beside that, with what it saw, and whether that is right.
    pub facts: Vec<(String, bool)>,
}

impl Must {
    /// As the list words it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject(_) | Self::RejectWith(_) => "reject",
            Self::RejectByRule(_) => "either, by a stated rule",
            Self::RejectAndEnd(_) => "reject, session ended",
            Self::Ignore => "ignored, the wait goes on",
            Self::RoundTrip => "state round-trips",
            Self::Notice => "noticed, local session ended all the same",
        }
    }

    /// What was seen and is not as required, one sentence for each.
    pub fn faults(self, seen: &Seen) -> Vec<String> {
        let mut faults = Vec::new();
        let mut must = |holds: bool, fault: String| {
            if !holds {
                faults.push(fault);
            }
        };
        let Some(status) = seen.status else { return vec!["it came to no end".to_owned()] };
        let (state, code, check) = self.end();
        must(status.state == state, format!("the state is {}", status.state_name()));
        must(status.error == code, format!("the code is {}", status.error.name()));
        must(status.check == check, format!("the check is {}", status.check_name().unwrap_or("none")));
        for (fact, holds) in &seen.facts {
            must(*holds, fact.clone());
        }
        if matches!(self, Self::Accept | Self::Ignore) {
            let wanted = [format!("profile of {ADA}"), "access token".to_owned()];
            must(seen.visible == wanted, format!("visible is {:?}", seen.visible));
            must(seen.stored == 1, "the session is not stored".to_owned());
        } else {
            must(seen.visible.is_empty(), format!("visible is {:?}", seen.visible));
            must(seen.stored == 0, "something is stored".to_owned());
            must(seen.saved == 0, "something was stored for a while".to_owned());
            must(seen.again == Some(true), "a new login did not succeed".to_owned());
        }
        if self.is_rejection() {
            must(!seen.asked.iter().any(|path| path == "userinfo"), "userinfo was asked".to_owned());
            must(seen.late == 0, format!("userinfo was asked {} times afterwards", seen.late));
            must(!seen.asked.iter().any(|path| path.contains("stranger")), format!("{:?} was asked", seen.asked));
        }
        faults
    }

    /// State, code and check that it has to end with.
    fn end(self) -> (u32, latchkey_result, u32) {
        match self {
            Self::Accept | Self::Ignore => (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK, LATCHKEY_CHECK_NONE),
            Self::Reject(check) | Self::RejectByRule(check) | Self::RejectAndEnd(check) => {
                (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_TOKEN_REJECTED, check)
            }
            Self::RejectWith(code) => (LATCHKEY_STATE_SIGNED_OUT, code, LATCHKEY_CHECK_NONE),
            Self::RoundTrip => (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_OK, LATCHKEY_CHECK_NONE),
            Self::Notice => (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_PROVIDER_ERROR, LATCHKEY_CHECK_NONE),
        }
    }

    fn is_rejection(self) -> bool {
        matches!(self, Self::Reject(_) | Self::RejectWith(_) | Self::RejectByRule(_) | Self::RejectAndEnd(_))
    }
}
