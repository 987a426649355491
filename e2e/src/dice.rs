//! Chance from a seed: the same seed throws the same numbers in the same order.

use store::env::{Entropy as _, SeededEntropy};

/// Throws numbers.
pub struct Dice(SeededEntropy);

impl Dice {
    /// Starts from a seed.
    pub fn new(seed: u64) -> Self {
        Self(SeededEntropy::new(seed))
    }

    /// A number from 0 to below `end`; 0 when `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes).checked_rem(end).unwrap_or_default()
    }

    /// A number of a range, its start included.
    pub fn of(&self, range: std::ops::Range<u64>) -> u64 {
        range.start + self.below(range.end.saturating_sub(range.start))
    }
}
