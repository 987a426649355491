//! How state is shown: addresses and documents of both faces (`protocol.md` §2A.4, §2B.4).
//!
//! Pure functions of the machine's state; every address of the platform is made in [`Face`].

mod conversation;
mod face;
mod html;
mod invitation;

pub(crate) use conversation::{
    bridge, bridged, conversation, marks, message, messaging, online_meeting, participant,
    participant_messaging, waiting_participant,
};
pub(crate) use face::{Face, application_id, query_value};
pub(crate) use html::{plain_text, safe_html};
pub(crate) use invitation::{invitation, invitation_rel};
