//! What a frame pays for asking: `latchkey_poll_status` in nanoseconds, allocations and instructions, beside one relaxed atomic
//! load and beside a mutex around the same struct, in the same run.
//!
//! A single call is shorter than looking at the clock, so the median is that of batches; the 99.99 % and the worst are of single
//! calls, less what the clock itself costs, and hold whatever the system did meanwhile. Both are measured for all three in turns.
//!
//! It drives the built library through its C ABI; nothing of the library's own code is linked for it. Prints
//! `bench: <name> <value> <unit>` lines, as all programs of this folder do.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod heap;
#[cfg(target_os = "linux")]
mod instructions;
mod login;
mod rivals;
mod sample;

use std::process::ExitCode;
use std::sync::Arc;

use practice_provider::{Options, PracticeProvider};
use support::ffi::*;
use support::{Client, ConfigBuilder, Library};

use login::{Login, SEVERAL, quiet_client};
use rivals::{Guarded, Loaded, Polled, Rival};
use sample::{Figures, Sampling};

const THREADS: [usize; 3] = [1, 8, 64];
const CLIENTS: usize = 1000;

fn main() -> ExitCode {
    let quick = std::env::args().any(|word| word == "--quick");
    #[cfg(target_os = "linux")]
    if let Some(rounds) = instructions::asked_for() {
        return instructions::poll(rounds);
    }
    let sampling = if quick { Sampling::QUICK } else { Sampling::WHOLE };
    silence();
    idle(&sampling);
    beside_a_login(&sampling);
    among_clients(&sampling);
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    heap::report(quick);
    #[cfg(target_os = "linux")]
    instructions::report();
    Library::load().shutdown(10_000).expect("latchkey_shutdown");
    ExitCode::SUCCESS
}

/// The library, without the log that the tests keep.
fn silence() {
    // SAFETY: no sink, no context.
    unsafe { Library::load().set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_ERROR) }
        .expect("latchkey_set_log_sink");
}

/// One line of output.
fn say(name: &str, value: f64, unit: &str) {
    println!("bench: {name} {value:.2} {unit}");
}

fn tell(name: &str, figures: &Figures) {
    say(&format!("frame.{name}.median"), figures.median, "ns");
    say(&format!("frame.{name}.p9999"), figures.p9999, "ns");
    say(&format!("frame.{name}.worst"), figures.worst, "ns");
    if let Some(waits) = figures.waits {
        say(&format!("frame.{name}.waits"), waits as f64, "waits");
    }
}

/// The call and what it is compared with, each by so many threads.
fn compare(sampling: &Sampling, place: &str, threads: usize, client: *const latchkey_client) {
    let polled = Polled::new(client);
    let (loaded, guarded) = (Loaded::default(), Guarded::default());
    let rivals: [&dyn Rival; 3] = [&polled, &loaded, &guarded];
    let mut figures = sampling.take_turns(&rivals, threads);
    for rival in rivals {
        tell(&format!("{place}.threads-{threads}.{}", rival.name()), &figures.remove(0));
    }
}

fn idle(sampling: &Sampling) {
    let client = quiet_client(0);
    for threads in THREADS {
        compare(sampling, "idle", threads, client.handle());
    }
}

/// One login after the other, to the end and anew, on the client that is polled.
fn beside_a_login(sampling: &Sampling) {
    let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
    let client = Arc::new(Client::create(&ConfigBuilder::new(provider.issuer(), "practice-game")));
    for threads in THREADS {
        let login = Login::over_and_over(&client);
        compare(sampling, "login", threads, client.handle());
        // Before they are told to stop: what ends later was not beside the polling.
        let times = login.ended();
        login.stop();
        assert!(times >= SEVERAL, "{times} logins ended beside {threads} polling threads: nothing was measured");
        say(&format!("frame.login.threads-{threads}.logins"), f64::from(times), "logins");
    }
}

fn among_clients(sampling: &Sampling) {
    let clients: Vec<Client> = (0..CLIENTS).map(quiet_client).collect();
    // The last has the place that is furthest from the others.
    let last = clients.last().expect("there are some").handle();
    compare(sampling, &format!("clients-{CLIENTS}"), 1, last);
    // In turns: no client's status is in the cache by luck.
    let everyone: Vec<_> = clients.iter().map(Client::handle).collect();
    let figures = sampling.take_turns(&[&Polled::in_turns(&everyone)], 1).remove(0);
    tell(&format!("clients-{CLIENTS}.in-turns.poll"), &figures);
}
