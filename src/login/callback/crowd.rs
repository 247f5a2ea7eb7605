//! Everyone who is connected to the listener right now, and who has to leave when it gets full.
//!
//! Bounds what strangers can make this process hold: connections, bytes, headers, time. It knows nothing of what a
//! request says; it hands each one to the gate. Dropping a [`Crowd`] closes every connection in it.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep_until, timeout};

use super::gate::{ConnectionId, Gate};

/// With the one that stands at the door while room is made: 32 connections at once.
pub(super) const SEATS: usize = 31;
/// What hyper may hold of a request; one that needs more is answered with 431. 32 times this, with what each
/// connection's task needs, stays within 1 MiB.
const LARGEST_HEAD: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the answer's page may take to reach the browser once the wait is over.
const LAST_PAGE_TIMEOUT: Duration = Duration::from_secs(1);
/// No connection is closed for another one's sake before it had this long to speak.
///
/// When all seats are taken, the one who sits longest leaves, whether silent or talking: an honest request is read and
/// answered in one turn of the loop, so whoever still sits has not finished one. Three things keep that from hitting the
/// browser's own request. A newcomer has 30 others before it in the row. Nobody leaves within this grace, so that a burst
/// can't push them through in no time; a browser on this machine writes its request within a fraction of it. And when
/// it is more than a burst ([`Pressure::Flood`]), the system's queue has become long, and standing there is as good as a
/// grace: the request arrives meanwhile, and is answered in the very turn in which its connection is let in. Then the
/// grace is dropped, for it would let the queue overflow, and a connection that finds it full is retried only after a
/// second. What remains: in a flood, a browser that is kept off the processor between connecting and writing may be
/// turned away, and has to load the page again.
pub(super) const GRACE: Duration = Duration::from_millis(5);

/// What goes on outside while room is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressure {
    /// The queue was empty a moment ago.
    Usual,
    /// It has not been empty for long.
    Flood,
}

/// The connections, oldest first.
pub(super) struct Crowd {
    gate: Arc<Gate>,
    seated: VecDeque<Seated>,
    next: ConnectionId,
}

/// One connection's task; dropping this ends it.
struct Seated {
    id: ConnectionId,
    since: Instant,
    task: JoinHandle<()>,
}

impl Drop for Seated {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Crowd {
    pub(super) fn new(gate: Arc<Gate>) -> Self {
        Self { gate, seated: VecDeque::with_capacity(SEATS), next: 0 }
    }

    /// Seats one more, after room was made for it.
    pub(super) async fn admit(&mut self, stream: TcpStream, pressure: Pressure) {
        self.leave_at_most(SEATS - 1, pressure).await;
        let id = self.next;
        self.next += 1;
        let task = tokio::spawn(attend(stream, id, Arc::clone(&self.gate)));
        self.seated.push_back(Seated { id, since: Instant::now(), task });
    }

    /// When the process is out of descriptors, one that merely sits here may be the one that the browser needs.
    pub(super) async fn give_back_a_descriptor(&mut self) {
        self.leave_at_most(self.seated.len().saturating_sub(1), Pressure::Usual).await;
    }

    /// Everyone leaves but the one whose answer was taken: its page is on its way, with a bounded time to arrive.
    pub(super) fn disperse_but(mut self, id: ConnectionId) {
        let answered = self.seated.iter().position(|seated| seated.id == id).and_then(|at| self.seated.remove(at));
        if let Some(mut answered) = answered {
            tokio::spawn(async move { timeout(LAST_PAGE_TIMEOUT, &mut answered.task).await });
        }
    }

    async fn leave_at_most(&mut self, most: usize, pressure: Pressure) {
        self.forget_finished();
        while self.seated.len() > most {
            if let Some(oldest) = self.seated.front().filter(|_| pressure == Pressure::Usual) {
                sleep_until(oldest.since + GRACE).await;
            }
            // After a pause of the whole process everyone looks old: what has arrived meanwhile is answered first.
            yield_now().await;
            self.forget_finished();
            if self.seated.len() > most {
                self.seated.pop_front();
            }
        }
    }

    fn forget_finished(&mut self) {
        self.seated.retain(|seated| !seated.task.is_finished());
    }
}

/// One request, one answer, and good-bye. That hyper closes after the first answer (no keep-alive) also means that what
/// follows it, be it a body or a second request, is never read.
pub(super) async fn attend(stream: impl AsyncRead + AsyncWrite + Unpin, id: ConnectionId, gate: Arc<Gate>) {
    let service = service_fn(move |request| ready(Ok::<_, Infallible>(gate.answer(id, &request))));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(false)
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(LARGEST_HEAD)
        .max_headers(MOST_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    // How it ended is the peer's business: nobody here could do anything about it.
    let _ = timeout(CONNECTION_TIMEOUT, connection).await;
}
