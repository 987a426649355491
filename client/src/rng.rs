//! Jitter and ids from a seed: the machine takes no randomness by itself.

/// splitmix64.
#[derive(Clone, Debug)]
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`; 0 when `end` is not positive.
    pub(crate) fn below(&mut self, end: i64) -> i64 {
        let Ok(end) = u64::try_from(end) else { return 0 };
        let value = self.next().checked_rem(end).unwrap_or(0);
        i64::try_from(value).unwrap_or(0)
    }

    /// 20 lower-case letters and digits.
    pub(crate) fn id(&mut self) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let (first, second) = (self.next(), self.next());
        (0..20_u32)
            .map(|at| {
                let word = if at < 10 { first } else { second };
                let index = (word >> (at % 10 * 5)) & 31;
                char::from(LETTERS[usize::try_from(index).unwrap_or(0)])
            })
            .collect()
    }
}
