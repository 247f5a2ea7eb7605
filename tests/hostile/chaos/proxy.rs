//! What stands between library and provider: takes requests one by one, asks the storm, and carries the fault out.
//!
//! May touch loopback sockets and threads of its own, all of which end with it. It alters no answer; it cuts, delays and
//! withholds.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use socket2::SockRef;

use crate::journal::Entry;
use crate::message;
use crate::storm::{Fault, Kind, Storm};

/// How often whoever waits looks whether the library has hung up or the storm is over.
const LOOK: Duration = Duration::from_millis(10);
/// An answer that nobody overtakes comes all the same.
const HELD_BACK: Duration = Duration::from_millis(250);
/// The provider is on this machine and answers within milliseconds.
const PROVIDER: Duration = Duration::from_secs(30);

/// A running proxy. Its drop hangs up on everybody and joins all threads.
pub struct Proxy {
    inside: Arc<Inside>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

struct Inside {
    provider: SocketAddr,
    storm: Storm,
    since: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    storming: bool,
    closing: bool,
    asked: BTreeMap<Kind, u32>,
    journal: Vec<Entry>,
    leavings: Vec<Duration>,
    /// Answers that got through, for those that are to be overtaken.
    answers: usize,
    connections: u64,
    open: HashMap<u64, TcpStream>,
    threads: Vec<JoinHandle<()>>,
}

impl State {
    /// Whoever hangs looks up only now and then. A request that comes right after the library gave another one up must not find
    /// that one still open.
    fn close_what_was_given_up(&mut self, now: Duration) {
        for entry in self.journal.iter_mut().filter(|entry| entry.ended == Duration::MAX) {
            if self.open.get(&entry.connection).is_some_and(has_hung_up) {
                (entry.ended, entry.given_up) = (now, true);
            }
        }
    }
}

/// How a connection goes on after a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Keep,
    Close,
    Reset,
}

impl Proxy {
    /// Passes everything on, until told to storm.
    pub fn open(listener: TcpListener, provider: SocketAddr, storm: Storm) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let inside = Arc::new(Inside { provider, storm, since: Instant::now(), state: Mutex::default() });
        let accepting = Arc::clone(&inside);
        let thread = thread::Builder::new().name("chaos-door".into()).spawn(move || accepting.accept(&listener))?;
        Ok(Self { inside, address, thread: Some(thread) })
    }

    /// Begins to storm, or ends it: then whoever hangs is cut off, and everything passes.
    pub fn storm(&self, storming: bool) {
        self.inside.state().storming = storming;
    }

    /// A client is about to be destroyed.
    pub fn note_leaving(&self) {
        let now = self.inside.since.elapsed();
        self.inside.state().leavings.push(now);
    }

    pub fn leavings(&self) -> Vec<Duration> {
        self.inside.state().leavings.clone()
    }

    pub fn journal(&self) -> Vec<Entry> {
        self.inside.state().journal.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        {
            let mut state = self.inside.state();
            (state.closing, state.storming) = (true, false);
            for (_, stream) in state.open.drain() {
                // The other side may have hung up first.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        // The listener is asleep in `accept`; a connection wakes it.
        if let Ok(stream) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.address.port())) {
            hang_up(stream, After::Reset);
        }
        let door = self.thread.take();
        let threads = door.into_iter().chain(std::mem::take(&mut self.inside.state().threads));
        for thread in threads.collect::<Vec<_>>() {
            // One that panicked has said so on standard error.
            let _ = thread.join();
        }
    }
}

impl Inside {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_calm(&self) -> bool {
        !self.state().storming
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            let mut state = self.state();
            if state.closing {
                return;
            }
            let Ok(stream) = stream else { continue };
            state.connections += 1;
            let number = state.connections;
            let fault = self.next_fault(&mut state, Kind::Connect).1;
            drop(state);
            if fault == Fault::ResetBefore {
                hang_up(stream, After::Reset);
                continue;
            }
            let serving = Arc::clone(self);
            let served = thread::Builder::new().name("chaos-line".into()).spawn(move || serving.serve(stream, number));
            // Without a thread the connection is dropped, which the library has to bear as well.
            self.state().threads.extend(served);
        }
    }

    /// The ordinal and the fault of the next request of a kind.
    fn next_fault(&self, state: &mut State, kind: Kind) -> (Option<u32>, Fault) {
        if !state.storming {
            return (None, Fault::None);
        }
        let asked = state.asked.entry(kind).or_default();
        let ordinal = *asked;
        *asked += 1;
        (Some(ordinal), self.storm.fault(kind, ordinal))
    }

    /// One connection, request by request.
    fn serve(&self, mut stream: TcpStream, number: u64) {
        if let Ok(handle) = stream.try_clone() {
            self.state().open.insert(number, handle);
        }
        // Without it the kernel would add delays of its own.
        let _ = stream.set_nodelay(true);
        let mut after = After::Keep;
        while after == After::Keep {
            after = match message::read(&mut stream) {
                Ok(Some(request)) => self.pass_on(&mut stream, number, &request),
                // The library has hung up already: this only spares its port the minute of TIME_WAIT, in which thousands of
                // seeds would run out of ports.
                Ok(None) => After::Reset,
                Err(_) => After::Close,
            };
        }
        // A reset goes out with the last handle only.
        self.state().open.remove(&number);
        hang_up(stream, after);
    }

    fn pass_on(&self, stream: &mut TcpStream, connection: u64, request: &[u8]) -> After {
        let kind = message::kind(request);
        let (index, fault) = {
            let mut state = self.state();
            let (ordinal, fault) = self.next_fault(&mut state, kind);
            state.close_what_was_given_up(self.since.elapsed());
            let began = self.since.elapsed();
            state.journal.push(Entry {
                kind,
                ordinal,
                fault,
                connection,
                began,
                ended: Duration::MAX,
                spends: message::spends(request, kind),
                status: None,
                gives: None,
                delivered: false,
                given_up: false,
            });
            (state.journal.len() - 1, fault)
        };
        let after = self.carry_out(stream, request, fault, index);
        let given_up = has_hung_up(stream);
        self.note(index, |entry| {
            if !entry.delivered && !entry.given_up {
                (entry.ended, entry.given_up) = (self.since.elapsed(), given_up);
            }
        });
        after
    }

    fn carry_out(&self, stream: &mut TcpStream, request: &[u8], fault: Fault, index: usize) -> After {
        match fault {
            Fault::CutBefore => return After::Close,
            Fault::ResetBefore => return After::Reset,
            Fault::Hang => {
                while !has_hung_up(stream) && !self.is_calm() {
                    thread::sleep(LOOK);
                }
                return After::Reset;
            }
            Fault::TurnedAway { status, retry_after_s } => {
                return self.deliver(stream, &turned_away(status, retry_after_s), index, After::Keep);
            }
            Fault::Delay { there, .. } => self.wait(stream, there),
            _ => {}
        }
        let Ok(answer) = self.ask(request) else { return After::Close };
        self.note(index, |entry| {
            entry.status = message::status(&answer);
            entry.gives = message::gives(&answer);
        });
        let cut = |percent: usize| &answer[..answer.len() * percent / 100];
        match fault {
            Fault::CutAfter => After::Close,
            Fault::ResetAfter => After::Reset,
            // That not even this much arrived is what a cut may do as well.
            Fault::CutWithin { percent } => stream.write_all(cut(percent)).map_or(After::Close, |()| After::Close),
            Fault::ResetWithin { percent } => stream.write_all(cut(percent)).map_or(After::Reset, |()| After::Reset),
            Fault::Trickle { pieces, pause } => self.trickle(stream, &answer, pieces, pause, index),
            Fault::Delay { back, .. } => {
                self.wait(stream, back);
                self.deliver(stream, &answer, index, After::Keep)
            }
            Fault::Overtaken => {
                self.wait_to_be_overtaken(stream);
                self.deliver(stream, &answer, index, After::Keep)
            }
            Fault::CutBehind => self.deliver(stream, &answer, index, After::Close),
            _ => self.deliver(stream, &answer, index, After::Keep),
        }
    }

    fn ask(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let mut provider = TcpStream::connect_timeout(&self.provider, PROVIDER)?;
        provider.set_nodelay(true)?;
        provider.set_read_timeout(Some(PROVIDER))?;
        provider.write_all(request)?;
        let answer = message::read(&mut provider)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into());
        hang_up(provider, After::Reset);
        answer
    }

    fn trickle(&self, stream: &mut TcpStream, answer: &[u8], pieces: usize, pause: Duration, index: usize) -> After {
        let size = answer.len().div_ceil(pieces).max(1);
        let mut pieces: Vec<_> = answer.chunks(size).collect();
        let last = pieces.pop().unwrap_or_default();
        for piece in pieces {
            if stream.write_all(piece).is_err() {
                return After::Close;
            }
            self.wait(stream, pause);
        }
        self.deliver(stream, last, index, After::Keep)
    }

    /// An answer, or its last bytes: after them the library has it all.
    fn deliver(&self, stream: &mut TcpStream, bytes: &[u8], index: usize, after: After) -> After {
        if has_hung_up(stream) {
            return After::Close;
        }
        // Noted first: what the library does with the answer must not come before it in the journal.
        self.note(index, |entry| (entry.delivered, entry.ended) = (true, self.since.elapsed()));
        self.state().answers += 1;
        match stream.write_all(bytes) {
            Ok(()) => after,
            Err(_) => {
                self.note(index, |entry| entry.delivered = false);
                After::Close
            }
        }
    }

    fn wait(&self, stream: &TcpStream, how_long: Duration) {
        let until = Instant::now() + how_long;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || has_hung_up(stream) || self.state().closing {
                return;
            }
            thread::sleep(left.min(LOOK));
        }
    }

    fn wait_to_be_overtaken(&self, stream: &TcpStream) {
        let before = self.state().answers;
        let until = Instant::now() + HELD_BACK;
        while Instant::now() < until && self.state().answers == before && !has_hung_up(stream) && !self.is_calm() {
            thread::sleep(LOOK);
        }
    }

    fn note(&self, index: usize, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.state().journal.get_mut(index) {
            change(entry);
        }
    }
}

fn turned_away(status: u16, retry_after_s: Option<u64>) -> Vec<u8> {
    let wish = retry_after_s.map_or(String::new(), |seconds| format!("Retry-After: {seconds}\r\n"));
    format!("HTTP/1.1 {status} Not Now\r\n{wish}Content-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>Later.")
        .into_bytes()
}

/// Whether the other side has closed or reset. A request that came early is no such thing.
fn has_hung_up(stream: &TcpStream) -> bool {
    // For this call only: another thread may be in the middle of a read or write of the same connection.
    let looking = libc::MSG_PEEK | libc::MSG_DONTWAIT;
    match SockRef::from(stream).recv_with_flags(&mut [MaybeUninit::uninit()], looking) {
        Ok(count) => count == 0,
        Err(problem) => problem.kind() != io::ErrorKind::WouldBlock,
    }
}

fn hang_up(stream: TcpStream, after: After) {
    if after == After::Reset {
        // A close with nothing to linger for is a reset. One that can't be had is a plain close.
        let _ = SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    } else {
        let _ = stream.shutdown(Shutdown::Write);
    }
}
