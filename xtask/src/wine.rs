//! The tests that are written in Rust, cross-compiled as the library for Windows is, and run under wine: the suite `abi` against the
//! DLL, and the library's own unit tests.
//!
//! What can't run there is left out by name and reason, in one list ([`LEFT_OUT`]). It is printed with each run and held against
//! what Linux runs, so that nothing falls out in silence.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::files::{self, copy};
use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};
use crate::{suites, windows};

/// What builds programs for Windows, and what runs them.
pub const NEEDS: &[&Need] = &[&setup::MINGW, &setup::MINGW_CXX, &setup::WINE];

/// Tests that Linux runs and wine doesn't.
struct LeftOut {
    /// Of [`SUITES`].
    suite: &'static str,
    /// How the paths of its tests begin.
    path: &'static str,
    /// For whoever reads the run.
    reason: &'static str,
}

/// The suites, with the words by which cargo finds each.
const SUITES: [(&str, &[&str]); 2] =
    [("abi", &["-p", "latchkey-tests", "--test", "abi"]), ("unit", &["-p", "latchkey", "--lib"])];

/// docs/windows.md has the same rows.
const LEFT_OUT: &[LeftOut] = &[
    LeftOut {
        suite: "abi",
        path: "allocations::",
        reason: "it counts through a `malloc` of the program's own, which on Linux comes before the library's; a DLL has its own",
    },
    LeftOut {
        suite: "abi",
        path: "device::the_waits_count_the_machines_sleep",
        reason: "it looks at Linux's timers (`timerfd`); here the tests of `clock` run",
    },
    LeftOut { suite: "abi", path: "forgotten::", reason: "it searches a process's memory through `/proc`" },
    LeftOut {
        suite: "abi",
        path: "header::the_functions_that_are_tested_are_those_of_the_built_library",
        reason: "it asks with `dladdr`, which Windows has not",
    },
    LeftOut {
        suite: "abi",
        path: "resources::",
        reason: "it counts threads, sockets and files in `/proc`; here `windows/unloading.rs` counts threads",
    },
    LeftOut {
        suite: "abi",
        path: "system_browser::",
        reason: "it puts an `xdg-open` of its own in place; here `windows/browser.rs` opens a browser",
    },
    LeftOut { suite: "unit", path: "clock::tests::linux::", reason: "Linux's timers" },
    LeftOut {
        suite: "unit",
        path: "login::callback::tests::resources::",
        reason: "it measures seconds among many connections, which wine passes through a server of its own, or starves a process by `ulimit`",
    },
    LeftOut {
        suite: "unit",
        path: "session::lock::tests::unix::",
        reason: "a folder among other users', `fork`; here `windows/folders.rs` looks at the folder",
    },
    LeftOut {
        suite: "unit",
        path: "session::protected::tests::linux::",
        reason: "it looks at pages through `/proc`, at `fork` and at core dumps",
    },
    LeftOut {
        suite: "unit",
        path: "session::store::system::platform::tests::",
        reason: "the Secret Service; here `windows/store.rs` fills the Credential Manager",
    },
];

/// The names of the tests that have been run so, or are about to be.
static RUN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Whether a test of that name is among those.
pub fn has_run(name: &str) -> bool {
    RUN.lock().unwrap_or_else(PoisonError::into_inner).contains(name)
}

/// Everything that a program for Windows needs beside it here.
pub struct Wine {
    folder: PathBuf,
}

impl Wine {
    /// A folder with the library, a Windows that is installed, and nothing of an earlier run.
    pub fn prepared(library: &Path) -> Result<Self> {
        let folder = windows::home()?.join("wine");
        files::clear(&folder)?;
        copy(library, &folder.join(windows::DLL))?;
        windows::stand_in(&folder)?;
        let wine = Self { folder };
        run::capture(wine.command("wine").args(["wineboot", "--init"]))?;
        // Only when its server has gone the registry is written down.
        run::capture(wine.command("wineserver").arg("-w"))?;
        Ok(wine)
    }

    /// Where the one library lies that wine lacks, and the Windows that others are copied from (`prefix`).
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The suites, each ready to run.
    pub fn runs(&self) -> Result<Vec<Command>> {
        let built = windows::tests(&SUITES.map(|(_, words)| words).concat())?;
        let mut runs = Vec::new();
        for (suite, words) in SUITES {
            let program = self.put(suite, &built)?;
            self.settle(suite, words, &program)?;
            let mut run = self.program(&program);
            run.args(left_out(suite).flat_map(|entry| ["--skip", entry.path]));
            suites::many_at_once(&mut run);
            runs.push(run);
        }
        Ok(runs)
    }

    /// Puts a suite's program beside the library.
    fn put(&self, suite: &str, built: &[PathBuf]) -> Result<PathBuf> {
        let stem = if suite == "unit" { "latchkey-" } else { "abi-" };
        let is_it = |file: &&PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with(stem));
        let found = built.iter().find(is_it);
        let found =
            found.ok_or_else(|| Stop::failed(format!("cargo built no tests of the suite {suite} for Windows")))?;
        let program = self.folder.join(format!("{suite}.exe"));
        copy(found, &program)?;
        Ok(program)
    }

    fn program(&self, program: &Path) -> Command {
        // The server of the program before may be about to end, and then takes the next one with it.
        let mut command = self.command("sh");
        command.args(["-c", "wineserver -w && exec wine \"$@\"", "wine"]).arg(program).current_dir(&self.folder);
        command.env("LATCHKEY_TEST_LIBRARY", in_windows(&self.folder.join(windows::DLL)));
        command.env("LATCHKEY_TEST_INCLUDE", in_windows(&run::root().join("include")));
        command.env("LATCHKEY_TEST_ROOT", in_windows(&run::root()));
        command
    }

    /// A program of wine's own.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.env("WINEPREFIX", self.folder.join("prefix")).env("WINEDEBUG", "-all").env_remove("DISPLAY");
        // No dialog that offers a download, and ours instead of the one that is missing.
        command.env("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=;bcryptprimitives=n");
        command
    }

    /// Says what is left out, and stops if it is not all that the list names.
    fn settle(&self, suite: &str, words: &[&str], program: &Path) -> Result<()> {
        let here = listed(&run::capture(suites::cargo_test(words).args(["--", "--list"]))?);
        let there = listed(&run::capture(self.program(program).arg("--list"))?);
        let complaints = disagreements(suite, &here, &there);
        if !complaints.is_empty() {
            return Err(Stop::failed(format!(
                "LEFT_OUT in xtask/src/wine.rs is not right:\n{}",
                complaints.join("\n")
            )));
        }
        RUN.lock().unwrap_or_else(PoisonError::into_inner).extend(there);
        println!("{suite}: {} tests on Linux, under wine all but these:", here.len());
        for entry in left_out(suite) {
            let count = here.iter().filter(|name| name.starts_with(entry.path)).count();
            println!("  {} ({count}): {}", entry.path, entry.reason);
        }
        Ok(())
    }
}

fn left_out(suite: &str) -> impl Iterator<Item = &'static LeftOut> {
    LEFT_OUT.iter().filter(move |entry| entry.suite == suite)
}

/// The names in what `--list` prints.
fn listed(printed: &str) -> BTreeSet<String> {
    printed.lines().filter_map(|line| line.trim_end().strip_suffix(": test")).map(str::to_owned).collect()
}

/// A sentence for each test that falls out unsaid, and for each entry of the list that is of no use.
fn disagreements(suite: &str, here: &BTreeSet<String>, there: &BTreeSet<String>) -> Vec<String> {
    let is_listed = |name: &String| left_out(suite).any(|entry| name.starts_with(entry.path));
    let unsaid = here.difference(there).filter(|name| !is_listed(name));
    let unsaid = unsaid.map(|name| format!("{suite}: {name} does not run under wine, and no reason is given"));
    let stale = left_out(suite).filter(|entry| !here.iter().any(|name| name.starts_with(entry.path)));
    unsaid.chain(stale.map(|entry| format!("{suite}: no test on Linux begins with {}", entry.path))).collect()
}

/// A path of this machine as its programs for Windows see it.
fn in_windows(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', "\\")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    /// One test for each entry of the list, and another one.
    fn on_linux() -> BTreeSet<String> {
        left_out("abi").map(|entry| format!("{}of_linux", entry.path)).chain(["sign_in::works".to_owned()]).collect()
    }

    #[test]
    fn a_test_that_falls_out_unsaid_is_named_and_so_is_an_entry_without_tests() {
        assert_eq!(disagreements("abi", &on_linux(), &names(&["sign_in::works"])), Vec::<String>::new());
        assert_eq!(
            disagreements("abi", &on_linux(), &names(&[])),
            ["abi: sign_in::works does not run under wine, and no reason is given"]
        );
        let mut renamed = on_linux();
        renamed.retain(|name| !name.starts_with("allocations::"));
        assert_eq!(
            disagreements("abi", &renamed, &names(&["sign_in::works"])),
            ["abi: no test on Linux begins with allocations::"]
        );
    }

    #[test]
    fn names_are_read_from_the_list_of_either_system() {
        let printed = "Running unittests\na::b: test\r\nc::d: test\n\n2 tests, 0 benchmarks\n";
        assert_eq!(listed(printed), names(&["a::b", "c::d"]));
    }

    #[test]
    fn the_page_on_windows_has_what_is_left_out() {
        let page = fs::read_to_string(run::root().join("docs").join("windows.md")).unwrap();
        for entry in LEFT_OUT {
            let row = format!("| `{}` | `{}` | {} |", entry.suite, entry.path, entry.reason);
            assert!(page.contains(&row), "docs/windows.md lacks this row:\n{row}");
        }
        let rows = page.lines().filter(|line| line.starts_with("| `abi` |") || line.starts_with("| `unit` |")).count();
        assert_eq!(rows, LEFT_OUT.len(), "docs/windows.md has rows that no longer are");
    }

    #[test]
    fn a_path_is_told_as_windows_programs_see_it() {
        assert_eq!(in_windows(Path::new("/tmp/a b")), "Z:\\tmp\\a b");
    }
}
