//! The one background thread: started by the first client, stopped by `latchkey_shutdown`, and started again by the next.
//!
//! It runs a single-threaded tokio runtime on which everything that waits is a task. Calls of the operating system's or the host's that
//! block (name look-ups, the secret store) run on threads that tokio lends for as long as they take, a handful at most; [`stop`] waits for
//! those too and says so honestly when it could not. Nothing of the protocol enters here.

use std::cell::Cell;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use once_cell::sync::OnceCell;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::{JoinError, JoinHandle};

use crate::error::{Code, Error, Result};

#[cfg_attr(windows, path = "runtime/windows.rs")]
#[cfg_attr(not(windows), path = "runtime/unix.rs")]
mod platform;

/// A connection that lost its owner notices in one round and closes in the next; the rest is for TLS to say good-bye.
const ROUNDS_TO_SETTLE: u32 = 8;

/// A fresh cell takes the place of a used one at each [`stop`]; starting can fail, and is tried again by the next caller.
static CURRENT: Mutex<Option<Arc<OnceCell<Background>>>> = Mutex::new(None);
/// Which process started the thread; zero when there is none. Threads don't survive a fork, locks do.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// As many calls block at once, and others wait for their turn. Name look-ups, which may hang for long, take only some of them.
const LENT_THREADS: usize = 16;

thread_local! {
    static ON_BACKGROUND_THREAD: Cell<bool> = const { Cell::new(false) };
}

struct Background {
    handle: Handle,
    stop: Mutex<Option<Stop>>,
}

struct Stop {
    request: oneshot::Sender<Duration>,
    /// Tells how many of tokio's lent threads were left, just before the thread ends.
    ended: mpsc::Receiver<usize>,
    thread: thread::JoinHandle<()>,
}

/// Runs a call that blocks on a lent thread. One that has begun runs to its end even if nobody waits for it any more; one that was given up
/// before it began is never made.
pub async fn on_lent_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> std::result::Result<T, JoinError> {
    let mut call = AbortOnDrop(tokio::task::spawn_blocking(work));
    (&mut call.0).await
}

/// Of a blocking call this ends only the wait for a thread.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a task on the background thread, which is started if it does not run.
pub fn spawn<F>(task: F) -> Result<JoinHandle<()>>
where
    F: Future<Output = ()> + Send + 'static,
{
    let cell = Arc::clone(CURRENT.lock().get_or_insert_default());
    let background = cell.get_or_try_init(Background::start)?;
    Ok(background.handle.spawn(task))
}

/// Ends every task and the thread. Does nothing when there is none.
pub fn stop(patience: Duration) -> Result<()> {
    let Some(cell) = CURRENT.lock().take() else { return Ok(()) };
    let Some(Stop { request, ended, thread }) = cell.get().and_then(|background| background.stop.lock().take()) else {
        return Ok(());
    };
    let until = Instant::now() + patience;
    OWNER.store(0, Ordering::Release);
    // A receiver that is gone means that the thread has ended already, which is what is asked for.
    let _ = request.send(patience);
    // The runtime gets all of the time that was allowed; the rest is for the thread to say that it is done.
    let grace = until.saturating_duration_since(Instant::now()) + Duration::from_millis(50);
    match ended.recv_timeout(grace) {
        Ok(0) | Err(mpsc::RecvTimeoutError::Disconnected) => thread.join().map_err(|_| died()),
        Ok(left) => Err(still_busy(left)),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(still_busy(1)),
    }
}

/// Refuses calls in a child of `fork`, where the background thread does not exist and a lock may be held for ever.
pub fn refuse_in_forked_child() -> Result<()> {
    match OWNER.load(Ordering::Acquire) {
        0 => Ok(()),
        owner if owner == std::process::id() => Ok(()),
        _ => Err(Error::new(
            Code::InvalidState,
            "this process was forked from one that uses the library: use it in the parent, or start it after the fork",
        )),
    }
}

/// Whether the caller may wait for the background thread: not if it is that thread, and not from a log sink, whose end the
/// background thread may itself be waiting for.
pub fn may_wait() -> bool {
    !ON_BACKGROUND_THREAD.get() && !crate::log::is_inside_sink()
}

/// Gives the background thread the time to do what is due: what was dropped closes its connections there.
pub fn settle(until: Instant) {
    let Some(cell) = CURRENT.lock().clone() else { return };
    let Some(background) = cell.get() else { return };
    let (done, settled) = mpsc::channel::<()>();
    background.handle.spawn(async move {
        let _done = done;
        for _ in 0..ROUNDS_TO_SETTLE {
            tokio::task::yield_now().await;
        }
    });
    // Disconnected is what is waited for; a time-out is the caller's bound.
    let _ = settled.recv_timeout(until.saturating_duration_since(Instant::now()));
}

impl Background {
    fn start() -> Result<Self> {
        platform::pin_library();
        let lent = Arc::new(AtomicUsize::new(0));
        let (more, fewer) = (Arc::clone(&lent), Arc::clone(&lent));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .thread_name("latchkey-lookup")
            .max_blocking_threads(LENT_THREADS)
            .thread_keep_alive(Duration::from_secs(2))
            .on_thread_start(move || {
                more.fetch_add(1, Ordering::AcqRel);
            })
            .on_thread_stop(move || {
                fewer.fetch_sub(1, Ordering::AcqRel);
            })
            .build()
            .map_err(cannot_start)?;
        let handle = runtime.handle().clone();
        let (request, requested) = oneshot::channel::<Duration>();
        let (end, ended) = mpsc::channel();
        let body = move || {
            ON_BACKGROUND_THREAD.set(true);
            platform::block_signals();
            let patience = runtime.block_on(requested).unwrap_or_default();
            runtime.shutdown_timeout(patience);
            // Nobody may be waiting any more; the count is only of use to who does.
            let _ = end.send(lent.load(Ordering::Acquire));
        };
        let thread = thread::Builder::new().name("latchkey".into()).spawn(body).map_err(cannot_start)?;
        OWNER.store(std::process::id(), Ordering::Release);
        Ok(Self { handle, stop: Mutex::new(Some(Stop { request, ended, thread })) })
    }
}

fn cannot_start(problem: std::io::Error) -> Error {
    Error::new(Code::Internal, format!("the library's background thread could not be started: {problem}"))
}

fn died() -> Error {
    Error::new(Code::Internal, "the library's background thread ended by a defect of its own")
}

fn still_busy(threads: usize) -> Error {
    let message = format!(
        "{threads} thread(s) of the library were still busy when the time was up, most likely with a name look-up of the \
         operating system; they end by themselves"
    );
    crate::log::warning!("shutdown: {message}");
    Error::new(Code::TimedOut, message)
}
