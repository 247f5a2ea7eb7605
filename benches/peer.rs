//! A program that signs players in: Latchkey's game, or a peer. All speak the same few words over their standard input and output,
//! so that starting them is not measured, and many sign-ins wait in one process.
//!
//! One command a line, as JSON, with the number of its sign-in; each is answered by one line with the same number:
//!
//! | `do` | what the program does | answer |
//! |---|---|---|
//! | `create` | what it does at its launch: looks the provider up | |
//! | `click` | the player clicks *Sign in* | `url` |
//! | `callback` | gets the `url` that the browser was sent to, and makes a verified identity of it | `ms`, `subject`, `name` |
//! | `refresh` | fetches a new access token | `ms` |
//! | `end` | forgets the sign-in | |
//!
//! Each measures with its own monotonic clock, from the line to the result: what passes between the processes is nobody's time.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::Result;

/// Longer than any answer takes, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program.
pub struct Peer {
    name: String,
    child: Child,
    input: Mutex<Option<ChildStdin>>,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    last: u64,
    answers: HashMap<u64, Sender<Value>>,
}

/// One sign-in in such a program.
pub struct SignIn<'a> {
    peer: &'a Peer,
    number: u64,
}

impl Peer {
    /// Starts it and waits for its first line: what it is, with its version.
    pub fn start(name: &str, command: &mut Command) -> Result<(Self, Value)> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|problem| format!("{name} could not be started ({command:?}): {problem}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("{name} has no pipes").into());
        };
        let waiting = Arc::new(Mutex::new(Waiting::default()));
        let (hello, first) = channel();
        waiting.lock().unwrap_or_else(PoisonError::into_inner).answers.insert(0, hello);
        let peer = Self { name: name.to_owned(), child, input: Mutex::new(Some(input)), waiting: Arc::clone(&waiting) };
        std::thread::Builder::new()
            .name(format!("reads {name}"))
            .spawn(move || read(BufReader::new(output), &waiting))?;
        let hello = peer.wait(&first, "its first line")?;
        Ok((peer, hello))
    }

    /// A new sign-in, at this provider. `userinfo` says whether the profile has to be fetched from there.
    pub fn sign_in(&self, issuer: &str, userinfo: bool) -> Result<SignIn<'_>> {
        Ok(self.begin(json!({ "do": "create", "issuer": issuer, "userinfo": userinfo }))?.0)
    }

    /// A new sign-in that begins with this command, and what it was answered.
    pub fn begin(&self, command: Value) -> Result<(SignIn<'_>, Value)> {
        let number = {
            let mut waiting = self.waiting();
            waiting.last += 1;
            waiting.last
        };
        let sign_in = SignIn { peer: self, number };
        let answer = sign_in.ask(command)?;
        Ok((sign_in, answer))
    }

    fn ask(&self, number: u64, mut command: Value) -> Result<Value> {
        command["id"] = json!(number);
        let (sender, receiver) = channel();
        self.waiting().answers.insert(number, sender);
        {
            let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
            let input = input.as_mut().ok_or("its input is closed")?;
            writeln!(input, "{command}").and_then(|()| input.flush())?;
        }
        let answer = self.wait(&receiver, &command["do"].to_string())?;
        match answer["error"].as_str() {
            Some(sentence) => Err(format!("{} answered {}: {sentence}", self.name, command["do"]).into()),
            None => Ok(answer),
        }
    }

    fn wait(&self, receiver: &Receiver<Value>, what: &str) -> Result<Value> {
        let told = receiver.recv_timeout(PATIENCE);
        told.map_err(|_| format!("{} did not answer {what}; see what it wrote above", self.name).into())
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // They end with their input; one that hangs is killed.
        drop(self.input.lock().unwrap_or_else(PoisonError::into_inner).take());
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // It may have ended this moment; either way it is waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl SignIn<'_> {
    /// The player clicks: the authorization URL.
    pub fn click(&self) -> Result<String> {
        let answer = self.ask(json!({ "do": "click" }))?;
        let url = answer["url"].as_str().ok_or("an answer without a URL")?;
        Ok(url.to_owned())
    }

    /// The browser arrives: what the program took to have the player's name, in milliseconds.
    pub fn callback(&self, url: &str) -> Result<f64> {
        let answer = self.ask(json!({ "do": "callback", "url": url }))?;
        if answer["name"] != "Ada Lovelace" {
            return Err(format!("{} says that somebody else signed in: {answer}", self.peer.name).into());
        }
        milliseconds(&answer)
    }

    /// A new access token: what that took, in milliseconds.
    pub fn refresh(&self) -> Result<f64> {
        milliseconds(&self.ask(json!({ "do": "refresh" }))?)
    }

    /// Any command.
    pub fn ask(&self, command: Value) -> Result<Value> {
        self.peer.ask(self.number, command)
    }
}

impl Drop for SignIn<'_> {
    fn drop(&mut self) {
        // A program that is gone has forgotten it.
        let _ = self.ask(json!({ "do": "end" }));
    }
}

fn milliseconds(answer: &Value) -> Result<f64> {
    answer["ms"].as_f64().ok_or_else(|| format!("an answer without a time: {answer}").into())
}

fn read(output: impl BufRead, waiting: &Mutex<Waiting>) {
    for line in output.lines().map_while(std::result::Result::ok) {
        let Ok(answer) = serde_json::from_str::<Value>(&line) else {
            eprintln!("{line}");
            continue;
        };
        let number = answer["id"].as_u64().unwrap_or(0);
        let sender = waiting.lock().unwrap_or_else(PoisonError::into_inner).answers.remove(&number);
        if let Some(sender) = sender {
            // Whoever asked may have given up.
            let _ = sender.send(answer);
        }
    }
    // Whoever still waits learns now that nothing will come.
    waiting.lock().unwrap_or_else(PoisonError::into_inner).answers.clear();
}
