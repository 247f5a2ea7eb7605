//! What a case has around it: the provider, and the player at the browser. Both are programs for Node, started and ended
//! by their handles, and driven by lines on their standard input and output.
//!
//! May touch: these two processes.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::ffi::{LATCHKEY_BROWSER_SYSTEM, LATCHKEY_OK};
use support::{ConfigBuilder, Library, PATIENCE, wait_for};

use crate::machine;

/// Longer than the player's own patience, whose sentences say more.
const LONG: Duration = Duration::from_secs(60);

/// One case's surroundings.
pub struct Scene {
    pub provider: Provider,
    pub player: Player,
}

impl Scene {
    /// Starts both. `options` are the provider's.
    pub fn open(options: &[&str]) -> Self {
        let provider = Provider::start(options);
        let player = Player::start(&provider.issuer);
        Self { provider, player }
    }

    /// As a game is set up: the library opens the browser.
    pub fn config(&self) -> ConfigBuilder {
        ConfigBuilder::new(&self.provider.issuer, "game").browser(LATCHKEY_BROWSER_SYSTEM)
    }

    /// Closes the browser, sees that the library keeps no child of its own, shuts it down, and ends the provider. Gives all
    /// requests that the provider has answered.
    pub fn close(self) -> Requests {
        self.player.process.end();
        let provider = self.provider.process.id();
        // The launcher is there for as long as the browser is, and that takes its time to end on a busy machine.
        wait_for("the browser's launcher to be waited for by the library", 3 * PATIENCE, || {
            machine::children().iter().all(|child| *child == provider)
        });
        assert_eq!(Library::load().shutdown(5000), LATCHKEY_OK, "latchkey_shutdown");
        let rest = self.provider.process.end();
        let mut requests = self.provider.requests;
        requests.0.extend(rest.iter().filter_map(|line| parsed(line)));
        requests
    }
}

/// `oidc-provider`, in `provider.mjs`.
pub struct Provider {
    /// Its issuer identifier.
    pub issuer: String,
    process: Process,
    requests: Requests,
}

impl Provider {
    fn start(options: &[&str]) -> Self {
        let mut process = Process::start("provider.mjs", options);
        let line = process.line();
        let issuer = line.strip_prefix("issuer: ").unwrap_or_else(|| panic!("the provider began with {line:?}"));
        Self { issuer: issuer.to_owned(), process, requests: Requests(Vec::new()) }
    }

    /// The requests so far; it may be that the last ones are not told yet.
    pub fn requests(&mut self) -> &Requests {
        while let Ok(line) = self.process.lines.try_recv() {
            self.requests.0.extend(parsed(&line));
        }
        &self.requests
    }

    /// Waits until the provider has answered a request, and takes note of it.
    #[track_caller]
    pub fn wait_for(&mut self, what: &str, wished: impl Fn(&Request) -> bool) -> Request {
        let mut found = None;
        wait_for(what, PATIENCE, || {
            found = self.requests().0.iter().rev().find(|request| wished(request)).cloned();
            found.is_some()
        });
        found.expect("it was waited for")
    }
}

/// What the provider has answered, in order.
pub struct Requests(pub Vec<Request>);

impl Requests {
    /// The routes that the library has asked, in order.
    pub fn of_the_library(&self) -> Vec<&str> {
        self.0.iter().filter(|request| !request.by_browser()).map(Request::route).collect()
    }

    /// The authorization requests, as the browser has brought them.
    pub fn authorizations(&self) -> Vec<&Request> {
        self.0.iter().filter(|request| request.route() == "authorization").collect()
    }
}

/// One line of the provider's log.
#[derive(Clone, Debug)]
pub struct Request(Value);

impl Request {
    pub fn route(&self) -> &str {
        self.0["route"].as_str().unwrap_or("none")
    }

    pub fn status(&self) -> u64 {
        self.0["status"].as_u64().expect("a status")
    }

    /// The names of all its parameters.
    pub fn sent(&self) -> Vec<&str> {
        let names = self.0["sent"].as_array().expect("names of parameters");
        names.iter().filter_map(Value::as_str).collect()
    }

    /// A parameter that is no secret.
    pub fn parameter(&self, name: &str) -> &str {
        self.0["params"][name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }

    pub fn by_browser(&self) -> bool {
        self.0["browser"] == true
    }
}

fn parsed(line: &str) -> Option<Request> {
    // The provider's own notices are on the same output.
    serde_json::from_str(line).ok().filter(Value::is_object).map(Request)
}

/// The one at the browser, in `player.mjs`.
pub struct Player {
    process: Process,
}

/// A tab that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tab(u64);

impl Player {
    fn start(issuer: &str) -> Self {
        let profile = machine::home().join("profile");
        Self { process: Process::start("player.mjs", &[profile.to_str().expect("a path in UTF-8"), issuer]) }
    }

    /// Waits for the tab that the library has opened.
    #[track_caller]
    pub fn tab(&mut self) -> Tab {
        Tab(self.ask(json!({ "do": "tab" }))["tab"].as_u64().expect("a tab's number"))
    }

    /// What the tab shows: see `player.mjs`.
    #[track_caller]
    pub fn look(&mut self, tab: Tab) -> Seen {
        Seen(self.ask(json!({ "do": "look", "tab": tab.0 })))
    }

    /// Answers the provider's questions as this player, up to the page at the end.
    #[track_caller]
    pub fn sign_in(&mut self, tab: Tab, name: &str) -> Seen {
        Seen(self.ask(json!({ "do": "sign_in", "tab": tab.0, "name": name })))
    }

    /// Says no.
    #[track_caller]
    pub fn deny(&mut self, tab: Tab) -> Seen {
        Seen(self.ask(json!({ "do": "deny", "tab": tab.0 })))
    }

    /// Confirms that the provider's session shall end.
    #[track_caller]
    pub fn sign_out(&mut self, tab: Tab) -> Seen {
        Seen(self.ask(json!({ "do": "sign_out", "tab": tab.0 })))
    }

    /// The page at the end, and a picture of it in `target/browser`.
    #[track_caller]
    pub fn photograph(&mut self, tab: Tab, name: &str) -> Seen {
        let folder = Library::workspace().join("target/browser");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let file: PathBuf = folder.join(name).with_extension("png");
        Seen(self.ask(json!({ "do": "describe", "tab": tab.0, "screenshot": file })))
    }

    #[track_caller]
    pub fn close(&mut self, tab: Tab) {
        self.ask(json!({ "do": "close", "tab": tab.0 }));
    }

    /// Closes the whole browser.
    #[track_caller]
    pub fn quit_browser(&mut self) {
        self.ask(json!({ "do": "quit" }));
    }

    /// Asks the callback's port for all that a browser or a page in it may ask it for. Gives the statuses that tabs of their own
    /// have got.
    #[track_caller]
    pub fn disturb(&mut self, tab: Tab, callback: &str) -> Vec<u64> {
        let answer = self.ask(json!({ "do": "disturb", "tab": tab.0, "callback": callback }));
        answer["visited"].as_array().expect("statuses").iter().filter_map(Value::as_u64).collect()
    }

    #[track_caller]
    fn ask(&mut self, command: Value) -> Value {
        self.process.say(&command.to_string());
        let answer = self.process.line();
        let mut answer: Value = serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{command}: {answer}"));
        if let Some(problem) = answer["error"].as_str() {
            panic!("{command}: {problem}\n{}", support::Captured::recent());
        }
        answer["ok"].take()
    }
}

/// What the player sees.
#[derive(Clone, Debug)]
pub struct Seen(pub Value);

impl Seen {
    #[track_caller]
    pub fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_else(|| panic!("no {name} in {}", self.0))
    }

    #[track_caller]
    pub fn list(&self, name: &str) -> Vec<&str> {
        let list = self.0[name].as_array().unwrap_or_else(|| panic!("no {name} in {}", self.0));
        list.iter().map(|item| item.as_str().expect("a text")).collect()
    }
}

/// A program for Node. It ends when its standard input does; if it does not, it is killed.
struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("node");
        command.arg(machine::suite().join(program)).args(arguments);
        // A group of its own: at Ctrl-C it still ends in order, with the suite's end of the pipe.
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let mut child = command.spawn().unwrap_or_else(|problem| panic!("{program}: {problem}"));
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (tell, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { child, lines }
    }

    fn id(&self) -> libc::pid_t {
        self.child.id() as libc::pid_t
    }

    #[track_caller]
    fn say(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("a pipe");
        writeln!(input, "{line}").expect("the program listens");
    }

    #[track_caller]
    fn line(&mut self) -> String {
        match self.lines.recv_timeout(LONG) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout) => panic!("the program for Node said nothing within {LONG:?}"),
            Err(RecvTimeoutError::Disconnected) => {
                panic!("the program for Node has ended: {:?}", self.child.try_wait())
            }
        }
    }

    /// Asks it to end, waits for that, and gives the lines that nobody has read.
    fn end(mut self) -> Vec<String> {
        drop(self.child.stdin.take());
        let rest = self.lines.iter().collect();
        let status = self.child.wait().expect("a child can be waited for");
        assert!(status.success(), "the program for Node ended with {status}");
        rest
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && asked.elapsed() < Duration::from_secs(5) {
            std::thread::park_timeout(Duration::from_millis(5));
        }
        // It may have ended; either way it is waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
