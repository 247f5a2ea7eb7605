//! The program that plays the engine: started for one case, read line by line, never for longer than the deadline, and ended and
//! reaped on every way out.
//!
//! May touch: the processes that it starts, and one temporary folder for the plugin and the player's home.

use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use support::Library;
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
    child: Child,
    input: ChildStdin,
    lines: Receiver<Line>,
    deadline: Instant,
    case: String,
    stdout: String,
    stderr: String,
    folder: TempDir,
}

/// What became of it.
pub struct Finished {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
    /// The case's own.
    pub case: String,
    _folder: TempDir,
}

enum Line {
    Out(String),
    Err(String),
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
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a program that was just built can be started");
        let (sender, lines) = channel();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        forward(stdout.expect("a pipe"), sender.clone(), Line::Out);
        forward(stderr.expect("a pipe"), sender, Line::Err);
        let input = child.stdin.take().expect("a pipe");
        let deadline = Instant::now() + PATIENCE;
        let (stdout, stderr) = (String::new(), String::new());
        Game { child, input, lines, deadline, case: self.case, stdout, stderr, folder: self.folder }
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
        loop {
            match self.next_line() {
                Some(Line::Out(line)) => {
                    if let Some(rest) = line.strip_prefix(start) {
                        return rest.to_owned();
                    }
                }
                Some(Line::Err(_)) => {}
                None => panic!("{} ended without \"{start}…\":\n{}\n{}", self.case, self.stdout, self.stderr),
            }
        }
    }

    /// Waits for the URL that the player has to open.
    #[track_caller]
    pub fn prompt(&mut self) -> String {
        self.wait_for("open: ")
    }

    /// Says a line to it.
    #[track_caller]
    pub fn tell(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap_or_else(|error| panic!("{}: {error}\n{}", self.case, self.stderr));
    }

    #[track_caller]
    pub fn finish(mut self) -> Finished {
        while self.next_line().is_some() {}
        let status = self.child.wait().expect("a child that was started can be waited for");
        let (stdout, stderr) = (std::mem::take(&mut self.stdout), std::mem::take(&mut self.stderr));
        let folder = std::mem::replace(&mut self.folder, TempDir::new().expect("a temporary folder"));
        Finished { status, stdout, stderr, case: self.case.clone(), _folder: folder }
    }

    /// None: both streams are at their end.
    #[track_caller]
    fn next_line(&mut self) -> Option<Line> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        match self.lines.recv_timeout(left) {
            Ok(line) => {
                let (kept, text) = match &line {
                    Line::Out(text) => (&mut self.stdout, text),
                    Line::Err(text) => (&mut self.stderr, text),
                };
                kept.push_str(text);
                kept.push('\n');
                Some(line)
            }
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                panic!("{} still runs after {PATIENCE:?}:\n{}\n{}", self.case, self.stdout, self.stderr)
            }
        }
    }
}

impl Drop for Game {
    fn drop(&mut self) {
        // Both do nothing to a child that has been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    /// All that the case expected was so.
    #[track_caller]
    pub fn expect_success(&self) -> &Self {
        let last = self.stdout.lines().last().unwrap_or_default();
        let sum = last.strip_prefix(&format!("{}: ", self.case)).and_then(|rest| rest.strip_suffix(" checks"));
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
        let signal = self.status.signal().map(|number| format!(", signal {number}")).unwrap_or_default();
        writeln!(formatter, "{} ended with {}{signal}", self.case, self.status)?;
        write!(formatter, "--- standard output\n{}--- standard error\n{}", self.stdout, self.stderr)
    }
}

/// Ends by itself with the stream, which ends with the child.
fn forward(stream: impl Read + Send + 'static, sender: Sender<Line>, wrap: fn(String) -> Line) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            if sender.send(wrap(String::from_utf8_lossy(&line).into_owned())).is_err() {
                break;
            }
        }
    });
}
