//! When a session has ended, nothing of its tokens is left in the memory of the process, though the client lives on.
//!
//! The process that has the client never has a token in its own hands: the provider and the player's browser are in the first
//! process, which also does the searching (`/proc/PID/mem`) and tells by name only what it has found.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use practice_provider::{Options, Player, PracticeProvider};
use support::ffi::*;
use support::{Client, ConfigBuilder, Library, Login, PATIENCE, in_own_process_of, wait_for};

use crate::stage::{ADA, GAME, Stage};

const ISSUER: &str = "LATCHKEY_TEST_ISSUER";
const SEARCHER: &str = "LATCHKEY_TEST_SEARCHER";
/// So much of a secret is as good as found: nobody guesses the other half of a token, but a rest in a buffer tells of a leak.
const PIECE: usize = 24;
/// Connections close a moment after the session has ended.
const SOON: Duration = Duration::from_secs(10);

/// What the process with the client has of the first one.
struct Searcher {
    lines: BufReader<TcpStream>,
}

impl Searcher {
    fn ask(&mut self, question: &str) -> String {
        writeln!(self.lines.get_mut(), "{question}").expect("the first process listens");
        let mut answer = String::new();
        self.lines.read_line(&mut answer).expect("the first process answers");
        answer.trim_end().to_owned()
    }

    /// What of the secrets is in this process's memory, and where; empty if nothing is.
    fn search(&mut self) -> String {
        self.ask("search")
    }
}

/// Runs the body in a process of its own, with the provider, a browser and the searcher in the first one.
#[track_caller]
fn searched<F: FnOnce(&Client, &mut Searcher)>(body: F) {
    let mut helper = None;
    let start = |command: &mut std::process::Command| {
        let provider = PracticeProvider::start(Options::default()).expect("a practice provider");
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        command.env(ISSUER, provider.issuer());
        command.env(SEARCHER, listener.local_addr().expect("its address").to_string());
        helper = Some(std::thread::spawn(move || help(&listener, &provider)));
    };
    in_own_process_of::<F>(start, || {
        let address = std::env::var(SEARCHER).expect("the first process has set it");
        let connection = TcpStream::connect(address).expect("the first process listens");
        let mut searcher = Searcher { lines: BufReader::new(connection) };
        assert_eq!(searcher.ask(&format!("process {}", std::process::id())), "yes");
        let issuer = std::env::var(ISSUER).expect("the first process has set it");
        let client = Client::create(&ConfigBuilder::new(&issuer, GAME));
        body(&client, &mut searcher);
    });
    if let Some(helper) = helper {
        helper.join().expect("the searcher's end");
    }
}

/// The first process's side: answers until the other one hangs up.
fn help(listener: &TcpListener, provider: &PracticeProvider) {
    let (connection, _) = listener.accept().expect("the process with the client");
    let mut answers = connection.try_clone().expect("a second handle");
    let mut process = 0;
    // It hangs up when its test has ended, well or not.
    for question in BufReader::new(connection).lines().map_while(Result::ok) {
        let answer = match question.split_once(' ') {
            Some(("process", id)) => {
                process = id.parse().expect("a process id");
                "yes".to_owned()
            }
            Some(("open", url)) => match Player::new().sign_in(url, ADA) {
                Ok(_) => "yes".to_owned(),
                Err(error) => error.to_string(),
            },
            _ => shown(&found(process, &Needles::of(provider))),
        };
        if writeln!(answers, "{answer}").is_err() {
            break;
        }
    }
}

/// Pieces of the secrets, by their first eight bytes.
struct Needles(HashMap<[u8; 8], Vec<(String, [u8; PIECE])>>);

impl Needles {
    fn of(provider: &PracticeProvider) -> Self {
        let mut secrets: Vec<(String, String)> =
            provider.issued().into_iter().map(|(kind, text)| (kind.to_owned(), text)).collect();
        for request in provider.requests() {
            secrets.extend(request.parameters.into_iter().filter(|(name, _)| name == "code_verifier"));
        }
        let mut needles: HashMap<_, Vec<_>> = HashMap::new();
        for (kind, text) in secrets {
            assert!(text.len() >= PIECE, "{kind}: too short to be told from anything else");
            for piece in text.as_bytes().chunks_exact(PIECE) {
                let piece: [u8; PIECE] = piece.try_into().expect("a whole piece");
                needles.entry(start_of(&piece)).or_default().push((kind.clone(), piece));
            }
        }
        Self(needles)
    }

    /// Calls `found` with the kind of each piece that is in `bytes`.
    fn find(&self, bytes: &[u8], mut found: impl FnMut(&str)) {
        let in_secret = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        let mut run = 0;
        for (end, byte) in bytes.iter().enumerate() {
            run = if in_secret(*byte) { run + 1 } else { 0 };
            if run < PIECE {
                continue;
            }
            let window = &bytes[end + 1 - PIECE..=end];
            for (kind, piece) in self.0.get(&start_of(window)).into_iter().flatten() {
                if piece == window {
                    found(kind);
                }
            }
        }
    }
}

fn start_of(piece: &[u8]) -> [u8; 8] {
    piece[..8].try_into().expect("a piece is longer")
}

/// How many pieces of what are where in the readable and writable memory of a process.
fn found(process: u32, needles: &Needles) -> BTreeMap<(String, String), usize> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).expect("the process lives");
    let memory = File::open(format!("/proc/{process}/mem")).expect("a parent may read its child's memory");
    let mut counts = BTreeMap::new();
    let mut buffer = Vec::new();
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, access) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if !access.starts_with("rw") {
            continue;
        }
        let name = words.nth(3).unwrap_or("anonymous").to_owned();
        let (start, end) = range.split_once('-').expect("a range");
        let number = |text| u64::from_str_radix(text, 16).expect("a number");
        let (start, end) = (number(start), number(end));
        buffer.resize((end - start) as usize, 0);
        // What has gone since it was listed, or can't be read by anybody, holds nothing.
        let read = memory.read_at(&mut buffer, start).unwrap_or(0);
        needles.find(&buffer[..read], |kind| *counts.entry((kind.to_owned(), name.clone())).or_default() += 1);
    }
    counts
}

fn shown(found: &BTreeMap<(String, String), usize>) -> String {
    let one = |((kind, place), count): (&(String, String), &usize)| format!("{kind} in {place}: {count} pieces");
    found.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The host takes a token and frees it; the text never leaves the library's memory.
fn take_and_free_a_token(client: &Client) {
    let functions = &Library::load().functions;
    let mut token = std::ptr::null_mut();
    // SAFETY: a ticket, and an output that is writable; freed once.
    unsafe {
        assert_eq!((functions.latchkey_get_access_token)(client.handle(), 0, &mut token), LATCHKEY_OK);
        assert!(!(functions.latchkey_token_text)(token).is_null());
        (functions.latchkey_token_free)(token);
    }
}

fn sign_in(client: &Client, searcher: &mut Searcher) {
    client.start_login(&Login::new()).expect("latchkey_start_login");
    assert_eq!(searcher.ask(&format!("open {}", client.prompt_url())), "yes");
    client.wait_for_state(LATCHKEY_STATE_SIGNED_IN);
}

#[track_caller]
fn assert_all_is_forgotten(searcher: &mut Searcher) {
    let start = Instant::now();
    loop {
        let left = searcher.search();
        if left.is_empty() {
            return;
        }
        assert!(start.elapsed() < SOON, "still in memory: {left}");
    }
}

/// A whole session, up to its end in this way.
fn live(client: &Client, searcher: &mut Searcher, mode: u32) {
    sign_in(client, searcher);
    take_and_free_a_token(client);
    let found = searcher.search();
    for kind in ["access token", "refresh token", "ID token"] {
        assert!(found.contains(kind), "the search does not find what must be there ({kind}): {found}");
    }
    client.refresh_session().expect("latchkey_refresh_session");
    client.wait_until_settled();
    take_and_free_a_token(client);
    client.logout(mode).expect("latchkey_logout");
    assert_eq!(client.wait_until_settled().error, LATCHKEY_OK, "{}", client.error_text());
}

#[test]
fn after_a_logout_nothing_of_any_token_is_left_in_memory() {
    searched(|client, searcher| {
        live(client, searcher, LATCHKEY_LOGOUT_LOCAL);
        assert_all_is_forgotten(searcher);
        live(client, searcher, LATCHKEY_LOGOUT_REVOKE);
        assert_all_is_forgotten(searcher);
    });
}

/// A connection keeps what went over it in its buffers, and its pool wakes the thread.
#[test]
fn no_connection_stays_open_when_nothing_is_under_way() {
    let mut stage = Stage::new();
    let assert_closed = |stage: &Stage, when: &str| {
        wait_for(&format!("the connections to be closed after the {when}"), PATIENCE, || {
            stage.provider.connections_open() == 0
        });
    };
    stage.sign_in();
    assert_closed(&stage, "login");
    stage.client.refresh_session().expect("latchkey_refresh_session");
    stage.client.wait_until_settled();
    assert_closed(&stage, "refresh");
    stage.client.logout(LATCHKEY_LOGOUT_REVOKE).expect("latchkey_logout");
    stage.client.wait_until_settled();
    assert_closed(&stage, "logout");
}
