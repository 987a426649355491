//! Addresses: the one place where the platform makes them.

use std::fmt::Write as _;

use shared::{Dialect, SipUri};

use crate::core::{Bridged, Invitation, InvitationKind};

/// How one owner's resources are addressed and written.
#[derive(Clone, Debug)]
pub(crate) struct Face {
    /// What every address begins with.
    base: String,
    /// What every address of the Trusted Application API carries: `endpointId=…` (§2A).
    query: Option<String>,
    /// How relations are written.
    pub(crate) dialect: Dialect,
    application: String,
    endpoint: Option<SipUri>,
    /// Whether its owner may invite others: everybody but visitors.
    pub(crate) may_invite: bool,
}

/// A value as a query may carry it.
pub(crate) fn query_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'@' => {
                out.push(char::from(byte));
            }
            other => {
                // Writing to a String does not fail.
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// The number of an endpoint's application in addresses: the same for the same endpoint, always.
pub(crate) fn application_id(endpoint: &SipUri) -> String {
    (fnv(endpoint.as_str(), 0) & 0x7fff_ffff).to_string()
}

/// FNV-1a. Not for secrets: it only gives stable names.
fn fnv(text: &str, seed: u64) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ seed, step)
}

impl Face {
    /// UCWA, of a visitor or of an agent.
    pub(crate) fn ucwa(is_agent: bool, application: &str) -> Self {
        let door = if is_agent { "oauth" } else { "psanon" };
        Self {
            base: format!("/ucwa/{door}/v1/applications/{application}"),
            query: None,
            dialect: Dialect::Ucwa,
            application: application.to_owned(),
            endpoint: None,
            may_invite: is_agent,
        }
    }

    /// The Trusted Application API; `tgt-…` is opaque to clients (§1.7).
    pub(crate) fn trusted(endpoint: &SipUri, dialect: Dialect) -> Self {
        let application = application_id(endpoint);
        let (a, b) = (fnv(endpoint.as_str(), 1), fnv(endpoint.as_str(), 2));
        Self {
            base: format!("/platformservice/tgt-{a:016x}{b:016x}/v1/applications/{application}"),
            query: Some(format!("endpointId={}", query_value(endpoint.as_str()))),
            dialect,
            application,
            endpoint: Some(endpoint.clone()),
            may_invite: true,
        }
    }

    /// The address clients enter by: without the opaque part.
    pub(crate) fn entry(endpoint: &SipUri, dialect: Dialect) -> Self {
        let face = Self::trusted(endpoint, dialect);
        let base = format!("/platformservice/v1/applications/{}", face.application);
        Self { base, ..face }
    }

    /// Whether these are the addresses of a service application.
    pub(crate) const fn is_trusted(&self) -> bool {
        self.endpoint.is_some()
    }

    fn at(&self, tail: &str) -> String {
        let Some(query) = &self.query else { return format!("{}{tail}", self.base) };
        let sign = if tail.contains('?') { '&' } else { '?' };
        format!("{}{tail}{sign}{query}", self.base)
    }

    pub(crate) fn application(&self) -> String {
        self.at("")
    }

    /// Something right under the application, such as `me`.
    pub(crate) fn under(&self, tail: &str) -> String {
        self.at(&format!("/{tail}"))
    }

    /// A link of the event channel; it says how long an empty poll is held where that is settled,
    /// so that it still does when the link outlives the server that gave it (row A17).
    pub(crate) fn events(&self, number: u64, key: u64, hold_s: Option<u32>) -> String {
        let hold = hold_s.map_or_else(String::new, |it| format!("&timeout={it}"));
        self.at(&format!("/events?ack={number}&key={key}{hold}"))
    }

    /// The link of a webhook's envelope; its key counts per conversation (§1.7).
    pub(crate) fn webhook_events(&self, number: u64, conversation: &str) -> String {
        let endpoint = self.endpoint.as_ref().map_or("", SipUri::as_str);
        let key = format!("{}~{endpoint}~{conversation}", self.application);
        let key = key.replace('~', "%7E").replace(':', "%3A").replace('@', "%40");
        format!("{}/events?ack={number}&key={key}", self.base)
    }

    /// Another user of the tenant, by address without `sip:`.
    pub(crate) fn contact(&self, key: &str) -> String {
        self.under(&format!("people/{key}"))
    }

    pub(crate) fn communication(&self) -> String {
        self.at("/communication")
    }

    fn in_communication(&self, tail: &str) -> String {
        self.at(&format!("/communication/{tail}"))
    }

    pub(crate) fn start_messaging(&self) -> String {
        self.in_communication("messagingInvitations")
    }

    pub(crate) fn join_meeting(&self) -> String {
        self.in_communication("onlineMeetingInvitations")
    }

    pub(crate) fn start_adhoc_meeting(&self, invitation: &str) -> String {
        let path = "onlineMeetingInvitations/startAdhocMeeting";
        self.in_communication(&format!("{path}?invitation={invitation}"))
    }

    pub(crate) fn add_messaging(&self, conversation: &str) -> String {
        self.in_communication(&format!("messagingInvitations?conversationId={conversation}"))
    }

    pub(crate) fn add_participant(&self, conversation: &str) -> String {
        self.in_communication(&format!("participantInvitations?conversationId={conversation}"))
    }

    pub(crate) fn active_conversations(&self) -> String {
        self.in_communication("conversations?filter=active")
    }

    pub(crate) fn invitation(&self, it: &Invitation) -> String {
        self.invitation_operation(it, "")
    }

    /// `…/accept` and the like.
    pub(crate) fn invitation_operation(&self, it: &Invitation, operation: &str) -> String {
        let collection = match it.kind {
            InvitationKind::Messaging => "messagingInvitations",
            InvitationKind::OnlineMeeting => "onlineMeetingInvitations",
            InvitationKind::Participant => "participantInvitations",
        };
        self.in_communication(&format!("{collection}/{}{operation}", it.id))
    }

    pub(crate) fn conversation(&self, id: &str) -> String {
        self.in_communication(&format!("conversations/{id}"))
    }

    /// Something under a conversation.
    fn inside(&self, id: &str, tail: &str) -> String {
        self.in_communication(&format!("conversations/{id}/{tail}"))
    }

    pub(crate) fn messaging(&self, id: &str) -> String {
        self.inside(id, "messaging")
    }

    pub(crate) fn messages(&self, id: &str) -> String {
        self.inside(id, "messaging/messages")
    }

    pub(crate) fn message(&self, id: &str, number: u64) -> String {
        self.inside(id, &format!("messaging/messages/{number}"))
    }

    pub(crate) fn typing(&self, id: &str) -> String {
        self.inside(id, "messaging/typing")
    }

    pub(crate) fn marks(&self, id: &str) -> String {
        self.inside(id, "messaging/marks")
    }

    pub(crate) fn stop_messaging(&self, id: &str) -> String {
        self.inside(id, "messaging/terminate")
    }

    pub(crate) fn typing_participants(&self, id: &str) -> String {
        self.inside(id, "messaging/typingParticipants")
    }

    pub(crate) fn participants(&self, id: &str) -> String {
        self.inside(id, "participants")
    }

    pub(crate) fn leaders(&self, id: &str) -> String {
        self.inside(id, "leaders")
    }

    pub(crate) fn attendees(&self, id: &str) -> String {
        self.inside(id, "attendees")
    }

    pub(crate) fn local_participant(&self, id: &str) -> String {
        self.inside(id, "localParticipant")
    }

    pub(crate) fn participant(&self, id: &str, key: &str) -> String {
        self.inside(id, &format!("participants/{key}"))
    }

    pub(crate) fn participant_messaging(&self, id: &str, key: &str) -> String {
        self.inside(id, &format!("participants/{key}/messaging"))
    }

    /// `…/admit` or `…/reject` of somebody in the lobby.
    pub(crate) fn answer_lobby(&self, id: &str, key: &str, operation: &str) -> String {
        self.inside(id, &format!("participants/{key}/{operation}"))
    }

    pub(crate) fn lobby(&self, id: &str) -> String {
        self.inside(id, "lobby")
    }

    pub(crate) fn eject(&self, id: &str, key: &str) -> String {
        self.inside(id, &format!("participants/{key}/eject"))
    }

    pub(crate) fn bridge(&self, id: &str) -> String {
        self.inside(id, "conversationBridge")
    }

    pub(crate) fn bridged_participants(&self, id: &str) -> String {
        self.inside(id, "conversationBridge/bridgedParticipants")
    }

    pub(crate) fn bridged(&self, id: &str, bridged: &Bridged) -> String {
        let key = bridged.uri.without_scheme();
        self.inside(id, &format!("conversationBridge/bridgedParticipants/{key}"))
    }

    pub(crate) fn online_meeting(&self, id: &str) -> String {
        self.inside(id, "onlineMeeting")
    }

    pub(crate) fn terminate_meeting(&self, id: &str) -> String {
        self.inside(id, "onlineMeeting/terminateOnlineMeeting")
    }

    /// Starts a conversation with a user (§2A.1).
    pub(crate) fn invite_user_to_meeting(&self) -> String {
        self.in_communication("userMeetingInvitations")
    }

    pub(crate) fn join_adhoc_meeting(&self, meeting_uri: &str) -> String {
        let uri = query_value(meeting_uri);
        self.in_communication(&format!("onlineMeetingInvitations?confUrl={uri}"))
    }

    pub(crate) fn adhoc_meeting(&self, id: &str) -> String {
        self.at(&format!("/adhocMeetings/{id}"))
    }
}
