//! Letters by e-mail: kept until they are sent, tried again less and less often, given up in the end.
//!
//! What is kept says what to write about and to whom; the text is made when it is sent, so that nothing
//! is sent of what was erased meanwhile.

mod words;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use store::{Documents, StoreError};
use tokio::sync::Notify;

pub(crate) use words::transcript;

use crate::limits::{
    LETTER_RETRY_MS_MAX, LETTER_RETRY_MS_MIN, LETTER_TRIES_MAX, LETTERS_WAITING_MAX,
};
use crate::{NotSent, Post};

const COLLECTION: &str = "desk.letters";

/// What a letter is about, and to whom it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum About {
    /// What was said in a conversation, for its visitor.
    Transcript {
        /// The desk's id of it.
        conversation: String,
        /// The address.
        to: String,
        /// What the visitor reads, as a tag.
        language: Option<String>,
    },
}

/// A letter that waits, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// What it is about.
    pub(crate) about: About,
    /// How often it was tried in vain.
    tries: u32,
    /// When it is due.
    due_ms: i64,
}

/// What becomes of a letter that could not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It is tried again then.
    At(i64),
    /// It is given up.
    Never,
}

/// All letters that wait.
pub(crate) struct Letters {
    documents: Arc<dyn Documents>,
    /// Absent where no mail is set up.
    post: Option<Arc<dyn Post>>,
    waiting: Mutex<BTreeMap<String, Waiting>>,
    /// A letter was handed in.
    pub(crate) came: Notify,
}

impl Letters {
    /// Reads what waits. Where mail is set up no more, it is dropped: nobody would ever send it.
    ///
    /// # Errors
    /// When the documents cannot be read, or one of them is not a letter.
    pub(crate) async fn open(
        documents: Arc<dyn Documents>,
        post: Option<Arc<dyn Post>>,
    ) -> Result<Self, StoreError> {
        let mut waiting = BTreeMap::new();
        for (id, body) in documents.list(COLLECTION).await? {
            if post.is_none() {
                tracing::warn!(
                    letter.id = id,
                    "letter {id} is dropped: there is no [mail] any more"
                );
                documents.delete(COLLECTION, &id).await?;
                continue;
            }
            let letter = serde_json::from_str(&body)
                .map_err(|it| StoreError::Unreadable(format!("letter {id}: {it}")))?;
            waiting.insert(id, letter);
        }
        let (waiting, came) = (Mutex::new(waiting), Notify::new());
        Ok(Self { documents, post, waiting, came })
    }

    /// What sends them.
    pub(crate) const fn post(&self) -> Option<&Arc<dyn Post>> {
        self.post.as_ref()
    }

    /// Takes a letter in, to be sent soon; says no when too many wait already.
    ///
    /// # Errors
    /// When it cannot be kept; it will not be sent then.
    pub(crate) async fn hand_in(
        &self,
        id: &str,
        about: About,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        if self.lock().len() >= LETTERS_WAITING_MAX {
            return Ok(false);
        }
        self.keep(id, Waiting { about, tries: 0, due_ms: now_ms }).await?;
        self.came.notify_one();
        Ok(true)
    }

    /// The one that is due first, and when.
    pub(crate) fn first(&self) -> Option<(String, Waiting, i64)> {
        let waiting = self.lock();
        let (id, it) = waiting.iter().min_by_key(|(_, it)| it.due_ms)?;
        Some((id.clone(), it.clone(), it.due_ms))
    }

    /// It was sent, or nothing is to be sent.
    ///
    /// # Errors
    /// When that cannot be kept; it would be sent again.
    pub(crate) async fn done(&self, id: &str) -> Result<(), StoreError> {
        self.documents.delete(COLLECTION, id).await?;
        self.lock().remove(id);
        Ok(())
    }

    /// It was tried in vain.
    ///
    /// # Errors
    /// When what becomes of it cannot be kept.
    pub(crate) async fn failed(
        &self,
        id: &str,
        letter: Waiting,
        why: &NotSent,
        now_ms: i64,
    ) -> Result<Next, StoreError> {
        let next = next(letter.tries, why, now_ms);
        match next {
            Next::At(due_ms) => {
                self.keep(id, Waiting { tries: letter.tries + 1, due_ms, ..letter }).await?;
            }
            Next::Never => self.done(id).await?,
        }
        Ok(next)
    }

    async fn keep(&self, id: &str, letter: Waiting) -> Result<(), StoreError> {
        // Texts and numbers; it always has a JSON form.
        let body = serde_json::to_string(&letter).unwrap_or_default();
        self.documents.put(COLLECTION, id, &body).await?;
        self.lock().insert(id.to_owned(), letter);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What becomes of a letter that was tried so often before.
fn next(tries: u32, why: &NotSent, now_ms: i64) -> Next {
    match why {
        NotSent::Passing(_) if tries + 1 < LETTER_TRIES_MAX => {
            let wait_ms = (LETTER_RETRY_MS_MIN << tries.min(16)).min(LETTER_RETRY_MS_MAX);
            Next::At(now_ms + wait_ms)
        }
        NotSent::Passing(_) | NotSent::Refused(_) => Next::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invariant_8_a_letter_is_tried_less_and_less_often_and_given_up_in_the_end() {
        let passing = NotSent::Passing("421".to_owned());
        let mut waits = Vec::new();
        while let Next::At(ms) = next(u32::try_from(waits.len()).unwrap(), &passing, 0) {
            waits.push(ms);
        }
        assert_eq!(
            waits[..3],
            [LETTER_RETRY_MS_MIN, LETTER_RETRY_MS_MIN * 2, LETTER_RETRY_MS_MIN * 4]
        );
        assert_eq!(waits.last(), Some(&LETTER_RETRY_MS_MAX));
        assert_eq!(waits.len() + 1, LETTER_TRIES_MAX as usize);
        assert_eq!(next(0, &NotSent::Refused("550".to_owned()), 0), Next::Never);
    }
}
