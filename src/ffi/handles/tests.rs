//! Places that are let again, and clients that come and go while the library is shut down. Each test has its own process, since there
//! is one table in each.

use std::sync::Barrier;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

use super::*;
use crate::client::Draft;
use crate::config::{Config, Input};
use crate::ffi::library::latchkey_shutdown;
use crate::ffi::result::LATCHKEY_OK;
use crate::login::LoginOptions;
use crate::testing::alone;

/// Long; only ever reached by a failure.
const PATIENCE: Duration = Duration::from_secs(20);

/// Nobody listens there.
fn draft() -> Draft {
    let input = Input { issuer: Some("http://127.0.0.1:9"), client_id: Some("game"), ..Input::default() };
    Draft::new(Config::parse(&input).unwrap(), None)
}

fn made_of(draft: Draft) -> usize {
    insert(|background, status| draft.start(background, status)).unwrap()
}

fn made() -> usize {
    made_of(draft())
}

#[track_caller]
fn wait_for(what: &str, mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < PATIENCE, "{what}");
        thread::yield_now();
    }
}

#[test]
fn made_up_handles_are_refused() {
    alone(concat!(module_path!(), "::made_up_handles_are_refused"), || {
        // There is a place to be mistaken for.
        let (number, _) = vacant_place().unwrap();
        VACANCIES.lock().returned.push(number);
        for address in [0, 1, 16, 1 << 16, usize::MAX, 0xffff] {
            assert_eq!(glance(address), None);
            let code = get(address).err().map(|error| error.code);
            assert_eq!(code, Some(Code::InvalidArgument));
            assert!(remove(address).is_none());
        }
    });
}

#[test]
fn a_place_is_let_again_only_when_its_tenant_is_silent() {
    alone(concat!(module_path!(), "::a_place_is_let_again_only_when_its_tenant_is_silent"), || {
        let first = made();
        // As one of its tasks, or a call on another thread, still has it.
        let tenant = get(first).unwrap();
        let meanwhile = thread::scope(|scope| {
            tenant.amid_a_change(|| {
                scope.spawn(|| remove(first).map(Closed::end));
                wait_for("the handle to be none", || glance(first).is_none());
                made()
            })
        });
        assert_ne!(number_of(meanwhile), number_of(first), "let while its tenant was at work");
        let next = made();
        assert_eq!(number_of(next), number_of(first));
        let status = glance(next);
        let answer = tenant.start_login(LoginOptions::default());
        assert_eq!(glance(next), status, "the tenant before has written into it");
        assert!(answer.is_err());
    });
}

#[test]
fn those_from_before_a_shutdown_write_into_no_status_after_it() {
    alone(concat!(module_path!(), "::those_from_before_a_shutdown_write_into_no_status_after_it"), || {
        let tenants: Vec<_> = (0..3).map(|_| get(made()).unwrap()).collect();
        let (closed, left) = remove_all();
        let next: Vec<_> = (0..3).map(|_| made()).collect();
        let status: Vec<_> = next.iter().map(|client| glance(*client)).collect();
        let refused = tenants.iter().all(|tenant| tenant.start_login(LoginOptions::default()).is_err());
        assert_eq!(next.iter().map(|client| glance(*client)).collect::<Vec<_>>(), status);
        assert!(refused);
        Closed::end_all(closed, PATIENCE);
        left.stop(PATIENCE).unwrap();
    });
}

#[test]
fn a_client_made_beside_a_shutdown_is_ended_by_it_or_attended() {
    const ROUNDS: usize = 500;
    alone(concat!(module_path!(), "::a_client_made_beside_a_shutdown_is_ended_by_it_or_attended"), || {
        for round in 0..ROUNDS {
            // Every other client finds a thread that runs already.
            if round % 2 == 0 {
                made();
            }
            let (draft, both, is_made) = (draft(), Barrier::new(2), AtomicBool::new(false));
            let client = thread::scope(|scope| {
                scope.spawn(|| {
                    both.wait();
                    while !is_made.load(Ordering::Relaxed) {
                        assert_eq!(latchkey_shutdown(5000), LATCHKEY_OK);
                    }
                });
                both.wait();
                let client = made_of(draft);
                is_made.store(true, Ordering::Relaxed);
                client
            });
            let owner = runtime::owner_of_the_running().unwrap();
            match get(client) {
                Ok(client) => {
                    assert_eq!(owner, Some(std::process::id()), "a client without a thread");
                    assert!(client.is_attended(), "it will never refresh by itself");
                }
                Err(_) => assert_eq!(owner, None, "a thread without a client"),
            }
            assert_eq!(latchkey_shutdown(5000), LATCHKEY_OK);
            assert_eq!(runtime::owner_of_the_running(), Ok(None));
        }
    });
}
