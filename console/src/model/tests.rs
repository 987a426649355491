//! The console without a browser. Builders here; what is shown, by subject, in the modules.

mod flow;
mod forms;
mod keys;
mod left;
mod lists;
mod meetings;
mod poll;
mod timeline;

use client::model::{Author, Connection, Conversation, Delivery, Invitation, Item, Model, Phase};
use shared::VisitorAbout;
use shared::desk::{
    AgentView, Availability, ConversationView, DeskState, Place, Transcript, TranscriptEntry,
};

use super::desk_call::{Answered, DeskCall};
use super::desk_poll::Health;
use super::kept::Marks;
use super::{Console, Effect};

pub(super) const ALICE: &str = "sip:alice@demo.example";
pub(super) const BOB: &str = "sip:bob@demo.example";

pub(super) fn agent(uri: &str, name: &str) -> AgentView {
    let availability = Availability::Available;
    AgentView { uri: uri.to_owned(), display_name: name.to_owned(), availability }
}

pub(super) fn waiting(position: u32) -> Place {
    Place::Waiting { position }
}

pub(super) fn owned(agent: &str) -> Place {
    Place::Owned { agent: agent.to_owned() }
}

/// A conversation of the desk; its meeting is `meet-ID`.
pub(super) fn view(id: &str, place: Place) -> ConversationView {
    ConversationView {
        id: id.to_owned(),
        site: "demo".to_owned(),
        visitor_name: format!("Visitor {id}"),
        place,
        started_ms: 1_000,
        online_meeting_uri: Some(format!("sip:meet-{id}")),
        last_text: None,
        last_ms: 1_000,
        texts: 0,
        about: VisitorAbout {
            page: Some("https://shop.example/cart?x=1".to_owned()),
            ..VisitorAbout::default()
        },
        rating: None,
        meeting: None,
    }
}

/// The desk's state, asked for by Alice.
pub(super) fn state(revision: u64, conversations: Vec<ConversationView>) -> DeskState {
    DeskState {
        revision,
        now_ms: 10_000,
        me: agent(ALICE, "Alice"),
        agents: vec![agent(ALICE, "Alice"), agent(BOB, "Bob")],
        conversations,
        messages_left: Vec::new(),
    }
}

pub(super) fn item(key: &str, author: Author, text: &str, at_ms: i64) -> Item {
    Item {
        key: key.to_owned(),
        author,
        text: text.to_owned(),
        at_ms,
        delivery: Delivery::Sent,
        operation_id: None,
        reach: client::model::Standing::Sent,
    }
}

pub(super) fn other(name: &str) -> Author {
    Author::Other(name.to_owned())
}

/// The live conversation behind [`view`].
pub(super) fn live(id: &str, phase: Phase, items: Vec<Item>) -> Conversation {
    Conversation {
        key: format!("/conversations/{id}"),
        phase,
        online_meeting_uri: Some(format!("SIP:meet-{id}")),
        can_send: phase == Phase::Connected,
        items,
        ..Conversation::default()
    }
}

pub(super) fn invitation(id: &str) -> Invitation {
    Invitation {
        key: format!("/invitations/{id}"),
        from: "Helpdesk".to_owned(),
        subject: None,
        online_meeting_uri: Some(format!("sip:meet-{id}")),
        at_ms: 1_000,
        answering: false,
    }
}

pub(super) fn model(conversations: Vec<Conversation>, invitations: Vec<Invitation>) -> Model {
    Model {
        connection: Connection::Online,
        me_uri: ALICE.to_owned(),
        me_name: "Alice".to_owned(),
        conversations,
        invitations,
    }
}

pub(super) fn entry(
    seq: u64,
    author: shared::desk::Author,
    text: &str,
    at_ms: i64,
) -> TranscriptEntry {
    TranscriptEntry { seq, at_ms, author, text: text.to_owned(), operation_id: None }
}

/// A console that is online with this state of the desk.
pub(super) fn console(conversations: Vec<ConversationView>) -> Console {
    let mut console = Console::new(Marks::default());
    console.health_came(Health::Fresh);
    console.ucwa_came(model(Vec::new(), Vec::new()));
    console.desk_came(10_000, state(1, conversations));
    console
}

/// The desk answers a question for a transcript.
pub(super) fn transcript(
    console: &mut Console,
    conversation: ConversationView,
    entries: Vec<TranscriptEntry>,
) -> Vec<Effect> {
    let call = DeskCall::Transcript(conversation.id.clone());
    let answer = Answered::Transcript(Box::new(Transcript { conversation, entries }));
    console.desk_answered(&call, Ok(answer))
}

/// Texts of the lines, with who said them.
pub(super) fn said(console: &Console, id: &str) -> Vec<String> {
    console.lines(id).iter().map(|it| format!("{}: {}", it.speaker.name(), it.text)).collect()
}
