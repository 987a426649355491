//! Looks at the native screens whenever they change, as people would.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use client::model::{Connection, Conversation, Model};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::ledger::{self, Ledger};
use super::talk::{Desk, Talk};
use crate::person::Person;

/// How many of the last texts are looked at on each change; at the end, all are.
const LAST: usize = 60;

/// What was seen while it went on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Texts that stood twice on a screen at some moment, counted once a screen.
    pub duplicated: usize,
    /// The longest that a text took from its writer's hand to the other's screen, in ms.
    pub longest_gap_ms: u64,
    /// The longest that a screen said of itself that it may be stale, in ms.
    pub longest_offline_ms: u64,
}

/// Those who look.
pub(super) struct Watchers {
    tasks: TaskTracker,
    stop: CancellationToken,
    sums: Arc<Sums>,
    ledger: Arc<Ledger>,
}

#[derive(Default)]
struct Sums {
    duplicated: AtomicUsize,
    longest_offline_ms: AtomicU64,
}

/// The time.
#[expect(clippy::disallowed_methods, reason = "real processes are on the other side: real time")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// Watches every native screen.
pub(super) fn all(ledger: &Arc<Ledger>, agents: &[Arc<Person>], talks: &[Talk]) -> Watchers {
    let (watchers, stop) = (TaskTracker::new(), CancellationToken::new());
    let sums = Arc::new(Sums::default());
    let visitors = talks.iter().flat_map(Talk::desks).map(|Desk { person, .. }| person);
    let mut people: Vec<Arc<Person>> = agents.to_vec();
    people.extend(visitors.filter(|it| !agents.iter().any(|agent| Arc::ptr_eq(agent, it))));
    for person in people {
        let (ledger, sums, stop) = (Arc::clone(ledger), Arc::clone(&sums), stop.clone());
        watchers.spawn(async move {
            let eyes = Mutex::new(Eyes::default());
            let look = |model: &Model| {
                eyes.lock().unwrap_or_else(PoisonError::into_inner).look(model, &ledger, &sums);
                false
            };
            tokio::select! {
                () = stop.cancelled() => {}
                _ = person.waits(look, Duration::from_hours(24)) => {}
            }
        });
    }
    Watchers { tasks: watchers, stop, sums, ledger: Arc::clone(ledger) }
}

impl Watchers {
    /// Looks no more; answers what was seen.
    pub(super) async fn stop(self) -> Seen {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        Seen {
            duplicated: self.sums.duplicated.load(Ordering::Relaxed),
            longest_gap_ms: u64::try_from(self.ledger.longest_ms()).unwrap_or(u64::MAX),
            longest_offline_ms: self.sums.longest_offline_ms.load(Ordering::Relaxed),
        }
    }
}

/// What one screen's watcher remembers.
#[derive(Default)]
struct Eyes {
    offline_since: Option<Instant>,
    doubled: HashSet<String>,
}

impl Eyes {
    fn look(&mut self, model: &Model, ledger: &Ledger, sums: &Sums) {
        if let Some(since) = self.offline_since {
            let ms = u64::try_from((now() - since).as_millis()).unwrap_or(u64::MAX);
            sums.longest_offline_ms.fetch_max(ms, Ordering::Relaxed);
        }
        let is_online = model.connection == Connection::Online;
        self.offline_since = (!is_online).then(|| self.offline_since.unwrap_or_else(now));
        for conversation in &model.conversations {
            self.look_at(conversation, ledger, sums);
        }
    }

    fn look_at(&mut self, conversation: &Conversation, ledger: &Ledger, sums: &Sums) {
        let mut seen = HashSet::new();
        for item in conversation.items.iter().rev().take(LAST) {
            if ledger::parse(&item.text).is_none() {
                continue;
            }
            if !matches!(item.author, client::model::Author::Me) {
                ledger.shows(&item.text);
            }
            if !seen.insert(&item.text) && self.doubled.insert(item.text.clone()) {
                sums.duplicated.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}
