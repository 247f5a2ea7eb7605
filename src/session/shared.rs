//! A session that several programs share: launcher, game and editor of one player, and two clients of one program.
//!
//! Whoever changes what is stored holds the slot's lock, and looks into the store again once it has it: what another program
//! has fetched is taken instead of fetched again, so that a rotating refresh token is spent once. What is new is stored before
//! anyone is shown it. Nothing of the client's state is known here.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::keeper::pause;
use super::lock::SlotLock;
use super::refresh::refresh;
use super::store::host::HostVault;
use super::store::{self, Hold, Loaded, Slot, Store, Vault};
use super::{AccessToken, Session};
use crate::clock::since_boot;
use crate::config::{ClaimPaths, Config, Storage};
use crate::error::{Code, Error, Result};
use crate::log;
use crate::provider::Provider;

/// A refresh of another program takes no longer than its request and its save.
const PATIENCE_TO_REFRESH: Duration = Duration::from_secs(30);
/// A player waits for this one.
const PATIENCE_TO_SIGN_IN: Duration = Duration::from_secs(5);
const PATIENCE_TO_SIGN_OUT: Duration = Duration::from_secs(2);

/// A session, and whether what is stored is this one.
#[derive(Clone)]
pub struct Held {
    /// The session.
    pub session: Session,
    /// It survives the process.
    pub persisted: bool,
}

/// The slot of one client: where its session is kept, if anywhere.
#[derive(Clone)]
pub struct Shelf {
    store: Store,
    /// One change of the store at a time, and none after a later one: see [`Shelf::erase`].
    turn: Arc<tokio::sync::Mutex<Turn>>,
    /// Where a test has its locks.
    #[cfg(test)]
    locks: Option<std::path::PathBuf>,
}

/// That a session was stored, as which of the shelf's changes.
pub struct Kept(u64);

#[derive(Default)]
struct Turn {
    /// Sign-ins and erasures, whether they came to something or not.
    changes: u64,
    /// Sessions that were stored, each under the slot's lock.
    saves: u64,
}

/// What was erased while another program had the lock: it may have been read there, and be stored again.
struct Unsure {
    /// What tells it from a later sign-in: the claims of its first ID token, which a refresh keeps. None: it could not be read.
    sign_in: Option<Map<String, Value>>,
    /// As in [`Turn`], before.
    saves: u64,
}

impl Unsure {
    /// None: nothing was there that could come back.
    fn of(taken: Loaded, saves: u64) -> Option<Self> {
        let sign_in = match taken {
            Loaded::Nothing => return None,
            Loaded::Session(record) => Some(record.claims),
            Loaded::Refused(_) => None,
        };
        Some(Self { sign_in, saves })
    }
}

impl Shelf {
    /// The shelf that a configuration asks for, if it asks for one. An error: the system has no store, and the session is kept in
    /// memory.
    pub fn of(config: &Config, host: Option<HostVault>) -> Result<Option<Self>> {
        let vault: Arc<dyn Vault> = match (config.session.storage, host) {
            (Storage::Host, Some(host)) => Arc::new(host),
            (Storage::System, _) => store::system()?,
            _ => return Ok(None),
        };
        let slot = Slot {
            issuer: config.provider.name().to_owned(),
            client_id: config.client.id.clone(),
            name: config.session.slot.clone(),
        };
        Ok(Some(Self {
            store: Store::new(vault, slot),
            turn: Arc::default(),
            #[cfg(test)]
            locks: None,
        }))
    }

    /// The session of last time, if there is one.
    pub async fn take_up(&self, paths: &ClaimPaths) -> Result<Option<Session>> {
        match self.store.load().await? {
            Loaded::Nothing => Ok(None),
            Loaded::Session(record) => Session::restore(*record, paths).map(Some),
            Loaded::Refused(error) => Err(error),
        }
    }

    /// Keeps the session that a sign-in began. `still_wanted` is asked when it is this one's turn. None: it is not kept, for a store that
    /// can't be used is no reason to turn a player away.
    pub async fn keep(&self, session: &Session, still_wanted: impl FnOnce() -> bool) -> Option<Kept> {
        self.keep_in(&mut *self.turn.lock().await, session, still_wanted).await
    }

    async fn keep_in(&self, turn: &mut Turn, session: &Session, still_wanted: impl FnOnce() -> bool) -> Option<Kept> {
        turn.changes += 1;
        let hold = match self.lock(PATIENCE_TO_SIGN_IN).await {
            Ok(hold) => hold,
            Err(error) => {
                log::warning!("session: not kept for the next launch: {error}");
                return None;
            }
        };
        if !still_wanted() {
            return None;
        }
        if session.refresh_token().is_err() {
            log::info!("session: without a refresh token there is nothing to keep for the next launch");
            // Else that would begin with whoever was signed in before.
            self.take_away(&hold).await;
            return None;
        }
        let kept = self.put(session, &hold).await;
        turn.saves += u64::from(kept);
        kept.then_some(Kept(turn.changes))
    }

    /// Undoes what was kept: the session `before` is stored again, or none is. Not if a later sign-in or sign-out has taken the place.
    pub async fn take_back(&self, Kept(change): Kept, before: Option<Session>) {
        let Some(before) = before else { return self.erase_after(Some(change), |_| {}).await };
        let mut turn = self.turn.lock().await;
        if turn.changes == change {
            self.keep_in(&mut turn, &before, || true).await;
        }
    }

    /// Fetches new tokens, unless another program has done so since `asked`, or they are not wanted any more.
    pub async fn renew(
        &self,
        config: &Config,
        provider: &Provider,
        held: Held,
        asked: Asked,
        still_wanted: &(impl Fn() -> bool + Sync),
    ) -> Result<Held> {
        let mut turn = self.turn.lock().await;
        let hold = self.lock(PATIENCE_TO_REFRESH).await?;
        let was_stored = held.persisted;
        let session = match self.look_again(held, &config.claim_paths).await? {
            Seen::Newer(session) if asked.is_met_by(session.access_token()) => {
                log::info!("refresh: another program of this session was faster; its tokens are taken");
                return Ok(Held { session, persisted: true });
            }
            Seen::Newer(session) | Seen::Same(session) => session,
        };
        match refresh(config, provider, &session, still_wanted).await {
            Ok(session) => {
                if was_stored && matches!(self.store.load().await, Ok(Loaded::Nothing)) {
                    return Err(ended_elsewhere());
                }
                // A dialog at every refresh is worse than a session that ends with the game.
                let persisted = (was_stored || !self.store.would_ask().await) && self.put(&session, &hold).await;
                turn.saves += u64::from(persisted);
                Ok(Held { session, persisted })
            }
            Err(error) => {
                if ends_the_session(&error) {
                    turn.changes += 1;
                    self.take_away(&hold).await;
                }
                Err(error)
            }
        }
    }

    /// Removes what is stored. While that fails it is tried again, until it is done or a later sign-in has taken the place; `tell`
    /// hears how the first attempt went.
    pub async fn erase(&self, tell: impl FnOnce(Result<()>)) {
        self.erase_after(None, tell).await;
    }

    /// With the change after which there must have been no other.
    async fn erase_after(&self, mut own_turn: Option<u64>, tell: impl FnOnce(Result<()>)) {
        let mut tell = Some(tell);
        for failures in 1.. {
            let outcome = {
                let mut turn = self.turn.lock().await;
                if own_turn.is_some_and(|own| own != turn.changes) {
                    return;
                }
                turn.changes += 1;
                own_turn = Some(turn.changes);
                // Held by another program for so long: the session has to go all the same. Whoever holds it looks before it saves,
                // but what is erased between the two is there again.
                match self.lock(PATIENCE_TO_SIGN_OUT).await {
                    Ok(hold) => self.store.erase(&hold).await.map(|()| None),
                    Err(error) => {
                        log::debug!("logout: {error}");
                        self.store.take().await.map(|taken| Unsure::of(taken, turn.saves))
                    }
                }
            };
            let (outcome, erased) = match outcome {
                Ok(unsure) => (Ok(()), Some(unsure)),
                Err(error) => {
                    log::warning!("logout: what is stored could not be erased yet: {error}");
                    (Err(error), None)
                }
            };
            if let Some(tell) = tell.take() {
                tell(outcome);
            }
            match erased {
                Some(None) => return,
                Some(Some(unsure)) => return self.erase_again(unsure).await,
                None => crate::clock::sleep(pause(failures, None)).await,
            }
        }
    }

    /// Once more with the lock: from then on nobody is about to store what they had read before. What can't be told from a later
    /// sign-in goes too: a sign-in too many is better than a sign-out that was none. Ends with the client, or when a session of this
    /// program's is stored instead.
    async fn erase_again(&self, Unsure { sign_in, saves }: Unsure) {
        for attempts in 1.. {
            crate::clock::sleep(pause(attempts, None)).await;
            let turn = self.turn.lock().await;
            if turn.saves != saves {
                return;
            }
            // Not waited for: a sign-in of this program's would have to wait too.
            let Ok(hold) = self.lock(Duration::ZERO).await else { continue };
            let outcome = match (self.store.load().await, &sign_in) {
                (Ok(Loaded::Nothing), _) => return,
                (Ok(Loaded::Session(record)), Some(claims)) if record.claims != *claims => return,
                (Ok(_), _) => self.store.erase(&hold).await,
                (Err(error), _) => Err(error),
            };
            match outcome {
                Ok(()) => return log::info!("logout: what another program had stored again is erased"),
                Err(error) => log::warning!("logout: what is stored could not be erased yet: {error}"),
            }
        }
    }

    /// The slot's lock. Where there can be none it is done without; an error, which is temporary: somebody else has it.
    async fn lock(&self, patience: Duration) -> Result<Hold> {
        #[cfg(test)]
        let lock = match &self.locks {
            Some(folder) => SlotLock::acquire_in(folder, self.store.key(), patience).await,
            None => SlotLock::acquire(self.store.key(), patience).await,
        };
        #[cfg(not(test))]
        let lock = SlotLock::acquire(self.store.key(), patience).await;
        match lock {
            Ok(lock) => Ok(Some(Arc::new(lock))),
            Err(error) if error.temporary => Err(error),
            Err(error) => {
                log::warning!("session: other programs of it can't be waited for: {error}");
                Ok(None)
            }
        }
    }

    /// What is stored, compared with what this program holds.
    async fn look_again(&self, held: Held, paths: &ClaimPaths) -> Result<Seen> {
        let Held { session, persisted } = held;
        if !persisted {
            // What was never kept is not what another program has changed.
            return Ok(Seen::Same(session));
        }
        let stored = match self.store.load().await {
            Ok(Loaded::Session(record)) => Session::restore(*record, paths)?,
            Ok(Loaded::Nothing) => return Err(ended_elsewhere()),
            Ok(Loaded::Refused(error)) | Err(error) => {
                log::warning!("refresh: what is stored can't be read, the session at hand is used: {error}");
                return Ok(Seen::Same(session));
            }
        };
        if stored.has_the_tokens_of(&session) {
            return Ok(Seen::Same(session));
        }
        match stored.is_of_the_player_of(&session) {
            true => Ok(Seen::Newer(stored)),
            false => Err(replaced_elsewhere()),
        }
    }

    async fn put(&self, session: &Session, hold: &Hold) -> bool {
        let Some(record) = session.record() else { return false };
        match self.store.save(&record, hold).await {
            Ok(()) => true,
            Err(error) => {
                log::warning!("session: it is kept in memory only, and ends with the game: {error}");
                false
            }
        }
    }

    async fn take_away(&self, hold: &Hold) {
        if let Err(error) = self.store.erase(hold).await {
            log::warning!("session: what is stored is out of date, and could not be erased: {error}");
        }
    }
}

/// Why new tokens are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The old one's time is up, whoever noticed.
    ByTime,
    /// The host wants one that is newer than this.
    ByHost(SystemTime),
}

impl Asked {
    fn is_met_by(self, token: &AccessToken) -> bool {
        let now = since_boot();
        match self {
            Self::ByTime => token.is_good_for(Duration::ZERO, now) && !token.refresh_due_in(now).is_zero(),
            Self::ByHost(asked) => token.is_good_for(Duration::ZERO, now) && token.received >= asked,
        }
    }
}

enum Seen {
    Same(Session),
    Newer(Session),
}

/// Whether the error is the end of the session, rather than of one attempt.
pub fn ends_the_session(error: &Error) -> bool {
    matches!(error.code, Code::SessionExpired | Code::TokenRejected)
}

fn ended_elsewhere() -> Error {
    Error::new(Code::SessionExpired, "the player has signed out in another program; let them sign in again")
}

fn replaced_elsewhere() -> Error {
    Error::new(
        Code::SessionExpired,
        "another player has signed in in another program; take up that session with latchkey_resume_session, or let this \
         player sign in again",
    )
}

#[cfg(test)]
mod tests;
