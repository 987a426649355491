//! What people wrote, in their order, and when it was first on the other's screen.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::watch;

use super::watch::now;

/// Who writes in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Visitor,
    Agent,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Visitor, Self::Agent];
}

/// The message `n` of a side of a conversation; every text says whose it is.
pub(super) fn text(talk: usize, side: Side, n: usize) -> String {
    let side = match side {
        Side::Visitor => 'v',
        Side::Agent => 'a',
    };
    format!("fire {talk}{side}{n}.")
}

/// Which conversation, side and number a text says, if it is one of ours.
pub(super) fn parse(text: &str) -> Option<(usize, Side, usize)> {
    let rest = text.strip_prefix("fire ")?.strip_suffix('.')?;
    let at = rest.find(['v', 'a'])?;
    let side = if rest[at..].starts_with('v') { Side::Visitor } else { Side::Agent };
    Some((rest[..at].parse().ok()?, side, rest[at + 1..].parse().ok()?))
}

/// What is written down while people write.
pub(super) struct Ledger {
    pub(super) talks: usize,
    /// Messages of each side of each conversation.
    pub(super) each: usize,
    times: Mutex<Times>,
    shown: watch::Sender<usize>,
}

#[derive(Default)]
struct Times {
    /// Written and not yet shown to the other.
    waiting: HashMap<String, Instant>,
    shown: usize,
    longest_ms: u128,
}

impl Ledger {
    pub(super) fn new(talks: usize, each: usize) -> Self {
        Self { talks, each, times: Mutex::default(), shown: watch::Sender::new(0) }
    }

    pub(super) fn total(&self) -> usize {
        self.talks * self.each * 2
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A person hands a text in now.
    pub(super) fn writes(&self, text: &str) {
        self.times().waiting.insert(text.to_owned(), now());
    }

    /// A text of somebody else is on a screen.
    pub(super) fn shows(&self, text: &str) {
        let mut times = self.times();
        let Some(since) = times.waiting.remove(text) else { return };
        times.longest_ms = times.longest_ms.max((now() - since).as_millis());
        times.shown += 1;
        self.shown.send_replace(times.shown);
    }

    /// The longest that a text took from its writer's hand to the other's screen, in ms.
    pub(super) fn longest_ms(&self) -> u128 {
        self.times().longest_ms
    }

    /// Waits until so many texts were shown to whom they were for.
    pub(super) async fn until_shown(&self, count: usize) {
        // The sender lives as long as we do.
        let _ = self.shown.subscribe().wait_for(|it| *it >= count).await;
    }

    /// For whoever waited too long.
    pub(super) fn progress(&self) -> String {
        let times = self.times();
        let mut waiting: Vec<&String> = times.waiting.keys().collect();
        waiting.sort();
        waiting.truncate(20);
        format!(
            "{} of {} were shown; written but not shown: {waiting:?}",
            times.shown,
            self.total()
        )
    }
}
