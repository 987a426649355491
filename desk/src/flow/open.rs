//! How a conversation comes in: the visitor's invitation (`protocol.md` §1.2, row 12).

use shared::event::{Event, EventKind};
use shared::{VisitorContext, data_uri};

use super::talk::text_of;
use crate::limits::NAME_CHARS_MAX;

/// What an invitation says; addresses are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invited {
    /// The invitation.
    pub(crate) invitation: String,
    /// The visitor's leg.
    pub(crate) conversation: Option<String>,
    /// Where a conference can be started.
    pub(crate) start_meeting: Option<String>,
    /// Where it can be accepted.
    pub(crate) accept_and_bridge: Option<String>,
    /// Where it can be declined.
    pub(crate) decline: Option<String>,
    /// The visitor's name, where one was given.
    pub(crate) visitor_name: Option<String>,
    /// The text that came with it.
    pub(crate) first_text: Option<String>,
    /// What the website told of the visitor, through the widget.
    pub(crate) told: VisitorContext,
}

impl Invited {
    /// Reads an incoming messaging invitation that has just started; `None` for any other event.
    pub(crate) fn read(event: &Event) -> Option<Self> {
        let resource = event.resource.as_ref()?;
        let is_incoming =
            resource.text("direction").is_none_or(|it| it.eq_ignore_ascii_case("Incoming"));
        if event.link.rel != "messagingInvitation"
            || event.kind != EventKind::Started
            || !is_incoming
            || resource.href("cancel").is_some()
        {
            return None;
        }
        let href = |name: &str| resource.href(name).map(str::to_owned);
        let from = resource.embedded("from");
        let name = from
            .and_then(|it| it.text("name"))
            .or_else(|| resource.link_of("from")?.title.as_deref());
        let custom = resource.href("customContent").and_then(data_uri::decode);
        let told = custom.and_then(|it| {
            let told = serde_json::from_str(&it.text);
            told.inspect_err(|why| tracing::warn!("what a website told is left out: {why}")).ok()
        });
        Some(Self {
            invitation: resource.href("self").unwrap_or(&event.link.href).to_owned(),
            conversation: href("conversation"),
            start_meeting: href("startAdhocMeeting"),
            accept_and_bridge: href("acceptAndBridge"),
            decline: href("decline"),
            visitor_name: name.map(str::trim).filter(|it| !it.is_empty()).map(shorten),
            first_text: resource.href("message").and_then(text_of).filter(|it| !it.is_empty()),
            told: told.unwrap_or_default(),
        })
    }
}

fn shorten(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(NAME_CHARS_MAX).collect()
}
