//! The one call a website makes to the service application (`protocol.md` §1.5).

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Body of `POST /GetAnonTokenJob`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetAnonTokenInput {
    /// A value that is unique for each visitor's session.
    #[serde(rename = "ApplicationSessionId", alias = "applicationSessionId", default)]
    pub application_session_id: String,
    /// Origins the token shall work from, joined by `;`.
    #[serde(rename = "AllowedOrigins", alias = "allowedOrigins", default)]
    pub allowed_origins: String,
    /// The meeting to join, in the meeting variant.
    #[serde(
        rename = "MeetingUrl",
        alias = "meetingUrl",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    pub meeting_url: Option<String>,
    /// The site whose helpdesk is wanted; ours alone, absent means the only or first one.
    #[serde(rename = "Site", alias = "site", default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
}

/// Answer to [`GetAnonTokenInput`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnonToken {
    /// Where the visitor's discovery starts; to be used byte for byte.
    #[serde(rename = "DiscoverUri")]
    pub discover_uri: String,
    /// When the token ends, in either date form.
    #[serde(rename = "ExpireTime")]
    pub expire_time: String,
    /// The token, `psat=` included.
    #[serde(rename = "Token")]
    pub token: String,
    /// SIP URI of the endpoint to start a chat with.
    #[serde(rename = "TenantEndpointId")]
    pub tenant_endpoint_id: String,
}

impl AnonToken {
    /// Reads an answer; `None` when a part is missing. A browser has no room for derived code.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name)?.as_str().map(str::to_owned);
        Some(Self {
            discover_uri: text("DiscoverUri")?,
            expire_time: text("ExpireTime")?,
            token: text("Token")?,
            tenant_endpoint_id: text("TenantEndpointId")?,
        })
    }
}

/// Body of `POST /GetAdhocMeetingJob` (`protocol.md` §1.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetAdhocMeetingInput {
    /// What it is about.
    #[serde(rename = "Subject", alias = "subject", default)]
    pub subject: Option<String>,
    /// More about it.
    #[serde(rename = "Description", alias = "description", default)]
    pub description: Option<String>,
    /// Who comes in without waiting: a word of [`crate::states::AccessLevel`].
    #[serde(rename = "AccessLevel", alias = "accessLevel", default)]
    pub access_level: Option<String>,
}

/// Answer to [`GetAdhocMeetingInput`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdhocMeeting {
    /// What people open, and what `MeetingUrl` of a bootstrap takes.
    #[serde(rename = "JoinUrl")]
    pub join_url: String,
    /// The meeting's address in the protocol.
    #[serde(rename = "OnlineMeetingUri")]
    pub online_meeting_uri: String,
    /// The platform's own id of it.
    #[serde(rename = "OnlineMeetingId", skip_serializing_if = "Option::is_none")]
    pub online_meeting_id: Option<String>,
    /// Whose it is.
    #[serde(rename = "OrganizerUri", skip_serializing_if = "Option::is_none")]
    pub organizer_uri: Option<String>,
    /// When it is over at the latest, in either date form.
    #[serde(rename = "ExpirationTime", skip_serializing_if = "Option::is_none")]
    pub expiration_time: Option<String>,
}

/// Body of `POST /StartIMBridge` (`protocol.md` §1.5): from then on every visitor is bridged to one
/// person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartImBridgeInput {
    /// Begins it; absent or false ends it.
    #[serde(rename = "IsStart", alias = "isStart", default)]
    pub is_start: bool,
    /// What the meeting is about, and what the visitor sees as the helpdesk's name.
    #[serde(rename = "Subject", alias = "subject", default)]
    pub subject: Option<String>,
    /// The first message the visitor gets.
    #[serde(rename = "WelcomeMessage", alias = "welcomeMessage", default)]
    pub welcome_message: Option<String>,
    /// SIP URI of the person who is invited.
    #[serde(rename = "InviteTargetUri", alias = "inviteTargetUri", default)]
    pub invite_target_uri: Option<String>,
    /// The name under which the visitor sees that person's messages.
    #[serde(rename = "InvitedTargetDisplayName", alias = "invitedTargetDisplayName", default)]
    pub invited_target_display_name: Option<String>,
    /// Whether that person's messages are kept from the visitor (§1.8).
    #[serde(rename = "EnableMessageFilter", alias = "enableMessageFilter", default)]
    pub enable_message_filter: bool,
}

/// What a refused bootstrap says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BootstrapError {
    /// A sentence that says what to do.
    #[serde(rename = "Error")]
    pub error: String,
}
