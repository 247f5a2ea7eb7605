//! What a client's lock guards, and every change that may happen to it.
//!
//! A login or logout that runs is the *activity*; it carries a [`Number`], and whatever comes back under another number than
//! the current one is ignored. A refresh runs beside it, since a signed-in player may also be signing in anew. Every method
//! that changes something publishes the new status before it returns; none waits, logs or touches network or store.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use url::Url;

use super::activity::{Activity, Running};
use crate::clock::since_boot;
use crate::error::{Code, Error, Result};
use crate::login::device::Instructions;
use crate::session::shared::{Held, ends_the_session};
use crate::session::{AccessToken, Session, keeper};
use crate::status::{State, Status, StatusCell, flags};

/// After a refresh that failed, the next that is asked for waits this long: a frame loop asks sixty times a second.
const AFTER_FAILED_REFRESH: Duration = Duration::from_secs(5);

/// Which activity a task belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Number {
    serial: u64,
    login: u64,
}

/// What the player has to do.
#[derive(Clone)]
pub enum Prompt {
    /// Sign in at this URL, in a browser on this machine.
    Login(Url),
    /// Sign in on another screen.
    Device(Arc<Instructions>),
    /// End the provider's session at this URL, in the same browser.
    Logout(Url),
}

/// The guarded part of a client.
pub struct Inner {
    cell: &'static StatusCell,
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
    failed_refresh: Option<FailedRefresh>,
    held: Option<Held>,
    offline: bool,
    /// They end with the client.
    pub attendants: Vec<Activity>,
    /// They are given a moment to finish when the client ends.
    errands: Vec<Activity>,
}

struct Refreshing {
    serial: u64,
    /// None for the moment between the decision and the task.
    activity: Option<Activity>,
}

struct FailedRefresh {
    at: Instant,
    error: Error,
    in_a_row: u32,
    /// Since boot: when to try again without being asked.
    retry_at: Duration,
}

/// What ends when a client does.
pub struct Closing {
    /// At once.
    pub aborted: Vec<Activity>,
    /// After a moment: they have something to write down.
    pub finishing: Vec<Activity>,
}

/// A refresh that has begun, with the session that it renews.
pub type Begun = (Number, Held);

/// What somebody who wants an access token gets.
pub enum Wanted {
    /// One that is good enough.
    Token(AccessToken),
    /// A newer one, later: a refresh is on, and this call has begun it, or an earlier one has.
    Refresh(Option<Begun>),
}

/// What a logout takes over.
pub struct LoggedOut {
    /// Of the logout.
    pub number: Number,
    /// To be waited for.
    pub previous: Option<Running>,
    /// Who was signed in.
    pub session: Option<Session>,
}

impl Number {
    /// The login's id, for the log.
    pub fn shown(self) -> u64 {
        self.login
    }
}

impl Inner {
    /// Signed out, and published as such.
    pub fn new(cell: &'static StatusCell) -> Self {
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
            held: None,
            offline: false,
            attendants: Vec::new(),
            errands: Vec::new(),
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

    /// Whether the stored session should be looked for: not if that is so already, or if somebody is signed in.
    pub fn may_resume(&self) -> Result<bool> {
        self.refuse_if_closed()?;
        match self.state {
            State::SignedOut => Ok(true),
            State::SignedIn => Ok(false),
            // Only a login has a deadline.
            State::Starting if self.deadline.is_none() => Ok(false),
            _ => Err(Error::new(
                Code::InvalidState,
                "a sign-in or sign-out is under way: take the session of last time up at launch, before anything else",
            )),
        }
    }

    /// The stored session is being looked for; none if there is no reason to.
    pub fn begin_resume(&mut self) -> Result<Option<Number>> {
        if !self.may_resume()? {
            return Ok(None);
        }
        self.words = None;
        self.enter(State::Starting, None);
        Ok(Some(self.next_number()))
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
        let what = if self.state == State::SigningOut { "the wait for the sign-out" } else { "the sign-in" };
        self.come_to_rest(Some(Error::new(Code::Cancelled, format!("{what} was cancelled by the game"))));
        Ok(self.activity.take())
    }

    /// The player has to act.
    pub fn wait_for_player(&mut self, number: Number, url: Url) {
        if !self.is_current(number) {
            return;
        }
        let (prompt, state) = match self.state {
            State::SigningOut => (Prompt::Logout(url), State::SigningOut),
            _ => (Prompt::Login(url), State::WaitingForPlayer),
        };
        self.prompt = Some(prompt);
        self.enter(state, None);
    }

    /// The player has to act on another screen; what is shown there may be good for less time than the login has.
    pub fn wait_for_device(&mut self, number: Number, instructions: Arc<Instructions>, until: SystemTime) {
        if !self.is_current(number) {
            return;
        }
        self.deadline = self.deadline.map(|deadline| deadline.min(until));
        self.prompt = Some(Prompt::Device(instructions));
        self.enter(State::WaitingForPlayer, None);
    }

    /// The activity got further.
    pub fn advance(&mut self, number: Number, state: State) {
        if self.is_current(number) {
            self.prompt = None;
            self.enter(state, None);
        }
    }

    /// A login succeeded, or a stored session was found. False: it is no longer the current activity, and the session is forgotten.
    pub fn sign_in(&mut self, number: Number, held: Held) -> bool {
        let current = self.is_current(number);
        if current {
            self.forget_refresh();
            self.held = Some(held);
            self.come_to_rest(None);
        }
        current
    }

    /// A refresh that is under way is of no use any more: its session is about to be replaced.
    pub fn abandon_refresh(&mut self, number: Number) -> bool {
        let current = self.is_current(number);
        if current {
            self.forget_refresh();
            self.publish();
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

    /// The session is over. With something left to be done (`left`, asked with whether somebody was signed in) the logout is the
    /// current activity; else there is nothing to do but to say so, and none is returned. `no_store`: why what may be stored can't be
    /// erased, which is for a logout of nobody to report, since it can have meant nothing else.
    pub fn begin_logout(
        &mut self,
        no_store: Option<&Error>,
        left: impl FnOnce(Option<&Held>) -> bool,
    ) -> Result<Option<LoggedOut>> {
        self.refuse_if_closed()?;
        if self.state == State::SigningOut {
            return Ok(None);
        }
        let interrupted = self.is_busy();
        let previous = self.activity.take().and_then(Activity::replace);
        let held = self.held.take();
        self.forget_refresh();
        let goes_on = left(held.as_ref());
        if goes_on {
            self.deadline = None;
            self.prompt = None;
            self.enter(State::SigningOut, None);
        } else {
            // Published though nothing may have changed: a host that waits for the logout's end waits for a revision.
            self.come_to_rest(match (&held, interrupted) {
                (Some(_), _) => None,
                (None, true) => Some(Error::new(Code::Cancelled, "the sign-in was cancelled by a logout")),
                (None, false) => no_store.cloned(),
            });
        }
        let number = self.next_number();
        Ok(goes_on.then(|| LoggedOut { number, previous, session: held.map(|held| held.session) }))
    }

    /// The provider was told. False: it is no longer the current activity.
    pub fn signed_out(&mut self, number: Number) -> bool {
        let current = self.is_current(number);
        if current {
            self.come_to_rest(None);
        }
        current
    }

    /// The access token, if it is good for so long from `now` (since boot) on, or too new to be worth another; else a refresh is on.
    /// One step: whoever finds the old token while a refresh ends must not begin the next one.
    pub fn access_token(&mut self, life: Duration, now: Duration) -> Result<Wanted> {
        let token = self.session()?.access_token();
        if token.is_good_for(life, now) || (token.is_fresh(now) && token.is_good_for(Duration::ZERO, now)) {
            return Ok(Wanted::Token(token.clone()));
        }
        self.may_refresh()?;
        self.begin_refresh().map(Wanted::Refresh).map_err(|error| match error.code {
            Code::NotSupported => Error::new(
                Code::SessionExpired,
                "the access token is too old and the provider gave no refresh token: let the player sign in again, and ask for \
                 the scope offline_access",
            ),
            _ => error,
        })
    }

    /// A refresh that nobody asks for is on; none if it isn't due, or not any more: one that was asked for may have come first.
    pub fn begin_due_refresh(&mut self) -> Result<Option<Begun>> {
        match self.refresh_due_in() {
            Some(Duration::ZERO) => self.begin_refresh(),
            _ => Ok(None),
        }
    }

    /// A refresh is on; none if one is already.
    pub fn begin_refresh(&mut self) -> Result<Option<Begun>> {
        let held = self.held.as_ref().ok_or_else(nobody)?;
        held.session.refresh_token()?;
        if self.refreshing.is_some() {
            return Ok(None);
        }
        let held = held.clone();
        self.refreshes += 1;
        self.refreshing = Some(Refreshing { serial: self.refreshes, activity: None });
        self.publish();
        Ok(Some((Number { serial: self.refreshes, login: self.login_id }, held)))
    }

    /// The task of a refresh; given back if the refresh is over already.
    pub fn keep_refresh(&mut self, number: Number, activity: Activity) -> Option<Activity> {
        match &mut self.refreshing {
            Some(refreshing) if refreshing.serial == number.serial => refreshing.activity.replace(activity),
            _ => Some(activity),
        }
    }

    /// What a refresh brought. A fault of the grant ends the session, every other fault keeps it. False: nobody waits for it any
    /// more.
    pub fn end_refresh(&mut self, number: Number, result: Result<Held>) -> Result<bool> {
        if self.refreshing.as_ref().is_none_or(|refreshing| refreshing.serial != number.serial) {
            return Ok(false);
        }
        self.refreshing = None;
        let outcome = result.map(|held| self.held = Some(held));
        self.failed_refresh = outcome.as_ref().err().map(|error| self.failed(error));
        self.offline = outcome.as_ref().is_err_and(|error| error.temporary && error.code != Code::StoreUnavailable);
        if outcome.as_ref().is_err_and(ends_the_session) {
            self.held = None;
        }
        match self.is_busy() {
            // A login that runs beside it has the word.
            true => self.publish(),
            false => self.come_to_rest(outcome.as_ref().err().cloned()),
        }
        outcome.map(|()| true)
    }

    /// How long until a refresh should begin that nobody asks for.
    pub fn refresh_due_in(&self) -> Option<Duration> {
        let session = &self.held.as_ref()?.session;
        if self.refreshing.is_some() || session.refresh_token().is_err() {
            return None;
        }
        let now = since_boot();
        Some(match &self.failed_refresh {
            Some(failed) => failed.retry_at.saturating_sub(now),
            None => session.access_token().refresh_due_in(now),
        })
    }

    /// Refuses to ask again right after a refresh that failed, or before the provider wants to be asked.
    fn may_refresh(&self) -> Result<()> {
        let Some(FailedRefresh { at, error, .. }) = &self.failed_refresh else { return Ok(()) };
        let pause = error.retry_after.unwrap_or_default().max(AFTER_FAILED_REFRESH);
        if at.elapsed() < pause { Err(error.clone()) } else { Ok(()) }
    }

    fn failed(&self, error: &Error) -> FailedRefresh {
        let in_a_row = self.failed_refresh.as_ref().map_or(0, |failed| failed.in_a_row) + 1;
        let pause = keeper::pause(in_a_row, error.retry_after);
        FailedRefresh { at: Instant::now(), error: error.clone(), in_a_row, retry_at: since_boot() + pause }
    }

    fn forget_refresh(&mut self) {
        self.refreshing = None;
        self.failed_refresh = None;
        self.offline = false;
    }

    /// The session of the player who is signed in.
    pub fn session(&self) -> Result<&Session> {
        self.held.as_ref().map(|held| &held.session).ok_or_else(nobody)
    }

    /// The session, if it is the one that is stored.
    pub fn persisted(&self) -> Option<Session> {
        self.held.as_ref().filter(|held| held.persisted).map(|held| held.session.clone())
    }

    /// Whether this is still what the client is doing.
    pub fn is_current(&self, number: Number) -> bool {
        !self.closed && self.is_busy() && self.number == number
    }

    /// The client has ended.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// A task that is not ended with the activity that began it; given back if the client has ended.
    pub fn keep_errand(&mut self, errand: Activity) -> Option<Activity> {
        if self.closed {
            return Some(errand);
        }
        self.errands.retain(|errand| !errand.is_gone());
        self.errands.push(errand);
        None
    }

    /// What the player has to do now.
    pub fn prompt(&self) -> Result<Prompt> {
        self.prompt.clone().ok_or_else(|| {
            Error::new(Code::InvalidState, "there is nothing to show: ask while the status is WAITING_FOR_PLAYER")
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
    pub fn close(&mut self) -> Closing {
        self.closed = true;
        let stored = self.persisted().is_some();
        self.held = None;
        self.prompt = None;
        let refresh = self.refreshing.take().and_then(|refreshing| refreshing.activity);
        let mut closing = Closing {
            aborted: self.activity.take().into_iter().chain(self.attendants.drain(..)).collect(),
            finishing: self.errands.drain(..).collect(),
        };
        // A rotated token that came and was not stored is a player who has to sign in again.
        if stored { &mut closing.finishing } else { &mut closing.aborted }.extend(refresh);
        closing
    }

    fn come_to_rest(&mut self, error: Option<Error>) {
        self.deadline = None;
        self.prompt = None;
        let rest = if self.held.is_some() { State::SignedIn } else { State::SignedOut };
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
            flags: bit(self.offline, flags::OFFLINE)
                | bit(self.refreshing.is_some(), flags::REFRESHING)
                | bit(self.held.as_ref().is_some_and(|held| held.persisted), flags::PERSISTED),
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

    fn refuse_if_closed(&self) -> Result<()> {
        if self.closed {
            return Err(Error::new(Code::InvalidArgument, "client was destroyed"));
        }
        Ok(())
    }
}

fn nobody() -> Error {
    Error::new(Code::InvalidState, "nobody is signed in: start a login first")
}

fn milliseconds_since_epoch(time: SystemTime) -> u64 {
    let age = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(age.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
#[path = "outage_tests.rs"]
mod outage_tests;
#[cfg(test)]
#[path = "refresh_tests.rs"]
mod refresh_tests;
