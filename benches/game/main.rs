//! The game of the benchmark: signs its players in with the built library, through its C ABI, and says how long each step took.
//!
//! It speaks the words of `peer.rs`, as the peers do, and some of its own: `cold` is a click on a client that was made that moment, `browser` a
//! click by which the library starts the system's browser, `kept` and `resume` take a session from one process to the next. The
//! library is loaded by the first command, so that a launch with a session of last time is measured with all of it.
//!
//! Started as `xdg-open` it is that browser, and only tells that it was started.
//!
//! May touch: the built library, through `support`, loopback sockets, and files of the folder that it is given.

mod browser;

use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::sync::{Arc, Barrier, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use practice_provider::{Fetch, fetch};
use serde_json::{Value, json};
use support::ffi::*;
use support::vault::Vault;
use support::{Client, ConfigBuilder, Library, Login, Status, poll_until};

/// Between two looks at the status. A game looks once a frame; here the library is measured, not the frame.
const PAUSE: Duration = Duration::from_micros(100);
const PATIENCE: Duration = Duration::from_secs(50);

type Result<T> = std::result::Result<T, String>;

/// One sign-in.
struct Player {
    client: Client,
    vault: Arc<Vault>,
}

struct Game {
    authority: String,
    players: Mutex<HashMap<u64, Arc<Player>>>,
}

fn main() {
    if browser::is_meant() {
        return browser::tell();
    }
    let authority = std::env::args().nth(1).expect("the file with the authority");
    let authority = std::fs::read_to_string(&authority).expect("the authority as PEM");
    let game = Arc::new(Game { authority, players: Mutex::default() });
    say(&json!({ "name": "Latchkey", "version": env!("CARGO_PKG_VERSION") }));
    let mut busy = Vec::new();
    for line in std::io::stdin().lines() {
        let line = line.expect("a line of text");
        let command: Value = serde_json::from_str(&line).expect("a command in JSON");
        let game = Arc::clone(&game);
        busy.push(std::thread::spawn(move || {
            let mut answer = game.obey(&command).unwrap_or_else(|sentence| json!({ "error": sentence }));
            answer["id"] = command["id"].clone();
            say(&answer);
        }));
        busy.retain(|one| !one.is_finished());
    }
    // Whoever is still at it has nobody to tell.
    drop(busy);
}

/// One line of output.
fn say(answer: &Value) {
    let mut output = std::io::stdout().lock();
    // Nobody listens any more only when everything is over.
    let _ = writeln!(output, "{answer}").and_then(|()| output.flush());
}

/// The library, without the log that the tests keep.
fn library() -> &'static Library {
    let library = Library::load();
    // SAFETY: no sink, no context.
    unsafe { library.set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_ERROR) }.expect("latchkey_set_log_sink");
    library
}

impl Game {
    fn obey(&self, command: &Value) -> Result<Value> {
        let number = command["id"].as_u64().ok_or("a command without a number")?;
        let text = |name: &str| command[name].as_str().ok_or_else(|| format!("a command without {name}"));
        match text("do")? {
            "create" => {
                library();
                self.create(number, command, &json!({}), LATCHKEY_BROWSER_HOST)?;
                Ok(json!({}))
            }
            "cold" => {
                library();
                let began = Instant::now();
                let player = self.create(number, command, &json!({}), LATCHKEY_BROWSER_HOST)?;
                player.click(began)
            }
            "browser" => {
                library();
                let player = self.create(number, command, &json!({}), LATCHKEY_BROWSER_SYSTEM)?;
                std::thread::sleep(Duration::from_millis(command["after_ms"].as_u64().unwrap_or(0)));
                let browser = browser::Expected::new()?;
                let began = Instant::now();
                player.start()?;
                let (at, url) = browser.wait(PATIENCE)?;
                Ok(json!({ "ms": milliseconds(at - began), "url": url }))
            }
            "click" => self.player(number)?.click(Instant::now()),
            "callback" => self.player(number)?.callback(text("url")?.to_owned()),
            "refresh" => self.player(number)?.refresh(),
            "kept" => Ok(json!({ "entries": self.player(number)?.vault.entries() })),
            "resume" => self.resume(number, command),
            "end" => {
                self.players().remove(&number);
                Ok(json!({}))
            }
            other => Err(format!("no command is called {other:?}")),
        }
    }

    fn players(&self) -> MutexGuard<'_, HashMap<u64, Arc<Player>>> {
        self.players.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn player(&self, number: u64) -> Result<Arc<Player>> {
        self.players().get(&number).cloned().ok_or_else(|| "it was not created".to_owned())
    }

    fn create(&self, number: u64, command: &Value, entries: &Value, browser: u32) -> Result<Arc<Player>> {
        let vault = Vault::new();
        let kept: BTreeMap<String, Vec<u8>> = serde_json::from_value(entries.clone()).map_err(|e| e.to_string())?;
        kept.into_iter().for_each(|(key, value)| vault.put(&key, value));
        let issuer = command["issuer"].as_str().ok_or("a command without issuer")?;
        let config = ConfigBuilder::new(issuer, "practice-game")
            .ca_certificates(&self.authority)
            .scopes("openid profile email offline_access")
            .browser(browser);
        // As the peers, it keeps nothing unless it is told to.
        let config = if command["keep"] == true { config.store(vault.hooks()) } else { config };
        // Userinfo is asked where the ID token lacks something, which is for the provider to decide.
        let player = Arc::new(Player { client: Client::create(&config), vault });
        self.players().insert(number, Arc::clone(&player));
        Ok(player)
    }

    /// A launch with a session of last time: the profile, then a fresh token.
    fn resume(&self, number: u64, command: &Value) -> Result<Value> {
        let began = Instant::now();
        library();
        let player = self.create(number, command, &command["entries"], LATCHKEY_BROWSER_HOST)?;
        let code = player.client.resume_session();
        if code != LATCHKEY_OK {
            return Err(format!("latchkey_resume_session: {code:?}"));
        }
        player.wait(|status| status.state == LATCHKEY_STATE_SIGNED_IN)?;
        let profile = began.elapsed();
        // A new token is stored before anybody gets it.
        player.wait(|status| status.is_settled() && player.vault.times_saved() > 0)?;
        let token = began.elapsed();
        Ok(json!({ "ms": milliseconds(profile), "token_ms": milliseconds(token) }))
    }
}

impl Player {
    fn start(&self) -> Result<()> {
        let code = self.client.start_login(&Login::new());
        if code == LATCHKEY_OK { Ok(()) } else { Err(format!("latchkey_start_login: {code:?}")) }
    }

    fn click(&self, began: Instant) -> Result<Value> {
        self.start()?;
        self.wait(|status| status.state == LATCHKEY_STATE_WAITING_FOR_PLAYER)?;
        let took = began.elapsed();
        let prompt = self.client.prompt().map_err(|code| format!("latchkey_get_prompt: {code:?}"))?;
        Ok(json!({ "ms": milliseconds(took), "url": prompt.url }))
    }

    /// The browser's request and all that follows from it. The browser runs already when it is sent back.
    fn callback(&self, url: String) -> Result<Value> {
        let url = url.parse().map_err(|_| "a callback that is no URL".to_owned())?;
        let runs = Arc::new(Barrier::new(2));
        let sent_back = Arc::clone(&runs);
        let browser = std::thread::spawn(move || {
            let headers = [("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")];
            sent_back.wait();
            let began = Instant::now();
            (began, fetch(&Fetch { method: "GET", url: &url, headers: &headers, body: b"", timeout: PATIENCE }))
        });
        runs.wait();
        self.wait(|status| status.state == LATCHKEY_STATE_SIGNED_IN)?;
        let ended = Instant::now();
        let (began, page) = browser.join().map_err(|_| "the browser failed")?;
        let (took, page) = (ended - began, page.map_err(|problem| problem.to_string())?);
        if page.status != 200 {
            return Err(format!("the game's page answered {}", page.status));
        }
        let profile = self.client.profile().map_err(|code| format!("latchkey_get_profile: {code:?}"))?;
        Ok(json!({ "ms": milliseconds(took), "subject": profile.subject(), "name": profile.name() }))
    }

    fn refresh(&self) -> Result<Value> {
        self.wait(Status::is_settled)?;
        let began = Instant::now();
        let code = self.client.refresh_session();
        if code != LATCHKEY_OK {
            return Err(format!("latchkey_refresh_session: {code:?}"));
        }
        let status = self.wait(|status| status.is_settled())?;
        match status.error.0 {
            LATCHKEY_OK => Ok(json!({ "ms": milliseconds(began.elapsed()) })),
            _ => Err(self.client.error_text()),
        }
    }

    fn wait(&self, wished: impl Fn(&Status) -> bool) -> Result<Status> {
        let over = |status: &Status| wished(status) || status.state == LATCHKEY_STATE_SIGNED_OUT && status.is_settled();
        let ended = poll_until(|| self.client.status(), over, PATIENCE, PAUSE);
        match ended {
            Ok(status) if wished(&status) => Ok(status),
            Ok(status) => Err(format!("ended as {status:?}: {}", self.client.error_text())),
            Err(seen) => Err(format!("nothing came of it: {seen:?}")),
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
