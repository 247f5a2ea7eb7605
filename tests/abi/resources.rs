//! After `latchkey_shutdown` nothing of the library is left: no thread, no socket, no file. Each test has its own process, and
//! the provider is in another one, so that everything here that was not here before is the library's.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour as M, Options, Player};
use support::ffi::*;
use support::{Client, ConfigBuilder, Library, Login, PATIENCE, process, wait_for};

use crate::stage::{ADA, GAME, beside_a_provider, is_listened_to, port_of, redirect_uri};

const SHUTDOWN_MS: u32 = 2000;
/// The kernel lists a thread for a moment after it was joined. Nothing else is waited for.
const REAPING: Duration = Duration::from_secs(1);

/// What this process has before the library does anything.
struct Before {
    threads: BTreeMap<u32, String>,
    descriptors: BTreeMap<u32, String>,
}

impl Before {
    fn now() -> Self {
        Library::load();
        Self { threads: process::threads(), descriptors: process::descriptors() }
    }

    /// Shuts the library down in time, after which everything is as before but for descriptors of the test's own.
    #[track_caller]
    fn assert_shutdown_restores_it(&self, descriptors_of_the_test: usize) {
        let start = Instant::now();
        let code = Library::load().shutdown(SHUTDOWN_MS);
        let took = start.elapsed();
        assert_eq!(code, LATCHKEY_OK, "after {took:?}");
        let mut left = process::descriptors();
        left.retain(|number, target| self.descriptors.get(number) != Some(target));
        assert_eq!(left.len(), descriptors_of_the_test, "descriptors are left: {left:?}");
        let mut threads = BTreeMap::new();
        let reaped = Instant::now();
        while reaped.elapsed() < REAPING {
            threads = process::threads();
            threads.retain(|id, _| !self.threads.contains_key(id));
            if threads.is_empty() {
                break;
            }
        }
        assert!(threads.is_empty(), "threads are left: {threads:?}");
        assert!(took <= Duration::from_millis(SHUTDOWN_MS.into()), "it took {took:?}");
    }
}

fn client_of(issuer: &str) -> Client {
    Client::create(&ConfigBuilder::new(issuer, GAME))
}

fn sign_in(client: &Client) {
    client.start_login(&Login::new()).expect("latchkey_start_login");
    Player::new().sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
    client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn there_is_one_background_thread_and_it_is_gone_after_a_shutdown() {
    beside_a_provider(Options::default(), |issuer| {
        let before = Before::now();
        let clients: Vec<Client> = (0..3).map(|_| client_of(issuer)).collect();
        clients.iter().for_each(sign_in);
        let mut threads = process::threads();
        threads.retain(|id, _| !before.threads.contains_key(id));
        assert_eq!(threads.len(), 1, "{threads:?}");
        assert!(
            threads.values().all(|name| name.contains("latchkey")),
            "a thread without the library's name: {threads:?}"
        );
        before.assert_shutdown_restores_it(0);
    });
}

#[test]
fn a_shutdown_leaves_nothing_two_hundred_times_in_a_row_with_twenty_idle_connections_held_open() {
    beside_a_provider(Options::default(), |issuer| {
        let before = Before::now();
        let mut resident = Vec::new();
        let mut listened_to = 0;
        for _ in 0..200 {
            let client = client_of(issuer);
            client.start_login(&Login::new()).expect("latchkey_start_login");
            let port = port_of(&redirect_uri(&client.prompt_url()));
            let idle: Vec<TcpStream> = (0..20)
                .map(|number| {
                    let mut connection = TcpStream::connect(("127.0.0.1", port)).expect("the listener");
                    // Some say nothing, as browsers that connect ahead; some begin and stop.
                    if number % 2 == 1 {
                        connection.write_all(b"GET /callback?code=").expect("the beginning of a request");
                    }
                    connection
                })
                .collect();
            before.assert_shutdown_restores_it(idle.len());
            listened_to += usize::from(is_listened_to(port));
            drop(idle);
            resident.push(process::resident_bytes());
        }
        // A port that is free may be another program's a moment later; hardly each tenth one.
        assert!(listened_to < 20, "somebody listens still, after {listened_to} of 200 shutdowns");
        let (early, late) = (resident[20], resident[199]);
        assert!(late < early + (8 << 20), "memory grew from {} to {} KiB", early >> 10, late >> 10);
    });
}

#[test]
fn a_shutdown_leaves_nothing_of_whole_sign_ins() {
    beside_a_provider(Options::default(), |issuer| {
        let before = Before::now();
        for _ in 0..20 {
            let client = client_of(issuer);
            sign_in(&client);
            client.refresh_session().expect("latchkey_refresh_session");
            client.wait_until_settled();
            before.assert_shutdown_restores_it(0);
        }
    });
}

#[test]
fn a_shutdown_leaves_nothing_while_the_provider_is_looked_up() {
    beside_a_provider(Options { misbehaviour: Some(M::DiscoveryHang), ..Options::default() }, |issuer| {
        let before = Before::now();
        for _ in 0..5 {
            let client = client_of(issuer);
            client.start_login(&Login::new()).expect("latchkey_start_login");
            wait_for("the connection to the provider", PATIENCE, || !process::sockets().is_empty());
            before.assert_shutdown_restores_it(0);
        }
    });
}

#[test]
fn a_shutdown_leaves_nothing_while_a_code_is_exchanged() {
    beside_a_provider(Options { misbehaviour: Some(M::TokenHang), ..Options::default() }, |issuer| {
        let before = Before::now();
        for _ in 0..5 {
            let client = client_of(issuer);
            client.start_login(&Login::new()).expect("latchkey_start_login");
            let callback = Player::new().prepare_callback(&client.prompt_url(), ADA).expect("the provider's pages");
            let browser = std::thread::spawn(move || Player::new().follow(callback.as_str()).is_ok());
            client.wait_until(|status| status.state == LATCHKEY_STATE_COMPLETING, PATIENCE);
            Library::load().shutdown(SHUTDOWN_MS).expect("latchkey_shutdown");
            browser.join().expect("the browser's way");
            before.assert_shutdown_restores_it(0);
        }
    });
}

#[test]
fn a_shutdown_leaves_nothing_while_a_logout_waits_for_the_browser() {
    beside_a_provider(Options::default(), |issuer| {
        let before = Before::now();
        let client = client_of(issuer);
        sign_in(&client);
        client.logout(LATCHKEY_LOGOUT_END_SESSION).expect("latchkey_logout");
        wait_for("the prompt of the logout", PATIENCE, || client.prompt().is_ok());
        before.assert_shutdown_restores_it(0);
    });
}

/// A revocation outlives its client, and nothing else.
#[test]
fn a_shutdown_leaves_nothing_of_a_revocation_whose_client_is_gone() {
    beside_a_provider(Options::default(), |issuer| {
        let silent = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        silent.set_nonblocking(true).expect("a listener");
        let endpoint = format!("http://{}/revoke", silent.local_addr().expect("its address"));
        let before = Before::now();
        for _ in 0..5 {
            let client = Client::create(&ConfigBuilder::new(issuer, GAME).revocation_endpoint(&endpoint));
            sign_in(&client);
            client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
            client.destroy();
            let mut unanswered = None;
            wait_for("the revocation", PATIENCE, || {
                unanswered = silent.accept().ok();
                unanswered.is_some()
            });
            before.assert_shutdown_restores_it(1);
        }
    });
}

#[test]
fn a_client_that_is_destroyed_leaves_no_socket() {
    beside_a_provider(Options::default(), |issuer| {
        let before = Before::now();
        let keeps_the_thread = client_of("http://127.0.0.1:9");
        for _ in 0..20 {
            let signed_in = client_of(issuer);
            sign_in(&signed_in);
            let waiting = client_of(issuer);
            waiting.start_login(&Login::new()).expect("latchkey_start_login");
            waiting.prompt_url();
            drop((signed_in, waiting));
            let mut left = process::sockets();
            left.retain(|number, target| before.descriptors.get(number) != Some(target));
            assert!(left.is_empty(), "sockets are left when the calls have returned: {left:?}");
        }
        drop(keeps_the_thread);
        before.assert_shutdown_restores_it(0);
    });
}

#[test]
fn a_login_that_has_ended_leaves_no_listener() {
    beside_a_provider(Options::default(), |issuer| {
        let client = client_of(issuer);
        client.start_login(&Login::new()).expect("latchkey_start_login");
        let url = client.prompt_url();
        Player::new().sign_in(&url, ADA).expect("the provider's pages");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
        wait_for("the listener to be gone", PATIENCE, || !is_listened_to(port_of(&redirect_uri(&url))));
    });
}

#[test]
fn a_login_that_was_cancelled_keeps_no_connection() {
    beside_a_provider(Options::default(), |issuer| {
        let client = client_of(issuer);
        client.start_login(&Login::new()).expect("latchkey_start_login");
        client.prompt_url();
        client.cancel_login().expect("latchkey_cancel_login");
        wait_for("the sockets to be closed", PATIENCE, || process::sockets().is_empty());
    });
}

#[test]
fn sign_ins_one_after_the_other_do_not_pile_anything_up() {
    beside_a_provider(Options::default(), |issuer| {
        let client = client_of(issuer);
        let mut player = Player::new();
        let mut counts = Vec::new();
        for _ in 0..60 {
            client.start_login(&Login::new()).expect("latchkey_start_login");
            player.sign_in(&client.prompt_url(), ADA).expect("the provider's pages");
            client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
            counts.push((process::threads().len(), process::resident_bytes()));
        }
        let (early, late) = (counts[10], counts[59]);
        assert_eq!(early.0, late.0, "threads");
        assert!(late.1 < early.1 + (4 << 20), "memory grew from {} to {} KiB", early.1 >> 10, late.1 >> 10);
        wait_for("the listeners' sockets to be closed", PATIENCE, || process::sockets().len() <= 3);
    });
}
