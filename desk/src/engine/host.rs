//! Meetings that agents make: visitors join them by a link (`protocol.md` §1.5, §2A.2).

use std::sync::Arc;

use shared::desk::ConversationView;
use shared::states::AccessLevel;
use shared::{Origin, SipUri, VisitorAbout};
use store::StoreError;

use super::Engine;
use super::deliver::id_of;
use crate::flow::{Flow, Hosted, Input, Opening};
use crate::ta::{MeetingTerms, TaError, with_query};

/// Why no meeting was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotHosted {
    /// The desk has as many conversations as it takes, or no site.
    #[error("no site is set up, or too many conversations are open")]
    Full,
    /// The platform made none.
    #[error(transparent)]
    Platform(#[from] TaError),
    /// It could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Engine {
    /// Makes a meeting for an agent and joins it in the desk's name.
    ///
    /// # Errors
    /// [`NotHosted`]: there is no such meeting then, or nobody knows its link.
    pub(crate) async fn host(
        self: &Arc<Self>,
        agent: &SipUri,
        subject: &str,
        lobby: bool,
        public_origin: &Origin,
    ) -> Result<ConversationView, NotHosted> {
        let site = self.sites.get_or_first(None).filter(|_| self.book.len() < self.open_max);
        let site = site.ok_or(NotHosted::Full)?;
        // Agents come in at once and let visitors in; without a lobby everybody does.
        let access = if lobby { AccessLevel::SameEnterprise } else { AccessLevel::Everyone };
        let terms = MeetingTerms {
            subject: Some(subject.to_owned()),
            description: None,
            access_level: Some(access),
            agents_lead: true,
        };
        let made = self.ta.adhoc_meeting(&terms).await?;
        let id = id_of(&made.this);
        let opening = Opening {
            invitation: made.this,
            conversation: None,
            start_meeting: made.join,
            accept_and_bridge: None,
            decline: None,
            visitor_name: subject.to_owned(),
            first_text: None,
            visitor: None,
            about: VisitorAbout::default(),
            site: site.id,
            site_title: subject.to_owned(),
            greeting: String::new(),
            is_closed: false,
            callback_url: with_query(&self.callback_url, "conversation", &id),
            at_ms: self.clock.now_ms(),
            target: None,
            hosted: Some(Hosted {
                agent: agent.clone(),
                link: format!("{public_origin}/meet/{id}"),
                join_url: made.join_url,
                lobby,
                desk_name: site.title,
            }),
        };
        let flow = Flow::new(&id, opening);
        let view = flow.view();
        let (live, _) = self.book.enter(flow);
        if let Err(error) = self.feed(&live, vec![Input::Opened]).await {
            self.book.strike(&id);
            return Err(error.into());
        }
        self.tell_consoles();
        tracing::info!(conversation.id = id, "an agent made the meeting {id}");
        Ok(view)
    }
}
