//! What unit tests of several rooms need, when they look at the process itself.

use std::process::Command;

const ALONE: &str = "LATCHKEY_TEST_ALONE";

/// Runs a test's body in a process of its own, where no other test opens, maps or starts anything. To be called as the
/// test's only statement, with its own path: `concat!(module_path!(), "::", "name")`.
#[track_caller]
pub(crate) fn alone(test: &str, body: impl FnOnce()) {
    if std::env::var_os(ALONE).is_some() {
        return body();
    }
    let name = test.split_once("::").map_or(test, |(_crate, path)| path);
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", name, "--test-threads=1"])
        .env(ALONE, "yes")
        .output()
        .expect("this program starts again");
    let text = String::from_utf8_lossy(&output.stdout);
    // The count, so that a name that matches no test can't pass for success.
    assert!(output.status.success() && text.contains("1 passed"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}
