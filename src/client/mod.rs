//! One player's identity: the verbs, and the tasks that they start.
//!
//! A verb takes the lock, changes the state and returns; whatever waits is a task on the background thread, which comes back
//! with its number and is listened to only if it is still the current one. So a late answer of a login that was replaced,
//! cancelled or destroyed changes nothing. State and what may happen to it are in [`state`], the verbs of a session in
//! [`signed_in`]; no rule of the protocol is here.

mod activity;
mod signed_in;
mod state;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use tokio::sync::Notify;
use url::Url;

use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::login::device::Instructions;
use crate::login::{self, LoginOptions, Progress};
use crate::profile::Profile;
use crate::provider::Provider;
use crate::runtime::{self, Background};
use crate::session::shared::Shelf;
use crate::session::store::host::HostVault;
use crate::session::{Session, keeper};
use crate::status::{State, StatusCell};
use activity::{Activity, Running};
pub use signed_in::LogoutMode;
pub use state::Prompt;
use state::{Closing, Inner, Number};

/// Destroying a client waits for its sockets no longer than this.
const CLOSING: Duration = Duration::from_millis(500);

/// One player's identity at one provider.
pub struct Client {
    config: Arc<Config>,
    provider: Arc<Provider>,
    /// None: the session is kept in memory only.
    shelf: Option<Shelf>,
    /// Why, if the configuration wants otherwise.
    no_store: Option<Error>,
    /// Where its tasks run.
    background: Background,
    inner: Mutex<Inner>,
    /// When the next refresh is due may have changed.
    replan: Notify,
}

/// A client that does not live yet.
pub struct Draft {
    config: Config,
    provider: Arc<Provider>,
    shelf: Option<Shelf>,
    no_store: Option<Error>,
}

impl Draft {
    /// Nothing is started yet, nor asked of the network.
    pub fn new(config: Config, vault: Option<HostVault>) -> Self {
        let provider = Arc::new(Provider::new(config.provider.clone(), config.wants_id_token()));
        let (shelf, no_store) = match Shelf::of(&config, vault) {
            Ok(shelf) => (shelf, None),
            Err(error) => (None, Some(error)),
        };
        if let Some(error) = &no_store {
            log::warning!("session: it is kept in memory only, and ends with the game: {error}");
        }
        Self { config, provider, shelf, no_store }
    }

    /// A client that is signed out. It starts to look the provider up, so that the first login is quick. Does not log: see
    /// [`runtime::enter`].
    pub fn start(self, background: &Background, status: &'static StatusCell) -> Arc<Client> {
        let client = Arc::new(Client {
            config: Arc::new(self.config),
            provider: self.provider,
            shelf: self.shelf,
            no_store: self.no_store,
            background: background.clone(),
            inner: Mutex::new(Inner::new(status)),
            replan: Notify::new(),
        });
        let (warming, kept) = (Arc::clone(&client), Arc::clone(&client));
        let warm_up = Activity::start(background, None, async move { warming.provider.warm_up().await });
        let keeper = Activity::start(background, None, async move { keeper::keep(&kept).await });
        client.inner.lock().attendants.extend([warm_up, keeper]);
        client
    }
}

impl Client {
    /// Begins a login; one that is under way is replaced.
    pub fn start_login(self: &Arc<Self>, options: LoginOptions) -> Result<()> {
        options.check_against(&self.config)?;
        let timeout = options.timeout.unwrap_or(self.config.login_timeout);
        let (number, previous) = self.inner.lock().begin_login(SystemTime::now() + timeout)?;
        log::info!("login {}: started", number.shown());
        let outcome = Outcome::of(self, number, Client::finish_login);
        let client = Arc::clone(self);
        self.run(number, previous, async move {
            let report = Report { client: &client, number };
            let result = login::run(&client.config, &client.provider, &options, timeout, &report).await;
            match result {
                Ok(signed_in) => {
                    let session = Session::begin(signed_in, &client.config, client.provider.clock_skew());
                    client.settle_in(number, session, outcome);
                }
                Err(error) => outcome.tell(Err(error)),
            }
        });
        Ok(())
    }

    /// Ends the login, or the wait for the browser of a logout, that is under way.
    pub fn cancel_login(&self) -> Result<()> {
        let cancelled = self.inner.lock().cancel()?;
        log::info!("cancelled by the host");
        drop(cancelled);
        Ok(())
    }

    /// Who is signed in.
    pub fn profile(&self) -> Result<Arc<Profile>> {
        self.inner.lock().session().map(Session::profile)
    }

    /// What the player has to do.
    pub fn prompt(&self) -> Result<Prompt> {
        self.inner.lock().prompt()
    }

    /// The last failure in words; empty if there was none.
    pub fn error_message(&self) -> String {
        self.inner.lock().error_message()
    }

    /// Keeps the words of a call that failed at once. One that was merely out of place does not push aside why a login failed.
    pub fn note_failed_call(&self, error: &Error) {
        if !matches!(error.code, Code::Pending | Code::InvalidState) {
            self.inner.lock().note(error.clone());
        }
    }

    /// The end: nothing is published from here on. What still runs is for [`Closed`] to end.
    pub fn close(self: Arc<Self>) -> Closed {
        let closing = self.inner.lock().close();
        Closed { client: self, closing }
    }

    /// Runs a body while a change of the state is being made.
    #[cfg(test)]
    pub fn amid_a_change<T>(&self, body: impl FnOnce() -> T) -> T {
        let _inner = self.inner.lock();
        body()
    }

    /// Whether somebody sees to it that the session is refreshed.
    #[cfg(test)]
    pub fn is_attended(&self) -> bool {
        self.inner.lock().attendants.last().is_some_and(|keeper| !keeper.is_gone())
    }

    fn run(
        self: &Arc<Self>,
        number: Number,
        previous: Option<Running>,
        task: impl Future<Output = ()> + Send + 'static,
    ) {
        let activity = Activity::start(&self.background, previous, task);
        let abandoned = self.inner.lock().keep(number, activity);
        drop(abandoned);
    }

    /// What has to be ended in order, whatever becomes of the activity that began it.
    fn run_errand(&self, task: impl Future<Output = ()> + Send + 'static) {
        let errand = Activity::start(&self.background, None, task);
        let abandoned = self.inner.lock().keep_errand(errand);
        drop(abandoned);
    }

    fn finish_login(&self, number: Number, result: Result<()>) {
        if let Err(error) = result {
            self.report("login", number, error);
        }
    }

    fn report(&self, what: &str, number: Number, error: Error) {
        if self.inner.lock().fail(number, error.clone()) {
            log::warning!("{what} {}: {error}", number.shown());
        }
    }
}

/// A client that publishes nothing any more, with the tasks that it has yet.
pub struct Closed {
    client: Arc<Client>,
    closing: Closing,
}

impl Closed {
    /// The end of one.
    pub fn end(self) {
        Self::end_all(vec![self], CLOSING);
    }

    /// The end of these: every task is ended, and their sockets are closed when this returns. They share one time, `patience` at most.
    pub fn end_all(closed: Vec<Self>, patience: Duration) {
        let now = Instant::now();
        let until = now + if runtime::may_wait() { CLOSING.min(patience) } else { Duration::ZERO };
        // Those that end together have run on one.
        let Some(background) = closed.first().map(|one| one.client.background.clone()) else { return };
        let (clients, closing): (Vec<_>, Vec<_>) = closed.into_iter().map(|one| (one.client, one.closing)).unzip();
        closing.iter().flat_map(|one| &one.aborted).for_each(Activity::stop);
        let finished = now + (until - now) / 2;
        closing.iter().flat_map(|one| &one.finishing).for_each(|activity| activity.wait(finished));
        for activity in closing.into_iter().flat_map(|one| one.aborted.into_iter().chain(one.finishing)) {
            activity.end_by(until);
        }
        // With the last of them go the connections to the provider.
        drop(clients);
        background.settle(until);
    }
}

/// How a task tells its client where it is, under its number.
struct Report<'a> {
    client: &'a Client,
    number: Number,
}

impl Progress for Report<'_> {
    fn waiting_for_player(&self, url: &Url) {
        self.client.inner.lock().wait_for_player(self.number, url.clone());
    }

    fn waiting_for_device(&self, instructions: Arc<Instructions>, time: Duration) {
        self.client.inner.lock().wait_for_device(self.number, instructions, SystemTime::now() + time);
    }

    fn completing(&self) {
        self.client.inner.lock().advance(self.number, State::Completing);
    }
}

/// Sees to it that a task's end is told once, whatever that end is: also when it panics, or is dropped with the runtime.
struct Outcome<T> {
    client: Arc<Client>,
    number: Number,
    finish: Option<fn(&Client, Number, Result<T>)>,
}

impl<T> Outcome<T> {
    fn of(client: &Arc<Client>, number: Number, finish: fn(&Client, Number, Result<T>)) -> Self {
        Self { client: Arc::clone(client), number, finish: Some(finish) }
    }

    fn tell(mut self, result: Result<T>) {
        if let Some(finish) = self.finish.take() {
            finish(&self.client, self.number, result);
        }
    }
}

impl<T> Drop for Outcome<T> {
    fn drop(&mut self) {
        if let Some(finish) = self.finish.take() {
            let error = match std::thread::panicking() {
                true => Error::new(Code::Internal, "a defect of the library ended this; please report it with the log"),
                false => Error::new(Code::Cancelled, "the library was shut down"),
            };
            finish(&self.client, self.number, Err(error));
        }
    }
}
