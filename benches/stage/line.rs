//! The line between a player and the provider: adds a round trip's time, and hangs up on connections that are idle, as load
//! balancers do. Knows nothing of TLS or HTTP.
//!
//! Half of the round trip is added to each direction. What no proxy can delay is the kernel's handshake with the client: to it the
//! connection is there at once. So nothing that the client sends leaves the line before a round trip has passed since the
//! connection was taken, which is when it could have been sent at the earliest. A new connection costs its round trip, one
//! that was opened ahead does not, as in the world. Congestion, loss and name look-ups are not modelled.
//!
//! Threads that sleep, no asynchronous timer: those count in whole milliseconds, of which there are ten in the shortest round trip.
//!
//! May touch loopback sockets and threads of its own, all of which end with it.

use std::collections::HashMap;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A running line. Its drop hangs up on everybody and joins all threads.
pub struct Line {
    inside: Arc<Inside>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

struct Inside {
    behind: SocketAddr,
    round_trip: Duration,
    idle: Duration,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closing: bool,
    connections: u64,
    open: HashMap<u64, [TcpStream; 2]>,
    threads: Vec<JoinHandle<()>>,
}

/// What travels.
enum Parcel {
    Bytes(Vec<u8>),
    /// No more of them in this direction.
    End,
    /// The line is closed at this end.
    HangUp,
}

/// One direction of a connection, at its near end.
struct Sending {
    from: TcpStream,
    /// Before this nothing can have been sent.
    earliest: Instant,
    delay: Duration,
    post: Sender<(Instant, Parcel)>,
}

/// When bytes were last seen, in either direction.
type Seen = Arc<Mutex<Instant>>;

impl Line {
    /// Takes connections at `listener` and carries them to `behind`.
    pub fn open(listener: TcpListener, behind: SocketAddr, round_trip: Duration, idle: Duration) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let inside = Arc::new(Inside { behind, round_trip, idle, state: Mutex::default() });
        let accepting = Arc::clone(&inside);
        let thread = thread::Builder::new().name("line-door".into()).spawn(move || accepting.accept(&listener))?;
        Ok(Self { inside, address, thread: Some(thread) })
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        {
            let mut state = self.inside.state();
            state.closing = true;
            for stream in state.open.drain().flat_map(|(_, ends)| ends) {
                // The other side may have hung up first.
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
        // The listener is asleep in `accept`; a connection wakes it.
        drop(TcpStream::connect(self.address));
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

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            let taken = Instant::now();
            if self.state().closing {
                return;
            }
            // A connection that can't be carried on is dropped: for the client that is a hang-up.
            if let Ok(stream) = stream
                && let Err(problem) = self.carry(stream, taken)
            {
                eprintln!("the line could not take a connection: {problem}");
            }
        }
    }

    fn carry(self: &Arc<Self>, client: TcpStream, taken: Instant) -> io::Result<()> {
        let provider = TcpStream::connect(self.behind)?;
        // Without it the kernel would add delays of its own.
        client.set_nodelay(true)?;
        provider.set_nodelay(true)?;
        let half = self.round_trip / 2;
        let seen = Seen::new(Mutex::new(taken + self.round_trip));
        let (out, outbox) = channel();
        let (back, backbox) = channel();
        let towards = Sending { from: client.try_clone()?, earliest: taken + self.round_trip, delay: half, post: out };
        let homewards = Sending { from: provider.try_clone()?, earliest: taken, delay: half, post: back };
        let mut state = self.state();
        state.connections += 1;
        let number = state.connections;
        state.open.insert(number, [client.try_clone()?, provider.try_clone()?]);
        let (inside, idle, seen_back) = (Arc::clone(self), self.idle, Arc::clone(&seen));
        let farewell = homewards.post.clone();
        let threads = [
            spawn(move || towards.read(idle, &seen, Some(&farewell)))?,
            spawn(move || homewards.read(idle, &seen_back, None))?,
            spawn(move || deliver(&outbox, provider))?,
            spawn(move || {
                deliver(&backbox, client);
                inside.state().open.remove(&number);
            })?,
        ];
        state.threads.retain(|thread| !thread.is_finished());
        state.threads.extend(threads);
        Ok(())
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("line".into()).stack_size(64 * 1024).spawn(work)
}

impl Sending {
    /// Reads until this direction ends. With a `farewell` (the way back) it also is the one that hangs up on the idle.
    fn read(mut self, idle: Duration, seen: &Seen, farewell: Option<&Sender<(Instant, Parcel)>>) {
        let mut buffer = [0; 16 * 1024];
        loop {
            let quiet = last(seen).elapsed();
            if let Some(farewell) = farewell.filter(|_| quiet >= idle) {
                let now = Instant::now();
                self.post(now, Parcel::HangUp);
                // Whoever delivers may have ended with its connection.
                let _ = farewell.send((now + self.delay, Parcel::HangUp));
                return;
            }
            let patience = farewell.map(|_| (idle - quiet.min(idle)).max(Duration::from_millis(1)));
            // A connection that is gone is found by the read.
            let _ = self.from.set_read_timeout(patience);
            match self.from.read(&mut buffer) {
                Ok(0) => return self.send(Parcel::End),
                Ok(length) => {
                    note(seen);
                    self.send(Parcel::Bytes(buffer[..length].to_vec()));
                }
                Err(problem)
                    if matches!(
                        problem.kind(),
                        ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted
                    ) => {}
                Err(_) => return self.send(Parcel::End),
            }
        }
    }

    fn send(&self, parcel: Parcel) {
        self.post(Instant::now().max(self.earliest) + self.delay, parcel);
    }

    fn post(&self, due: Instant, parcel: Parcel) {
        // Whoever delivers may have ended with its connection.
        let _ = self.post.send((due, parcel));
    }
}

/// Writes what arrives, when it is due.
fn deliver(inbox: &Receiver<(Instant, Parcel)>, mut to: TcpStream) {
    while let Ok((due, parcel)) = inbox.recv() {
        wait_until(due);
        let gone = match parcel {
            Parcel::Bytes(bytes) => to.write_all(&bytes).is_err(),
            Parcel::End => to.shutdown(Shutdown::Write).is_err(),
            Parcel::HangUp => true,
        };
        if gone {
            break;
        }
    }
    // It may be closed from the other end already.
    let _ = to.shutdown(Shutdown::Both);
}

/// A sleeper is woken late by about this; what is left is waited for awake, since a line must not be longer than it says.
const LATE: Duration = Duration::from_micros(150);

fn wait_until(due: Instant) {
    thread::sleep(due.saturating_duration_since(Instant::now()).saturating_sub(LATE));
    while Instant::now() < due {
        thread::yield_now();
    }
}

fn last(seen: &Seen) -> Instant {
    *seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(seen: &Seen) {
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    *seen = Instant::now().max(*seen);
}
