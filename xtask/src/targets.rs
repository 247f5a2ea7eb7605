//! The machines that a game ships on: what each is called, what builds its library, and how it is handed out.
//!
//! One table for `dist` and for the suites, so that what is run is what is shipped. A target that is asked for twice is built once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::archive::Packing;
use crate::linux::{self, Machine};
use crate::package::{self, Platform};
use crate::run::{Result, Stop};
use crate::setup::Need;
use crate::{args, macos, windows};

/// A row of the table.
pub struct Target {
    /// On the command line, and in the archive's name.
    pub name: &'static str,
    /// The engine's name of it, and its folder in the plugin.
    pub platform: &'static str,
    /// What the library is called there.
    pub library: &'static str,
    /// Cargo's names of what is in the library: one, or one for each slice of a universal library.
    pub triples: &'static [&'static str],
    /// Where things lie in its archive.
    pub layout: &'static Platform,
    /// The import libraries, which are built beside the library.
    pub imports: &'static [&'static str],
    /// What kind of archive.
    pub packing: Packing,
    /// What is linked in beside crates: files of `packaging/notices/`, without their ending.
    pub notices: &'static [&'static str],
    /// How it is built.
    making: Making,
}

/// What builds a target, all of it on Linux x86-64.
enum Making {
    Linux(&'static Machine),
    Windows,
    MacOs,
}

/// What was built.
#[derive(Clone)]
pub struct Built {
    /// The library, with its import libraries beside it.
    pub shared: PathBuf,
    /// The static library.
    pub static_: PathBuf,
    /// What it needs of the system's C library, for a table.
    pub libc: String,
}

/// What zig links into a Linux library.
const LINUX_NOTICES: &[&str] = &["rust-std", "llvm-libunwind", "zig", "glibc-startup"];

/// What this run of the program has built already, by the target's name.
static BUILT: Mutex<BTreeMap<&str, Built>> = Mutex::new(BTreeMap::new());

/// In the order in which they are built and shown.
pub const TARGETS: &[Target] = &[
    Target {
        name: "linux",
        platform: "Linux",
        library: "liblatchkey.so",
        triples: &["x86_64-unknown-linux-gnu"],
        layout: &package::LINUX,
        imports: &[],
        packing: Packing::TarGz,
        notices: LINUX_NOTICES,
        making: Making::Linux(&linux::X86_64),
    },
    Target {
        name: "linux-arm64",
        platform: "LinuxArm64",
        library: "liblatchkey.so",
        triples: &["aarch64-unknown-linux-gnu"],
        layout: &package::LINUX,
        imports: &[],
        packing: Packing::TarGz,
        notices: LINUX_NOTICES,
        making: Making::Linux(&linux::ARM64),
    },
    Target {
        name: "win64",
        platform: "Win64",
        library: "latchkey.dll",
        triples: &["x86_64-pc-windows-gnu"],
        layout: &package::WINDOWS,
        imports: &[windows::IMPORT_GNU, windows::IMPORT_MSVC],
        packing: Packing::Zip,
        notices: &["rust-std", "mingw-w64", "libgcc"],
        making: Making::Windows,
    },
    Target {
        name: "mac",
        platform: "Mac",
        library: "liblatchkey.dylib",
        triples: &["aarch64-apple-darwin", "x86_64-apple-darwin"],
        layout: &package::MAC,
        imports: &[],
        packing: Packing::TarGz,
        // Of zig only the compiler is used there.
        notices: &["rust-std"],
        making: Making::MacOs,
    },
];

impl Target {
    /// Whether this machine can build it, with what it is able to install.
    pub fn is_built_here(&self) -> bool {
        cfg!(all(target_os = "linux", target_arch = "x86_64"))
    }

    /// What has to be there before it can be built.
    pub fn needs(&self) -> &'static [&'static Need] {
        match self.making {
            Making::Linux(_) => linux::NEEDS,
            Making::Windows => windows::NEEDS,
            Making::MacOs => macos::NEEDS,
        }
    }

    /// Builds it, and holds it against what it promises. What it needs has to be there.
    pub fn build(&self) -> Result<Built> {
        // A panic in between leaves nothing half done in there.
        let all = || BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all().get(self.name).cloned();
        if let Some(built) = known {
            return Ok(built);
        }
        let built = self.build_anew()?;
        all().insert(self.name, built.clone());
        Ok(built)
    }

    fn build_anew(&self) -> Result<Built> {
        match self.making {
            Making::Linux(machine) => {
                let built = machine.library()?;
                let glibc = built.demands.newest_glibc();
                let libc = glibc.map_or("none".to_owned(), |(major, minor)| format!("GLIBC_{major}.{minor}"));
                Ok(Built { static_: built.library.with_extension("a"), shared: built.library, libc })
            }
            Making::Windows => {
                let built = windows::library()?;
                Ok(Built { shared: built.shared, static_: built.static_, libc: "none".to_owned() })
            }
            Making::MacOs => {
                let built = macos::library()?;
                Ok(Built { shared: built.shared, static_: built.static_, libc: macos::oldest() })
            }
        }
    }
}

/// The targets that are built here.
pub fn here() -> Vec<&'static Target> {
    TARGETS.iter().filter(|target| target.is_built_here()).collect()
}

/// The target that was asked for, else all that are built here.
pub fn chosen(asked: Option<&str>, is_built_here: fn(&Target) -> bool) -> Result<Vec<&'static Target>> {
    let Some(name) = asked else {
        let targets: Vec<_> = TARGETS.iter().filter(|target| is_built_here(target)).collect();
        if targets.is_empty() {
            return Err(Stop::failed("a package can't be built on this machine yet; on Linux x86-64 it can"));
        }
        return Ok(targets);
    };
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        return Err(Stop::usage(args::unknown("target", name, TARGETS.iter().map(|target| target.name))));
    };
    if is_built_here(target) {
        return Ok(vec![target]);
    }
    Err(Stop::failed(format!("--target {name} is not supported yet on this machine")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_this_machine_builds_is_supported() {
        let linuxes = |target: &Target| matches!(target.making, Making::Linux(_));
        let nothing = |_: &Target| false;
        let names = |asked, here| match chosen(asked, here) {
            Ok(targets) => Ok(targets.iter().map(|target| target.name).collect::<Vec<_>>()),
            Err(stop) => Err(stop.sentence),
        };
        assert_eq!(names(None, linuxes), Ok(vec!["linux", "linux-arm64"]));
        assert_eq!(names(Some("linux-arm64"), linuxes), Ok(vec!["linux-arm64"]));
        for other in ["win64", "mac"] {
            let sentence = names(Some(other), linuxes).unwrap_err();
            assert!(sentence.starts_with(&format!("--target {other} is not supported yet")), "{sentence}");
        }
        assert!(names(None, nothing).unwrap_err().contains("can't be built on this machine yet"));
        assert!(names(Some("linux"), nothing).unwrap_err().contains("not supported yet"));
        let stop = chosen(Some("win46"), linuxes).err().unwrap();
        assert_eq!((stop.sentence.as_str(), stop.code), ("there is no target \"win46\"; did you mean \"win64\"?", 2));
    }
}
