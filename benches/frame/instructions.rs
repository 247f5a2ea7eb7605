//! How many instructions a poll takes, by callgrind: this program again under valgrind, once with few polls and once with many.
//! What is more in the second run is theirs.

use std::process::{Command, ExitCode};

use support::Library;
use support::running::Running;

use crate::login::quiet_client;
use crate::rivals::{Guarded, Loaded, Polled, Rival};
use crate::say;

const WORD: &str = "--only";
const FEW: u32 = 1_000;
const MANY: u32 = 101_000;

/// What a run under valgrind is to do.
pub struct Rounds {
    rival: String,
    times: u32,
}

/// Whether this is such a run.
pub fn asked_for() -> Option<Rounds> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    match &words[..] {
        [word, rival, times] if word == WORD => {
            Some(Rounds { rival: rival.clone(), times: times.parse().expect("a number of polls") })
        }
        _ => None,
    }
}

/// The run itself.
pub fn poll(rounds: Rounds) -> ExitCode {
    let client = quiet_client(0);
    let rivals: [Box<dyn Rival>; 3] =
        [Box::new(Polled::new(client.handle())), Box::<Loaded>::default(), Box::<Guarded>::default()];
    let rival = rivals.iter().find(|rival| rival.name() == rounds.rival).expect("one of the three");
    std::hint::black_box(rival.ask(rounds.times));
    drop(client);
    Library::load().shutdown(10_000).expect("latchkey_shutdown");
    ExitCode::SUCCESS
}

pub fn report() {
    for rival in ["poll", "atomic", "mutex"] {
        let more = collected(rival, MANY) - collected(rival, FEW);
        say(&format!("frame.{rival}.instructions"), more as f64 / f64::from(MANY - FEW), "instructions");
    }
}

fn collected(rival: &str, times: u32) -> i64 {
    let program = std::env::current_exe().expect("this program has a path");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    command.args([WORD, rival, &times.to_string()]);
    let finished = Running::start(&mut command).finish();
    assert!(finished.status.success(), "valgrind --tool=callgrind: {finished}");
    let line = finished.stderr.lines().find_map(|line| line.split_once("Collected : "));
    let (_, number) = line.unwrap_or_else(|| panic!("callgrind told no count: {finished}"));
    number.trim().parse().expect("a number of instructions")
}
