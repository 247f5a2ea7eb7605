//! The host's own vault, `LATCHKEY_STORAGE_HOST`: what it is asked and when, and that nothing it does reaches further than the
//! sentence in the log.
//!
//! One process stands for several starts: a client that is destroyed and made anew takes up what the vault holds. Each test has
//! a process of its own, since a blocked hook belongs to a thread of the library.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use practice_provider::{Misbehaviour as M, Options, Player, PracticeProvider};
use support::ffi::*;
use support::{Captured, Client, ConfigBuilder, Library, Login, PATIENCE, Status, in_own_process, wait_for};

use crate::stage::{ADA, GAME, GRACE, assert_signed_out};
use crate::vault::{Manner, Vault};

/// A hook that takes longer is taken as failed, by the header.
const BOUND: Duration = Duration::from_secs(10);
/// What a busy machine adds.
const GRACE_TIME: Duration = Duration::from_secs(5);
/// No call may take longer that promises not to wait.
const AT_ONCE: Duration = Duration::from_millis(100);

struct Host {
    vault: Arc<Vault>,
    provider: PracticeProvider,
}

impl Host {
    fn new() -> Self {
        let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
        Self { vault: Vault::new(), provider }
    }

    /// With a session in its vault, loads that go like this, and a client that was told so.
    #[track_caller]
    fn that_refuses_what_is_stored(manner: Manner) -> (Self, Client) {
        let host = Self::new();
        host.leave_a_session();
        host.vault.loads(manner);
        let (client, status) = host.resumed();
        assert_signed_out(&status, LATCHKEY_STORE_UNAVAILABLE);
        assert!(client.error_text().len() > 20);
        (host, client)
    }

    fn client(&self) -> Client {
        self.client_in("default")
    }

    fn client_in(&self, slot: &str) -> Client {
        let config = ConfigBuilder::new(self.provider.issuer(), GAME).profile_slot(slot);
        Client::create(&config.store(self.vault.hooks()))
    }

    /// The player's part of a sign-in.
    #[track_caller]
    fn begin_sign_in(&self, client: &Client, name: &str) {
        client.start_login(&Login::new()).expect("latchkey_start_login");
        let url = client.prompt_url();
        Player::new().sign_in(&url, name).expect("the provider's pages");
    }

    #[track_caller]
    fn sign_in(&self, client: &Client, name: &str) -> Status {
        self.begin_sign_in(client, name);
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN)
    }

    #[track_caller]
    fn resumed(&self) -> (Client, Status) {
        let client = self.client();
        client.resume_session().expect("latchkey_resume_session");
        let status = client.wait_until_settled();
        (client, status)
    }

    #[track_caller]
    fn leave_a_session(&self) {
        assert!(self.sign_in(&self.client(), ADA).has(LATCHKEY_STATUS_PERSISTED));
    }
}

#[test]
fn a_vault_that_works_keeps_a_session() {
    in_own_process(|| {
        let host = Host::new();
        host.leave_a_session();
        assert_eq!(host.vault.entries().len(), 1);
        let (client, status) = host.resumed();
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN);
        assert!(status.has(LATCHKEY_STATUS_PERSISTED));
        assert_eq!(client.profile().expect("a profile").name().as_deref(), Some(ADA));
        client.refresh_session().expect("latchkey_refresh_session");
        client.wait_until_settled();
        drop(client);
        let (client, status) = host.resumed();
        assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN);
        client.logout(LATCHKEY_LOGOUT_LOCAL).expect("latchkey_logout");
        assert_signed_out(&client.wait_until_settled(), LATCHKEY_OK);
        assert_eq!(host.vault.entries().len(), 0);
    });
}

#[test]
fn the_session_is_saved_before_signed_in_is_shown() {
    in_own_process(|| {
        let host = Host::new();
        host.vault.saves(Manner::Blocks);
        let client = host.client();
        host.begin_sign_in(&client, ADA);
        host.vault.wait_for_a_blocked_hook();
        assert_eq!(client.status().state, LATCHKEY_STATE_COMPLETING);
        assert!(client.profile().is_err() && client.access_token(0).is_err());
        host.vault.works();
        assert!(client.wait_for_state(LATCHKEY_STATE_SIGNED_IN).has(LATCHKEY_STATUS_PERSISTED));
        assert_eq!(host.vault.entries().len(), 1);
    });
}

#[test]
fn nothing_is_waited_for_between_a_new_refresh_token_and_the_vault() {
    in_own_process(|| {
        let host = Host::new();
        host.leave_a_session();
        host.provider.clear_requests();
        host.provider.hold("/jwks");
        let client = host.client();
        client.resume_session().expect("latchkey_resume_session");
        assert!(host.provider.wait_for("/jwks", 1, PATIENCE), "the keys are never asked for");
        // The game ends while the keys are on their way.
        drop(client);
        assert_eq!(host.provider.count("/token"), 0, "the old token was spent, and the new one had nowhere to go");
        host.provider.release();
        let (_client, status) = host.resumed();
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK));
    });
}

#[test]
fn many_clients_in_the_midst_of_a_refresh_are_ended_in_the_time_of_one() {
    in_own_process(|| {
        let host = Host::new();
        let clients: Vec<Client> = (0..12).map(|seat| host.client_in(&format!("seat-{seat}"))).collect();
        for client in &clients {
            host.sign_in(client, ADA);
        }
        host.provider.clear_requests();
        host.provider.misbehave(M::TokenHang);
        clients.iter().for_each(|client| client.refresh_session().expect("latchkey_refresh_session"));
        assert!(host.provider.wait_for("/token", clients.len(), PATIENCE));
        let began = Instant::now();
        Library::load().shutdown(1000).expect("latchkey_shutdown");
        assert!(began.elapsed() < Duration::from_millis(1500), "asked for a second, it took {:?}", began.elapsed());
    });
}

#[test]
fn keys_that_can_not_be_had_cost_nobody_the_new_refresh_token() {
    for misbehaviour in [M::KeysServerError, M::KeysRedirect] {
        // Never to be taken for the session's end: the first is of the moment, the second is not.
        keys_can_not_be_had(misbehaviour);
    }
}

#[track_caller]
fn keys_can_not_be_had(misbehaviour: M) {
    let host = Host::new();
    host.leave_a_session();
    host.provider.misbehave(misbehaviour);
    let (client, status) = host.resumed();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "{misbehaviour:?}");
    client.refresh_session().expect("latchkey_refresh_session");
    let status = client.wait_until_settled();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "{misbehaviour:?}: again");
    assert_eq!(client.profile().expect("a profile").name().as_deref(), Some(ADA));
}

#[test]
fn a_new_refresh_token_is_saved_before_the_new_access_token_is_shown() {
    in_own_process(|| {
        let host = Host::new();
        let client = host.client();
        host.sign_in(&client, ADA);
        let old = client.access_token(0).expect("a token");
        host.vault.saves(Manner::Blocks);
        client.refresh_session().expect("latchkey_refresh_session");
        host.vault.wait_for_a_blocked_hook();
        assert_eq!(host.provider.count("/token"), 2, "the provider has answered");
        assert!(client.access_token(0).is_ok_and(|token| token == old), "the new token is shown, and not stored");
        host.vault.works();
        assert_eq!(client.wait_until_settled().state, LATCHKEY_STATE_SIGNED_IN);
        assert!(client.access_token(0).is_ok_and(|token| token != old));
    });
}

#[test]
fn the_status_is_starting_while_the_store_is_read() {
    in_own_process(|| {
        let host = Host::new();
        host.leave_a_session();
        host.vault.loads(Manner::Blocks);
        let client = host.client();
        client.resume_session().expect("latchkey_resume_session");
        host.vault.wait_for_a_blocked_hook();
        assert_eq!(client.status().state, LATCHKEY_STATE_STARTING);
        assert!(client.profile().is_err());
        host.vault.works();
        assert_eq!(client.wait_until_settled().state, LATCHKEY_STATE_SIGNED_IN);
    });
}

#[test]
fn the_entry_is_erased_before_signed_out_is_shown() {
    in_own_process(|| {
        let host = Host::new();
        let client = host.client();
        host.sign_in(&client, ADA);
        host.vault.erases(Manner::Blocks);
        client.logout(LATCHKEY_LOGOUT_LOCAL).expect("latchkey_logout");
        host.vault.wait_for_a_blocked_hook();
        assert_eq!(client.status().state, LATCHKEY_STATE_SIGNING_OUT);
        assert!(client.profile().is_err(), "when the call returns nobody is signed in any more");
        host.vault.works();
        assert_signed_out(&client.wait_until_settled(), LATCHKEY_OK);
    });
}

/// Whoever closes the provider's page, or cancels, is signed out: nothing may be left then.
#[test]
fn the_entry_is_erased_before_the_browser_is_asked_for() {
    in_own_process(|| {
        let host = Host::new();
        let client = host.client();
        host.sign_in(&client, ADA);
        host.vault.erases(Manner::Blocks);
        client.logout(LATCHKEY_LOGOUT_END_SESSION).expect("latchkey_logout");
        host.vault.wait_for_a_blocked_hook();
        assert!(host.provider.wait_for("/revoke", 1, PATIENCE), "revoking does not wait for the vault");
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(300) {
            assert!(client.prompt().is_err(), "the prompt is there before the entry is gone");
            std::thread::yield_now();
        }
        host.vault.works();
        wait_for("the prompt of the logout", PATIENCE, || client.prompt().is_ok());
        assert_eq!(host.vault.entries().len(), 0);
        client.cancel_login().expect("latchkey_cancel_login");
        assert_signed_out(&client.wait_until_settled(), LATCHKEY_CANCELLED);
    });
}

#[test]
fn hooks_that_fail_keep_nobody_from_playing() {
    in_own_process(|| {
        for manner in [Manner::Fails, Manner::AnswersNonsense] {
            let (host, client) = Host::that_refuses_what_is_stored(manner);
            host.vault.saves(manner);
            let captured = Captured::from_now();
            let status = host.sign_in(&client, GRACE);
            assert_eq!(status.error, LATCHKEY_OK);
            assert!(!status.has(LATCHKEY_STATUS_PERSISTED), "{manner:?}: {status:?}");
            assert!(captured.mentions("memory only"), "{captured}");
            host.vault.erases(manner);
            client.logout(LATCHKEY_LOGOUT_LOCAL).expect("latchkey_logout");
            assert_signed_out(&client.wait_until_settled(), LATCHKEY_STORE_UNAVAILABLE);
            // It is tried again until it works.
            host.vault.works();
            support::wait_for("the entry to be erased", PATIENCE, || host.vault.entries().is_empty());
        }
    });
}

#[test]
fn garbage_and_sizes_beyond_the_buffer_are_refused_and_overwritten_by_the_next_sign_in() {
    in_own_process(|| {
        for manner in [Manner::GivesGarbage, Manner::GivesTooLargeASize] {
            let (host, client) = Host::that_refuses_what_is_stored(manner);
            assert_eq!(host.provider.count("/token"), 1, "only the sign-in's");
            host.vault.works();
            host.sign_in(&client, GRACE);
            drop(client);
            let (client, status) = host.resumed();
            assert_eq!(status.state, LATCHKEY_STATE_SIGNED_IN);
            assert_eq!(client.profile().expect("a profile").name().as_deref(), Some(GRACE));
        }
    });
}

#[test]
fn an_entry_with_any_bit_turned_is_refused() {
    in_own_process(|| {
        let host = Host::new();
        host.leave_a_session();
        let (key, entry) = host.vault.entries().pop_first().expect("an entry");
        // Some of them, spread over all of it.
        for place in (0..entry.len()).step_by(entry.len() / 40 + 1) {
            let mut altered = entry.clone();
            altered[place] ^= 0x04;
            host.vault.put(&key, altered);
            let (client, status) = host.resumed();
            assert_signed_out(&status, LATCHKEY_STORE_UNAVAILABLE);
            drop(client);
        }
        for length in [1, entry.len() / 2, entry.len() - 1] {
            host.vault.put(&key, entry[..length].to_vec());
            assert_signed_out(&host.resumed().1, LATCHKEY_STORE_UNAVAILABLE);
        }
        // The control: it is the alteration that is refused.
        host.vault.put(&key, entry);
        assert_eq!(host.resumed().1.state, LATCHKEY_STATE_SIGNED_IN);
    });
}

#[test]
fn a_hook_that_blocks_holds_up_nothing_else_and_is_given_up() {
    in_own_process(|| {
        let host = Host::new();
        host.leave_a_session();
        host.vault.loads(Manner::Blocks);
        let client = host.client();
        let began = Instant::now();
        client.resume_session().expect("latchkey_resume_session");
        assert!(began.elapsed() < AT_ONCE);
        host.vault.wait_for_a_blocked_hook();
        // Another client lives as if nothing were the matter.
        let other = Client::create(&ConfigBuilder::new(host.provider.issuer(), GAME));
        host.sign_in(&other, GRACE);
        let slowest = Cell::new(Duration::ZERO);
        let status = client.wait_until(
            |status| {
                let asked = Instant::now();
                drop((client.status(), client.profile(), client.access_token(0), client.error_text()));
                slowest.set(slowest.get().max(asked.elapsed()));
                status.is_settled()
            },
            BOUND + GRACE_TIME,
        );
        assert_signed_out(&status, LATCHKEY_STORE_UNAVAILABLE);
        assert!(began.elapsed() >= BOUND - AT_ONCE, "given up after {:?}", began.elapsed());
        assert!(slowest.get() < AT_ONCE, "a call waited {slowest:?}");
        // The thread of the hook is the host's doing: shutdown says so, in time.
        drop((client, other));
        let began = Instant::now();
        let code = Library::load().shutdown(500);
        assert!(began.elapsed() < Duration::from_millis(500) + GRACE_TIME / 5, "{:?}", began.elapsed());
        assert_eq!(code, LATCHKEY_TIMED_OUT);
        // However often that is asked: the hook is still in the host's code.
        assert_eq!(Library::load().shutdown(100), LATCHKEY_TIMED_OUT);
        host.vault.works();
        Library::load().shutdown(5000).expect("latchkey_shutdown");
    });
}

#[test]
fn a_save_that_blocks_lets_the_player_in_without_it() {
    in_own_process(|| {
        let host = Host::new();
        host.vault.saves(Manner::Blocks);
        let client = host.client();
        host.begin_sign_in(&client, ADA);
        let status = client.wait_until(Status::is_settled, BOUND + GRACE_TIME);
        assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_SIGNED_IN, LATCHKEY_OK), "{status:?}");
        assert!(!status.has(LATCHKEY_STATUS_PERSISTED));
        host.vault.works();
    });
}

#[test]
fn destroying_a_client_in_the_middle_of_a_call_into_the_vault_is_safe() {
    in_own_process(|| {
        let host = Host::new();
        host.leave_a_session();
        host.vault.loads(Manner::Blocks);
        let client = host.client();
        client.resume_session().expect("latchkey_resume_session");
        host.vault.wait_for_a_blocked_hook();
        assert!(client.destroy() < Duration::from_millis(500) + GRACE_TIME / 5);
        host.vault.works();
        Library::load().shutdown(5000).expect("latchkey_shutdown");
    });
}
