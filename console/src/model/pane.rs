//! What the conversation's pane shows besides the messages.

use client::model::{Model, Phase};
use shared::VisitorAbout;
use shared::desk::{ConversationView, DeskState, MeetingLink, Place, Rating};

use super::console::{Console, Load};
use super::sources::{agent_name, is_mine, live_of, offer_of};

/// Where a conversation stands, as the agent sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// In the queue; 1 is next.
    Waiting {
        /// Its place.
        position: u32,
    },
    /// One's own, and one is in it.
    Mine,
    /// One's own by the desk's word, and one is on the way into it.
    Joining,
    /// One's own by the desk's word, but not open here: joined from another window, or lost.
    NotHere,
    /// A colleague's.
    Other {
        /// Whose, by name.
        name: String,
    },
    /// Over.
    Ended,
}

/// A conversation's head and what can be done with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pane {
    /// The desk's id.
    pub id: String,
    /// What to call the visitor; empty when unnamed.
    pub visitor: String,
    /// The site it came from.
    pub site: String,
    /// What the website told of the visitor.
    pub about: VisitorAbout,
    /// What the visitor thinks of it.
    pub rating: Option<Rating>,
    /// When it began, in Unix milliseconds.
    pub started_ms: i64,
    /// Where it stands.
    pub stand: Stand,
    /// Whether one can write now (WID-14).
    pub can_send: bool,
    /// Whether one can end it.
    pub can_end: bool,
    /// Whether it is being taken.
    pub is_taking: bool,
    /// Who is typing, by name; an empty name is the visitor.
    pub typing: Vec<String>,
    /// How far the transcript is.
    pub load: Load,
    /// The way in for visitors, where it is a meeting.
    pub meeting: Option<MeetingLink>,
    /// Who else is in it, by name, where it is a meeting.
    pub people: Vec<String>,
    /// Who waits to be let in: address and name.
    pub lobby: Vec<(String, String)>,
}

impl Console {
    /// The selected conversation; `None` when none is, or when it is not known any more.
    pub fn pane(&self) -> Option<Pane> {
        let desk = self.desk()?;
        let view = self.view(self.selected()?)?;
        let live = live_of(self.ucwa(), view);
        let stand = self.stand(desk, view);
        let is_live = matches!(stand, Stand::Mine);
        Some(Pane {
            id: view.id.clone(),
            visitor: view.visitor_name.clone(),
            site: view.site.clone(),
            about: view.about.clone(),
            rating: view.rating.clone(),
            started_ms: view.started_ms,
            can_send: is_live && live.is_some_and(|it| !it.lacks_send),
            can_end: is_mine(desk, view) && !self.is_ending(&view.id),
            is_taking: self.is_taking(&view.id),
            typing: match live {
                Some(live) if is_live => typing(desk, view, &live.typing),
                _ => Vec::new(),
            },
            load: self.load(&view.id),
            meeting: view.meeting.clone().filter(|_| view.place != Place::Ended),
            people: live
                .filter(|_| is_live && view.meeting.is_some())
                .map_or_else(Vec::new, |it| {
                    it.participants.iter().map(|it| it.name.clone()).collect()
                }),
            lobby: live.filter(|_| is_live).map_or_else(Vec::new, |it| {
                it.lobby.iter().map(|it| (it.href.clone(), it.name.clone())).collect()
            }),
            stand,
        })
    }

    fn stand(&self, desk: &DeskState, view: &ConversationView) -> Stand {
        match &view.place {
            Place::Waiting { position } => Stand::Waiting { position: *position },
            Place::Ended => Stand::Ended,
            Place::Owned { agent } if !is_mine(desk, view) && view.meeting.is_none() => {
                Stand::Other { name: agent_name(desk, agent) }
            }
            Place::Owned { .. } => joined(self.ucwa(), view, self.is_taking(&view.id)),
        }
    }
}

/// How far one is in one's own conversation.
fn joined(ucwa: &Model, view: &ConversationView, is_taking: bool) -> Stand {
    match live_of(ucwa, view).map(|it| it.phase) {
        Some(Phase::Connected) => Stand::Mine,
        Some(Phase::Connecting | Phase::Lobby) => Stand::Joining,
        Some(Phase::Ended) | None if is_taking || offer_of(ucwa, view).is_some() => Stand::Joining,
        Some(Phase::Ended) | None => Stand::NotHere,
    }
}

/// Names of those who type; the visitor's is left to the view.
fn typing(desk: &DeskState, view: &ConversationView, names: &[String]) -> Vec<String> {
    let is_colleague = |name: &str| desk.agents.iter().any(|it| it.display_name == name);
    names
        .iter()
        .map(|it| {
            if is_colleague(it) || view.meeting.is_some() {
                it.clone()
            } else {
                view.visitor_name.clone()
            }
        })
        .collect()
}
