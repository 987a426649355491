//! The one source of chance: everything that happens by chance is drawn from a seed and a name.
//!
//! Streams are drawn by name and not from one long sequence, so that taking a fault out of a plan leaves
//! everything else as it was: a shrunk run is the same run with less in it.

/// A stream of numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

/// splitmix64's mixer.
const fn mixed(seed: u64) -> u64 {
    let mut it = seed;
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

impl Dice {
    /// The stream of a seed, a name and numbers that tell apart what has the same name.
    pub fn of(seed: u64, name: &str, numbers: &[u64]) -> Self {
        let mut state = mixed(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
        for byte in name.bytes() {
            state = mixed(state ^ u64::from(byte).wrapping_mul(0x1000_0000_01b3));
        }
        for number in numbers {
            state = mixed(state.wrapping_add(*number).wrapping_add(0x9e37_79b9_7f4a_7c15));
        }
        Self(state)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }

    /// A number from 0 to below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number().checked_rem(end).unwrap_or(0)
    }

    /// A number from `first` to `last`.
    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// True in so many of a thousand cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    /// One of several; `None` of none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = usize::try_from(self.below(from.len() as u64)).ok()?;
        from.get(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_seed_name_and_number_and_repeat() {
        let first = |seed, name, numbers: &[u64]| Dice::of(seed, name, numbers).number();
        assert_eq!(first(1, "a", &[2]), first(1, "a", &[2]));
        let all = [
            first(1, "a", &[2]),
            first(2, "a", &[2]),
            first(1, "b", &[2]),
            first(1, "a", &[3]),
            first(1, "a", &[2, 0]),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(!all[..at].contains(one), "{all:?}");
        }
    }

    #[test]
    fn numbers_stay_in_their_bounds() {
        let mut dice = Dice::of(1, "bounds", &[]);
        for _ in 0..1_000 {
            assert!((3..=5).contains(&dice.between(3, 5)));
        }
        assert_eq!(dice.below(0), 0);
        assert!(!dice.chance(0) && dice.chance(1_000));
        assert_eq!(dice.pick::<u8>(&[]), None);
    }
}
