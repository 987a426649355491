//! The desk's state by long poll, as a machine without I/O.
//!
//! Same contract as [`client::session`]: after every [`DeskPoll::handle`], call [`DeskPoll::poll`] until
//! it answers `None`; then wait for an answer or for [`DeskPoll::deadline_ms`]. A held poll says nothing
//! for up to 25 s, so a small second request, the *pulse*, asks meanwhile whether the server is there:
//! a dead connection is noticed within [`limits::STALE_MS_MAX`] (invariant 12).

use std::collections::VecDeque;

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use shared::desk::DeskState;

use crate::limits;

/// What a driver hands in.
#[derive(Clone, Debug)]
pub enum PollInput {
    /// Signed in: begin, or begin again.
    Start,
    /// Signed out: stop.
    Stop,
    /// The network or the page came back: ask now.
    Wake,
    /// Nobody looks, and another tab tells what is new: ask nothing until [`PollInput::Wake`].
    Rest,
    /// The deadline passed.
    Tick,
    /// An answer, or that there was none.
    Answer {
        /// The id that came with the request.
        id: u64,
        /// What came.
        result: Result<HttpResponse, NoAnswer>,
    },
}

/// What a driver must do.
#[derive(Clone, Debug, PartialEq)]
pub enum PollOutput {
    /// Make a request, with the agent's bearer added, and hand in its answer.
    Request {
        /// Hand it back with the answer.
        id: u64,
        /// The request.
        request: HttpRequest,
        /// Give up after this long.
        timeout_ms: u64,
    },
    /// Stop waiting for a request.
    Abort {
        /// The id that came with the request.
        id: u64,
    },
    /// The desk's state changed.
    State(Box<DeskState>),
    /// Whether the state is current changed.
    Health(Health),
}

/// Whether the desk's state is current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Nothing came yet.
    #[default]
    Unknown,
    /// Current.
    Fresh,
    /// Possibly not; asks again by itself.
    Stale {
        /// When, on the driver's clock.
        retry_at_ms: i64,
    },
    /// The desk refused the token.
    SignedOut,
}

/// The machine.
#[derive(Debug)]
pub struct DeskPoll {
    origin: String,
    seed: u64,
    running: bool,
    next_id: u64,
    revision: Option<u64>,
    flight: Option<u64>,
    pulse: Option<u64>,
    pulse_at_ms: i64,
    ask_at_ms: Option<i64>,
    failures: u32,
    health: Health,
    out: VecDeque<PollOutput>,
}

impl DeskPoll {
    /// A machine that was not started. `origin` is that of the page; `seed` makes the jitter.
    pub fn new(origin: impl Into<String>, seed: u64) -> Self {
        Self {
            origin: origin.into(),
            seed,
            running: false,
            next_id: 1,
            revision: None,
            flight: None,
            pulse: None,
            pulse_at_ms: 0,
            ask_at_ms: None,
            failures: 0,
            health: Health::Unknown,
            out: VecDeque::new(),
        }
    }

    /// Takes something in, at this time of the driver's clock.
    pub fn handle(&mut self, now_ms: i64, input: PollInput) {
        match input {
            PollInput::Start => self.start(now_ms),
            PollInput::Stop => self.stop(Health::Unknown),
            _ if !self.running => {}
            PollInput::Wake if self.flight.is_some() => self.pulse_at_ms = now_ms,
            PollInput::Wake => self.ask_at_ms = Some(now_ms),
            PollInput::Rest => self.rest(),
            PollInput::Tick => {}
            PollInput::Answer { id, result } => self.answer(now_ms, id, result),
        }
        if self.running {
            self.due(now_ms);
        }
    }

    /// What the driver must do next.
    pub fn poll(&mut self) -> Option<PollOutput> {
        self.out.pop_front()
    }

    /// When to hand in [`PollInput::Tick`] if nothing else happens first.
    pub fn deadline_ms(&self) -> Option<i64> {
        if !self.running {
            return None;
        }
        let has_pulse = self.flight.is_some() && self.pulse.is_none();
        self.ask_at_ms.or_else(|| has_pulse.then_some(self.pulse_at_ms))
    }

    fn start(&mut self, now_ms: i64) {
        self.stop(Health::Unknown);
        self.running = true;
        self.failures = 0;
        self.revision = None;
        self.ask_at_ms = Some(now_ms);
    }

    fn rest(&mut self) {
        self.abort();
        self.ask_at_ms = None;
        // What is asked for next is answered at once, whatever was missed.
        self.revision = None;
    }

    fn stop(&mut self, health: Health) {
        self.abort();
        self.running = false;
        self.ask_at_ms = None;
        self.tell(health);
    }

    fn abort(&mut self) {
        for id in [self.flight.take(), self.pulse.take()].into_iter().flatten() {
            self.out.push_back(PollOutput::Abort { id });
        }
    }

    /// Does what is due: a poll, or the pulse beside a held one.
    fn due(&mut self, now_ms: i64) {
        if self.flight.is_none() && self.ask_at_ms.is_some_and(|at| at <= now_ms) {
            self.ask_at_ms = None;
            let after = self.revision.map(|it| format!("?after={it}")).unwrap_or_default();
            let path = format!("/desk/api/state{after}");
            self.flight = Some(self.request(&path, limits::DESK_POLL_MS_MAX));
            self.pulse_at_ms = now_ms + limits::PULSE_EVERY_MS;
        }
        if self.flight.is_some() && self.pulse.is_none() && self.pulse_at_ms <= now_ms {
            // The smallest thing the desk answers; what it says is of no interest here.
            self.pulse = Some(self.request("/desk/api/setup", limits::PULSE_MS_MAX));
        }
    }

    fn request(&mut self, path: &str, timeout_ms: u64) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        let url = format!("{}{path}", self.origin);
        let headers = vec![("Accept".to_owned(), "application/json".to_owned())];
        let request = HttpRequest { method: "GET", url, headers, body: None };
        self.out.push_back(PollOutput::Request { id, request, timeout_ms });
        id
    }

    fn answer(&mut self, now_ms: i64, id: u64, result: Result<HttpResponse, NoAnswer>) {
        if self.pulse == Some(id) {
            self.pulse = None;
            self.pulse_at_ms = now_ms + limits::PULSE_EVERY_MS;
            if result.is_err() {
                self.failed(now_ms, None);
            }
            return;
        }
        if self.flight != Some(id) {
            return;
        }
        self.flight = None;
        match result {
            Ok(response) if response.status == 401 => self.stop(Health::SignedOut),
            Ok(response) if response.is_success() => {
                match serde_json::from_str::<DeskState>(&response.body) {
                    Ok(state) => self.current(now_ms, state),
                    Err(_) => self.failed(now_ms, None),
                }
            }
            Ok(response) => self.failed(now_ms, retry_after_ms(&response)),
            Err(_) => self.failed(now_ms, None),
        }
    }

    fn current(&mut self, now_ms: i64, state: DeskState) {
        let is_news = self.revision != Some(state.revision) || self.health != Health::Fresh;
        self.revision = Some(state.revision);
        self.failures = 0;
        self.ask_at_ms = Some(now_ms + limits::POLL_GAP_MS_MIN);
        self.tell(Health::Fresh);
        if is_news {
            self.out.push_back(PollOutput::State(Box::new(state)));
        }
    }

    fn failed(&mut self, now_ms: i64, at_least_ms: Option<i64>) {
        self.abort();
        let wait_ms = self.back_off_ms().max(at_least_ms.unwrap_or(0));
        self.failures = self.failures.saturating_add(1);
        // What was missed meanwhile is in the next full answer.
        self.revision = None;
        self.ask_at_ms = Some(now_ms + wait_ms);
        self.tell(Health::Stale { retry_at_ms: now_ms + wait_ms });
    }

    /// Doubles with each failure; the upper half is chance, so that consoles do not return in step.
    fn back_off_ms(&self) -> i64 {
        let whole = (limits::RETRY_MS_MIN << self.failures.min(10)).min(limits::RETRY_MS_MAX);
        let half = whole / 2;
        let chance = mixed(self.seed.wrapping_add(u64::from(self.failures))) >> 33;
        half + i64::try_from(chance).unwrap_or(0) % (half + 1)
    }

    fn tell(&mut self, health: Health) {
        if self.health != health {
            self.health = health;
            self.out.push_back(PollOutput::Health(health));
        }
    }
}

/// Whole seconds of `Retry-After`, within reason.
fn retry_after_ms(response: &HttpResponse) -> Option<i64> {
    let seconds: i64 = response.header("retry-after")?.trim().parse().ok()?;
    Some((seconds * 1_000).clamp(0, limits::RETRY_MS_MAX * 4))
}

/// splitmix64: enough chance for jitter, and the same for the same seed.
const fn mixed(seed: u64) -> u64 {
    let mut it = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}
