//! Polling allocates nothing.

use practice_provider::Options;
use support::ffi::*;
use support::{Client, ConfigBuilder, Functions, Library, Login};

use crate::stage::{ADA, GAME, Stage, beside_a_provider};

#[path = "../support/counted_heap.rs"]
mod counted_heap;
use counted_heap::allocations_in;

fn functions() -> &'static Functions {
    &Library::load().functions
}

/// Polls as a frame loop does; no harness in between that could allocate.
fn poll(client: *const latchkey_client, times: u32) -> latchkey_status {
    let poll = functions().latchkey_poll_status;
    // SAFETY: integers, which may be zero.
    let mut status: latchkey_status = unsafe { std::mem::zeroed() };
    status.struct_size = size_of::<latchkey_status>() as u32;
    for _ in 0..times {
        // SAFETY: a ticket, and a struct that is writable and has its size.
        let code = unsafe { poll(client, &mut status) };
        assert_eq!(code, LATCHKEY_OK);
    }
    status
}

#[test]
fn the_count_sees_what_the_library_allocates() {
    let mut stage = Stage::new();
    let url = stage.open();
    let handle = stage.client.handle();
    let mut prompt = std::ptr::null_mut();
    // SAFETY: a ticket, and an output that is writable; freed once.
    let calls = allocations_in(|| unsafe {
        assert_eq!((functions().latchkey_get_prompt)(handle, &mut prompt), LATCHKEY_OK);
        (functions().latchkey_prompt_free)(prompt);
    });
    assert!(calls >= 2, "a prompt and its text are {calls} allocations");
    stage.finish(&url, ADA);
    let mut profile = std::ptr::null_mut();
    // SAFETY: as above.
    let calls = allocations_in(|| unsafe {
        assert_eq!((functions().latchkey_get_profile)(handle, &mut profile), LATCHKEY_OK);
        (functions().latchkey_profile_free)(profile);
    });
    assert!(calls >= 10, "a profile and its texts are {calls} allocations");
    let calls = allocations_in(|| drop(Client::create(&ConfigBuilder::new("http://127.0.0.1:9", GAME))));
    assert!(calls >= 5, "a client is {calls} allocations");
}

#[test]
fn polling_allocates_nothing_in_any_state() {
    const TIMES: u32 = 10_000;
    let mut stage = Stage::new();
    let handle = stage.client.handle();
    poll(handle, 1);
    let expect_none = |what: &str, state: u32| {
        let mut last = 0;
        let calls = allocations_in(|| last = poll(handle, TIMES).state);
        assert_eq!((calls, last), (0, state), "{what}: allocations in {TIMES} polls, and the state");
    };
    expect_none("before the first login", LATCHKEY_STATE_SIGNED_OUT);
    let url = stage.open();
    expect_none("while the player is waited for", LATCHKEY_STATE_WAITING_FOR_PLAYER);
    stage.player.deny(&url).expect("the provider's pages");
    stage.client.wait_until_settled();
    expect_none("after a failure", LATCHKEY_STATE_SIGNED_OUT);
    stage.sign_in();
    expect_none("while a player is signed in", LATCHKEY_STATE_SIGNED_IN);
}

#[test]
fn polling_allocates_nothing_while_a_login_goes_on() {
    beside_a_provider(Options::default(), |issuer| {
        let client = Client::create(&ConfigBuilder::new(issuer, GAME));
        let handle = client.handle();
        poll(handle, 1);
        client.start_login(&Login::new()).expect("latchkey_start_login");
        let mut states = [false; 6];
        let mut player = None;
        while !states[LATCHKEY_STATE_SIGNED_IN as usize] {
            let calls = allocations_in(|| states[poll(handle, 1).state as usize] = true);
            assert_eq!(calls, 0);
            if states[LATCHKEY_STATE_WAITING_FOR_PLAYER as usize] && player.is_none() {
                let url = client.prompt().expect("a prompt").url;
                player = Some(std::thread::spawn(move || {
                    practice_provider::Player::new().sign_in(&url, ADA).expect("the provider's pages");
                }));
            }
        }
        player.expect("a player").join().expect("the player's way");
    });
}
