//! What libtest's result lines add up to, over one run or many.

use std::process::ExitStatus;

/// What the result lines of one or more runs add up to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    ignored: Vec<String>,
    /// The tests that passed.
    pub names: Vec<String>,
    /// The tests that failed, and what failed without a test.
    pub failures: Vec<String>,
    /// Test programs that began and did not report.
    begun: usize,
}

impl Tally {
    /// Takes in one line of libtest's output.
    pub fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += count(result, "passed");
            self.failed += count(result, "failed");
            self.begun = self.begun.saturating_sub(1);
        } else if let Some((name, reason)) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... ignored"))
        {
            let reason = reason.trim_start_matches(", ");
            self.ignored.push(if reason.is_empty() { name.to_owned() } else { format!("{name} ({reason})") });
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... ok")) {
            self.names.push(name.to_owned());
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.strip_suffix(" ... FAILED")) {
            self.failures.push(name.to_owned());
        } else if is_beginning(line) {
            self.begun += 1;
        }
    }

    /// Judges how the run ended.
    pub fn finish(&mut self, name: &str, status: ExitStatus) {
        for _ in 0..std::mem::take(&mut self.begun) {
            self.blame(&format!("a test program of `{name}` ended before it reported"));
        }
        if !status.success() && self.failed == 0 {
            self.blame(&format!("`{name}` failed ({status}) without a failed test"));
        }
    }

    /// Counts a failure that no test reported.
    pub fn blame(&mut self, sentence: &str) {
        eprintln!("{sentence}");
        self.failures.push(sentence.to_owned());
        self.failed += 1;
    }

    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored.extend(other.ignored);
        self.names.extend(other.names);
        self.failures.extend(other.failures);
    }

    /// For one suite's line; the ignored tests by name, since they prove nothing.
    pub fn words(&self) -> String {
        let mut words = format!("{} passed, {} failed", self.passed, self.failed);
        if !self.ignored.is_empty() {
            words += &format!("; {} ignored: {}", self.ignored.len(), self.ignored.join(", "));
        }
        words
    }
}

/// The number before a word in `ok. 3 passed; 0 failed; 1 ignored; …`.
fn count(result: &str, what: &str) -> usize {
    let words: Vec<_> = result.split([' ', ';']).collect();
    words.windows(2).find(|pair| pair[1] == what).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// Whether a line is `running 3 tests`.
fn is_beginning(line: &str) -> bool {
    let words: Vec<_> = line.split(' ').collect();
    matches!(words[..], ["running", number, "test" | "tests"] if number.parse::<usize>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "
running 4 tests
test login::callback::a_stray_request_does_not_end_it ... ok
test store::keychain ... ignored
test store::wallet ... ignored, needs a desktop
test profile::roles ... FAILED
a test may print test result: anything

test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    fn read(text: &str) -> Tally {
        let mut tally = Tally::default();
        text.lines().for_each(|line| tally.read(line));
        tally
    }

    /// How a process ends with this exit code.
    fn status(code: i32) -> ExitStatus {
        #[cfg(unix)]
        return std::os::unix::process::ExitStatusExt::from_raw(code << 8);
        #[cfg(windows)]
        return std::os::windows::process::ExitStatusExt::from_raw(code as u32);
    }

    #[test]
    fn results_are_added_up_and_ignored_tests_are_named() {
        let mut tally = read(RUN);
        tally.add(read("running 1 test\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured"));
        tally.finish("run", status(101));
        assert_eq!((tally.passed, tally.failed), (13, 1));
        assert_eq!(tally.names, ["login::callback::a_stray_request_does_not_end_it"]);
        assert_eq!(tally.failures, ["profile::roles"]);
        assert_eq!(tally.words(), "13 passed, 1 failed; 2 ignored: store::keychain, store::wallet (needs a desktop)");
    }

    #[test]
    fn a_program_that_dies_half_way_is_a_failure_whatever_else_failed() {
        let mut tally = read(&format!("{RUN}\nrunning 7 tests\ntest one ... ok\n"));
        tally.finish("run", status(101));
        assert_eq!((tally.passed, tally.failed), (12, 2));
        assert_eq!(tally.failures, ["profile::roles", "a test program of `run` ended before it reported"]);
    }

    #[test]
    fn a_run_that_fails_without_a_failed_test_is_one_failure() {
        let mut tally = read("");
        tally.finish("run", status(101));
        assert_eq!((tally.passed, tally.failed), (0, 1));
        let mut tally = read("");
        tally.finish("run", status(0));
        assert_eq!((tally.passed, tally.failed), (0, 0));
    }
}
