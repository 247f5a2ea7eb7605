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

/// A status as the ABI's numbers: what a frame reads, without a detour through types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// [`State`]
    pub state: u32,
    /// [`Code`], or zero.
    pub error: u32,
    /// [`Check`], or zero.
    pub check: u32,
    /// [`flags`], and zeros up to the ABI's next field: both are handed out with one store.
    pub flags: u64,
    /// As in [`Status`].
    pub login_id: u64,
    /// As in [`Status`].
    pub deadline_ms: u64,
    /// As in [`Status`].
    pub revision: u64,
}

/// Four make a place a matter of shifts. Three are the fewest with which a reader can lag behind at all; the model checker goes through those.
const PLACES: usize = if cfg!(loom) { 3 } else { 4 };
const WORDS: usize = 4;

/// The cell that readers poll. Writers are serialised by whoever owns it.
#[derive(Debug, Default)]
// The ring first, so that none of its places lies across two lines of the processor's cache.
#[repr(C)]
pub struct StatusCell {
    ring: [[AtomicU64; WORDS]; PLACES],
    announced: AtomicU64,
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
        self.numbers().into()
    }

    /// The latest status. Part of every frame, and so spelt out and inlined: the library is built for size elsewhere.
    #[inline(always)]
    pub fn numbers(&self) -> Numbers {
        loop {
            let revision = self.announced.load(Ordering::Acquire);
            let [facts, reason, login_id, deadline_ms] = self.place(revision);
            let (facts, reason) = (facts.load(Ordering::Relaxed), reason.load(Ordering::Relaxed));
            let (login_id, deadline_ms) = (login_id.load(Ordering::Relaxed), deadline_ms.load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            let passed = self.announced.load(Ordering::Relaxed) - revision;
            if passed < PLACES as u64 - 1 {
                let (state, flags) = (u32::from(facts as u8), facts >> u8::BITS);
                let (error, check) = (reason as u32, (reason >> 32) as u32);
                return Numbers { state, error, check, flags, login_id, deadline_ms, revision };
            }
        }
    }

    #[inline(always)]
    fn place(&self, revision: u64) -> &[AtomicU64; WORDS] {
        &self.ring[(revision % PLACES as u64) as usize]
    }
}

impl Status {
    fn pack(self) -> [u64; WORDS] {
        let error = self.error.map_or(0, |code| code as u64);
        let check = self.check.map_or(0, |check| check as u64);
        [self.state as u64 | u64::from(self.flags) << u8::BITS, error | check << 32, self.login_id, self.deadline_ms]
    }
}

impl From<Numbers> for Status {
    fn from(numbers: Numbers) -> Self {
        Self {
            state: State::from_number(numbers.state as u8),
            error: Code::from_number(numbers.error as u8),
            check: Check::from_number(numbers.check as u8),
            flags: numbers.flags as u8,
            login_id: numbers.login_id,
            deadline_ms: numbers.deadline_ms,
            revision: numbers.revision,
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
