//! A test body in a process of its own.
//!
//! Tests share a process and run side by side, which is what the library must stand; but a test that shuts the library
//! down, forks, changes the environment, or counts threads and sockets needs a process where nobody else does anything. Such a
//! test runs itself again: the test binary is started once more with this one test and a variable that says so.

use std::fs::File;
use std::io::{Read, Seek};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const VARIABLE: &str = "LATCHKEY_TEST_IN_OWN_PROCESS";
/// Printed when the body has run to its end, so that a name that matches no test can't pass for success.
const DONE: &str = "the body in its own process has run to its end";
/// What follows this on a line is shown by the first process too.
const MEASURED: &str = "measured: ";
/// How long a body may take, unless the test says otherwise.
const BOUND: Duration = Duration::from_secs(120);

/// Runs the body in a process of its own, two minutes at most. To be called as a test's only statement, with a closure that
/// is written there: the test's name is found from the closure's type.
///
/// ```ignore
/// #[test]
/// fn shutdown_leaves_no_thread() {
///     in_own_process(|| { … });
/// }
/// ```
#[track_caller]
pub fn in_own_process<F: FnOnce()>(body: F) {
    in_own_process_with(|_| {}, body);
}

/// As [`in_own_process`], with a hand on how the process is started: its environment, its limits.
#[track_caller]
pub fn in_own_process_with<F: FnOnce()>(prepare: impl FnOnce(&mut Command), body: F) {
    in_own_process_of::<F>(prepare, body);
}

/// As [`in_own_process_with`], for helpers that wrap a test's closure: `Written` is the type of the closure that is written
/// in the test. `prepare` runs in the first process only, and what it makes lives there as long as the second one.
#[track_caller]
pub fn in_own_process_of<Written>(prepare: impl FnOnce(&mut Command), body: impl FnOnce()) {
    in_own_process_within::<Written>(BOUND, prepare, body);
}

/// As [`in_own_process_of`], for a body that takes longer than two minutes.
#[track_caller]
pub fn in_own_process_within<Written>(bound: Duration, prepare: impl FnOnce(&mut Command), body: impl FnOnce()) {
    let name = test_name(std::any::type_name::<Written>());
    if std::env::var(VARIABLE).is_ok_and(|running| running == name) {
        body();
        println!("{DONE}");
        return;
    }
    let mut output = tempfile::tempfile().expect("a file for the output");
    let mut command = Command::new(std::env::current_exe().expect("the test binary"));
    command.args(["--exact", name, "--nocapture", "--include-ignored", "--test-threads=1"]).env(VARIABLE, name);
    command.stdin(Stdio::null()).stdout(clone(&output)).stderr(clone(&output));
    prepare(&mut command);
    let outcome = run(command, bound);
    let mut text = Vec::new();
    output.rewind().expect("the output can be read");
    output.read_to_end(&mut text).expect("the output can be read");
    let text = String::from_utf8_lossy(&text);
    let failed = match outcome {
        Ok(status) if status.success() && text.contains(DONE) => {
            let measured = text.lines().filter_map(|line| line.find(MEASURED).map(|at| &line[at..]));
            measured.for_each(|line| println!("{line}"));
            return;
        }
        Ok(status) if status.success() => format!("no test is called {name}: call it from the test itself"),
        Ok(status) => format!("it ended with {status}"),
        Err(bound) => format!("it did not end within {bound:?}"),
    };
    // Set in, so that nobody who adds up results takes those of the second process for further ones.
    let printed: String = text.lines().map(|line| format!("  {line}\n")).collect();
    panic!("{name} in its own process: {failed}. It printed:\n{printed}");
}

fn run(mut command: Command, bound: Duration) -> Result<std::process::ExitStatus, Duration> {
    let mut child = command.spawn().expect("the test binary starts again");
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("the process can be waited for") {
            return Ok(status);
        }
        if start.elapsed() > bound {
            // It may be gone already; either way it is waited for.
            let _ = child.kill();
            let _ = child.wait();
            return Err(bound);
        }
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// `abi::resources::some_rule::{{closure}}` becomes `resources::some_rule`.
fn test_name(type_name: &'static str) -> &'static str {
    let path = type_name.split("::{{closure}}").next().unwrap_or(type_name);
    path.split_once("::").map_or(path, |(_crate, rest)| rest)
}

fn clone(file: &File) -> Stdio {
    file.try_clone().expect("a file handle can be cloned").into()
}
