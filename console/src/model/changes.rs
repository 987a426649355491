//! What follows when the desk or the UCWA machine says something new.

use client::model::{Delivery, Model, Phase};
use client::session::Command;
use shared::desk::{Availability, ConversationView, DeskState, Place};

use super::console::{Console, History, Load};
use super::desk_call::DeskCall;
use super::kept::Mark;
use super::sources::{agent_name, is_mine, live_of, offer_of};
use super::timeline::{Line, Speaker};
use super::words::{Effect, Problem, Said};
use crate::limits;

impl Console {
    /// The desk's state came.
    pub fn desk_came(&mut self, now_ms: i64, state: DeskState) -> Vec<Effect> {
        self.left_done.retain(|id| state.messages_left.iter().any(|it| it.id == *id));
        let mut effects = self.news(&state);
        self.clock_offset_ms = state.now_ms - now_ms;
        if self.availability_wish == Some(state.me.availability) {
            self.availability_wish = None;
        }
        self.marks.prune(|id| state.conversations.iter().any(|it| it.id == id));
        self.desk = Some(state);
        // The desk answers again: what could not be had is worth another question.
        for history in self.histories.values_mut().filter(|it| it.load == Load::Failed) {
            history.load = Load::Absent;
        }
        self.settle();
        self.follow(&mut effects);
        effects
    }

    /// The UCWA machine's model changed.
    pub fn ucwa_came(&mut self, model: Model) -> Vec<Effect> {
        self.ucwa = model;
        self.settle();
        let mut effects = self.tell_late();
        self.follow(&mut effects);
        effects
    }

    /// The page was shown or hidden: nothing is read while it is hidden.
    pub fn visible(&mut self, is_visible: bool) -> Vec<Effect> {
        self.is_visible = is_visible;
        let mut effects = Vec::new();
        self.follow(&mut effects);
        effects
    }

    /// A second passed.
    pub fn tick(&mut self, now_ms: i64) {
        let is_late = |since: &i64| now_ms - since > limits::TAKE_MS_MAX;
        if self.taking.values().any(is_late) {
            self.taking.retain(|_, since| !is_late(since));
            self.problem = Some(Problem::Take(None));
        }
    }

    /// Whether [`Self::tick`] is wanted.
    pub fn wants_tick(&self) -> bool {
        !self.taking.is_empty()
    }

    /// Conversations that wait now and did not before. What waited already when the console was
    /// opened is on screen and makes no sound.
    fn news(&self, state: &DeskState) -> Vec<Effect> {
        let Some(before) = &self.desk else { return Vec::new() };
        let waits = |it: &ConversationView| matches!(it.place, Place::Waiting { .. });
        let waited = |id: &str| before.conversations.iter().any(|it| it.id == id && waits(it));
        let mut effects: Vec<Effect> = state
            .conversations
            .iter()
            .filter(|it| waits(it) && !waited(&it.id))
            .map(|it| {
                let said = Said::Waiting { visitor: it.visitor_name.clone() };
                Effect::Say(format!("waiting {} {}", it.id, state.revision), said)
            })
            .collect();
        if !effects.is_empty() && state.me.availability == Availability::Available {
            effects.push(Effect::Chime);
        }
        effects
    }

    /// Ends what was under way where the sources say how it went.
    fn settle(&mut self) {
        let Some(desk) = &self.desk else { return };
        let mut problem = None;
        let ucwa = &self.ucwa;
        self.taking.retain(|id, _| {
            let Some(view) = desk.conversations.iter().find(|it| it.id == *id) else {
                problem = Some(Problem::Over);
                return false;
            };
            match &view.place {
                Place::Waiting { .. } => true,
                Place::Owned { .. } if is_mine(desk, view) => {
                    live_of(ucwa, view).is_none_or(|it| it.phase != Phase::Connected)
                }
                Place::Owned { agent } => {
                    problem = Some(Problem::Taken(Some(agent_name(desk, agent))));
                    false
                }
                Place::Ended => {
                    problem = Some(Problem::Over);
                    false
                }
            }
        });
        self.ending.retain(|id| {
            desk.conversations.iter().any(|it| it.id == *id && it.place != Place::Ended)
        });
        self.accepted.retain(|key| ucwa.invitations.iter().any(|it| it.key == *key));
        if problem.is_some() {
            self.problem = problem;
        }
    }

    /// What to do about the state as it is now: accept what is one's own, ask for what was said,
    /// move the mark of what is being read.
    pub(super) fn follow(&mut self, effects: &mut Vec<Effect>) {
        self.accept_own(effects);
        self.join_meetings(effects);
        self.ask_transcripts(effects);
        self.read_on(effects);
    }

    /// The desk says it is one's own and its invitation stands: it was taken by the desk's API, or
    /// before a reload. Who is in it already needs no invitation; another console of one's own may.
    fn accept_own(&mut self, effects: &mut Vec<Effect>) {
        let Some(desk) = &self.desk else { return };
        let ucwa = &self.ucwa;
        let is_in = |it: &ConversationView| {
            live_of(ucwa, it).is_some_and(|it| it.phase == Phase::Connected)
        };
        for view in desk.conversations.iter().filter(|it| is_mine(desk, it) && !is_in(it)) {
            let Some(offer) = offer_of(&self.ucwa, view).filter(|it| !it.answering) else {
                continue;
            };
            if self.accepted.insert(offer.key.clone()) {
                effects.push(Effect::Ucwa(Command::Accept { invitation: offer.key.clone() }));
            }
        }
    }

    /// Joins the meetings one wants to be in, once the desk knows where they are.
    fn join_meetings(&mut self, effects: &mut Vec<Effect>) {
        let Some(desk) = &self.desk else { return };
        self.joining.retain(|id| {
            let view = desk.conversations.iter().find(|it| it.id == *id);
            let Some(uri) = view.and_then(|it| it.online_meeting_uri.clone()) else {
                // The desk tells of a new one a moment after it was made.
                return view.is_none_or(|it| it.place != Place::Ended);
            };
            effects.push(Effect::Ucwa(Command::Join { online_meeting_uri: uri }));
            false
        });
    }

    fn ask_transcripts(&mut self, effects: &mut Vec<Effect>) {
        let Some(desk) = &self.desk else { return };
        let mut wanted: Vec<(String, i64)> = Vec::new();
        for view in &desk.conversations {
            let is_selected = self.selected.as_deref() == Some(view.id.as_str());
            let is_unheard = is_mine(desk, view) && live_of(&self.ucwa, view).is_none();
            if (is_selected || is_unheard) && self.lacks(view) {
                wanted.push((view.id.clone(), view.last_ms));
            }
        }
        for (id, last_ms) in wanted {
            let history = self.histories.entry(id.clone()).or_default();
            history.load = Load::Asked;
            history.covers_ms = last_ms;
            effects.push(Effect::Desk(DeskCall::Transcript(id)));
        }
        self.forget_histories();
    }

    /// Whether something was said that neither the transcript at hand nor the live messages have.
    fn lacks(&self, view: &ConversationView) -> bool {
        let Some(history) = self.histories.get(&view.id) else { return true };
        match history.load {
            Load::Absent => true,
            Load::Asked | Load::Failed => false,
            Load::Here => history.covers_ms < view.last_ms && self.known(&view.id) < view.texts,
        }
    }

    /// How many texts are at hand. That the newest is there says nothing: the desk may learn late of what
    /// was said before one joined.
    fn known(&self, id: &str) -> u64 {
        let lines = self.lines(id);
        lines.iter().filter(|it| it.delivery == Delivery::Sent).count() as u64
    }

    /// Lets go of transcripts that nobody looks at, oldest first.
    fn forget_histories(&mut self) {
        while self.histories.len() > limits::TRANSCRIPTS_MAX {
            let is_idle = |id: &str, it: &History| {
                it.load != Load::Asked && self.selected.as_deref() != Some(id)
            };
            let idle = self.histories.iter().filter(|(id, it)| is_idle(id, it));
            let Some(oldest) = idle.min_by_key(|(_, it)| it.covers_ms).map(|it| it.0.clone())
            else {
                return;
            };
            self.histories.remove(&oldest);
        }
    }

    /// What is selected and visible counts as read.
    fn read_on(&mut self, effects: &mut Vec<Effect>) {
        let Some(id) = self.selected.clone().filter(|_| self.is_visible) else { return };
        let lines = self.lines(&id);
        let Some(newest) = lines.last() else { return };
        if self.marks.set(&id, Mark { key: newest.key.clone(), at_ms: newest.at_ms }) {
            effects.push(Effect::KeepMarks);
        }
        if self.is_at_end {
            effects.extend(self.tell_read(&id, &lines));
        }
    }

    /// Tells the others what of theirs was read: all up to the newest on screen. Not before what was said
    /// earlier is on screen, too.
    fn tell_read(&mut self, id: &str, lines: &[Line]) -> Option<Effect> {
        let conversation = self.live_key(id).filter(|_| self.load(id) == Load::Here)?;
        let is_theirs = |it: &&Line| matches!(it.speaker, Speaker::Visitor | Speaker::Agent);
        let up_to_ms = lines.iter().rfind(is_theirs)?.at_ms;
        let told = Some((conversation.clone(), up_to_ms));
        let is_new = self.told_read != told;
        self.told_read = told;
        is_new.then_some(Effect::Ucwa(Command::MarkRead { conversation, up_to_ms }))
    }
}
