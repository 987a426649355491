//! Everybody's place: the page that is open, what the browser keeps, and what a browser does for a page.

use client::session::Start;

use crate::clock::BEGIN_MS;
use crate::dice::Dice;
use crate::image::{self, PASSWORD};
use crate::page::{Act, AgentPage, Do, Page, SESSION, Storage, TIMERS, Tag, VisitorPage};
use crate::plan::Who;
use crate::server::{PUBLIC_URL, SITE};
use crate::world::{Event, World};

/// How long a second of the console's own clock is.
const SECOND_MS: u64 = 1_000;

/// Somebody's place: the page that is open and what the browser keeps.
pub(crate) struct Seat {
    pub(crate) who: Who,
    pub(crate) start: Start,
    pub(crate) storage: Storage,
    pub(crate) page: Option<Box<dyn Page>>,
    /// Counts pages: what belongs to an earlier one is nobody's.
    pub(crate) number: u64,
    /// When its page was opened, or last said that it may be stale.
    pub(crate) humble_ms: u64,
    pub(crate) timers: [Option<(i64, u64)>; TIMERS],
    pub(crate) jumped_ms: i64,
    /// Whether its wall clock was ever set back: what is due by it is late for once.
    pub(crate) is_set_back: bool,
    pub(crate) cuts: Cuts,
    pub(crate) sent: u64,
    pub(crate) acts: u64,
    pub(crate) written: u64,
    /// Since when the page cannot hear of anything new.
    pub(crate) deaf_since: Option<u64>,
    /// Since when no events reach it, though other answers may.
    pub(crate) mute_since: Option<u64>,
}

/// How many troubles are on somebody's ways now; several may overlap.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cuts {
    /// Requests are lost.
    pub(crate) up: u32,
    /// Answers are lost.
    pub(crate) down: u32,
    /// Answers with events are lost.
    pub(crate) events: u32,
    /// There is no network.
    pub(crate) plug: u32,
}

impl Cuts {
    /// Whether no answer at all arrives.
    pub(crate) const fn is_deaf(self) -> bool {
        self.down > 0 || self.plug > 0
    }
}

impl Seat {
    /// A place that nobody has taken yet.
    pub(crate) fn new(who: Who) -> Self {
        let start = match who {
            Who::Visitor(number) => Start::Visitor {
                bootstrap_url: format!("{PUBLIC_URL}/GetAnonTokenJob"),
                origin: PUBLIC_URL.to_owned(),
                site: SITE.to_owned(),
                display_name: format!("Visitor {number}"),
                meeting_url: String::new(),
            },
            Who::Agent(number) => Start::Agent {
                root_url: format!("{PUBLIC_URL}/autodiscover/autodiscoverservice.svc/root"),
                username: image::agent_uri(number).to_string(),
                password: PASSWORD.to_owned(),
            },
        };
        Self {
            who,
            start,
            storage: Storage::new(),
            page: None,
            number: 0,
            humble_ms: 0,
            timers: [None; TIMERS],
            jumped_ms: 0,
            is_set_back: false,
            cuts: Cuts::default(),
            sent: 0,
            acts: 0,
            written: 0,
            deaf_since: None,
            mute_since: None,
        }
    }

    /// The browser keeps a text; an empty one is forgotten.
    pub(crate) fn keep(&mut self, name: &'static str, text: String) {
        if text.is_empty() {
            self.storage.remove(name);
        } else {
            self.storage.insert(name, text);
        }
    }

    /// The browser loses the client machine's snapshot, and with it who was signed in.
    pub(crate) fn sign_out(&mut self) {
        self.storage.remove(SESSION);
    }
}

impl World {
    /// What a page wants done is done by its browser.
    pub(crate) fn perform(&mut self, seat: usize, todo: Vec<Do>) {
        self.book.touch(seat);
        for it in todo {
            match it {
                Do::Send { tag, request, timeout_ms } => self.send(seat, tag, request, timeout_ms),
                Do::Abort(tag) => self.abort(seat, tag),
                Do::Keep(name, text) => self.keep(seat, name, text),
            }
        }
        self.set_timers(seat);
    }

    fn keep(&mut self, seat: usize, name: &'static str, text: String) {
        match crate::bugs::keeps(self.bug, name) {
            Some(0) => self.seats[seat].keep(name, text),
            Some(late_ms) => self.after(late_ms, Event::KeepLate { seat, name, text }),
            None => {}
        }
    }

    /// As a browser's driver does: a timer stays as long as its deadline does.
    fn set_timers(&mut self, seat: usize) {
        let Some(page) = &self.seats[seat].page else { return };
        let (deadlines, now_ms) = (page.deadlines(), self.page_ms(seat));
        for (timer, deadline) in deadlines.into_iter().enumerate() {
            let known = self.seats[seat].timers[timer];
            if known.map(|it| it.0) == deadline {
                continue;
            }
            self.seats[seat].timers[timer] = deadline.map(|at| (at, self.queued + 1));
            if let Some(at) = deadline {
                let wait_ms = if timer == TIMERS - 1 {
                    SECOND_MS
                } else {
                    u64::try_from(at - now_ms).unwrap_or(0)
                };
                let number = self.queued + 1;
                self.after(wait_ms, Event::Timer { seat, timer, number });
            }
        }
    }

    /// A timer of a page fires, unless it was set anew meanwhile.
    pub(crate) fn timer(&mut self, seat: usize, timer: usize, number: u64) {
        if self.seats[seat].timers[timer].is_none_or(|it| it.1 != number) {
            return;
        }
        self.seats[seat].timers[timer] = None;
        self.on_page(seat, |page, now_ms, out| page.tick(now_ms, timer, out));
    }

    /// Does something on a page, if one is open.
    pub(crate) fn on_page(
        &mut self,
        seat: usize,
        act: impl FnOnce(&mut dyn Page, i64, &mut Vec<Do>),
    ) {
        let now_ms = self.page_ms(seat);
        let mut todo = Vec::new();
        let Some(page) = &mut self.seats[seat].page else { return };
        act(&mut **page, now_ms, &mut todo);
        self.perform(seat, todo);
    }

    /// The wall clock of somebody's browser.
    pub(crate) fn page_ms(&self, seat: usize) -> i64 {
        let passed = i64::try_from(self.now_ms()).unwrap_or(i64::MAX);
        BEGIN_MS + passed + self.seats[seat].jumped_ms
    }

    /// Opens a page with what the browser kept.
    pub(crate) fn reopen(&mut self, seat: usize) {
        if self.seats[seat].page.is_some() {
            return;
        }
        let (now_ms, opened_ms) = (self.page_ms(seat), self.now_ms());
        let it = &mut self.seats[seat];
        it.humble_ms = opened_ms;
        it.number += 1;
        it.timers = [None; TIMERS];
        let who = it.who;
        let numbers = [seat as u64, it.number];
        let chance = Dice::of(self.plan.seed, "page", &numbers).number();
        let mut todo = Vec::new();
        it.page = Some(match who {
            Who::Visitor(_) => {
                Box::new(VisitorPage::load(it.start.clone(), chance, &it.storage)) as _
            }
            Who::Agent(_) => {
                let (page, out) = AgentPage::load(it.start.clone(), chance, &it.storage, now_ms);
                todo = out;
                Box::new(page) as _
            }
        });
        let at_ms = self.now_ms();
        self.trace.step(at_ms, format_args!("{who} opens page {}", numbers[1]));
        self.perform(seat, todo);
        if numbers[1] > 1 && matches!(who, Who::Visitor(_)) {
            // The loader opens a panel again that was open before.
            self.on_page(seat, |page, now_ms, out| page.act(now_ms, Act::Open, out));
        }
    }

    /// A page goes away without a word.
    pub(crate) fn close(&mut self, seat: usize) {
        if self.seats[seat].page.take().is_none() {
            return;
        }
        let at_ms = self.now_ms();
        self.trace.step(at_ms, format_args!("{} loses the page", self.seats[seat].who));
        let own = self.flights.iter().filter(|(_, it)| it.seat == seat && it.is_wanted);
        let tags: Vec<Tag> = own.map(|(_, it)| it.tag).collect();
        for tag in tags {
            self.abort(seat, tag);
        }
    }
}
