//! The network between pages and server: delays, losses, doubles, cuts, and answers that come too late.

use axum::Router;
use client::http::{HttpRequest, HttpResponse, NoAnswer};
use tokio_util::sync::CancellationToken;

use crate::bugs;
use crate::dice::Dice;
use crate::judge::STALE_MS_MAX;
use crate::leg;
use crate::page::{Tag, id_of};
use crate::plan::{Moment, Weather};
use crate::world::{Event, World};

/// The longest way of a request that is late, in milliseconds.
const LATE_MS_MAX: u64 = 4_000;

/// A request that a page waits for, or that the server still works on.
pub(crate) struct Flight {
    pub(crate) seat: usize,
    /// The page it belongs to.
    number: u64,
    pub(crate) tag: Tag,
    /// Method and path, for the trace; no query, which may name instances of one process only.
    line: String,
    /// The id of the text it carries; empty for none.
    text: String,
    /// The whole address.
    url: String,
    timeout_ms: u64,
    /// Whether somebody on the way answers in the server's stead: a planted bug.
    is_cached: bool,
    /// Whether the page still waits.
    pub(crate) is_wanted: bool,
    /// Cancelled when the server sees that nobody waits.
    closed: CancellationToken,
    fate: Fate,
}

/// What happens to one request, drawn when it leaves.
#[derive(Clone, Copy, Debug)]
struct Fate {
    there_ms: u64,
    back_ms: u64,
    loss: Loss,
    is_twice: bool,
    /// Whether a loss is noticed at once.
    is_loud: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    None,
    Request,
    Answer,
}

/// The server has answered, or died over it.
pub(crate) struct Done {
    flight: u64,
    is_copy: bool,
    result: Result<HttpResponse, NoAnswer>,
}

/// Whether a request, as the trace names it, asks for events.
fn brings_events(line: &str) -> bool {
    line.ends_with("/events")
}

impl Flight {
    /// Whether it asks for events and is given up soon.
    pub(crate) fn is_brief_poll(&self) -> bool {
        brings_events(&self.line) && self.timeout_ms < STALE_MS_MAX
    }
}

impl World {
    fn fate(&mut self, seat: usize) -> Fate {
        let weather = if self.is_calm { Weather::default() } else { self.plan.weather };
        let number = self.seats[seat].sent;
        self.seats[seat].sent += 1;
        let mut dice = Dice::of(self.plan.seed, "fate", &[seat as u64, number]);
        let mut way_ms = || {
            let most = if dice.chance(weather.late) { LATE_MS_MAX } else { weather.way_ms.max(5) };
            dice.between(1, most)
        };
        let (there_ms, back_ms) = (way_ms(), way_ms());
        let loss = match (dice.chance(weather.lost), dice.chance(weather.answer_lost)) {
            (true, _) => Loss::Request,
            (_, true) => Loss::Answer,
            _ => Loss::None,
        };
        let (is_twice, is_loud) = (dice.chance(weather.twice), dice.chance(500));
        Fate { there_ms, back_ms, loss, is_twice, is_loud }
    }

    /// A page sends a request.
    pub(crate) fn send(&mut self, seat: usize, tag: Tag, request: HttpRequest, timeout_ms: u64) {
        let request = bugs::request(self.bug, &mut self.book, request);
        let fate = self.fate(seat);
        self.last_flight += 1;
        let flight = self.last_flight;
        let path = request.url.split_once("://").map_or("", |(_, it)| it);
        let path = path.find('/').map_or("/", |at| &path[at..]).split('?').next();
        let line = format!("{} {}", request.method, path.unwrap_or_default());
        let it = &self.seats[seat];
        let (at_ms, who) = (self.now_ms(), it.who);
        self.trace.note(at_ms, format_args!("{who} asks {line}"));
        self.book.sent(who, at_ms);
        let known = Flight {
            seat,
            number: it.number,
            tag,
            line,
            text: id_of(request.body.as_deref().unwrap_or_default()).to_owned(),
            url: request.url.clone(),
            timeout_ms,
            is_cached: false,
            is_wanted: true,
            closed: CancellationToken::new(),
            fate,
        };
        let (is_cut, is_unplugged) = (it.cuts.up > 0, it.cuts.plug > 0);
        let is_poll = request.method == "GET";
        self.flights.insert(flight, known);
        self.after(timeout_ms, Event::GiveUp { flight });
        if let Some(answer) = bugs::answer(self.bug, &self.book, &request) {
            self.flights.entry(flight).and_modify(|it| it.is_cached = true);
            self.after(fate.there_ms, Event::Answer { flight, result: Ok(answer) });
        } else if is_unplugged {
            self.refuse(flight, 3);
        } else if is_cut {
            // Lost without a word.
        } else if fate.loss == Loss::Request {
            if fate.is_loud {
                self.refuse(flight, fate.there_ms);
            }
        } else {
            if fate.is_twice && !is_poll {
                let request = Box::new(request.clone());
                let wait_ms = fate.there_ms + fate.back_ms;
                self.after(wait_ms, Event::Arrive { flight, request, is_copy: true });
            }
            let request = Box::new(request);
            self.after(fate.there_ms, Event::Arrive { flight, request, is_copy: false });
        }
    }

    fn refuse(&mut self, flight: u64, wait_ms: u64) {
        let result = Err(NoAnswer("the connection broke".to_owned()));
        self.after(wait_ms, Event::Answer { flight, result });
    }

    /// A request arrives at the server.
    pub(crate) fn arrive(&mut self, flight: u64, request: HttpRequest, is_copy: bool) {
        let Some(known) = self.flights.get(&flight) else { return };
        let Some(server) = &self.server else {
            if !is_copy {
                self.refuse(flight, 2);
            }
            return;
        };
        let (router, dead, closed) = (server.router(), server.dead().clone(), known.closed.clone());
        let done = self.done.0.clone();
        self.tasks.spawn(async move {
            if let Some(result) = serve(router, request, dead, closed).await {
                // The world is gone only when the run is over.
                let _ = done.send(Done { flight, is_copy, result });
            }
        });
    }

    /// The server has answered.
    pub(crate) fn served(&mut self, done: Done) {
        let Done { flight, is_copy, result } = done;
        let at_ms = self.now_ms();
        let Some(known) = self.flights.get(&flight) else { return };
        let (fate, seat) = (known.fate, known.seat);
        let status = result.as_ref().map_or(0, |it| it.status);
        let (line, text) = (known.line.clone(), known.text.clone());
        let who = self.seats[seat].who;
        self.trace.step(at_ms, format_args!("{who} is answered {status} for {line}"));
        if status == 201 && !text.is_empty() {
            self.judge_created(&text);
        }
        if is_copy {
            return;
        }
        if status == 201
            && let Some((Moment::BeforeCreated, down_ms)) = self.dies_at
        {
            self.crash(down_ms);
            return self.refuse(flight, fate.back_ms);
        }
        let it = &self.seats[seat];
        let is_silent = it.cuts.is_deaf() || (it.cuts.events > 0 && brings_events(&line));
        if is_silent || (fate.loss == Loss::Answer && !fate.is_loud) {
            return;
        }
        if fate.loss == Loss::Answer {
            return self.refuse(flight, fate.back_ms);
        }
        self.after(fate.back_ms, Event::Answer { flight, result });
    }

    /// An answer arrives at a page.
    pub(crate) fn answer(&mut self, flight: u64, result: Result<HttpResponse, NoAnswer>) {
        let Some(it) = self.flights.remove(&flight) else { return };
        if !it.is_wanted || self.seats[it.seat].number != it.number {
            return;
        }
        let (at_ms, who) = (self.now_ms(), self.seats[it.seat].who);
        let status = result.as_ref().map_or(0, |it| it.status);
        self.trace.step(at_ms, format_args!("{who} gets {status} for {}", it.line));
        if let (Ok(response), false) = (&result, it.is_cached) {
            self.book.heard(who, at_ms, brings_events(&it.line));
            bugs::answered(self.bug, &mut self.book, &it.url, response);
        }
        self.on_page(it.seat, |page, now_ms, out| page.answer(now_ms, it.tag, result, out));
    }

    /// A page has waited long enough; its browser closes the connection.
    pub(crate) fn give_up(&mut self, flight: u64) {
        let Some(it) = self.flights.get_mut(&flight).filter(|it| it.is_wanted) else { return };
        it.is_wanted = false;
        let (seat, number, tag) = (it.seat, it.number, it.tag);
        let at_ms = self.now_ms();
        let who = self.seats[seat].who;
        self.trace.step(at_ms, format_args!("{who} gives up on {}", self.flights[&flight].line));
        self.close_flight(seat, flight);
        if self.seats[seat].number == number {
            let result = Err(NoAnswer("no answer in time".to_owned()));
            self.on_page(seat, |page, now_ms, out| page.answer(now_ms, tag, result, out));
        }
    }

    /// A page does not want an answer any more.
    pub(crate) fn abort(&mut self, seat: usize, tag: Tag) {
        let number = self.seats[seat].number;
        let known = self.flights.iter_mut().find(|(_, it)| {
            it.seat == seat && it.tag == tag && it.number == number && it.is_wanted
        });
        let Some((flight, it)) = known else { return };
        it.is_wanted = false;
        let flight = *flight;
        self.close_flight(seat, flight);
    }

    /// The server learns that a connection was closed, unless the way there is cut.
    fn close_flight(&mut self, seat: usize, flight: u64) {
        if self.seats[seat].cuts.up == 0 {
            let wait_ms = self.flights.get(&flight).map_or(1, |it| it.fate.there_ms);
            self.after(wait_ms, Event::Closed { flight });
        }
    }

    /// The server sees that nobody waits.
    pub(crate) fn closed(&mut self, flight: u64) {
        if let Some(it) = self.flights.remove(&flight) {
            it.closed.cancel();
        }
    }
}

/// The server's work on a request; nobody is answered when the connection is closed before.
async fn serve(
    router: Router,
    request: HttpRequest,
    dead: CancellationToken,
    closed: CancellationToken,
) -> Option<Result<HttpResponse, NoAnswer>> {
    tokio::select! {
        biased;
        () = dead.cancelled() => Some(Err(NoAnswer("the connection broke".to_owned()))),
        () = closed.cancelled() => None,
        answer = leg::call(router, request) => Some(answer),
    }
}
