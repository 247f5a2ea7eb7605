//! A game, for tests in which a process has to end: the suite `session` starts it, tells it what to do, and kills it.
//!
//! Reads one command a line from its standard input, as JSON, and answers each with one line. Ends when the input does.
//! May touch: the built library, through `support`. No rule is judged here; that is the tests' part.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::ffi::*;
use support::{Captured, Client, Code, ConfigBuilder, Library, Login, Token};

/// Between two questions for a token.
const PARK: Duration = Duration::from_millis(1);

#[derive(Default)]
struct Game {
    client: Option<Arc<Client>>,
    storm: Storm,
}

fn main() {
    // First, so that the log is captured from the first record on.
    Library::load();
    let mut game = Game::default();
    for line in std::io::stdin().lines() {
        let line = line.expect("a line of text");
        let command: Value = serde_json::from_str(&line).expect("a command in JSON");
        let answer = obey(&mut game, &command);
        let mut output = std::io::stdout().lock();
        writeln!(output, "{answer}").and_then(|()| output.flush()).expect("somebody listens");
        if command["do"] == "leave" {
            return;
        }
    }
}

fn obey(game: &mut Game, command: &Value) -> Value {
    let text = |name: &str| command[name].as_str().unwrap_or_default();
    let number = |name: &str| command[name].as_u64().unwrap_or_default() as u32;
    match text("do") {
        "create" => {
            game.client = Some(Arc::new(Client::create(&config(&command["config"]))));
            return json!({});
        }
        "log" => {
            return Captured::from_the_beginning().records().into_iter().map(|record| record.message).collect();
        }
        "threads" => return threads(),
        "shut_down" | "leave" => {
            game.client = None;
            return json!({ "code": Library::load().shutdown(5000).0 });
        }
        _ => {}
    }
    let client = game.client.as_ref().expect("a client was created");
    match text("do") {
        "status" => status(client),
        "resume" => {
            let code = client.resume_session();
            json!({ "code": code.0, "status": status(client) })
        }
        "login" => {
            let mut login = Login::new();
            if let Some(prompt) = command["prompt"].as_str() {
                login = login.prompt(prompt);
            }
            json!({ "code": client.start_login(&login).0 })
        }
        "prompt" => json!({ "url": client.prompt().ok().map(|prompt| prompt.url) }),
        "profile" => match client.profile() {
            Ok(profile) => json!({ "subject": profile.subject(), "name": profile.name() }),
            Err(code) => json!({ "code": code.0 }),
        },
        "token" => told(client.access_token(number("min_valid_s"))),
        "refresh" => json!({ "code": client.refresh_session().0 }),
        "renew" => told(renewed(client, text("not"))),
        "storm" => {
            game.storm = storm(client, number("threads"), text("not"), command["ask"] == true);
            json!({})
        }
        "calm" => calm(std::mem::take(&mut game.storm)),
        "logout" => json!({ "code": client.logout(number("mode")).0 }),
        "error" => json!(client.error_text()),
        other => panic!("no command is called {other:?}"),
    }
}

/// A configuration by the names of the header's fields.
fn config(fields: &Value) -> ConfigBuilder {
    let mut config = ConfigBuilder::empty().browser(LATCHKEY_BROWSER_HOST);
    for (name, value) in fields.as_object().expect("an object") {
        let text = || value.as_str().expect("a text");
        config = match name.as_str() {
            "issuer" => config.issuer(text()),
            "client_id" => config.client_id(text()),
            "scopes" => config.scopes(text()),
            "profile_slot" => config.profile_slot(text()),
            "storage" => config.storage(value.as_u64().expect("a number") as u32),
            other => panic!("no field is called {other:?}"),
        };
    }
    config
}

fn status(client: &Client) -> Value {
    let status = client.status();
    json!({
        "state": status.state,
        "error": status.error.0,
        "check": status.check,
        "flags": status.flags,
        "login_id": status.login_id,
        "deadline": status.deadline,
        "revision": status.revision,
    })
}

fn told(token: Result<Token, Code>) -> Value {
    match token {
        Ok(token) => json!({ "text": token.text, "expires_at": token.expires_at }),
        Err(code) => json!({ "code": code.0 }),
    }
}

/// Asks for the access token until there is another one than `old`. An error that says more than "not yet" ends it.
fn renewed(client: &Client, old: &str) -> Result<Token, Code> {
    let start = Instant::now();
    loop {
        match client.access_token(0) {
            Ok(token) if token.text != old => return Ok(token),
            Err(code) if code != LATCHKEY_PENDING => return Err(code),
            _ => std::thread::park_timeout(PARK),
        }
        assert!(start.elapsed() < Duration::from_secs(60), "no new token within a minute: {:?}", client.status());
    }
}

/// Threads that all want a token.
type Storm = Vec<JoinHandle<Result<Token, Code>>>;

/// As [`renewed`], from many threads at once. When this returns all have begun, and with `ask` all have asked.
fn storm(client: &Arc<Client>, threads: u32, old: &str, ask: bool) -> Storm {
    let (ready, begun) = (Arc::new(Barrier::new(threads as usize)), Arc::new(Barrier::new(threads as usize + 1)));
    let one = |_| {
        let (client, old) = (Arc::clone(client), old.to_owned());
        let (ready, begun) = (Arc::clone(&ready), Arc::clone(&begun));
        std::thread::spawn(move || {
            ready.wait();
            let code = if ask { client.refresh_session() } else { Code(LATCHKEY_OK) };
            begun.wait();
            if code == LATCHKEY_OK { renewed(&client, &old) } else { Err(code) }
        })
    };
    let storm = (0..threads).map(one).collect();
    begun.wait();
    storm
}

/// The tokens and the errors that the threads have got.
fn calm(storm: Storm) -> Value {
    let answers: Vec<_> = storm.into_iter().map(|one| one.join().expect("a thread that asks")).collect();
    let tokens: BTreeSet<_> = answers.iter().flatten().map(|token| token.text.as_str()).collect();
    let errors: BTreeSet<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).map(|code| code.0).collect();
    json!({ "threads": answers.len(), "tokens": tokens, "errors": errors })
}

/// The threads of this process and how often each was switched to, by the kernel's count.
#[cfg(target_os = "linux")]
fn threads() -> Value {
    let all = support::process::threads().into_iter();
    let counted = all.map(|(id, name)| json!({ "name": name, "switches": support::process::switches(id) }));
    counted.collect()
}

#[cfg(not(target_os = "linux"))]
fn threads() -> Value {
    panic!("this kernel's counters are not known")
}
