//! How long it takes to load the library, and to have the first client's status: once in a process, and several processes, as a
//! single one meets whatever the machine does at that moment.

use std::time::Instant;

use latchkey_benches::figures::{Figures, Samples};
use support::Client;

use crate::measured::{Words, library, run};

/// Asks for one such process.
pub const WORD: &str = "--load";
const PROCESSES: usize = 9;
const PROCESSES_QUICK: usize = 5;

/// What a process measures, by the names of its lines.
const FIGURES: [&str; 2] = ["load", "first-status"];

/// One process: a line for each.
pub fn once(words: &Words) {
    let config = words.config(words.get("--issuer").expect("an issuer"), 0);
    let began = Instant::now();
    library();
    let loaded = began.elapsed();
    let client = Client::create(&config);
    client.status();
    let first_status = began.elapsed();
    for (name, time) in FIGURES.iter().zip([loaded, first_status]) {
        println!("{name} {}", time.as_secs_f64() * 1e3);
    }
}

/// All of them, one after the other.
pub fn measure(words: &Words) {
    let mut samples = [Samples::default(), Samples::default()];
    let processes = if words.get("--quick").is_some() { PROCESSES_QUICK } else { PROCESSES };
    for _ in 0..processes {
        run(&mut words.again(&[WORD]), |line| {
            for (name, samples) in FIGURES.iter().zip(&mut samples) {
                let value = line.strip_prefix(name).and_then(|value| value.trim().parse().ok());
                value.into_iter().for_each(|value| samples.add(value));
            }
        });
    }
    let mut figures = Figures::default();
    for (name, samples) in FIGURES.iter().zip(&samples) {
        assert_eq!(samples.rounds(), processes, "a process did not say {name}");
        figures.say_samples(&format!("footprint.{name}"), samples, "ms");
    }
    figures.say("footprint.load.processes", processes as f64, "processes");
}
