//! Events that came and are not folded yet, with the packages they came in.
//!
//! A snapshot keeps the packages as they stood on the wire and how many of their events wait: so
//! nothing has to write what only a server writes.

use std::collections::VecDeque;

use serde_json::Value;
use shared::resource::without_bom;
use shared::{Event, Package, Sender};

use crate::json::Json;

/// An event with relation and address of its sender.
pub(crate) struct Waiting {
    /// What its sender is.
    pub(crate) sender_rel: String,
    /// Where its sender is, as it stood on the wire.
    pub(crate) sender_href: String,
    /// What happened.
    pub(crate) event: Event,
}

/// Events in the order in which they came.
#[derive(Default)]
pub(crate) struct Inbox {
    events: VecDeque<Waiting>,
    /// The packages they came in, and how many events of each still wait.
    packages: VecDeque<(String, usize)>,
}

/// Reads the body of a package; `None` when it is none.
pub(crate) fn package_of(body: &str) -> Option<Package> {
    Package::read(&serde_json::from_str(without_bom(body)).ok()?)
}

impl Inbox {
    /// Takes in the events of a package with this body.
    pub(crate) fn push(&mut self, body: &str, senders: Vec<Sender>) {
        self.push_all_but(0, body, senders);
    }

    /// As [`Inbox::push`], without those that were folded before.
    fn push_all_but(&mut self, mut folded: usize, body: &str, senders: Vec<Sender>) {
        let before = self.events.len();
        for sender in senders {
            for event in sender.events {
                if folded > 0 {
                    folded -= 1;
                    continue;
                }
                let (sender_rel, sender_href) = (sender.rel.clone(), sender.href.clone());
                self.events.push_back(Waiting { sender_rel, sender_href, event });
            }
        }
        let count = self.events.len() - before;
        if count > 0 {
            self.packages.push_back((body.to_owned(), count));
        }
    }

    /// The event to be folded next.
    pub(crate) fn front(&self) -> Option<&Waiting> {
        self.events.front()
    }

    /// The event to be folded next, to be completed.
    pub(crate) fn front_mut(&mut self) -> Option<&mut Waiting> {
        self.events.front_mut()
    }

    /// Takes the next event out.
    pub(crate) fn pop(&mut self) -> Option<Waiting> {
        let event = self.events.pop_front()?;
        if let Some((_, count)) = self.packages.front_mut() {
            *count -= 1;
            if *count == 0 {
                self.packages.pop_front();
            }
        }
        Some(event)
    }

    /// What waits, the next first.
    pub(crate) fn events(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().map(|it| &it.event)
    }

    /// How many events wait.
    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Forgets what waits.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Writes what waits.
    pub(crate) fn write(&self, out: &mut Json) {
        out.open('[');
        for (body, count) in &self.packages {
            let count = i64::try_from(*count).unwrap_or(i64::MAX);
            out.open('[').text(body).number(count).close(']');
        }
        out.close(']');
    }

    /// Reads what [`Inbox::write`] wrote; what is unreadable is passed over.
    pub(crate) fn read(value: &Value) -> Self {
        let mut out = Self::default();
        for kept in value.as_array().map_or(&[][..], Vec::as_slice) {
            let body = kept[0].as_str().unwrap_or_default();
            let Some(package) = package_of(body) else { continue };
            let count = kept[1].as_u64().and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
            let all: usize = package.senders.iter().map(|it| it.events.len()).sum();
            out.push_all_but(all.saturating_sub(count), body, package.senders);
        }
        out
    }
}
