//! The C smoke test under AddressSanitizer (with LeakSanitizer) or ThreadSanitizer, and the proof that the sanitizer is on.
//!
//! `cargo xtask test hostile` builds the library with the sanitizer and runs this target, `abi` and what `hostile` has of
//! hosts over it. The C program is compiled by clang with the same sanitizer, and linked with the runtime that the Rust
//! compiler brings, since there can be only one in a process.

#![cfg(target_os = "linux")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::running::{Finished, Running};
use tempfile::TempDir;

/// How a sanitizer's own exit is told from a failed check of the program.
const FOUND_SOMETHING: i32 = 86;

/// What `LATCHKEY_TEST_SANITIZER` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sanitizer {
    Address,
    Thread,
}

impl Sanitizer {
    fn of_this_run() -> Self {
        match env::var("LATCHKEY_TEST_SANITIZER").as_deref() {
            Ok("address") => Self::Address,
            Ok("thread") => Self::Thread,
            _ => panic!("LATCHKEY_TEST_SANITIZER is not set: run `cargo xtask test hostile`"),
        }
    }

    fn flag(self) -> &'static str {
        match self {
            Self::Address => "-fsanitize=address",
            Self::Thread => "-fsanitize=thread",
        }
    }

    /// What instrumented code calls for each read.
    fn import(self) -> &'static [u8] {
        match self {
            Self::Address => b"__asan_report_load",
            Self::Thread => b"__tsan_read",
        }
    }

    fn options(self) -> (&'static str, String) {
        match self {
            Self::Address => ("ASAN_OPTIONS", format!("detect_leaks=1:exitcode={FOUND_SOMETHING}")),
            Self::Thread => ("TSAN_OPTIONS", format!("exitcode={FOUND_SOMETHING}")),
        }
    }
}

#[test]
fn smoke_c_finds_nothing() {
    let program = Program::build(&given("LATCHKEY_TEST_ROOT").join("tests/c/smoke.c"), true);
    let finished = program.run(&[]);
    finished.expect_code(0);
    let last = finished.stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with("smoke: ") && last.ends_with(" checks, 0 failed"), "no sum: {finished}");
}

#[test]
fn the_library_is_instrumented() {
    let import = Sanitizer::of_this_run().import();
    for variable in ["LATCHKEY_TEST_LIBRARY", "LATCHKEY_TEST_PLANTED"] {
        let bytes = fs::read(given(variable)).expect("a library");
        assert!(
            bytes.windows(import.len()).any(|window| window == import),
            "{variable} was built without the sanitizer"
        );
    }
}

#[test]
fn a_planted_fault_is_found_and_nothing_else() {
    let host = Program::build(&given("LATCHKEY_TEST_ROOT").join("tests/hostile/sanitized/host.c"), false);
    let call = |function: &str| host.run(&[given("LATCHKEY_TEST_PLANTED").as_path(), Path::new(function)]);
    call("planted_nothing").expect_code(0).expect_on_stdout("host: done");
    let faults: &[(&str, &str)] = match Sanitizer::of_this_run() {
        Sanitizer::Address => &[
            ("planted_use_after_free", "AddressSanitizer: heap-use-after-free"),
            ("planted_overflow", "AddressSanitizer: heap-buffer-overflow"),
            ("planted_leak", "LeakSanitizer: detected memory leaks"),
        ],
        Sanitizer::Thread => &[("planted_race", "ThreadSanitizer: data race")],
    };
    for (function, words) in faults {
        call(function).expect_code(FOUND_SOMETHING).expect_on_stderr(words);
    }
}

/// A C program with the sanitizer in it; its file goes when this does.
struct Program {
    path: PathBuf,
    _folder: TempDir,
}

impl Program {
    fn build(source: &Path, with_library: bool) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("program");
        let object = folder.path().join("program.o");
        let mut compile = Command::new("clang");
        compile.args(["-c", "-g", "-O1", Sanitizer::of_this_run().flag(), "-std=gnu99"]);
        compile.arg("-I").arg(given("LATCHKEY_TEST_ROOT").join("include")).arg(source).arg("-o").arg(&object);
        Running::start(&mut compile).finish().expect_code(0);
        // Linked without the flag: clang would add parts of its own runtime, which Debian packs apart from it.
        let mut link = Command::new("clang");
        link.arg(&object).arg("-o").arg(&path);
        if with_library {
            let library = given("LATCHKEY_TEST_LIBRARY");
            let folder = library.parent().expect("a file is in a folder");
            link.arg("-L").arg(folder).arg("-llatchkey").arg(format!("-Wl,-rpath,{}", folder.display()));
        }
        let runtime = given("LATCHKEY_TEST_SANITIZER_RUNTIME");
        // Exported, because a library that is loaded later looks for it in the program.
        link.args(["-Wl,--whole-archive"]).arg(runtime).args(["-Wl,--no-whole-archive", "-Wl,--export-dynamic"]);
        link.args(["-lpthread", "-lrt", "-lm", "-ldl", "-lgcc_s", "-lgcc"]);
        Running::start(&mut link).finish().expect_code(0);
        Self { path, _folder: folder }
    }

    fn run(&self, words: &[&Path]) -> Finished {
        let (name, value) = Sanitizer::of_this_run().options();
        let mut command = Command::new(&self.path);
        // Cargo's search path leads to another build of the library.
        command.args(words).env(name, value).env_remove("LD_LIBRARY_PATH");
        Running::start(&mut command).finish()
    }
}

fn given(variable: &str) -> PathBuf {
    let value = env::var_os(variable).filter(|value| !value.is_empty());
    value.unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test hostile`")).into()
}
