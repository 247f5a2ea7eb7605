//! The library
//!
//! Version, log and the end. There is nothing to initialise: the first client starts the library's one background thread.

use std::ffi::{c_char, c_void};
use std::time::{Duration, Instant};

use super::boundary::{guard, required};
use super::handles;
use super::result::latchkey_result;
use crate::client::Closed;
use crate::error::{Code, Error};
use crate::log::{self, Level};
use crate::runtime;

/// The version of the library that is loaded, composed like `LATCHKEY_VERSION` (`major << 16 | minor << 8 | patch`).
/// Within one major version an older header works with a newer library, and the other way round. Any thread; never waits.
#[unsafe(no_mangle)]
pub extern "C" fn latchkey_version() -> u32 {
    let part = |text: &str| text.parse::<u32>().unwrap_or(0);
    composed([
        part(env!("CARGO_PKG_VERSION_MAJOR")),
        part(env!("CARGO_PKG_VERSION_MINOR")),
        part(env!("CARGO_PKG_VERSION_PATCH")),
    ])
}

/// By itself, since most parts of most versions are zero, and zero hides where it was put.
fn composed([major, minor, patch]: [u32; 3]) -> u32 {
    major << 16 | minor << 8 | patch
}

/// Log levels. A sink gets the records of its level and of those before it.
pub const LATCHKEY_LOG_ERROR: u32 = 1;
/// Something is odd, and the library goes on.
pub const LATCHKEY_LOG_WARNING: u32 = 2;
/// The steps of a login, one line each.
pub const LATCHKEY_LOG_INFO: u32 = 3;
/// Each request, with its host, status and duration.
pub const LATCHKEY_LOG_DEBUG: u32 = 4;

/// Receives one record. `message` is UTF-8, without a newline, and lives until the function returns. The library puts no token, code,
/// verifier, state or secret into one, at any level.
///
/// Thread: the library's background thread, one that it has lent to a call that blocks (see the conventions on top), or whichever
/// thread is calling the library; two may come at once. Be short, and do not call the library from here: `latchkey_set_log_sink` would
/// answer `LATCHKEY_INVALID_STATE`.
pub type latchkey_log_sink = Option<unsafe extern "C" fn(context: *mut c_void, level: u32, message: *const c_char)>;

/// Gives the library's log to `sink`, with `context` passed through, or to nobody if `sink` is NULL (`context` may always be
/// NULL). `level` is one of `LATCHKEY_LOG_*`. When the call returns, the sink before it runs nowhere any more and its context
/// may be freed. May be called at any time, also before the first client. Any thread; waits only for a record that is being
/// handed over.
///
/// Errors: `LATCHKEY_INVALID_ARGUMENT` for an unknown level; `LATCHKEY_INVALID_STATE` from inside a sink or in a forked child.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn latchkey_set_log_sink(
    sink: latchkey_log_sink,
    context: *mut c_void,
    level: u32,
) -> latchkey_result {
    guard(|| {
        runtime::refuse_in_forked_child()?;
        let most = level_from(level)?;
        let sink = sink.map(|function| HostSink { function, context }.into_sink());
        if log::set_sink(sink, most) {
            return Ok(());
        }
        Err(Error::new(Code::InvalidState, "the log sink can't be changed from inside a log sink"))
    })
}

/// Ends everything: cancels logins, destroys every client that still exists, and stops the background thread. Waits for that,
/// for `timeout_ms` milliseconds at most; one of the two calls that wait (the other is `latchkey_client_destroy`). Afterwards
/// no thread, socket or file of the library is left, and a new client may be created, which starts it again. Without a client
/// ever made it does nothing. A client that another thread creates meanwhile is destroyed too, or starts the library again.
/// Profiles, tokens and prompts stay readable until they are freed. Any thread, but not a log sink's.
///
/// The library stays in memory even when it is unloaded (it pins itself; the static one pins the module that it is linked into, on
/// Linux by the linker flag `-z nodelete` of its package), so that a late return into it can't crash; call this before the host's
/// module goes away, since the log sink is part of that module.
///
/// Errors: `LATCHKEY_TIMED_OUT` when a call that blocks (a name look-up of the operating system, the secret store, a hook of the
/// host's) was still busy; its thread ends by itself. `LATCHKEY_INVALID_STATE` in a forked child or from inside a log sink.
#[unsafe(no_mangle)]
pub extern "C" fn latchkey_shutdown(timeout_ms: u32) -> latchkey_result {
    guard(|| {
        runtime::refuse_in_forked_child()?;
        if !runtime::may_wait() {
            return Err(Error::new(Code::InvalidState, "a log sink must not call this: it would wait for itself"));
        }
        let until = Instant::now() + Duration::from_millis(timeout_ms.into());
        let (closed, left) = handles::remove_all();
        Closed::end_all(closed, Duration::from_millis(timeout_ms.into()));
        left.stop(until.saturating_duration_since(Instant::now()))
    })
}

struct HostSink {
    function: unsafe extern "C" fn(*mut c_void, u32, *const c_char),
    context: *mut c_void,
}

// SAFETY: the header says that the sink is called on any thread; the library itself never touches the context.
unsafe impl Send for HostSink {}
// SAFETY: as above.
unsafe impl Sync for HostSink {}

impl HostSink {
    fn into_sink(self) -> log::Sink {
        Box::new(move |level, message| self.call(level, message))
    }

    fn call(&self, level: Level, message: &str) {
        let text = super::boundary::c_string(message);
        // SAFETY: a function pointer of the host with the documented signature; the text outlives the call.
        unsafe { (self.function)(self.context, level as u32, text.as_ptr()) }
    }
}

fn level_from(number: u32) -> Result<Level, Error> {
    let levels = [Level::Error, Level::Warning, Level::Info, Level::Debug];
    required(levels.into_iter().find(|level| *level as u32 == number), "level is none of LATCHKEY_LOG_*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_version_has_its_byte() {
        assert_eq!(composed([1, 2, 3]), 0x01_02_03);
    }
}
