//! What follows when a person wants something, and when the desk has answered.

use client::session::Command;
use shared::desk::{ConversationView, CreateMeeting, Place};

use super::console::{Console, Load};
use super::desk_call::{Answered, DeskCall, Refusal};
use super::sources::{live_of, offer_of, takes_part};
use super::words::{Effect, Problem, Wish};

impl Console {
    /// A person wants something.
    pub fn wish(&mut self, now_ms: i64, wish: Wish) -> Vec<Effect> {
        let mut effects = Vec::new();
        match wish {
            Wish::Select(id) => self.select(id, &mut effects),
            Wish::Move(step) => {
                let lists = self.lists();
                let to = lists.neighbour(self.selected(), step).map(str::to_owned);
                self.select(to.or_else(|| self.selected.clone()), &mut effects);
            }
            Wish::Take(id) => self.take(now_ms, &id, &mut effects),
            Wish::TakeNext => {
                let lists = self.lists();
                if let Some(next) = lists.queue.iter().find(|it| !it.is_taking) {
                    self.take(now_ms, &next.id, &mut effects);
                }
            }
            Wish::Rejoin(id) if self.view(&id).is_some_and(|it| it.meeting.is_some()) => {
                self.joining.insert(id);
                self.follow(&mut effects);
            }
            Wish::CreateMeeting { subject, lobby } => {
                let wish = CreateMeeting { subject, lobby };
                effects.push(Effect::Desk(DeskCall::CreateMeeting(wish)));
            }
            Wish::AnswerLobby { id, participant, admit } => {
                effects.extend(self.to_live(&id, |conversation| Command::AnswerLobby {
                    conversation,
                    participant,
                    admit,
                }));
            }
            Wish::Rejoin(id) => {
                if let Some(view) = self.owned(&id) {
                    effects.extend(joining(view));
                    self.taking.insert(id, now_ms);
                }
            }
            Wish::Send { id, text } => {
                effects
                    .extend(self.to_live(&id, |conversation| Command::Send { conversation, text }));
            }
            Wish::Retry { id, line } => {
                let retry = |conversation| Command::Retry { conversation, item: line };
                effects.extend(self.to_live(&id, retry));
            }
            Wish::AtEnd(is_at_end) => self.at_end(is_at_end, &mut effects),
            Wish::Typing(id) => {
                effects.extend(self.to_live(&id, |conversation| Command::Typing { conversation }));
            }
            Wish::End(id) => {
                if self.owned(&id).is_some() && self.ending.insert(id.clone()) {
                    effects.push(Effect::Desk(DeskCall::End(id)));
                }
            }
            Wish::SetAvailability(availability) => {
                self.availability_wish = Some(availability);
                effects.push(Effect::Desk(DeskCall::SetAvailability(availability)));
            }
            Wish::Reload(id) => {
                self.histories.remove(&id);
                self.follow(&mut effects);
            }
            Wish::LeftDone(id) => {
                if self.left_done.insert(id.clone()) {
                    effects.push(Effect::Desk(DeskCall::LeftDone(id)));
                }
            }
            Wish::DismissProblem => self.problem = None,
        }
        effects
    }

    /// A command to the client about a conversation it has; nothing where it has none.
    fn to_live(&self, id: &str, command: impl FnOnce(String) -> Command) -> Option<Effect> {
        self.live_key(id).map(|conversation| Effect::Ucwa(command(conversation)))
    }

    /// Whether a text can be sent into a conversation now: the link is there (WID-14).
    pub fn can_send(&self, id: &str) -> bool {
        self.owned(id).and_then(|view| live_of(&self.ucwa, view)).is_some_and(|it| it.can_send)
    }

    /// The desk answered a request.
    pub fn desk_answered(
        &mut self,
        call: &DeskCall,
        result: Result<Answered, Refusal>,
    ) -> Vec<Effect> {
        match (call, result) {
            (DeskCall::Transcript(id), result) => return self.transcript_came(id, result),
            (DeskCall::CreateMeeting(_), Ok(Answered::Made(view))) => {
                let mut effects = Vec::new();
                self.joining.insert(view.id.clone());
                self.select(Some(view.id), &mut effects);
                return effects;
            }
            (DeskCall::CreateMeeting(_), Err(refusal)) => {
                self.problem = Some(Problem::Meeting(sentence(refusal)));
            }
            (_, Ok(_)) => {}
            (DeskCall::Take(id), Err(refusal)) => self.not_taken(id, refusal),
            (DeskCall::End(id), Err(refusal)) => {
                self.ending.remove(id);
                // It is over already: what was wanted.
                if refusal != Refusal::Gone {
                    self.problem = Some(Problem::End(sentence(refusal)));
                }
            }
            (DeskCall::LeftDone(id), Err(refusal)) => {
                self.left_done.remove(id);
                self.problem = Some(Problem::LeftDone(sentence(refusal)));
            }
            (DeskCall::SetAvailability(_), Err(refusal)) => {
                self.availability_wish = None;
                self.problem = Some(Problem::Availability(sentence(refusal)));
            }
        }
        Vec::new()
    }

    /// The reader came to the end of the messages, or left it.
    fn at_end(&mut self, is_at_end: bool, effects: &mut Vec<Effect>) {
        self.is_at_end = is_at_end;
        self.follow(effects);
    }

    fn select(&mut self, id: Option<String>, effects: &mut Vec<Effect>) {
        // Who looks at it again wants it again.
        let history = id.as_ref().and_then(|id| self.histories.get_mut(id));
        if let Some(history) = history.filter(|it| it.load == Load::Failed) {
            history.load = Load::Absent;
        }
        if self.selected != id {
            self.is_at_end = true;
        }
        self.selected = id;
        self.follow(effects);
    }

    /// One click: an offer that stands is accepted; else the desk is asked for one, which is
    /// accepted as soon as it comes.
    fn take(&mut self, now_ms: i64, id: &str, effects: &mut Vec<Effect>) {
        let Some(view) = self.view(id) else { return };
        if !matches!(view.place, Place::Waiting { .. }) || self.is_taking(id) {
            return;
        }
        match offer_of(&self.ucwa, view) {
            Some(offer) => {
                let invitation = offer.key.clone();
                self.accepted.insert(invitation.clone());
                effects.push(Effect::Ucwa(Command::Accept { invitation }));
            }
            None => effects.extend(joining(view)),
        }
        self.taking.insert(id.to_owned(), now_ms);
        self.problem = None;
        self.select(Some(id.to_owned()), effects);
    }

    fn not_taken(&mut self, id: &str, refusal: Refusal) {
        self.taking.remove(id);
        let is_own = self.owned(id).is_some();
        self.problem = match refusal {
            Refusal::Conflict if is_own => None,
            Refusal::Conflict => Some(Problem::Taken(None)),
            Refusal::Gone => Some(Problem::Over),
            other => Some(Problem::Take(sentence(other))),
        };
    }

    fn transcript_came(&mut self, id: &str, result: Result<Answered, Refusal>) -> Vec<Effect> {
        let mut effects = Vec::new();
        let Some(history) = self.histories.get_mut(id) else { return effects };
        if let Ok(Answered::Transcript(transcript)) = result {
            history.load = Load::Here;
            history.covers_ms = history.covers_ms.max(transcript.conversation.last_ms);
            history.transcript = Some(*transcript);
        } else {
            history.load = Load::Failed;
        }
        self.follow(&mut effects);
        effects
    }

    /// The view of a conversation that one takes part in.
    fn owned(&self, id: &str) -> Option<&ConversationView> {
        let desk = self.desk.as_ref()?;
        self.view(id).filter(|it| takes_part(&self.ucwa, desk, it))
    }

    /// The live conversation's key, of one's own only.
    /// Whether one can write in a conversation now.
    pub fn is_live(&self, id: &str) -> bool {
        self.live_key(id).is_some()
    }

    pub(super) fn live_key(&self, id: &str) -> Option<String> {
        live_of(&self.ucwa, self.owned(id)?).map(|it| it.key.clone())
    }
}

/// What asks for an invitation and accepts it.
fn joining(view: &ConversationView) -> Vec<Effect> {
    let accept = view
        .online_meeting_uri
        .clone()
        .map(|online_meeting_uri| Effect::Ucwa(Command::AcceptMeeting { online_meeting_uri }));
    accept.into_iter().chain([Effect::Desk(DeskCall::Take(view.id.clone()))]).collect()
}

/// The server's own sentence, where there is one.
fn sentence(refusal: Refusal) -> Option<String> {
    match refusal {
        Refusal::Other(sentence) => sentence,
        _ => None,
    }
}
