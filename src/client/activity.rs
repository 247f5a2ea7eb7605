//! A task on the background thread that can be ended, and of which it can be waited that it has gone, sockets and all.

use std::pin::Pin;
use std::sync::mpsc;
use std::time::Instant;

use tokio::task::{AbortHandle, JoinHandle};

use crate::runtime::Background;

/// A task that runs until it is done, or until this is dropped.
pub struct Activity {
    running: Option<Running>,
    /// Disconnected when the task is gone.
    gone: mpsc::Receiver<()>,
    abort: AbortHandle,
}

/// A task that was told to end, for the next one to wait for.
pub struct Running(JoinHandle<()>);

impl Activity {
    /// Starts a task, which first waits until `previous` is gone: the two may want the same port. After the thread's stop it has ended
    /// when this returns.
    pub fn start(
        background: &Background,
        previous: Option<Running>,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Self {
        let (alive, gone) = mpsc::channel::<()>();
        // Of one type whatever it does: the runtime's code for a task is made anew for each type of task.
        let task: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(task);
        let handle = background.spawn(async move {
            // Declared first, dropped last: when it goes, all that the task held has gone.
            let _alive = alive;
            if let Some(Running(previous)) = previous {
                // Aborted, or panicked: gone in any case, and its own outcome has told of it.
                let _ = previous.await;
            }
            task.await;
        });
        Self { abort: handle.abort_handle(), running: Some(Running(handle)), gone }
    }

    /// Tells the task to end, and gives what is needed to wait for that in another task.
    pub fn replace(mut self) -> Option<Running> {
        self.abort.abort();
        self.running.take()
    }

    /// Whether the task has ended.
    pub fn is_gone(&self) -> bool {
        self.abort.is_finished()
    }

    /// Gives the task the time until then to finish.
    pub fn wait(&self, until: Instant) {
        // Disconnected is what is waited for; a time-out is the caller's bound.
        let _ = self.gone.recv_timeout(until.saturating_duration_since(Instant::now()));
    }

    /// Tells the task to end.
    pub fn stop(&self) {
        self.abort.abort();
    }

    /// Tells the task to end and waits for it, but not beyond `until`.
    pub fn end_by(self, until: Instant) {
        self.stop();
        self.wait(until);
    }
}

impl Drop for Activity {
    fn drop(&mut self) {
        self.abort.abort();
    }
}
