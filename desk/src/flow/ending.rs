//! The end: who may end a conversation, and what is deleted then (SAC-19, SAC-20).

use serde_json::json;
use shared::SipUri;

use super::change::{Change, EndedBy, Slot, Standing};
use super::step::{Request, Step, StepKind};
use super::turn::{Refusal, Turn};
use crate::limits::STEP_MS_MAX;

impl Turn<'_> {
    /// Ends the conversation; what is over stays as it is.
    pub(super) fn end(&mut self, by: EndedBy) {
        if !matches!(self.flow.place, Standing::Ended { .. }) {
            self.change(Change::Ended(by, self.now_ms));
        }
    }

    /// An agent ends it: the owner, or anybody while it waits.
    pub(super) fn end_by_agent(&mut self, agent: SipUri) -> Option<Refusal> {
        if matches!(&self.flow.place, Standing::Owned { agent: owner } if *owner != agent) {
            return Some(Refusal::OwnedByAnother);
        }
        self.end(EndedBy::Agent(agent));
        None
    }

    /// Deletes what is still there, then closes. Runs with every turn until nothing is left to wait for.
    pub(super) fn clean_up(&mut self) {
        self.withdraw_from_all_but(None);
        self.cancel_withdrawn();
        if let Some(conference) = self.at(Slot::Conference) {
            self.ask_once(StepKind::EndMeeting, Request::delete(&conference));
        } else if self.flow.opening.hosted.is_some() {
            // Never joined, or gone already; a link to it must not stay good.
            let meeting = self.flow.opening.invitation.clone();
            self.ask_once(StepKind::EndMeeting, Request::delete(&meeting));
        }
        self.dismiss_visitor();
        let Standing::Ended { at_ms, .. } = self.flow.place else { return };
        // A conference that was asked for may still come to be and must not be left behind.
        let may_come = self.flow.asked.contains(&StepKind::StartMeeting)
            && self.at(Slot::MeetingUri).is_none()
            && self.now_ms < at_ms + STEP_MS_MAX;
        if self.flow.pending.is_empty() && !may_come {
            self.change(Change::Closed);
        }
    }

    /// Lets the visitor see the end, unless the visitor made it.
    fn dismiss_visitor(&mut self) {
        let Standing::Ended { by, .. } = &self.flow.place else { return };
        if *by == EndedBy::Visitor {
            return;
        }
        let was_accepted = self.flow.asked.contains(&StepKind::AcceptAndBridge);
        let was_served = self.flow.asked.contains(&StepKind::StartMeeting);
        match (self.flow.opening.decline.clone(), self.at(Slot::Visitor)) {
            (Some(url), _) if !was_accepted => {
                let body = json!({ "reason": "Local" });
                self.ask_once(StepKind::Decline, Request::post(&url, body));
            }
            (_, Some(url)) if was_accepted || was_served => {
                self.ask_once(StepKind::EndVisitor, Request::delete(&url));
            }
            _ => {}
        }
    }

    fn ask_once(&mut self, kind: StepKind, request: Request) {
        if !self.flow.asked.contains(&kind) {
            self.ask(Step::once(kind), request);
        }
    }
}
