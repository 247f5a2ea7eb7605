//! The OpenID Foundation's relying-party tests, by the names of its conformance suite, run through the C ABI against the
//! practice provider, which misbehaves as each test wants it.
//!
//! | file | holds |
//! |---|---|
//! | `rows.rs` | the table: plan, test, what is required, and the act that shows it |
//! | `acts.rs` | what happens in a row: sign-ins, refreshes, logouts, and responses that must be ignored |
//! | `seen.rs` | what is measured, and whether it is what was required |
//! | `report.rs` | the table for people: the terminal's and `docs/conformance.md` |
//!
//! `cargo xtask conformance` writes the document; the suite `hostile` runs the same rows and compares it. The document has no
//! time, no version and no port in it, so that the same behaviour gives the same bytes.
//!
//! It has no libtest harness: the rows are data, and the document is made of all of them at once. Its last lines are those
//! of libtest, so that they are added up like any other.

mod acts;
mod report;
mod rows;
mod seen;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use support::Library;

use report::Judged;
use rows::Row;

/// Writes the document instead of comparing it.
const WRITE: &str = "--write";
const DOCUMENT: &str = "docs/conformance.md";

fn main() -> ExitCode {
    let begun = Instant::now();
    let write = std::env::args().skip(1).any(|word| word == WRITE);
    let rows = rows::all();
    println!("running {} tests", rows.len() + usize::from(!write));
    let judged: Vec<Judged> = rows.into_iter().map(judge).collect();
    println!("\n{}", report::for_the_terminal(&judged));
    let mut failed = judged.iter().filter(|row| row.fault.is_some()).count();
    let mut passed = judged.len() - failed;
    let kept = keep(&report::document(&judged), write);
    match kept {
        // The document is a test of its own where it is compared, and the errand's result where it is written.
        Ok(()) => passed += usize::from(!write),
        Err(sentence) => {
            println!("{sentence}");
            failed += 1;
        }
    }
    let verdict = if failed == 0 { "ok" } else { "FAILED" };
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "test result: {verdict}. {passed} passed; {failed} failed; 0 ignored; 0 measured; 0 filtered out; finished in \
         {seconds:.2}s"
    );
    ExitCode::from(u8::from(failed > 0))
}

fn judge(row: Row) -> Judged {
    // A row that gets stuck panics with the whole story of it, which is on the standard error by then.
    let seen = catch_unwind(AssertUnwindSafe(row.act)).map_err(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        words.unwrap_or("it panicked").lines().next().unwrap_or_default().to_owned()
    });
    let judged = Judged::new(row.plan, row.test, row.must, seen);
    let outcome = judged.fault.as_ref().map_or("ok".to_owned(), |fault| format!("FAILED: {fault}"));
    println!("test {}::{} ... {outcome}", judged.plan.name(), judged.test);
    judged
}

/// Writes the document, or says in what it has drifted.
fn keep(document: &str, write: bool) -> Result<(), String> {
    let path: PathBuf = Library::workspace().join(DOCUMENT);
    if write {
        return fs::write(&path, document).map_err(|problem| format!("{DOCUMENT} could not be written: {problem}"));
    }
    let there = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if there == document {
        return Ok(());
    }
    let changed = there.lines().zip(document.lines()).find(|(old, new)| old != new);
    let (old, new) = changed.unwrap_or(("(its end)", "(its end)"));
    Err(format!(
        "{DOCUMENT} does not say what was observed:\n  it says:  {old}\n  observed: {new}\nlook whether that is meant, and \
         run `cargo xtask conformance` to write it anew"
    ))
}
