//! Who is in the conference and who is bridged: losers of an offer are withdrawn from, unbridged
//! and, where they joined all the same, ejected.

use shared::SipUri;

use super::change::{AdmitState, Change, Miss, OfferState, Standing};
use super::step::{Request, Step, StepKind};
use super::turn::Turn;

impl Turn<'_> {
    /// Asks for everything that makes the conference agree with who owns the conversation.
    pub(super) fn keep_roster(&mut self) {
        if let Standing::Owned { agent } = self.flow.place.clone() {
            self.withdraw_from_all_but(Some(&agent));
            self.remove_all_but(&agent);
        }
        self.cancel_withdrawn();
        self.cancel_needless();
        self.eject_unwanted();
    }

    /// Takes offers back; who has not been invited yet never will be.
    pub(super) fn withdraw_from_all_but(&mut self, agent: Option<&SipUri>) {
        let active = self.flow.offers.iter().filter(|(_, it)| it.state.is_active());
        let others = active.filter(|(_, it)| Some(&it.agent) != agent);
        let moves: Vec<(u32, OfferState)> = others
            .map(|(n, it)| match it.state {
                OfferState::Inviting => (*n, OfferState::Withdrawn),
                _ => (*n, OfferState::Cancelled),
            })
            .collect();
        for (n, state) in moves {
            self.change(Change::OfferMoved(n, state));
        }
    }

    /// Cancels as soon as the invitation says where.
    pub(super) fn cancel_withdrawn(&mut self) {
        let withdrawn = self.flow.offers.iter().filter(|(_, it)| it.state == OfferState::Withdrawn);
        let ready: Vec<(u32, String)> =
            withdrawn.filter_map(|(n, it)| Some((*n, it.cancel.clone()?))).collect();
        for (n, url) in ready {
            self.change(Change::OfferMoved(n, OfferState::Cancelled));
            self.ask(Step { kind: StepKind::Cancel, n }, Request::act(&url));
        }
    }

    /// Who came in by another way than the invitation need not answer it, and must not: each answer
    /// would be one more joining.
    fn cancel_needless(&mut self) {
        let won = self.flow.offers.iter().filter(|(_, it)| it.state == OfferState::Won);
        let ringing: Vec<(u32, Option<String>, String)> = won
            .filter_map(|(n, it)| Some((*n, it.invitation.clone(), it.cancel.clone()?)))
            .collect();
        for (n, invitation, url) in ringing {
            self.change(Change::OfferLinked(n, invitation, None));
            self.ask(Step { kind: StepKind::Cancel, n }, Request::act(&url));
        }
    }

    fn remove_all_but(&mut self, owner: &SipUri) {
        let bridged = self.flow.admitted.iter();
        let others = bridged.filter(|(agent, it)| *agent != owner && it.state == AdmitState::Ready);
        let others: Vec<(SipUri, u32, String)> = others
            .filter_map(|(agent, it)| Some((agent.clone(), it.n, it.href.clone()?)))
            .collect();
        for (agent, n, url) in others {
            self.change(Change::Admitted(agent, n, AdmitState::Removing, None));
            self.ask(Step { kind: StepKind::Remove, n }, Request::delete(&url));
        }
    }

    fn eject_unwanted(&mut self) {
        let here = self.flow.members.iter().filter(|(_, it)| !it.ejecting);
        let unwanted =
            here.filter(|(_, it)| it.uri.as_ref().is_some_and(|uri| self.is_unwanted(uri)));
        let unwanted: Vec<(String, String)> =
            unwanted.filter_map(|(href, it)| Some((href.clone(), it.eject.clone()?))).collect();
        for (href, url) in unwanted {
            let n = self.number();
            self.change(Change::Ejecting(href, n));
            self.ask(Step { kind: StepKind::Eject, n }, Request::act(&url));
        }
    }

    /// Whether somebody was offered the conversation and lost it to somebody else. Whoever came in
    /// without an offer, a supervisor for instance, is left alone.
    fn is_unwanted(&self, uri: &SipUri) -> bool {
        let is_owner = matches!(&self.flow.place, Standing::Owned { agent } if agent == uri);
        let newest = self.flow.offers.values().rev().find(|it| it.agent == *uri);
        let lost = [OfferState::Withdrawn, OfferState::Cancelled];
        !is_owner && newest.is_some_and(|it| lost.contains(&it.state))
    }

    pub(super) fn admit_done(&mut self, n: u32, location: Option<String>) {
        if let Some(agent) = self.admitted_by(n) {
            self.change(Change::Admitted(agent, n, AdmitState::Ready, location));
        }
    }

    pub(super) fn remove_done(&mut self, n: u32) {
        if let Some(agent) = self.admitted_by(n) {
            self.change(Change::Removed(agent));
        }
    }

    /// The platform tells that an agent is bridged, or is not any more.
    pub(super) fn bridged(&mut self, agent: &SipUri, href: &str, is_gone: bool) {
        let Some(admission) = self.flow.admitted.get(agent).cloned() else { return };
        if is_gone {
            // An older removal must not undo a newer bridging that is still being asked for.
            if admission.state != AdmitState::Asking {
                self.change(Change::Removed(agent.clone()));
            }
            return;
        }
        let state = match admission.state {
            AdmitState::Asking => AdmitState::Ready,
            other => other,
        };
        if state != admission.state || admission.href.as_deref() != Some(href) {
            self.change(Change::Admitted(agent.clone(), admission.n, state, Some(href.to_owned())));
        }
    }

    /// Somebody is in the conference: if it was offered to them, they have taken it.
    pub(super) fn joined(&mut self, key: String, uri: Option<&SipUri>, eject: Option<String>) {
        let known = self.flow.members.get(&key);
        let eject = eject.or_else(|| known.and_then(|it| it.eject.clone()));
        if known.is_none_or(|it| it.uri.as_ref() != uri || it.eject != eject) {
            self.change(Change::Joined(key, uri.cloned(), eject));
        }
        let newest = self.flow.offers.iter().rev().find(|(_, it)| Some(&it.agent) == uri);
        if let Some((n, offer)) = newest
            && (offer.state.is_active()
                || matches!(offer.state, OfferState::Missed(_) | OfferState::Won))
        {
            self.won(*n);
        }
    }

    /// Somebody left the conference. If it was the owner, the conversation waits again.
    pub(super) fn left(&mut self, key: &str, uri: Option<&SipUri>) {
        if self.flow.members.contains_key(key) {
            self.change(Change::Left(key.to_owned()));
        }
        let Standing::Owned { agent } = &self.flow.place else { return };
        let still_here = self.flow.members.values().any(|it| it.uri.as_ref() == Some(agent));
        // The meeting of an agent's waits for its agent, not for another one.
        if uri != Some(agent) || still_here || self.flow.opening.hosted.is_some() {
            return;
        }
        let won = self.flow.offers.iter().rev().find(|(_, it)| it.agent == *agent).map(|(n, _)| *n);
        if let Some(n) = won {
            self.change(Change::OfferMoved(n, OfferState::Missed(Miss::Unreachable)));
        }
        self.change(Change::Queued(self.now_ms));
        self.owner_left = true;
    }

    /// Tells the visitor that the agent was lost, unless the agent is back already.
    pub(super) fn tell_of_loss(&mut self) {
        if self.owner_left && matches!(self.flow.place, Standing::Waiting { .. }) {
            // That they wait is then known; the notice about everybody being busy would only repeat it.
            self.change(Change::ToldBusy);
            self.tell(self.notices().owner_lost.as_str());
        }
    }
}
