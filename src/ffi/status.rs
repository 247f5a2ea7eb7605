//! Status
//!
//! One small struct that a frame loop reads. Compare `revision` with the one of the last frame: equal means that nothing has
//! changed.

use super::boundary::{Versioned, guard, write_versioned, write_whole};
use super::client::latchkey_client;
use super::handles;
use super::result::{LATCHKEY_OK, latchkey_result};
use crate::status::Numbers;

/// Nobody is signed in.
pub const LATCHKEY_STATE_SIGNED_OUT: u32 = 0;
/// A login has begun: the provider is looked up, the listener is bound. Or a stored session is being looked for.
pub const LATCHKEY_STATE_STARTING: u32 = 1;
/// The player is busy in the browser, or on another screen; `latchkey_get_prompt` has what to show.
pub const LATCHKEY_STATE_WAITING_FOR_PLAYER: u32 = 2;
/// The provider answered; the token is fetched and verified.
pub const LATCHKEY_STATE_COMPLETING: u32 = 3;
/// A player is signed in; `latchkey_get_profile` says who.
pub const LATCHKEY_STATE_SIGNED_IN: u32 = 4;
/// The session has ended here; what is stored is being erased, and the provider told.
pub const LATCHKEY_STATE_SIGNING_OUT: u32 = 5;

/// The session is kept, but the provider can't be reached; it is tried again without being asked.
pub const LATCHKEY_STATUS_OFFLINE: u32 = 1;
/// The session is stored, and will survive a restart of the game.
pub const LATCHKEY_STATUS_PERSISTED: u32 = 2;
/// A new access token is being fetched.
pub const LATCHKEY_STATUS_REFRESHING: u32 = 4;

/// Not rejected, or no particular check.
pub const LATCHKEY_CHECK_NONE: u32 = 0;
/// The token is not a signed JWT of sound form, or a claim has the wrong type.
pub const LATCHKEY_CHECK_FORMAT: u32 = 1;
/// `alg` is none, symmetric, or not agreed on.
pub const LATCHKEY_CHECK_ALGORITHM: u32 = 2;
/// No published key fits, or more than one does.
pub const LATCHKEY_CHECK_KEY: u32 = 3;
/// The signature does not fit.
pub const LATCHKEY_CHECK_SIGNATURE: u32 = 4;
/// `iss`, here or in the authorization response (RFC 9207).
pub const LATCHKEY_CHECK_ISSUER: u32 = 5;
/// `sub`, in the ID token, in userinfo or after a refresh.
pub const LATCHKEY_CHECK_SUBJECT: u32 = 6;
/// `aud`
pub const LATCHKEY_CHECK_AUDIENCE: u32 = 7;
/// `azp`
pub const LATCHKEY_CHECK_AUTHORIZED_PARTY: u32 = 8;
/// `exp`
pub const LATCHKEY_CHECK_EXPIRY: u32 = 9;
/// `iat`
pub const LATCHKEY_CHECK_ISSUED_AT: u32 = 10;
/// `nonce`
pub const LATCHKEY_CHECK_NONCE: u32 = 11;
/// `at_hash`
pub const LATCHKEY_CHECK_ACCESS_TOKEN_HASH: u32 = 12;
/// `auth_time` against the `max_age` that was asked for.
pub const LATCHKEY_CHECK_AUTHENTICATION_TIME: u32 = 13;
/// There was no ID token though `openid` was asked for.
pub const LATCHKEY_CHECK_MISSING: u32 = 14;
/// `crit` names something that this library does not understand (RFC 7515 section 4.1.11).
pub const LATCHKEY_CHECK_CRITICAL_HEADER: u32 = 15;

/// Where a client stands.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct latchkey_status {
    /// `sizeof(latchkey_status)`, set by `LATCHKEY_STATUS_INIT`.
    pub struct_size: u32,
    /// One of `LATCHKEY_STATE_*`. A newer library may have more.
    pub state: u32,
    /// Why the last attempt (login, resume, refresh or logout) failed; `LATCHKEY_OK` if it did not.
    pub error: latchkey_result,
    /// Which check failed (`LATCHKEY_CHECK_*`), with `LATCHKEY_TOKEN_REJECTED`.
    pub error_detail: u32,
    /// `LATCHKEY_STATUS_*`, or-ed.
    pub flags: u32,
    /// Zero.
    pub reserved: u32,
    /// The login that this is about; grows by one with each `latchkey_start_login`.
    pub login_id: u64,
    /// When the login, or its code on another screen, times out: milliseconds since 1970-01-01 UTC by this machine's clock. 0 when none is running.
    pub deadline: u64,
    /// Grows with every change of this struct.
    pub revision: u64,
}

// SAFETY: `repr(C)`, `struct_size` first, only integers, padded by hand.
unsafe impl Versioned for latchkey_status {
    const SMALLEST: usize = std::mem::offset_of!(latchkey_status, revision) + size_of::<u64>();
    const INITIALISER: &'static str = "LATCHKEY_STATUS_INIT";
}

/// Copies the status into `out_status`, whose `struct_size` must be set (`LATCHKEY_STATUS_INIT`, once). One consistent picture;
/// it never waits, allocates or locks, and may be called each frame from any thread. In a forked child it tells how things
/// stood at the fork.
///
/// Errors: `LATCHKEY_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_poll_status(
    client: *const latchkey_client,
    out_status: *mut latchkey_status,
) -> latchkey_result {
    // What a frame does, without a detour: nothing below can panic. All else, and what to say about it, is `guard`'s.
    if let Some(status) = handles::glance(client.addr()) {
        // SAFETY: as below.
        if unsafe { write_whole(latchkey_status::from(status), out_status) } {
            return LATCHKEY_OK;
        }
    }
    poll_status_otherwise(client, out_status)
}

/// Kept apart: what it needs of the stack and the registers would be paid for in each frame.
#[cold]
#[inline(never)]
extern "C" fn poll_status_otherwise(
    client: *const latchkey_client,
    out_status: *mut latchkey_status,
) -> latchkey_result {
    guard(|| {
        let status = handles::read_status(client.addr())?;
        // SAFETY: `out_status` is NULL or points to `struct_size` writable bytes, as the header asks.
        unsafe { write_versioned(latchkey_status::from(status), out_status, "out_status") }
    })
}

impl From<Numbers> for latchkey_status {
    #[inline(always)]
    fn from(status: Numbers) -> Self {
        Self {
            struct_size: size_of::<Self>() as u32,
            state: status.state,
            error: status.error as i32,
            error_detail: status.check,
            flags: status.flags as u32,
            reserved: (status.flags >> 32) as u32,
            login_id: status.login_id,
            deadline: status.deadline_ms,
            revision: status.revision,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Check, Code};
    use crate::ffi::result::code_number;
    use crate::status::{State, Status, StatusCell};

    #[test]
    fn numbers_are_those_of_the_header() {
        let cell = StatusCell::default();
        let number = |status: Status| {
            cell.publish(status);
            latchkey_status::from(cell.numbers())
        };
        let nothing = number(Status::default());
        assert_eq!(
            (nothing.state, nothing.error, nothing.error_detail),
            (LATCHKEY_STATE_SIGNED_OUT, LATCHKEY_OK, LATCHKEY_CHECK_NONE)
        );
        for code in Code::ALL {
            assert_eq!(number(Status { error: Some(code), ..Status::default() }).error, code_number(Some(code)));
        }
        let check = |check| number(Status { check: Some(check), ..Status::default() }).error_detail;
        assert_eq!(check(Check::Format), LATCHKEY_CHECK_FORMAT);
        assert_eq!(check(Check::CriticalHeader), LATCHKEY_CHECK_CRITICAL_HEADER);
        let state = |state| number(Status { state, ..Status::default() }).state;
        assert_eq!(state(State::SignedIn), LATCHKEY_STATE_SIGNED_IN);
        assert_eq!(state(State::SigningOut), LATCHKEY_STATE_SIGNING_OUT);
    }
}
