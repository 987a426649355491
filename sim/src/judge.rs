//! What must hold after every step, by the numbers of ARCHITECTURE.md; what must hold at the end is in
//! `end`.

mod end;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::disk::WRITES_WAITING_MAX;
use crate::net::Flight;
use crate::page::{Act, Far, Line, Page, Seen, id_of};
use crate::plan::{Moment, Who};
use crate::world::World;

/// Most requests of one page in [`RATE_MS`]: more is a storm (invariant 8).
const RATE_MAX: usize = 150;
/// See [`RATE_MAX`].
const RATE_MS: u64 = 10_000;
/// Most that one page keeps in its browser, in bytes (invariant 8).
const STORAGE_BYTES_MAX: usize = 512 * 1_024;
/// A page that hears nothing says so within this time (invariant 12), in milliseconds: 10 s, and what
/// the last answer may have been on its way.
pub(crate) const STALE_MS_MAX: u64 = 10_600;

/// How much later it may say so where the wall clock was set back.
const SET_BACK_MS: u64 = 5_000;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The invariant's number.
    pub invariant: &'static str,
    /// What is wrong, for a person.
    pub what: String,
    /// When it was seen, in virtual milliseconds.
    pub at_ms: u64,
}

/// A text that somebody typed.
#[derive(Clone, Debug)]
struct Text {
    author: Who,
    /// How often it was tried again after it had failed.
    retries: usize,
    /// Its author's page has shown it as sent.
    is_sent: bool,
    /// A page of the other side has had it.
    is_seen: bool,
}

/// What the simulation knows better than anybody in it.
#[derive(Debug, Default)]
pub(crate) struct Book {
    texts: BTreeMap<String, Text>,
    asked: BTreeMap<Who, VecDeque<u64>>,
    heard: BTreeMap<Who, u64>,
    heard_events: BTreeMap<Who, u64>,
    touched: BTreeSet<usize>,
    /// Operations that were sent before; for a planted bug.
    pub(crate) operations: BTreeSet<String>,
    /// Bodies by address; for a planted bug.
    pub(crate) cache: BTreeMap<String, String>,
}

impl Book {
    /// A request left.
    pub(crate) fn sent(&mut self, who: Who, at_ms: u64) {
        let asked = self.asked.entry(who).or_default();
        asked.push_back(at_ms);
        while asked.front().is_some_and(|it| it + RATE_MS < at_ms) {
            asked.pop_front();
        }
    }

    /// An answer arrived, on the way of the events or on another.
    pub(crate) fn heard(&mut self, who: Who, at_ms: u64, brings_events: bool) {
        self.heard.insert(who, at_ms);
        if brings_events {
            self.heard_events.insert(who, at_ms);
        }
    }

    /// A page may show something else now.
    pub(crate) fn touch(&mut self, seat: usize) {
        self.touched.insert(seat);
    }

    /// A person does something on this page.
    pub(crate) fn does(&mut self, author: Who, act: &Act, page: Option<&dyn Page>) {
        match act {
            Act::Type(_, text) => {
                let text_is_new = Text { author, retries: 0, is_sent: false, is_seen: false };
                self.texts.insert(id_of(text).to_owned(), text_is_new);
            }
            Act::Retry { key, .. } => {
                let lines = page.map(Page::lines).unwrap_or_default();
                let meant = lines.iter().find(|it| it.key == *key);
                if let Some(text) = meant.and_then(|it| self.texts.get_mut(&it.id)) {
                    text.retries += 1;
                }
            }
            _ => {}
        }
    }

    fn retries(&self, id: &str) -> usize {
        self.texts.get(id).map_or(0, |it| it.retries)
    }
}

impl World {
    /// Judges what the last step may have changed.
    pub(crate) fn judge(&mut self) {
        if let Some((Moment::InCommit, down_ms)) = self.dies_at
            && self.disk.is_committing()
        {
            self.crash(down_ms);
        }
        for seat in std::mem::take(&mut self.book.touched) {
            self.judge_screen(seat);
            self.judge_bounds(seat);
        }
        for seat in 0..self.seats.len() {
            self.judge_staleness(seat);
            self.judge_muteness(seat);
        }
        if self.disk.most_waiting() > WRITES_WAITING_MAX {
            self.fail("8", format!("more than {WRITES_WAITING_MAX} writes wait for the disk"));
        }
    }

    /// The server answered 201 for a text: it must be durable (invariant 1).
    pub(crate) fn judge_created(&mut self, id: &str) {
        if !self.disk.has_text(id) {
            self.fail("1", format!("{id} was answered 201 and is not durable"));
        }
    }

    fn judge_screen(&mut self, seat: usize) {
        let who = self.seats[seat].who;
        let Some(page) = &self.seats[seat].page else { return };
        let (lines, texts, drafts) = (page.lines(), page.texts(), page.drafts());
        for it in lines.iter().filter(|it| it.is_own && it.far == Far::Sent) {
            if let Some(text) = self.book.texts.get_mut(&it.id) {
                text.is_sent = true;
            }
        }
        for it in lines.iter().chain(&texts) {
            if let Some(text) = self.book.texts.get_mut(&it.id) {
                text.is_seen |= is_opposite(who, text.author);
            }
        }
        let wrong = self
            .doubled(&lines)
            .or_else(|| self.out_of_order(who, &lines))
            .or_else(|| self.told_and_not_kept(who, &lines))
            .or_else(|| self.delivered_to_nobody(&lines))
            .or_else(|| {
                let shown = lines.iter().chain(&texts).map(|it| it.id.as_str());
                let typed = drafts.values().map(|it| id_of(it));
                self.vanished(who, &shown.chain(typed).collect())
            });
        if let Some((invariant, what)) = wrong {
            self.fail(invariant, format!("on {who}'s screen {what}"));
        }
    }

    /// Invariant 2: each text at most once, unless its author tried it again.
    fn doubled(&self, lines: &[Seen]) -> Option<(&'static str, String)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for it in lines.iter().filter(|it| !it.id.is_empty()) {
            *counts.entry(&it.id).or_default() += 1;
        }
        let doubled = counts.iter().find(|(id, count)| **count > 1 + self.book.retries(id));
        doubled.map(|(id, count)| ("2", format!("{id} stands {count} times")))
    }

    /// Invariant 3: what one author wrote stands in the order it was written in.
    fn out_of_order(&self, who: Who, lines: &[Seen]) -> Option<(&'static str, String)> {
        let mut newest: BTreeMap<(&str, &str), (u64, &str)> = BTreeMap::new();
        for it in lines.iter().filter(|it| self.book.retries(&it.id) == 0) {
            let Some((author, number)) = it.id.split_once('.') else { continue };
            let number: u64 = number.parse().unwrap_or_default();
            // One's own that failed stand where they failed.
            if author == who.to_string() && it.far != Far::Sent {
                continue;
            }
            let before = newest.insert((&it.conversation, author), (number, &it.id));
            if let Some((_, earlier)) = before.filter(|before| before.0 > number) {
                let order = lines.iter().filter(|line| line.conversation == it.conversation);
                let order: Vec<_> = order.map(|it| it.id.as_str()).collect();
                return Some(("3", format!("{} stands behind {earlier}: {order:?}", it.id)));
            }
        }
        None
    }

    /// Invariant 1: nothing is told to others that is not kept.
    fn told_and_not_kept(&self, who: Who, lines: &[Seen]) -> Option<(&'static str, String)> {
        let mut of_others = lines
            .iter()
            .filter(|it| self.book.texts.get(&it.id).is_some_and(|text| text.author != who));
        let told = of_others.find(|it| !self.disk.has_text(&it.id))?;
        Some(("1", format!("{} is shown and is not durable", told.id)))
    }

    /// Invariant 11: what is shown as delivered or read was on a page of the other side. A mark is a time
    /// up to which somebody says to have seen everything. Once the server or its disk has failed, the desk
    /// may hear a text later than those after it, and an agent who had said so gets it later: known, and
    /// excused here.
    fn delivered_to_nobody(&self, lines: &[Seen]) -> Option<(&'static str, String)> {
        if self.is_harmed {
            return None;
        }
        let is_seen = |it: &Seen| self.book.texts.get(&it.id).is_none_or(|text| text.is_seen);
        let wrong = lines.iter().find(|it| it.is_own && it.is_told_delivered && !is_seen(it))?;
        Some(("11", format!("{} is shown as delivered and was on no other screen", wrong.id)))
    }

    /// Invariant 11: what was typed is in the field or on the screen. An agent's page need not show for
    /// ever what was sent: its list forgets conversations that are over.
    fn vanished(&self, who: Who, shown: &BTreeSet<&str>) -> Option<(&'static str, String)> {
        let is_agent = matches!(who, Who::Agent(_));
        let mut own = self.book.texts.iter().filter(|(_, it)| it.author == who);
        let is_excused = |it: &Text| is_agent && it.is_sent;
        let gone = own.find(|(id, it)| !shown.contains(id.as_str()) && !is_excused(it));
        gone.map(|(id, _)| ("11", format!("{id} was typed and is nowhere any more")))
    }

    /// Invariant 8: no storms, no storage without end.
    fn judge_bounds(&mut self, seat: usize) {
        let who = self.seats[seat].who;
        let asked = self.book.asked.get(&who).map_or(0, VecDeque::len);
        if asked > RATE_MAX {
            self.fail("8", format!("{who} asked {asked} times in {RATE_MS} ms"));
        }
        let bytes: usize = self.seats[seat].storage.values().map(String::len).sum();
        if bytes > STORAGE_BYTES_MAX {
            self.fail("8", format!("{who}'s browser keeps {bytes} bytes"));
        }
    }

    /// Invariant 12: a page that cannot hear says so.
    fn judge_staleness(&mut self, seat: usize) {
        let now_ms = self.now_ms();
        let it = &mut self.seats[seat];
        if !it.cuts.is_deaf() {
            it.deaf_since = None;
            return;
        }
        let since = *it.deaf_since.get_or_insert(now_ms);
        let since = since.max(self.book.heard.get(&it.who).copied().unwrap_or_default());
        let says_current = it.page.as_ref().is_some_and(|it| it.line() == Line::Current);
        let most_ms = STALE_MS_MAX + if it.is_set_back { SET_BACK_MS } else { 0 };
        if says_current && now_ms > since + most_ms && self.is_strict_about_staleness(seat) {
            let who = self.seats[seat].who;
            self.fail("12", format!("{who} hears nothing since {since} ms and looks current"));
        }
    }

    /// Invariant 12, where only events do not come through: a page in a conversation has a poll that
    /// answers in time, once the server has granted it, and says so when it does not. Who said so and was
    /// wrong about its end has that time again.
    fn judge_muteness(&mut self, seat: usize) {
        let now_ms = self.now_ms();
        let it = &mut self.seats[seat];
        if it.cuts.events == 0 {
            it.mute_since = None;
            return;
        }
        let since = *it.mute_since.get_or_insert(now_ms);
        let since = since.max(self.book.heard_events.get(&it.who).copied().unwrap_or_default());
        let says_current = it.page.as_ref().is_some_and(|it| it.line() == Line::Current);
        if !says_current {
            it.humble_ms = now_ms;
        }
        let since = since.max(it.humble_ms);
        let most_ms = STALE_MS_MAX + if it.is_set_back { SET_BACK_MS } else { 0 };
        let mut waiting = self.flights.values().filter(|it| it.seat == seat && it.is_wanted);
        if says_current && now_ms > since + most_ms && waiting.any(Flight::is_brief_poll) {
            let who = self.seats[seat].who;
            self.fail("12", format!("{who} gets no events since {since} ms and looks current"));
        }
    }

    fn is_strict_about_staleness(&self, seat: usize) -> bool {
        let it = &self.seats[seat];
        let is_talking = it.page.as_ref().is_some_and(|it| !it.open().is_empty());
        match it.who {
            Who::Visitor(_) => is_talking,
            Who::Agent(_) => true,
        }
    }

    /// Why it is not at rest yet.
    pub(crate) fn restless(&self) -> Option<String> {
        if self.server.is_none() {
            return Some("the server is away".to_owned());
        }
        self.seats.iter().find_map(|it| {
            let who = it.who;
            let Some(page) = &it.page else { return Some(format!("{who} has no page")) };
            if page.line() != Line::Current {
                return Some(format!("{who}'s page is {:?}", page.line()));
            }
            if page.is_busy() {
                return Some(format!("{who} is busy"));
            }
            let lines = page.lines();
            let sending = lines.iter().find(|it| it.is_own && it.far == Far::Sending)?;
            Some(format!("{who} is still sending {}", sending.id))
        })
    }
}

/// Whether one is a visitor and the other an agent.
const fn is_opposite(one: Who, other: Who) -> bool {
    matches!((one, other), (Who::Visitor(_), Who::Agent(_)) | (Who::Agent(_), Who::Visitor(_)))
}
