//! A program that runs: read line by line, never for longer than the deadline, and ended and reaped on every way out.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};

/// Long, because machines are busy and valgrind is slow; it is only ever reached by a failure.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// A child process with its output.
pub struct Running {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Line>,
    deadline: Instant,
    stdout: String,
    stderr: String,
}

/// What became of it.
pub struct Finished {
    /// Whose it is, for what is said of it.
    pub name: String,
    /// How it ended.
    pub status: ExitStatus,
    /// All of it.
    pub stdout: String,
    /// All of it.
    pub stderr: String,
}

enum Line {
    Out(String),
    Err(String),
}

impl Running {
    /// Starts a program that is told nothing and should end by itself.
    #[track_caller]
    pub fn start(command: &mut Command) -> Self {
        let name = command.get_program().display().to_string();
        Self::spawn(command.stdin(Stdio::null()), name, PATIENCE)
    }

    /// As above; it has to be through within `patience`.
    #[track_caller]
    pub fn start_for(command: &mut Command, patience: Duration) -> Self {
        let name = command.get_program().display().to_string();
        Self::spawn(command.stdin(Stdio::null()), name, patience)
    }

    /// Starts a program that can be told something, under a name of the test's.
    #[track_caller]
    pub fn listening(command: &mut Command, name: &str, patience: Duration) -> Self {
        Self::spawn(command.stdin(Stdio::piped()), name.to_owned(), patience)
    }

    #[track_caller]
    fn spawn(command: &mut Command, name: String, patience: Duration) -> Self {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{name} can't be started: {error}"));
        let (sender, lines) = mpsc::channel();
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        forward(stdout.expect("a pipe"), sender.clone(), Line::Out);
        forward(stderr.expect("a pipe"), sender, Line::Err);
        let (input, deadline) = (child.stdin.take(), Instant::now() + patience);
        Self { name, child, input, lines, deadline, stdout: String::new(), stderr: String::new() }
    }

    /// Says a line to it.
    #[track_caller]
    pub fn tell(&mut self, line: &str) {
        let input = self.input.as_mut().expect("a program that listens");
        writeln!(input, "{line}").unwrap_or_else(|error| panic!("{}: {error}\n{}", self.name, self.stderr));
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

    /// Waits for its end, and hands on the rest of each line of the standard output that starts like this.
    #[track_caller]
    pub fn finish_and_hear(mut self, start: &str, mut hear: impl FnMut(&str)) -> Finished {
        while let Some(line) = self.next_line() {
            if let Line::Out(line) = &line
                && let Some(rest) = line.strip_prefix(start)
            {
                hear(rest);
            }
        }
        self.finish()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn finish(mut self) -> Finished {
        while self.next_line().is_some() {}
        let status = self.child.wait().expect("a child that was started can be waited for");
        let [name, stdout, stderr] = [&mut self.name, &mut self.stdout, &mut self.stderr].map(std::mem::take);
        Finished { name, status, stdout, stderr }
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
                panic!("{} is still running at its deadline:\n{}{}", self.name, self.stdout, self.stderr)
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
    /// That it ended by itself, with this.
    #[track_caller]
    pub fn expect_code(&self, code: i32) -> &Self {
        assert!(self.status.code() == Some(code), "expected the exit code {code}: {self}");
        self
    }

    /// The exit code, and what is on the standard output, in this order.
    #[track_caller]
    pub fn expect_printed(&self, code: i32, texts: &[&str]) {
        self.expect_code(code);
        let mut rest = self.stdout.as_str();
        for text in texts {
            let Some((_, after)) = rest.split_once(text) else { panic!("no {text:?} in its place: {self}") };
            rest = after;
        }
    }

    /// That it is somewhere there.
    #[track_caller]
    pub fn expect_on_stdout(&self, text: &str) -> &Self {
        assert!(self.stdout.contains(text), "no \"{text}\" on the standard output: {self}");
        self
    }

    /// As above.
    #[track_caller]
    pub fn expect_on_stderr(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "no \"{text}\" on the standard error: {self}");
        self
    }
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ended with {}", self.name, self.status)?;
        write!(f, "--- standard output\n{}--- standard error\n{}", self.stdout, self.stderr)
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
