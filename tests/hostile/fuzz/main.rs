//! The fuzz targets of `fuzz/`: each replays its corpus and then makes a fixed number of runs from a fixed seed, under
//! AddressSanitizer. Long runs are for a person: `cargo fuzz run TARGET` in the top folder.
//!
//! Linux only: libFuzzer and the sanitizer are at home there. The corpora alone are replayed by unit tests on every platform.

#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Beyond this one input takes too long, even on a machine that is busy.
const SECONDS_FOR_ONE_INPUT: u32 = 20;
/// Four times what any target needs, with the sanitizer's own share.
const MEBIBYTES: u32 = 1024;
/// The same at each run, so that a failure comes again.
const SEED: u32 = 20_261_123;

/// A test for each target, with the number of its runs: some seconds each.
macro_rules! targets {
    ($($name:ident: $runs:literal;)*) => {
        $(#[test] fn $name() { fuzz(stringify!($name), $runs); })*
        const TARGETS: &[&str] = &[$(stringify!($name)),*];
    };
}

targets! {
    loopback_request: 20_000;
    callback_query: 60_000;
    discovery_document: 60_000;
    key_set: 15_000;
    id_token: 15_000;
    token_response: 40_000;
    stored_session: 40_000;
    configuration: 40_000;
    abi_calls: 1_000;
}

#[track_caller]
fn fuzz(target: &str, runs: u32) {
    let found = tempfile::tempdir().expect("a temporary folder");
    let artifacts = given("LATCHKEY_TEST_ROOT").join("fuzz").join("artifacts").join(target);
    fs::create_dir_all(&artifacts).expect("a folder for what is found");
    let output = Command::new(program(target))
        .args([format!("-runs={runs}"), format!("-seed={SEED}"), "-print_final_stats=1".to_owned()])
        .args([format!("-timeout={SECONDS_FOR_ONE_INPUT}"), format!("-rss_limit_mb={MEBIBYTES}")])
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .args([found.path(), &corpus(target)])
        .output()
        .expect("a fuzz target starts");
    let said = said(&output);
    assert!(
        output.status.success(),
        "{target} has found something; the input is in {}, and `cargo fuzz run {target} FILE` plays it again:\n{said}",
        artifacts.display()
    );
    let made = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let made: u32 = made.and_then(|number| number.trim().parse().ok()).unwrap_or(0);
    assert!(made >= runs, "{made} runs instead of {runs}:\n{said}");
    println!("{target}: {made} runs");
}

#[test]
fn every_target_of_the_manifest_is_run_and_has_a_corpus() {
    let manifest = fs::read_to_string(given("LATCHKEY_TEST_ROOT").join("fuzz/Cargo.toml")).expect("fuzz/Cargo.toml");
    let named = manifest.split("[[bin]]").skip(1).filter_map(|bin| bin.split('"').nth(1));
    let mut named: Vec<_> = named.filter(|name| *name != "planted_fault").collect();
    let mut run = TARGETS.to_vec();
    named.sort_unstable();
    run.sort_unstable();
    assert_eq!(named, run);
    for target in TARGETS {
        let files: Vec<_> = fs::read_dir(corpus(target)).expect("a corpus").map(|file| file.expect("a file")).collect();
        let size: u64 = files.iter().map(|file| file.metadata().expect("a size").len()).sum();
        assert!((5..=60).contains(&files.len()) && size <= 300 << 10, "{target}: {} files, {size} bytes", files.len());
    }
}

/// Both would let every other test here pass for nothing.
#[test]
fn fuzzer_and_sanitizer_are_on_and_see_a_planted_fault() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let run = |input: &str| {
        let file = folder.path().join(input);
        fs::write(&file, input).expect("a file");
        let artifacts = format!("-artifact_prefix={}/", folder.path().display());
        Command::new(program("planted_fault")).arg(artifacts).arg(file).output().expect("a fuzz target starts")
    };
    let harmless = run("harmless");
    assert!(harmless.status.success(), "{}", said(&harmless));
    for (input, words) in [("panic", "planted: a panic"), ("freed", "AddressSanitizer: heap-use-after-free")] {
        let faulty = run(input);
        assert!(!faulty.status.success() && said(&faulty).contains(words), "{input}: {}", said(&faulty));
    }
}

/// Doors that are no player's business.
#[test]
fn the_library_that_is_shipped_was_built_without_its_fuzzing() {
    let mark = b"latchkey: built with its fuzzing";
    let holds = |file: &Path| fs::read(file).expect("a file").windows(mark.len()).any(|window| window == mark);
    assert!(holds(&program("callback_query")), "the mark is not where it must be, so its absence shows nothing");
    let library = given("LATCHKEY_TEST_LIBRARY");
    assert!(!holds(&library), "{} has the feature `fuzzing`", library.display());
}

fn program(target: &str) -> PathBuf {
    let file = given("LATCHKEY_TEST_FUZZ_TARGETS").join(target);
    assert!(file.is_file(), "the fuzz target {target} is not built: run `cargo xtask test hostile`");
    file
}

fn corpus(target: &str) -> PathBuf {
    given("LATCHKEY_TEST_ROOT").join("fuzz").join("corpus").join(target)
}

fn given(variable: &str) -> PathBuf {
    let value = env::var_os(variable).filter(|value| !value.is_empty());
    value.unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test hostile`")).into()
}

/// The end of it: a fuzzer says much.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(80)..].join("\n")
}
