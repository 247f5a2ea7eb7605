//! A player's home directory, and the environment of a program that this player starts.
//!
//! Everything that is stored, locked or listened to lies below one temporary directory, so tests neither see each other nor
//! the machine's own user. What a test's child is given of this process's environment is a short list; a display, a desktop
//! or a session bus never enters.
//!
//! May touch: one temporary directory.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// What a child still has of the environment that the suite was started in.
const KEPT: &[&str] = &["PATH", "LATCHKEY_TEST", "RUST", "LLVM_PROFILE", "LD_LIBRARY_PATH"];

const FOLDERS: &[(&str, &str)] = &[
    ("XDG_RUNTIME_DIR", "run"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_CACHE_HOME", ".cache"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("TMPDIR", "tmp"),
];

/// A home directory; removed when dropped.
pub struct Home {
    directory: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        // A short name: the path of a socket may have 107 bytes.
        let directory = tempfile::Builder::new().prefix("lk-").tempdir().expect("a temporary directory");
        for (_, folder) in FOLDERS {
            let folder = directory.path().join(folder);
            fs::create_dir_all(&folder).expect("a folder");
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a folder for one user");
        }
        Self { directory }
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Makes a program one of this player's.
    pub fn furnish(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if !KEPT.iter().any(|kept| name.as_encoded_bytes().starts_with(kept.as_bytes())) {
                command.env_remove(name);
            }
        }
        command.env("HOME", self.path()).env("LANG", "C.UTF-8").current_dir(self.path());
        for (name, folder) in FOLDERS {
            command.env(name, self.path().join(folder));
        }
    }
}
