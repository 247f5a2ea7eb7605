//! Vaults for tests: one in memory that can be capped and can die, one that waits at a gate.
//!
//! They keep what they were told in plain sight, which is what tests look at. Nothing outside of tests uses them.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use parking_lot::Mutex;
use zeroize::Zeroizing;

use super::{Slot, Vault, unavailable};
use crate::error::Result;

pub(in crate::session) fn slot() -> Slot {
    Slot { issuer: "https://id.example.com".into(), client_id: "game".into(), name: "one".into() }
}

/// Entries in memory.
#[derive(Default)]
pub(in crate::session) struct Memory {
    pub(in crate::session) entries: Mutex<BTreeMap<String, Vec<u8>>>,
    /// What one entry takes.
    pub(super) cap: Option<usize>,
    /// How many changes the process still lives for. None: for ever.
    pub(super) life: Mutex<Option<usize>>,
}

impl Memory {
    pub(super) fn capped(cap: usize) -> Self {
        Self { cap: Some(cap), ..Self::default() }
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.entries.lock().keys().cloned().collect()
    }

    fn change(&self) -> Result<()> {
        match &mut *self.life.lock() {
            Some(0) => Err(unavailable("dead")),
            Some(life) => {
                *life -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Vault for Memory {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        Ok(self.entries.lock().get(key).cloned().map(Zeroizing::new))
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        assert!(self.cap.is_none_or(|cap| data.len() <= cap), "an entry of {} bytes", data.len());
        self.change()?;
        self.entries.lock().insert(key.to_owned(), data.to_vec());
        Ok(())
    }

    fn erase(&self, key: &str) -> Result<()> {
        self.change()?;
        self.entries.lock().remove(key);
        Ok(())
    }
}

impl<V: Vault> Vault for std::sync::Arc<V> {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        (**self).load(key)
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        (**self).save(key, data)
    }

    fn erase(&self, key: &str) -> Result<()> {
        (**self).erase(key)
    }
}

/// A vault whose saves say that they have begun, and end when they are let through. Two calls at once are a failure.
pub(super) struct Gated {
    pub(super) inside: Memory,
    pub(super) saves: Mutex<usize>,
    begun: tokio::sync::mpsc::UnboundedSender<()>,
    gate: Mutex<mpsc::Receiver<()>>,
    busy: AtomicBool,
    pub(super) overlapped: AtomicBool,
}

impl Gated {
    /// The vault, what tells of a save that has begun, and what lets one through.
    pub(super) fn new() -> (Self, tokio::sync::mpsc::UnboundedReceiver<()>, mpsc::Sender<()>) {
        let (begun, beginnings) = tokio::sync::mpsc::unbounded_channel();
        let (open, gate) = mpsc::channel();
        let vault = Self {
            inside: Memory::default(),
            saves: Mutex::new(0),
            begun,
            gate: Mutex::new(gate),
            busy: AtomicBool::new(false),
            overlapped: AtomicBool::new(false),
        };
        (vault, beginnings, open)
    }

    fn alone<T>(&self, work: impl FnOnce() -> T) -> T {
        if self.busy.swap(true, Ordering::AcqRel) {
            self.overlapped.store(true, Ordering::Release);
        }
        let outcome = work();
        self.busy.store(false, Ordering::Release);
        outcome
    }
}

impl Vault for Gated {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        self.alone(|| self.inside.load(key))
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        self.alone(|| {
            *self.saves.lock() += 1;
            // A test that has ended listens no more.
            let _ = self.begun.send(());
            self.gate.lock().recv().map_err(|_| unavailable("the test has ended"))?;
            self.inside.save(key, data)
        })
    }

    fn erase(&self, key: &str) -> Result<()> {
        self.alone(|| self.inside.erase(key))
    }
}
