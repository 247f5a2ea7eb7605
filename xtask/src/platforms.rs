//! What the suite `platforms` runs: the library as it is handed out for each system, built and packed here, the tests that run it, and
//! one table of all.

use std::process::Command;

use crate::dist::{self, FOLDER, Made};
use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};
use crate::wine::{self, Wine};
use crate::{artifacts, bullseye, linux, macos, sizes, suites, symbols, targets, windows};

/// What has to be there before: whatever builds the targets, and then this.
pub const NEEDS: &[&[&Need]] =
    &[linux::NEEDS, windows::NEEDS, macos::NEEDS, dist::NEEDS, bullseye::NEEDS, wine::NEEDS, PROJECTS, RUN];

/// The projects of a studio's that are built from the archives.
const PROJECTS: &[&Need] = &[&setup::C_COMPILER, &setup::CMAKE, &setup::MAKE, &setup::PKG_CONFIG, &setup::LLD_LINK];
/// Where the library for another processor is run.
const RUN: &[&Need] = &[&setup::QEMU_ARM64, &setup::LIBC_ARM64];

/// What a target's tests find it by: the variable with its library, and the beginning of their names.
const TESTS: &[(&str, &str, &str)] = &[
    ("linux", "LATCHKEY_TEST_LINUX_X86_64", "minimal::x86_64::"),
    ("linux-arm64", "LATCHKEY_TEST_LINUX_AARCH64", "minimal::arm64::"),
    (WINDOWS, "LATCHKEY_TEST_WINDOWS_LIBRARY", "windows::"),
    ("mac", "LATCHKEY_TEST_MAC_LIBRARY", "macos::"),
];

/// The target whose tests are run under wine.
const WINDOWS: &str = "win64";

/// The older C library for each, by the variable in which the tests find it and Debian's name of the architecture.
const OLDER: &[(&str, &str)] =
    &[("LATCHKEY_TEST_OLDER_LIBC_X86_64", "amd64"), ("LATCHKEY_TEST_OLDER_LIBC_AARCH64", "arm64")];

/// All of them, ready to run.
pub fn runs() -> Result<Vec<Command>> {
    let made = dist::pack(&targets::here(), false)?;
    let mut tests = suites::cargo_test(&["-p", "latchkey-tests", "--test", "platforms"]);
    tests.env("LATCHKEY_TEST_INCLUDE", run::root().join("include")).env("LATCHKEY_TEST_ROOT", run::root());
    tests.env("LATCHKEY_TEST_ZIG_PYTHON", linux::python()?).envs(linux::caches()?);
    tests.env("LATCHKEY_TEST_MAC_STUBS", macos::stubs()?);
    for (variable, architecture) in OLDER {
        tests.env(variable, bullseye::libc(architecture)?);
    }
    tests.env("LATCHKEY_TEST_ARCHIVES", run::root().join(FOLDER));
    tests.env("LATCHKEY_TEST_TOOLS", artifacts::target_folder()?.join("tools"));
    let this = std::env::current_exe()
        .map_err(|error| Stop::failed(format!("this program's own file can't be had: {error}")))?;
    tests.env("LATCHKEY_TEST_XTASK", this);
    for Made { target, built, .. } in &made {
        for (_, variable, _) in TESTS.iter().filter(|(name, _, _)| *name == target.name) {
            tests.env(variable, &built.shared);
        }
    }
    let windows = made.iter().find(|made| made.target.name == WINDOWS);
    let windows = windows.ok_or_else(|| Stop::failed("the library for Windows was not built"))?;
    let wine = Wine::prepared(&windows.built.shared)?;
    tests.env("LATCHKEY_TEST_WINE", wine.folder());
    let mut runs = vec![tests];
    runs.extend(wine.runs()?);
    Ok(runs)
}

/// One table of what was built, with the tests of each that passed.
pub fn table(passed: &[String]) -> Result<String> {
    let mut table = row("target", "bytes", "newest libc symbol", "exports", "tests");
    for target in targets::here() {
        let built = target.build()?;
        let exports = symbols::exported(&built.shared)?.len().to_string();
        let tests = tests_of(target.name, passed);
        for (name, bytes) in sizes::parts(target.name, &built.shared)? {
            table += &row(&name, &bytes.to_string(), &built.libc, &exports, &tests);
        }
    }
    Ok(table)
}

/// How many of the tests that passed were a target's own.
fn tests_of(target: &str, passed: &[String]) -> String {
    let mine = TESTS.iter().find(|(name, _, _)| *name == target).map(|(_, _, start)| start);
    let is_mine =
        |name: &&String| mine.is_some_and(|start| name.starts_with(start)) || target == WINDOWS && wine::has_run(name);
    match (passed.iter().filter(is_mine).count(), target) {
        (0, _) => "not run here".to_owned(),
        (tests, "mac") => format!("{tests} inspect"),
        (tests, _) => tests.to_string(),
    }
}

fn row(target: &str, bytes: &str, libc: &str, exports: &str, tests: &str) -> String {
    format!("{target:<14} {bytes:>10}  {libc:<18} {exports:>7}  {tests:>12}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::TARGETS;

    #[test]
    fn each_target_is_shown_with_its_own_tests() {
        let passed = ["minimal::x86_64::a", "minimal::x86_64::b", "minimal::arm64::a", "macos::a", "reproducible::a"];
        let passed = passed.map(str::to_owned);
        assert_eq!(tests_of("linux", &passed), "2");
        assert_eq!(tests_of("linux-arm64", &passed), "1");
        assert_eq!(tests_of("mac", &passed), "1 inspect");
        assert_eq!(tests_of("win64", &passed), "not run here");
        for target in TARGETS {
            assert!(TESTS.iter().any(|(name, _, _)| *name == target.name), "{} has no tests", target.name);
        }
    }
}
