//! The console's state and what is read from it. What changes it stands in `changes` and `wishes`.

use std::collections::{BTreeMap, BTreeSet};

use client::model::{Author, Model, Notice};
use shared::desk::{Availability, ConversationView, DeskState, MessageLeft, Transcript};

use super::connection::Link;
use super::desk_poll::Health;
use super::kept::Marks;
use super::sources::{live_of, view_of};
use super::timeline::{Line, Shown, Speaker, grouped, merged};
use super::words::{Effect, Problem, Said};
use crate::limits;

/// How far a transcript is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Load {
    /// Nobody asked for it.
    #[default]
    Absent,
    /// On its way.
    Asked,
    /// At hand.
    Here,
    /// It could not be had.
    Failed,
}

#[derive(Clone, Debug, Default)]
pub(super) struct History {
    pub(super) load: Load,
    /// The desk's `last_ms` that the entries cover.
    pub(super) covers_ms: i64,
    pub(super) transcript: Option<Transcript>,
}

/// All that the console knows.
#[derive(Clone, Debug, Default)]
pub struct Console {
    pub(super) desk: Option<DeskState>,
    pub(super) health: Health,
    pub(super) ucwa: Model,
    pub(super) histories: BTreeMap<String, History>,
    pub(super) marks: Marks,
    pub(super) selected: Option<String>,
    pub(super) is_visible: bool,
    /// Whether the end of what is selected is on screen.
    pub(super) is_at_end: bool,
    /// The live conversation that was read last, and up to which time.
    pub(super) told_read: Option<(String, i64)>,
    /// Since when each is being taken.
    pub(super) taking: BTreeMap<String, i64>,
    pub(super) ending: BTreeSet<String>,
    /// Meetings to be joined as soon as the desk knows their address.
    pub(super) joining: BTreeSet<String>,
    /// Messages that were left and that one has marked as done.
    pub(super) left_done: BTreeSet<String>,
    pub(super) availability_wish: Option<Availability>,
    pub(super) accepted: BTreeSet<String>,
    pub(super) problem: Option<Problem>,
    /// What came before that which it is of.
    pub(super) untold: Vec<Notice>,
    pub(super) clock_offset_ms: i64,
}

impl Console {
    /// A console that knows how far was read before a reload, and nothing else.
    pub fn new(marks: Marks) -> Self {
        Self { marks, is_visible: true, is_at_end: true, ..Self::default() }
    }

    /// The desk's state.
    pub fn desk(&self) -> Option<&DeskState> {
        self.desk.as_ref()
    }

    /// The UCWA machine's model.
    pub fn ucwa(&self) -> &Model {
        &self.ucwa
    }

    /// The selected conversation's id.
    pub fn selected(&self) -> Option<&str> {
        self.selected.as_deref()
    }

    /// How far was read in other tabs.
    pub fn marks_came(&mut self, marks: Marks) {
        self.marks.merge(marks);
    }

    /// How far was read.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// What did not work.
    pub fn problem(&self) -> Option<&Problem> {
        self.problem.as_ref()
    }

    /// Whether what is shown is current.
    pub fn link(&self) -> Link {
        Link::of(&self.ucwa.connection, self.health)
    }

    /// What to add to the driver's clock to get the desk's, in milliseconds.
    pub fn clock_offset_ms(&self) -> i64 {
        self.clock_offset_ms
    }

    /// Whether one is offered conversations: what was wished, until the desk says what is so.
    pub fn availability(&self) -> Availability {
        let told = self.desk.as_ref().map_or(Availability::Offline, |it| it.me.availability);
        self.availability_wish.unwrap_or(told)
    }

    /// What visitors left and nobody has seen to, oldest first.
    pub fn messages_left(&self) -> Vec<MessageLeft> {
        let left = self.desk.iter().flat_map(|it| &it.messages_left);
        left.filter(|it| !self.left_done.contains(&it.id)).cloned().collect()
    }

    /// Whether a conversation is being taken.
    pub fn is_taking(&self, id: &str) -> bool {
        self.taking.contains_key(id)
    }

    /// Whether a conversation is known, to the desk or from before.
    pub fn is_known(&self, id: &str) -> bool {
        self.view(id).is_some()
    }

    pub(super) fn is_ending(&self, id: &str) -> bool {
        self.ending.contains(id)
    }

    pub(super) fn load(&self, id: &str) -> Load {
        self.histories.get(id).map_or(Load::Absent, |it| it.load)
    }

    /// The desk's view of a conversation; of one that left the desk's list, what the transcript said.
    pub(super) fn view(&self, id: &str) -> Option<&ConversationView> {
        let listed = self.desk.as_ref()?.conversations.iter().find(|it| it.id == id);
        listed.or_else(|| Some(&self.histories.get(id)?.transcript.as_ref()?.conversation))
    }

    /// What was said in a conversation, as one list.
    pub fn lines(&self, id: &str) -> Vec<Line> {
        let (Some(desk), Some(view)) = (self.desk.as_ref(), self.view(id)) else {
            return Vec::new();
        };
        let history = self.histories.get(id).and_then(|it| it.transcript.as_ref());
        let entries = history.map_or(&[][..], |it| it.entries.as_slice());
        merged(desk, entries, live_of(&self.ucwa, view), view.meeting.is_some())
    }

    /// The same for the view; `day_of` tells the local day of an instant.
    pub fn timeline(&self, id: &str, day_of: impl Fn(i64) -> i64) -> Vec<Shown> {
        grouped(self.lines(id), day_of)
    }

    /// How many of the others' messages came after the mark and after one's own last answer.
    pub fn unread(&self, id: &str) -> u32 {
        let lines = self.lines(id);
        let mark = self.marks.get(id);
        let seen = mark.and_then(|mark| lines.iter().rposition(|it| it.key == mark.key));
        let answered = lines.iter().rposition(|it| it.speaker == Speaker::Me);
        let is_new = |at: usize, line: &Line| match (seen, mark) {
            _ if answered.is_some_and(|it| at < it) => false,
            (Some(seen), _) => at > seen,
            (None, Some(mark)) => line.at_ms > mark.at_ms,
            (None, None) => true,
        };
        let is_theirs = |line: &Line| matches!(line.speaker, Speaker::Visitor | Speaker::Agent);
        let unread = lines.iter().enumerate().filter(|(at, it)| is_theirs(it) && is_new(*at, it));
        u32::try_from(unread.count()).unwrap_or(u32::MAX)
    }

    /// Whether the desk's state is current changed.
    pub fn health_came(&mut self, health: Health) {
        self.health = health;
    }

    /// What a person is told, once. The client tells of a message and shows it in either order: what is not
    /// there yet is told when it is.
    pub fn notice(&mut self, notice: &Notice) -> Vec<Effect> {
        let effect = self.told(notice);
        if effect.is_none() && self.untold.len() < limits::UNTOLD_MAX {
            self.untold.push(notice.clone());
        }
        effect.into_iter().collect()
    }

    /// What came with a notice before it. What is not there now has gone, or is told by something else.
    pub(super) fn tell_late(&mut self) -> Vec<Effect> {
        let untold = std::mem::take(&mut self.untold);
        untold.iter().filter_map(|it| self.told(it)).collect()
    }

    fn told(&self, notice: &Notice) -> Option<Effect> {
        let desk = self.desk.as_ref()?;
        let live = |key: &str| {
            let live = self.ucwa.conversation(key)?;
            Some((live, view_of(desk, live)?))
        };
        match notice {
            Notice::MessageArrived { conversation, item } => {
                let (live, view) = live(conversation)?;
                let item = live.items.iter().find(|it| it.key == *item)?;
                let Author::Other(name) = &item.author else { return None };
                let is_agent = desk.agents.iter().any(|it| it.display_name == *name);
                let name = if is_agent || view.meeting.is_some() {
                    name.clone()
                } else {
                    view.visitor_name.clone()
                };
                let text = item.text.chars().take(limits::SPOKEN_CHARS_MAX).collect();
                Some(Effect::Say(item.key.clone(), Said::Message { name, text }))
            }
            Notice::ConversationEnded { conversation } => {
                let visitor = live(conversation)?.1.visitor_name.clone();
                Some(Effect::Say(format!("ended {conversation}"), Said::Ended { visitor }))
            }
            // An offer sounds when the desk's queue shows it: once, and with the visitor's name.
            Notice::InvitationArrived { .. } | Notice::InvitationGone { .. } => None,
        }
    }
}
