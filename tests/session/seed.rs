//! Random numbers that can be had again: a run prints its seed, and `LATCHKEY_TEST_SEED` repeats it.
//!
//! Not for secrets. May touch: one environment variable.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

const VARIABLE: &str = "LATCHKEY_TEST_SEED";

/// A generator (SplitMix64).
pub struct Random(u64);

/// The seed of this run.
pub fn seed() -> u64 {
    match std::env::var(VARIABLE) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{VARIABLE} is a number; it was {text:?}")),
        // The hasher's keys are the standard library's only source of randomness.
        Err(_) => RandomState::new().hash_one(std::process::id()),
    }
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 up to, not including, this.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From nothing up to this.
    pub fn up_to(&mut self, longest: Duration) -> Duration {
        Duration::from_micros(self.below(longest.as_micros() as u64 + 1))
    }

    /// Whether this chance, in percent, comes true.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
