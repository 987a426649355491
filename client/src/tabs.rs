//! Several tabs of one browser, one session: one tab leads and runs it, the others show what it shows and hand it what
//! their person wants. Here is what tabs say to each other, as JSON text; who leads is the driver's to find out.

use serde_json::Value;

use crate::json::Json;
use crate::machine::{AGENT, Session};
use crate::model::{Connection, Model, Notice};
use crate::session::{Command, Start};
use crate::snapshot::{list, owned};

/// What a tab says to the others.
#[derive(Debug)]
pub enum Word {
    /// A tab came and asks what there is to show.
    Hello,
    /// What the leader shows; see [`Mirror::read`].
    Shown(Value),
    /// The leader has something to tell a person once.
    Told(Notice),
    /// A tab hands the leader what its person wants.
    Wish {
        /// Of the wish, so that it can be said to be taken.
        id: String,
        /// What the person wants.
        command: Command,
    },
    /// The leader took a wish and keeps what follows from it.
    Took(String),
    /// A person has seen what came, in one of the tabs.
    Seen,
    /// The person left for good, in one of the tabs.
    Bye,
}

impl Word {
    /// Reads what another tab said; `None` for what is no word of ours.
    pub fn read(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let part = |at: usize| owned(&value[at]).unwrap_or_default();
        Some(match value[0].as_str()? {
            "hello" => Self::Hello,
            "shown" => Self::Shown(value),
            "told" => Self::Told(notice(&part(1), part(2), part(3))?),
            "wish" => Self::Wish { id: part(1), command: command(&part(2), part(3), part(4))? },
            "took" => Self::Took(part(1)),
            "seen" => Self::Seen,
            "bye" if AGENT => Self::Bye,
            _ => return None,
        })
    }

    /// [`Word::Told`], as text.
    pub fn told(notice: &Notice) -> String {
        let (kind, one, two): (_, &str, &str) = match notice {
            Notice::MessageArrived { conversation, item } => ("message", conversation, item),
            Notice::InvitationArrived { invitation } => ("invitation", invitation, ""),
            Notice::InvitationGone { invitation } => ("gone", invitation, ""),
            Notice::ConversationEnded { conversation } => ("ended", conversation, ""),
        };
        said(&["told", kind, one, two])
    }

    /// [`Word::Wish`], as text.
    pub fn wish(id: &str, command: &Command) -> String {
        let until;
        let (kind, one, two): (_, &str, &str) = match command {
            Command::MarkRead { conversation, up_to_ms } => {
                until = up_to_ms.to_string();
                ("read", conversation, &until)
            }
            Command::Connect => ("connect", "", ""),
            Command::StartConversation { subject } => {
                ("start", subject.as_deref().unwrap_or_default(), "")
            }
            Command::Describe { about } => ("about", about, ""),
            Command::Send { conversation, text } => ("send", conversation, text),
            Command::Retry { conversation, item } => ("retry", conversation, item),
            Command::Typing { conversation } => ("typing", conversation, ""),
            Command::End { conversation } => ("end", conversation, ""),
            // The rest is an agent's, and no part of a build for visitors.
            _ if !AGENT => ("", "", ""),
            Command::Accept { invitation } => ("accept", invitation, ""),
            Command::AcceptMeeting { online_meeting_uri } => ("meeting", online_meeting_uri, ""),
            Command::Join { online_meeting_uri } => ("join", online_meeting_uri, ""),
            Command::AnswerLobby { conversation, participant, admit } => {
                (if *admit { "admit" } else { "refuse" }, conversation, participant)
            }
            Command::Decline { invitation } => ("decline", invitation, ""),
            Command::Adopt { proof } => ("adopt", proof, ""),
            Command::Close => ("close", "", ""),
        };
        said(&["wish", id, kind, one, two])
    }

    /// A word that is told by its name and at most an id: `hello`, `took`, `seen`, `bye`.
    pub fn plain(name: &str, id: &str) -> String {
        said(&[name, id])
    }
}

/// Texts as a JSON array.
fn said(parts: &[&str]) -> String {
    let mut out = Json::default();
    out.open('[');
    for part in parts {
        out.text(part);
    }
    out.close(']').text_so_far()
}

fn notice(kind: &str, one: String, two: String) -> Option<Notice> {
    Some(match kind {
        "message" => Notice::MessageArrived { conversation: one, item: two },
        "ended" => Notice::ConversationEnded { conversation: one },
        _ if !AGENT => return None,
        "invitation" => Notice::InvitationArrived { invitation: one },
        "gone" => Notice::InvitationGone { invitation: one },
        _ => return None,
    })
}

fn command(kind: &str, one: String, two: String) -> Option<Command> {
    Some(match kind {
        "connect" => Command::Connect,
        "start" => Command::StartConversation { subject: Some(one).filter(|it| !it.is_empty()) },
        "send" => Command::Send { conversation: one, text: two },
        "retry" => Command::Retry { conversation: one, item: two },
        "about" => Command::Describe { about: one },
        "typing" => Command::Typing { conversation: one },
        "end" => Command::End { conversation: one },
        "read" => Command::MarkRead { conversation: one, up_to_ms: two.parse().ok()? },
        _ if !AGENT => return None,
        "accept" => Command::Accept { invitation: one },
        "meeting" => Command::AcceptMeeting { online_meeting_uri: one },
        "join" => Command::Join { online_meeting_uri: one },
        "admit" | "refuse" => {
            Command::AnswerLobby { conversation: one, participant: two, admit: kind == "admit" }
        }
        "decline" => Command::Decline { invitation: one },
        "adopt" => Command::Adopt { proof: one },
        "close" => Command::Close,
        _ => return None,
    })
}

impl Session {
    /// [`Word::Shown`], as text: the snapshot, and what of the model no snapshot keeps.
    pub fn mirror(&self) -> String {
        let (state, at_ms, reason) = match &self.model.connection {
            Connection::Idle => (0, 0, ""),
            Connection::Connecting => (1, 0, ""),
            Connection::Online => (2, 0, ""),
            Connection::Reconnecting { retry_at_ms } => (3, *retry_at_ms, ""),
            Connection::OpenedElsewhere => (4, 0, ""),
            Connection::SignedOut { reason } => (5, 0, reason.as_str()),
            Connection::Stopped { reason } => (6, 0, reason.as_str()),
        };
        let mut out = Json::default();
        out.open('[').text("shown").raw(&self.snapshot());
        out.open('[').number(state).number(at_ms).text(reason).close(']').open('[');
        for it in &self.model.conversations {
            out.open('[').flag(it.can_send).flag(it.lacks_send);
            for name in &it.typing {
                out.text(name);
            }
            out.close(']');
        }
        out.close(']').close(']').text_so_far()
    }

    /// The session behind [`Word::Shown`]: to show its model, or to go on with it when the leader is gone.
    pub fn of_mirror(start: Start, seed: u64, shown: &Value) -> Option<Self> {
        let mut out = Self::of_snapshot(start, seed, &shown[1])?;
        live(&mut out.model, shown);
        Some(out)
    }
}

/// What no snapshot keeps.
fn live(model: &mut Model, shown: &Value) {
    let line = &shown[2];
    let reason = owned(&line[2]).unwrap_or_default();
    model.connection = match line[0].as_i64() {
        Some(1) => Connection::Connecting,
        Some(2) => Connection::Online,
        Some(3) => Connection::Reconnecting { retry_at_ms: line[1].as_i64().unwrap_or_default() },
        Some(4) => Connection::OpenedElsewhere,
        Some(5) => Connection::SignedOut { reason },
        Some(6) => Connection::Stopped { reason },
        _ => Connection::Idle,
    };
    for (it, value) in model.conversations.iter_mut().zip(list(&shown[3])) {
        it.can_send = value[0].as_bool().unwrap_or_default();
        it.lacks_send = value[1].as_bool().unwrap_or_default();
        it.typing = list(value).iter().filter_map(owned).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::Word;
    use crate::model::Connection;
    use crate::session::{Session, Start};

    #[test]
    fn every_state_of_the_connection_is_the_same_in_each_tab() {
        let start = Start::Visitor {
            bootstrap_url: "https://chat.example/GetAnonTokenJob".to_owned(),
            origin: "https://chat.example".to_owned(),
            site: "demo".to_owned(),
            display_name: String::new(),
            meeting_url: String::new(),
        };
        let mut leader = Session::new(start.clone(), 1);
        for connection in [
            Connection::Idle,
            Connection::Connecting,
            Connection::Online,
            Connection::Reconnecting { retry_at_ms: 1_700_000_000_123 },
            Connection::OpenedElsewhere,
            Connection::SignedOut { reason: "Sign in again.".to_owned() },
            Connection::Stopped { reason: "No.".to_owned() },
        ] {
            leader.model.connection = connection;
            let Some(Word::Shown(shown)) = Word::read(&leader.mirror()) else {
                panic!("what the leader shows is a word")
            };
            let other = Session::of_mirror(start.clone(), 2, &shown).expect("readable");
            assert_eq!(other.model.connection, leader.model.connection);
        }
    }
}
