//! `test`: the suites, what each needs, and one sum over all of them.
//!
//! The runs' output goes through as it comes, and libtest's result lines in it are added up. A suite that could not run,
//! or ran nothing, is a failure: silence is never success.

use std::path::PathBuf;
use std::process::Command;

use crate::args::{self, Args};
use crate::artifacts;
use crate::bench;
use crate::dist;
use crate::files;
use crate::instruments;
use crate::linux;
use crate::package;
use crate::platforms;
use crate::run::{self, Result, Stop};
use crate::secrets::{self, Records};
use crate::setup::{self, Need};
use crate::tally::Tally;
use crate::targets::{self, Target};
use crate::window;

/// Makes a text of the names of the tests that passed.
type Report = fn(&[String]) -> Result<String>;

/// A row of the table.
pub struct Suite {
    /// What it is called on the command line, and the test target of the package `latchkey-tests` that it runs.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// The programs that it can't do without.
    needs: &'static [&'static [&'static Need]],
    /// Its tools exist there only.
    linux_only: bool,
    /// The runs whose results are its own.
    runs: fn(&Suite) -> Result<Vec<Command>>,
    /// What it says of tests that have passed, at the end.
    report: Option<Report>,
}

/// Every suite, in the order in which they run.
pub const SUITES: &[Suite] = &[
    Suite { name: "unit", about: "the tests beside the code", needs: &[], linux_only: false, runs: unit, report: None },
    Suite {
        name: "abi",
        about: "the built library, driven through its C ABI against the practice provider",
        needs: &[],
        linux_only: false,
        runs: abi,
        report: None,
    },
    Suite {
        name: "c",
        about: "C and C++ programs, compiled by gcc and clang in every supported standard; valgrind; CMake and make; a window",
        needs: &[COMPILERS, &[&setup::VALGRIND, &setup::XVFB], window::NEEDS, linux::NEEDS, dist::NEEDS],
        linux_only: true,
        runs: consumers,
        report: None,
    },
    Suite {
        name: "browser",
        about: "a certified provider, signed in to with a real browser",
        needs: &[&[&setup::CHROMIUM, &setup::XDG_OPEN], NODE_PACKAGES],
        linux_only: true,
        runs: browser,
        report: None,
    },
    Suite {
        name: "session",
        about: "sessions that outlive the game: the real Secret Service, many processes, kill -9",
        needs: &[&[&setup::C_COMPILER], SESSIONS, NODE_PACKAGES],
        linux_only: true,
        runs: session,
        report: None,
    },
    Suite {
        name: "unreal",
        about: "the Unreal plugin on a stand-in for the engine: compiled in every way, run, its build rules and descriptor",
        needs: &[COMPILERS, &[&setup::MCS, &setup::MONO], SESSIONS, NODE_PACKAGES],
        linux_only: true,
        runs: session,
        report: None,
    },
    Suite {
        name: "hostile",
        about: "everything that the other side may try, the rows of docs/conformance.md, seeded storms; fuzzers, sanitizers, valgrind",
        needs: if cfg!(target_os = "linux") { &[instruments::NEEDS] } else { &[] },
        linux_only: false,
        runs: hostile,
        report: None,
    },
    Suite {
        name: "platforms",
        about: "the library for every desktop, built here and run: old and minimal Linuxes, other machines",
        needs: platforms::NEEDS,
        linux_only: true,
        runs: |_| platforms::runs(),
        report: Some(platforms::table),
    },
    Suite {
        name: "bench",
        about: "a quick benchmark: a round trip too many, a request too many, a peer that is quicker",
        needs: bench::NEEDS,
        linux_only: false,
        runs: benchmark,
        report: None,
    },
];

/// The tests of the suite `hostile` that measure the listener among strangers.
const FLOODS: &str = "loopback::floods::";

/// The suites that drive the library with its log kept.
const LOGGING: [&str; 5] = ["abi", "browser", "session", "hostile", "platforms"];

/// The suites that build in a folder of the target folder's in which nobody else does.
const WORKSHOPS: &[(&str, &str)] = &[("hostile", instruments::FOLDER)];

/// Those of studios and of the engine.
const COMPILERS: &[&Need] = &[&setup::GCC, &setup::GXX, &setup::CLANG];
/// A desktop's secret store.
const SESSIONS: &[&Need] = &[&setup::DBUS_DAEMON, &setup::GNOME_KEYRING];
/// The certified provider, and what plays the browser's user.
const NODE_PACKAGES: &[&Need] = &[&setup::NODE, &setup::NPM];

/// Runs the command.
pub fn run(args: &Args) -> Result<u8> {
    let suites = chosen(&args.names)?;
    // All at once and before anything is run, so that nobody comes back twice.
    let possible = suites.iter().filter(|suite| suite.impossible().is_none());
    setup::ensure(&possible.flat_map(|suite| suite.needs.concat()).collect::<Vec<_>>())?;
    let records = Records::begin()?;
    let mut tallies = Vec::new();
    for suite in &suites {
        tallies.push((suite.name, tally(suite, &records)));
        if args.has("--tidy") {
            suite.tidy()?;
        }
    }
    if suites.iter().any(|suite| LOGGING.contains(&suite.name)) {
        tallies.push(("log", search(&records)));
    }
    println!();
    // Once more and together: what failed stands hours of output above.
    for (name, tally) in &tallies {
        tally.failures.iter().for_each(|failure| println!("{name:<9} FAILED: {failure}"));
    }
    for (name, tally) in &tallies {
        println!("{name:<9} {}", tally.words());
    }
    let total = |count: fn(&Tally) -> usize| tallies.iter().map(|(_, tally)| count(tally)).sum::<usize>();
    let failed = total(|tally| tally.failed);
    println!("{} passed, {failed} failed", total(|tally| tally.passed));
    Ok(u8::from(failed > 0))
}

/// The suites of these names; without names all that this platform has.
fn chosen(names: &[String]) -> Result<Vec<&'static Suite>> {
    for name in names {
        let Some(suite) = SUITES.iter().find(|suite| suite.name == name) else {
            return Err(Stop::usage(args::unknown("suite", name, SUITES.iter().map(|suite| suite.name))));
        };
        if !suite.runs_here() {
            return Err(Stop::failed(format!("the suite `{name}` runs on Linux only: its tools exist there only")));
        }
    }
    if names.is_empty() {
        let (here, elsewhere): (Vec<_>, Vec<_>) = SUITES.iter().partition(|suite| suite.runs_here());
        for suite in elsewhere {
            println!("{}: left out, it runs on Linux only", suite.name);
        }
        return Ok(here);
    }
    Ok(SUITES.iter().filter(|suite| names.iter().any(|name| name == suite.name)).collect())
}

impl Suite {
    fn runs_here(&self) -> bool {
        cfg!(target_os = "linux") || !self.linux_only
    }

    /// What it needs and this system has no package of.
    fn impossible(&self) -> Option<&'static Need> {
        self.needs.concat().into_iter().find(|need| need.is_impossible())
    }

    /// Removes what it has built for itself alone.
    fn tidy(&self) -> Result<()> {
        for (_, folder) in WORKSHOPS.iter().filter(|(name, _)| *name == self.name) {
            files::clear(&artifacts::target_folder()?.join(folder))?;
        }
        Ok(())
    }
}

fn unit(_: &Suite) -> Result<Vec<Command>> {
    // Of this program only the test binary is built: on Windows its own file can't be replaced while it runs.
    let runs = [
        &["-p", "latchkey", "--lib"][..],
        &["-p", "latchkey", "--doc"],
        &["-p", "latchkey-tests", "--lib"],
        &["-p", "practice-provider"],
        &["-p", "header-tool"],
        &["-p", "latchkey-benches", "--lib"],
        &["-p", "xtask", "--bins"],
    ];
    Ok(runs.iter().map(|words| cargo_test(words)).collect())
}

fn abi(suite: &Suite) -> Result<Vec<Command>> {
    let mut runs = harness(suite)?;
    runs.iter_mut().for_each(many_at_once);
    Ok(runs)
}

/// Lets more tests run at once than there are processors, for those of the suite `abi`: they mostly wait, for the other side or for a
/// time to be over.
pub fn many_at_once(command: &mut Command) {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    command.env("RUST_TEST_THREADS", (2 * processors).to_string());
}

fn harness(suite: &Suite) -> Result<Vec<Command>> {
    Ok(vec![driving_the_library(suite.name)?])
}

/// The library also as a package in a folder, and as the archive that is handed out.
fn consumers(suite: &Suite) -> Result<Vec<Command>> {
    let staged = package::staged()?;
    let mut runs = harness(suite)?;
    for command in &mut runs {
        command.env("LATCHKEY_TEST_PACKAGE", &staged);
        for target in targets::chosen(Some("linux"), Target::is_built_here)? {
            command.env("LATCHKEY_TEST_ARCHIVE", dist::pack_one(target, false)?.archive);
        }
    }
    Ok(runs)
}

/// The suite's own tests, the rows of docs/conformance.md, and the storms; or one storm again, if a seed says which.
fn hostile(suite: &Suite) -> Result<Vec<Command>> {
    let mut storms = driving_the_library("chaos")?;
    if std::env::var_os("LATCHKEY_CHAOS_SEED").is_some() {
        storms.args(["--", "--exact", "replay::a_seed_is_played_again_with_its_whole_story"]);
        return Ok(vec![storms]);
    }
    let mut attacks = driving_the_library(suite.name)?;
    attacks.args(["--", "--skip", FLOODS]);
    // By themselves: they measure how long the browser waits, and other tests on the same cores would be measured with it.
    let mut floods = driving_the_library(suite.name)?;
    floods.args(["--", FLOODS]);
    let mut runs = vec![attacks, floods, driving_the_library("conformance")?, storms];
    if cfg!(target_os = "linux") {
        runs.extend(instruments::runs()?);
    }
    Ok(runs)
}

/// Whoever runs all suites has a machine that is not quiet.
fn benchmark(_: &Suite) -> Result<Vec<Command>> {
    Ok(vec![bench::measuring(&["--quick", "--shared"])?])
}

/// Runs a test target of the package `latchkey-tests` over the library as it is shipped.
pub fn driving_the_library(target: &str) -> Result<Command> {
    let library = artifacts::library()?;
    let mut command = cargo_test(&["-p", "latchkey-tests", "--test", target]);
    command
        .env("LATCHKEY_TEST_LIBRARY", &library.shared)
        .env("LATCHKEY_TEST_INCLUDE", run::root().join("include"))
        .env("LATCHKEY_TEST_ROOT", run::root());
    Ok(command)
}

fn session(suite: &Suite) -> Result<Vec<Command>> {
    // The certified provider is the browser suite's.
    setup::node_packages(&browser_folder())?;
    harness(suite)
}

fn browser(suite: &Suite) -> Result<Vec<Command>> {
    let folder = browser_folder();
    setup::node_packages(&folder)?;
    let chromium = setup::chromium(&folder)?;
    let mut runs = harness(suite)?;
    for command in &mut runs {
        command.env("LATCHKEY_TEST_CHROMIUM", &chromium);
    }
    Ok(runs)
}

fn browser_folder() -> PathBuf {
    run::root().join("tests").join("browser")
}

/// `cargo test` to the end, whatever fails.
pub fn cargo_test(words: &[&str]) -> Command {
    let mut command = run::cargo();
    command.args(["test", "--locked", "--no-fail-fast"]).args(words);
    command
}

/// Runs a suite; what keeps it from running is said and counted, so that the next one has its turn.
fn tally(suite: &Suite, records: &Records) -> Tally {
    println!("\n== {}: {}", suite.name, suite.about);
    let runs = match suite.impossible() {
        None => (suite.runs)(suite),
        Some(need) => Err(Stop::failed(format!("`{}` can't run here: it needs {}", suite.name, need.elsewhere))),
    };
    let mut tally = added_up(suite.name, runs, Some(records));
    // Without a test there was nothing to run them on.
    let report = suite.report.filter(|_| !tally.names.is_empty());
    match report.map(|report| report(&tally.names)) {
        None => {}
        Some(Ok(text)) => println!("\n{text}"),
        Some(Err(stop)) => tally.blame(&stop.sentence),
    }
    tally
}

/// Runs these and adds up what they report; what keeps one from running is said and counted, so that the next has its turn.
pub fn added_up(name: &str, runs: Result<Vec<Command>>, records: Option<&Records>) -> Tally {
    let mut tally = Tally::default();
    match runs {
        Err(stop) => tally.blame(&stop.sentence),
        Ok(mut commands) => {
            for command in &mut commands {
                let mut one = Tally::default();
                if let Some(records) = records {
                    command.env(secrets::VARIABLE, records.folder());
                }
                match run::lines(command, |line| one.read(line)) {
                    Err(stop) => one.blame(&stop.sentence),
                    Ok(status) => one.finish(&run::shown(command), status),
                }
                tally.add(one);
            }
            if tally.passed + tally.failed == 0 {
                tally.blame(&format!("`{name}` ran no test"));
            }
        }
    }
    tally
}

/// The log of the whole run, searched for every secret of it: one test.
fn search(records: &Records) -> Tally {
    println!("\n== log: the log of this run holds no secret that was used in it");
    let mut tally = Tally::default();
    let complaints = match records.search() {
        Ok(search) => {
            println!("searched {} records for {} secrets", search.records, search.secrets);
            search.complaints()
        }
        Err(stop) => vec![stop.sentence],
    };
    if complaints.is_empty() {
        tally.passed = 1;
    } else {
        tally.blame(&complaints.join("\n"));
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_chosen_by_name_in_the_tables_order() {
        let names = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| name.to_string()).collect();
            chosen(&names).map(|suites| suites.iter().map(|suite| suite.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["abi", "unit", "abi"]), Ok(vec!["unit", "abi"]));
        assert_eq!(names(&["uint"]), Err(Stop::usage("there is no suite \"uint\"; did you mean \"unit\"?")));
        assert!(names(&[]).unwrap().contains(&"unit"));
    }
}
