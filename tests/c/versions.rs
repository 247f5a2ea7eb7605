//! Header and library of different versions: a game that was built against an older header meets this library, and one that was built
//! against a newer header does too, which is what an older library is to it.
//!
//! `headers/first.h` is the header as it first was, before storage and logins on another screen: it never changes. The newer one is
//! made here from today's: a field more in every struct, and a minor version more.

use std::fs;
use std::path::Path;

use practice_provider::{Options, Player, PracticeProvider};
use tempfile::TempDir;

use crate::toolchain::{Build, root, source};
use crate::{WARNINGS, cases};
use support::running::{Finished, Running};

/// What a host of the first header has: no library may ask for more.
const FIRST_SIZES: &str = "208 88 48";

cases! { first_header:
    the_first_header_plays_with_this_library_gcc_c99("gcc", "c99", &[]);
    the_first_header_plays_with_this_library_clang_c17("clang", "c17", &[]);
    the_first_header_plays_with_this_library_cpp11("g++", "c++11", &["-x", "c++"]);
}

fn first_header(compiler: &str, standard: &str, extra: &[&str]) {
    let header = fs::read_to_string(root().join("tests/c/headers/first.h")).expect("the first header is checked in");
    let finished = played_with(&header, compiler, standard, extra);
    finished.expect_on_stdout(&format!("sizes: {FIRST_SIZES}\n"));
    expect_no_failed_check(&finished);
}

cases! { newer_header:
    a_newer_header_plays_with_this_library_gcc_c99("gcc", "c99", &["-DPLAYS_NEWER"]);
    a_newer_header_plays_with_this_library_clang_c17("clang", "c17", &["-DPLAYS_NEWER"]);
    a_newer_header_plays_with_this_library_cpp11("g++", "c++11", &["-DPLAYS_NEWER", "-x", "c++"]);
}

fn newer_header(compiler: &str, standard: &str, extra: &[&str]) {
    expect_no_failed_check(&played_with(&newer(&todays()), compiler, standard, extra));
}

#[test]
fn todays_header_plays_with_this_library() {
    expect_no_failed_check(&played_with(&todays(), "gcc", "c99", &[]));
}

/// Most parts of most versions are zero, and zero hides where it was put: so with a version that has none.
#[test]
fn each_part_of_the_headers_version_has_its_byte() {
    let mut header = todays();
    for (part, number) in [("MAJOR", 1), ("MINOR", 2), ("PATCH", 3)] {
        header = with_version_part(&header, part, |_| number);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let include = with_header(&folder, &header);
    let text = "#include <latchkey.h>\n#if LATCHKEY_VERSION != 0x010203\n#error \"not composed\"\n#endif\n\
        int main(void) { return LATCHKEY_VERSION == 0x010203 ? 0 : 1; }\n";
    for (compiler, standard) in [("gcc", "c99"), ("g++", "c++11")] {
        let program = Build::of_text(compiler, standard, text).include(&include).flags(WARNINGS).program();
        Running::start(&mut program.command()).finish().expect_code(0);
    }
}

fn todays() -> String {
    fs::read_to_string(root().join("include/latchkey.h")).expect("the header is there").replace("\r\n", "\n")
}

/// Today's header with a field more at the end of every struct that has a size, as the next version may have.
fn newer(header: &str) -> String {
    let mut text = with_version_part(header, "MINOR", |number| number + 1);
    for (name, initialiser) in [("config", "CONFIG"), ("login_options", "LOGIN_OPTIONS"), ("status", "STATUS")] {
        let end = format!("}} latchkey_{name};");
        text = replaced(&text, &end, &format!("    uint64_t newer_field;\n{end}"));
        // The initialiser's last line is its closing brace; before it one value more.
        let start = text.find(&format!("#define LATCHKEY_{initialiser}_INIT")).expect("it has an initialiser");
        let brace = start + text[start..].find("    }\n").expect("it ends");
        text.insert_str(brace, "    , 0 \\\n");
    }
    text
}

/// The header with another number for a part of its version.
#[track_caller]
fn with_version_part(header: &str, part: &str, change: impl Fn(u32) -> u32) -> String {
    let line = format!("#define LATCHKEY_VERSION_{part} ");
    let number = header.split(&line).nth(1).and_then(|rest| rest.lines().next()?.parse().ok());
    let number: u32 = number.unwrap_or_else(|| panic!("the header has no {part} version"));
    replaced(header, &format!("{line}{number}\n"), &format!("{line}{}\n", change(number)))
}

#[track_caller]
fn replaced(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "{old:?} is not once in the header");
    text.replace(old, new)
}

/// Builds the program with this header, and signs in with it.
#[track_caller]
fn played_with(header: &str, compiler: &str, standard: &str, extra: &[&str]) -> Finished {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let include = with_header(&folder, header);
    let program = Build::new(compiler, standard, source("tests/c/plays.c"))
        .include(&include)
        .flags(WARNINGS)
        .flags(extra)
        .program();
    let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
    let mut running = Running::start(program.command().arg(provider.issuer()));
    let url = running.wait_for_line("open: ");
    Player::new().sign_in(&url, "Ada Lovelace").expect("the player gets through");
    running.finish()
}

fn with_header(folder: &TempDir, header: &str) -> std::path::PathBuf {
    fs::write(folder.path().join("latchkey.h"), header).expect("the temporary folder can be written to");
    Path::to_owned(folder.path())
}

#[track_caller]
fn expect_no_failed_check(finished: &Finished) {
    finished.expect_code(0).expect_on_stdout(" checks, 0 failed\n");
}
