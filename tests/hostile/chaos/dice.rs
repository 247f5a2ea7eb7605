//! Randomness that a seed decides, the same on every machine and in every version of the toolchain.
//!
//! Each question has dice of its own, named after it, so that how often one is asked never changes the answer of another.
//! Not for secrets.

use std::time::Duration;

/// SplitMix64 (Steele, Lea, Flood: *Fast splittable pseudorandom number generators*, 2014).
pub struct Dice(u64);

impl Dice {
    /// The dice of one question within a seed.
    pub fn of(seed: u64, question: &str) -> Self {
        // FNV-1a.
        let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = seed.to_le_bytes().iter().chain(question.as_bytes()).fold(0xcbf2_9ce4_8422_2325, fold);
        Self(hash)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From zero up to, not including, `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The bias is bound / 2^64: nobody's concern here.
        self.next() % bound
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    pub fn millis(&mut self, least: u64, most: u64) -> Duration {
        Duration::from_millis(least + self.below(most - least + 1))
    }
}

#[test]
fn the_dice_fall_the_same_everywhere() {
    let mut dice = Dice::of(1, "storm");
    let fallen = [dice.next(), dice.next(), dice.next()];
    assert_eq!(fallen, FALLEN, "old seeds would mean new storms");
    assert_ne!(Dice::of(2, "storm").next(), fallen[0]);
    assert_ne!(Dice::of(1, "host").next(), fallen[0]);
}

#[cfg(test)]
const FALLEN: [u64; 3] = [8853208596441331816, 4700858709708641751, 13773464500491469902];
