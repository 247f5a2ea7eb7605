//! The log sink: whose records it gets, when it stops, and that a sink which calls back does no harm.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};

use practice_provider::{Options, Player};
use support::ffi::*;
use support::{Client, Code, ConfigBuilder, Library, Login, in_own_process};

use crate::stage::{ADA, GAME, beside_a_provider};

/// What a sink has seen.
#[derive(Default)]
struct Seen {
    records: AtomicU64,
    highest: AtomicU32,
    dead: AtomicBool,
}

unsafe extern "C" fn count(context: *mut c_void, level: u32, message: *const c_char) {
    // SAFETY: the context that was given with this sink, which outlives its use; the message is alive and NUL-terminated.
    let (seen, message) = unsafe { (&*context.cast::<Seen>(), CStr::from_ptr(message)) };
    let text = message.to_str().expect("records are UTF-8");
    assert!(!text.is_empty() && !text.contains(['\n', '\r']), "{text:?}");
    assert!((LATCHKEY_LOG_ERROR..=LATCHKEY_LOG_DEBUG).contains(&level));
    assert!(!seen.dead.load(Ordering::SeqCst), "a sink that was replaced was called");
    seen.records.fetch_add(1, Ordering::SeqCst);
    seen.highest.fetch_max(level, Ordering::SeqCst);
}

fn set(seen: &Seen, level: u32) {
    let context = std::ptr::from_ref(seen).cast_mut().cast();
    // SAFETY: the callers keep `seen` until another sink is in place.
    unsafe { Library::load().set_log_sink(Some(count), context, level) }.expect("latchkey_set_log_sink");
}

fn unset() {
    // SAFETY: no sink needs no context.
    unsafe { Library::load().set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) }.expect("no sink");
}

fn sign_in(issuer: &str) -> Client {
    let client = Client::create(&ConfigBuilder::new(issuer, GAME));
    client.start_login(&Login::new()).expect("latchkey_start_login");
    Player::new().sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
    client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    client
}

/// Makes a record on the calling thread.
fn provoke_an_error_record() {
    assert!(Client::try_create(&ConfigBuilder::new("no url", GAME)).is_err());
}

#[test]
fn a_sink_gets_the_records_of_its_level_and_of_those_before_it() {
    beside_a_provider(Options::default(), |issuer| {
        let mut counts = Vec::new();
        for level in [LATCHKEY_LOG_ERROR, LATCHKEY_LOG_WARNING, LATCHKEY_LOG_INFO, LATCHKEY_LOG_DEBUG] {
            let seen = Seen::default();
            set(&seen, level);
            sign_in(issuer);
            provoke_an_error_record();
            unset();
            assert!(seen.highest.load(Ordering::SeqCst) <= level);
            counts.push(seen.records.load(Ordering::SeqCst));
        }
        assert!(
            counts[0] >= 1 && counts[1] >= counts[0] && counts[2] > counts[1] && counts[3] > counts[2],
            "{counts:?}"
        );
    });
}

#[test]
fn without_a_sink_nobody_is_called() {
    beside_a_provider(Options::default(), |issuer| {
        let seen = Seen::default();
        set(&seen, LATCHKEY_LOG_DEBUG);
        unset();
        seen.dead.store(true, Ordering::SeqCst);
        sign_in(issuer);
        provoke_an_error_record();
    });
}

#[test]
fn a_level_that_the_header_does_not_name_is_refused_and_the_sink_stays() {
    in_own_process(|| {
        let seen = Seen::default();
        set(&seen, LATCHKEY_LOG_DEBUG);
        for level in [0, 5, u32::MAX] {
            // SAFETY: refused, so never called.
            let code = unsafe { Library::load().set_log_sink(Some(count), std::ptr::null_mut(), level) };
            assert_eq!(code, LATCHKEY_INVALID_ARGUMENT);
        }
        provoke_an_error_record();
        assert_eq!(seen.records.load(Ordering::SeqCst), 1);
        unset();
    });
}

#[test]
fn a_sink_that_was_replaced_runs_nowhere_any_more() {
    beside_a_provider(Options::default(), |issuer| {
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !ended.load(Ordering::Relaxed) {
                        provoke_an_error_record();
                    }
                });
            }
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    sign_in(issuer);
                }
            });
            let mut last: Option<Box<Seen>> = None;
            for _ in 0..2000 {
                let next = Box::new(Seen::default());
                set(&next, LATCHKEY_LOG_DEBUG);
                if let Some(last) = last.replace(next) {
                    // Freed right away, as the header allows; a call that still came would be a use after free.
                    last.dead.store(true, Ordering::SeqCst);
                }
            }
            unset();
            ended.store(true, Ordering::Relaxed);
        });
    });
}

/// The client that the sink below calls with; NULL until there is one.
static CLIENT: AtomicPtr<latchkey_client> = AtomicPtr::new(std::ptr::null_mut());
static CALLS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

unsafe extern "C" fn call_back(_context: *mut c_void, _level: u32, _message: *const c_char) {
    assert!(!INSIDE.replace(true), "a sink was called from inside a sink");
    let (library, client) = (Library::load(), CLIENT.load(Ordering::SeqCst));
    let f = &library.functions;
    // SAFETY: a ticket or NULL, and whole structs.
    unsafe {
        let code = library.set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_DEBUG);
        assert_eq!(code, LATCHKEY_INVALID_STATE, "latchkey_set_log_sink inside a sink");
        assert_eq!(Code((f.latchkey_shutdown)(1000)), LATCHKEY_INVALID_STATE, "latchkey_shutdown inside a sink");
        let mut status: latchkey_status = std::mem::zeroed();
        status.struct_size = size_of::<latchkey_status>() as u32;
        (f.latchkey_poll_status)(client, &mut status);
        (f.latchkey_client_error)(client, std::ptr::null_mut(), 0, std::ptr::null_mut());
        let mut prompt = std::ptr::null_mut();
        if (f.latchkey_get_prompt)(client, &mut prompt) == LATCHKEY_OK {
            (f.latchkey_prompt_free)(prompt);
        }
        let mut profile = std::ptr::null_mut();
        if (f.latchkey_get_profile)(client, &mut profile) == LATCHKEY_OK {
            (f.latchkey_profile_free)(profile);
        }
        // Makes a record of its own, which must not come back here.
        let mut made = std::ptr::null_mut();
        let config = ConfigBuilder::new("no url", GAME);
        assert_eq!(Code((f.latchkey_client_create)(&*config.raw(), &mut made)), LATCHKEY_CONFIGURATION);
    }
    CALLS.fetch_add(1, Ordering::SeqCst);
    INSIDE.set(false);
}

#[test]
fn a_sink_that_calls_the_library_does_no_harm() {
    beside_a_provider(Options::default(), |issuer| {
        // SAFETY: the function lives as long as the process.
        let code = unsafe { Library::load().set_log_sink(Some(call_back), std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) };
        code.expect("latchkey_set_log_sink");
        provoke_an_error_record();
        assert_eq!(CALLS.load(Ordering::SeqCst), 1, "on the calling thread");
        let client = Client::create(&ConfigBuilder::new(issuer, GAME));
        CLIENT.store(client.handle(), Ordering::SeqCst);
        client.start_login(&Login::new()).expect("latchkey_start_login");
        Player::new().sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        client.refresh_session().expect("latchkey_refresh_session");
        client.wait_until_settled();
        client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
        client.wait_until_settled();
        drop(client);
        assert!(CALLS.load(Ordering::SeqCst) > 5);
        assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK);
        unset();
    });
}

static DESTROYED: AtomicBool = AtomicBool::new(false);

unsafe extern "C" fn destroy_the_client(_context: *mut c_void, _level: u32, _message: *const c_char) {
    let client = CLIENT.swap(std::ptr::null_mut(), Ordering::SeqCst);
    if !client.is_null() {
        // SAFETY: a ticket.
        unsafe { (Library::load().functions.latchkey_client_destroy)(client) };
        DESTROYED.store(true, Ordering::SeqCst);
    }
}

#[test]
fn a_client_that_is_destroyed_from_inside_a_sink_does_not_hang_the_library() {
    beside_a_provider(Options::default(), |issuer| {
        // SAFETY: the function lives as long as the process.
        let code =
            unsafe { Library::load().set_log_sink(Some(destroy_the_client), std::ptr::null_mut(), LATCHKEY_LOG_DEBUG) };
        code.expect("latchkey_set_log_sink");
        let client = Client::create(&ConfigBuilder::new(issuer, GAME));
        client.start_login(&Login::new()).expect("latchkey_start_login");
        CLIENT.store(client.handle(), Ordering::SeqCst);
        // Records come from the background thread while the provider is looked up, or at the latest from this one.
        drop(client);
        provoke_an_error_record();
        assert!(DESTROYED.load(Ordering::SeqCst));
        assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK);
        unset();
    });
}
