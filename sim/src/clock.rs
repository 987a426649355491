//! Time: one monotonic time for all, and wall clocks that may jump.

use std::sync::atomic::{AtomicI64, Ordering};

use store::env::Clock;
use tokio::time::Instant;

/// When every run begins, in Unix milliseconds: 1 May 2026, 12:00 UTC.
pub const BEGIN_MS: i64 = 1_777_636_800_000;

/// A wall clock over the runtime's virtual time.
#[derive(Debug)]
pub struct SimClock {
    start: Instant,
    jumped_ms: AtomicI64,
}

impl SimClock {
    /// A clock that shows [`BEGIN_MS`] now.
    pub fn start(start: Instant) -> Self {
        Self { start, jumped_ms: AtomicI64::new(0) }
    }

    /// Sets the wall clock forward, or back.
    pub fn jump(&self, by_ms: i64) {
        self.jumped_ms.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for SimClock {
    fn now_ms(&self) -> i64 {
        let passed = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        BEGIN_MS + passed + self.jumped_ms.load(Ordering::SeqCst)
    }
}
