//! The processes, and what so many clients take. It reads `/proc/self` and starts this program again.

use std::collections::BTreeMap;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use practice_provider::{Options, Player, PracticeProvider};
use support::ffi::*;
use support::running::Running;
use support::{Client, ConfigBuilder, Library, Login, process, wait_for};

use crate::{crowd, loads};

/// A thousand clients are created, and as many signed in as a machine has seats.
const NUMBERS: [usize; 3] = [1, 10, 1000];
const SEATS: usize = 10;
const IDLE: Duration = Duration::from_secs(60);
/// As long again as it had been at rest before.
const IDLE_QUICK: Duration = AT_REST;
/// Longer than the library's five seconds for a connection that does not come about, and than the line's for one on which nothing moves.
const AT_REST: Duration = Duration::from_secs(6);
/// Within that everything that a sign-in leaves behind has come to its end.
const AFTERMATH: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(300);

/// What the command line asks for.
#[derive(Default)]
pub struct Words(BTreeMap<String, String>);

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

    pub fn get(&self, word: &str) -> Option<&str> {
        self.0.get(word).map(String::as_str)
    }

    /// A client's at that provider.
    pub fn config(&self, issuer: &str, number: usize) -> ConfigBuilder {
        let config = ConfigBuilder::new(issuer, "practice-game").profile_slot(&format!("seat-{number}"));
        match self.get("--authority") {
            Some(file) => config.ca_certificates(&std::fs::read_to_string(file).expect("the authority as PEM")),
            None => config,
        }
    }

    /// This program again, with the same words and these.
    pub fn again(&self, more: &[&str]) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
        command.args(more);
        for (word, value) in &self.0 {
            command.arg(word);
            if !value.is_empty() {
                command.arg(value);
            }
        }
        command
    }
}

/// To its end; each line that it prints is handed on.
pub fn run(command: &mut Command, hear: impl FnMut(&str)) {
    let finished = Running::start_for(command, PATIENCE).finish_and_hear("", hear);
    assert!(finished.status.success(), "{finished}");
}

/// The library, without the log that the tests keep.
pub fn library() -> &'static Library {
    let library = Library::load();
    // SAFETY: no sink, no context.
    unsafe { library.set_log_sink(None, std::ptr::null_mut(), LATCHKEY_LOG_ERROR) }.expect("latchkey_set_log_sink");
    library
}

pub fn main() -> ExitCode {
    let mut words = Words::read();
    if words.get(loads::WORD).is_some() {
        loads::once(&words);
        return ExitCode::SUCCESS;
    }
    if words.get(crowd::WORD).is_some() {
        crowd::measure(&words);
        return ExitCode::SUCCESS;
    }
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
    if let Some(provider) = &own {
        words.0.insert("--issuer".to_owned(), provider.issuer().to_owned());
    }
    loads::measure(&words);
    for number in NUMBERS {
        run(&mut words.again(&["--clients", &number.to_string()]), |line| println!("{line}"));
    }
    if words.get("--named-issuer").is_some() {
        run(&mut words.again(&[crowd::WORD]), |line| println!("{line}"));
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
        let library = library();
        let issuer = self.words.get("--issuer").expect("an issuer");
        let clients: Vec<_> =
            (0..self.clients).map(|number| Client::create(&self.words.config(issuer, number))).collect();
        wait_for_rest(|| {});
        self.tell("created", &empty);
        let seated = clients.len().min(SEATS);
        for client in &clients[..seated] {
            self.sign_in(client);
        }
        wait_for_rest(|| {});
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

/// Until the library's threads have not run for a while, and nothing was opened or closed. `meanwhile` is called each millisecond.
pub fn wait_for_rest(mut meanwhile: impl FnMut()) {
    let stirred = || (switches(), process::descriptors());
    let (mut last, mut since) = (stirred(), Instant::now());
    wait_for("the library to come to rest", AFTERMATH + PATIENCE / 2, || {
        meanwhile();
        let now = stirred();
        if now != last {
            (last, since) = (now, Instant::now());
        }
        since.elapsed() > AT_REST
    });
}

/// How often the threads beside this one have given up the processor.
fn switches() -> u64 {
    let own = std::process::id();
    process::threads().into_keys().filter(|thread| *thread != own).map(process::switches).sum()
}
