//! What others may see of a conversation.

use shared::desk::{Author, ConversationView, MeetingLink, Place, Transcript, TranscriptEntry};

use super::change::{EndedBy, Hosted, Slot, Standing};
use super::state::{Flow, Life};
use crate::limits::LAST_TEXT_CHARS_MAX;

impl Flow {
    /// The desk's id of it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The desk's own id of the visitor; `None` for whoever brought no ticket.
    pub(crate) fn visitor(&self) -> Option<&str> {
        self.opening.visitor.as_deref()
    }

    /// The meeting, if an agent made one.
    pub(crate) fn hosted(&self) -> Option<&Hosted> {
        self.opening.hosted.as_ref()
    }

    /// Whether nothing comes after this.
    pub(crate) fn is_closed(&self) -> bool {
        self.life == Life::Closed
    }

    /// Since when it waits in the queue; `None` when it does not.
    pub(crate) const fn waiting_since_ms(&self) -> Option<i64> {
        match self.place {
            Standing::Waiting { since_ms } => Some(since_ms),
            Standing::Owned { .. } | Standing::Ended { .. } => None,
        }
    }

    /// When it ended, and by whom or why, for the log.
    pub(crate) fn ended(&self) -> Option<(i64, &str)> {
        let Standing::Ended { by, at_ms } = &self.place else { return None };
        let why = match by {
            EndedBy::Visitor => "the visitor left",
            EndedBy::Agent(_) => "an agent ended it",
            EndedBy::Desk(why) => why,
            EndedBy::Platform => "the platform deleted it",
        };
        Some((*at_ms, why))
    }

    /// Addresses by which events find this conversation.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        let legs = [Slot::Visitor, Slot::Conference].into_iter();
        let legs = legs.filter_map(|slot| self.links.get(&slot).map(String::as_str));
        legs.chain([self.opening.invitation.as_str()])
    }

    /// What the queue shows; the place in the queue is for the caller to fill in.
    pub(crate) fn view(&self) -> ConversationView {
        let place = match &self.place {
            Standing::Waiting { .. } => Place::Waiting { position: 0 },
            Standing::Owned { agent } => Place::Owned { agent: agent.as_str().to_owned() },
            Standing::Ended { .. } => Place::Ended,
        };
        // The greeting and notices say nothing about what a visitor wants.
        let spoken = |it: &&std::sync::Arc<TranscriptEntry>| it.author != Author::Desk;
        let last = self.entries.iter().rev().find(spoken);
        ConversationView {
            id: self.id.clone(),
            site: self.opening.site.clone(),
            visitor_name: self.opening.visitor_name.clone(),
            place,
            started_ms: self.opening.at_ms,
            online_meeting_uri: self.links.get(&Slot::MeetingUri).cloned(),
            last_text: last.map(|it| it.text.chars().take(LAST_TEXT_CHARS_MAX).collect()),
            last_ms: last.map_or(self.opening.at_ms, |_| self.last_ms),
            texts: self.entries.len() as u64,
            about: self.opening.about.clone(),
            rating: self.rating.clone(),
            meeting: self
                .opening
                .hosted
                .as_ref()
                .map(|it| MeetingLink { join_url: it.link.clone(), lobby: it.lobby }),
        }
    }

    /// All that was said.
    pub(crate) fn transcript(&self) -> Transcript {
        let entries = self.entries.iter().map(|it| TranscriptEntry::clone(it)).collect();
        Transcript { conversation: self.view(), entries }
    }
}
