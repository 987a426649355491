//! From an envelope of the platform to the conversations it is about (`protocol.md` §1.7, §2A.5).

use std::collections::HashMap;
use std::sync::Arc;

use shared::event::{Event, EventKind, Package};
use shared::{LinkValue, Resource};
use store::StoreError;

use super::Engine;
use crate::flow::{Flow, Input, Invited, Opening, Request, Step};
use crate::ta::{TaError, href_key, is_absolute, resolve, with_query};
use crate::visitor;

/// Why an envelope must be delivered again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDelivered {
    /// It could not be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A resource it only names could not be read.
    #[error(transparent)]
    Platform(#[from] TaError),
}

/// Resources an event may only name and the flow must know.
const WANTED: [&str; 9] = [
    "messagingInvitation",
    "onlineMeetingInvitation",
    "participantInvitation",
    "conversation",
    "messaging",
    "onlineMeeting",
    "conversationBridge",
    "participant",
    "message",
];

impl Engine {
    /// Hands every event to its conversation, in order; a new invitation opens one. `hint` is the
    /// conversation that the address of the callback names. Answers the id of what was opened.
    ///
    /// # Errors
    /// [`NotDelivered`]: the envelope is to be delivered again.
    pub(crate) async fn deliver(
        self: &Arc<Self>,
        package: Package,
        hint: Option<&str>,
    ) -> Result<Option<String>, NotDelivered> {
        let base = package.base_uri.unwrap_or_default();
        if !base.is_empty() && !is_absolute(&base) {
            tracing::warn!("an envelope was ignored: its baseuri is not a web address");
            return Ok(None);
        }
        let mut opened = None;
        let mut turns: Vec<(String, Vec<Input>)> = Vec::new();
        let mut learnt: HashMap<String, String> = HashMap::new();
        for sender in package.senders {
            let sender_href = resolve(&base, &sender.href).unwrap_or_default();
            for event in sender.events {
                let Some(event) = self.complete(&base, event).await? else { continue };
                if let Some(invited) = Invited::read(&event)
                    && self.book.at(&invited.invitation).is_none()
                {
                    if let Some(id) = self.invited(invited).await? {
                        opened = Some(id);
                    }
                    continue;
                }
                let Some(id) = self.route(&sender_href, &event, hint, &learnt) else { continue };
                let conversation = event.resource.as_ref().and_then(|it| it.href("conversation"));
                if let Some(address) = conversation {
                    learnt.insert(href_key(address), id.clone());
                }
                let sender = sender_href.clone();
                let input = Input::Event { sender, event: Box::new(event) };
                match turns.iter_mut().find(|(it, _)| *it == id) {
                    Some((_, inputs)) => inputs.push(input),
                    None => turns.push((id, vec![input])),
                }
            }
        }
        for (id, inputs) in turns {
            if let Some(live) = self.book.get(&id) {
                self.feed(&live, inputs).await?;
            }
        }
        Ok(opened)
    }

    /// The conversation an event belongs to: by its operation id, by its addresses, by the callback.
    fn route(
        &self,
        sender: &str,
        event: &Event,
        hint: Option<&str>,
        learnt: &HashMap<String, String>,
    ) -> Option<String> {
        let resource = event.resource.as_ref();
        let named = resource.and_then(|it| Step::conversation_of(it.text("operationId")?));
        if let Some(id) = named.filter(|id| self.book.get(id).is_some()) {
            return Some(id.to_owned());
        }
        let owner = resource.and_then(|it| it.href("conversation"));
        let addresses = [Some(sender), Some(event.link.href.as_str()), owner];
        let found = addresses
            .into_iter()
            .flatten()
            .find_map(|it| self.book.at(it).or_else(|| learnt.get(&href_key(it)).cloned()));
        found.or_else(|| hint.filter(|id| self.book.get(id).is_some()).map(str::to_owned))
    }

    /// The event with absolute addresses and with its resource, asked for where it is only named
    /// (§3.1). `None` when its address cannot be made absolute.
    async fn complete(&self, base: &str, mut event: Event) -> Result<Option<Event>, TaError> {
        let Some(href) = resolve(base, &event.link.href) else {
            tracing::warn!("an event was ignored: its address is not a web address");
            return Ok(None);
        };
        event.link.href = href;
        let is_alive = event.kind != EventKind::Deleted;
        if event.resource.is_none() && is_alive && WANTED.contains(&event.link.rel.as_str()) {
            match self.ta.read(&event.link.href).await {
                Ok((_, resource)) => event.resource = Some(resource),
                Err(error) if error.is_passing() => return Err(error),
                Err(error) => tracing::warn!("a resource of an event cannot be read: {error}"),
            }
        }
        event.resource = event.resource.map(|it| with_absolute_links(base, it));
        Ok(Some(event))
    }

    /// A visitor wants to talk. Answers the id, if a conversation was opened by this.
    async fn invited(self: &Arc<Self>, invited: Invited) -> Result<Option<String>, NotDelivered> {
        let id = id_of(&invited.invitation);
        // An envelope that comes again after a restart must not open what is over.
        if self.book.get(&id).is_some() || self.past(&id).await?.is_some() {
            return Ok(None);
        }
        let site = self.sites.get_or_first(invited.told.site.as_deref());
        let site = site.or_else(|| self.sites.get_or_first(None));
        let Some(site) = site.filter(|_| self.book.len() < self.open_max) else {
            tracing::error!("a visitor was declined: no site is set up, or too many are open");
            self.decline(invited.decline);
            return Ok(None);
        };
        let bridge = self.bridge.get();
        let said = |text: Option<&String>, own: String| {
            text.filter(|it| !it.is_empty()).cloned().unwrap_or(own)
        };
        let now_ms = self.clock.now_ms();
        let visitor = self.tickets.bearer(invited.told.ticket.as_deref(), &site.id, now_ms);
        let (about, told_name) = visitor::about(invited.told, site.identity.as_ref(), now_ms);
        let (greeting, is_closed) = site.first_words(about.language.as_deref(), now_ms);
        // A signed name is the website's word, and no other counts; else it knows better than the platform,
        // where a visitor is a guest.
        let name = if about.is_verified { told_name } else { told_name.or(invited.visitor_name) };
        let opening = Opening {
            invitation: invited.invitation,
            conversation: invited.conversation,
            start_meeting: invited.start_meeting,
            accept_and_bridge: invited.accept_and_bridge,
            decline: invited.decline,
            visitor_name: name.unwrap_or_else(|| "Visitor".to_owned()),
            first_text: invited.first_text,
            visitor,
            about,
            site: site.id,
            site_title: said(bridge.as_ref().map(|it| &it.subject), site.title),
            greeting: said(bridge.as_ref().map(|it| &it.welcome), greeting),
            is_closed,
            callback_url: with_query(&self.callback_url, "conversation", &id),
            at_ms: now_ms,
            target: bridge.map(|it| it.target),
            hosted: None,
        };
        let (live, is_new) = self.book.enter(Flow::new(&id, opening));
        if is_new {
            if let Err(error) = self.feed(&live, vec![Input::Opened]).await {
                self.book.strike(&id);
                return Err(error.into());
            }
            self.tell_consoles();
            tracing::info!(conversation.id = id, "conversation {id} came in");
        }
        Ok(is_new.then_some(id))
    }

    fn decline(self: &Arc<Self>, link: Option<String>) {
        let Some(url) = link else { return };
        let engine = self.clone();
        self.tasks.spawn(async move {
            let request = Request::post(&url, serde_json::json!({ "reason": "Local" }));
            if let Err(error) = engine.ta.call(&request).await {
                tracing::warn!("a visitor could not be declined: {error}");
            }
        });
    }
}

/// The id of the conversation that an invitation opens: the same however often it is told.
pub(super) fn id_of(invitation: &str) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let hash =
        aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, href_key(invitation).as_bytes());
    let bytes = hash.as_ref().iter().take(16);
    bytes.map(|byte| char::from(LETTERS[usize::from(byte & 31)])).collect()
}

/// The document with every web address made absolute; data URIs stay as they are.
fn with_absolute_links(base: &str, mut resource: Resource) -> Resource {
    let absolute = |link: &LinkValue| {
        if link.href.starts_with("data:") {
            return Some(link.clone());
        }
        Some(LinkValue { href: resolve(base, &link.href)?, ..link.clone() })
    };
    for links in resource.links.values_mut() {
        *links = links.iter().filter_map(absolute).collect();
    }
    for documents in resource.embedded.values_mut() {
        for document in documents {
            *document = with_absolute_links(base, std::mem::take(document));
        }
    }
    resource
}
