//! What is kept of a file besides its bytes.

use serde::{Deserialize, Serialize};
use shared::SipUri;

/// Who sent a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sender {
    /// An agent, by SIP URI.
    Agent(SipUri),
    /// A visitor, by the id of the visitor's ticket.
    Visitor(String),
}

/// A file, as the documents have it under its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRecord {
    /// Cleaned, with an end that fits.
    pub(crate) name: String,
    /// By its content.
    #[serde(rename = "type")]
    pub(crate) media_type: String,
    /// How long it is.
    pub(crate) bytes: u64,
    /// Who sent it.
    pub(crate) by: Sender,
    /// When, in Unix milliseconds.
    pub(crate) at_ms: i64,
}

impl FileRecord {
    /// Reads what [`FileRecord::write`] wrote.
    ///
    /// # Errors
    /// When it is none; the text says why, and nothing of what it holds.
    pub(crate) fn parse(body: &str) -> Result<Self, String> {
        serde_json::from_str(body).map_err(|it| {
            let kind = it.classify();
            format!("{kind:?} error in line {}, column {}", it.line(), it.column())
        })
    }

    /// The document.
    pub(crate) fn write(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers can be written")
    }
}
