//! Messages that visitors left while nobody was there: kept before they are acknowledged, shown to agents
//! until one of them says that it is done.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use shared::SipUri;
use shared::desk::MessageLeft;
use store::{NewRecord, StoreError};

use crate::limits::{LEFT_OPEN_MAX, LEFT_SHOWN_MAX};

/// What the scope of such a message begins with.
pub(crate) const SCOPE: &str = "left/";

/// What happened to one; a record of the log is one of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Change {
    /// It was left: by which visitor, and what agents see of it.
    Left(String, MessageLeft),
    /// An agent has seen to it, at this time.
    Done(SipUri, i64),
}

/// All that are not done.
#[derive(Default)]
pub(crate) struct Left(Mutex<BTreeMap<String, MessageLeft>>);

impl Left {
    /// Learns what a record says, or what was just kept.
    pub(crate) fn apply(&self, id: &str, change: Change) {
        match change {
            Change::Left(_, message) => self.lock().insert(id.to_owned(), message),
            Change::Done(..) => self.lock().remove(id),
        };
    }

    /// Whether another one fits in.
    pub(crate) fn has_room(&self) -> bool {
        self.lock().len() < LEFT_OPEN_MAX
    }

    /// Whether it is not done.
    pub(crate) fn is_open(&self, id: &str) -> bool {
        self.lock().contains_key(id)
    }

    /// What consoles show: the oldest first.
    pub(crate) fn views(&self) -> Vec<MessageLeft> {
        let mut views: Vec<MessageLeft> = self.lock().values().cloned().collect();
        views.sort_by_key(|it| it.at_ms);
        views.truncate(LEFT_SHOWN_MAX);
        views
    }

    /// Shows these no more: they were erased.
    pub(crate) fn forget(&self, ids: &[String]) {
        self.lock().retain(|id, _| !ids.contains(id));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, MessageLeft>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The record of a change.
pub(crate) fn record(id: &str, change: &Change) -> NewRecord {
    NewRecord {
        scope: format!("{SCOPE}{id}"),
        // Texts and numbers; it always has a JSON form.
        body: serde_json::to_string(change).unwrap_or_default(),
        closes: matches!(change, Change::Done(..)),
    }
}

/// What a record says.
///
/// # Errors
/// When this desk did not write it.
pub(crate) fn read(scope: &str, body: &str) -> Result<Change, StoreError> {
    serde_json::from_str(body).map_err(|it| StoreError::Unreadable(format!("{scope}: {it}")))
}
