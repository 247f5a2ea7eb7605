//! How long a player waits, beside what they would wait with others, and what the library costs the game: `cargo xtask bench`.
//!
//! | file | holds |
//! |---|---|
//! | `stage/` | the practice provider, real TLS in front of it, a line with a round trip and no patience for idle connections |
//! | `peer.rs`, `programs.rs` | the programs that sign players in, and the words that they are told what to do with |
//! | `game/` | that program for Latchkey; those of the others are in `peers/` |
//! | `sign_ins.rs` | from the callback to the player's name, for all programs |
//! | `launches.rs`, `floor.rs` | click, resumed session; bare requests over the same line |
//! | `frame/`, `footprint/`, `children.rs` | what the library costs the game, in processes of their own |
//! | `lib.rs` | the figures, their limits, the document |
//!
//! Without `--quick` it measures everything, which takes minutes; `--write` writes the document; `--shared` is for a machine that
//! does other things meanwhile. It has no libtest harness: the limits are data. Its last lines are those of libtest, so that they
//! are added up like any other.

mod children;
mod descriptors;
mod floor;
mod launches;
mod peer;
mod programs;
mod sign_ins;
mod stage;

use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use latchkey_benches::document::{self, Program};
use latchkey_benches::figures::Figures;
use latchkey_benches::limits::{self, Machine, Verdict};
use latchkey_benches::parts;
use stage::{Result, World};

fn main() -> ExitCode {
    let begun = Instant::now();
    descriptors::raise();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| words.iter().any(|word| word == option);
    let machine = if has("--shared") { Machine::Shared } else { Machine::Quiet };
    let mut figures = Figures::default();
    let outcome = measure(has("--quick"), &mut figures).and_then(|programs| {
        let verdicts = limits::judge(&figures, machine);
        if has("--write") {
            document::write(&figures, &programs, &verdicts, machine)?;
        }
        Ok(verdicts)
    });
    match outcome {
        Ok(verdicts) => report(&verdicts, begun),
        Err(problem) => {
            eprintln!("the benchmark could not be run: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn measure(quick: bool, figures: &mut Figures) -> Result<Vec<Program>> {
    let world = World::new()?;
    children::frame(quick, figures)?;
    sizes(figures)?;
    if !quick {
        figures.extend(children::footprint(&world, quick)?);
        return waits(&world, quick, figures);
    }
    // Both are waiting most of the time; who is in a hurry has them wait together.
    thread::scope(|scope| {
        let footprint = scope.spawn(|| children::footprint(&world, quick));
        let programs = waits(&world, quick, figures);
        figures.extend(footprint.join().map_err(|_| "the footprint could not be measured")??);
        programs
    })
}

/// The library's file; what its bytes are for, if there is one with symbols.
fn sizes(figures: &mut Figures) -> Result<()> {
    let library = std::env::var_os("LATCHKEY_TEST_LIBRARY").ok_or("LATCHKEY_TEST_LIBRARY names no library")?;
    figures.say("size.stripped", std::fs::metadata(library)?.len() as f64, "bytes");
    if let Some(unstripped) = std::env::var_os("LATCHKEY_BENCH_UNSTRIPPED") {
        parts::say(&std::fs::read(unstripped)?, figures)?;
    }
    Ok(())
}

/// How long a player waits.
fn waits(world: &World, quick: bool, figures: &mut Figures) -> Result<Vec<Program>> {
    let (lines, rounds): (&[u64], _) = if quick { (&[50], 5) } else { (&[10, 50, 200], 15) };
    let lines: Vec<_> = lines.iter().copied().map(Duration::from_millis).collect();
    floor::measure(world, &lines, rounds, figures)?;
    launches::cold_clicks(world, &lines, rounds, figures)?;
    launches::warm_clicks(world, Duration::from_millis(50), rounds, figures)?;
    launches::resumed(world, &lines, rounds, figures)?;
    let clients = programs::start(world)?;
    let plan = sign_ins::Plan::new(&clients, &lines, quick);
    let outcomes = plan.play(world, &clients)?;
    sign_ins::say(&outcomes, &clients, figures);
    Ok(clients.into_iter().map(|client| client.program).collect())
}

/// As libtest would report it.
fn report(verdicts: &[Verdict], begun: Instant) -> ExitCode {
    println!("\nrunning {} tests", verdicts.len());
    for verdict in verdicts {
        let outcome = if verdict.is_kept() { "ok" } else { "FAILED" };
        println!("test {} ... {outcome}", verdict.sentence());
    }
    let passed = verdicts.iter().filter(|verdict| verdict.is_kept()).count();
    let failed = verdicts.len() - passed;
    let result = if failed == 0 { "ok" } else { "FAILED" };
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "\ntest result: {result}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out; finished in \
         {seconds:.2}s"
    );
    ExitCode::from(u8::from(failed > 0 || verdicts.is_empty()))
}
