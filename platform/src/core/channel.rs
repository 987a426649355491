//! The event channel of one application (`protocol.md` §3.1–§3.3, rows A14, A15, A17–A20).
//!
//! Events are numbered. Package N is a range of them; asking for package N + 1 acknowledges it.
//! Every link carries the position where its package begins (`key`), so that a link still means the
//! same after a restart, when only the events and an older acknowledged position are known.

use std::collections::VecDeque;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use shared::states::Direction;
use shared::{Continuation, Package, Sender, date};

use super::Core;
use super::timers::Timer;
use crate::limits::Limits;
use crate::refusal::Refusal;
use crate::wire::Face;

/// How soon an event has to be released (§2B.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Priority {
    High,
    Medium,
}

/// An event that waits for its reader.
#[derive(Clone, Debug)]
pub(crate) struct Queued {
    pub(super) seq: u64,
    pub(super) priority: Priority,
    pub(super) at_ms: i64,
    /// The decision it belongs to; not to be shown before that is durable.
    pub(super) ticket: u64,
    /// The sender, with this one event.
    pub(super) sender: Sender,
}

impl Queued {
    /// Conversation and time of the message that it brings, if it brings one of somebody else.
    fn brings(&self) -> Option<(String, i64)> {
        let event = self.sender.events.first().filter(|it| it.link.rel == "message")?;
        let message = event.resource.as_ref()?;
        let is_incoming = message.text("direction")? == Direction::Incoming.as_str();
        let conversation = self.sender.href.rsplit('/').next().filter(|_| is_incoming)?;
        Some((conversation.to_owned(), date::parse(message.text("timeStamp")?)?))
    }
}

/// What a request for events says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) ack: u64,
    pub(crate) key: Option<u64>,
    pub(crate) timeout_s: Option<u32>,
    pub(crate) medium_s: Option<u32>,
    pub(crate) low_s: Option<u32>,
    pub(crate) priority: Option<i32>,
}

/// What to do about a request for events.
#[derive(Debug)]
pub(crate) enum Step {
    /// Answer with this.
    Answer(Package),
    /// Wait until then, or until something happens; then look again with this number.
    Wait { poll: u64, until_ms: i64 },
}

#[derive(Clone, Debug)]
struct Parked {
    poll: u64,
    priority: i32,
    until_ms: i64,
}

/// Parameters are remembered until changed (§3.2).
#[derive(Clone, Debug, Default)]
struct Wishes {
    timeout_s: Option<u32>,
    medium_s: Option<u32>,
    low_s: Option<u32>,
    priority: i32,
}

/// The events of one application and how far its reader got.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(super) events: VecDeque<Queued>,
    pub(super) next_seq: u64,
    /// The first position that is not acknowledged.
    pub(super) first: u64,
    /// The package at hand: asked for, or to be asked for next.
    number: u64,
    /// What the package at hand holds, once it was handed out with something in it.
    open: Option<Range<u64>>,
    /// The package at hand was handed out empty, so the next number is fine too.
    emptied: bool,
    /// What the reader acknowledged in the request at hand: conversation and time of messages.
    brought: Vec<(String, i64)>,
    /// False after a restart: the next link with a position that makes sense is believed.
    pub(super) known: bool,
    parked: Option<Parked>,
    polls: u64,
    wishes: Wishes,
    /// Since when nobody asks.
    pub(super) idle_since_ms: i64,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            events: VecDeque::new(),
            next_seq: 0,
            first: 0,
            number: 1,
            open: None,
            emptied: false,
            brought: Vec::new(),
            known: true,
            parked: None,
            polls: 0,
            wishes: Wishes::default(),
            idle_since_ms: 0,
        }
    }
}

impl Queue {
    /// An empty queue of an application that is made now.
    pub(super) fn new(now_ms: i64) -> Self {
        Self { idle_since_ms: now_ms, ..Self::default() }
    }

    /// Whether somebody waits for events.
    pub(crate) const fn is_parked(&self) -> bool {
        self.parked.is_some()
    }

    /// The link of the oldest package that is not acknowledged.
    pub(crate) fn link(&self, face: &Face, limits: &Limits) -> String {
        let hold_s = self.hold_s(limits);
        if !self.known {
            return face.events(1, self.first, hold_s);
        }
        match &self.open {
            Some(range) => face.events(self.number, range.start, hold_s),
            None => face.events(self.number + u64::from(self.emptied), self.first, hold_s),
        }
    }

    /// The hold that links carry: what the client wished, or what it is offered.
    fn hold_s(&self, limits: &Limits) -> Option<u32> {
        let offered = limits.poll_timeout_offer_s;
        self.wishes.timeout_s.or(offered.filter(|it| *it >= limits.poll_timeout_min_s))
    }

    fn acknowledge(&mut self, up_to: u64) {
        while self.events.front().is_some_and(|event| event.seq < up_to) {
            let event = self.events.pop_front();
            self.brought.extend(event.and_then(|it| it.brings()));
        }
        self.first = up_to;
        self.open = None;
        self.emptied = false;
    }

    /// Takes a link; false when it is not the newest one or the one after it.
    fn take(&mut self, ack: u64, key: Option<u64>) -> bool {
        if !self.known {
            let Some(at) = key.filter(|at| (self.first..=self.next_seq).contains(at)) else {
                // The link that `resync` gives has no position before the first one kept.
                return false;
            };
            self.acknowledge(at);
            (self.number, self.known) = (ack, true);
            return ack > 0;
        }
        let begins_at = |at: u64| key.is_none_or(|key| key == at);
        match self.open.clone() {
            Some(range) if ack == self.number => begins_at(range.start),
            Some(range) if ack == self.number + 1 && begins_at(range.end) => {
                self.acknowledge(range.end);
                self.number = ack;
                true
            }
            None if begins_at(self.first) => {
                let is_next = self.emptied && ack == self.number + 1;
                if is_next {
                    (self.number, self.emptied) = (ack, false);
                }
                is_next || ack == self.number
            }
            _ => false,
        }
    }

    /// How many events may be released now, and when to look again if none.
    fn due(&self, now_ms: i64, durable: u64, limits: &Limits) -> Result<usize, Option<i64>> {
        let hold_s = self.wishes.medium_s.unwrap_or(limits.medium_default_s);
        let mut soonest = None;
        let mut visible = 0;
        let mut is_due = false;
        for event in self.events.iter().take_while(|event| event.ticket <= durable) {
            visible += 1;
            let at_ms = match event.priority {
                Priority::High => now_ms,
                Priority::Medium => event.at_ms + i64::from(hold_s) * 1_000,
            };
            is_due |= at_ms <= now_ms;
            soonest = soonest.into_iter().chain([at_ms]).min();
        }
        if is_due { Ok(visible.min(limits.events_per_package_max)) } else { Err(soonest) }
    }

    fn package(&self, face: &Face, range: Range<u64>, limits: &Limits) -> Package {
        let hold_s = self.hold_s(limits);
        let mut senders: Vec<Sender> = Vec::new();
        for event in self.events.iter().filter(|event| range.contains(&event.seq)) {
            push_grouped(&mut senders, event.sender.clone());
        }
        Package {
            this: face.events(self.number, range.start, hold_s),
            continuation: Some(Continuation::Next(face.events(self.number + 1, range.end, hold_s))),
            senders,
            base_uri: None,
        }
    }
}

/// Appends events, to the last sender when it is the same one (§3.1: order across senders counts).
pub(super) fn push_grouped(senders: &mut Vec<Sender>, sender: Sender) {
    match senders.last_mut().filter(|it| it.rel == sender.rel && it.href == sender.href) {
        Some(last) => last.events.extend(sender.events),
        None => senders.push(sender),
    }
}

impl Core {
    /// A request for events arrives.
    pub(crate) fn begin_poll(
        &mut self,
        now_ms: i64,
        durable: u64,
        app: &str,
        ask: &Ask,
    ) -> Result<Step, Refusal> {
        let owner = self.app(app)?.owner();
        let face = self.face(&owner);
        let limits = self.limits.clone();
        let queue = &mut self.app_mut(app)?.queue;
        let is_taken = queue.take(ask.ack, ask.key);
        let brought = std::mem::take(&mut queue.brought);
        self.note_arrivals(now_ms, brought);
        let queue = &mut self.app_mut(app)?.queue;
        if !is_taken {
            let continuation = Some(Continuation::Resync(queue.link(&face, &limits)));
            let this = String::new();
            return Ok(Step::Answer(Package {
                this,
                continuation,
                senders: vec![],
                base_uri: None,
            }));
        }
        let priority = ask.priority.unwrap_or(queue.wishes.priority);
        if queue.parked.as_ref().is_some_and(|parked| parked.priority > priority) {
            // Row A20: the newcomer of lower priority loses.
            return Err(Refusal::PGetReplaced);
        }
        queue.wishes.priority = priority;
        let aggregation = |it: u32| it.clamp(limits.aggregation_min_s, limits.aggregation_max_s);
        queue.wishes.medium_s = ask.medium_s.map(aggregation).or(queue.wishes.medium_s);
        queue.wishes.low_s = ask.low_s.map(aggregation).or(queue.wishes.low_s);
        queue.wishes.timeout_s = ask
            .timeout_s
            .map(|it| it.clamp(limits.poll_timeout_min_s, limits.poll_timeout_max_s))
            .or(queue.wishes.timeout_s);
        let timeout_s = queue.wishes.timeout_s.unwrap_or(limits.poll_timeout_default_s);
        queue.polls += 1;
        let until_ms = now_ms + i64::from(timeout_s) * 1_000;
        queue.parked = Some(Parked { poll: queue.polls, priority, until_ms });
        let poll = queue.polls;
        self.continue_poll(now_ms, durable, app, poll)
    }

    /// A request for events looks again.
    pub(crate) fn continue_poll(
        &mut self,
        now_ms: i64,
        durable: u64,
        app: &str,
        poll: u64,
    ) -> Result<Step, Refusal> {
        let owner = self.app(app)?.owner();
        let face = self.face(&owner);
        let limits = self.limits.clone();
        let queue = &mut self.app_mut(app)?.queue;
        let Some(until_ms) =
            queue.parked.as_ref().filter(|parked| parked.poll == poll).map(|it| it.until_ms)
        else {
            return Err(Refusal::PGetReplaced);
        };
        if queue.open.is_none() {
            match queue.due(now_ms, durable, &limits) {
                Ok(count) => {
                    let end = queue.events.get(count - 1).map_or(queue.first, |it| it.seq + 1);
                    queue.open = Some(queue.first..end);
                }
                Err(release_ms) if now_ms < until_ms => {
                    let until_ms = release_ms.map_or(until_ms, |it| it.min(until_ms));
                    return Ok(Step::Wait { poll, until_ms });
                }
                Err(_) => queue.emptied = true,
            }
        }
        let range = queue.open.clone().unwrap_or(queue.first..queue.first);
        let package = queue.package(&face, range, &limits);
        self.abandon_poll(now_ms, app, poll);
        Ok(Step::Answer(package))
    }

    /// A request for events is over, answered or not.
    pub(crate) fn abandon_poll(&mut self, now_ms: i64, app: &str, poll: u64) {
        let Some(app) = self.apps.get_mut(app) else { return };
        if app.queue.parked.as_ref().is_some_and(|parked| parked.poll == poll) {
            app.queue.parked = None;
            app.queue.idle_since_ms = now_ms;
        }
    }

    /// The link a client goes on at when it lost its own.
    pub(crate) fn events_link(&self, app: &super::App) -> String {
        app.queue.link(&self.face(&app.owner()), &self.limits)
    }

    /// Looks after an application that may have been left (§3.4).
    pub(super) fn check_idle(&mut self, id: &str) {
        let Some(app) = self.apps.get(id) else { return };
        let idle_since_ms =
            if app.queue.is_parked() { self.now_ms } else { app.queue.idle_since_ms };
        // An application that does not read while events pile up is as good as left.
        let is_full = app.queue.events.len() > self.limits.events_per_application_max;
        let at_ms = if is_full { self.now_ms } else { idle_since_ms + self.limits.inactivity_ms };
        if at_ms <= self.now_ms {
            self.expire(id);
        } else {
            self.timers.insert((at_ms, Timer::Idle(id.to_owned())));
        }
    }
}
