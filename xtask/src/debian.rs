//! What the builds of all targets have in common: Debian's compiler, whose standard library is built along, and what a finished library
//! is held against whatever its format.
//!
//! It dresses commands and judges files; which cargo is run, and for which target, is each target's own.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::run::{self, Result, Stop};
use crate::{artifacts, files, setup, symbols};

/// Has cargo, or what calls it, use that compiler with these flags and no others.
pub fn compile(build: &mut Command, flags: &[String]) {
    build.current_dir(run::root());
    build.env("CARGO", setup::DEBIANS_CARGO).env("RUSTC", setup::DEBIANS_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    build.env("CARGO_ENCODED_RUSTFLAGS", artifacts::encoded(flags));
    // Those of the cargo that runs this program are another compiler's.
    build.env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTFLAGS");
}

/// The words by which cargo builds the shared and the static library as they are shipped.
pub fn ship(build: &mut Command) {
    // As in `artifacts::library`: the rlib would leave link-time optimisation out.
    build.args(["rustc", "--release", "--locked", "-p", "latchkey", "--lib", "--crate-type", "cdylib,staticlib"]);
    // Without the feature `backtrace`, since nobody prints one from within a game, and it is a reader of debug information.
    build.args(["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"]);
    build.args(["--message-format", "json-render-diagnostics"]);
}

/// The functions that the header declares.
pub fn declared() -> Result<BTreeSet<String>> {
    Ok(symbols::declared(&files::text(&run::root().join("include").join("latchkey.h"))?))
}

/// Stops if there is anything to complain of in a library that is to be shipped.
pub fn expect_fit(library: &Path, complaints: &[String]) -> Result<()> {
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Stop::failed(format!("{} is not fit to be shipped:\n{}", library.display(), complaints.join("\n"))))
}
