//! One run: the main loop over everything that happens, in the order of virtual time.
//!
//! Requests are carried in `net`, people act in `people`, troubles come in `troubles`, and after every
//! step `judge` looks whether all that must hold still holds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::bugs::Bug;
use crate::clock::SimClock;
use crate::dice::Dice;
use crate::disk::{Disk, Image};
use crate::judge::{Book, Failure};
use crate::leg::Legs;
use crate::net::{Done, Flight};
use crate::plan::{Moment, Plan};
use crate::seat::{Cuts, Seat};
use crate::server::{self, Boot, Server};
use crate::trace::Trace;

/// How long a run may take to come to rest once the troubles are over, in milliseconds.
pub const REST_MS_MAX: u64 = 420_000;
/// How long it must stay as it is to be at rest: longer than a poll whose answer was lost goes unnoticed.
const QUIET_MS: u64 = 38_000;
/// How often it is looked whether it is at rest.
const LOOK_EVERY_MS: u64 = 1_000;

/// Something that is due.
#[derive(Debug)]
pub(crate) enum Event {
    /// A request arrives at the server; a copy is nobody's.
    Arrive { flight: u64, request: Box<HttpRequest>, is_copy: bool },
    /// An answer arrives at a page, or the news that there is none.
    Answer { flight: u64, result: Result<HttpResponse, NoAnswer> },
    /// A page has waited long enough.
    GiveUp { flight: u64 },
    /// The server sees that a connection was closed.
    Closed { flight: u64 },
    /// A timer of a page.
    Timer { seat: usize, timer: usize, number: u64 },
    /// A person acts.
    Person { seat: usize },
    /// A trouble begins.
    Begin { trouble: usize },
    /// A trouble is over.
    End { trouble: usize },
    /// The server starts.
    Boot,
    /// A page is opened again.
    Reopen { seat: usize },
    /// What a browser was to keep is kept late: a planted bug.
    KeepLate { seat: usize, name: &'static str, text: String },
    /// People stop, troubles end.
    Calm,
    /// Look whether all is at rest.
    Look,
}

/// One run.
pub struct World {
    pub(crate) plan: Plan,
    pub(crate) bug: Option<Bug>,
    start: Instant,
    queue: BTreeMap<(u64, u64), Event>,
    /// Counts what was ever put off.
    pub(crate) queued: u64,
    pub(crate) trace: Trace,
    pub(crate) disk: Disk,
    pub(crate) clock: Arc<SimClock>,
    pub(crate) legs: Arc<Legs>,
    pub(crate) server: Option<Server>,
    process: u64,
    /// Whether the server or its disk has failed in this run.
    pub(crate) is_harmed: bool,
    pub(crate) dies_at: Option<(Moment, u64)>,
    pub(crate) seats: Vec<Seat>,
    pub(crate) flights: BTreeMap<u64, Flight>,
    pub(crate) last_flight: u64,
    pub(crate) done: (mpsc::UnboundedSender<Done>, mpsc::UnboundedReceiver<Done>),
    pub(crate) tasks: TaskTracker,
    pub(crate) book: Book,
    pub(crate) is_calm: bool,
    quiet_since: Option<u64>,
    pub(crate) failure: Option<Failure>,
    is_over: bool,
}

impl World {
    /// A world at its beginning.
    pub fn new(plan: Plan, bug: Option<Bug>, image: Image, is_readable: bool) -> Self {
        let tasks = TaskTracker::new();
        let start = Instant::now();
        let seats = plan.people().into_iter().map(Seat::new).collect();
        let mut world = Self {
            disk: Disk::new(image, tasks.clone(), plan.seed),
            bug,
            start,
            queue: BTreeMap::new(),
            queued: 0,
            trace: Trace::new(is_readable),
            clock: Arc::new(SimClock::start(start)),
            legs: Arc::default(),
            server: None,
            process: 0,
            is_harmed: false,
            dies_at: None,
            seats,
            flights: BTreeMap::new(),
            last_flight: 0,
            done: mpsc::unbounded_channel(),
            tasks,
            book: Book::default(),
            is_calm: false,
            quiet_since: None,
            failure: None,
            is_over: false,
            plan,
        };
        world.at(0, Event::Boot);
        for seat in 0..world.seats.len() {
            let first = Dice::of(world.plan.seed, "first", &[seat as u64]).below(3_000);
            world.at(first, Event::Person { seat });
        }
        for (number, (at_ms, _)) in world.plan.troubles.clone().into_iter().enumerate() {
            world.at(at_ms, Event::Begin { trouble: number });
        }
        world.at(world.plan.acting_ms, Event::Calm);
        world
    }

    /// Milliseconds since the beginning; never jumps.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Puts something off.
    pub(crate) fn after(&mut self, wait_ms: u64, event: Event) {
        self.at(self.now_ms() + wait_ms, event);
    }

    fn at(&mut self, at_ms: u64, event: Event) {
        self.queued += 1;
        self.queue.insert((at_ms, self.queued), event);
    }

    /// Runs until all is at rest, or something that must hold does not.
    pub async fn play(&mut self) {
        while self.failure.is_none() && !self.is_over {
            let Some((at_ms, _)) = self.queue.keys().next().copied() else { return };
            let until = self.start + Duration::from_millis(at_ms);
            // Lets the server's tasks run between any two steps.
            tokio::task::yield_now().await;
            tokio::select! {
                biased;
                Some(done) = self.done.1.recv() => self.served(done),
                () = tokio::time::sleep_until(until) => {
                    if let Some((_, event)) = self.queue.pop_first() {
                        self.step(event).await;
                    }
                }
            }
            self.judge();
        }
    }

    async fn step(&mut self, event: Event) {
        match event {
            Event::Arrive { flight, request, is_copy } => self.arrive(flight, *request, is_copy),
            Event::Answer { flight, result } => self.answer(flight, result),
            Event::GiveUp { flight } => self.give_up(flight),
            Event::Closed { flight } => self.closed(flight),
            Event::Timer { seat, timer, number } => self.timer(seat, timer, number),
            Event::Person { seat } => self.person(seat),
            Event::Begin { trouble } => self.begin(trouble),
            Event::End { trouble } => self.end(trouble),
            Event::Boot => self.boot().await,
            Event::Reopen { seat } => self.reopen(seat),
            Event::KeepLate { seat, name, text } => self.seats[seat].keep(name, text),
            Event::Calm => self.calm(),
            Event::Look => self.look().await,
        }
    }

    async fn boot(&mut self) {
        if self.server.is_some() {
            return;
        }
        let boot = Boot {
            seed: self.plan.seed,
            process: self.process,
            disk: self.disk.clone(),
            clock: Arc::clone(&self.clock),
            legs: Arc::clone(&self.legs),
            bug: self.bug,
        };
        let started = server::boot(&boot).await;
        let at_ms = self.now_ms();
        match started {
            Ok(server) => {
                self.trace.step(at_ms, format_args!("server {} serves", self.process));
                self.server = Some(server);
            }
            Err(why) => {
                self.trace.step(at_ms, format_args!("server {} cannot start: {why}", self.process));
                self.disk.crash();
                self.process += 1;
                self.after(1_000, Event::Boot);
            }
        }
    }

    /// Starts at once, after the end of a run.
    pub(crate) async fn start_again(&mut self) -> Result<(), ()> {
        self.boot().await;
        self.server.as_ref().map(|_| ()).ok_or(())
    }

    /// The server dies; it comes back after a while.
    pub(crate) fn crash(&mut self, down_ms: u64) {
        self.dies_at = None;
        if let Some(server) = self.server.take() {
            let at_ms = self.now_ms();
            self.trace.step(at_ms, format_args!("server {} dies", self.process));
            server.kill(&self.disk);
            self.process += 1;
            self.after(down_ms, Event::Boot);
        }
    }

    /// People stop, and everything that was wrong is right again.
    fn calm(&mut self) {
        let at_ms = self.now_ms();
        self.trace.step(at_ms, format_args!("calm"));
        self.is_calm = true;
        self.dies_at = None;
        self.disk.set_mood(crate::disk::Mood::Fine);
        self.legs.set_bad(false);
        for seat in 0..self.seats.len() {
            self.seats[seat].cuts = Cuts::default();
            if self.seats[seat].page.is_none() {
                self.reopen(seat);
            }
        }
        self.after(LOOK_EVERY_MS, Event::Look);
    }

    /// Whether all is at rest; then the whole is judged.
    async fn look(&mut self) {
        let now_ms = self.now_ms();
        let restless = self.restless();
        if restless.is_some() {
            self.quiet_since = None;
        }
        if let Some(why) = restless {
            if now_ms > self.plan.acting_ms + REST_MS_MAX {
                self.fail("12", format!("it does not come to rest: {why}"));
            }
        } else if now_ms - *self.quiet_since.get_or_insert(now_ms) >= QUIET_MS {
            self.judge_the_end().await;
            self.is_over = true;
            return;
        }
        self.after(LOOK_EVERY_MS, Event::Look);
    }

    /// Something does not hold.
    pub(crate) fn fail(&mut self, invariant: &'static str, what: String) {
        if self.failure.is_none() {
            let at_ms = self.now_ms();
            self.trace.note(at_ms, format_args!("invariant {invariant}: {what}"));
            self.failure = Some(Failure { invariant, what, at_ms });
        }
    }

    /// What happened.
    pub fn finish(self) -> (Trace, Option<Failure>) {
        (self.trace, self.failure)
    }
}
