//! What `StartIMBridge` sets (`protocol.md` §1.5): while it is on, every visitor's conversation is
//! bridged to one person instead of being offered to whoever is free.

use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use store::{Documents, StoreError};

use crate::flow::Target;

const COLLECTION: &str = "desk.bridge";
const KEY: &str = "im";

/// How conversations are bridged while it is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ImBridge {
    /// What the meeting is about and how the desk is called; empty: as the site says.
    pub(crate) subject: String,
    /// The first message; empty: as the site says.
    pub(crate) welcome: String,
    /// Who is invited.
    pub(crate) target: Target,
}

/// The setting, kept.
pub(crate) struct Bridge {
    documents: Arc<dyn Documents>,
    set: RwLock<Option<ImBridge>>,
}

impl Bridge {
    /// Reads what is kept.
    ///
    /// # Errors
    /// When the documents cannot be read, or hold something else.
    pub(crate) async fn open(documents: Arc<dyn Documents>) -> Result<Self, StoreError> {
        let body = documents.get(COLLECTION, KEY).await?;
        let read = |body: String| {
            serde_json::from_str(&body)
                .map_err(|it| StoreError::Unreadable(format!("the bridge: {it}")))
        };
        let set = body.map(read).transpose()?;
        Ok(Self { documents, set: RwLock::new(set) })
    }

    /// What is set; `None` while it is off.
    pub(crate) fn get(&self) -> Option<ImBridge> {
        self.set.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Turns it on, or off with `None`.
    ///
    /// # Errors
    /// When it cannot be kept; nothing changes then.
    pub(crate) async fn put(&self, bridge: Option<ImBridge>) -> Result<(), StoreError> {
        match &bridge {
            Some(it) => {
                // Strings and words only; it always has a JSON form.
                let body = serde_json::to_string(it).unwrap_or_default();
                self.documents.put(COLLECTION, KEY, &body).await?;
            }
            None => {
                self.documents.delete(COLLECTION, KEY).await?;
            }
        }
        *self.set.write().unwrap_or_else(PoisonError::into_inner) = bridge;
        Ok(())
    }
}
