//! The libraries for Linux, which have to load on machines far older than the one that builds them.
//!
//! zig brings every glibc's symbols and a C compiler for every architecture, cargo-zigbuild hands them to cargo; both come from
//! PyPI into a folder below the target folder. What was built is read again: nothing is handed out that asks for more.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::elf::{Demands, Version};
use crate::run::{self, Result};
use crate::setup::{self, Need};
use crate::{artifacts, debian, symbols};

/// The oldest C library that the product runs on: that of RHEL 7, older than any of Steam's runtimes.
const GLIBC: Version = (2, 17);
const SONAME: &str = "liblatchkey.so";

/// What has to be there before a library can be built. The compiler is Debian's, since its standard library is a package of source: it is
/// built along, as small as the rest, and no compiler's own archive is needed for another architecture.
pub const NEEDS: &[&Need] = &[&setup::PYTHON, &setup::RUST_WITH_SOURCE, &setup::CARGO_OF_DEBIAN];

/// An architecture.
pub struct Machine {
    /// In a target's name, the compiler's and zig's.
    pub architecture: &'static str,
    /// Flags that make its code smaller, of the compiler and of the one for C; docs/size.md has the figures.
    flags: &'static [&'static str],
    c_flags: Option<&'static str>,
}

/// What most players have.
pub const X86_64: Machine = Machine {
    architecture: "x86_64",
    // With a frame pointer the unwinder's tables need one line for all that a function pushes, instead of one for each push. Where a
    // panic was raised goes to the host's standard error only, which no player sees; 1,700 places with their file names are large.
    flags: &["-Cforce-frame-pointers=yes", "-Zlocation-detail=none"],
    // No panic passes through C: a function of ours that C calls lets none out.
    c_flags: Some("-fno-asynchronous-unwind-tables -fno-unwind-tables"),
};

/// Handhelds and single-board machines.
pub const ARM64: Machine = Machine {
    architecture: "aarch64",
    // Code that recurs is put into functions of its own, which pays off only if it saves more than such a function's unwinder's entry.
    flags: &["-Cllvm-args=--outliner-benefit-threshold=40"],
    c_flags: None,
};

/// What was built for one.
pub struct Built {
    pub library: PathBuf,
    pub demands: Demands,
}

impl Machine {
    /// Builds the shared and the static library as they are shipped, and holds the shared one against what was promised.
    pub fn library(&self) -> Result<Built> {
        let mut flags = artifacts::without_paths()?;
        flags.extend(self.flags.iter().map(|flag| flag.to_string()));
        let mut build = zigbuild(&flags)?;
        debian::ship(&mut build);
        build.arg("--target").arg(format!("{}-unknown-linux-gnu.{}.{}", self.architecture, GLIBC.0, GLIBC.1));
        // Of its own, since compilers differ.
        build.arg("--target-dir").arg(artifacts::target_folder()?.join("linux").join(self.architecture));
        build.envs(self.c_flags.map(|flags| (format!("CFLAGS_{}_unknown_linux_gnu", self.architecture), flags)));
        let files = artifacts::made(&run::capture(&mut build)?);
        let library = artifacts::found(&files, SONAME, self.architecture)?;
        let demands = checked(&library)?;
        Ok(Built { library, demands })
    }
}

/// cargo-zigbuild with Debian's compiler and these flags; its words are still to come.
pub fn zigbuild(flags: &[String]) -> Result<Command> {
    let tools = tools()?;
    let mut build = Command::new(tools.join("cargo-zigbuild"));
    debian::compile(&mut build, flags);
    build.env("PATH", setup::path_beginning_with(&tools)?).envs(caches()?);
    Ok(build)
}

/// Where zig keeps what it has built of the C libraries: with the other tools, and not in somebody's home, where nobody clears it.
pub fn caches() -> Result<[(&'static str, PathBuf); 3]> {
    let folder = artifacts::target_folder()?.join("tools").join("zig-cache");
    let of = |variable, name: &str| (variable, folder.join(name));
    Ok([
        of("ZIG_GLOBAL_CACHE_DIR", "global"),
        of("ZIG_LOCAL_CACHE_DIR", "local"),
        of("CARGO_ZIGBUILD_CACHE_DIR", "zigbuild"),
    ])
}

/// Python of the folder in which zig is installed: `python -m ziglang cc` compiles C for every machine.
pub fn python() -> Result<PathBuf> {
    Ok(tools()?.join("python"))
}

/// The folder of programs with zig and cargo-zigbuild, by the hashes of `packaging/zig`: they make what is handed out.
fn tools() -> Result<PathBuf> {
    // Targets are built side by side.
    static INSTALLING: Mutex<()> = Mutex::new(());
    let _alone = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = artifacts::target_folder()?.join("tools").join("zig");
    setup::python_packages(&run::root().join("packaging").join("zig"), &folder)?;
    Ok(folder.join("bin"))
}

/// What the file demands, if that is no more than was promised, and if it exports what the header declares.
fn checked(library: &Path) -> Result<Demands> {
    let demands = Demands::of(library)?;
    let mut complaints = demands.complaints(SONAME, GLIBC);
    complaints.extend(symbols::disagreements(&symbols::exported(library)?, &debian::declared()?));
    debian::expect_fit(library, &complaints)?;
    Ok(demands)
}
