//! The state of one conversation, folded from its changes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use shared::desk::{Author, Rating, TranscriptEntry};
use shared::{SipUri, VisitorAbout};

use super::change::{AdmitState, Change, OfferState, Opening, Slot, Stage, Standing};
use super::step::{Request, Step, StepKind};
use crate::limits::{MEMBERS_LEN_MAX, TRANSCRIPT_LEN_MAX};

/// One visitor's conversation. See [`super`] for how it is driven.
#[derive(Clone, Debug)]
pub(crate) struct Flow {
    pub(super) id: String,
    pub(super) opening: Box<Opening>,
    pub(super) links: BTreeMap<Slot, String>,
    pub(super) stage: Stage,
    pub(super) stage_since_ms: i64,
    pub(super) place: Standing,
    pub(super) pending: BTreeMap<Step, Pending>,
    pub(super) asked: BTreeSet<StepKind>,
    pub(super) accepted: bool,
    pub(super) offers: BTreeMap<u32, Offer>,
    pub(super) admitted: BTreeMap<SipUri, Admission>,
    pub(super) members: BTreeMap<String, Member>,
    pub(super) resting: BTreeMap<SipUri, i64>,
    pub(super) round: Round,
    pub(super) claim: Option<(SipUri, String)>,
    pub(super) told_busy: bool,
    pub(super) counter: u32,
    pub(super) outbox: VecDeque<(u32, String)>,
    pub(super) entries: Vec<Arc<TranscriptEntry>>,
    /// Grows with everything people say, also with what was said earlier and heard late.
    pub(super) last_ms: i64,
    pub(super) heard: BTreeSet<String>,
    pub(super) first_text_open: bool,
    pub(super) rating: Option<Rating>,
    /// How often the website told anew of its visitor.
    pub(super) descriptions: u32,
    pub(super) life: Life,
}

/// How far a conversation's record goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
    /// Its beginning is not recorded yet.
    Unborn,
    /// It goes on.
    Going,
    /// Nothing comes after this.
    Closed,
}

/// A step that was asked for and not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) request: Request,
    pub(super) asked_ms: i64,
    /// How often it was lost. Not kept: a restart asks at once.
    pub(super) losses: u32,
    /// When to ask again. Not kept.
    pub(super) retry_ms: Option<i64>,
}

/// An invitation of an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) agent: SipUri,
    pub(super) name: String,
    pub(super) state: OfferState,
    pub(super) since_ms: i64,
    pub(super) invitation: Option<String>,
    pub(super) cancel: Option<String>,
}

/// An agent whose messages may reach the visitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Admission {
    pub(super) n: u32,
    pub(super) state: AdmitState,
    pub(super) href: Option<String>,
}

/// Somebody in the conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) uri: Option<SipUri>,
    pub(super) eject: Option<String>,
    pub(super) ejecting: bool,
}

/// Whether offers are out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Round {
    /// Offers are out.
    Running { quiet: u32 },
    /// The next round is due then; so many rounds before reached nobody.
    Idle { next_ms: i64, quiet: u32 },
}

impl Flow {
    /// A conversation that has just come in.
    pub(crate) fn new(id: &str, opening: Opening) -> Self {
        let links = opening.conversation.iter().map(|it| (Slot::Visitor, it.clone())).collect();
        let place = match &opening.hosted {
            Some(hosted) => Standing::Owned { agent: hosted.agent.clone() },
            None => Standing::Waiting { since_ms: opening.at_ms },
        };
        Self {
            id: id.to_owned(),
            links,
            stage: Stage::Meeting,
            stage_since_ms: opening.at_ms,
            place,
            pending: BTreeMap::new(),
            asked: BTreeSet::new(),
            accepted: false,
            offers: BTreeMap::new(),
            admitted: BTreeMap::new(),
            members: BTreeMap::new(),
            resting: BTreeMap::new(),
            round: Round::Idle { next_ms: opening.at_ms, quiet: 0 },
            claim: None,
            told_busy: false,
            counter: 0,
            outbox: VecDeque::new(),
            entries: Vec::new(),
            last_ms: 0,
            heard: BTreeSet::new(),
            first_text_open: opening.first_text.is_some(),
            rating: None,
            descriptions: 0,
            life: Life::Unborn,
            opening: Box::new(opening),
        }
    }

    /// Folds a conversation from what was kept; `None` when its beginning is missing.
    pub(crate) fn fold(id: &str, changes: impl IntoIterator<Item = Change>) -> Option<Self> {
        let mut changes = changes.into_iter();
        let Some(Change::Opened(opening)) = changes.next() else { return None };
        let mut flow = Self::new(id, *opening);
        flow.life = Life::Going;
        for change in changes {
            flow.apply(&change);
        }
        Some(flow)
    }

    /// Applies one change: no decision is taken here, so that folding gives the same state.
    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::Opened(_) => self.life = Life::Going,
            Change::Linked(slot, Some(href)) => {
                self.links.insert(*slot, href.clone());
            }
            Change::Linked(slot, None) => {
                self.links.remove(slot);
            }
            Change::Staged(stage, at_ms) => {
                self.stage = *stage;
                self.stage_since_ms = *at_ms;
            }
            Change::Asked(step, request, at_ms) => self.apply_asked(*step, request, *at_ms),
            Change::Settled(step, done) => self.apply_settled(*step, *done),
            Change::Said(entry, href) => self.apply_said(entry, href),
            Change::Told(n, entry) => {
                self.counter = self.counter.max(*n);
                self.outbox.push_back((*n, entry.text.clone()));
                self.apply_said(entry, "");
            }
            Change::ToldBusy => self.told_busy = true,
            Change::FirstTextHeard(operation_id, href) => {
                self.apply_first_text(operation_id.as_deref(), href);
            }
            Change::Ended(by, at_ms) => {
                self.claim = None;
                self.place = Standing::Ended { by: by.clone(), at_ms: *at_ms };
            }
            Change::Queued(at_ms) => {
                self.place = Standing::Waiting { since_ms: *at_ms };
                self.round = Round::Idle { next_ms: *at_ms, quiet: 0 };
            }
            Change::Owned(agent) => {
                self.claim = None;
                self.place = Standing::Owned { agent: agent.clone() };
            }
            Change::Closed => self.life = Life::Closed,
            Change::Rated(rating) => self.rating = Some(rating.clone()),
            Change::Described(name, about) => {
                self.descriptions += 1;
                self.opening.visitor_name.clone_from(name);
                self.opening.about = VisitorAbout::clone(about);
            }
            other => self.apply_to_offers(other),
        }
    }

    fn apply_to_offers(&mut self, change: &Change) {
        match change {
            Change::RoundBegan => {
                let (Round::Running { quiet } | Round::Idle { quiet, .. }) = self.round;
                self.round = Round::Running { quiet };
                self.offers
                    .retain(|_, it| it.state.is_active() || it.state == OfferState::Withdrawn);
            }
            Change::RoundDue(next_ms, quiet) => {
                self.round = Round::Idle { next_ms: *next_ms, quiet: *quiet };
            }
            Change::Offered { n, agent, name, at_ms } => {
                if matches!(&self.place, Standing::Owned { agent: owner } if owner == agent) {
                    // However often an owner is invited again: what came to nothing is forgotten.
                    self.offers.retain(|_, it| it.agent != *agent || !it.state.is_over());
                }
                self.counter = self.counter.max(*n);
                let offer = Offer {
                    agent: agent.clone(),
                    name: name.clone(),
                    state: OfferState::New,
                    since_ms: *at_ms,
                    invitation: None,
                    cancel: None,
                };
                self.offers.insert(*n, offer);
            }
            Change::OfferMoved(n, state) => {
                if let Some(offer) = self.offers.get_mut(n) {
                    offer.state = *state;
                }
            }
            Change::OfferLinked(n, invitation, cancel) => {
                if let Some(offer) = self.offers.get_mut(n) {
                    offer.invitation = invitation.clone().or(offer.invitation.take());
                    offer.cancel.clone_from(cancel);
                }
            }
            Change::Claimed(agent, name) => self.claim = Some((agent.clone(), name.clone())),
            Change::Unclaimed => self.claim = None,
            Change::Rested(agent, until_ms) => {
                self.resting.insert(agent.clone(), *until_ms);
            }
            Change::Awake(agent) => {
                self.resting.remove(agent);
            }
            other => self.apply_to_members(other),
        }
    }

    fn apply_to_members(&mut self, change: &Change) {
        match change {
            Change::Admitted(agent, n, state, href) => {
                let before = self.admitted.remove(agent).and_then(|it| it.href);
                let href = href.clone().or(before);
                self.admitted.insert(agent.clone(), Admission { n: *n, state: *state, href });
            }
            Change::Removed(agent) => {
                self.admitted.remove(agent);
            }
            Change::Joined(href, uri, eject) if self.members.len() < MEMBERS_LEN_MAX => {
                let ejecting = self.members.get(href).is_some_and(|it| it.ejecting);
                let member = Member { uri: uri.clone(), eject: eject.clone(), ejecting };
                self.members.insert(href.clone(), member);
            }
            Change::Ejecting(href, n) => {
                self.counter = self.counter.max(*n);
                if let Some(member) = self.members.get_mut(href) {
                    member.ejecting = true;
                }
            }
            Change::Left(href) => {
                self.members.remove(href);
            }
            _ => {}
        }
    }

    fn apply_asked(&mut self, step: Step, request: &Request, at_ms: i64) {
        self.asked.insert(step.kind);
        self.counter = self.counter.max(step.n);
        let pending =
            Pending { request: request.clone(), asked_ms: at_ms, losses: 0, retry_ms: None };
        self.pending.insert(step, pending);
    }

    fn apply_settled(&mut self, step: Step, done: bool) {
        self.pending.remove(&step);
        match step.kind {
            StepKind::AcceptAndBridge => self.accepted |= done,
            StepKind::Say => self.outbox.retain(|(n, _)| *n != step.n),
            _ => {}
        }
    }

    fn apply_said(&mut self, entry: &TranscriptEntry, href: &str) {
        self.heard.extend(entry.operation_id.clone());
        if !href.is_empty() {
            self.heard.insert(href.to_owned());
        }
        if entry.author != Author::Desk {
            self.last_ms = entry.at_ms.max(self.last_ms + 1);
        }
        if self.entries.len() < TRANSCRIPT_LEN_MAX {
            self.enter(Arc::new(entry.clone()));
        }
    }

    /// Puts an entry where the order of the platform has it: what was said on the other leg and heard
    /// earlier may have been said later (invariant 3). What was said on one leg is heard in order, and
    /// the desk's own texts have another clock: they keep their places.
    fn enter(&mut self, entry: Arc<TranscriptEntry>) {
        let leg = |it: &TranscriptEntry| match it.author {
            Author::Desk => None,
            Author::Visitor => Some(Slot::Visitor),
            Author::Agent { .. } | Author::NamedVisitor { .. } => Some(Slot::Conference),
        };
        let own = leg(&entry);
        let is_later = |it: &&Arc<TranscriptEntry>| {
            own.is_some() && leg(it).is_some_and(|it| Some(it) != own) && it.at_ms > entry.at_ms
        };
        let later = self.entries.iter().rev().take_while(is_later).count();
        let at = self.entries.len() - later;
        self.entries.insert(at, entry);
        for (it, seq) in self.entries.iter_mut().zip(1..).skip(at) {
            Arc::make_mut(it).seq = seq;
        }
    }

    fn apply_first_text(&mut self, operation_id: Option<&str>, href: &str) {
        self.first_text_open = false;
        self.heard.insert(href.to_owned());
        if let Some(first) = self.entries.first_mut() {
            Arc::make_mut(first).operation_id = operation_id.map(str::to_owned);
        }
        self.heard.extend(operation_id.map(str::to_owned));
    }
}
