//! What the desk keeps of its visitors: found in its log, to be handed out or to be erased.

use std::collections::BTreeMap;
use std::time::Duration;

use shared::desk::Transcript;
use store::{Record, StoreError};

use crate::Desk;
use crate::engine::{SCOPE, read};
use crate::flow::{Change, Flow};
use crate::limits::CLOSING_LOOK_MS;

/// All conversations of a log, by id, with the address of the invitation each came in by.
#[derive(Debug, Default)]
pub struct Conversations(BTreeMap<String, String>);

impl Conversations {
    /// Learns from a record; all of the desk's log, in order.
    ///
    /// # Errors
    /// When the record cannot be understood; the text names it.
    pub fn see(&mut self, record: &Record) -> Result<(), StoreError> {
        let Some(id) = record.scope.strip_prefix(SCOPE) else { return Ok(()) };
        // Only its first record says how a conversation came in.
        if record.body.starts_with("[{\"Opened\":")
            && let Some(Change::Opened(opening)) = read(&record.scope, &record.body)?.first()
        {
            self.0.insert(id.to_owned(), opening.invitation.clone());
        }
        Ok(())
    }

    /// The invitation a conversation came in by.
    pub fn invitation(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// Ids of the conversations whose invitation is one of those meant.
    pub fn which(&self, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
        let meant = self.0.iter().filter(|(_, invitation)| is_meant(invitation));
        meant.map(|(id, _)| id.clone()).collect()
    }
}

/// The scope of the desk's log that holds a conversation.
pub fn scope(id: &str) -> String {
    format!("{SCOPE}{id}")
}

/// All that was said in a conversation, by the records of its scope.
///
/// # Errors
/// When a record cannot be understood; the text names it.
pub fn transcript(id: &str, records: &[Record]) -> Result<Option<Transcript>, StoreError> {
    let mut changes = Vec::new();
    for record in records {
        changes.extend(read(&record.scope, &record.body)?);
    }
    Ok(Flow::fold(id, changes).map(|it| it.transcript()))
}

impl Desk {
    /// Waits until these conversations are over and everything of theirs at the platform is cleaned
    /// up. Give it a limit: the platform may be away.
    pub async fn closed(&self, ids: &[String]) {
        while self.is_open(ids) {
            tokio::time::sleep(Duration::from_millis(CLOSING_LOOK_MS)).await;
        }
    }

    /// Whether any of these conversations goes on, or is being cleaned up.
    pub fn is_open(&self, ids: &[String]) -> bool {
        ids.iter().any(|id| self.inner.engine.book.get(id).is_some())
    }

    /// Forgets what is shown of conversations that ended lately.
    pub fn forget(&self, ids: &[String]) {
        self.inner.engine.book.forget(ids);
        self.inner.engine.tell_consoles();
    }
}
