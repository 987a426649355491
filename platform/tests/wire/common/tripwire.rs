//! Randomness from a seed that panics once when a test says so: a bug in the middle of a decision.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::env::{Entropy, SeededEntropy};

/// See the file's head.
pub(crate) struct Tripwire {
    seeded: SeededEntropy,
    is_armed: AtomicBool,
    skips: std::sync::atomic::AtomicU32,
}

impl Tripwire {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        let seeded = SeededEntropy::new(seed);
        Arc::new(Self { seeded, is_armed: AtomicBool::new(false), skips: 0.into() })
    }

    /// The third draw from now on panics: by then a decision is half done.
    pub(crate) fn trip(&self) {
        self.skips.store(2, Ordering::SeqCst);
        self.is_armed.store(true, Ordering::SeqCst);
    }
}

impl Entropy for Tripwire {
    fn fill(&self, bytes: &mut [u8]) {
        if self.is_armed.load(Ordering::SeqCst) {
            let left = self.skips.load(Ordering::SeqCst);
            if left == 0 {
                self.is_armed.store(false, Ordering::SeqCst);
                panic!("tripped");
            }
            self.skips.store(left - 1, Ordering::SeqCst);
        }
        self.seeded.fill(bytes);
    }
}
