//! Signs players in with `openidconnect`, or as tutorials do. Speaks the words of `../../../peer.rs`.
//!
//!     peer openidconnect|tutorial AUTHORITY
//!
//! May touch: the network.

mod library;
mod tutorial;

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use openidconnect::reqwest;
use serde_json::{Value, json};
use tokio::sync::Mutex;

/// Whatever goes wrong; the bench is told, and ends.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Where the browser would be sent back to; here the bench brings the URL.
pub const REDIRECT_URI: &str = "http://127.0.0.1:8765/callback";

enum Player {
    Library(Box<library::Player>),
    Tutorial(tutorial::Player),
}

struct Peer {
    tutorial: bool,
    authority: reqwest::Certificate,
    players: Mutex<HashMap<u64, Arc<Mutex<Player>>>>,
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut words = std::env::args().skip(1);
    let kind = words.next().expect("openidconnect or tutorial");
    let authority = std::fs::read(words.next().expect("the file with the authority")).expect("the authority");
    let authority = reqwest::Certificate::from_pem(&authority).expect("the authority as PEM");
    let tutorial = kind == "tutorial";
    let peer = Arc::new(Peer { tutorial, authority, players: Mutex::default() });
    say(&match tutorial {
        true => json!({ "name": "tutorial", "version": "", "runtime": "reqwest 0.12, a new client for each request" }),
        false => json!({ "name": "openidconnect", "version": "4.1.0", "runtime": "reqwest 0.12" }),
    });
    let (sender, mut lines) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(|line| line.ok()).try_for_each(|line| sender.send(line))
    });
    while let Some(line) = lines.recv().await {
        let peer = Arc::clone(&peer);
        tokio::spawn(async move {
            let command: Value = serde_json::from_str(&line).expect("a command in JSON");
            let mut answer =
                peer.obey(&command).await.unwrap_or_else(|problem| json!({ "error": words_of(&*problem) }));
            answer["id"] = command["id"].clone();
            say(&answer);
        });
    }
}

fn say(answer: &Value) {
    let mut output = std::io::stdout().lock();
    // Nobody listens any more only when everything is over.
    let _ = writeln!(output, "{answer}").and_then(|()| output.flush());
}

fn words_of(problem: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(problem), |error| error.source());
    causes.map(|error| error.to_string()).collect::<Vec<_>>().join(": ")
}

impl Peer {
    async fn obey(&self, command: &Value) -> Result<Value> {
        let number = command["id"].as_u64().ok_or("a command without a number")?;
        match command["do"].as_str().unwrap_or_default() {
            "create" => {
                let issuer = command["issuer"].as_str().ok_or("a command without issuer")?;
                let userinfo = command["userinfo"] == true;
                let player = match self.tutorial {
                    true => Player::Tutorial(tutorial::Player::new(issuer, userinfo, self.authority.clone())),
                    false => {
                        let player = library::Player::new(issuer, userinfo, self.authority.clone()).await?;
                        Player::Library(Box::new(player))
                    }
                };
                self.players.lock().await.insert(number, Arc::new(Mutex::new(player)));
                return Ok(json!({}));
            }
            "end" => {
                self.players.lock().await.remove(&number);
                return Ok(json!({}));
            }
            _ => {}
        }
        let player = self.players.lock().await.get(&number).cloned().ok_or("it was not created")?;
        let mut player = player.lock().await;
        let began = Instant::now();
        let mut answer = match command["do"].as_str().unwrap_or_default() {
            "click" => json!({ "url": player.click()? }),
            "callback" => {
                let (subject, name) = player.callback(command["url"].as_str().ok_or("a command without url")?).await?;
                json!({ "subject": subject, "name": name })
            }
            "refresh" => {
                player.refresh().await?;
                json!({})
            }
            other => return Err(format!("no command is called {other:?}").into()),
        };
        answer["ms"] = json!(began.elapsed().as_secs_f64() * 1000.0);
        Ok(answer)
    }
}

impl Player {
    fn click(&mut self) -> Result<String> {
        match self {
            Self::Library(player) => player.click(),
            Self::Tutorial(player) => player.click(),
        }
    }

    async fn callback(&mut self, url: &str) -> Result<(String, String)> {
        match self {
            Self::Library(player) => player.callback(url).await,
            Self::Tutorial(player) => player.callback(url).await,
        }
    }

    async fn refresh(&mut self) -> Result<()> {
        match self {
            Self::Library(player) => player.refresh().await,
            Self::Tutorial(player) => player.refresh().await,
        }
    }
}

/// A parameter of the URL that the browser was sent back to.
pub fn parameter(url: &str, name: &str) -> Result<String> {
    let url = url::Url::parse(url)?;
    let found = url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.ok_or_else(|| format!("the callback has no {name}").into())
}
