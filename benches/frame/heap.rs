//! How many allocations a poll makes, by a heap that counts.

#[path = "../../tests/support/counted_heap.rs"]
mod counted_heap;

use std::sync::Arc;

use practice_provider::{Options, PracticeProvider};
use support::{Client, ConfigBuilder};

use crate::login::{Login, SEVERAL, quiet_client};
use crate::rivals::{Polled, Rival};
use crate::say;
use counted_heap::allocations_in;

/// Between two looks at how many logins have ended.
const BATCH: u32 = 1000;

pub fn report(quick: bool) {
    let times = if quick { 100_000 } else { 1_000_000 };
    // First the proof that it counts the library's own.
    let seen = allocations_in(|| drop(quiet_client(0)));
    assert!(seen >= 5, "a client is {seen} allocations: the library's are not counted");
    let quiet = quiet_client(0);
    let polled = Polled::new(quiet.handle());
    polled.ask(1);
    tell("idle", allocations_in(|| _ = polled.ask(times)), times.into());
    let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
    let client = Arc::new(Client::create(&ConfigBuilder::new(provider.issuer(), "practice-game")));
    let polled = Polled::new(client.handle());
    let login = Login::over_and_over(&client);
    let mut polls = 0;
    // A login takes as long as millions of polls: so many of them, that all it goes through is polled.
    let calls = allocations_in(|| {
        while login.ended() < SEVERAL || polls < u64::from(times) {
            polled.ask(BATCH);
            polls += u64::from(BATCH);
        }
    });
    tell("login", calls, polls);
    say("frame.login.allocations.logins", f64::from(login.ended()), "logins");
    login.stop();
}

fn tell(place: &str, calls: u64, polls: u64) {
    say(&format!("frame.{place}.allocations"), calls as f64, "allocations");
    say(&format!("frame.{place}.allocations.polls"), polls as f64, "polls");
}
