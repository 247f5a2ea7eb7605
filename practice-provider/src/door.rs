//! The provider's front door: takes connections and passes their bytes to `tiny_http` behind it.
//!
//! `tiny_http` can neither cut a connection in the middle of an answer nor end idle ones when it stops, and tests need
//! both: a provider that hangs up, and one that is really gone after its drop. So the public port is the door's, and
//! the HTTP server listens behind it on a port nobody is told.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use socket2::SockRef;

struct Connection {
    peer: SocketAddr,
    outer: TcpStream,
    inner: TcpStream,
}

/// Open connections by the address that `tiny_http` sees.
#[derive(Default)]
struct Open {
    connections: Mutex<HashMap<SocketAddr, Connection>>,
    accepted: AtomicUsize,
    closing: AtomicBool,
}

impl Open {
    fn connections(&self) -> MutexGuard<'_, HashMap<SocketAddr, Connection>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See the module's comment.
pub(crate) struct Door {
    address: SocketAddr,
    open: Arc<Open>,
    thread: Option<JoinHandle<()>>,
}

impl Door {
    /// Opens the listener as the door in front of `behind`.
    pub(crate) fn open(listener: TcpListener, behind: SocketAddr) -> std::io::Result<Door> {
        let address = listener.local_addr()?;
        let open = Arc::new(Open::default());
        let inside = Arc::clone(&open);
        let thread = thread::Builder::new().name("practice-door".into()).spawn(move || {
            for stream in listener.incoming() {
                if inside.closing.load(Ordering::SeqCst) {
                    return;
                }
                // A connection that cannot be passed on is dropped: for the client that is a hang-up.
                if let Ok(stream) = stream {
                    let _ = pass_on(stream, behind, &inside);
                }
            }
        })?;
        Ok(Door { address, open, thread: Some(thread) })
    }

    /// Who is really at the other end.
    pub(crate) fn peer(&self, seen: SocketAddr) -> SocketAddr {
        self.open.connections().get(&seen).map_or(seen, |connection| connection.peer)
    }

    /// Sends these last bytes past the HTTP server, and hangs up.
    pub(crate) fn hang_up(&self, seen: SocketAddr, last_words: &[u8]) {
        let connection = self.open.connections().remove(&seen);
        if let Some(mut connection) = connection {
            let _ = connection.outer.write_all(last_words);
            let _ = connection.outer.shutdown(Shutdown::Both);
            let _ = connection.inner.shutdown(Shutdown::Both);
        }
    }

    /// Hangs up on everybody. New connections are still welcome.
    pub(crate) fn hang_up_all(&self) {
        for (_, connection) in self.open.connections().drain() {
            let _ = connection.outer.shutdown(Shutdown::Both);
            let _ = connection.inner.shutdown(Shutdown::Both);
        }
    }

    /// How many connections were taken so far.
    pub(crate) fn accepted(&self) -> usize {
        self.open.accepted.load(Ordering::SeqCst)
    }

    /// How many connections are open now.
    pub(crate) fn open_connections(&self) -> usize {
        self.open.connections().len()
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.open.closing.store(true, Ordering::SeqCst);
        // The listener is asleep in `accept`; a connection wakes it.
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.address.port()));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.hang_up_all();
    }
}

fn pass_on(outer: TcpStream, behind: SocketAddr, open: &Arc<Open>) -> std::io::Result<()> {
    let inner = TcpStream::connect(behind)?;
    outer.set_nodelay(true)?;
    inner.set_nodelay(true)?;
    // A port that closes orderly is kept for a minute, and a test of thousands of connections runs out of them.
    SockRef::from(&inner).set_linger(Some(Duration::ZERO))?;
    let seen = inner.local_addr()?;
    let connection = Connection { peer: outer.peer_addr()?, outer: outer.try_clone()?, inner: inner.try_clone()? };
    open.connections().insert(seen, connection);
    open.accepted.fetch_add(1, Ordering::SeqCst);
    let (outer_back, inner_back) = (outer.try_clone()?, inner.try_clone()?);
    thread::Builder::new().name("practice-in".into()).spawn(move || relay(outer, inner))?;
    let open = Arc::clone(open);
    thread::Builder::new().name("practice-out".into()).spawn(move || {
        relay(inner_back, outer_back);
        open.connections().remove(&seen);
    })?;
    Ok(())
}

/// Copies until one side ends, then ends the other in that direction.
fn relay(mut from: TcpStream, mut to: TcpStream) {
    let mut buffer = [0; 16 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(length) => {
                if to.write_all(&buffer[..length]).is_err() {
                    break;
                }
            }
        }
    }
    let _ = to.shutdown(Shutdown::Write);
    let _ = from.shutdown(Shutdown::Read);
}
