//! Many seeds at once: four processes, each with some clients in parallel on the library's one thread, and what they have left behind.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use support::{Captured, Library, in_own_process_within, process};

use crate::arena;
use crate::leftovers::Before;
use crate::line::Line;
use crate::plays::play;
use crate::scene::Ending;

/// Of all processes together.
const SEEDS: u64 = 2000;
const PROCESSES: u64 = 4;
const PLAYERS_AT_ONCE: u64 = 16;
/// What a process may have more in memory after all of its seeds than after the first tenth: a shelf of buffers that the
/// allocator keeps. A leak of one client's memory would be ten times that.
const MEMORY: u64 = 6 << 20;
/// Two processes at once take a minute on two cores.
const BOUND: Duration = Duration::from_secs(900);

/// The port of the arena, in the second process.
const ARENA: &str = "LATCHKEY_TEST_ARENA";
/// How many seeds there are, for a long night.
const HOW_MANY: &str = "LATCHKEY_CHAOS_SEEDS";
/// The one that is played again.
pub const SEED: &str = "LATCHKEY_CHAOS_SEED";

#[test]
fn every_storm_ends_signed_in_or_with_a_code_and_leaves_nothing() {
    sweep(|| {}, 0);
}

#[test]
fn every_storm_ends_signed_in_or_with_a_code_and_leaves_nothing_second_process() {
    sweep(|| {}, 1);
}

#[test]
fn every_storm_ends_signed_in_or_with_a_code_and_leaves_nothing_third_process() {
    sweep(|| {}, 2);
}

#[test]
fn every_storm_ends_signed_in_or_with_a_code_and_leaves_nothing_fourth_process() {
    sweep(|| {}, 3);
}

/// The line that plays a seed again.
pub fn replay_line(seed: u64) -> String {
    format!("{SEED}={seed} cargo xtask test hostile")
}

/// `written` is the closure in the test, by which the test is found again in the second process.
fn sweep<Written: FnOnce()>(_written: Written, process: u64) {
    let all = std::env::var(HOW_MANY).ok().map_or(SEEDS, |count| count.parse().expect("a number of seeds"));
    let seeds: Vec<u64> = (0..all).filter(|seed| seed / 5 % PROCESSES == process).collect();
    beside_an_arena::<Written>(|port| {
        let before = Before::now();
        let (warm, rest) = seeds.split_at(seeds.len() / 10);
        let began = Instant::now();
        let mut tally = Tally::default();
        play_all(port, warm, &mut tally);
        before.shut_down().unwrap_or_else(|left| panic!("after {} seeds {left}", warm.len()));
        let early = process::resident_bytes();
        play_all(port, rest, &mut tally);
        before.shut_down().unwrap_or_else(|left| panic!("after all seeds {left}"));
        let late = process::resident_bytes();
        tally.report(port, process, began.elapsed(), early, late);
        let grown = late.saturating_sub(early);
        assert!(grown < MEMORY, "memory grew from {} to {} KiB\n{}", early >> 10, late >> 10, tally.story());
        assert!(tally.failed.is_empty(), "{}", tally.story());
        tally.assert_the_weather_was_bad_enough();
    });
}

/// Runs the body in a process of its own, with the arena in this one.
pub fn beside_an_arena<Written>(body: impl FnOnce(u16)) {
    let runtime = tempfile::tempdir().expect("a folder for the locks");
    let prepare = |command: &mut std::process::Command| {
        let port = arena::open().expect("a port on loopback");
        command.env(ARENA, port.to_string()).env("XDG_RUNTIME_DIR", runtime.path());
    };
    in_own_process_within::<Written>(BOUND, prepare, || {
        Library::load();
        body(std::env::var(ARENA).expect("the first process has set it").parse().expect("a port"));
    });
}

/// Plays these seeds, some at once.
fn play_all(port: u16, seeds: &[u64], tally: &mut Tally) {
    Captured::keep_none();
    let (next, tally) = (AtomicU64::new(0), Mutex::new(tally));
    std::thread::scope(|scope| {
        for _ in 0..PLAYERS_AT_ONCE {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed) as usize) {
                    let ending = play(port, *seed);
                    tally.lock().expect("no player panics while holding it").take(*seed, ending);
                }
            });
        }
    });
}

#[derive(Default)]
struct Tally {
    seeds: usize,
    failed: Vec<(u64, String)>,
    endings: BTreeMap<&'static str, usize>,
    faults: BTreeMap<String, usize>,
}

impl Tally {
    /// The story of a seed that went well is forgotten at once: it would be taken for a leak.
    fn take(&mut self, seed: u64, ending: Ending) {
        self.seeds += 1;
        for name in ending.endings {
            *self.endings.entry(name).or_default() += 1;
        }
        for fault in &ending.faults {
            let name =
                fault.split_once(": ").map_or(fault.as_str(), |(_, fault)| fault).split(' ').next().unwrap_or_default();
            *self.faults.entry(name.to_owned()).or_default() += 1;
        }
        if let Err(wrong) = ending.outcome {
            self.failed.push((seed, format!("{wrong}\n{}", ending.story)));
        }
    }

    fn report(&self, port: u16, process: u64, took: Duration, early: u64, late: u64) {
        let line = format!(
            "chaos {process}: {} seeds in {:.1} s, memory {} then {} KiB, ends {:?}, faults {:?}",
            self.seeds,
            took.as_secs_f32(),
            early >> 10,
            late >> 10,
            self.endings,
            self.faults
        );
        Line::to(port).and_then(|mut arena| arena.report(&line)).expect("the arena takes reports");
    }

    fn story(&self) -> String {
        let mut text = format!("{} of {} seeds failed\n", self.failed.len(), self.seeds);
        for (seed, what) in self.failed.iter().take(10) {
            text += &format!("\n{}\n{what}", replay_line(*seed));
        }
        let rest: Vec<_> = self.failed.iter().skip(10).map(|(seed, _)| replay_line(*seed)).collect();
        text + &rest.join("\n")
    }

    /// A sweep in which everything went well for lack of storms would show nothing.
    fn assert_the_weather_was_bad_enough(&self) {
        for name in ["LATCHKEY_OK", "LATCHKEY_NETWORK", "LATCHKEY_PROVIDER_ERROR", "LATCHKEY_SESSION_EXPIRED"] {
            assert!(self.endings.contains_key(name), "nothing ended with {name}: {:?}", self.endings);
        }
        for fault in ["None", "Delay", "CutBefore", "ResetBefore", "CutAfter", "ResetAfter", "CutWithin", "ResetWithin"]
            .into_iter()
            .chain(["Trickle", "Overtaken", "Reordered", "TurnedAway", "CutBehind", "Hang"])
        {
            assert!(self.faults.contains_key(fault), "no request met {fault}: {:?}", self.faults);
        }
    }
}
