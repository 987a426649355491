//! What survives a reload of the page besides the session: drafts and reading marks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::limits;

/// What is typed and not sent, by the desk's id of the conversation (invariant 11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Drafts(BTreeMap<String, String>);

impl FromIterator<(String, String)> for Drafts {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(drafts: T) -> Self {
        Self(drafts.into_iter().collect())
    }
}

impl Drafts {
    /// Reads what [`Self::write`] wrote; anything else counts as nothing.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As JSON.
    pub fn write(&self) -> String {
        // A map of strings cannot fail to be written.
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// What is typed in a conversation.
    pub fn get(&self, id: &str) -> &str {
        self.0.get(id).map_or("", String::as_str)
    }

    /// Keeps what is typed. An empty draft is forgotten.
    pub fn set(&mut self, id: &str, text: String) {
        if text.is_empty() {
            self.0.remove(id);
        } else {
            self.0.insert(id.to_owned(), text);
        }
    }

    /// The draft, if there is something to send in it; it is empty afterwards.
    pub fn take(&mut self, id: &str) -> Option<String> {
        let has_text = !self.get(id).trim().is_empty();
        let draft = has_text.then(|| self.0.remove(id)).flatten();
        draft.map(|it| it.trim_end().to_owned())
    }

    /// What differs from these, by conversation; an empty text for what is gone.
    pub fn changes_since(&self, before: &Self) -> Vec<(String, String)> {
        let gone = before.0.keys().filter(|id| !self.0.contains_key(*id));
        let gone = gone.map(|id| (id.clone(), String::new()));
        let new = self.0.iter().filter(|(id, text)| before.0.get(*id) != Some(text));
        gone.chain(new.map(|(id, text)| (id.clone(), text.clone()))).collect()
    }

    /// Forgets the drafts of conversations that are not known any more, once there are too many.
    pub fn prune(&mut self, is_known: impl Fn(&str) -> bool) {
        if self.0.len() > limits::KEPT_CONVERSATIONS_MAX {
            self.0.retain(|id, _| is_known(id));
        }
    }
}

/// How far a conversation was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Key of the newest line that was on screen.
    pub key: String,
    /// When that was said, in Unix milliseconds.
    pub at_ms: i64,
}

/// How far each conversation was read, by the desk's id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Marks(BTreeMap<String, Mark>);

impl Marks {
    /// Reads what [`Self::write`] wrote; anything else counts as nothing.
    pub fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// As JSON.
    pub fn write(&self) -> String {
        // A map of plain structs cannot fail to be written.
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// How far a conversation was read.
    pub fn get(&self, id: &str) -> Option<&Mark> {
        self.0.get(id)
    }

    /// Moves a mark forward. Answers whether it moved.
    pub fn set(&mut self, id: &str, mark: Mark) -> bool {
        let is_news = self.get(id).is_none_or(|it| it.at_ms <= mark.at_ms && *it != mark);
        if is_news {
            self.0.insert(id.to_owned(), mark);
        }
        is_news
    }

    /// Moves marks forward to where others have read. Answers whether one moved.
    pub fn merge(&mut self, others: Self) -> bool {
        others.0.into_iter().fold(false, |moved, (id, mark)| self.set(&id, mark) || moved)
    }

    /// Whether others have read what one has not.
    pub fn lacks(&self, others: &Self) -> bool {
        others
            .0
            .iter()
            .any(|(id, mark)| self.get(id).is_none_or(|own| own.at_ms <= mark.at_ms && own != mark))
    }

    /// Forgets the marks of conversations that are not known any more, once there are too many.
    pub fn prune(&mut self, is_known: impl Fn(&str) -> bool) {
        if self.0.len() > limits::KEPT_CONVERSATIONS_MAX {
            self.0.retain(|id, _| is_known(id));
        }
    }
}
