//! Chaos: thousands of seeded storms between the built library and a provider, and what must hold in each of them.
//!
//! A seed decides which requests are delayed, cut, reset, cut short, trickled, overtaken, turned away or never answered
//! ([`storm`]), and what the host does meanwhile ([`plays`]). Whatever comes: each attempt ends signed in or with a code, in its
//! time; a session that was shown stays usable or ends with a reason that the storm gave; nothing is spent twice; when the
//! storm is over a sign-in works at once, and what is stored can be taken up; and after a shutdown nothing is left of it all.
//!
//! Provider and storm are in the test's process, library and players in another, so that what leaks there is the library's.
//!
//! | file | holds |
//! |---|---|
//! | `dice.rs` | randomness that a seed decides |
//! | `storm.rs` | which request meets which fault: a function of the seed and of nothing else |
//! | `proxy.rs`, `message.rs` | what stands between library and provider, and carries the faults out |
//! | `journal.rs`, `judge.rs` | what passed through it, and what may not be in there |
//! | `arena.rs`, `line.rs` | both sides of the talk between the two processes |
//! | `vault.rs` | the host's own store, shared by the clients of a seed |
//! | `seat.rs`, `scene.rs`, `plays.rs` | a client that is watched; a seed's stage; what is played on it |
//! | `leftovers.rs` | threads, descriptors and memory before and after |
//! | `sweep.rs`, `replay.rs` | the tests: many seeds, and one of them again |
//!
//! One seed again, with its whole story: `LATCHKEY_CHAOS_SEED=17 cargo xtask test hostile`. More of them than usual:
//! `LATCHKEY_CHAOS_SEEDS=100000 cargo xtask test hostile`.

#![cfg(target_os = "linux")]

mod arena;
mod dice;
mod journal;
mod judge;
mod leftovers;
mod line;
mod message;
mod plays;
mod proxy;
mod scene;
mod seat;
mod storm;
mod vault;

mod replay;
mod sweep;
