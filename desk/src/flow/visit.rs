//! What its visitor may see of a conversation: names, and nothing that was kept from the visitor.

use shared::desk::{Author, TranscriptEntry};
use shared::states::FilterState;
use shared::visitor_desk::{PastConversation, Speaker, VisitorEntry, VisitorTranscript};

use super::state::Flow;
use crate::limits::LAST_TEXT_CHARS_MAX;

impl Flow {
    /// Whether it is this visitor's, of this site (invariant 6).
    pub(crate) fn is_of(&self, site: &str, visitor_id: &str) -> bool {
        self.opening.site == site && self.visitor() == Some(visitor_id)
    }

    /// It in a list of the visitor's conversations.
    pub(crate) fn past(&self) -> PastConversation {
        let entries = self.entries.iter().rev().filter_map(|it| self.shown(it));
        let mut spoken = entries.filter(|it| it.by != Speaker::Desk).peekable();
        let last = spoken.peek().map(|it| it.text.chars().take(LAST_TEXT_CHARS_MAX).collect());
        let agent = spoken.find_map(|it| match it.by {
            Speaker::Agent { name } => Some(name),
            Speaker::Visitor | Speaker::Desk => None,
        });
        PastConversation {
            id: self.id.clone(),
            started_ms: self.opening.at_ms,
            ended_ms: self.ended().map(|it| it.0),
            last_text: last,
            agent,
            rating: self.rating.clone(),
        }
    }

    /// All that was said to the visitor or by the visitor.
    pub(crate) fn visitor_transcript(&self) -> VisitorTranscript {
        let entries = self.entries.iter().filter_map(|it| self.shown(it)).collect();
        VisitorTranscript { conversation: self.past(), entries }
    }

    /// An entry, if its text came to the visitor.
    fn shown(&self, entry: &TranscriptEntry) -> Option<VisitorEntry> {
        let by = match &entry.author {
            Author::Visitor => Speaker::Visitor,
            Author::Desk => Speaker::Desk,
            Author::Agent { uri, .. } if self.is_filtered(uri) => return None,
            Author::Agent { name, .. } => Speaker::Agent { name: name.clone() },
            // In meetings only, and those are bound to no visitor.
            Author::NamedVisitor { .. } => return None,
        };
        Some(VisitorEntry { at_ms: entry.at_ms, by, text: entry.text.clone() })
    }

    /// Whether what this person writes is kept from the visitor (`protocol.md` §1.8).
    fn is_filtered(&self, uri: &str) -> bool {
        let target = self.opening.target.as_ref();
        target.is_some_and(|it| it.filter == FilterState::Enabled && it.agent.as_str() == uri)
    }
}
