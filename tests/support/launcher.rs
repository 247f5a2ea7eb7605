//! A browser's launcher (`xdg-open`) that does what a test wants, for tests in which the library opens the browser.
//!
//! The test has a process of its own, whose search path leads to this launcher only.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use practice_provider::Options;

use crate::stage::beside_a_provider_with;

/// The variable with the folder in which launcher and test leave files for each other.
pub const FOLDER: &str = "LATCHKEY_TEST_FOLDER";

/// Runs the body beside a provider, with a `PATH` that leads to this launcher only, or to nothing.
pub fn with_launcher<F: FnOnce(&str)>(launcher: Option<&str>, body: F) {
    with_launcher_beside::<F>(Options::default(), launcher, body);
}

/// As [`with_launcher`], with another provider.
pub fn with_launcher_beside<F: FnOnce(&str)>(options: Options, launcher: Option<&str>, body: F) {
    prepared::<F>(options, launcher, |_, _| {}, body);
}

/// As [`with_launcher`], with a hand on the game's environment; it is told the launcher's folder.
pub fn with_launcher_in<F: FnOnce(&str)>(environment: impl FnOnce(&mut Command, &Path), launcher: &str, body: F) {
    prepared::<F>(Options::default(), Some(launcher), environment, body);
}

fn prepared<F: FnOnce(&str)>(
    options: Options,
    launcher: Option<&str>,
    environment: impl FnOnce(&mut Command, &Path),
    body: F,
) {
    let folder = tempfile::tempdir().expect("a folder");
    if let Some(script) = launcher {
        let path = folder.path().join("xdg-open");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a launcher");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a launcher that can be run");
    }
    let prepare = |command: &mut Command| {
        command.env("PATH", folder.path()).env(FOLDER, folder.path());
        command.env_remove("BROWSER").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        // What a game's own runtime may need, and what would break a browser that inherits it.
        command.env("LD_LIBRARY_PATH", folder.path());
        environment(command, folder.path());
    };
    beside_a_provider_with::<F>(options, prepare, body);
}

/// A file of that folder.
pub fn in_folder(name: &str) -> PathBuf {
    Path::new(&std::env::var_os(FOLDER).expect("the first process has set it")).join(name)
}
