//! Studios compile the header with their own compilers, in their own standards, and link the library their own way. So do
//! these tests: C and C++ programs, built by gcc and clang against what was built, then run, plain and under valgrind.
//!
//! | file | holds |
//! |---|---|
//! | `smoke.c`, `smoke.cpp`, `check.h` | the programs |
//! | `toolchain.rs` | where header and library are, and how a program is built |
//! | `memcheck.rs` | a program under valgrind |
//! | `example.rs` | the C example, signing in at the practice provider |
//! | `consumers.rs` | a CMake project and a Makefile project over an unpacked package, shared and static |
//! | `versions.rs`, `headers/`, `plays.c` | an older header with this library, and a newer one |
//! | `signed_in.cpp`, `layer.rs` | the C++ layer over a whole session |
//! | `window.rs` | the C++ example in its window, with an X server of its own |
//! | `readme.rs` | the snippets of the README and of docs/sessions.md |
//!
//! Linux only: valgrind and two compilers at once are at home there.

#![cfg(target_os = "linux")]

mod consumers;
mod example;
mod layer;
mod memcheck;
mod readme;
mod toolchain;
mod versions;
mod window;

use memcheck::{VALGRIND_FOUND_SOMETHING, valgrind};
use support::running::{Finished, Running};
use toolchain::{Build, Linkage, source};

/// What every C and C++ program here is compiled with.
const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];
/// What the C++ header stands on top of that: it is compiled into programs that are stricter than most.
const STRICT: &[&str] = &["-fno-exceptions", "-fno-rtti", "-Wshadow", "-Wold-style-cast", "-Wconversion"];
const SHORT_NAMES: &[&str] = &["-DLATCHKEY_SHORT_NAMES"];
const SHORT_NAMES_FROM_C: &[&str] = &["-DLATCHKEY_SHORT_NAMES", "-include", "latchkey.h"];

/// One test for each row of a table.
macro_rules! cases {
    ($body:path: $($name:ident($($argument:expr),*);)*) => { $(#[test] fn $name() { $body($($argument),*); })* };
}
use cases;

cases! { smoke_c:
    smoke_c_with_gcc_as_c99("gcc", "c99", &[]);
    smoke_c_with_gcc_as_c11("gcc", "c11", &[]);
    smoke_c_with_gcc_as_c17("gcc", "c17", &[]);
    smoke_c_with_clang_as_c99("clang", "c99", &[]);
    smoke_c_with_clang_as_c11("clang", "c11", &[]);
    smoke_c_with_clang_as_c17("clang", "c17", &[]);
    smoke_c_with_gcc_as_cpp11("g++", "c++11", &["-x", "c++"]);
    smoke_c_with_gcc_as_cpp14("g++", "c++14", &["-x", "c++"]);
    smoke_c_with_gcc_as_cpp17("g++", "c++17", &["-x", "c++"]);
    smoke_c_with_gcc_as_cpp20("g++", "c++20", &["-x", "c++"]);
    smoke_c_with_clang_as_cpp11("clang++", "c++11", &["-x", "c++"]);
    smoke_c_with_clang_as_cpp14("clang++", "c++14", &["-x", "c++"]);
    smoke_c_with_clang_as_cpp17("clang++", "c++17", &["-x", "c++"]);
    smoke_c_with_clang_as_cpp20("clang++", "c++20", &["-x", "c++"]);
}

cases! { smoke_cpp:
    smoke_cpp_with_gcc_as_cpp11("g++", "c++11", &[]);
    smoke_cpp_with_gcc_as_cpp14("g++", "c++14", &[]);
    smoke_cpp_with_gcc_as_cpp17("g++", "c++17", &[]);
    smoke_cpp_with_gcc_as_cpp20("g++", "c++20", &[]);
    smoke_cpp_with_clang_as_cpp11("clang++", "c++11", &[]);
    smoke_cpp_with_clang_as_cpp14("clang++", "c++14", &[]);
    smoke_cpp_with_clang_as_cpp17("clang++", "c++17", &[]);
    smoke_cpp_with_clang_as_cpp20("clang++", "c++20", &[]);
    smoke_cpp_with_short_names_with_gcc_as_cpp11("g++", "c++11", SHORT_NAMES);
    smoke_cpp_with_short_names_with_gcc_as_cpp20("g++", "c++20", SHORT_NAMES);
    smoke_cpp_with_short_names_with_clang_as_cpp11("clang++", "c++11", SHORT_NAMES);
    smoke_cpp_with_short_names_with_clang_as_cpp20("clang++", "c++20", SHORT_NAMES);
    smoke_cpp_after_short_names_from_c_with_gcc("g++", "c++11", SHORT_NAMES_FROM_C);
    smoke_cpp_after_short_names_from_c_with_clang("clang++", "c++20", SHORT_NAMES_FROM_C);
}

fn smoke_c(compiler: &str, standard: &str, extra: &[&str]) {
    let program = Build::new(compiler, standard, source("tests/c/smoke.c")).flags(WARNINGS).flags(extra).program();
    expect_no_failed_check(Running::start(&mut program.command()).finish());
}

fn smoke_cpp(compiler: &str, standard: &str, extra: &[&str]) {
    let build = Build::new(compiler, standard, source("tests/c/smoke.cpp")).flags(WARNINGS).flags(STRICT).flags(extra);
    expect_no_failed_check(Running::start(&mut build.program().command()).finish());
}

#[test]
fn smoke_c_with_the_static_library() {
    let build = Build::new("gcc", "c99", source("tests/c/smoke.c")).flags(WARNINGS).link(Linkage::Static);
    expect_no_failed_check(Running::start(&mut build.program().command()).finish());
}

/// Also the one in which exceptions and RTTI are on, as they are in most programs.
#[test]
fn smoke_cpp_with_the_static_library() {
    let build = Build::new("clang++", "c++17", source("tests/c/smoke.cpp")).flags(WARNINGS).link(Linkage::Static);
    expect_no_failed_check(Running::start(&mut build.program().command()).finish());
}

#[test]
fn smoke_c_under_valgrind() {
    let program = Build::new("gcc", "c99", source("tests/c/smoke.c")).flags(&["-g"]).program();
    expect_no_failed_check(Running::start(&mut valgrind(&program.command())).finish());
}

#[test]
fn smoke_cpp_under_valgrind() {
    let program = Build::new("g++", "c++11", source("tests/c/smoke.cpp")).flags(&["-g"]).program();
    expect_no_failed_check(Running::start(&mut valgrind(&program.command())).finish());
}

cases! { valgrind_finds:
    valgrind_is_on_and_finds_a_leak("char *lost = malloc(16); lost[0] = 1; lost = NULL; return lost != NULL;");
    valgrind_is_on_and_finds_a_read_of_freed_memory("char *gone = malloc(16); free(gone); kept = gone[3]; return 0;");
}

fn valgrind_finds(mistake: &str) {
    let text = format!("#include <stdlib.h>\nvolatile char kept;\nint main(void) {{ {mistake} }}\n");
    let program = Build::of_text("gcc", "c99", &text).flags(&["-g"]).program();
    Running::start(&mut program.command()).finish().expect_code(0);
    Running::start(&mut valgrind(&program.command())).finish().expect_code(VALGRIND_FOUND_SOMETHING);
}

#[track_caller]
fn expect_no_failed_check(finished: Finished) {
    finished.expect_code(0);
    let last = finished.stdout.lines().last().unwrap_or_default();
    let made = last.strip_prefix("smoke: ").and_then(|rest| rest.strip_suffix(" checks, 0 failed"));
    assert!(made.and_then(|made| made.parse::<u32>().ok()).is_some_and(|made| made > 100), "no sum: {finished}");
}
