//! `bench`: measures the library beside its peers, and what it costs the game. Judges the figures by the limits that they must
//! keep to, and writes docs/benchmarks.md.
//!
//! Here everything is made ready; what is measured, and how, is in `benches/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::args::Args;
use crate::artifacts;
use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};
use crate::suites;

/// What the peers are written in, and what counts instructions.
pub const NEEDS: &[&[&Need]] =
    &[&[&setup::NODE, &setup::NPM, &setup::PYTHON], if cfg!(target_os = "linux") { &[&setup::VALGRIND] } else { &[] }];

/// What the help says beyond the options.
pub fn help() -> String {
    "\nEach figure is a line `bench: NAME VALUE UNIT`. A figure beyond its limit makes the command fail. With --quick there are\n\
     fewer rounds and lines, no player who types for 90 s, and nothing is written.\n\
     \n\
     Let nothing else run meanwhile, or say --shared: then the limits on times have room for that.\n"
        .to_owned()
}

/// Runs the command.
pub fn run(args: &Args) -> Result<u8> {
    setup::ensure(&NEEDS.concat())?;
    let quick = args.has("--quick");
    let mut words: Vec<&str> = Vec::new();
    words.extend(quick.then_some("--quick"));
    words.extend(args.has("--shared").then_some("--shared"));
    words.extend((!quick).then_some("--write"));
    let command = measuring(&words).and_then(|mut command| {
        if !quick {
            // By its symbols functions are told apart.
            command.env("LATCHKEY_BENCH_UNSTRIPPED", artifacts::library_with_symbols()?.shared);
        }
        Ok(vec![command])
    });
    let tally = suites::added_up("bench", command, None);
    println!("\n{} limits kept, {} not", tally.passed, tally.failed);
    Ok(u8::from(tally.failed > 0))
}

/// The benchmark, ready to be run over the library as it is shipped.
pub fn measuring(words: &[&str]) -> Result<Command> {
    let library = artifacts::library()?;
    let folder = run::root().join("benches").join("peers");
    setup::node_packages(&folder.join("node"))?;
    let node = setup::NODE.find().ok_or_else(|| Stop::failed("Node.js is not on the search path"))?;
    let python =
        setup::python_packages(&folder.join("python"), &artifacts::target_folder()?.join("peers").join("python"))?;
    let rust = rust_peer(&folder.join("rust"))?;
    let mut command = suites::cargo_test(&["-p", "latchkey-benches", "--profile", "measure", "--test", "bench"]);
    command
        .env("LATCHKEY_TEST_LIBRARY", &library.shared)
        .env("LATCHKEY_BENCH_NODE", node)
        .env("LATCHKEY_BENCH_PYTHON", python)
        .env("LATCHKEY_BENCH_RUST_PEER", rust)
        .arg("--")
        .args(words);
    Ok(command)
}

/// A workspace of its own, with a lock file of its own: nothing that a peer needs comes near the library's.
fn rust_peer(folder: &Path) -> Result<PathBuf> {
    let mut build = run::cargo();
    build.args(["build", "--release", "--locked", "--message-format", "json-render-diagnostics", "--manifest-path"]);
    build.arg(folder.join("Cargo.toml")).arg("--target-dir").arg(artifacts::target_folder()?.join("peers"));
    let files = artifacts::made(&run::capture(&mut build)?);
    artifacts::found(&files, &format!("peer{}", std::env::consts::EXE_SUFFIX), "the peers")
}
