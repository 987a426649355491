//! What the desk keeps of its visitors: found in its log, to be handed out or to be erased.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shared::desk::{FILES_PATH, Transcript};
use store::{Record, StoreError};

use crate::engine::{SCOPE, read};
use crate::files::{FileRecord, Sender};
use crate::flow::{Change, Flow};
use crate::limits::CLOSING_LOOK_MS;
use crate::{Desk, left};

/// All conversations of a log, and all messages that were left.
#[derive(Debug, Default)]
pub struct Conversations {
    /// By id: the address of the invitation it came in by, and the visitor.
    came: BTreeMap<String, (String, Option<String>)>,
    /// By id: who left the message.
    left: BTreeMap<String, String>,
}

impl Conversations {
    /// Learns from a record; all of the desk's log, in order.
    ///
    /// # Errors
    /// When the record cannot be understood; the text names it.
    pub fn see(&mut self, record: &Record) -> Result<(), StoreError> {
        if let Some(id) = record.scope.strip_prefix(left::SCOPE) {
            if let left::Change::Left(visitor, _) = left::read(&record.scope, &record.body)? {
                self.left.insert(id.to_owned(), visitor);
            }
            return Ok(());
        }
        let Some(id) = record.scope.strip_prefix(SCOPE) else { return Ok(()) };
        // Only its first record says how a conversation came in.
        if record.body.starts_with("[{\"Opened\":")
            && let Some(Change::Opened(opening)) = read(&record.scope, &record.body)?.first()
        {
            let came = (opening.invitation.clone(), opening.visitor.clone());
            self.came.insert(id.to_owned(), came);
        }
        Ok(())
    }

    /// The invitation a conversation came in by.
    pub fn invitation(&self, id: &str) -> Option<&str> {
        self.came.get(id).map(|it| it.0.as_str())
    }

    /// The desk's own id of the visitor of a conversation, where it is known.
    pub fn visitor(&self, id: &str) -> Option<&str> {
        self.came.get(id)?.1.as_deref()
    }

    /// Ids of the conversations whose invitation is one of those meant.
    pub fn which(&self, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
        let meant = self.came.iter().filter(|(_, it)| is_meant(&it.0));
        meant.map(|(id, _)| id.clone()).collect()
    }

    /// Ids of the messages left by the visitors of these conversations, or by the visitor whose id, as
    /// the desk has it, is this one.
    pub fn left_by(&self, conversations: &[String], visitor: &str) -> Vec<String> {
        let theirs = conversations.iter().filter_map(|id| self.visitor(id));
        let whose: BTreeSet<&str> = theirs.chain([visitor]).collect();
        let meant = self.left.iter().filter(|(_, visitor)| whose.contains(visitor.as_str()));
        meant.map(|(id, _)| id.clone()).collect()
    }
}

/// The ids of the files whose address stands in a record.
pub fn files_named(body: &str) -> impl Iterator<Item = &str> {
    let ids = body.split(FILES_PATH).skip(1).filter_map(|it| it.split('/').next());
    ids.filter(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric()))
}

/// The visitor who sent a file, by the file's record; `None` where an agent did.
///
/// # Errors
/// When the record cannot be understood.
pub fn file_sender(body: &str) -> Result<Option<String>, StoreError> {
    let record = FileRecord::parse(body);
    let record = record.map_err(|it| StoreError::Unreadable(format!("a file's record: {it}")))?;
    Ok(match record.by {
        Sender::Visitor(id) => Some(id),
        Sender::Agent(_) => None,
    })
}

/// The scope of the desk's log that holds a conversation.
pub fn scope(id: &str) -> String {
    format!("{SCOPE}{id}")
}

/// The scope of the desk's log that holds a message that was left.
pub fn left_scope(id: &str) -> String {
    format!("{}{id}", left::SCOPE)
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

    /// Removes files, their bytes too; those that are not there stay away.
    ///
    /// # Errors
    /// When that cannot be kept; it is to be done again then.
    pub async fn remove_files(&self, ids: &[String]) -> Result<(), StoreError> {
        self.inner.files.remove(ids).await
    }

    /// Forgets what is shown of conversations that ended lately, and of messages that were left.
    pub fn forget(&self, conversations: &[String], messages_left: &[String]) {
        self.inner.engine.book.forget(conversations);
        self.inner.engine.left.forget(messages_left);
        self.inner.engine.tell_consoles();
    }
}

#[cfg(test)]
mod tests {
    use super::files_named;

    #[test]
    fn a_file_is_found_by_its_address_wherever_that_stands() {
        let body =
            r#"[{"Said":{"text":"https://c.example/desk/files/ab12/a.png"}},"/desk/files/cd/b"]"#;
        assert_eq!(files_named(body).collect::<Vec<_>>(), ["ab12", "cd"]);
        assert_eq!(files_named("/desk/files/../x /desk/files//y").count(), 0);
    }
}
