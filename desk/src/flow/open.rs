//! How a conversation comes in: the visitor's invitation (`protocol.md` §1.2, row 12).

use shared::data_uri;
use shared::event::{Event, EventKind};

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
    /// The page the visitor was on: `page` of a JSON `customContent`.
    pub(crate) page: Option<String>,
    /// The site the visitor came from: `site` of a JSON `customContent`.
    pub(crate) site: Option<String>,
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
        let content = resource.href("customContent").and_then(data_uri::decode);
        let content =
            content.and_then(|it| serde_json::from_str::<serde_json::Value>(&it.text).ok());
        let custom = |name: &str| Some(shorten(content.as_ref()?.get(name)?.as_str()?));
        Some(Self {
            invitation: resource.href("self").unwrap_or(&event.link.href).to_owned(),
            conversation: href("conversation"),
            start_meeting: href("startAdhocMeeting"),
            accept_and_bridge: href("acceptAndBridge"),
            decline: href("decline"),
            visitor_name: name.map(str::trim).filter(|it| !it.is_empty()).map(shorten),
            first_text: resource.href("message").and_then(text_of).filter(|it| !it.is_empty()),
            page: custom("page"),
            site: custom("site"),
        })
    }
}

fn shorten(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(NAME_CHARS_MAX).collect()
}
