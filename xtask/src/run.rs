//! Running other programs: prints what is run, and says in a sentence what failed.
//!
//! No shell is involved, so a command means the same on every platform, and every child is waited for.

use std::env;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Why a command ends early: a sentence for people and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What happened and what to change.
    pub sentence: String,
    /// 1 for what failed, 2 for wrong use.
    pub code: u8,
}

/// A command's own result.
pub type Result<T> = std::result::Result<T, Stop>;

impl Stop {
    /// Something did not work.
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 1 }
    }

    /// The command line makes no sense.
    pub fn usage(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 2 }
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    // Cargo sets the variable when it runs this program; the built-in value serves a binary that is started by hand.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf)
}

/// The cargo that runs this program, to be called in the repository's root.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains([' ', '"', '&', '*', '?']) {
                format!("\"{word}\"")
            } else {
                word.into()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// Prints the command before it is started; on standard error, so that a command's own output stays clean.
fn announce(command: &Command) {
    eprintln!("+ {}", shown(command));
}

/// Says that a program could not be started at all.
fn not_started(command: &Command, error: &std::io::Error) -> Stop {
    Stop::failed(format!("could not start `{}`: {error}", shown(command)))
}

/// Turns a bad exit into a sentence.
pub fn check(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { Err(Stop::failed(format!("`{}` failed ({status})", shown(command)))) }
}

/// Runs to the end; the output goes straight to the terminal.
pub fn stream(command: &mut Command) -> Result<()> {
    announce(command);
    let status = command.stdin(Stdio::null()).status().map_err(|error| not_started(command, &error))?;
    check(command, status)
}

/// Runs to the end and hands out what was printed; messages still go to the terminal.
pub fn capture(command: &mut Command) -> Result<String> {
    announce(command);
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| not_started(command, &error))?;
    check(command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a quiet probe succeeds, and what it printed.
pub fn probe(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end, prints each line as it comes and shows it to `each` too.
pub fn lines(command: &mut Command, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = Running::start(command)?;
    child.each_line(|line| {
        println!("{line}");
        each(line);
        Ok(())
    })?;
    child.wait()
}

/// A child that is ended and reaped whichever way its owner is left.
pub struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: Option<BufReader<ChildStdout>>,
    name: String,
}

impl Running {
    /// Starts with standard output piped to here and standard input closed.
    pub fn start(command: &mut Command) -> Result<Self> {
        Self::spawn(command.stdin(Stdio::null()))
    }

    /// Starts with standard input held open, for a program that ends when it closes.
    pub fn start_held(command: &mut Command) -> Result<Self> {
        Self::spawn(command.stdin(Stdio::piped()))
    }

    fn spawn(command: &mut Command) -> Result<Self> {
        announce(command);
        let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take().map(BufReader::new));
        Ok(Self { child, stdin, stdout, name: shown(command) })
    }

    /// Writes a line to its standard input, which was held open.
    pub fn say(&mut self, line: &str) -> Result<()> {
        let Some(stdin) = self.stdin.as_mut() else {
            return Err(Stop::failed(format!("`{}` was started without an input", self.name)));
        };
        let gone = |error| Stop::failed(format!("`{}` no longer reads its input: {error}", self.name));
        writeln!(stdin, "{line}").and_then(|()| stdin.flush()).map_err(gone)
    }

    /// Prints the output as it comes, up to a line that starts like this; answers the rest of that line.
    pub fn until(&mut self, start: &str) -> Result<String> {
        let ended = || Stop::failed(format!("`{}` ended without the line \"{start}…\"", self.name));
        let stdout = self.stdout.as_mut().ok_or_else(ended)?;
        let broken = |error| Stop::failed(format!("could not read what `{}` prints: {error}", self.name));
        while let Some(line) = read_line(stdout).map_err(broken)? {
            println!("{line}");
            if let Some(rest) = line.strip_prefix(start) {
                return Ok(rest.to_owned());
            }
        }
        Err(ended())
    }

    /// Waits for the first line that `pick` accepts, no longer than `limit`; the rest of the output is printed as it comes.
    pub fn first<T: Send + 'static>(
        &mut self,
        limit: Duration,
        pick: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> Result<T> {
        let mut stdout = self.stdout.take();
        let (sender, receiver) = mpsc::channel();
        // The pipe must be drained for as long as the child lives, or the child stops at a full one.
        thread::spawn(move || {
            let mut sender = Some(sender);
            while let Some(Ok(Some(line))) = stdout.as_mut().map(read_line) {
                match sender.as_ref().and_then(|sender| Some((sender, pick(&line)?))) {
                    Some((waiting, picked)) => {
                        let _ = waiting.send(picked);
                        sender = None;
                    }
                    None => println!("{line}"),
                }
            }
        });
        receiver.recv_timeout(limit).map_err(|error| {
            Stop::failed(match error {
                RecvTimeoutError::Timeout => format!("`{}` was not ready after {} s", self.name, limit.as_secs()),
                RecvTimeoutError::Disconnected => format!("`{}` ended before it was ready", self.name),
            })
        })
    }

    /// Shows each line of the output to `each`, to the end or to the first that fails.
    pub fn each_line(&mut self, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
        let Some(stdout) = self.stdout.as_mut() else { return Ok(()) };
        let broken = |error| Stop::failed(format!("could not read what `{}` prints: {error}", self.name));
        while let Some(line) = read_line(stdout).map_err(broken)? {
            each(&line)?;
        }
        Ok(())
    }

    /// Lets the child end by itself.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        self.stdin = None;
        self.child.wait().map_err(|error| Stop::failed(format!("could not wait for `{}`: {error}", self.name)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.stdin.take().is_some() {
            // It was told to end; most do within milliseconds and clean up after themselves.
            for _ in 0..50 {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                thread::sleep(Duration::from_millis(10));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One line without its end, `None` at the end of the stream. What is not UTF-8 is replaced, never an error.
fn read_line<R: Read>(reader: &mut BufReader<R>) -> std::io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if reader.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
}

/// The first of these programs that is on the search path.
pub fn which(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| on_path(&path, name))
}

fn on_path(path: &OsStr, name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    env::split_paths(path)
        .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{name}{ending}"))))
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_it_would_be_typed() {
        let mut command = Command::new(Path::new("tools").join("gcc"));
        command.args(["-o", "a b", "x.c", ""]);
        assert_eq!(shown(&command), "gcc -o \"a b\" x.c \"\"");
    }

    #[test]
    fn lines_lose_their_ends_and_bad_bytes_are_kept_readable() {
        let mut reader = BufReader::new(&b"one\r\ntw\xffo\nlast"[..]);
        assert_eq!(read_line(&mut reader).unwrap().as_deref(), Some("one"));
        assert_eq!(read_line(&mut reader).unwrap().as_deref(), Some("tw\u{fffd}o"));
        assert_eq!(read_line(&mut reader).unwrap().as_deref(), Some("last"));
        assert_eq!(read_line(&mut reader).unwrap(), None);
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let stop = stream(&mut Command::new("no-such-program-of-latchkey")).unwrap_err();
        assert!(stop.sentence.starts_with("could not start `no-such-program-of-latchkey`"), "{}", stop.sentence);
        assert_eq!(which(&["no-such-program-of-latchkey"]), None);
    }

    #[test]
    fn a_failure_says_which_command_it_was() {
        let stop = stream(cargo().arg("--no-such-option-of-cargo").stderr(Stdio::null())).unwrap_err();
        assert!(stop.sentence.starts_with("`cargo --no-such-option-of-cargo` failed ("), "{}", stop.sentence);
    }

    #[test]
    fn a_held_child_that_ends_early_is_told_from_one_that_is_ready() {
        let mut child = Running::start_held(cargo().arg("--version")).unwrap();
        let stop = child.first(Duration::from_secs(60), |line| line.strip_prefix("issuer: ").map(str::to_owned));
        assert!(stop.unwrap_err().sentence.ends_with("ended before it was ready"));
        let mut child = Running::start_held(cargo().arg("--version")).unwrap();
        let word = child.first(Duration::from_secs(60), |line| line.split(' ').next().map(str::to_owned));
        assert_eq!(word.as_deref(), Ok("cargo"));
    }
}
