//! The machine itself: state of one client, driven by inputs.
//!
//! One *main line* of requests leads from sign-in to the poll and stays there (`sign_in`,
//! `channel`); beside it run *actions* (`actions`). Events wait in the inbox and are folded in order
//! into *threads* and the model (`fold`, `conversations`, `messages`, `invitations`).

use std::collections::VecDeque;

use crate::actions::Action;
use crate::http::{HttpRequest, HttpResponse, NoAnswer};
use crate::inbox::Inbox;
use crate::json::Json;
use crate::kept::{Kept, Offer};
use crate::limits::PULSE_EVERY_MS;
use crate::model::{Connection, Conversation, Model};
use crate::reason::Reason;
use crate::rng::Rng;
use crate::session::{Input, Output, Start};
use crate::threads::Thread;

/// Whether an agent's half is there. Nothing else asks for the feature: what only `AGENT` leads to is
/// dropped by the linker from a build without it, such as the widget.
pub(crate) const AGENT: bool = cfg!(feature = "agent");

/// Where the main line stands: what it asks, or asks next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Step {
    /// Nothing.
    #[default]
    Idle,
    /// A visitor's token from the desk.
    Bootstrap,
    /// A visitor's discovery.
    Discover,
    /// An agent's discovery.
    Root,
    /// The agent's entry without a token, for the challenge.
    Probe,
    /// A token for the password.
    Token,
    /// A token for the renewal.
    Renew,
    /// The agent's entry.
    User,
    /// A new application.
    Create,
    /// Whether a restored application is still there.
    Check,
    /// The event channel.
    Poll,
}

/// The main line: at most one of its requests is in flight, so never two polls.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, none of them a step")]
pub(crate) struct Line {
    /// What is asked.
    pub(crate) step: Step,
    /// The request in flight; 0 for none.
    pub(crate) id: u64,
    /// When it went out.
    pub(crate) sent_ms: i64,
    /// Not before this time.
    pub(crate) due_ms: i64,
    /// When the silence has lasted long enough to ask whether anybody is there.
    pub(crate) pulse_ms: i64,
    /// A poll went without an answer since the last package: it may reach the server yet, and take
    /// the place of the one after it.
    pub(crate) stray: bool,
    /// The poll under way is answered soon, whatever happens: it was granted and is asked for so.
    pub(crate) brief: bool,
    /// The last brief poll said nothing for longer than it is held: events do not come through.
    pub(crate) mute: bool,
    /// When the package that comes next was first asked for.
    pub(crate) asked_ms: i64,
    /// Until when the packages tell all: one whose first answer was lost comes again as it was.
    pub(crate) told_ms: i64,
    /// Failures since the last package.
    pub(crate) failures: u32,
    /// Redirects of discovery followed, and where the last one led.
    pub(crate) redirects: u32,
    /// Where discovery was redirected to.
    pub(crate) redirect: String,
    /// Whether the platform renews tokens.
    pub(crate) renews: bool,
    /// Whether it stops once somebody is signed in.
    pub(crate) is_door: bool,
    /// Where the line goes on once the token is renewed.
    pub(crate) back: Step,
}

/// One signed-in or anonymous client. See the crate's head for the contract with a driver.
pub struct Session {
    pub(crate) start: Start,
    pub(crate) rng: Rng,
    pub(crate) model: Model,
    pub(crate) now: i64,
    pub(crate) outputs: VecDeque<Output>,
    pub(crate) last_id: u64,
    pub(crate) line: Line,
    pub(crate) kept: Kept,
    pub(crate) threads: Vec<Thread>,
    /// What the model does not show: offers not yet accepted.
    pub(crate) hidden: Vec<Conversation>,
    pub(crate) last_thread: u32,
    /// What the website tells of its visitor; empty for nothing.
    pub(crate) about: String,
    pub(crate) offers: Vec<Offer>,
    pub(crate) wanted_meetings: Vec<String>,
    pub(crate) actions: Vec<Action>,
    /// Events not yet folded.
    pub(crate) inbox: Inbox,
    /// When an agent reports activity next.
    pub(crate) activity_at: Option<i64>,
    /// When the token is renewed.
    pub(crate) renew_at: Option<i64>,
    /// The application is to end as soon as the inbox is empty.
    pub(crate) finished: bool,
    /// The application is being deleted.
    pub(crate) closing: bool,
    /// Something changed that a snapshot keeps.
    pub(crate) dirty: bool,
}

impl Session {
    /// A client that was never started. `seed` makes operation ids, the session id of the bootstrap
    /// and jitter: give each session its own, unguessable one.
    pub fn new(start: Start, seed: u64) -> Self {
        Self {
            start,
            rng: Rng(seed),
            model: Model::default(),
            now: 0,
            outputs: VecDeque::new(),
            last_id: 0,
            line: Line::default(),
            kept: Kept::default(),
            threads: Vec::new(),
            hidden: Vec::new(),
            last_thread: 0,
            about: String::new(),
            offers: Vec::new(),
            wanted_meetings: Vec::new(),
            actions: Vec::new(),
            inbox: Inbox::default(),
            activity_at: None,
            renew_at: None,
            finished: false,
            closing: false,
            dirty: false,
        }
    }

    /// Takes something in, at this time of the driver's clock in Unix milliseconds.
    pub fn handle(&mut self, now_ms: i64, input: Input) {
        self.now = now_ms;
        match input {
            Input::Command(command) => self.command(command),
            Input::Answer { id, result } => self.answer(id, result),
            Input::Tick => {}
            Input::Wake => self.wake(),
        }
        self.advance();
    }

    /// What the driver must do next.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to hand in [`Input::Tick`] if nothing else happens first.
    pub fn deadline_ms(&self) -> Option<i64> {
        let is_waiting = self.line.step != Step::Idle && self.line.id == 0 && !self.is_held_back();
        let line = is_waiting.then_some(self.line.due_ms);
        let activity = self.activity_at.filter(|_| self.line.step == Step::Poll);
        let renewal = self.renew_at.filter(|_| AGENT && self.line.step == Step::Poll);
        let typers = self.threads.iter().flat_map(|it| &it.typers).map(|it| it.until_ms).min();
        let pulse = self.has_pulse().then_some(self.line.pulse_ms);
        [line, self.next_action_ms(), activity, renewal, typers, pulse].into_iter().flatten().min()
    }

    /// What to show.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The token, for the desk's API; `None` while signed out.
    pub fn bearer(&self) -> Option<&str> {
        Some(self.kept.token.as_str()).filter(|it| !it.is_empty())
    }

    /// Whether it is a visitor's.
    pub(crate) fn is_visitor(&self) -> bool {
        !AGENT || matches!(self.start, Start::Visitor { .. })
    }

    fn answer(&mut self, id: u64, result: Result<HttpResponse, NoAnswer>) {
        if id == 0 {
            return;
        }
        if result.is_ok() {
            self.line.pulse_ms = self.now + PULSE_EVERY_MS;
        }
        if self.line.id == id {
            self.line.id = 0;
            self.line_answer(result);
        } else if let Some(at) = self.actions.iter().position(|it| it.id == id) {
            self.action_answer(at, result);
        }
        // Anything else was given up: also the 409 of a poll that our own newer one replaced (WID-09).
    }

    /// Does what became possible or due. The order matters: the next poll is in flight before
    /// events are folded (WID-03).
    fn advance(&mut self) {
        self.renew_when_due();
        self.advance_line();
        self.fold_inbox();
        self.expire_typing();
        self.close_when_finished();
        self.start_wanted();
        self.send_outbox();
        self.tell_read();
        self.report_activity();
        self.feel_pulse();
        self.send_actions();
        // A folded event may have changed where the line stands.
        self.advance_line();
        if std::mem::take(&mut self.dirty) {
            self.outputs.push_back(Output::Save);
        }
    }

    /// Puts a request out.
    pub(crate) fn send(&mut self, request: HttpRequest, timeout_ms: u64) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        self.outputs.push_back(Output::Request { id, request, timeout_ms });
        id
    }

    /// With the token.
    pub(crate) fn authorised(&self, mut request: HttpRequest) -> HttpRequest {
        let value = format!("Bearer {}", self.kept.token);
        request.headers.push(("Authorization".to_owned(), value));
        request
    }

    /// The absolute address of a link that this application's documents hold; empty for none.
    pub(crate) fn resolve(&self, href: Option<&str>) -> String {
        href.and_then(|it| crate::url::resolve(&self.kept.base, it)).unwrap_or_default()
    }

    /// Gives up what the main line waits for and goes to this step, at once.
    pub(crate) fn go(&mut self, step: Step) {
        if self.line.id != 0 {
            self.outputs.push_back(Output::Abort { id: self.line.id });
            self.line.id = 0;
            self.line.stray |= self.line.step == Step::Poll;
        }
        self.line.step = step;
        self.line.due_ms = self.now;
    }

    /// Stops until a person asks.
    pub(crate) fn halt(&mut self, connection: Connection) {
        self.drop_actions();
        self.go(Step::Idle);
        self.model.connection = connection;
        self.dirty = true;
    }

    /// Stops and says why (WID-12).
    pub(crate) fn stop(&mut self, reason: String) {
        self.forget_application(Reason::Lost.sentence());
        self.halt(Connection::Stopped { reason });
    }
}

/// A request without a body.
pub(crate) fn request(method: &'static str, url: &str) -> HttpRequest {
    let headers = vec![("Accept".to_owned(), "application/json".to_owned())];
    HttpRequest { method, url: url.to_owned(), headers, body: None }
}

/// A request with a body.
pub(crate) fn request_with(url: &str, content_type: &str, body: String) -> HttpRequest {
    let mut out = request("POST", url);
    out.headers.push(("Content-Type".to_owned(), content_type.to_owned()));
    out.body = Some(body);
    out
}

/// A request with a JSON body.
pub(crate) fn post_json(url: &str, body: Json) -> HttpRequest {
    request_with(url, "application/json", body.finish())
}
