//! The one background thread: started by the first client, stopped by `latchkey_shutdown`, and started again by the next.
//!
//! It runs a single-threaded tokio runtime on which everything that waits is a task. Calls of the operating system's or the host's that
//! block (name look-ups, the system's certificate authorities, the secret store) run on threads that tokio lends for as long as they take,
//! a handful at most; a stop waits for those too and says so honestly when it could not. Nothing of the protocol enters here.
//!
//! A client belongs to one [`Background`] for all its life, and only [`enter`] starts one: a task that comes late, whoever brings it,
//! never starts a thread that nobody stops.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use once_cell::unsync::OnceCell;
use parking_lot::{Condvar, Mutex};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::error::{Code, Error, Result};

#[cfg_attr(windows, path = "runtime/windows.rs")]
#[cfg_attr(not(windows), path = "runtime/unix.rs")]
mod platform;

/// A connection that lost its owner notices in one round and closes in the next; the rest is for TLS to say good-bye.
const ROUNDS_TO_SETTLE: u32 = 8;

/// The thread that runs, if one does; starting can fail, and is tried again by the next caller. Held from the beginning of a start or a
/// stop to its end, so that each comes before or after the other, whole.
static CURRENT: Mutex<OnceCell<Running>> = Mutex::new(OnceCell::new());
/// Which process runs it; zero when none does. Changes under the lock above, and is read without: threads don't survive a fork, locks do.
static OWNER: AtomicU32 = AtomicU32::new(0);
/// The threads of starts that a stop has begun to end, until it or a later one has seen their end.
static ENDING: Mutex<Vec<Arc<Alive>>> = Mutex::new(Vec::new());

/// As many calls block at once, and others wait for their turn. Name look-ups, which may hang for long, take only some of them.
const LENT_THREADS: usize = 16;

thread_local! {
    static ON_BACKGROUND_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// The background thread, from a start to the stop that follows.
#[derive(Clone)]
pub struct Background(Handle);

/// A thread that nobody enters any more, and that has yet to be stopped.
#[must_use]
pub struct Left(Option<Running>);

struct Running {
    background: Background,
    request: oneshot::Sender<Duration>,
    alive: Arc<Alive>,
    thread: thread::JoinHandle<()>,
}

/// How many threads of one start are there: the background thread and those that it has lent.
#[derive(Default)]
struct Alive {
    threads: Mutex<usize>,
    fewer: Condvar,
}

impl Alive {
    fn one_more(&self) {
        *self.threads.lock() += 1;
    }

    fn one_less(&self) {
        *self.threads.lock() -= 1;
        self.fewer.notify_all();
    }

    /// Waits until none is left, or for so long; how many are.
    fn left_at(&self, until: Instant) -> usize {
        let mut threads = self.threads.lock();
        self.fewer.wait_while_until(&mut threads, |threads| *threads > 0, until);
        *threads
    }
}

/// The background thread counts until its end, also by a panic.
struct Counted(Arc<Alive>);

impl Counted {
    fn among(alive: &Arc<Alive>) -> Self {
        alive.one_more();
        Self(Arc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.one_less();
    }
}

/// Runs a call that blocks on a lent thread. One that has begun runs to its end even if nobody waits for it any more; one that was given up
/// before it began is never made.
pub async fn on_lent_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> std::result::Result<T, Lost> {
    let (tell, told) = oneshot::channel();
    // Who waited may be gone.
    lent(Box::new(move || drop(tell.send(work())))).await?;
    told.await.map_err(|_| Lost::Ended)
}

/// Begins a call that blocks on a lent thread, by a task. Nobody waits for it, and a stop may come before its beginning.
pub fn lend(work: impl FnOnce() + Send + 'static) {
    drop(begin_lent(Box::new(work)));
}

/// Of one type, so that the runtime's code for it is made once.
fn begin_lent(call: Box<dyn FnOnce() + Send>) -> JoinHandle<()> {
    tokio::task::spawn_blocking(call)
}

async fn lent(call: Box<dyn FnOnce() + Send>) -> std::result::Result<(), Lost> {
    let mut call = AbortOnDrop(begin_lent(call));
    (&mut call.0).await.map_err(|failure| if failure.is_panic() { Lost::Panicked } else { Lost::Ended })
}

/// Why a call on a lent thread has no answer.
#[derive(Debug)]
pub enum Lost {
    /// By a defect, of the library's or the host's.
    Panicked,
    /// The library is being shut down.
    Ended,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panicked => "a call panicked",
            Self::Ended => "the library is being shut down",
        })
    }
}

impl std::error::Error for Lost {}

/// Of a blocking call this ends only the wait for a thread.
struct AbortOnDrop(JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Begins something on the background thread, which is started if it does not run. No [`leave`] comes in between: what `begin` enters
/// into a table, the next one finds there. It is called under a lock, and so must not log.
pub fn enter<T>(begin: impl FnOnce(&Background) -> T) -> Result<T> {
    enter_started_by(Running::start, begin)
}

fn enter_started_by<T>(start: impl FnOnce() -> Result<Running>, begin: impl FnOnce(&Background) -> T) -> Result<T> {
    let current = CURRENT.lock();
    let running = current.get_or_try_init(|| {
        // First: a child that is forked in the middle of the start would wait for the lock for ever.
        OWNER.store(std::process::id(), Ordering::Release);
        start().inspect_err(|_| OWNER.store(0, Ordering::Release))
    })?;
    Ok(begin(&running.background))
}

/// Takes the thread out of use, if one runs, with what `end` takes out of its table: whoever enters from here on starts another. `end`
/// is called under a lock, and so must not log.
pub fn leave<T>(end: impl FnOnce() -> T) -> (T, Left) {
    let mut current = CURRENT.lock();
    let (ended, left) = (end(), Left(current.take()));
    OWNER.store(0, Ordering::Release);
    (ended, left)
}

impl Left {
    /// Ends every task and the thread. It answers for the threads of earlier stops as well, which had not the time: an error while any of
    /// them is there.
    pub fn stop(self, patience: Duration) -> Result<()> {
        let until = Instant::now() + patience;
        // The runtime gets all of the time that was allowed; the rest is for the thread to say that it is done.
        let grace = until + Duration::from_millis(50);
        let thread = self.0.map(|Running { request, alive, thread, .. }| {
            ENDING.lock().push(alive);
            // A receiver that is gone means that the thread has ended already, which is what is asked for.
            let _ = request.send(patience);
            thread
        });
        let ending = ENDING.lock().clone();
        let left: usize = ending.iter().map(|alive| alive.left_at(grace)).sum();
        ENDING.lock().retain(|alive| *alive.threads.lock() > 0);
        if left > 0 {
            return Err(still_busy(left));
        }
        thread.map_or(Ok(()), |thread| thread.join().map_err(|_| died()))
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

/// Who owns the thread, if it runs. An error: what is said of a thread without an owner, or of an owner without a thread.
#[cfg(test)]
pub fn owner_of_the_running() -> std::result::Result<Option<u32>, String> {
    let current = CURRENT.lock();
    match (OWNER.load(Ordering::Acquire), current.get().is_some()) {
        (0, false) => Ok(None),
        (owner, true) if owner != 0 => Ok(Some(owner)),
        (owner, runs) => Err(format!("the owner is {owner}, though it runs: {runs}")),
    }
}

/// Whether the caller may wait for the background thread: not if it is that thread, and not from a log sink, whose end the
/// background thread may itself be waiting for.
pub fn may_wait() -> bool {
    !ON_BACKGROUND_THREAD.get() && !crate::log::is_inside_sink()
}

impl Background {
    /// Runs a task there. After the stop it is dropped at once, before this returns.
    pub fn spawn<F>(&self, task: F) -> JoinHandle<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.spawn(task)
    }

    /// Gives the thread the time to do what is due: what was dropped closes its connections there.
    pub fn settle(&self, until: Instant) {
        let (done, settled) = mpsc::channel::<()>();
        self.spawn(async move {
            let _done = done;
            for _ in 0..ROUNDS_TO_SETTLE {
                tokio::task::yield_now().await;
            }
        });
        // Disconnected is what is waited for; a time-out is the caller's bound.
        let _ = settled.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

impl Running {
    fn start() -> Result<Self> {
        let pinned = platform::pin_library();
        let alive = Arc::new(Alive::default());
        let (more, fewer) = (Arc::clone(&alive), Arc::clone(&alive));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .thread_name("latchkey-lookup")
            .max_blocking_threads(LENT_THREADS)
            .thread_keep_alive(Duration::from_secs(2))
            .on_thread_start(move || more.one_more())
            .on_thread_stop(move || fewer.one_less())
            .build()
            .map_err(cannot_start)?;
        let background = Background(runtime.handle().clone());
        let (request, requested) = oneshot::channel::<Duration>();
        let counted = Counted::among(&alive);
        let body = move || {
            let _counted = counted;
            ON_BACKGROUND_THREAD.set(true);
            platform::block_signals();
            if !pinned {
                // Here, where no lock is held: the sink is the host's code.
                crate::log::warning!(
                    "the library could not be pinned: do not unload it before latchkey_shutdown has returned"
                );
            }
            let patience = runtime.block_on(requested).unwrap_or_default();
            runtime.shutdown_timeout(patience);
        };
        let thread = thread::Builder::new().name("latchkey".into()).spawn(body).map_err(cannot_start)?;
        Ok(Self { background, request, alive, thread })
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

#[cfg(test)]
mod tests;
