//! Clients to be polled, and one that is always signing in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

/// One login after the other, each to its end.
pub struct Login {
    over: Arc<AtomicBool>,
    thread: JoinHandle<u32>,
}

impl Login {
    pub fn over_and_over(client: &Arc<Client>) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (until, client) = (Arc::clone(&over), Arc::clone(client));
        let thread = std::thread::spawn(move || {
            let mut times = 0;
            let mut player = Player::new();
            while !until.load(Ordering::Acquire) || times == 0 {
                client.start_login(&support::Login::new()).expect("latchkey_start_login");
                player.sign_in(&client.prompt_url(), "Ada Lovelace").expect("the provider's pages");
                client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
                times += 1;
            }
            times
        });
        Self { over, thread }
    }

    /// After the one that is under way; how many there were.
    pub fn stop(self) -> u32 {
        self.over.store(true, Ordering::Release);
        self.thread.join().expect("the player's way")
    }
}
