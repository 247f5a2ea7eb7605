//! A connection that is opened before it is needed: nothing was sent on it, and the next request to its host takes it.
//!
//! reqwest connects when it has a request to send and offers no other way. So two of its clients stand at each host. The
//! connector of the *opener* lays the connection down here and then says that there is none, so its request is never written;
//! the connector of the ordinary client looks here first, and waits if one is just being opened. Proxies, name look-ups and TLS
//! stay reqwest's own. When to open one is [`super::preconnect`]'s business; what is sent never enters.

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tower_layer::Layer;
use tower_service::Service;

use crate::clock::since_boot;

/// Older ones are not used. Nobody may have said that they are gone: the machine slept, or the network is another one.
pub const LONGEST_LIFE: Duration = Duration::from_secs(55);

/// Where the connection to one host is laid down. All clones are one place.
#[derive(Clone, Default)]
pub struct Standby(Arc<Place>);

#[derive(Default)]
struct Place {
    slot: Mutex<Slot>,
    /// Something was laid down or taken, or an attempt has ended.
    changed: Notify,
}

#[derive(Default)]
struct Slot {
    idle: Option<Opened>,
    /// Somebody is at it.
    opening: bool,
    /// A request has asked for it.
    wanted: bool,
}

struct Opened {
    connection: Box<dyn Idle>,
    /// Since boot.
    at: Duration,
}

impl Standby {
    /// Waits for `attempt`, which is to lay a connection down; whether it has. A request that comes meanwhile waits for it too.
    pub async fn open(&self, attempt: impl Future<Output = ()>) -> bool {
        self.0.slot.lock().opening = true;
        let under_way = UnderWay(&self.0);
        attempt.await;
        // Laying one down ends the attempt.
        let has = !self.0.slot.lock().opening;
        drop(under_way);
        has
    }

    /// From now on requests are looked out for, not those that came before.
    pub fn expect_a_request(&self) {
        self.0.slot.lock().wanted = false;
    }

    /// Until the connection that lies here is gone: closed by the other side, or wanted.
    pub async fn gone(&self) {
        tokio::select! {
            () = self.wanted() => {}
            () = poll_fn(|context| self.0.slot.lock().poll_closed(context)) => {}
        }
    }

    /// Until a request has come.
    pub async fn wanted(&self) {
        loop {
            let mut changed = pin!(self.0.changed.notified());
            changed.as_mut().enable();
            if self.0.slot.lock().wanted {
                return;
            }
            changed.await;
        }
    }

    pub(super) fn lay_down(&self, connection: impl Idle + 'static) {
        let mut slot = self.0.slot.lock();
        let before = slot.idle.replace(Opened { connection: Box::new(connection), at: since_boot() });
        slot.opening = false;
        drop(slot);
        // Closing it is the system's business, not one for under the lock.
        drop(before);
        self.0.changed.notify_waiters();
    }

    /// What lies here if it is still good, or what is just being opened.
    pub(super) async fn take(&self) -> Option<Box<dyn Idle>> {
        loop {
            let mut changed = pin!(self.0.changed.notified());
            {
                let mut slot = self.0.slot.lock();
                slot.wanted = true;
                let taken = slot.take(since_boot());
                if taken.is_some() || !slot.opening {
                    drop(slot);
                    self.0.changed.notify_waiters();
                    return taken;
                }
                changed.as_mut().enable();
            }
            changed.await;
        }
    }
}

impl Slot {
    fn poll_closed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if let Some(opened) = &mut self.idle
            && opened.connection.poll_closed(context).is_pending()
        {
            return Poll::Pending;
        }
        self.idle = None;
        Poll::Ready(())
    }

    fn take(&mut self, now: Duration) -> Option<Box<dyn Idle>> {
        let mut opened = self.idle.take()?;
        let age = now.saturating_sub(opened.at);
        let closed = opened.connection.poll_closed(&mut Context::from_waker(Waker::noop())).is_ready();
        (age < LONGEST_LIFE && !closed).then_some(opened.connection)
    }
}

/// However an attempt ends, also when it is given up, nobody waits for it any more.
struct UnderWay<'p>(&'p Place);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.slot.lock().opening = false;
        self.0.changed.notify_waiters();
    }
}

/// A connection on which nothing was sent.
pub(super) trait Idle: Send {
    /// Before a request there is nothing to be said: an end, an error, or a byte (some servers say that they got tired of
    /// waiting) all mean that it is of no use. On the way TLS takes in its session tickets.
    fn poll_closed(&mut self, context: &mut Context<'_>) -> Poll<()>;
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<C: hyper::rt::Read + Any + Send + Unpin> Idle for C {
    fn poll_closed(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut byte = [0];
        let mut buffer = hyper::rt::ReadBuf::new(&mut byte);
        Pin::new(self).poll_read(context, buffer.unfilled()).map(|_| ())
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

type BoxError = Box<dyn Error + Send + Sync>;
type Connecting<C> = Pin<Box<dyn Future<Output = Result<C, BoxError>> + Send>>;

/// What a client's connector has to do with the place.
#[derive(Clone, Copy)]
enum Part {
    LaysDown,
    TakesFirst,
}

/// Goes around a client's connector.
#[derive(Clone)]
pub struct AtStandby {
    standby: Standby,
    part: Part,
}

impl AtStandby {
    /// For the opener: what it connects is laid down.
    pub fn lays_down(standby: &Standby) -> Self {
        Self { standby: standby.clone(), part: Part::LaysDown }
    }

    /// For the ordinary client: it connects only if nothing lies there.
    pub fn takes_first(standby: &Standby) -> Self {
        Self { standby: standby.clone(), part: Part::TakesFirst }
    }
}

/// A connector with [`AtStandby`] around it.
#[derive(Clone)]
pub struct Around<S> {
    connector: S,
    at: AtStandby,
}

impl<S> Layer<S> for AtStandby {
    type Service = Around<S>;

    fn layer(&self, connector: S) -> Self::Service {
        Around { connector, at: self.clone() }
    }
}

impl<S, To> Service<To> for Around<S>
where
    S: Service<To, Error = BoxError> + Clone + Send + 'static,
    S::Response: hyper::rt::Read + Send + Unpin + 'static,
    S::Future: Send + 'static,
    To: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Connecting<S::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, to: To) -> Self::Future {
        // The one that is ready is this one, not its clone.
        let clone = self.connector.clone();
        let mut ready = std::mem::replace(&mut self.connector, clone);
        let AtStandby { standby, part } = self.at.clone();
        Box::pin(async move {
            if let Part::LaysDown = part {
                standby.lay_down(ready.call(to).await?);
                return Err(LaidDown.into());
            }
            // Of another type it can't be: one connector made both.
            match standby.take().await.and_then(|idle| idle.into_any().downcast().ok()) {
                Some(connection) => Ok(*connection),
                None => ready.call(to).await,
            }
        })
    }
}

/// What the opener's request ends with when all went well.
#[derive(Debug)]
struct LaidDown;

impl fmt::Display for LaidDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is kept for the next request")
    }
}

impl Error for LaidDown {}

#[cfg(test)]
pub(super) mod tests;
