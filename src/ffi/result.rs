//! Results
//!
//! Every call that can fail returns a `latchkey_result`. Outputs are written only with `LATCHKEY_OK`.

use std::ffi::{CStr, c_char};

use crate::error::Code;

/// What became of a call or of a login. A fixed-width integer: treat a value that this header does not name as a failure.
/// The values never change their meaning.
pub type latchkey_result = i32;

/// It worked.
pub const LATCHKEY_OK: latchkey_result = 0;
/// A NULL, a size, an enum value or a text (not UTF-8) that the call does not accept, or a client that was destroyed.
pub const LATCHKEY_INVALID_ARGUMENT: latchkey_result = 1;
/// The call makes no sense now: no login to cancel, no profile before `LATCHKEY_STATE_SIGNED_IN`, in a forked child.
pub const LATCHKEY_INVALID_STATE: latchkey_result = 2;
/// The configuration can't work; the message names the field and says what to write.
pub const LATCHKEY_CONFIGURATION: latchkey_result = 3;
/// The provider could not be reached, or the connection broke. Trying again may help.
pub const LATCHKEY_NETWORK: latchkey_result = 4;
/// The provider answered with an error, or not with the protocol. The message has its OAuth error code and its words.
pub const LATCHKEY_PROVIDER_ERROR: latchkey_result = 5;
/// The player said no, or the provider did on their behalf (`access_denied`, RFC 6749 section 4.1.2.1).
pub const LATCHKEY_DENIED: latchkey_result = 6;
/// The host cancelled, or a newer login replaced this one.
pub const LATCHKEY_CANCELLED: latchkey_result = 7;
/// The player did not finish in time; from `latchkey_shutdown`: something was still busy when the time was up.
pub const LATCHKEY_TIMED_OUT: latchkey_result = 8;
/// A token failed a check; `error_detail` of the status says which (`LATCHKEY_CHECK_*`).
pub const LATCHKEY_TOKEN_REJECTED: latchkey_result = 9;
/// The provider no longer accepts the session, or another program has ended it: the player has to sign in again.
pub const LATCHKEY_SESSION_EXPIRED: latchkey_result = 10;
/// The secret store can't be used, or what is in it was altered or is of another version.
pub const LATCHKEY_STORE_UNAVAILABLE: latchkey_result = 11;
/// The clock of this machine is so far behind that the provider's certificate is not valid yet; the message says what it shows.
pub const LATCHKEY_WRONG_CLOCK: latchkey_result = 12;
/// Not on this platform, not with this provider, or asked for by a newer header than this library knows.
pub const LATCHKEY_NOT_SUPPORTED: latchkey_result = 13;
/// A defect of the library. Nothing has crashed; please report the message.
pub const LATCHKEY_INTERNAL_ERROR: latchkey_result = 14;
/// What was asked for is on its way: poll the status, then ask again.
pub const LATCHKEY_PENDING: latchkey_result = 15;
/// No browser could be started on this machine; the host can show the URL instead (`LATCHKEY_BROWSER_HOST`).
pub const LATCHKEY_BROWSER_UNAVAILABLE: latchkey_result = 16;
/// No port for the callback is free among those configured.
pub const LATCHKEY_PORT_IN_USE: latchkey_result = 17;

/// The name of a result, `"LATCHKEY_OK"` and so on, or `"LATCHKEY_UNKNOWN_RESULT"`. Static text; never NULL, never freed.
/// Any thread; never waits.
#[unsafe(no_mangle)]
pub extern "C" fn latchkey_result_name(result: latchkey_result) -> *const c_char {
    name(result).as_ptr()
}

fn name(result: latchkey_result) -> &'static CStr {
    match result {
        LATCHKEY_OK => c"LATCHKEY_OK",
        LATCHKEY_INVALID_ARGUMENT => c"LATCHKEY_INVALID_ARGUMENT",
        LATCHKEY_INVALID_STATE => c"LATCHKEY_INVALID_STATE",
        LATCHKEY_CONFIGURATION => c"LATCHKEY_CONFIGURATION",
        LATCHKEY_NETWORK => c"LATCHKEY_NETWORK",
        LATCHKEY_PROVIDER_ERROR => c"LATCHKEY_PROVIDER_ERROR",
        LATCHKEY_DENIED => c"LATCHKEY_DENIED",
        LATCHKEY_CANCELLED => c"LATCHKEY_CANCELLED",
        LATCHKEY_TIMED_OUT => c"LATCHKEY_TIMED_OUT",
        LATCHKEY_TOKEN_REJECTED => c"LATCHKEY_TOKEN_REJECTED",
        LATCHKEY_SESSION_EXPIRED => c"LATCHKEY_SESSION_EXPIRED",
        LATCHKEY_STORE_UNAVAILABLE => c"LATCHKEY_STORE_UNAVAILABLE",
        LATCHKEY_WRONG_CLOCK => c"LATCHKEY_WRONG_CLOCK",
        LATCHKEY_NOT_SUPPORTED => c"LATCHKEY_NOT_SUPPORTED",
        LATCHKEY_INTERNAL_ERROR => c"LATCHKEY_INTERNAL_ERROR",
        LATCHKEY_PENDING => c"LATCHKEY_PENDING",
        LATCHKEY_BROWSER_UNAVAILABLE => c"LATCHKEY_BROWSER_UNAVAILABLE",
        LATCHKEY_PORT_IN_USE => c"LATCHKEY_PORT_IN_USE",
        _ => c"LATCHKEY_UNKNOWN_RESULT",
    }
}

pub(super) fn code_number(code: Option<Code>) -> latchkey_result {
    code.map_or(LATCHKEY_OK, |code| (code as u8).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_own_name() {
        let names: std::collections::HashSet<_> = Code::ALL.iter().map(|code| name(code_number(Some(*code)))).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert!(!names.contains(name(99)));
        assert_eq!(code_number(Some(Code::PortInUse)), LATCHKEY_PORT_IN_USE);
    }
}
