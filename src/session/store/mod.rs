//! Keeping a session between launches: one entry of a secret store for each issuer, client id and profile slot.
//!
//! [`Store`] is the door: it seals and opens the [`Record`], makes every call on one of tokio's lent threads, in order and
//! within a bound. Where the bytes lie is a [`Vault`]'s business ([`system()`], [`HostVault`]); no plain file is one of them.

pub mod chunks;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod host;
pub mod record;
pub mod system;

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use ring::digest;
use tokio::sync::{Mutex, oneshot};
use url::Url;
use zeroize::Zeroizing;

pub use host::HostVault;
pub use record::Record;
pub use system::system;

use super::lock::SlotLock;
use crate::error::{Code, Error, Result, clean};
use crate::runtime::{Lost, on_lent_thread};

/// A vault gets no more than this, and need not give back more.
pub const LARGEST: usize = 64 * 1024;
/// A store may ask the player for a password. Whoever waits for the answer does not wait for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which entry: one for each issuer, client id and profile slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The issuer identifier, to the letter.
    pub issuer: String,
    /// The client id at that issuer.
    pub client_id: String,
    /// The profile slot: split screen, several accounts.
    pub name: String,
}

/// Where bytes are kept. Its calls block, and are made on tokio's lent threads only.
pub trait Vault: Send + Sync + 'static {
    /// What was saved under the key.
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>>;
    /// Replaces what was there, whole or not at all.
    fn save(&self, key: &str, data: &[u8]) -> Result<()>;
    /// Ok also when nothing was there.
    fn erase(&self, key: &str) -> Result<()>;
    /// [`Vault::save`], for stores that show people a name beside the entry.
    fn save_labelled(&self, key: &str, data: &[u8], _label: &str) -> Result<()> {
        self.save(key, data)
    }
    /// Whether a call would put a dialog before the player now.
    fn would_ask(&self) -> bool {
        false
    }
}

/// The lock of the slot, if there is one. A call that it covers keeps a share of it to its own end: one that its caller has
/// given up may still write.
pub type Hold = Option<Arc<SlotLock>>;

/// What a store had to say.
#[derive(Debug)]
pub enum Loaded {
    /// Nothing was saved.
    Nothing,
    /// A session.
    Session(Box<Record>),
    /// An entry is there, but it is altered, of another slot or of an unknown version. The error says which.
    Refused(Error),
}

/// What a call does there.
type Work = Box<dyn FnOnce(&dyn Vault, &str) + Send>;

/// One slot in one vault. Cheap to clone; the clones take turns.
#[derive(Clone)]
pub struct Store {
    vault: Arc<dyn Vault>,
    slot: Arc<Slot>,
    key: Arc<str>,
    /// Held by the call itself, not by who waits for it: a save that its caller has given up must not land on a later one.
    turn: Arc<Mutex<()>>,
    patience: Duration,
}

impl Slot {
    /// The entry's name: ASCII, 73 characters, the same in every process and version.
    pub fn key(&self) -> String {
        let mut context = digest::Context::new(&digest::SHA256);
        self.each_part(|bytes| context.update(bytes));
        context.finish().as_ref().iter().fold("latchkey-".to_owned(), |mut key, byte| {
            // Writing to a string can't fail.
            let _ = write!(key, "{byte:02x}");
            key
        })
    }

    /// The name that people see in their store's own tool.
    fn label(&self) -> String {
        let host = Url::parse(&self.issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
        let issuer = host.as_deref().unwrap_or(&self.issuer);
        format!("Latchkey: {} at {}", clean(&self.client_id, 80), clean(issuer, 80))
    }

    /// Each part after its length, so that no two slots read the same.
    fn each_part(&self, mut take: impl FnMut(&[u8])) {
        for part in [&self.issuer, &self.client_id, &self.name] {
            take(&(part.len() as u64).to_le_bytes());
            take(part.as_bytes());
        }
    }
}

impl Store {
    /// The slot's place in the vault.
    pub fn new(vault: Arc<dyn Vault>, slot: Slot) -> Self {
        let key = slot.key().into();
        Self { vault, slot: Arc::new(slot), key, turn: Arc::default(), patience: PATIENCE }
    }

    /// The name of the entry.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is stored. An error means that the store could not be asked.
    pub async fn load(&self) -> Result<Loaded> {
        let bytes = self.call(None, |vault, key| vault.load(key)).await?;
        Ok(self.opened(bytes))
    }

    /// Puts the session in place of what was stored. After an error it is the old one that is there, or, when the store did
    /// not answer in time, either.
    pub async fn save(&self, record: &Record, hold: &Hold) -> Result<()> {
        let sealed = record.seal(&self.slot)?;
        let label = self.slot.label();
        self.call(hold.clone(), move |vault, key| vault.save_labelled(key, &sealed, &label)).await
    }

    /// Forgets what is stored.
    pub async fn erase(&self, hold: &Hold) -> Result<()> {
        self.call(hold.clone(), |vault, key| vault.erase(key)).await
    }

    /// [`Store::erase`] by whoever could not get the slot's lock, and what was there. One call, which has one bound; what can't be
    /// read is erased all the same.
    pub async fn take(&self) -> Result<Loaded> {
        let taken = |vault: &dyn Vault, key: &str| {
            let found = vault.load(key);
            vault.erase(key).map(|()| found)
        };
        self.call(None, taken).await.map(|found| found.map_or_else(Loaded::Refused, |bytes| self.opened(bytes)))
    }

    /// Whether a call would put a dialog before the player now. A store that can't say is not asked.
    pub async fn would_ask(&self) -> bool {
        self.call(None, |vault, _| Ok(vault.would_ask())).await.unwrap_or(true)
    }

    fn opened(&self, bytes: Option<Zeroizing<Vec<u8>>>) -> Loaded {
        let Some(bytes) = bytes else { return Loaded::Nothing };
        match Record::open(&bytes, &self.slot) {
            Ok(record) => Loaded::Session(Box::new(record)),
            Err(refusal) => Loaded::Refused(refusal),
        }
    }

    /// One call, in its turn. One that has begun runs to its end even if nobody waits for it any more; one that was given up
    /// before it began is never made.
    async fn call<T, F>(&self, hold: Hold, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&dyn Vault, &str) -> Result<T> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        // Who waited may be gone.
        self.make(hold, Box::new(move |vault, key| drop(tell.send(work(vault, key))))).await?;
        told.await.unwrap_or_else(|_| Err(shutting_down()))
    }

    /// Of one type for all calls, so that its code is there once.
    async fn make(&self, hold: Hold, work: Work) -> Result<()> {
        let begun = async {
            let turn = Arc::clone(&self.turn).lock_owned().await;
            let (vault, key) = (Arc::clone(&self.vault), Arc::clone(&self.key));
            let call = move || {
                let _held = (turn, hold);
                work(&*vault, &key);
            };
            on_lent_thread(call).await
        };
        match tokio::time::timeout(self.patience, begun).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Lost::Panicked)) => {
                Err(Error::new(Code::Internal, "a defect: the access to the secret store panicked"))
            }
            Ok(Err(Lost::Ended)) => Err(shutting_down()),
            Err(_) => Err(unavailable(format!(
                "the secret store did not answer in time ({} seconds): it may be locked and waiting for its password in a \
                 dialog. Unlock it, and try again",
                self.patience.as_secs()
            ))
            .temporary()),
        }
    }
}

fn shutting_down() -> Error {
    unavailable("the library is being shut down, and the secret store is no longer asked")
}

fn unavailable(sentence: impl Into<String>) -> Error {
    Error::new(Code::StoreUnavailable, sentence)
}

#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;
