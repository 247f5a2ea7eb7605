//! One seed again: on demand, with its whole story and the library's log; and the proof that it is the same storm.

use std::collections::BTreeMap;

use support::Captured;

use crate::line::Line;
use crate::plays::play;
use crate::scene::Ending;
use crate::storm::Storm;
use crate::sweep::{SEED, beside_an_arena, replay_line};

/// The one that `LATCHKEY_CHAOS_SEED` names.
#[test]
fn a_seed_is_played_again_with_its_whole_story() {
    let text = std::env::var(SEED).unwrap_or_else(|_| "17".to_owned());
    again(|| {}, text.parse().unwrap_or_else(|_| panic!("{SEED} is to be a number, not {text:?}")));
}

fn again<Written: FnOnce()>(_written: Written, seed: u64) {
    beside_an_arena::<Written>(|port| {
        let ending = play(port, seed);
        let (storm, log) = (Storm::of(seed).rendered(), Captured::from_the_beginning());
        let story = format!("seed {seed}\n{}the storm:\n{storm}the log:\n{log}", ending.story);
        // Also of a seed that goes well: whoever asks wants to see it.
        Line::to(port).and_then(|mut arena| arena.report(&story)).expect("the arena takes reports");
        ending.outcome.unwrap_or_else(|wrong| panic!("{}\n{wrong}", replay_line(seed)));
    });
}

#[test]
fn a_seed_that_is_played_again_meets_the_same_storm() {
    twice(|| {});
}

/// With the real library: what a request met the first time, it meets the second time.
fn twice<Written: FnOnce()>(_written: Written) {
    beside_an_arena::<Written>(|port| {
        let mut met = 0;
        for seed in [15, 16, 17, 18, 19] {
            let [first, second] = [(); 2].map(|()| faults(&play(port, seed)));
            for (request, fault) in &first {
                // A race may make one request more or less; those that are there are met alike.
                let again = second.get(request).unwrap_or(fault);
                assert_eq!(again, fault, "seed {seed}: {request}");
                met += usize::from(fault != "None");
            }
            assert!(first.keys().any(|request| second.contains_key(request)), "seed {seed}: nothing in common");
        }
        assert!(met > 5, "five storms with {met} faults are none");
    });
}

/// What was met, by request.
fn faults(ending: &Ending) -> BTreeMap<String, String> {
    let pairs = ending.faults.iter().filter_map(|fault| fault.split_once(": "));
    pairs.map(|(request, fault)| (request.to_owned(), fault.to_owned())).collect()
}

#[test]
fn the_line_that_plays_a_seed_again_is_the_one_of_the_first_page() {
    let line = replay_line(17);
    assert!(include_str!("main.rs").contains(&line), "{line}");
}
