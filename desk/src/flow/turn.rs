//! One turn of the machine: inputs, answers and time.

use serde_json::json;
use shared::desk::Rating;
use shared::event::Event;
use shared::{SipUri, VisitorAbout};

use super::change::{Change, EndedBy, Slot, Stage, Standing};
use super::state::{Flow, Life, Round};
use super::step::{Answer, Effect, Request, Step, StepKind};
use crate::limits::{CONVERSATION_MS_MAX, OFFER_MS_MAX, RETRY_MS_MAX, RETRY_MS_MIN, STEP_MS_MAX};
use crate::queue::Candidate;

/// What the machine may know besides its state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// Unix milliseconds.
    pub(crate) now_ms: i64,
    /// Agents who may be offered conversations.
    pub(crate) agents: &'a [Candidate],
}

/// What happens to a conversation.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// It came in.
    Opened,
    /// The desk was started again.
    Resumed,
    /// The platform tells; addresses are absolute.
    Event {
        /// Address of the sender the event stood under.
        sender: String,
        /// The event.
        event: Box<Event>,
    },
    /// A step was answered.
    Answered(Step, Answer),
    /// Time has passed.
    Tick,
    /// An agent can be reached now.
    Available(SipUri),
    /// An agent wants it.
    Take {
        /// Who.
        agent: SipUri,
        /// The name visitors see.
        name: String,
    },
    /// An agent ends it.
    End(SipUri),
    /// The visitor rates it.
    Rated(Rating),
    /// The website tells anew of its visitor: what to call the visitor, if it says, and all the rest.
    Described(Option<String>, Box<VisitorAbout>),
}

/// Why an agent's wish is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Another agent has it.
    OwnedByAnother,
    /// It is over.
    Over,
    /// It was rated long ago.
    RatedBefore,
    /// The website has told anew too often.
    ToldEnough,
}

/// What comes of an input: keep the changes, then do the effects.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// To be kept.
    pub(crate) changes: Vec<Change>,
    /// To be done after that.
    pub(crate) effects: Vec<Effect>,
    /// Why nothing was done.
    pub(crate) refusal: Option<Refusal>,
}

/// A turn under way.
pub(super) struct Turn<'a> {
    pub(super) flow: &'a mut Flow,
    pub(super) now_ms: i64,
    pub(super) agents: &'a [Candidate],
    /// Whether the owner left in this turn.
    pub(super) owner_left: bool,
    out: Outcome,
}

impl Flow {
    /// Takes in what comes together, and says what to keep and what to do about the whole of it: who left
    /// and came back in one package was never away.
    pub(crate) fn handle(
        &mut self,
        context: Context<'_>,
        inputs: impl IntoIterator<Item = Input>,
    ) -> Outcome {
        let Context { now_ms, agents } = context;
        let out = Outcome::default();
        let mut turn = Turn { flow: self, now_ms, agents, owner_left: false, out };
        let mut is_touched = false;
        for input in inputs {
            // Nothing may be kept before the beginning, and it begins once.
            if (turn.flow.life != Life::Unborn) == matches!(input, Input::Opened) {
                continue;
            }
            if let Input::Rated(rating) = input {
                // Nothing else depends on it, and it comes when all else is over.
                turn.out.refusal = turn.rate(rating);
            } else if turn.flow.life != Life::Closed {
                turn.take_in(input);
                is_touched = true;
            } else if matches!(input, Input::Take { .. } | Input::Described(..)) {
                turn.out.refusal = Some(Refusal::Over);
            }
        }
        if is_touched {
            turn.advance();
        }
        turn.out
    }

    /// When to hand in [`Input::Tick`] if nothing else happens first.
    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        if self.life == Life::Closed {
            return None;
        }
        let steps = self
            .pending
            .values()
            .flat_map(|it| [Some(it.asked_ms + STEP_MS_MAX), it.retry_ms].into_iter().flatten());
        let place = match &self.place {
            // With nothing under way, what is waited for is a conference that may still come.
            Standing::Ended { at_ms, .. } if self.pending.is_empty() => {
                return Some(at_ms + STEP_MS_MAX);
            }
            Standing::Ended { .. } => return steps.min(),
            Standing::Waiting { .. } | Standing::Owned { .. } => {
                self.opening.at_ms + CONVERSATION_MS_MAX
            }
        };
        let stage = (self.stage != Stage::Open).then_some(self.stage_since_ms + STEP_MS_MAX);
        let is_waiting =
            self.stage == Stage::Open && matches!(self.place, Standing::Waiting { .. });
        let round = match self.round {
            Round::Idle { next_ms, .. } if is_waiting => Some(next_ms),
            _ => None,
        };
        let active = self.offers.values().filter(|it| it.state.is_active());
        let offers = active.map(|it| it.since_ms + OFFER_MS_MAX);
        steps.chain(offers).chain(stage).chain(round).chain([place]).min()
    }
}

impl Turn<'_> {
    /// Changes the state, to be kept.
    pub(super) fn change(&mut self, change: Change) {
        self.flow.apply(&change);
        self.out.changes.push(change);
    }

    /// Learns or forgets an address; says nothing when it is known already.
    pub(super) fn link(&mut self, slot: Slot, href: Option<&str>) {
        if self.flow.links.get(&slot).map(String::as_str) != href {
            self.change(Change::Linked(slot, href.map(str::to_owned)));
        }
    }

    /// An address, if it is known.
    pub(super) fn at(&self, slot: Slot) -> Option<String> {
        self.flow.links.get(&slot).cloned()
    }

    /// Asks for a step.
    pub(super) fn ask(&mut self, step: Step, request: Request) {
        self.change(Change::Asked(step, request.clone(), self.now_ms));
        self.out.effects.push(Effect { step, request });
    }

    /// A number that no step of this conversation has yet.
    pub(super) fn number(&self) -> u32 {
        self.flow.counter + 1
    }

    /// The operation id of a step of this conversation.
    pub(super) fn operation_id(&self, step: Step) -> String {
        step.operation_id(&self.flow.id)
    }

    fn take_in(&mut self, input: Input) {
        match input {
            Input::Opened => self.opened(),
            Input::Resumed => self.resumed(),
            Input::Event { sender, event } => self.hear(&sender, &event),
            Input::Answered(step, answer) => self.answered(step, answer),
            Input::Tick => self.overdue(),
            Input::Available(agent) => self.available(&agent),
            Input::Take { agent, name } => self.out.refusal = self.take(agent, name),
            Input::End(agent) => self.out.refusal = self.end_by_agent(agent),
            Input::Rated(rating) => self.out.refusal = self.rate(rating),
            Input::Described(name, about) => self.out.refusal = self.describe(name, *about),
        }
    }

    /// Asks for everything that is due and was not asked yet.
    fn advance(&mut self) {
        if matches!(self.flow.place, Standing::Ended { .. }) {
            self.clean_up();
            return;
        }
        self.set_up();
        self.tell_of_loss();
        self.speak();
        self.offer();
        self.keep_roster();
    }

    fn opened(&mut self) {
        self.change(Change::Opened(self.flow.opening.clone()));
        if let Some(text) = self.flow.opening.first_text.clone() {
            self.said_at_first(text);
        }
        let opening = &self.flow.opening;
        let can_serve = opening.accept_and_bridge.is_some() || opening.hosted.is_some();
        if opening.start_meeting.is_none() || !can_serve {
            // SAC-17: without these links there is no way to serve the visitor.
            self.end(EndedBy::Desk("the invitation offers no way to serve it".to_owned()));
        }
    }

    /// After a restart: everything unfinished is asked again, with all the time it had.
    fn resumed(&mut self) {
        self.flow.stage_since_ms = self.now_ms;
        for pending in self.flow.pending.values_mut() {
            (pending.asked_ms, pending.losses, pending.retry_ms) = (self.now_ms, 0, None);
        }
        for offer in self.flow.offers.values_mut() {
            offer.since_ms = self.now_ms;
        }
        let again = self.flow.pending.iter();
        self.out
            .effects
            .extend(again.map(|(step, it)| Effect { step: *step, request: it.request.clone() }));
        if self.flow.stage == Stage::Open {
            self.probe();
        }
    }

    /// Looks whether the visitor's leg is still there.
    pub(super) fn probe(&mut self) {
        let step = Step::once(StepKind::Probe);
        let is_over = matches!(self.flow.place, Standing::Ended { .. });
        if let Some(visitor) = self.at(Slot::Visitor)
            && !is_over
            && !self.flow.pending.contains_key(&step)
        {
            self.ask(step, Request::get(&visitor));
        }
    }

    fn answered(&mut self, step: Step, answer: Answer) {
        let Some(pending) = self.flow.pending.get_mut(&step) else { return };
        match answer {
            Answer::Done(location) => {
                self.change(Change::Settled(step, true));
                self.done(step, location);
            }
            Answer::Refused(status) => {
                self.change(Change::Settled(step, false));
                self.refused(step, status);
            }
            Answer::Lost => {
                let wait = RETRY_MS_MIN << pending.losses.min(8);
                pending.losses += 1;
                pending.retry_ms = Some(self.now_ms + wait.min(RETRY_MS_MAX));
            }
        }
    }

    fn done(&mut self, step: Step, location: Option<String>) {
        match step.kind {
            StepKind::Admit => self.admit_done(step.n, location),
            StepKind::Invite => {
                let cancel = self.flow.offers.get(&step.n).and_then(|it| it.cancel.clone());
                self.change(Change::OfferLinked(step.n, location, cancel));
            }
            StepKind::Remove => self.remove_done(step.n),
            _ => {}
        }
    }

    /// A step will not be done: refused with a status, or given up (0).
    fn refused(&mut self, step: Step, status: u16) {
        match step.kind {
            StepKind::StartMeeting | StepKind::AddMessaging | StepKind::AcceptAndBridge => {
                let why = format!("{} was answered {status}", step.kind.word());
                self.end(EndedBy::Desk(why));
            }
            // 409: the agent is bridged already, by an earlier try.
            StepKind::Admit if status == 409 => self.admit_done(step.n, None),
            StepKind::Admit | StepKind::Invite => {
                self.admit_or_invite_refused(step);
                if status == 404 {
                    self.probe();
                }
            }
            StepKind::Remove => self.remove_done(step.n),
            StepKind::Probe if status == 404 => {
                self.link(Slot::Visitor, None);
                self.end(EndedBy::Platform);
            }
            _ => {}
        }
    }

    /// Time: what was lost is asked again, what took too long is given up (SAC-20).
    fn overdue(&mut self) {
        let now_ms = self.now_ms;
        let given_up: Vec<Step> = self
            .flow
            .pending
            .iter()
            .filter_map(|(step, it)| (it.asked_ms + STEP_MS_MAX <= now_ms).then_some(*step))
            .collect();
        for step in given_up {
            self.change(Change::Settled(step, false));
            self.refused(step, 0);
        }
        for (step, pending) in &mut self.flow.pending {
            if pending.retry_ms.is_some_and(|at| at <= now_ms) {
                pending.retry_ms = None;
                self.out.effects.push(Effect { step: *step, request: pending.request.clone() });
            }
        }
        if matches!(self.flow.place, Standing::Ended { .. }) {
            return;
        }
        if self.flow.stage != Stage::Open && self.flow.stage_since_ms + STEP_MS_MAX <= now_ms {
            let why = format!("stage {:?} took more than {STEP_MS_MAX} ms", self.flow.stage);
            self.end(EndedBy::Desk(why));
        } else if self.flow.opening.at_ms + CONVERSATION_MS_MAX <= now_ms {
            self.end(EndedBy::Desk("the meeting's time is over".to_owned()));
        } else {
            self.offers_overdue();
        }
    }

    /// A body with the step's operation id and what else it needs.
    pub(super) fn input(&self, step: Step, more: serde_json::Value) -> serde_json::Value {
        let mut body = json!({ "operationId": self.operation_id(step) });
        if let (Some(body), serde_json::Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        body
    }
}
