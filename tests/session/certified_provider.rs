//! npm's `oidc-provider` in a process of its own, for the suites whose player is a scripted one.
//!
//! May touch: one process for Node.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use serde_json::Value;
use support::{Library, PATIENCE};

/// `oidc-provider`. It ends when its standard input does; if it does not, it is killed.
pub struct Certified {
    child: Child,
    lines: Receiver<String>,
    issuer: String,
    /// What it has answered so far.
    answered: Vec<Value>,
}

impl Certified {
    /// On a free port, with its own accounts.
    pub fn start() -> Self {
        let folder = Library::workspace().join("tests/browser");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the packages for Node are missing: run `cargo xtask test`, or `npm ci` in tests/browser"
        );
        let mut command = Command::new("node");
        command.arg(folder.join("provider.mjs")).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|problem| panic!("node: {problem}"));
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (tell, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let line: String = lines.recv_timeout(PATIENCE).expect("the provider starts");
        let issuer = line.strip_prefix("issuer: ").unwrap_or_else(|| panic!("the provider began with {line:?}"));
        Self { child, issuer: issuer.to_owned(), lines, answered: Vec::new() }
    }

    /// What it calls itself.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The grants that were asked for at the token endpoint, with the answers' statuses.
    pub fn grants(&mut self) -> Vec<(String, u64)> {
        // Its own notices are on the same output.
        self.answered.extend(self.lines.try_iter().filter_map(|line| serde_json::from_str(&line).ok()));
        let tokens = self.answered.iter().filter(|request| request["route"] == "token");
        let grant =
            |request: &Value| Some((request["params"]["grant_type"].as_str()?.to_owned(), request["status"].as_u64()?));
        tokens.filter_map(grant).collect()
    }
}

impl Drop for Certified {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It may have ended already; either way it is waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
