//! A thousand clients that are created at once and all look up their provider's name, which blocks: how many threads that takes at
//! the most.

use std::sync::Barrier;
use std::thread;

use support::{Client, process};

use crate::measured::{Words, library, wait_for_rest};

/// Asks for such a process.
pub const WORD: &str = "--crowd";
const CLIENTS: usize = 1000;
/// The thread that creates them, which is not the library's.
const CREATOR: &str = "creator";

/// Counted each millisecond, from the first client's creation until the last look-up's thread has ended. An idle one stays for two
/// seconds, so none is missed.
pub fn measure(words: &Words) {
    let issuer = words.get("--named-issuer").expect("an issuer with a name");
    library();
    let started = Barrier::new(2);
    let mut most = 0;
    let clients = thread::scope(|scope| {
        let create = || {
            started.wait();
            (0..CLIENTS).map(|number| Client::create(&words.config(issuer, number))).collect::<Vec<_>>()
        };
        let creator = thread::Builder::new().name(CREATOR.to_owned()).spawn_scoped(scope, create).expect("a thread");
        // From here on it has its name.
        started.wait();
        wait_for_rest(|| most = threads().max(most));
        creator.join().expect("clients")
    });
    println!("bench: footprint.clients-{CLIENTS}.named.threads {most} threads");
    drop(clients);
    library().shutdown(10_000).expect("latchkey_shutdown");
}

/// The library's.
fn threads() -> usize {
    let own = std::process::id();
    process::threads().into_iter().filter(|(number, name)| *number != own && name != CREATOR).count()
}
