//! Which of the UCWA machine's conversations and invitations belong to which of the desk's: by the
//! meeting's address, which both know.

use client::model::{Conversation, Invitation, Model, Phase};
use shared::desk::{ConversationView, DeskState, Place};

/// Whether two SIP URIs or meeting addresses are the same; case does not count.
pub(super) fn same_uri(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Whether one takes part: one's own, or a meeting that one has joined.
pub(super) fn takes_part(ucwa: &Model, desk: &DeskState, view: &ConversationView) -> bool {
    let is_joined = || live_of(ucwa, view).is_some_and(|it| it.phase != Phase::Ended);
    is_mine(desk, view) || (view.meeting.is_some() && is_joined())
}

fn is_meeting(of: Option<&str>, view: &ConversationView) -> bool {
    match (of, view.online_meeting_uri.as_deref()) {
        (Some(one), Some(other)) => same_uri(one, other),
        _ => false,
    }
}

/// The live conversation behind the desk's one. After a second joining there may be two: the one that
/// is not over counts, then the newest.
pub(super) fn live_of<'a>(ucwa: &'a Model, view: &ConversationView) -> Option<&'a Conversation> {
    let all = || {
        ucwa.conversations.iter().filter(|it| is_meeting(it.online_meeting_uri.as_deref(), view))
    };
    all().rfind(|it| it.phase != Phase::Ended).or_else(|| all().next_back())
}

/// The offer of the desk's conversation, while it stands.
pub(super) fn offer_of<'a>(ucwa: &'a Model, view: &ConversationView) -> Option<&'a Invitation> {
    ucwa.invitations.iter().find(|it| is_meeting(it.online_meeting_uri.as_deref(), view))
}

/// The desk's conversation behind a live one.
pub(super) fn view_of<'a>(
    desk: &'a DeskState,
    live: &Conversation,
) -> Option<&'a ConversationView> {
    desk.conversations.iter().find(|it| is_meeting(live.online_meeting_uri.as_deref(), it))
}

/// Whether the agent who asks owns it.
pub(super) fn is_mine(desk: &DeskState, view: &ConversationView) -> bool {
    matches!(&view.place, Place::Owned { agent } if same_uri(agent, &desk.me.uri))
}

/// The display name of an agent, or the address where the desk does not name it.
pub(super) fn agent_name(desk: &DeskState, uri: &str) -> String {
    let known = desk.agents.iter().find(|it| same_uri(&it.uri, uri));
    let name = known.map(|it| it.display_name.as_str()).filter(|it| !it.is_empty());
    name.unwrap_or_else(|| short_uri(uri)).to_owned()
}

/// The part of a SIP URI that a person reads.
pub(super) fn short_uri(uri: &str) -> &str {
    let plain = uri.strip_prefix("sip:").unwrap_or(uri);
    plain.split_once('@').map_or(plain, |it| it.0)
}
