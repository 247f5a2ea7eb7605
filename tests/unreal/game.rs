//! The program that plays the engine, started for one case.
//!
//! May touch: the processes that it starts, and one temporary folder for the plugin and the player's home.

use std::fmt;
use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use support::Library;
use support::running::{self, Running};
use tempfile::TempDir;

use crate::product::Product;

/// Long, because machines are busy and sanitizers are slow; it is only ever reached by a failure.
const PATIENCE: Duration = Duration::from_secs(150);
/// What the program ends with when the stand-in has seen something that the engine forbids.
pub const FORBIDDEN: i32 = 86;
/// What a child still has of the environment that the suite was started in.
const KEPT: &[&str] = &["PATH"];

/// A game that is about to be started.
pub struct Setup {
    command: Command,
    folder: TempDir,
    case: String,
}

/// A game that runs.
pub struct Game {
    running: Running,
    folder: TempDir,
}

/// What became of it.
pub struct Finished {
    ended: running::Finished,
    _folder: TempDir,
}

impl Setup {
    /// The case of a product, in an environment of its own, with the built library where the plugin looks for it.
    pub fn new(product: &Product, case: &str) -> Self {
        let mut setup = Self::without_library(product, case);
        setup.library(&Library::built());
        setup
    }

    /// As above, and the plugin's folder is empty.
    pub fn without_library(product: &Product, case: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("lk-").tempdir().expect("a temporary folder");
        let mut command = Command::new(product.game());
        command.arg(case).env_clear();
        for name in KEPT {
            command.envs(std::env::var_os(name).map(|value| (*name, value)));
        }
        command.env("HOME", folder.path()).env("XDG_RUNTIME_DIR", folder.path()).env("LANG", "C.UTF-8");
        command.env("LATCHKEY_GAME_PLUGIN", folder.path().join("Latchkey"));
        // What a sanitizer finds ends the program; memory that is never freed is found, too.
        command.env("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1:exitcode=99");
        command.env("UBSAN_OPTIONS", "print_stacktrace=1");
        Self { command, folder, case: case.to_owned() }
    }

    /// Puts a library where the plugin looks for it.
    pub fn library(&mut self, file: &Path) {
        let place = self.folder.path().join("Latchkey/Binaries/ThirdParty/Latchkey/Linux");
        fs::create_dir_all(&place).expect("a folder can be made");
        let place = place.join("liblatchkey.so");
        // There is none the first time.
        let _ = fs::remove_file(&place);
        std::os::unix::fs::symlink(file, place).expect("a link can be made");
    }

    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The provider that the project's settings name.
    pub fn issuer(self, issuer: &str) -> Self {
        self.env("LATCHKEY_GAME_ISSUER", issuer)
    }

    /// Garbage is collected in each frame.
    pub fn collecting(self) -> Self {
        self.env("LATCHKEY_GAME_COLLECT", "1")
    }

    /// Lets somebody else have a say in the environment.
    pub fn furnished(mut self, furnish: impl FnOnce(&mut Command)) -> Self {
        furnish(&mut self.command);
        self
    }

    #[track_caller]
    pub fn start(mut self) -> Game {
        Game { running: Running::listening(&mut self.command, &self.case, PATIENCE), folder: self.folder }
    }

    /// A case that needs nobody.
    #[track_caller]
    pub fn run(self) -> Finished {
        self.start().finish()
    }
}

impl Game {
    /// Waits for a line that starts like this, and returns the rest of it.
    #[track_caller]
    pub fn wait_for(&mut self, start: &str) -> String {
        self.running.wait_for_line(start)
    }

    /// Waits for the URL that the player has to open.
    #[track_caller]
    pub fn prompt(&mut self) -> String {
        self.wait_for("open: ")
    }

    /// Says a line to it.
    #[track_caller]
    pub fn tell(&mut self, line: &str) {
        self.running.tell(line);
    }

    #[track_caller]
    pub fn finish(self) -> Finished {
        Finished { ended: self.running.finish(), _folder: self.folder }
    }
}

impl Deref for Finished {
    type Target = running::Finished;

    fn deref(&self) -> &Self::Target {
        &self.ended
    }
}

impl Finished {
    /// All that the case expected was so.
    #[track_caller]
    pub fn expect_success(&self) -> &Self {
        let last = self.stdout.lines().last().unwrap_or_default();
        let sum = last.strip_prefix(&format!("{}: ", self.name)).and_then(|rest| rest.strip_suffix(" checks"));
        assert!(self.status.success() && sum.is_some(), "{self}");
        self
    }

    /// What follows on a line of the standard output that starts like this.
    #[track_caller]
    pub fn line(&self, start: &str) -> &str {
        let found = self.stdout.lines().find_map(|line| line.strip_prefix(start));
        found.unwrap_or_else(|| panic!("no line \"{start}…\": {self}"))
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ended.fmt(formatter)
    }
}
