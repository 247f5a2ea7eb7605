//! A program that runs: read line by line, never for longer than the deadline, and ended and reaped on every way out.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

/// Long, because machines are busy and valgrind is slow; it is only ever reached by a failure.
const PATIENCE: Duration = Duration::from_secs(180);

/// The exit code of a program in which valgrind found something.
pub const VALGRIND_FOUND_SOMETHING: i32 = 99;

/// A child process with its output.
pub struct Running {
    name: String,
    child: Child,
    lines: Receiver<Line>,
    deadline: Instant,
    stdout: String,
    stderr: String,
}

/// What became of it.
pub struct Finished {
    /// None: ended by a signal.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

enum Line {
    Out(String),
    Err(String),
}

impl Running {
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().display().to_string();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} can't be started ({error}): run `cargo xtask test c`"));
        let (sender, lines) = mpsc::channel();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        forward(stdout.expect("a pipe"), sender.clone(), Line::Out);
        forward(stderr.expect("a pipe"), sender, Line::Err);
        let deadline = Instant::now() + PATIENCE;
        Self { name, child, lines, deadline, stdout: String::new(), stderr: String::new() }
    }

    /// Waits for a line of the standard output that starts like this, and returns the rest of it.
    #[track_caller]
    pub fn wait_for_line(&mut self, start: &str) -> String {
        loop {
            match self.next_line() {
                Some(Line::Out(line)) => {
                    if let Some(rest) = line.strip_prefix(start) {
                        return rest.to_owned();
                    }
                }
                Some(Line::Err(_)) => {}
                None => panic!("{} ended without the line \"{start}…\":\n{}{}", self.name, self.stdout, self.stderr),
            }
        }
    }

    /// Waits for its end.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        while self.next_line().is_some() {}
        let status = self.child.wait().expect("a child that was started can be waited for");
        let (stdout, stderr) = (std::mem::take(&mut self.stdout), std::mem::take(&mut self.stderr));
        Finished { code: status.code(), stdout, stderr }
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
            Err(mpsc::RecvTimeoutError::Disconnected) => None,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                panic!("{} is still running after {PATIENCE:?}:\n{}{}", self.name, self.stdout, self.stderr)
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both do nothing to a child that has been waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Finished {
    #[track_caller]
    pub fn expect_code(&self, code: i32) -> &Self {
        assert!(self.code == Some(code), "expected the exit code {code}: {self}");
        self
    }

    #[track_caller]
    pub fn expect_on_stdout(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "no \"{text}\" on the standard output: {self}");
        self
    }

    #[track_caller]
    pub fn expect_on_stderr(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "no \"{text}\" on the standard error: {self}");
        self
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => writeln!(f, "exit code {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        write!(f, "--- standard output\n{}--- standard error\n{}", self.stdout, self.stderr)
    }
}

/// The same command under memcheck, in which an error or a leak is an exit code. What is only reachable or possibly lost is
/// neither: Rust keeps one `Thread` for each thread of the host that it has met, by a pointer into its middle.
pub fn valgrind(command: &Command) -> Command {
    let mut checked = Command::new("valgrind");
    checked.args(["--quiet", "--leak-check=full"]);
    checked.args(["--errors-for-leak-kinds=definite,indirect", "--show-leak-kinds=definite,indirect"]);
    checked.arg(format!("--error-exitcode={VALGRIND_FOUND_SOMETHING}"));
    checked.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => checked.env(name, value),
            None => checked.env_remove(name),
        };
    }
    checked
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
