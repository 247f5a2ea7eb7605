//! Strangers in numbers. Measured in the library's own process, in which nothing else happens: memory, threads and the time that
//! the browser's answer takes.

use std::time::{Duration, Instant};

use practice_provider::Player;
use support::ffi::*;
use support::{Client, ConfigBuilder, Login, process};

use super::strangers::{Attack, MOST_CONNECTIONS, Strangers, among_strangers};
use crate::stage::{ADA, GAME, port_of, redirect_uri};

/// All that strangers may make this process hold.
const BOUND: u64 = 1 << 20;
/// What the player may wait.
const NOTICEABLE: Duration = Duration::from_secs(1);
/// How long an attack is watched beside its own duration.
const WATCHED: Duration = Duration::from_millis(500);

/// What came of an attack.
struct Outcome {
    /// What the strangers say of it, by their words for it.
    words: String,
}

impl Outcome {
    fn number(&self, name: &str) -> u64 {
        let mut words = self.words.split(' ').skip_while(|word| *word != name);
        words.nth(1).and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("no {name}: {}", self.words))
    }
}

/// Attacks a login that waits: memory stays within the bound, no thread is added, nobody is signed in by it, and the player's own
/// answer gets through in time while the attack goes on.
#[track_caller]
fn withstand(issuer: &str, attack: Attack) -> Outcome {
    let client = Client::create(&ConfigBuilder::new(issuer, GAME));
    client.start_login(&Login::new()).expect("latchkey_start_login");
    let url = client.prompt_url();
    let callback = Player::new().prepare_callback(&url, ADA).expect("the provider's pages");
    let mut strangers = Strangers::reach();

    let threads = process::threads().len();
    let before = process::private_bytes();
    let (words, peak) = watched(|| strangers.attack(attack, port_of(&redirect_uri(&url))));
    assert!(!words.contains("failed"), "{attack:?}: {words}");
    let status = client.status();
    assert_eq!((status.state, status.error.0), (LATCHKEY_STATE_WAITING_FOR_PLAYER, LATCHKEY_OK), "{status:?}");
    let grown = peak.saturating_sub(before);
    println!("measured: {attack:?}: {words}; {} KiB more", grown >> 10);
    assert!(grown <= BOUND, "{attack:?}: {} KiB more", grown >> 10);
    assert_eq!(process::threads().len(), threads, "{attack:?}: threads were added");

    let (took, page) = strangers.visit(callback.as_str());
    println!("measured: {attack:?}: the answer took {took:?}");
    assert_eq!(page, 200, "{attack:?}");
    assert!(took <= NOTICEABLE, "{attack:?}: the answer took {took:?}");
    client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    Outcome { words: strangers.stop() }
}

/// Runs this and goes on watching for a while; tells the most memory that the process had meanwhile.
fn watched<T: Send>(work: impl FnOnce() -> T + Send) -> (T, u64) {
    std::thread::scope(|scope| {
        let working = scope.spawn(work);
        let mut peak = 0;
        let mut ended = None;
        while ended.is_none_or(|ended: Instant| ended.elapsed() < WATCHED) {
            peak = peak.max(process::private_bytes());
            if ended.is_none() && working.is_finished() {
                ended = Some(Instant::now());
            }
            std::thread::park_timeout(Duration::from_millis(1));
        }
        (working.join().expect("the strangers' orders"), peak)
    })
}

#[test]
fn silent_preconnects_cost_nothing_and_the_real_callback_gets_through() {
    among_strangers(|issuer| {
        let outcome = withstand(issuer, Attack::SilentPreconnects);
        assert_eq!(outcome.number("made"), 20);
    });
}

#[test]
fn slow_loris_stays_within_one_mib_and_the_real_callback_gets_through() {
    among_strangers(|issuer| {
        let outcome = withstand(issuer, Attack::SlowLoris);
        assert!(outcome.number("made") >= 100);
    });
}

#[test]
fn ten_thousand_connections_stay_within_one_mib_and_the_real_callback_gets_through() {
    among_strangers(|issuer| {
        let outcome = withstand(issuer, Attack::TenThousandConnections);
        let made = outcome.number("made");
        assert!((10_000..MOST_CONNECTIONS).contains(&made), "the flood was over before the callback: {made}");
    });
}

#[test]
fn a_256_mib_header_stays_within_one_mib_and_the_real_callback_gets_through() {
    among_strangers(|issuer| {
        let outcome = withstand(issuer, Attack::EndlessHeaderLine);
        assert!(outcome.number("most") < 16 << 20, "a connection was listened to for long: {}", outcome.words);
    });
}

#[test]
fn endless_headers_stay_within_one_mib_and_the_real_callback_gets_through() {
    among_strangers(|issuer| {
        let outcome = withstand(issuer, Attack::EndlessHeaders);
        assert!(outcome.number("most") < 16 << 20, "a connection was listened to for long: {}", outcome.words);
    });
}

#[test]
fn an_endless_body_stays_within_one_mib_and_the_real_callback_gets_through() {
    among_strangers(|issuer| {
        let outcome = withstand(issuer, Attack::EndlessBody);
        assert!(outcome.number("most") < 16 << 20, "a connection was listened to for long: {}", outcome.words);
    });
}

#[test]
fn pipelining_gets_one_answer_and_the_real_callback_gets_through() {
    among_strangers(|issuer| {
        let outcome = withstand(issuer, Attack::Pipelining);
        assert!(outcome.number("most") <= 1, "a connection was answered more than once: {}", outcome.words);
    });
}
