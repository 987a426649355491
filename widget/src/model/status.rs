//! The one line that says how things stand, and what stands under the title.

use client::model::{Author, Connection, Conversation, Delivery, Model, Phase};

/// What the status line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing: all is well.
    Fine,
    /// Being set up.
    Connecting,
    /// The browser has no network.
    Offline,
    /// The server cannot be reached; tries again by itself.
    Reconnecting,
    /// A meeting's agents have still to let the visitor in.
    Lobby,
    /// The visitor wrote, nobody answered yet.
    Waiting,
    /// Nothing can be sent, though the conversation goes on.
    CannotSend,
    /// Another tab took over.
    Elsewhere,
    /// Stopped; the reason is the server's sentence, possibly empty.
    Stopped(String),
}

impl Status {
    /// A word for tests and styles: the `data-state` attribute.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Fine => "online",
            Self::Connecting => "connecting",
            Self::Offline => "offline",
            Self::Reconnecting => "reconnecting",
            Self::Lobby => "lobby",
            Self::Waiting => "waiting",
            Self::CannotSend => "blocked",
            Self::Elsewhere => "elsewhere",
            Self::Stopped(_) => "stopped",
        }
    }
}

/// What the status line says; `is_network_up` is the browser's word for it.
pub fn status(chat: &Model, is_network_up: bool) -> Status {
    let current = chat.conversations.last();
    let is_live = current.is_none_or(|it| it.phase != Phase::Ended);
    match &chat.connection {
        Connection::OpenedElsewhere => Status::Elsewhere,
        Connection::SignedOut { reason } | Connection::Stopped { reason } => {
            Status::Stopped(reason.clone())
        }
        // What is over needs no line to the server.
        _ if !is_live => Status::Fine,
        _ if !is_network_up => Status::Offline,
        Connection::Reconnecting { .. } => Status::Reconnecting,
        Connection::Idle | Connection::Connecting => Status::Connecting,
        Connection::Online => match current {
            Some(it) if it.phase == Phase::Connected => {
                if it.lacks_send {
                    Status::CannotSend
                } else if it.online_meeting_uri.is_none() && is_waiting(it) {
                    Status::Waiting
                } else {
                    Status::Fine
                }
            }
            Some(it) if it.phase == Phase::Lobby => Status::Lobby,
            _ => Status::Connecting,
        },
    }
}

/// Whether the visitor's words were kept and no agent has spoken yet.
fn is_waiting(conversation: &Conversation) -> bool {
    agent_name(conversation).is_none()
        && conversation
            .items
            .iter()
            .any(|it| it.author == Author::Me && it.delivery == Delivery::Sent)
}

/// The name of the agent who spoke last. The visitor's leg has one other member, the helpdesk itself;
/// whoever speaks under another name is a bridged agent (`protocol.md` rows 1.8 and A51).
pub fn agent_name(conversation: &Conversation) -> Option<&str> {
    conversation.items.iter().rev().find_map(|it| match &it.author {
        Author::Other(name) if is_agent(conversation, name) => Some(name.as_str()),
        _ => None,
    })
}

fn is_agent(conversation: &Conversation, name: &str) -> bool {
    !name.is_empty() && !conversation.participants.iter().any(|it| it.name == name)
}

#[cfg(test)]
mod tests {
    use client::model::{
        Author, Connection, Conversation, Delivery, Item, Model, Participant, Phase,
    };

    use super::{Status, agent_name, status};

    fn item(author: Author, delivery: Delivery) -> Item {
        Item {
            key: String::new(),
            author,
            text: String::new(),
            at_ms: 0,
            delivery,
            operation_id: None,
            reach: client::model::Standing::Sent,
        }
    }

    fn online(items: Vec<Item>) -> Model {
        let helpdesk =
            Participant { href: "/p/1".to_owned(), uri: None, name: "Helpdesk".to_owned() };
        Model {
            connection: Connection::Online,
            conversations: vec![Conversation {
                phase: Phase::Connected,
                can_send: true,
                participants: vec![helpdesk],
                items,
                ..Conversation::default()
            }],
            ..Model::default()
        }
    }

    #[test]
    fn the_visitor_waits_until_an_agent_speaks() {
        let greeting = item(Author::Other("Helpdesk".to_owned()), Delivery::Sent);
        let mut chat = online(vec![greeting]);
        assert_eq!(status(&chat, true), Status::Fine, "a greeting alone is no waiting");
        chat.conversations[0].items.push(item(Author::Me, Delivery::Sending));
        assert_eq!(status(&chat, true), Status::Fine, "what is not kept is not waiting");
        chat.conversations[0].items[1].delivery = Delivery::Sent;
        assert_eq!(status(&chat, true), Status::Waiting);
        chat.conversations[0].items.push(item(Author::Other("Alice".to_owned()), Delivery::Sent));
        assert_eq!(status(&chat, true), Status::Fine);
        assert_eq!(agent_name(&chat.conversations[0]), Some("Alice"));
    }

    #[test]
    fn invariant_12_what_may_be_stale_says_so() {
        let mut chat = online(Vec::new());
        assert_eq!(status(&chat, false), Status::Offline);
        chat.connection = Connection::Reconnecting { retry_at_ms: 5 };
        assert_eq!(status(&chat, true), Status::Reconnecting);
        assert_eq!(status(&chat, false), Status::Offline);
        chat.connection = Connection::Connecting;
        assert_eq!(status(&chat, true), Status::Connecting);
    }

    #[test]
    fn wid_10_opened_elsewhere_is_said_and_wid_12_a_stop_gives_its_reason() {
        let mut chat = online(Vec::new());
        chat.connection = Connection::OpenedElsewhere;
        assert_eq!(status(&chat, true), Status::Elsewhere);
        chat.connection = Connection::Stopped { reason: "Too many chats.".to_owned() };
        assert_eq!(status(&chat, true), Status::Stopped("Too many chats.".to_owned()));
    }

    #[test]
    fn wid_14_the_reason_is_said_when_nothing_can_be_sent() {
        let mut chat = online(Vec::new());
        chat.conversations[0].lacks_send = true;
        assert_eq!(status(&chat, true), Status::CannotSend);
    }

    #[test]
    fn wid_17_an_ended_conversation_needs_no_connection() {
        let mut chat = online(Vec::new());
        chat.conversations[0].phase = Phase::Ended;
        for connection in [Connection::Idle, Connection::Online, Connection::Connecting] {
            chat.connection = connection;
            assert_eq!(status(&chat, false), Status::Fine);
        }
    }
}
