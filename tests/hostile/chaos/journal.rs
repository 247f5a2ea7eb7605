//! What passed between library and provider, for the judge and for people. No token is in it, only digests.

use std::fmt;
use std::time::Duration;

use crate::storm::{Fault, Kind};

/// One request.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: Kind,
    /// Which of its kind since the storm began; none outside of it.
    pub ordinal: Option<u32>,
    pub fault: Fault,
    pub connection: u64,
    /// When it had been read, since the stage was set up.
    pub began: Duration,
    /// When it was over for the library: answered, cut off, or given up by it.
    pub ended: Duration,
    /// Digest of the code or refresh token in it.
    pub spends: Option<String>,
    /// The provider's status; none if it never heard of it.
    pub status: Option<u16>,
    /// Digest of the refresh token in the provider's answer.
    pub gives: Option<String>,
    /// The library has the whole answer.
    pub delivered: bool,
    /// The library hung up before.
    pub given_up: bool,
}

impl Entry {
    /// The provider did what was asked.
    pub fn is_granted(&self) -> bool {
        self.status == Some(200)
    }

    /// The provider did it, and the library can't know.
    pub fn is_lost(&self) -> bool {
        self.is_granted() && !self.delivered
    }
}

/// Whether the answer to a request that came later was there before this one's.
pub fn was_overtaken(entry: &Entry, journal: &[Entry]) -> bool {
    let overtakes = |other: &Entry| other.delivered && other.began > entry.began && other.ended < entry.ended;
    entry.fault == Fault::Overtaken && entry.delivered && journal.iter().any(overtakes)
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ordinal = self.ordinal.map_or("-".to_owned(), |ordinal| ordinal.to_string());
        let (began, ended) = (self.began.as_millis(), self.ended.as_millis());
        write!(f, "{began:>6}..{ended:<6} ms  connection {}  {:?} {ordinal}", self.connection, self.kind)?;
        if let Some(spends) = &self.spends {
            write!(f, ", spends {spends}")?;
        }
        match self.status {
            Some(status) => write!(f, ", provider: {status}")?,
            None => write!(f, ", provider: not asked")?,
        }
        if let Some(gives) = &self.gives {
            write!(f, ", gives {gives}")?;
        }
        let outcome = match (self.delivered, self.given_up) {
            (true, _) => "answered",
            (false, true) => "given up by the library",
            (false, false) => "not answered",
        };
        write!(f, ", {outcome}; {:?}", self.fault)
    }
}

/// One line each.
pub fn shown(entries: &[Entry]) -> String {
    entries.iter().map(|entry| format!("  {entry}\n")).collect()
}
