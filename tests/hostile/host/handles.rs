//! Handles are tickets: whatever a host does with one, it gets a code. Clients come and go, on any thread, in any order.

use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};
use std::time::Duration;

use practice_provider::{Options, Player};
use support::ffi::*;
use support::{Client, Code, ConfigBuilder, Functions, Library, Login, in_own_process};

use crate::stage::{ADA, GAME, Stage, beside_a_provider, is_taken, port_of, redirect_uri};

fn functions() -> &'static Functions {
    &Library::load().functions
}

/// Nobody listens there, and nobody is asked before a login.
fn idle() -> ConfigBuilder {
    ConfigBuilder::new("http://127.0.0.1:9", GAME)
}

fn empty_status() -> latchkey_status {
    // SAFETY: integers, which may be zero.
    let mut status: latchkey_status = unsafe { std::mem::zeroed() };
    status.struct_size = size_of::<latchkey_status>() as u32;
    status
}

/// What every call answers for a handle.
fn answers(handle: *mut latchkey_client) -> Vec<(&'static str, Code)> {
    let f = functions();
    let mut status = empty_status();
    let (mut prompt, mut profile, mut token) = (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
    // SAFETY: a ticket may be anything; the other pointers are whole.
    let codes = unsafe {
        vec![
            ("poll_status", (f.latchkey_poll_status)(handle, &mut status)),
            ("client_error", (f.latchkey_client_error)(handle, std::ptr::null_mut(), 0, std::ptr::null_mut())),
            ("start_login", (f.latchkey_start_login)(handle, &*Login::new().raw())),
            ("cancel_login", (f.latchkey_cancel_login)(handle)),
            ("get_prompt", (f.latchkey_get_prompt)(handle, &mut prompt)),
            ("get_profile", (f.latchkey_get_profile)(handle, &mut profile)),
            ("get_access_token", (f.latchkey_get_access_token)(handle, 0, &mut token)),
            ("refresh_session", (f.latchkey_refresh_session)(handle)),
            ("logout", (f.latchkey_logout)(handle, LATCHKEY_LOGOUT_REVOKE)),
        ]
    };
    codes.into_iter().map(|(call, code)| (call, Code(code))).collect()
}

#[track_caller]
fn assert_is_unknown(handle: *mut latchkey_client) {
    for (call, code) in answers(handle) {
        assert_eq!(code, LATCHKEY_INVALID_ARGUMENT, "{call} with {handle:?}");
    }
}

#[test]
fn used_after_destroy_a_client_is_recognised_by_every_call() {
    let mut stage = Stage::new();
    stage.sign_in();
    let handle = stage.client.handle();
    stage.client.destroy();
    assert_is_unknown(handle);
}

#[test]
fn freed_twice_a_client_harms_nobody_else() {
    let first = Client::create(&idle());
    let handle = first.handle();
    drop(first);
    let second = Client::create(&idle());
    // SAFETY: a ticket whose client is gone is accepted, by the header.
    unsafe { (functions().latchkey_client_destroy)(handle) };
    assert_eq!(second.status().state, LATCHKEY_STATE_SIGNED_OUT, "somebody else's client was destroyed");
    assert_is_unknown(handle);
}

#[test]
fn a_made_up_handle_is_refused() {
    for address in [1, 8, 0xffff, 0x1_0000, 0xdead_beef, usize::MAX, usize::MAX - 0xffff] {
        let handle = std::ptr::without_provenance_mut(address);
        assert_is_unknown(handle);
        // SAFETY: a ticket may be anything.
        unsafe { (functions().latchkey_client_destroy)(handle) };
    }
}

#[test]
fn a_new_client_never_has_the_handle_of_an_old_one() {
    let mut seen = std::collections::HashSet::new();
    for _ in 0..500 {
        let client = Client::create(&idle());
        assert!(seen.insert(client.handle()), "a handle came back");
    }
}

#[test]
fn a_new_client_does_not_show_the_status_of_the_one_before() {
    let mut stage = Stage::new();
    stage.sign_in();
    let before = stage.client.status();
    stage.client.destroy();
    let client = Client::create(&idle());
    let status = client.status();
    assert_eq!(
        (status.state, status.login_id, status.error.0),
        (LATCHKEY_STATE_SIGNED_OUT, 0, LATCHKEY_OK),
        "after {before:?}"
    );
    assert_eq!(client.error_text(), "");
}

#[test]
fn before_create_any_call_may_come() {
    in_own_process(|| {
        assert_eq!(Library::load().shutdown(1000), LATCHKEY_OK);
        assert_is_unknown(std::ptr::null_mut());
        assert_is_unknown(std::ptr::without_provenance_mut(0x1_0000));
        assert!(Library::load().version() > 0);
        assert_eq!(Library::load().check(&idle()).0, LATCHKEY_OK);
        assert_eq!(Library::load().shutdown(0), LATCHKEY_OK);
    });
}

#[test]
fn after_a_shutdown_old_handles_are_unknown_what_was_handed_out_is_readable_and_new_clients_work() {
    beside_a_provider(Options::default(), |issuer| {
        let config = ConfigBuilder::new(issuer, GAME);
        for _ in 0..3 {
            let client = Client::create(&config);
            client.start_login(&Login::new()).expect("latchkey_start_login");
            Player::new().sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
            client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
            let profile = client.profile().expect("a profile");
            let waiting = Client::create(&config);
            waiting.start_login(&Login::new()).expect("latchkey_start_login");
            let port = port_of(&redirect_uri(&waiting.prompt_url()));
            assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK);
            assert!(!is_taken(port));
            for gone in [&client, &waiting] {
                assert_is_unknown(gone.handle());
            }
            assert_eq!(profile.name().as_deref(), Some(ADA));
            assert_eq!(profile.json()["name"], ADA);
        }
    });
}

#[test]
fn shutdowns_on_many_threads_at_once_all_return() {
    beside_a_provider(Options::default(), |issuer| {
        for _ in 0..20 {
            let client = Client::create(&ConfigBuilder::new(issuer, GAME));
            client.start_login(&Login::new()).expect("latchkey_start_login");
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK));
                }
            });
        }
    });
}

#[test]
fn clients_are_made_while_others_shut_the_library_down() {
    beside_a_provider(Options::default(), |issuer| {
        let config = || ConfigBuilder::new(issuer, GAME);
        let ended = AtomicBool::new(false);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let config = config();
                    while !ended.load(Ordering::Relaxed) {
                        let client = Client::create(&config);
                        // The library may be shut down under it at any moment.
                        let code = client.start_login(&Login::new());
                        assert!(matches!(code.0, LATCHKEY_OK | LATCHKEY_INVALID_ARGUMENT), "{code:?}");
                    }
                });
            }
            for _ in 0..100 {
                assert_eq!(Library::load().shutdown(5000), LATCHKEY_OK);
            }
            ended.store(true, Ordering::Relaxed);
        });
        assert_eq!(Library::load().shutdown(5000), LATCHKEY_OK);
        let client = Client::create(&config());
        client.start_login(&Login::new()).expect("latchkey_start_login");
        Player::new().sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    });
}

#[test]
fn poll_status_from_64_threads_while_clients_come_and_go() {
    const THREADS: usize = 64;
    const CLIENTS: usize = 300;
    in_own_process(|| {
        let current = AtomicPtr::new(std::ptr::null_mut());
        let (ended, polls) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let mut status = empty_status();
                    while !ended.load(Ordering::Relaxed) {
                        let handle: *mut latchkey_client = current.load(Ordering::Acquire);
                        // SAFETY: a ticket, which may be an old one; the struct is writable and has its size.
                        let code = Code(unsafe { (functions().latchkey_poll_status)(handle, &mut status) });
                        assert!(matches!(code.0, LATCHKEY_OK | LATCHKEY_INVALID_ARGUMENT), "{code:?}");
                        if code == LATCHKEY_OK {
                            assert!(
                                status.state <= LATCHKEY_STATE_SIGNING_OUT && status.login_id <= 1,
                                "a torn status"
                            );
                            assert!(status.reserved == 0 && status.flags == 0, "a torn status");
                        }
                        polls.fetch_add(1, Ordering::Relaxed);
                        // Else 64 whole time slices pass on a small machine before the host has its next turn.
                        std::thread::yield_now();
                    }
                });
            }
            for _ in 0..CLIENTS {
                let client = Client::create(&idle());
                current.store(client.handle(), Ordering::Release);
                client.start_login(&Login::new()).expect("latchkey_start_login");
                // Else all of them have come and gone on a busy machine before anybody has looked.
                let before = polls.load(Ordering::Relaxed);
                while polls.load(Ordering::Relaxed) == before {
                    std::thread::yield_now();
                }
                client.cancel_login().expect("latchkey_cancel_login");
                drop(client);
            }
            ended.store(true, Ordering::Relaxed);
        });
        assert!(polls.load(Ordering::Relaxed) >= CLIENTS as u64);
        assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK);
    });
}

/// A place in the table is let again at once, while those who were inside calls with the client before are still there.
#[test]
fn a_new_client_shows_nothing_of_those_that_are_destroyed_in_that_moment() {
    const CLIENTS: usize = 3000;
    const LOOKS: usize = 30;
    beside_a_provider(Options::default(), |issuer| {
        let busy = AtomicPtr::new(std::ptr::null_mut());
        let ended = AtomicBool::new(false);
        let outcome = std::thread::scope(|scope| {
            // Its logins are under way on the background thread, and begin and end under calls from two others.
            scope.spawn(|| {
                let config = ConfigBuilder::new(issuer, GAME);
                while !ended.load(Ordering::Relaxed) {
                    let client = Client::create(&config);
                    busy.store(client.handle(), Ordering::Release);
                    client.start_login(&Login::new()).expect("latchkey_start_login");
                    std::thread::yield_now();
                }
            });
            for _ in 0..2 {
                scope.spawn(|| {
                    let login = Login::new();
                    let options = login.raw();
                    while !ended.load(Ordering::Relaxed) {
                        let handle = busy.load(Ordering::Acquire);
                        // SAFETY: a ticket, which may be an old one, and a whole struct.
                        unsafe {
                            (functions().latchkey_cancel_login)(handle);
                            (functions().latchkey_start_login)(handle, &*options);
                        }
                    }
                });
            }
            let outcome = std::panic::catch_unwind(|| {
                for _ in 0..CLIENTS {
                    let client = Client::create(&idle());
                    let first = client.status();
                    for _ in 0..LOOKS {
                        let status = client.status();
                        assert_eq!((status.state, status.login_id), (LATCHKEY_STATE_SIGNED_OUT, 0), "{status:?}");
                        assert_eq!(status.revision, first.revision, "somebody else's change");
                    }
                    client.start_login(&Login::new()).expect("latchkey_start_login");
                    let begun = client.status();
                    assert_eq!(begun.login_id, 1, "{begun:?}");
                    assert!(begun.revision > first.revision, "{begun:?} after {first:?}");
                    // It may have found already that nobody listens.
                    let code = client.cancel_login();
                    assert!(matches!(code.0, LATCHKEY_OK | LATCHKEY_INVALID_STATE), "{code:?}");
                    let over = client.status();
                    assert_eq!((over.state, over.login_id), (LATCHKEY_STATE_SIGNED_OUT, 1), "{over:?}");
                    assert!(over.revision > first.revision + 1, "{over:?} after {first:?}");
                }
            });
            ended.store(true, Ordering::Relaxed);
            outcome
        });
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        assert_eq!(Library::load().shutdown(5000), LATCHKEY_OK);
    });
}

#[test]
fn a_client_may_be_destroyed_under_calls_of_other_threads() {
    in_own_process(|| {
        for _ in 0..50 {
            let client = Client::create(&idle());
            let handle = AtomicPtr::new(client.handle());
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        let handle = handle.load(Ordering::Relaxed);
                        while answers(handle).iter().any(|(_, code)| *code != LATCHKEY_INVALID_ARGUMENT) {}
                    });
                }
                std::thread::park_timeout(Duration::from_millis(1));
                let took = client.destroy();
                assert!(took < Duration::from_secs(1), "{took:?}");
            });
        }
        assert_eq!(Library::load().shutdown(2000), LATCHKEY_OK);
    });
}

#[test]
fn many_clients_may_live_at_once() {
    in_own_process(|| {
        let clients: Vec<Client> = (0..300).map(|_| Client::create(&idle())).collect();
        assert!(clients.iter().all(|client| client.status().state == LATCHKEY_STATE_SIGNED_OUT));
        assert_eq!(Library::load().shutdown(5000), LATCHKEY_OK);
    });
}
