//! What a client's lock guards, and every change that may happen to it.
//!
//! A login or logout that runs is the *activity*; it carries a [`Number`], and whatever comes back under another number than
//! the current one is ignored. A refresh runs beside it, since a signed-in player may also be signing in anew. Every method
//! that changes something publishes the new status before it returns; none waits, logs or touches the network.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use url::Url;

use super::activity::{Activity, Running};
use crate::config::ClaimPaths;
use crate::error::{Code, Error, Result};
use crate::session::refresh::Refreshed;
use crate::session::{Renewal, Session};
use crate::status::{State, Status, StatusCell, flags};

/// Which activity a task belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number {
    serial: u64,
    login: u64,
}

/// What the player has to do.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// Why.
    pub kind: PromptKind,
    /// Where.
    pub url: Url,
}

/// Why a browser is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum PromptKind {
    Login,
    Logout,
}

/// The guarded part of a client.
pub struct Inner {
    cell: Arc<StatusCell>,
    closed: bool,
    state: State,
    /// Why the last attempt failed; published as its code.
    error: Option<Error>,
    /// The last failure of all, for people; also of calls that failed at once.
    words: Option<Error>,
    /// Of the current activity.
    number: Number,
    refreshes: u64,
    login_id: u64,
    deadline: Option<SystemTime>,
    prompt: Option<Prompt>,
    activity: Option<Activity>,
    refreshing: Option<Refreshing>,
    failed_refresh: Option<(Instant, Error)>,
    session: Option<Session>,
    offline: bool,
    /// Ends with the client.
    pub warm_up: Option<Activity>,
}

struct Refreshing {
    serial: u64,
    /// None for the moment between the decision and the task.
    activity: Option<Activity>,
}

impl Number {
    /// The login's id, for the log.
    pub fn shown(self) -> u64 {
        self.login
    }
}

impl Inner {
    /// Signed out, and published as such.
    pub fn new(cell: Arc<StatusCell>) -> Self {
        let inner = Self {
            cell,
            closed: false,
            state: State::SignedOut,
            error: None,
            words: None,
            number: Number::default(),
            refreshes: 0,
            login_id: 0,
            deadline: None,
            prompt: None,
            activity: None,
            refreshing: None,
            failed_refresh: None,
            session: None,
            offline: false,
            warm_up: None,
        };
        inner.publish();
        inner
    }

    /// A new login is the current activity; the one before is told to end.
    pub fn begin_login(&mut self, deadline: SystemTime) -> Result<(Number, Option<Running>)> {
        self.refuse_if_closed()?;
        let previous = self.activity.take().and_then(Activity::replace);
        self.login_id += 1;
        self.deadline = Some(deadline);
        self.prompt = None;
        self.words = None;
        self.enter(State::Starting, None);
        Ok((self.next_number(), previous))
    }

    /// The task of an activity; given back if the activity is over already.
    pub fn keep(&mut self, number: Number, activity: Activity) -> Option<Activity> {
        if !self.is_current(number) {
            return Some(activity);
        }
        self.activity.replace(activity)
    }

    /// The current activity is over at once.
    pub fn cancel(&mut self) -> Result<Option<Activity>> {
        if !self.is_busy() {
            return Err(Error::new(Code::InvalidState, "there is no login to cancel"));
        }
        self.next_number();
        self.come_to_rest(Some(Error::new(Code::Cancelled, "the sign-in was cancelled by the game")));
        Ok(self.activity.take())
    }

    /// The player has to act.
    pub fn wait_for_player(&mut self, number: Number, url: Url) {
        if !self.is_current(number) {
            return;
        }
        let (kind, state) = match self.state {
            State::SigningOut => (PromptKind::Logout, State::SigningOut),
            _ => (PromptKind::Login, State::WaitingForPlayer),
        };
        self.prompt = Some(Prompt { kind, url });
        self.enter(state, None);
    }

    /// The activity got further.
    pub fn advance(&mut self, number: Number, state: State) {
        if self.is_current(number) {
            self.prompt = None;
            self.enter(state, None);
        }
    }

    /// A login succeeded. False: it is no longer the current one, and its session is forgotten.
    pub fn sign_in(&mut self, number: Number, session: Session) -> bool {
        let current = self.is_current(number);
        if current {
            self.refreshing = None;
            self.failed_refresh = None;
            self.offline = false;
            self.session = Some(session);
            self.come_to_rest(None);
        }
        current
    }

    /// The activity failed; a session that was there before stays. False: it is no longer the current one.
    pub fn fail(&mut self, number: Number, error: Error) -> bool {
        let current = self.is_current(number);
        if current {
            self.come_to_rest(Some(error));
        }
        current
    }

    /// The session is over. With something to tell the provider (`tell`) the logout is the current activity.
    pub fn begin_logout(&mut self, tell: bool) -> Result<(Number, Option<Running>, Option<Session>)> {
        self.refuse_if_closed()?;
        if self.state == State::SigningOut {
            return Ok((self.number, None, None));
        }
        let interrupted = self.is_busy();
        let previous = self.activity.take().and_then(Activity::replace);
        let session = self.session.take();
        self.refreshing = None;
        self.failed_refresh = None;
        self.offline = false;
        if session.is_some() && tell {
            self.deadline = None;
            self.prompt = None;
            self.enter(State::SigningOut, None);
        } else if session.is_some() {
            self.come_to_rest(None);
        } else if interrupted {
            self.come_to_rest(Some(Error::new(Code::Cancelled, "the sign-in was cancelled by a logout")));
        }
        Ok((self.next_number(), previous, session))
    }

    /// The provider was told. False: it is no longer the current activity.
    pub fn signed_out(&mut self, number: Number) -> bool {
        let current = self.is_current(number);
        if current {
            self.come_to_rest(None);
        }
        current
    }

    /// A refresh is on; none if one is already.
    pub fn begin_refresh(&mut self) -> Result<Option<(Number, Renewal)>> {
        let renewal = self.session()?.renewal().ok_or_else(|| {
            Error::new(
                Code::NotSupported,
                "the provider gave no refresh token: ask for the scope offline_access, or allow refresh tokens in its console",
            )
        })?;
        if self.refreshing.is_some() {
            return Ok(None);
        }
        self.refreshes += 1;
        self.refreshing = Some(Refreshing { serial: self.refreshes, activity: None });
        self.publish();
        Ok(Some((Number { serial: self.refreshes, login: self.login_id }, renewal)))
    }

    /// The task of a refresh; given back if the refresh is over already.
    pub fn keep_refresh(&mut self, number: Number, activity: Activity) -> Option<Activity> {
        match &mut self.refreshing {
            Some(refreshing) if refreshing.serial == number.serial => refreshing.activity.replace(activity),
            _ => Some(activity),
        }
    }

    /// What a refresh brought. A fault of the grant ends the session, every other fault keeps it.
    pub fn end_refresh(&mut self, number: Number, result: Result<Refreshed>, paths: &ClaimPaths) -> Result<()> {
        if self.refreshing.as_ref().is_none_or(|refreshing| refreshing.serial != number.serial) {
            return Ok(());
        }
        self.refreshing = None;
        let renewed = match (result, &mut self.session) {
            (Ok((tokens, claims)), Some(session)) => session.renew(tokens, claims, paths),
            (Ok(_), None) => Ok(()),
            (Err(error), _) => Err(error),
        };
        self.failed_refresh = renewed.as_ref().err().map(|error| (Instant::now(), error.clone()));
        self.offline = renewed.as_ref().is_err_and(|error| error.temporary);
        if renewed.as_ref().is_err_and(|error| matches!(error.code, Code::SessionExpired | Code::TokenRejected)) {
            self.session = None;
        }
        match (&renewed, self.is_busy()) {
            // A login that runs beside it has the word.
            (_, true) => self.publish(),
            (outcome, false) => self.come_to_rest(outcome.as_ref().err().cloned()),
        }
        renewed
    }

    /// Refuses to ask again right after a refresh that failed.
    pub fn may_refresh(&self, pause: Duration) -> Result<()> {
        match &self.failed_refresh {
            Some((at, error)) if at.elapsed() < pause => Err(error.clone()),
            _ => Ok(()),
        }
    }

    /// The session of the player who is signed in.
    pub fn session(&self) -> Result<&Session> {
        self.session.as_ref().ok_or_else(|| Error::new(Code::InvalidState, "nobody is signed in: start a login first"))
    }

    /// What the player has to do now.
    pub fn prompt(&self) -> Result<Prompt> {
        self.prompt.clone().ok_or_else(|| {
            Error::new(Code::InvalidState, "there is nothing to open: ask while the status is WAITING_FOR_PLAYER")
        })
    }

    /// The last failure in words.
    pub fn error_message(&self) -> String {
        self.words.as_ref().map_or_else(String::new, Error::to_string)
    }

    /// Keeps the words of a failure that is not the state's.
    pub fn note(&mut self, error: Error) {
        self.words = Some(error);
    }

    /// Nothing is published after this; what still runs is handed over to be ended.
    pub fn close(&mut self) -> Vec<Activity> {
        self.closed = true;
        self.session = None;
        self.prompt = None;
        let refresh = self.refreshing.take().and_then(|refreshing| refreshing.activity);
        [self.activity.take(), refresh, self.warm_up.take()].into_iter().flatten().collect()
    }

    fn come_to_rest(&mut self, error: Option<Error>) {
        self.deadline = None;
        self.prompt = None;
        let rest = if self.session.is_some() { State::SignedIn } else { State::SignedOut };
        self.enter(rest, error);
    }

    fn enter(&mut self, state: State, error: Option<Error>) {
        self.state = state;
        if error.is_some() {
            self.words.clone_from(&error);
        }
        self.error = error;
        self.publish();
    }

    fn publish(&self) {
        if self.closed {
            return;
        }
        let bit = |set: bool, flag: u8| if set { flag } else { 0 };
        self.cell.publish(Status {
            state: self.state,
            error: self.error.as_ref().map(|error| error.code),
            check: self.error.as_ref().and_then(|error| error.check),
            flags: bit(self.offline, flags::OFFLINE) | bit(self.refreshing.is_some(), flags::REFRESHING),
            login_id: self.login_id,
            deadline_ms: self.deadline.map_or(0, milliseconds_since_epoch),
            revision: 0,
        });
    }

    fn next_number(&mut self) -> Number {
        self.number = Number { serial: self.number.serial + 1, login: self.login_id };
        self.number
    }

    fn is_busy(&self) -> bool {
        !matches!(self.state, State::SignedOut | State::SignedIn)
    }

    fn is_current(&self, number: Number) -> bool {
        !self.closed && self.is_busy() && self.number == number
    }

    fn refuse_if_closed(&self) -> Result<()> {
        if self.closed {
            return Err(Error::new(Code::InvalidArgument, "client was destroyed"));
        }
        Ok(())
    }
}

fn milliseconds_since_epoch(time: SystemTime) -> u64 {
    let age = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(age.as_millis()).unwrap_or(u64::MAX)
}
