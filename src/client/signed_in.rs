//! The verbs of a session: taking up the one of last time, tokens, and the end.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::oneshot;

use super::activity::Activity;
use super::state::{Begun, LoggedOut, Number, Wanted};
use super::{Client, Outcome, Report};
use crate::clock::{self, since_boot};
use crate::error::{Code, Error, Result};
use crate::log;
use crate::login::too_late;
use crate::session::keeper::Kept;
use crate::session::refresh::refresh;
use crate::session::revocation::{self, FirstAttempt};
use crate::session::shared::{Asked, Held, Kept as KeptSession, Shelf};
use crate::session::{AccessToken, Remains, Session, logout};

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

/// What the provider is being told of a session that has ended.
struct Told {
    remains: Remains,
    revoked: FirstAttempt,
}

impl Client {
    /// Takes up the session that is stored, if there is one. In memory there can be none.
    pub fn resume_session(self: &Arc<Self>) -> Result<()> {
        if self.shelf.is_none() && self.no_store.is_none() {
            return self.inner.lock().may_resume().map(drop);
        }
        let Some(number) = self.inner.lock().begin_resume()? else { return Ok(()) };
        let Some(shelf) = self.shelf.clone() else {
            if let Some(error) = &self.no_store {
                self.finish_resume(number, Err(error.clone()));
            }
            return Ok(());
        };
        let outcome = Outcome::of(self, number, Client::finish_resume);
        let client = Arc::clone(self);
        self.run(number, None, async move {
            outcome.tell(shelf.take_up(&client.config.claim_paths).await);
            client.freshen();
        });
        Ok(())
    }

    /// An access token that is good for so many seconds more, or [`Code::Pending`] while one is fetched.
    pub fn access_token(self: &Arc<Self>, min_valid_s: u32) -> Result<AccessToken> {
        let life = Duration::from_secs(min_valid_s.into());
        let wanted = self.inner.lock().access_token(life, since_boot())?;
        match wanted {
            Wanted::Token(token) => return Ok(token),
            Wanted::Refresh(begun) => self.run_refresh(begun, Asked::ByTime),
        }
        Err(Error::new(Code::Pending, "a new access token is being fetched: poll, then ask again"))
    }

    /// Fetches new tokens; a refresh that is under way counts.
    pub fn refresh_session(self: &Arc<Self>) -> Result<()> {
        let begun = self.inner.lock().begin_refresh()?;
        self.run_refresh(begun, Asked::ByHost(SystemTime::now()));
        Ok(())
    }

    /// Ends the session here and now, erases what is stored, and tells the provider as far as `mode` goes.
    pub fn logout(self: &Arc<Self>, mode: LogoutMode) -> Result<()> {
        let has_shelf = self.shelf.is_some();
        let left = |held: Option<&Held>| has_shelf || (held.is_some() && mode != LogoutMode::Local);
        let begun = self.inner.lock().begin_logout(self.no_store.as_ref(), left)?;
        self.replan.notify_one();
        let Some(LoggedOut { number, previous, session }) = begun else { return Ok(()) };
        log::info!("logout: the session has ended on this device");
        let outcome = Outcome::of(self, number, Client::finish_logout);
        let tells = mode != LogoutMode::Local;
        let looks = session.is_none() && tells;
        let told = session.filter(|_| tells).map(|session| self.begin_to_tell(session));
        let erased = self.shelf.clone().map(|shelf| self.erase(shelf, looks));
        let client = Arc::clone(self);
        self.run(number, previous, async move {
            let erased = async {
                match erased {
                    // The errand that would tell is gone only with the client.
                    Some(erased) => erased.await.unwrap_or((Ok(()), None)),
                    None => (Ok(()), None),
                }
            };
            let result = match told {
                Some(told) => client.finish_telling(number, told, mode, async { erased.await.0 }).await,
                None => match erased.await {
                    (erased, Some(told)) => client.finish_telling(number, told, mode, async { erased }).await,
                    (erased, None) => erased,
                },
            };
            outcome.tell(result);
        });
        Ok(())
    }

    /// Keeps the session that a login began and shows it. From here on it is not the login's any more: a store may take its time,
    /// and what was begun there has to be ended in order.
    pub(super) fn settle_in(self: &Arc<Self>, number: Number, session: Session, outcome: Outcome<()>) {
        let client = Arc::clone(self);
        self.run_errand(async move {
            if !client.inner.lock().abandon_refresh(number) {
                return outcome.tell(Ok(()));
            }
            let kept = match &client.shelf {
                Some(shelf) => shelf.keep(&session, || client.inner.lock().is_current(number)).await,
                None => None,
            };
            if client.inner.lock().sign_in(number, Held { session, persisted: kept.is_some() }) {
                log::info!("login {}: signed in", number.shown());
                client.replan.notify_one();
            } else if let (Some(shelf), Some(kept)) = (&client.shelf, kept) {
                client.take_back(shelf, kept).await;
            }
            outcome.tell(Ok(()));
        });
    }

    /// A login was cancelled while its session was being stored: what was there before is put back. The end of the client is no
    /// cancellation: the player has signed in.
    async fn take_back(&self, shelf: &Shelf, kept: KeptSession) {
        let (closed, before) = {
            let inner = self.inner.lock();
            (inner.is_closed(), inner.persisted())
        };
        if !closed {
            shelf.take_back(kept, before).await;
        }
    }

    fn run_refresh(self: &Arc<Self>, begun: Option<Begun>, asked: Asked) {
        let Some((number, held)) = begun else { return };
        let outcome = Outcome::of(self, number, Client::finish_refresh);
        let client = Arc::clone(self);
        let activity = Activity::start(&self.background, None, async move {
            let refreshed = client.refreshed(held, asked).await;
            outcome.tell(refreshed);
        });
        let abandoned = self.inner.lock().keep_refresh(number, activity);
        drop(abandoned);
    }

    async fn refreshed(&self, held: Held, asked: Asked) -> Result<Held> {
        let _connections = self.provider.connections();
        let still_wanted = || !self.inner.lock().is_closed();
        match &self.shelf {
            Some(shelf) => shelf.renew(&self.config, &self.provider, held, asked, &still_wanted).await,
            None => {
                let session = refresh(&self.config, &self.provider, &held.session, &still_wanted).await?;
                Ok(Held { session, persisted: false })
            }
        }
    }

    /// A session that was taken up gets a fresh token, which also tells whether the provider still knows it.
    fn freshen(self: &Arc<Self>) {
        let begun = {
            let mut inner = self.inner.lock();
            inner.session().is_ok().then(|| inner.begin_refresh())
        };
        match begun {
            Some(Ok(begun)) => self.run_refresh(begun, Asked::ByTime),
            Some(Err(error)) => log::warning!("resume: {error}"),
            None => {}
        }
    }

    /// Begins to erase what is stored. The outcome of the first attempt comes back, and with `look` the provider is told of what
    /// was there.
    fn erase(self: &Arc<Self>, shelf: Shelf, look: bool) -> oneshot::Receiver<(Result<()>, Option<Told>)> {
        let (tell, told) = oneshot::channel();
        let client = Arc::clone(self);
        self.run_errand(async move {
            let stored = match look {
                true => client.tell_of_what_is_stored(&shelf).await.unwrap_or_else(|error| {
                    log::warning!("logout: what is stored is erased without telling the provider: {error}");
                    None
                }),
                false => None,
            };
            // Whoever logged out may be gone; the log has it.
            shelf.erase(|outcome| drop(tell.send((outcome, stored)))).await;
        });
        told
    }

    async fn tell_of_what_is_stored(&self, shelf: &Shelf) -> Result<Option<Told>> {
        Ok(shelf.take_up(&self.config.claim_paths).await?.map(|session| self.begin_to_tell(session)))
    }

    /// Begins to revoke, which nothing but the library's shutdown ends.
    fn begin_to_tell(&self, session: Session) -> Told {
        let remains = session.end();
        let (task, revoked) = revocation::task(&self.config, &self.provider, &remains);
        self.background.spawn(task);
        Told { remains, revoked }
    }

    /// As far as `mode` goes, while what is stored is `erased`. What is left on this machine weighs more than what is left at the
    /// provider, so that is reported first; and the player's turn comes after it, for to cancel that is to be signed out.
    async fn finish_telling(
        &self,
        number: Number,
        Told { remains, revoked }: Told,
        mode: LogoutMode,
        erased: impl Future<Output = Result<()>>,
    ) -> Result<()> {
        let (revoked, erased) = tokio::join!(revoked.outcome(), erased);
        if mode == LogoutMode::Revoke {
            return erased.and(revoked);
        }
        let report = Report { client: self, number };
        let timeout = self.config.login_timeout;
        let task = logout::end_session(&self.config, &self.provider, &remains, &report);
        let ended = clock::timeout(timeout, task).await.unwrap_or_else(|_| Err(too_late("in the browser", timeout)));
        // A provider without revocation is no fault of a logout that is about the browser.
        let revoked = revoked.or_else(|error| if error.code == Code::NotSupported { Ok(()) } else { Err(error) });
        erased.and(ended).and(revoked)
    }

    fn finish_resume(&self, number: Number, result: Result<Option<Session>>) {
        let found = match result {
            Err(error) => return self.report("resume", number, error),
            Ok(None) => self.inner.lock().signed_out(number).then_some("nobody's session is stored"),
            Ok(Some(session)) => {
                let held = Held { session, persisted: true };
                self.inner.lock().sign_in(number, held).then_some("the session of last time is taken up")
            }
        };
        if let Some(found) = found {
            log::info!("resume: {found}");
            self.replan.notify_one();
        }
    }

    fn finish_refresh(&self, number: Number, result: Result<Held>) {
        let outcome = self.inner.lock().end_refresh(number, result);
        self.replan.notify_one();
        match outcome {
            Ok(true) => log::info!("refresh: done"),
            Ok(false) => {}
            Err(error) => log::warning!("refresh: {error}"),
        }
    }

    fn finish_logout(&self, number: Number, result: Result<()>) {
        match result {
            Ok(()) => {
                if self.inner.lock().signed_out(number) {
                    log::info!("logout: done");
                }
            }
            Err(error) => self.report("logout", number, error),
        }
    }
}

impl Kept for Arc<Client> {
    fn refresh_due_in(&self) -> Option<Duration> {
        self.inner.lock().refresh_due_in()
    }

    fn refresh(&self) {
        let begun = self.inner.lock().begin_due_refresh();
        match begun {
            Ok(begun) => self.run_refresh(begun, Asked::ByTime),
            Err(error) => log::debug!("refresh: {error}"),
        }
    }

    async fn changed(&self) {
        self.replan.notified().await;
    }
}
