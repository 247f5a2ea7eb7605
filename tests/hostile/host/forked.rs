//! In a forked child there is no background thread, and any lock may be held for ever: calls are refused, and none hangs.

use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use practice_provider::{Options, Player};
use support::ffi::*;
use support::{Client, ConfigBuilder, Library, Login};

use crate::stage::{ADA, GAME, beside_a_provider};

/// Exit code of a child in which every call gave the answer that it should.
const ALL_WELL: i32 = 42;
const BOUND: Duration = Duration::from_secs(10);

/// Memory that a child shares with its parent: the number of the call that the child is in.
struct Progress(*mut AtomicU32);

impl Progress {
    fn new() -> Self {
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANON);
        // SAFETY: a fresh mapping of our own.
        let page = unsafe { libc::mmap(std::ptr::null_mut(), size_of::<AtomicU32>(), access, kind, -1, 0) };
        assert_ne!(page, libc::MAP_FAILED);
        Self(page.cast())
    }

    fn call(&self) -> &AtomicU32 {
        // SAFETY: mapped as long as this lives, aligned, and zero is a number.
        unsafe { &*self.0 }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // SAFETY: mapped by `new`, and nothing points there any more.
        unsafe { libc::munmap(self.0.cast(), size_of::<AtomicU32>()) };
    }
}

/// Forks, runs the body in the child and returns the child's exit code; panics when the child hangs. The body may do only what
/// a child of a process with threads may do.
fn in_forked_child(body: impl FnOnce(&AtomicU32) -> i32) -> i32 {
    let progress = Progress::new();
    // SAFETY: the child does nothing but the body and ends without any clean-up.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "no fork");
    if child == 0 {
        let code = body(progress.call());
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(code) };
    }
    let start = Instant::now();
    loop {
        let mut status = 0;
        // SAFETY: our own child, and a writable integer.
        let ended = unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) };
        if ended == child {
            assert!(libc::WIFEXITED(status), "the child was ended by signal {}", libc::WTERMSIG(status));
            return libc::WEXITSTATUS(status);
        }
        if start.elapsed() > BOUND {
            // SAFETY: our own child, which was not waited for yet.
            unsafe {
                libc::kill(child, libc::SIGKILL);
                libc::waitpid(child, &mut status, 0);
            }
            let call = CALLS.get(progress.call().load(Ordering::Relaxed) as usize);
            panic!("the child hung in {}", call.unwrap_or(&"no call at all"));
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

const CALLS: [&str; 13] = [
    "nothing yet",
    "poll_status",
    "start_login",
    "cancel_login",
    "get_prompt",
    "get_profile",
    "get_access_token",
    "refresh_session",
    "logout",
    "client_create",
    "client_error",
    "client_destroy",
    "shutdown",
];

#[track_caller]
fn assert_all_well(code: i32) {
    let call = usize::try_from(code).ok().and_then(|number| CALLS.get(number));
    assert_eq!(code, ALL_WELL, "another answer than it should be: {call:?}");
}

/// Calls everything with a parent's handle; tells by its number the first call that gave a wrong answer.
fn call_everything(
    progress: &AtomicU32,
    handle: *mut latchkey_client,
    config: &latchkey_config,
    options: &latchkey_login_options,
) -> i32 {
    let f = &Library::load().functions;
    let mut made = std::ptr::null_mut();
    let (mut prompt, mut profile, mut token) = (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: integers, which may be zero.
    let mut status: latchkey_status = unsafe { std::mem::zeroed() };
    status.struct_size = size_of::<latchkey_status>() as u32;
    let mut wrong = ALL_WELL;
    let mut check = |expected: latchkey_result, call: &mut dyn FnMut() -> latchkey_result| {
        let number = progress.fetch_add(1, Ordering::Relaxed) + 1;
        if call() != expected && wrong == ALL_WELL {
            wrong = number as i32;
        }
    };
    // SAFETY: a ticket, and whole structs; nothing is handed out when the answer is as it must be.
    unsafe {
        check(LATCHKEY_OK, &mut || (f.latchkey_poll_status)(handle, &mut status));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_start_login)(handle, options));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_cancel_login)(handle));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_get_prompt)(handle, &mut prompt));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_get_profile)(handle, &mut profile));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_get_access_token)(handle, 0, &mut token));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_refresh_session)(handle));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_logout)(handle, LATCHKEY_LOGOUT_REVOKE));
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_client_create)(config, &mut made));
        check(LATCHKEY_INVALID_STATE, &mut || {
            (f.latchkey_client_error)(handle, std::ptr::null_mut(), 0, std::ptr::null_mut())
        });
        check(LATCHKEY_OK, &mut || {
            (f.latchkey_client_destroy)(handle);
            LATCHKEY_OK
        });
        check(LATCHKEY_INVALID_STATE, &mut || (f.latchkey_shutdown)(1000));
    }
    wrong
}

#[test]
fn in_a_forked_child_every_call_is_refused_and_the_parent_goes_on() {
    beside_a_provider(Options::default(), |issuer| {
        let config = ConfigBuilder::new(issuer, GAME);
        let login = Login::new();
        let client = Client::create(&config);
        client.start_login(&login).expect("latchkey_start_login");
        let url = client.prompt_url();
        // SAFETY: no sink needs no context. The harness's own sink takes a lock, which the child would have to share.
        unsafe { Library::load().set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) }.expect("no sink");
        let (handle, config, options) = (client.handle(), config.raw(), login.raw());
        let code = in_forked_child(|progress| call_everything(progress, handle, &config, &options));
        assert_all_well(code);
        Player::new().sign_in(&url, ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        let code = in_forked_child(|progress| call_everything(progress, handle, &config, &options));
        assert_all_well(code);
        assert!(client.profile().is_ok());
        assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK);
    });
}

static RECORDS: AtomicU64 = AtomicU64::new(0);

unsafe extern "C" fn count(_context: *mut c_void, _level: u32, _message: *const c_char) {
    RECORDS.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn a_child_that_is_forked_in_the_middle_of_calls_does_not_hang() {
    beside_a_provider(Options::default(), |issuer| {
        // SAFETY: the function lives as long as the process.
        let code = unsafe { Library::load().set_log_sink(Some(count), std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) };
        code.expect("latchkey_set_log_sink");
        let config = ConfigBuilder::new(issuer, GAME);
        let login = Login::new();
        let client = Client::create(&config);
        let ended = AtomicBool::new(false);
        let (handle, raw_config, options) = (client.handle(), config.raw(), login.raw());
        std::thread::scope(|scope| {
            for _ in 0..3 {
                // Whatever lock there is, one of these holds it at some of the forks.
                scope.spawn(|| {
                    let mut number = 0_u32;
                    while !ended.load(Ordering::Relaxed) {
                        number += 1;
                        let _ = client.prompt();
                        let _ = client.profile();
                        client.error_text();
                        if number.is_multiple_of(16) {
                            let _ = client.start_login(&Login::new());
                            assert!(Client::try_create(&ConfigBuilder::new("no url", GAME)).is_err());
                        }
                    }
                });
            }
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                for _ in 0..150 {
                    let code = in_forked_child(|progress| call_everything(progress, handle, &raw_config, &options));
                    assert_all_well(code);
                }
            }));
            ended.store(true, Ordering::Relaxed);
            outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        });
        assert!(RECORDS.load(Ordering::Relaxed) > 0);
        // SAFETY: no sink needs no context.
        unsafe { Library::load().set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) }.expect("no sink");
        assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK);
    });
}

#[test]
fn a_process_that_has_forked_before_the_first_client_may_use_the_library_in_the_child() {
    beside_a_provider(Options::default(), |issuer| {
        let library = Library::load();
        // SAFETY: no sink needs no context.
        unsafe { library.set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) }.expect("no sink");
        let config = ConfigBuilder::new(issuer, GAME);
        let config = config.raw();
        let code = in_forked_child(|_| {
            let mut client = std::ptr::null_mut();
            // SAFETY: a whole struct and a writable output; this process has one thread.
            unsafe {
                let code = (library.functions.latchkey_client_create)(&*config, &mut client);
                if code != LATCHKEY_OK {
                    return code;
                }
                (library.functions.latchkey_client_destroy)(client);
                if (library.functions.latchkey_shutdown)(2000) == LATCHKEY_OK { ALL_WELL } else { 2 }
            }
        });
        assert_eq!(code, ALL_WELL);
    });
}
