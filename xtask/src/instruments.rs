//! What the suite `hostile` runs beside its own tests: fuzz targets, sanitizers, valgrind, the model checker.
//!
//! Fuzz targets and sanitizers need switches that only a nightly compiler takes. So that nobody has to have one, a stable compiler is
//! told to take them (`RUSTC_BOOTSTRAP`), for these builds alone and in target folders of their own: nothing of them is shipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};
use crate::{artifacts, debian, files, suites};

/// What has to be there before.
pub const NEEDS: &[&Need] = &[&setup::C_COMPILER, &setup::CXX_COMPILER, &setup::CLANG, &setup::VALGRIND];

/// Where they are built, in the target folder.
pub const FOLDER: &str = "instruments";

const CARGO_FUZZ: &str = "0.13.2";
/// Optimised as little as makes them bearable: more hides faults, and takes long to build.
const PROFILE: [(&str, &str); 2] =
    [("CARGO_PROFILE_DEV_OPT_LEVEL", "1"), ("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")];

/// All of them, each ready to run.
pub fn runs() -> Result<Vec<Command>> {
    let mut runs = vec![fuzz()?];
    runs.extend(ADDRESS.runs()?);
    runs.extend(THREAD.runs()?);
    runs.push(memcheck()?);
    runs.push(model()?);
    Ok(runs)
}

fn folder(name: &str) -> Result<PathBuf> {
    Ok(artifacts::target_folder()?.join(FOLDER).join(name))
}

/// The fuzz targets, built by cargo-fuzz and run by a test target.
fn fuzz() -> Result<Command> {
    let tools = setup::cargo_tool("cargo-fuzz", CARGO_FUZZ)?;
    let folder = folder("fuzz")?;
    // cargo-fuzz can't be told to keep to the lock file.
    let manifest = run::root().join("fuzz").join("Cargo.toml");
    run::capture(
        run::cargo().args(["metadata", "--locked", "--format-version", "1", "--manifest-path"]).arg(manifest),
    )?;
    let mut build = Command::new(tools.join(format!("cargo-fuzz{}", std::env::consts::EXE_SUFFIX)));
    // As shipped in all but the instruments: no crate in it may go easy on a fuzzer.
    build.args(["fuzz", "build", "--debug-assertions", "--no-cfg-fuzzing", "--target-dir"]).arg(&folder);
    run::stream(build.current_dir(run::root()).env("RUSTC_BOOTSTRAP", "1"))?;
    let mut command = suites::driving_the_library("fuzz")?;
    command.env("LATCHKEY_TEST_FUZZ_TARGETS", folder.join(setup::host()?).join("release"));
    Ok(command)
}

/// The suite `abi` over the library as it is shipped, each program under valgrind. What is only reachable or possibly lost is no leak:
/// Rust keeps one `Thread` for each thread that it has met, by a pointer into its middle.
fn memcheck() -> Result<Command> {
    let mut command = suites::driving_the_library("abi")?;
    // Tests that have a process to themselves start the same program again; what they start beside it is none of ours.
    let valgrind = "valgrind --quiet --fair-sched=yes --error-exitcode=99 --leak-check=full \
                    --errors-for-leak-kinds=definite,indirect --show-leak-kinds=definite,indirect \
                    --trace-children=yes --trace-children-skip=/bin/*,/usr/bin/*,*/xdg-open";
    let host = setup::host()?.replace('-', "_").to_uppercase();
    command.env(format!("CARGO_TARGET_{host}_RUNNER"), valgrind);
    suites::many_at_once(&mut command);
    command.args(["--test", "memcheck", "--"]);
    command.args(MEMCHECK_LEAVES_OUT.iter().flat_map(|name| ["--skip", name]));
    Ok(command)
}

/// The status snapshot under loom.
fn model() -> Result<Command> {
    let mut command = suites::cargo_test(&["-p", "latchkey-model", "--release"]);
    // Of its own: the flag would have everything else built anew.
    command.env("RUSTFLAGS", "--cfg loom").arg("--target-dir").arg(folder("model")?);
    Ok(command)
}

/// What a test can't tell under valgrind.
const MEMCHECK_LEAVES_OUT: [&str; 5] = [
    // Counts by taking the place of malloc, which valgrind does as well.
    "allocations::",
    // These look at the process's memory, which is mostly valgrind's, and freed memory stays with it for a while.
    "forgotten::after_a_logout",
    "resources::sign_ins_one_after_the_other",
    "resources::a_shutdown_leaves_nothing_two_hundred_times",
    // A program that is not there is found out by valgrind's own process, not by who starts it.
    "system_browser::a_launcher_that_fails_is_no_browser",
];

/// A build with a sanitizer in it.
struct Sanitizer {
    name: &'static str,
    /// What its runtime is called in the compiler's folder.
    runtime: &'static str,
    /// Whether the standard library has to be built with it as well.
    with_std: bool,
    /// Tests that it can't have.
    leaves_out: &'static [&'static str],
    options: (&'static str, &'static str),
}

const ADDRESS: Sanitizer = Sanitizer {
    name: "address",
    runtime: "asan",
    // What it misses inside of it is found as soon as it comes out.
    with_std: false,
    // These measure memory, and freed memory stays with the sanitizer for a while.
    leaves_out: &["resources::sign_ins_one_after_the_other", "resources::a_shutdown_leaves_nothing_two_hundred_times"],
    options: ("ASAN_OPTIONS", "detect_leaks=1"),
};

const THREAD: Sanitizer = Sanitizer {
    name: "thread",
    runtime: "tsan",
    // The standard library's locks are what orders threads: unseen, everything behind them would be a race.
    with_std: true,
    // A child that is forked from a program with threads has none of the sanitizer's state.
    leaves_out: &["host::forked::"],
    options: ("TSAN_OPTIONS", "exitcode=66"),
};

impl Sanitizer {
    /// The planted faults and the C smoke test, then what the suites have of the ABI, over the sanitized library.
    fn runs(&self) -> Result<Vec<Command>> {
        let runtime = setup::runtime_library(&format!("_rt.{}.a", self.runtime))?;
        let built = artifacts::made(&run::capture(&mut self.build(&runtime)?)?);
        let find = |wanted: &dyn Fn(&str) -> bool| {
            let found = built.iter().find(|file| wanted(&artifacts::file_name(file))).cloned();
            found.ok_or_else(|| {
                Stop::failed(format!("cargo built less than was asked for, with -Zsanitizer={}", self.name))
            })
        };
        let library = find(&|name| name == "liblatchkey.so")?;
        let planted = find(&|name| name == "libplanted.so")?;
        let run = |start: &str| -> Result<Command> {
            // Cargo's answer has the test programs' files, which end in a hash and not in a dot and something.
            let program = find(&|name| name.starts_with(start) && !name.contains('.'))?;
            let mut command = Command::new(program);
            self.dress(&mut command, &library, &planted, &runtime);
            Ok(command)
        };
        let (mut abi, mut hostile) = (run("abi-")?, run("hostile-")?);
        // What hosts do wrong; the rest of that suite measures memory and time, and a sanitizer takes both.
        hostile.arg("host::");
        suites::many_at_once(&mut abi);
        for command in [&mut abi, &mut hostile] {
            command.args(self.leaves_out.iter().flat_map(|name| ["--skip", name]));
        }
        Ok(vec![run("sanitized-")?, abi, hostile])
    }

    /// The build of all that these runs need.
    fn build(&self, runtime: &Path) -> Result<Command> {
        let folder = folder(self.name)?;
        let mut flags = vec![format!("-Zsanitizer={}", self.name)];
        let with_debians = self.with_std && setup::RUST_WITH_SOURCE.find().and(setup::CARGO_OF_DEBIAN.find()).is_some();
        let mut build;
        if with_debians {
            // The suites that build what is shipped have it installed; the other compiler's source comes from no package registry.
            flags.push(format!("--sysroot={}", sysroot_with(runtime, &folder)?.display()));
            build = Command::new(setup::DEBIANS_CARGO);
            debian::compile(&mut build, &flags);
        } else {
            build = run::cargo();
            build.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", artifacts::encoded(&flags));
        }
        build.arg("build");
        if self.with_std {
            if !with_debians {
                setup::rust_source()?;
            }
            build.arg("-Zbuild-std");
        }
        build.args(["--locked", "-p", "latchkey-tests", "--features", "sanitized", "--target", &setup::host()?]);
        build.args(["--test", "abi", "--test", "hostile", "--test", "sanitized", "--example", "planted"]);
        build.args(["--message-format", "json-render-diagnostics"]).arg("--target-dir").arg(folder).envs(PROFILE);
        Ok(build)
    }

    fn dress(&self, command: &mut Command, library: &Path, planted: &Path, runtime: &Path) {
        let (name, options) = self.options;
        command
            .current_dir(run::root().join("tests"))
            .env(name, options)
            .env("LATCHKEY_TEST_SANITIZER", self.name)
            .env("LATCHKEY_TEST_LIBRARY", library)
            .env("LATCHKEY_TEST_PLANTED", planted)
            .env("LATCHKEY_TEST_SANITIZER_RUNTIME", runtime)
            .env("LATCHKEY_TEST_INCLUDE", run::root().join("include"))
            .env("LATCHKEY_TEST_ROOT", run::root());
    }
}

/// A folder in which Debian's compiler finds this runtime, since its own packages have none; both compilers are of one LLVM.
fn sysroot_with(runtime: &Path, folder: &Path) -> Result<PathBuf> {
    let sysroot = folder.join("sysroot");
    let libraries = sysroot.join("lib").join("rustlib").join(setup::host()?).join("lib");
    files::make(&libraries)?;
    files::copy(runtime, &libraries.join(artifacts::file_name(runtime)))?;
    Ok(sysroot)
}
