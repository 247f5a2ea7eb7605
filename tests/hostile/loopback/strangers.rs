//! Strangers who attack the callback's port, from a process other than the library's: what they need for it is not counted.
//!
//! The provider's process plays them, and the browser, whose answer has to get through. The library's process tells it what to do
//! over a connection, a line for each order and a line for each answer.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use practice_provider::{Options, Player};
use support::process::raise_descriptor_limit;
use support::stage::beside_a_provider_with;

const ADDRESS: &str = "LATCHKEY_TEST_STRANGERS";
const PATIENCE: Duration = Duration::from_secs(60);
const CHUNK: usize = 64 * 1024;
/// A flood ends here whether it is told to or not.
pub const MOST_CONNECTIONS: u64 = 20_000;

/// What strangers do.
#[derive(Clone, Copy, Debug)]
pub enum Attack {
    /// Twenty connections that say nothing, as browsers open them ahead.
    SilentPreconnects,
    /// A hundred connections that say almost as much as is listened to, then a byte now and then, and come again when they are cut
    /// off: each seat is taken, and each buffer full.
    SlowLoris,
    /// 10,000 connections, as many of them held open as the system lets, half of which begin a request; then more of them.
    TenThousandConnections,
    /// 32 connections at a time that each push 256 MiB of headers, or as much as is taken.
    EndlessHeaders,
    /// The same with one header line.
    EndlessHeaderLine,
    /// The same with a body in chunks.
    EndlessBody,
    /// A hundred requests in one go, on each of 32 connections at a time.
    Pipelining,
}

const ATTACKS: [Attack; 7] = [
    Attack::SilentPreconnects,
    Attack::SlowLoris,
    Attack::TenThousandConnections,
    Attack::EndlessHeaders,
    Attack::EndlessHeaderLine,
    Attack::EndlessBody,
    Attack::Pipelining,
];

/// The strangers, as the library's process sees them.
pub struct Strangers(BufReader<TcpStream>);

impl Strangers {
    /// Reached once.
    pub fn reach() -> Self {
        let address = std::env::var(ADDRESS).expect("the first process has set it");
        let connection = TcpStream::connect(address).expect("the strangers");
        connection.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        Self(BufReader::new(connection))
    }

    /// Attacks this port, and returns when the attack is in full swing. It goes on.
    pub fn attack(&mut self, attack: Attack, port: u16) -> String {
        self.order(&format!("{attack:?} {port}"))
    }

    /// Lets the browser load this address; tells how long that took, with reloads, and the status.
    pub fn visit(&mut self, address: &str) -> (Duration, u16) {
        let answer = self.order(&format!("visit {address}"));
        let (micros, status) = answer.split_once(' ').unwrap_or_else(|| panic!("the browser: {answer}"));
        let number = |text: &str| text.parse::<u64>().unwrap_or_else(|_| panic!("the browser: {answer}"));
        (Duration::from_micros(number(micros)), number(status) as u16)
    }

    /// Ends the attack; tells what it came to.
    pub fn stop(&mut self) -> String {
        self.order("stop")
    }

    fn order(&mut self, order: &str) -> String {
        writeln!(self.0.get_mut(), "{order}").expect("the strangers hear");
        let mut line = String::new();
        self.0.read_line(&mut line).expect("the strangers answer");
        line.trim_end().to_owned()
    }
}

/// Runs the body in a process of its own, with the provider and strangers in the first one.
pub fn among_strangers<F: FnOnce(&str)>(body: F) {
    // One attack at a time: two would measure each other.
    static ATTACKED: Mutex<()> = Mutex::new(());
    let mut turn = None;
    let prepare = |command: &mut Command| {
        turn = Some(ATTACKED.lock().unwrap_or_else(PoisonError::into_inner));
        raise_descriptor_limit();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port for the strangers");
        command.env(ADDRESS, listener.local_addr().expect("its address").to_string());
        // Ends with the connection, and so with the second process.
        thread::spawn(move || serve(&listener));
    };
    beside_a_provider_with::<F>(Options::default(), prepare, body);
}

fn serve(listener: &TcpListener) {
    let Ok((connection, _)) = listener.accept() else { return };
    let Ok(mut answers) = connection.try_clone() else { return };
    let mut raid: Option<Raid> = None;
    for order in BufReader::new(connection).lines() {
        let Ok(order) = order else { return };
        let answer = match order.split_once(' ') {
            Some(("visit", address)) => visit(address),
            Some((name, port)) => {
                let attack = ATTACKS.into_iter().find(|attack| format!("{attack:?}") == name);
                match (attack, port.parse()) {
                    (Some(attack), Ok(port)) => raid.insert(Raid::begin(attack, port)).in_full_swing(),
                    _ => format!("no such order: {order}"),
                }
            }
            None => raid.take().map_or_else(|| "nothing was under way".to_owned(), Raid::end),
        };
        if writeln!(answers, "{answer}").is_err() {
            return;
        }
    }
}

/// A browser that is turned away loads the page again.
fn visit(address: &str) -> String {
    let begun = Instant::now();
    let mut failure = String::new();
    while begun.elapsed() < Duration::from_secs(10) {
        match Player::new().with_timeout(Duration::from_secs(5)).follow(address) {
            Ok(page) => return format!("{} {}", begun.elapsed().as_micros(), page.status),
            Err(problem) => failure = problem.to_string(),
        }
    }
    failure
}

/// What all threads of an attack share.
struct Shared {
    target: SocketAddr,
    stopped: AtomicBool,
    /// Connections that were made.
    made: AtomicU64,
    /// Connections that were cut off, or answered.
    over: AtomicU64,
    /// The most bytes that one connection took.
    most: AtomicU64,
}

struct Raid {
    attack: Attack,
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Raid {
    fn begin(attack: Attack, port: u16) -> Self {
        let shared = Arc::new(Shared {
            target: (Ipv4Addr::LOCALHOST, port).into(),
            stopped: AtomicBool::new(false),
            made: AtomicU64::new(0),
            over: AtomicU64::new(0),
            most: AtomicU64::new(0),
        });
        let (count, part): (usize, fn(&Shared)) = match attack {
            Attack::SilentPreconnects => (1, |shared| shared.hold_silently(20)),
            Attack::SlowLoris => (100, Shared::drip),
            Attack::TenThousandConnections => (1, Shared::flood),
            Attack::EndlessHeaders => (32, |shared| shared.push(b"GET /callback HTTP/1.1\r\n", b"x: y\r\n")),
            Attack::EndlessHeaderLine => (32, |shared| shared.push(b"GET /callback HTTP/1.1\r\nX: ", b"x")),
            Attack::EndlessBody => (32, Shared::push_a_body),
            Attack::Pipelining => (32, Shared::pipeline),
        };
        let thread = |_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || part(&shared))
        };
        let threads = (0..count).map(thread).collect();
        Self { attack, shared, threads }
    }

    /// Waits until the attack is what its name says.
    fn in_full_swing(&self) -> String {
        let (made, over) = match self.attack {
            Attack::SilentPreconnects => (20, 0),
            Attack::SlowLoris => (100, 0),
            Attack::TenThousandConnections => (10_000, 0),
            _ => (32, 200),
        };
        let begun = Instant::now();
        while self.shared.made.load(Ordering::Relaxed) < made || self.shared.over.load(Ordering::Relaxed) < over {
            if begun.elapsed() > PATIENCE {
                return format!("failed: {}", self.words());
            }
            thread::park_timeout(Duration::from_millis(1));
        }
        self.words()
    }

    fn end(self) -> String {
        self.shared.stopped.store(true, Ordering::Relaxed);
        let words = self.words();
        for thread in self.threads {
            if thread.join().is_err() {
                return "failed: a stranger panicked".to_owned();
            }
        }
        words
    }

    fn words(&self) -> String {
        let count = |number: &AtomicU64| number.load(Ordering::Relaxed);
        let shared = &self.shared;
        format!("made {} over {} most {}", count(&shared.made), count(&shared.over), count(&shared.most))
    }
}

impl Shared {
    fn go_on(&self) -> bool {
        !self.stopped.load(Ordering::Relaxed)
    }

    /// A connection with short time-outs, so that a stop is heard.
    fn connect(&self) -> Option<TcpStream> {
        let connection = TcpStream::connect_timeout(&self.target, Duration::from_secs(2)).ok()?;
        for set in [TcpStream::set_read_timeout, TcpStream::set_write_timeout] {
            set(&connection, Some(Duration::from_millis(500))).ok()?;
        }
        self.made.fetch_add(1, Ordering::Relaxed);
        Some(connection)
    }

    fn ended(&self, taken: u64) {
        self.most.fetch_max(taken, Ordering::Relaxed);
        self.over.fetch_add(1, Ordering::Relaxed);
    }

    fn hold_silently(&self, count: usize) {
        let held: Vec<_> = (0..count).filter_map(|_| self.connect()).collect();
        while self.go_on() {
            thread::park_timeout(Duration::from_millis(5));
        }
        drop(held);
    }

    fn drip(&self) {
        while self.go_on() {
            let Some(mut connection) = self.connect() else { continue };
            let mut taken = 0;
            let beginning = format!("GET /callback HTTP/1.1\r\nX: {}", "x".repeat(15 * 1024));
            let mut open = connection.write_all(beginning.as_bytes()).is_ok();
            while open && self.go_on() {
                thread::park_timeout(Duration::from_millis(50));
                open = connection.write_all(b"x").is_ok();
                taken += 1;
            }
            self.ended(taken);
        }
    }

    fn flood(&self) {
        // The library's process has its own; what is left is for the other tests of this one.
        let most = usize::try_from(raise_descriptor_limit()).unwrap_or(usize::MAX).saturating_sub(700).min(10_000);
        let mut held = VecDeque::with_capacity(most);
        // Local ports are finite too.
        while self.go_on() && self.made.load(Ordering::Relaxed) < MOST_CONNECTIONS {
            if self.made.load(Ordering::Relaxed) >= 10_000 {
                // Enough to be a flood still, and for as long as it is watched.
                thread::park_timeout(Duration::from_micros(300));
            }
            let Some(mut connection) = self.connect() else { continue };
            if self.made.load(Ordering::Relaxed).is_multiple_of(2) {
                // Whether it is still wanted is the listener's business.
                let _ = connection.write_all(b"GET /callback?code=");
            }
            held.push_back(connection);
            if held.len() > most {
                held.pop_front();
            }
        }
        while self.go_on() {
            thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Sends a beginning and then the same over and over, up to 256 MiB, until the connection is cut off.
    fn push(&self, beginning: &[u8], repeated: &[u8]) {
        let chunk = repeated.repeat((CHUNK / repeated.len()).max(1));
        while self.go_on() {
            let Some(mut connection) = self.connect() else { continue };
            let mut taken = 0;
            let mut open = connection.write_all(beginning).is_ok();
            while open && self.go_on() && taken < 256 << 20 {
                open = connection.write_all(&chunk).is_ok();
                taken += if open { chunk.len() as u64 } else { 0 };
            }
            self.ended(taken);
        }
    }

    fn push_a_body(&self) {
        let head =
            format!("GET /callback?code=x HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n", self.target);
        self.push(head.as_bytes(), format!("{CHUNK:x}\r\n{}\r\n", "b".repeat(CHUNK)).as_bytes());
    }

    fn pipeline(&self) {
        let request = format!("GET /favicon.ico HTTP/1.1\r\nHost: {}\r\n\r\n", self.target);
        let requests = request.repeat(100);
        while self.go_on() {
            let Some(mut connection) = self.connect() else { continue };
            let mut answers = Vec::new();
            // Who has been answered is hung up on, also in the middle of what they still say.
            let _ = connection.write_all(requests.as_bytes());
            let _ = connection.shutdown(Shutdown::Write);
            let _ = connection.read_to_end(&mut answers);
            let count = answers.windows(7).filter(|window| window == b"HTTP/1.").count();
            self.ended(count as u64);
        }
    }
}
