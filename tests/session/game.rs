//! A game in a process of its own (`tests/game/main.rs`), and what a test tells it and sees of it.
//!
//! What the game answers is taken apart here, so that tests read like those of the other suites. A game may be killed at any
//! moment; the calls whose name begins with `try_` say so instead of failing. No rule of the library is judged here.
//!
//! May touch: the processes that it starts.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::ffi::*;
use support::{Code, PATIENCE, Status, poll_until};

/// Longer than a game takes for anything.
const LONG: Duration = Duration::from_secs(90);
/// Between two looks at the status: a test with eight games should leave them some of the processor.
const PARK: Duration = Duration::from_millis(2);

/// A running game with one client. Killed when dropped.
pub struct Game {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

/// An access token, as the game has got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub text: String,
    pub expires_at: i64,
}

impl Game {
    /// Starts a game whose client has this configuration.
    #[track_caller]
    pub fn start(furnish: impl FnOnce(&mut Command), config: &Value) -> Self {
        let mut game = Self::start_without_client(furnish);
        game.ask(json!({ "do": "create", "config": config }));
        game
    }

    fn start_without_client(furnish: impl FnOnce(&mut Command)) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_test-game"));
        furnish(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("a game that starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (tell, lines) = channel();
        std::thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        Self { child, input, lines }
    }

    pub fn id(&self) -> libc::pid_t {
        self.child.id() as libc::pid_t
    }

    /// `latchkey_resume_session`, which must work, and the status right after it.
    #[track_caller]
    pub fn resume(&mut self) -> Status {
        let answer = self.ask(json!({ "do": "resume" }));
        code(&answer).expect("latchkey_resume_session");
        status(&answer["status"])
    }

    /// Begins a login and waits for the URL.
    #[track_caller]
    pub fn login(&mut self, prompt: Option<&str>) -> String {
        self.try_login(prompt).expect("the game has ended")
    }

    pub fn try_login(&mut self, prompt: Option<&str>) -> Option<String> {
        code(&self.try_ask(json!({ "do": "login", "prompt": prompt }))?).expect("latchkey_start_login");
        self.try_prompt()
    }

    /// Waits for the URL that the player has to open.
    fn try_prompt(&mut self) -> Option<String> {
        let start = Instant::now();
        loop {
            if let Some(url) = self.try_ask(json!({ "do": "prompt" }))?["url"].as_str() {
                return Some(url.to_owned());
            }
            let status = status(&self.try_ask(json!({ "do": "status" }))?);
            assert!(!status.is_settled() && start.elapsed() < PATIENCE, "no URL to open: {status:?}");
            std::thread::park_timeout(PARK);
        }
    }

    #[track_caller]
    pub fn prompt(&mut self) -> String {
        self.try_prompt().expect("the game has ended")
    }

    #[track_caller]
    pub fn status(&mut self) -> Status {
        status(&self.ask(json!({ "do": "status" })))
    }

    /// Polls until the status is as wished; panics with the statuses that were seen and the log.
    #[track_caller]
    pub fn wait_until(&mut self, wished: impl Fn(&Status) -> bool) -> Status {
        self.wait_so_long(PATIENCE, wished)
    }

    #[track_caller]
    pub fn wait_so_long(&mut self, patience: Duration, wished: impl Fn(&Status) -> bool) -> Status {
        poll_until(|| self.status(), wished, patience, PARK).unwrap_or_else(|seen| {
            panic!("waited {patience:?} in vain.\n{seen:#?}\n{}\n{}", self.error_text(), self.log().join("\n"))
        })
    }

    #[track_caller]
    pub fn wait_until_settled(&mut self) -> Status {
        self.wait_until(Status::is_settled)
    }

    pub fn try_wait_until_settled(&mut self) -> Option<Status> {
        let start = Instant::now();
        loop {
            let status = status(&self.try_ask(json!({ "do": "status" }))?);
            if status.is_settled() {
                return Some(status);
            }
            assert!(start.elapsed() < PATIENCE, "not settled: {status:?}");
            std::thread::park_timeout(PARK);
        }
    }

    /// Waits for one of `LATCHKEY_STATE_*` with nothing under way.
    #[track_caller]
    pub fn settles_as(&mut self, state: u32) -> Status {
        let status = self.wait_until_settled();
        if status.state != state {
            panic!("{status:?}: {}\n{}", self.error_text(), self.log().join("\n"));
        }
        status
    }

    /// The name in the profile, if there is one.
    #[track_caller]
    pub fn player(&mut self) -> Option<String> {
        self.ask(json!({ "do": "profile" }))["name"].as_str().map(str::to_owned)
    }

    #[track_caller]
    pub fn token(&mut self) -> Result<Token, Code> {
        token(&self.ask(json!({ "do": "token" })))
    }

    /// Waits until there is a token.
    #[track_caller]
    pub fn fresh_token(&mut self) -> Token {
        self.renew("");
        self.renewed()
    }

    /// Asks until there is another token than this one. The answer is [`Game::renewed`].
    #[track_caller]
    pub fn renew(&mut self, old: &str) {
        self.tell(&json!({ "do": "renew", "not": old }));
    }

    #[track_caller]
    pub fn renewed(&mut self) -> Token {
        let answer = self.answer();
        match token(&answer) {
            Ok(token) => token,
            Err(code) => {
                panic!("no new token: {code:?}: {:?} {}\n{}", self.status(), self.error_text(), self.log().join("\n"))
            }
        }
    }

    /// Lets many threads ask for another token than this one, until they have it; with `ask` each asks for one first. Returns when
    /// all have begun, and asked. [`Game::calm`] waits for the end.
    #[track_caller]
    pub fn storm(&mut self, threads: u32, old: &str, ask: bool) {
        self.ask(json!({ "do": "storm", "threads": threads, "not": old, "ask": ask }));
    }

    /// The end of a storm, in which no thread may get anything but one and the same token.
    #[track_caller]
    pub fn calm(&mut self, threads: u32) -> String {
        let end = self.ask(json!({ "do": "calm" }));
        assert_eq!((&end["threads"], &end["errors"]), (&json!(threads), &json!([])), "{end}");
        let tokens = end["tokens"].as_array().expect("tokens");
        assert_eq!(tokens.len(), 1, "{end}");
        tokens[0].as_str().expect("a token").to_owned()
    }

    /// `latchkey_refresh_session`, which must work.
    #[track_caller]
    pub fn refresh(&mut self) {
        code(&self.ask(json!({ "do": "refresh" }))).expect("latchkey_refresh_session");
    }

    /// `latchkey_logout`, which must work.
    #[track_caller]
    pub fn logout(&mut self, mode: u32) {
        code(&self.ask(json!({ "do": "logout", "mode": mode }))).expect("latchkey_logout");
    }

    #[track_caller]
    pub fn error_text(&mut self) -> String {
        self.ask(json!({ "do": "error" })).as_str().expect("a text").to_owned()
    }

    /// Every record of the log so far.
    #[track_caller]
    pub fn log(&mut self) -> Vec<String> {
        let log = self.ask(json!({ "do": "log" }));
        log.as_array().expect("records").iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// How often each of the library's threads was switched to.
    #[track_caller]
    pub fn switches(&mut self) -> Vec<(String, u64)> {
        let threads = self.ask(json!({ "do": "threads" }));
        let threads = threads.as_array().expect("threads").iter();
        let told = threads
            .map(|one| (one["name"].as_str().expect("a name").to_owned(), one["switches"].as_u64().expect("a number")));
        told.filter(|(name, _)| name.starts_with("latchkey")).collect()
    }

    /// Leaves as a game does: destroys the client, shuts the library down, ends.
    #[track_caller]
    pub fn leave(self) {
        self.leave_with().expect("latchkey_shutdown");
    }

    /// As [`Game::leave`], and tells what the shutdown has answered.
    #[track_caller]
    pub fn leave_with(mut self) -> Code {
        let code = code(&self.ask(json!({ "do": "leave" })));
        let status = self.child.wait().expect("a game that ends");
        assert!(status.success(), "the game ended with {status}");
        code
    }

    /// `kill -9`; for a game that may have ended already.
    pub fn kill(mut self) -> ExitStatus {
        // The status tells how it ended, whoever was first.
        let _ = self.child.kill();
        self.child.wait().expect("a game that ends")
    }

    /// Stops the process as the suspend of a machine does.
    pub fn suspend(&self) {
        self.signal(libc::SIGSTOP);
    }

    pub fn wake(&self) {
        self.signal(libc::SIGCONT);
    }

    fn signal(&self, signal: libc::c_int) {
        // SAFETY: a child that was not waited for; two numbers.
        assert_eq!(unsafe { libc::kill(self.id(), signal) }, 0);
    }

    /// Sends a command and waits for its answer.
    #[track_caller]
    pub fn ask(&mut self, command: Value) -> Value {
        self.tell(&command);
        self.answer()
    }

    /// Sends a command; the answer is for later.
    #[track_caller]
    pub fn tell(&mut self, command: &Value) {
        writeln!(self.input, "{command}").expect("a game that listens");
    }

    #[track_caller]
    pub fn answer(&mut self) -> Value {
        match self.lines.recv_timeout(LONG) {
            Ok(line) => serde_json::from_str(&line).unwrap_or_else(|_| panic!("the game said {line:?}")),
            Err(RecvTimeoutError::Timeout) => panic!("the game said nothing within {LONG:?}"),
            Err(RecvTimeoutError::Disconnected) => panic!("the game has ended: {:?}", self.child.wait()),
        }
    }

    /// As [`Game::ask`]; nothing if the game was killed. One that ended in another way is a failure.
    pub fn try_ask(&mut self, command: Value) -> Option<Value> {
        let told = writeln!(self.input, "{command}");
        match told.is_ok().then(|| self.lines.recv_timeout(LONG)) {
            Some(Ok(line)) => serde_json::from_str(&line).ok(),
            Some(Err(RecvTimeoutError::Timeout)) => panic!("the game said nothing within {LONG:?}"),
            None | Some(Err(RecvTimeoutError::Disconnected)) => {
                let status = self.child.wait().expect("a game that ends");
                assert_eq!(status.signal(), Some(libc::SIGKILL), "the game ended with {status}");
                None
            }
        }
    }
}

impl Drop for Game {
    fn drop(&mut self) {
        // It may have ended; either way it is waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn code(answer: &Value) -> Code {
    Code(answer["code"].as_i64().expect("a code") as latchkey_result)
}

fn status(answer: &Value) -> Status {
    let number = |name: &str| answer[name].as_u64().unwrap_or_else(|| panic!("no {name} in {answer}"));
    Status {
        state: number("state") as u32,
        error: Code(answer["error"].as_i64().expect("a code") as latchkey_result),
        check: number("check") as u32,
        flags: number("flags") as u32,
        login_id: number("login_id"),
        deadline: number("deadline"),
        revision: number("revision"),
    }
}

fn token(answer: &Value) -> Result<Token, Code> {
    match answer["text"].as_str() {
        Some(text) => Ok(Token { text: text.to_owned(), expires_at: answer["expires_at"].as_i64().expect("a time") }),
        None => Err(code(answer)),
    }
}
