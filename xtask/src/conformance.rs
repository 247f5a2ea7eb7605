//! `conformance`: plays every row of docs/conformance.md against the practice provider, through the C ABI of the built library,
//! and writes the document, or checks that it has not drifted.

use crate::args::Args;
use crate::run::Result;
use crate::suites;

/// Runs the command; the last line says how many rows passed.
pub fn run(args: &Args) -> Result<u8> {
    let play = || {
        let mut command = suites::driving_the_library("conformance")?;
        if !args.has("--check") {
            command.args(["--", "--write"]);
        }
        Ok(vec![command])
    };
    let tally = suites::added_up("conformance", play(), None);
    println!("\n{} passed, {} failed", tally.passed, tally.failed);
    Ok(u8::from(tally.failed > 0))
}
