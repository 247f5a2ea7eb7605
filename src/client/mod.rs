//! One player's identity: the verbs, and the tasks that they start.
//!
//! A verb takes the lock, changes the state and returns; whatever waits is a task on the background thread, which comes back
//! with its number and is listened to only if it is still the current one. So a late answer of a login that was replaced,
//! cancelled or destroyed changes nothing. State and what may happen to it are in [`state`]; no rule of the protocol is here.

mod activity;
mod state;

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use url::Url;

use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::log;
use crate::login::{self, LoginOptions, Progress, SignedIn};
use crate::profile::Profile;
use crate::provider::Provider;
use crate::runtime;
use crate::session::{AccessToken, Remains, Renewal, Session, logout, refresh};
use crate::status::{State, StatusCell};
use activity::{Activity, Running};
use state::{Inner, Number};
pub use state::{Prompt, PromptKind};

/// Destroying a client waits for its sockets no longer than this.
const CLOSING: Duration = Duration::from_millis(500);
/// After a refresh that failed, the next that is asked for waits this long: a frame loop asks sixty times a second.
const AFTER_FAILED_REFRESH: Duration = Duration::from_secs(5);

/// How far a logout goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogoutMode {
    /// Forget the session here.
    Local,
    /// And revoke its tokens.
    Revoke,
    /// And end the provider's session in the browser.
    EndSession,
}

/// One player's identity at one provider.
pub struct Client {
    config: Config,
    provider: Provider,
    inner: Mutex<Inner>,
}

impl Client {
    /// A client that is signed out. It starts to look the provider up, so that the first login is quick.
    pub fn create(config: Config, status: Arc<StatusCell>) -> Result<Arc<Self>> {
        let provider = Provider::new(config.provider.clone(), config.wants_id_token());
        let client = Arc::new(Self { config, provider, inner: Mutex::new(Inner::new(status)) });
        let warming = Arc::clone(&client);
        let activity = Activity::start(None, async move { warming.provider.warm_up().await })?;
        client.inner.lock().warm_up = Some(activity);
        Ok(client)
    }

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
            let task = login::run(&client.config, &client.provider, &options, &report);
            let result = tokio::time::timeout(timeout, task).await;
            outcome.tell(result.unwrap_or_else(|_| Err(too_late(timeout))));
        })
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

    /// An access token that is good for so many seconds more, or [`Code::Pending`] while one is fetched.
    pub fn access_token(self: &Arc<Self>, min_valid_s: u32) -> Result<AccessToken> {
        let now = SystemTime::now();
        {
            let inner = self.inner.lock();
            let token = inner.session()?.access_token();
            let good_enough = token.is_good_for(Duration::from_secs(min_valid_s.into()), now);
            if good_enough || (token.is_fresh(now) && token.is_good_for(Duration::ZERO, now)) {
                return Ok(token.clone());
            }
            inner.may_refresh(AFTER_FAILED_REFRESH)?;
        }
        self.refresh_session().map_err(|error| match error.code {
            Code::NotSupported => Error::new(
                Code::SessionExpired,
                "the access token is too old and the provider gave no refresh token: let the player sign in again, and ask for \
                 the scope offline_access",
            ),
            _ => error,
        })?;
        Err(Error::new(Code::Pending, "a new access token is being fetched: poll, then ask again"))
    }

    /// Fetches new tokens; a refresh that is under way counts.
    pub fn refresh_session(self: &Arc<Self>) -> Result<()> {
        let Some((number, renewal)) = self.inner.lock().begin_refresh()? else { return Ok(()) };
        let outcome = Outcome::of(self, number, Client::finish_refresh);
        let client = Arc::clone(self);
        let activity = Activity::start(None, async move {
            outcome.tell(client.refreshed(&renewal).await);
        });
        let abandoned = self.inner.lock().keep_refresh(number, activity?);
        drop(abandoned);
        Ok(())
    }

    /// Ends the session here and now, and tells the provider as far as `mode` goes.
    pub fn logout(self: &Arc<Self>, mode: LogoutMode) -> Result<()> {
        let (number, previous, ended) = self.inner.lock().begin_logout(mode != LogoutMode::Local)?;
        let Some(session) = ended else { return Ok(()) };
        log::info!("logout: the session has ended on this device");
        if mode == LogoutMode::Local {
            return Ok(());
        }
        let outcome = Outcome::of(self, number, Client::finish_logout);
        let client = Arc::clone(self);
        self.run(number, previous, async move {
            let task = client.tell_provider(number, session.end(), mode);
            let timeout = client.config.login_timeout;
            let result = tokio::time::timeout(timeout, task).await;
            outcome.tell(result.unwrap_or_else(|_| Err(too_late(timeout))));
        })
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

    /// The end: nothing is published any more, every task is ended, and its sockets are closed when this returns.
    pub fn close(self: Arc<Self>) {
        let running = self.inner.lock().close();
        let until = Instant::now() + if runtime::may_wait() { CLOSING } else { Duration::ZERO };
        for activity in running {
            activity.end_by(until);
        }
        // With the last of it go the connections to the provider.
        drop(self);
        runtime::settle(until);
    }

    fn run(
        self: &Arc<Self>,
        number: Number,
        previous: Option<Running>,
        task: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        match Activity::start(previous, task) {
            Ok(activity) => {
                let abandoned = self.inner.lock().keep(number, activity);
                drop(abandoned);
                Ok(())
            }
            Err(error) => {
                self.inner.lock().fail(number, error.clone());
                Err(error)
            }
        }
    }

    async fn refreshed(&self, renewal: &Renewal) -> Result<refresh::Refreshed> {
        refresh::refresh(&self.config, &self.provider, renewal).await
    }

    async fn tell_provider(&self, number: Number, remains: Remains, mode: LogoutMode) -> Result<()> {
        let revoked = logout::revoke(&self.config, &self.provider, &remains).await;
        if mode == LogoutMode::Revoke {
            return revoked;
        }
        let report = Report { client: self, number };
        let ended = logout::end_session(&self.config, &self.provider, &remains, &report).await;
        // A provider without revocation is no fault of a logout that is about the browser.
        ended.and(revoked.or_else(|error| if error.code == Code::NotSupported { Ok(()) } else { Err(error) }))
    }

    fn finish_login(&self, number: Number, result: Result<SignedIn>) {
        match result {
            Ok(signed_in) => {
                if self.inner.lock().sign_in(number, Session::begin(signed_in)) {
                    log::info!("login {}: signed in", number.shown());
                }
            }
            Err(error) => self.report("login", number, error),
        }
    }

    fn finish_refresh(&self, number: Number, result: Result<refresh::Refreshed>) {
        let outcome = self.inner.lock().end_refresh(number, result, &self.config.claim_paths);
        match outcome {
            Ok(()) => log::info!("refresh: done"),
            Err(error) => log::warning!("refresh: {error}"),
        }
    }

    fn finish_logout(&self, number: Number, result: Result<()>) {
        match result {
            Ok(()) => {
                if self.inner.lock().signed_out(number) {
                    log::info!("logout: the provider was told");
                }
            }
            Err(error) => self.report("logout", number, error),
        }
    }

    fn report(&self, what: &str, number: Number, error: Error) {
        if self.inner.lock().fail(number, error.clone()) {
            log::warning!("{what} {}: {error}", number.shown());
        }
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

fn too_late(timeout: Duration) -> Error {
    Error::new(
        Code::TimedOut,
        format!(
            "the player did not finish in the browser within {} seconds: offer to try again",
            timeout.as_secs_f32().ceil()
        ),
    )
}
