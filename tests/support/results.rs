//! Codes and statuses that print their names, so that a failed assertion reads like the header.

use std::fmt;

use latchkey::ffi::*;

use crate::Library;

/// A result code. Compares with the header's constants and prints its name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code(pub latchkey_result);

impl Code {
    /// The name of the code in the header.
    pub fn name(self) -> &'static str {
        Library::load().result_name(self.0)
    }

    /// Panics unless the call worked.
    #[track_caller]
    pub fn expect(self, what: &str) {
        assert_eq!(self, LATCHKEY_OK, "{what}");
    }
}

impl PartialEq<latchkey_result> for Code {
    fn eq(&self, other: &latchkey_result) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", Library::load().result_name(self.0), self.0)
    }
}

/// What `latchkey_poll_status` wrote.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// One of `LATCHKEY_STATE_*`.
    pub state: u32,
    /// Why the last attempt failed.
    pub error: Code,
    /// One of `LATCHKEY_CHECK_*`.
    pub check: u32,
    /// `LATCHKEY_STATUS_*`, or-ed.
    pub flags: u32,
    /// Which login this is about.
    pub login_id: u64,
    /// When it times out; 0 when none is running.
    pub deadline: u64,
    /// Grows with every change.
    pub revision: u64,
}

impl Status {
    /// Whether a flag of `LATCHKEY_STATUS_*` is set.
    pub fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// The name of the state in the header, without `LATCHKEY_STATE_`.
    pub fn state_name(&self) -> &'static str {
        state_name(self.state)
    }

    /// The name of the failed check in the header, without `LATCHKEY_`; `None` if no check failed.
    pub fn check_name(&self) -> Option<&'static str> {
        (self.check != LATCHKEY_CHECK_NONE).then(|| check_name(self.check))
    }

    /// Whether no login, logout or refresh is under way.
    pub fn is_settled(&self) -> bool {
        matches!(self.state, LATCHKEY_STATE_SIGNED_OUT | LATCHKEY_STATE_SIGNED_IN)
            && !self.has(LATCHKEY_STATUS_REFRESHING)
            && self.deadline == 0
    }
}

impl From<latchkey_status> for Status {
    fn from(raw: latchkey_status) -> Self {
        Self {
            state: raw.state,
            error: Code(raw.error),
            check: raw.error_detail,
            flags: raw.flags,
            login_id: raw.login_id,
            deadline: raw.deadline,
            revision: raw.revision,
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} login {}: {}", self.revision, self.login_id, state_name(self.state))?;
        if self.error != LATCHKEY_OK {
            write!(f, ", {:?}", self.error)?;
        }
        if self.check != LATCHKEY_CHECK_NONE {
            write!(f, ", {}", check_name(self.check))?;
        }
        for (flag, name) in FLAGS {
            if self.has(*flag) {
                write!(f, ", {name}")?;
            }
        }
        if self.deadline != 0 {
            write!(f, ", deadline {}", self.deadline)?;
        }
        Ok(())
    }
}

const FLAGS: &[(u32, &str)] = &[
    (LATCHKEY_STATUS_OFFLINE, "offline"),
    (LATCHKEY_STATUS_PERSISTED, "persisted"),
    (LATCHKEY_STATUS_REFRESHING, "refreshing"),
];

fn state_name(state: u32) -> &'static str {
    match state {
        LATCHKEY_STATE_SIGNED_OUT => "SIGNED_OUT",
        LATCHKEY_STATE_STARTING => "STARTING",
        LATCHKEY_STATE_WAITING_FOR_PLAYER => "WAITING_FOR_PLAYER",
        LATCHKEY_STATE_COMPLETING => "COMPLETING",
        LATCHKEY_STATE_SIGNED_IN => "SIGNED_IN",
        LATCHKEY_STATE_SIGNING_OUT => "SIGNING_OUT",
        _ => "a state that the header does not name",
    }
}

fn check_name(check: u32) -> &'static str {
    match check {
        LATCHKEY_CHECK_FORMAT => "CHECK_FORMAT",
        LATCHKEY_CHECK_ALGORITHM => "CHECK_ALGORITHM",
        LATCHKEY_CHECK_KEY => "CHECK_KEY",
        LATCHKEY_CHECK_SIGNATURE => "CHECK_SIGNATURE",
        LATCHKEY_CHECK_ISSUER => "CHECK_ISSUER",
        LATCHKEY_CHECK_SUBJECT => "CHECK_SUBJECT",
        LATCHKEY_CHECK_AUDIENCE => "CHECK_AUDIENCE",
        LATCHKEY_CHECK_AUTHORIZED_PARTY => "CHECK_AUTHORIZED_PARTY",
        LATCHKEY_CHECK_EXPIRY => "CHECK_EXPIRY",
        LATCHKEY_CHECK_ISSUED_AT => "CHECK_ISSUED_AT",
        LATCHKEY_CHECK_NONCE => "CHECK_NONCE",
        LATCHKEY_CHECK_ACCESS_TOKEN_HASH => "CHECK_ACCESS_TOKEN_HASH",
        LATCHKEY_CHECK_AUTHENTICATION_TIME => "CHECK_AUTHENTICATION_TIME",
        LATCHKEY_CHECK_MISSING => "CHECK_MISSING",
        LATCHKEY_CHECK_CRITICAL_HEADER => "CHECK_CRITICAL_HEADER",
        _ => "a check that the header does not name",
    }
}
