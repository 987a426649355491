//! Offers: rounds of invitations, an agent's own wish, and who becomes the owner.

use serde_json::json;
use shared::SipUri;
use shared::states::FilterState;

use super::change::{AdmitState, Change, Miss, OfferState, Slot, Stage, Standing};
use super::state::{Offer, Round};
use super::step::{Request, Step, StepKind};
use super::turn::{Refusal, Turn};
use crate::limits::{DECLINE_REST_MS, INVITATION_WAY_MS, OFFER_MS_MAX};
use crate::queue::{self, Candidate};

impl Turn<'_> {
    /// Begins, goes on with and ends rounds of offers while the conversation waits; invites whom it is
    /// offered to.
    pub(super) fn offer(&mut self) {
        if self.is_waiting() {
            self.offer_on();
        }
        if self.flow.stage == Stage::Open {
            self.invite();
        }
    }

    fn offer_on(&mut self) {
        if let Some((agent, name)) = self.flow.claim.clone() {
            if self.active_offer(&agent).is_none() {
                self.change(Change::RoundBegan);
                self.offered(agent, name);
            }
        } else {
            self.turn_rounds();
        }
    }

    fn turn_rounds(&mut self) {
        let is_idle = !self.flow.offers.values().any(|it| it.state.is_active());
        if let Round::Running { quiet } = self.flow.round
            && is_idle
        {
            self.end_round(quiet);
        }
        let Round::Idle { next_ms, quiet } = self.flow.round else { return };
        if next_ms > self.now_ms {
            return;
        }
        self.change(Change::RoundBegan);
        let target = self.flow.opening.target.as_ref();
        let target = target.map(|it| [Candidate { uri: it.agent.clone(), name: it.name.clone() }]);
        let agents = target.as_ref().map_or(self.agents, |it| it.as_slice());
        let candidates = queue::candidates(agents, &self.flow.resting, self.now_ms);
        if candidates.is_empty() {
            self.end_round(quiet);
        }
        for candidate in candidates {
            self.offered(candidate.uri, candidate.name);
        }
    }

    fn end_round(&mut self, quiet: u32) {
        let refusal = |it| matches!(it, OfferState::Missed(Miss::Declined | Miss::Unanswered));
        let somebody_refused = self.flow.offers.values().any(|it| refusal(it.state));
        let (next_ms, quiet) = queue::next_round(self.now_ms, somebody_refused, quiet);
        self.change(Change::RoundDue(next_ms, quiet));
        // Outside its hours a site has told that nobody is there.
        if !self.flow.told_busy && !self.flow.opening.is_closed {
            self.change(Change::ToldBusy);
            self.tell(self.notices().busy.as_str());
            self.speak();
        }
    }

    fn offered(&mut self, agent: SipUri, name: String) {
        self.change(Change::Offered { n: self.number(), agent, name, at_ms: self.now_ms });
    }

    fn active_offer(&self, agent: &SipUri) -> Option<u32> {
        let found =
            self.flow.offers.iter().find(|(_, it)| it.agent == *agent && it.state.is_active());
        found.map(|(n, _)| *n)
    }

    /// Bridges whoever is offered the conversation, then invites (SAC-18).
    fn invite(&mut self) {
        let (Some(bridged), Some(add)) =
            (self.at(Slot::BridgedParticipants), self.at(Slot::AddParticipant))
        else {
            return;
        };
        let new: Vec<(u32, SipUri, String)> = self
            .flow
            .offers
            .iter()
            .filter(|(_, it)| it.state == OfferState::New)
            .map(|(n, it)| (*n, it.agent.clone(), it.name.clone()))
            .collect();
        for (n, agent, name) in new {
            match self.flow.admitted.get(&agent).map(|it| it.state) {
                Some(AdmitState::Ready) => {
                    let step = Step { kind: StepKind::Invite, n };
                    let body = self.input(step, json!({ "to": agent }));
                    self.change(Change::OfferMoved(n, OfferState::Inviting));
                    self.ask(step, Request::post(&add, body));
                }
                Some(AdmitState::Asking | AdmitState::Removing) => {}
                None => {
                    let step = Step { kind: StepKind::Admit, n };
                    let more = json!({
                        "displayName": name,
                        "participantUri": agent,
                        "messageFilterState": self.filter_of(&agent).as_str(),
                    });
                    let body = self.input(step, more);
                    self.change(Change::Admitted(agent, n, AdmitState::Asking, None));
                    self.ask(step, Request::post(&bridged, body));
                }
            }
        }
    }

    /// Whether what somebody writes is kept from the visitor: of agents never, unless it was asked for.
    fn filter_of(&self, agent: &SipUri) -> FilterState {
        let target = self.flow.opening.target.as_ref().filter(|it| it.agent == *agent);
        target.map_or(FilterState::Disabled, |it| it.filter)
    }

    pub(super) fn admit_or_invite_refused(&mut self, step: Step) {
        let mut missed = vec![step.n];
        if step.kind == StepKind::Admit
            && let Some(agent) = self.admitted_by(step.n)
        {
            self.change(Change::Removed(agent.clone()));
            missed = self.active_offer(&agent).into_iter().collect();
        }
        for n in missed {
            self.missed(n, Miss::Unreachable);
        }
    }

    pub(super) fn admitted_by(&self, n: u32) -> Option<SipUri> {
        let found = self.flow.admitted.iter().find(|(_, it)| it.n == n);
        found.map(|(agent, _)| agent.clone())
    }

    /// An offer was accepted: its agent is the owner, unless somebody else is or is about to be.
    pub(super) fn won(&mut self, n: u32) {
        let Some(agent) = self.flow.offers.get(&n).map(|it| it.agent.clone()) else { return };
        let is_claimed = self.flow.claim.as_ref().is_some_and(|(it, _)| *it != agent);
        match &self.flow.place {
            Standing::Waiting { .. } if !is_claimed => {
                self.change(Change::OfferMoved(n, OfferState::Won));
                self.change(Change::Owned(agent));
            }
            Standing::Owned { agent: owner } if *owner == agent => {
                self.change(Change::OfferMoved(n, OfferState::Won));
            }
            // Two joined at the same time: the second is put out again.
            Standing::Waiting { .. } | Standing::Owned { .. } => {
                self.change(Change::OfferMoved(n, OfferState::Cancelled));
            }
            Standing::Ended { .. } => {}
        }
    }

    /// An offer came to nothing.
    pub(super) fn missed(&mut self, n: u32, miss: Miss) {
        let Some((agent, state)) = self.flow.offers.get(&n).map(|it| (it.agent.clone(), it.state))
        else {
            return;
        };
        if state == OfferState::Withdrawn {
            self.change(Change::OfferMoved(n, OfferState::Cancelled));
        }
        if !state.is_active() {
            return;
        }
        self.change(Change::OfferMoved(n, OfferState::Missed(miss)));
        if self.flow.claim.as_ref().is_some_and(|(it, _)| *it == agent) {
            self.change(Change::Unclaimed);
        }
        if miss == Miss::Declined {
            self.change(Change::Rested(agent, self.now_ms + DECLINE_REST_MS));
        }
    }

    /// The platform completes an invitation after about 30 s; if it does not, the desk does.
    pub(super) fn offers_overdue(&mut self) {
        let now_ms = self.now_ms;
        let overdue = self.flow.offers.iter();
        let overdue =
            overdue.filter(|(_, it)| it.state.is_active() && it.since_ms + OFFER_MS_MAX <= now_ms);
        let overdue: Vec<(u32, Option<String>)> =
            overdue.map(|(n, it)| (*n, it.cancel.clone())).collect();
        for (n, cancel) in overdue {
            self.missed(n, Miss::Unanswered);
            if let Some(url) = cancel {
                self.ask(Step { kind: StepKind::Cancel, n }, Request::act(&url));
            }
        }
    }

    /// An agent can be reached now: offered at once, whatever was before.
    pub(super) fn available(&mut self, agent: &SipUri) {
        let is_other = self.flow.opening.target.as_ref().is_some_and(|it| it.agent != *agent);
        if !self.is_waiting() || self.flow.claim.is_some() || is_other {
            return;
        }
        if self.flow.resting.contains_key(agent) {
            self.change(Change::Awake(agent.clone()));
        }
        match self.flow.round {
            Round::Idle { .. } => self.change(Change::RoundDue(self.now_ms, 0)),
            Round::Running { .. } if self.active_offer(agent).is_none() => {
                if let Some(found) = self.agents.iter().find(|it| it.uri == *agent) {
                    self.offered(found.uri.clone(), found.name.clone());
                }
            }
            Round::Running { .. } => {}
        }
    }

    /// An agent wants the conversation: it is offered to that agent alone. Its owner is invited again, and
    /// keeps it whatever becomes of that: the owner may have another application now, which is to be in it.
    pub(super) fn take(&mut self, agent: SipUri, name: String) -> Option<Refusal> {
        match &self.flow.place {
            Standing::Ended { .. } => return Some(Refusal::Over),
            Standing::Owned { agent: owner } if *owner != agent => {
                return Some(Refusal::OwnedByAnother);
            }
            Standing::Owned { .. } => {
                self.drop_unheard(&agent);
                // An agent's own meeting is joined by its link.
                if self.active_offer(&agent).is_none() && self.flow.opening.hosted.is_none() {
                    self.offered(agent, name);
                }
                return None;
            }
            Standing::Waiting { .. } => {}
        }
        match &self.flow.claim {
            Some((claimant, _)) if *claimant != agent => return Some(Refusal::OwnedByAnother),
            Some(_) => {}
            None => self.change(Change::Claimed(agent.clone(), name)),
        }
        self.withdraw_from_all_but(Some(&agent));
        self.drop_unheard(&agent);
        if self.flow.resting.contains_key(&agent) {
            self.change(Change::Awake(agent));
        }
        None
    }

    /// Withdraws an invitation that has been out for long enough to have reached whoever takes: it rings
    /// where nobody is, at an application from before.
    fn drop_unheard(&mut self, agent: &SipUri) {
        let Some(n) = self.active_offer(agent) else { return };
        let is_out = |it: &Offer| {
            it.state == OfferState::Inviting && it.since_ms + INVITATION_WAY_MS <= self.now_ms
        };
        if self.flow.offers.get(&n).is_some_and(is_out) {
            self.change(Change::OfferMoved(n, OfferState::Withdrawn));
        }
    }
}
