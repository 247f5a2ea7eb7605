//! Clients to be polled, and one that is always signing in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::JoinHandle;

use practice_provider::Player;
use support::ffi::*;
use support::{Client, ConfigBuilder};

/// A client that has nothing to look up, and so does nothing.
pub fn quiet_client(number: usize) -> Client {
    let config = ConfigBuilder::empty()
        .client_id("practice-game")
        .scopes("email")
        .browser(LATCHKEY_BROWSER_HOST)
        .authorization_endpoint("https://id.example.com/authorize")
        .token_endpoint("https://id.example.com/token")
        .userinfo_endpoint("https://id.example.com/userinfo")
        .profile_slot(&format!("seat-{number}"));
    Client::create(&config)
}

/// So many have to end while something is measured; otherwise it was not measured beside logins.
pub const SEVERAL: u32 = 3;

/// One login after the other, each to its end.
pub struct Login {
    over: Arc<AtomicBool>,
    ended: Arc<AtomicU32>,
    thread: JoinHandle<()>,
}

impl Login {
    pub fn over_and_over(client: &Arc<Client>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let ended = Arc::new(AtomicU32::new(0));
        let (until, times, client) = (Arc::clone(&over), Arc::clone(&ended), Arc::clone(client));
        let thread = std::thread::spawn(move || {
            let mut player = Player::new();
            while !until.load(Ordering::Acquire) {
                client.start_login(&support::Login::new()).expect("latchkey_start_login");
                player.sign_in(&client.prompt_url(), "Ada Lovelace").expect("the provider's pages");
                client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
                times.fetch_add(1, Ordering::Release);
            }
        });
        Self { over, ended, thread }
    }

    /// How many have come to their end so far.
    pub fn ended(&self) -> u32 {
        assert!(!self.thread.is_finished(), "a login failed: nothing more is measured beside it");
        self.ended.load(Ordering::Acquire)
    }

    /// After the one that is under way.
    pub fn stop(self) {
        self.over.store(true, Ordering::Release);
        self.thread.join().expect("the player's way");
    }
}
