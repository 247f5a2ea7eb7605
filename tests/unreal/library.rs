//! The library is missing, damaged, of another version, or lacks a function: one sentence, and every call answers *not supported*.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::compiler::run;
use crate::game::Setup;
use crate::provider::ways;
use crate::root;

/// Something in place of the library, with functions of these names that answer 0.
fn counterfeit(folder: &Path, names: &[String], version: &str) -> PathBuf {
    let source = folder.join("counterfeit.c");
    let functions: String = names.iter().map(|name| format!("unsigned {name}(void) {{ return 0; }}\n")).collect();
    fs::write(&source, format!("{functions}unsigned latchkey_version(void) {{ return {version}; }}\n"))
        .expect("a file can be written");
    let library = folder.join("liblatchkey.so");
    run(Command::new("gcc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source)).expect("it compiles");
    library
}

/// All that the library exports, but for its version.
fn exported() -> Vec<String> {
    let list = fs::read_to_string(root().join("include/latchkey.symbols")).expect("the list of symbols");
    let names = list.lines().map(str::trim).filter(|name| name.starts_with("latchkey_") && *name != "latchkey_version");
    names.map(str::to_owned).collect()
}

/// The sentence that the module has for this library, after a whole game without it.
#[track_caller]
fn problem_with(make: impl Fn(&Path) -> Option<PathBuf>) -> String {
    let sentences = ways().map(|(product, _)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut setup = Setup::without_library(product, "WithoutLibrary");
        if let Some(library) = make(folder.path()) {
            setup.library(&library);
        }
        let finished = setup.run();
        finished.expect_success();
        finished.line("problem: ").to_owned()
    });
    sentences[0].clone()
}

#[test]
fn a_missing_library_is_one_sentence_that_says_where_it_was_looked_for() {
    let sentence = problem_with(|_| None);
    assert!(sentence.contains("Latchkey/Binaries/ThirdParty/Latchkey/Linux/liblatchkey.so"), "{sentence}");
    assert!(sentence.contains("cargo xtask dist"), "{sentence}");
}

#[test]
fn a_damaged_library_is_one_sentence() {
    let sentence = problem_with(|folder| {
        let library = folder.join("liblatchkey.so");
        fs::write(&library, "this is no library").expect("a file can be written");
        Some(library)
    });
    assert!(sentence.contains("liblatchkey.so") && sentence.contains("damaged"), "{sentence}");
}

#[test]
fn a_library_that_is_too_old_is_one_sentence_with_both_versions() {
    let sentence = problem_with(|folder| Some(counterfeit(folder, &exported(), "0")));
    assert!(sentence.contains("0.0.0") && sentence.contains(env!("CARGO_PKG_VERSION")), "{sentence}");
}

#[test]
fn a_library_of_another_time_is_one_sentence_with_both_versions() {
    let sentence = problem_with(|folder| Some(counterfeit(folder, &exported(), "9 << 16 | 8 << 8 | 7")));
    assert!(sentence.contains("9.8.7") && sentence.contains(env!("CARGO_PKG_VERSION")), "{sentence}");
}

/// Whichever it is: each one that the plugin resolves is taken away once.
#[test]
fn a_library_that_lacks_a_function_is_one_sentence_with_its_name() {
    let version = env!("CARGO_PKG_VERSION").split('.').collect::<Vec<_>>();
    let version = format!("{} << 16 | {} << 8 | {}", version[0], version[1], version[2]);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut asked = 0;
    for missing in exported() {
        let names: Vec<_> = exported().into_iter().filter(|name| *name != missing).collect();
        let mut setup = Setup::without_library(crate::product::plain(), "WithoutLibrary");
        setup.library(&counterfeit(folder.path(), &names, &version));
        let finished = setup.run();
        if finished.stdout.contains("problem: ") && !finished.line("problem: ").is_empty() {
            finished.expect_success();
            let sentence = finished.line("problem: ");
            assert!(sentence.contains(&format!("no function {missing}:")), "{sentence}");
            asked += 1;
        }
    }
    assert!(asked > 30, "the plugin asks for {asked} functions only");
}

#[test]
fn the_library_is_opened_once_and_does_nothing_before_a_game_begins() {
    let versions = crate::provider::play_alone("WithLibrary");
    for finished in versions {
        assert_eq!(finished.line("version: "), env!("CARGO_PKG_VERSION"));
    }
}
