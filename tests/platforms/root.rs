//! A root folder with a C library, the product, and nothing else: no certificates, no D-Bus, no launcher, no shell, no `/etc`, no
//! `/proc`, no `/dev`. Steam's runtimes, Flatpak and containers lack some of these each.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::machine::Machine;

/// What a program for an older C library may ask for; since 2.34 most of them are empty.
const LIBC: &[&str] = &["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1"];
const PROGRAM: &str = "program";
const EMULATOR: &str = "emulator";

/// The folder goes with it.
pub struct Root {
    folder: TempDir,
    emulated: bool,
}

impl Root {
    /// With this program of the source tree.
    #[track_caller]
    pub fn with(machine: &Machine, source: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (inside, here) = machine.loader();
        put(&here, &folder.path().join(inside));
        // Every one of these loaders looks here.
        for name in LIBC {
            put(&machine.libc(name), &folder.path().join("lib").join(name));
        }
        put(&machine.library(), &folder.path().join("lib/liblatchkey.so"));
        machine.compile(source, &folder.path().join(PROGRAM));
        let emulator = machine.emulator();
        if let Some(file) = &emulator {
            put(file, &folder.path().join(EMULATOR));
        }
        Self { folder, emulated: emulator.is_some() }
    }

    /// The program in there, with an empty environment.
    pub fn command(&self) -> Command {
        let mut command = into(self.folder.path());
        if self.emulated {
            command.arg(format!("/{EMULATOR}"));
        }
        command.arg(format!("/{PROGRAM}")).env_clear();
        command
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Changes the root: as root at once, as anyone else in a user namespace of its own.
fn into(folder: &Path) -> Command {
    // SAFETY: asks for a number.
    if unsafe { libc::geteuid() } == 0 {
        let mut command = Command::new("/usr/sbin/chroot");
        command.arg(folder);
        return command;
    }
    let mut command = Command::new("/usr/bin/unshare");
    command.args(["--map-root-user", "--root"]).arg(folder);
    command
}

#[track_caller]
fn put(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().expect("a file is in a folder")).expect("a folder");
    fs::copy(from, to).unwrap_or_else(|error| panic!("{} can't be copied: {error}", from.display()));
}
