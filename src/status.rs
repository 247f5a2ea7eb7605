//! What `poll_status` reads: the latest [`Status`], published by one writer at a time, read by any thread without waiting.
//!
//! A change is written into the next place of a small ring and then announced by its revision, so a reader copies a place
//! that nobody is writing to. It looks again only if a whole ring of changes was published during its few loads; the
//! writer never looks at readers. Nothing but numbers enters: messages, tokens and URLs have their own calls.

#[cfg(loom)]
use loom::sync::atomic::{AtomicU64, Ordering, fence};
#[cfg(not(loom))]
use std::sync::atomic::{AtomicU64, Ordering, fence};

use crate::error::{Check, Code};

/// Where a client is in its life. The numbers are the ABI's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Nobody is signed in and nothing is going on.
    #[default]
    SignedOut = 0,
    /// A login was asked for; the provider is being looked up and the listener bound.
    Starting = 1,
    /// The player is busy, in the browser or on another screen.
    WaitingForPlayer = 2,
    /// The provider answered; the code is being exchanged and the token verified.
    Completing = 3,
    /// A player is signed in.
    SignedIn = 4,
    /// The session has ended here; the provider is being told.
    SigningOut = 5,
}

/// Facts beside the state, as bits of the ABI's `flags`.
pub mod flags {
    /// The session is kept, but the provider can't be reached.
    pub const OFFLINE: u8 = 1;
    /// The session will survive a restart of the game.
    pub const PERSISTED: u8 = 1 << 1;
    /// A new access token is being fetched.
    pub const REFRESHING: u8 = 1 << 2;
}

/// One consistent picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Where the client is.
    pub state: State,
    /// Why the last attempt failed.
    pub error: Option<Code>,
    /// Which check failed, with [`Code::TokenRejected`].
    pub check: Option<Check>,
    /// See [`flags`].
    pub flags: u8,
    /// The attempt that this is about; grows with each one.
    pub login_id: u64,
    /// When the attempt times out, in milliseconds since the Unix epoch; zero when none is running.
    pub deadline_ms: u64,
    /// Grows with every change; the first is 1.
    pub revision: u64,
}

/// Three are the fewest with which a reader can lag behind at all, and the most that the model checker can go through.
const PLACES: usize = if cfg!(loom) { 3 } else { 8 };
const WORDS: usize = 3;

/// The cell that readers poll. Writers are serialised by whoever owns it.
#[derive(Debug, Default)]
pub struct StatusCell {
    announced: AtomicU64,
    ring: [[AtomicU64; WORDS]; PLACES],
}

impl StatusCell {
    /// Publishes a change and gives it the next revision. The caller holds the lock that serialises writers.
    pub fn publish(&self, status: Status) -> u64 {
        let revision = self.announced.load(Ordering::Relaxed) + 1;
        // Pairs with the reader's fence: whoever sees a word of this change also sees that the ring has moved on.
        fence(Ordering::Release);
        for (place, word) in self.place(revision).iter().zip(status.pack()) {
            place.store(word, Ordering::Relaxed);
        }
        self.announced.store(revision, Ordering::Release);
        revision
    }

    /// The latest status.
    pub fn read(&self) -> Status {
        loop {
            let revision = self.announced.load(Ordering::Acquire);
            let words = self.place(revision).each_ref().map(|word| word.load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            let passed = self.announced.load(Ordering::Relaxed) - revision;
            if passed < PLACES as u64 - 1 {
                return Status::unpack(words, revision);
            }
        }
    }

    fn place(&self, revision: u64) -> &[AtomicU64; WORDS] {
        &self.ring[(revision % PLACES as u64) as usize]
    }
}

impl Status {
    fn pack(self) -> [u64; WORDS] {
        let error = self.error.map_or(0, |code| code as u8);
        let check = self.check.map_or(0, |check| check as u8);
        [u32::from_le_bytes([self.state as u8, error, check, self.flags]).into(), self.login_id, self.deadline_ms]
    }

    fn unpack([small, login_id, deadline_ms]: [u64; WORDS], revision: u64) -> Self {
        let [state, error, check, flags, ..] = small.to_le_bytes();
        Self {
            state: State::from_number(state),
            error: Code::from_number(error),
            check: Check::from_number(check),
            flags,
            login_id,
            deadline_ms,
            revision,
        }
    }
}

impl State {
    fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Starting,
            2 => Self::WaitingForPlayer,
            3 => Self::Completing,
            4 => Self::SignedIn,
            5 => Self::SigningOut,
            _ => Self::SignedOut,
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn what_is_published_is_read() {
        let cell = StatusCell::default();
        assert_eq!(cell.read(), Status::default());
        let status = Status {
            state: State::Completing,
            error: Some(Code::TokenRejected),
            check: Some(Check::CriticalHeader),
            flags: flags::OFFLINE | flags::PERSISTED,
            login_id: u64::MAX,
            deadline_ms: 1 << 50,
            revision: 0,
        };
        for revision in 1..=3 * PLACES as u64 {
            assert_eq!(cell.publish(status), revision);
            assert_eq!(cell.read(), Status { revision, ..status });
        }
    }

    #[test]
    fn readers_never_see_a_mixture_and_never_go_back() {
        const CHANGES: u64 = 200_000;
        let cell = StatusCell::default();
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let mut last = 0;
                    while last < CHANGES {
                        let status = cell.read();
                        assert_eq!(status.login_id, status.revision, "a word of another change");
                        assert_eq!(status.deadline_ms, status.revision * 3, "a word of another change");
                        assert!(status.revision >= last, "went back");
                        last = status.revision;
                    }
                });
            }
            for revision in 1..=CHANGES {
                cell.publish(Status { login_id: revision, deadline_ms: revision * 3, ..Status::default() });
            }
        });
    }
}
