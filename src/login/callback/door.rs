//! Lets connections in from the listening sockets, for as long as the wait lasts.
//!
//! Sees sockets and their failures, never what they say. No failure to accept ends a login.

use std::convert::Infallible;
use std::future::poll_fn;
use std::io;
use std::task::Poll;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep};

use super::crowd::{Crowd, Pressure};

/// How long to leave the system alone when it has no socket to give. Longer, and a player would notice; shorter, and a
/// process that is out of descriptors for an hour would spend it here.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);
/// A queue that hasn't been empty for so long is a flood. No browser opens that many connections.
const FLOOD_AFTER: Duration = Duration::from_millis(10);

/// The listening sockets. Dropping it closes them, and with them whoever is still in the system's queue.
pub(super) struct Door {
    listeners: Vec<TcpListener>,
    /// Which socket comes first, in turn: a flood on one family must not keep the other one out.
    first: usize,
    /// When nobody was in the queue for the last time.
    empty_at: Instant,
}

impl Door {
    pub(super) fn new(listeners: Vec<TcpListener>) -> Self {
        Self { listeners, first: 0, empty_at: Instant::now() }
    }

    pub(super) async fn serve(mut self, crowd: &mut Crowd) -> Infallible {
        loop {
            match self.accept().await {
                Ok(stream) => crowd.admit(stream, self.pressure()).await,
                Err(problem) if concerns_one_connection(&problem) => {}
                Err(_) => {
                    crowd.give_back_a_descriptor().await;
                    sleep(PAUSE_AFTER_FAILURE).await;
                }
            }
            // Whoever was let in gets a turn before the next one is looked at.
            yield_now().await;
        }
    }

    async fn accept(&mut self) -> io::Result<TcpStream> {
        poll_fn(|context| {
            for step in 0..self.listeners.len() {
                let index = (self.first + step) % self.listeners.len();
                if let Poll::Ready(outcome) = self.listeners[index].poll_accept(context) {
                    self.first = index + 1;
                    return Poll::Ready(outcome.map(|(stream, _)| stream));
                }
            }
            self.empty_at = Instant::now();
            Poll::Pending
        })
        .await
    }

    fn pressure(&self) -> Pressure {
        if self.empty_at.elapsed() > FLOOD_AFTER { Pressure::Flood } else { Pressure::Usual }
    }
}

/// A peer that hung up while it was queued says nothing about the next one, and a pause for it could be provoked.
fn concerns_one_connection(problem: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(problem.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_hung_up_is_no_reason_to_pause() {
        for kind in [io::ErrorKind::ConnectionAborted, io::ErrorKind::ConnectionReset, io::ErrorKind::Interrupted] {
            assert!(concerns_one_connection(&kind.into()));
        }
        assert!(!concerns_one_connection(&io::Error::other("too many open files")));
    }
}
