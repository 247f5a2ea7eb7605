//! See `main.rs`. It reads `/proc/self` and starts this program again.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use practice_provider::{Options, Player, PracticeProvider};
use support::ffi::*;
use support::running::Running;
use support::{Client, ConfigBuilder, Library, Login, process, wait_for};

/// A thousand clients are created, and as many signed in as a machine has seats.
const NUMBERS: [usize; 3] = [1, 10, 1000];
const SEATS: usize = 10;
const IDLE: Duration = Duration::from_secs(60);
const IDLE_QUICK: Duration = Duration::from_secs(10);
/// Within that everything that a sign-in leaves behind has come to its end.
const AFTERMATH: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(300);

/// What the command line asks for.
#[derive(Default)]
struct Words(BTreeMap<String, String>);

impl Words {
    fn read() -> Self {
        let mut words = std::env::args().skip(1).peekable();
        let mut found = BTreeMap::new();
        while let Some(word) = words.next() {
            let value = words.next_if(|value| !value.starts_with("--")).unwrap_or_default();
            found.insert(word, value);
        }
        Self(found)
    }

    fn get(&self, word: &str) -> Option<&str> {
        self.0.get(word).map(String::as_str)
    }
}

pub fn main() -> ExitCode {
    let words = Words::read();
    if let Some(number) = words.get("--clients") {
        Measured { clients: number.parse().expect("a number of clients"), words }.run();
        return ExitCode::SUCCESS;
    }
    let own = match words.get("--issuer") {
        Some(_) => None,
        // Tokens that nobody has to refresh while wake-ups are counted.
        None => Some(
            PracticeProvider::start(Options { access_token_lifetime_s: 7200, ..Options::default() })
                .expect("a practice provider"),
        ),
    };
    for number in NUMBERS {
        let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
        command.args(["--clients", &number.to_string()]);
        for (word, value) in &words.0 {
            command.arg(word);
            if !value.is_empty() {
                command.arg(value);
            }
        }
        if let Some(provider) = &own {
            command.args(["--issuer", provider.issuer()]);
        }
        let finished = Running::start_for(&mut command, PATIENCE).finish_and_hear("", |line| println!("{line}"));
        assert!(finished.status.success(), "{finished}");
    }
    ExitCode::SUCCESS
}

/// One process.
struct Measured {
    clients: usize,
    words: Words,
}

/// What the process has.
struct Holdings {
    threads: usize,
    resident: u64,
    descriptors: usize,
}

impl Holdings {
    fn now() -> Self {
        Self {
            threads: process::threads().len(),
            resident: process::resident_bytes(),
            descriptors: process::descriptors().len(),
        }
    }
}

impl Measured {
    fn run(&self) {
        let player_of_none = Player::new();
        drop(player_of_none);
        let empty = Holdings::now();
        let began = Instant::now();
        let library = Library::load();
        let loaded = began.elapsed();
        // SAFETY: no sink, no context.
        unsafe { library.set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_ERROR) }.expect("latchkey_set_log_sink");
        let config = |number: usize| self.config(number);
        let mut clients = vec![Client::create(&config(0))];
        clients[0].status();
        let first_status = began.elapsed();
        clients.extend((1..self.clients).map(|number| Client::create(&config(number))));
        self.say("load", loaded.as_secs_f64() * 1e3, "ms");
        self.say("first-status", first_status.as_secs_f64() * 1e3, "ms");
        self.wait_for_rest();
        self.tell("created", &empty);
        let seated = clients.len().min(SEATS);
        for client in &clients[..seated] {
            self.sign_in(client);
        }
        self.wait_for_rest();
        self.tell("signed-in", &empty);
        let idle = if self.words.get("--quick").is_some() { IDLE_QUICK } else { IDLE };
        let before = switches();
        std::thread::sleep(idle);
        let woken = switches() - before;
        self.say("wake-ups", woken as f64 * 60.0 / idle.as_secs_f64(), "a-minute");
        drop(clients);
        library.shutdown(10_000).expect("latchkey_shutdown");
        self.tell("shut-down", &empty);
    }

    fn config(&self, number: usize) -> ConfigBuilder {
        let issuer = self.words.get("--issuer").expect("an issuer");
        let config = ConfigBuilder::new(issuer, "practice-game").profile_slot(&format!("seat-{number}"));
        match self.words.get("--authority") {
            Some(file) => config.ca_certificates(&std::fs::read_to_string(file).expect("the authority as PEM")),
            None => config,
        }
    }

    fn sign_in(&self, client: &Client) {
        client.start_login(&Login::new()).expect("latchkey_start_login");
        let mut url = client.prompt_url();
        if let (Some(pages), Some(issuer)) = (self.words.get("--pages"), self.words.get("--issuer")) {
            url = url.replacen(issuer.trim_end_matches('/'), pages.trim_end_matches('/'), 1);
        }
        let callback = Player::new().prepare_callback(&url, "Ada Lovelace").expect("the provider's pages");
        Player::new().follow(callback.as_str()).expect("the game's page");
        client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
    }

    /// Until the library's threads have not run for a second.
    fn wait_for_rest(&self) {
        let (mut last, mut since) = (switches(), Instant::now());
        wait_for("the library to come to rest", AFTERMATH + PATIENCE / 2, || {
            let now = switches();
            if now != last {
                (last, since) = (now, Instant::now());
            }
            since.elapsed() > Duration::from_secs(1)
        });
    }

    fn tell(&self, moment: &str, empty: &Holdings) {
        let now = Holdings::now();
        self.say(&format!("{moment}.threads"), now.threads as f64 - empty.threads as f64, "threads");
        self.say(&format!("{moment}.resident"), (now.resident as f64 - empty.resident as f64) / 1024.0, "KiB");
        self.say(&format!("{moment}.descriptors"), now.descriptors as f64 - empty.descriptors as f64, "descriptors");
    }

    fn say(&self, name: &str, value: f64, unit: &str) {
        println!("bench: footprint.clients-{}.{name} {value:.2} {unit}", self.clients);
    }
}

/// How often the threads beside this one have given up the processor.
fn switches() -> u64 {
    let own = std::process::id();
    process::threads().into_keys().filter(|thread| *thread != own).map(process::switches).sum()
}
