//! An agent's page: `console::model` with the client machine and the desk poll, tied as `console::app`
//! ties them.

use std::collections::BTreeMap;

use client::http::{HttpResponse, NoAnswer};
use client::model::Connection;
use client::session::{self, Command, Session, Start};
use console::limits;
use console::model::{
    Console, DeskCall, DeskPoll, Drafts, Effect, Health, Link, Load, Marks, PollInput, PollOutput,
    Speaker, Wish,
};

use super::{
    Act, Do, Line, Page, SESSION, Seen, Storage, TIMERS, Tag, drive, far, held, id_of,
    is_told_delivered,
};
use crate::server::PUBLIC_URL;

const DRAFTS: &str = "drafts";
const MARKS: &str = "marks";

/// Where the page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// At the door.
    Door,
    /// Signing in.
    Busy,
    /// Signed in.
    Inside,
}

/// An agent's page.
pub struct AgentPage {
    start: Start,
    seed: u64,
    stage: Stage,
    session: Option<Session>,
    poll: DeskPoll,
    console: Console,
    drafts: Drafts,
    calls: BTreeMap<u64, DeskCall>,
    last_call: u64,
}

impl AgentPage {
    /// A page as it loads. It goes on by itself where a reload broke off.
    pub fn load(start: Start, seed: u64, storage: &Storage, now_ms: i64) -> (Self, Vec<Do>) {
        let kept = |name: &str| storage.get(name).cloned().unwrap_or_default();
        let mut page = Self {
            start,
            seed,
            stage: Stage::Door,
            session: None,
            poll: DeskPoll::new(PUBLIC_URL, seed),
            console: Console::new(Marks::read(&kept(MARKS))),
            drafts: Drafts::read(&kept(DRAFTS)),
            calls: BTreeMap::new(),
            last_call: 0,
        };
        let mut out = Vec::new();
        let restored = Session::restore(page.start.clone(), seed, &kept(SESSION));
        if let Some(session) = restored {
            page.session = Some(session);
            page.drive(now_ms, session::Input::Tick, &mut out);
            page.drive(now_ms, session::Input::Command(Command::Connect), &mut out);
            if page.bearer().is_some() {
                page.enter(now_ms, &mut out);
            }
        }
        (page, out)
    }

    fn sign_in(&mut self, now_ms: i64, out: &mut Vec<Do>) {
        self.seed = self.seed.wrapping_add(1);
        self.stage = Stage::Busy;
        self.session = Some(Session::new(self.start.clone(), self.seed));
        self.drive(now_ms, session::Input::Tick, out);
        self.drive(now_ms, session::Input::Command(Command::Connect), out);
    }

    fn enter(&mut self, now_ms: i64, out: &mut Vec<Do>) {
        self.stage = Stage::Inside;
        self.poll_in(now_ms, PollInput::Start, out);
    }

    /// Back to the door; the machine goes with all that it asks.
    fn leave(&mut self, now_ms: i64, out: &mut Vec<Do>) {
        self.stage = Stage::Door;
        self.session = None;
        out.push(Do::Keep(SESSION, String::new()));
        self.poll_in(now_ms, PollInput::Stop, out);
        self.console = Console::new(self.console.marks().clone());
    }

    fn drive(&mut self, now_ms: i64, input: session::Input, out: &mut Vec<Do>) {
        let Some(session) = &mut self.session else { return };
        for notice in drive(session, now_ms, input, out) {
            let effects = self.console.notice(&notice);
            self.run(now_ms, effects, out);
        }
        let Some(session) = &self.session else { return };
        let model = session.model().clone();
        let (is_busy, is_inside) = (self.stage == Stage::Busy, self.stage == Stage::Inside);
        match &model.connection {
            Connection::Online if !is_inside => self.enter(now_ms, out),
            Connection::SignedOut { .. } if is_inside => return self.leave(now_ms, out),
            Connection::SignedOut { .. }
            | Connection::Stopped { .. }
            | Connection::Reconnecting { .. }
                if is_busy =>
            {
                return self.leave(now_ms, out);
            }
            _ => {}
        }
        let effects = self.console.ucwa_came(model);
        self.run(now_ms, effects, out);
    }

    fn poll_in(&mut self, now_ms: i64, input: PollInput, out: &mut Vec<Do>) {
        self.poll.handle(now_ms, input);
        while let Some(output) = self.poll.poll() {
            match output {
                PollOutput::Request { id, mut request, timeout_ms } => {
                    request.headers.extend(self.authorization());
                    out.push(Do::Send { tag: Tag::Desk(id), request, timeout_ms });
                }
                PollOutput::Abort { id } => out.push(Do::Abort(Tag::Desk(id))),
                PollOutput::State(state) => {
                    let effects = self.console.desk_came(now_ms, *state);
                    self.run(now_ms, effects, out);
                }
                PollOutput::Health(Health::SignedOut) if self.stage == Stage::Inside => {
                    return self.leave(now_ms, out);
                }
                PollOutput::Health(health) => self.console.health_came(health),
            }
        }
    }

    fn run(&mut self, now_ms: i64, effects: Vec<Effect>, out: &mut Vec<Do>) {
        for effect in effects {
            match effect {
                Effect::Ucwa(command) => {
                    self.drive(now_ms, session::Input::Command(command), out);
                }
                Effect::Desk(call) => {
                    let mut request = call.request(PUBLIC_URL);
                    request.headers.extend(self.authorization());
                    self.last_call += 1;
                    self.calls.insert(self.last_call, call);
                    let timeout_ms = limits::DESK_CALL_MS_MAX;
                    out.push(Do::Send { tag: Tag::Call(self.last_call), request, timeout_ms });
                }
                Effect::KeepMarks => out.push(Do::Keep(MARKS, self.console.marks().write())),
                Effect::Say(..) | Effect::Chime => {}
            }
        }
    }

    fn authorization(&self) -> Option<(String, String)> {
        self.bearer().map(|it| ("Authorization".to_owned(), format!("Bearer {it}")))
    }

    fn wish(&mut self, now_ms: i64, wish: Wish, out: &mut Vec<Do>) {
        let effects = self.console.wish(now_ms, wish);
        self.run(now_ms, effects, out);
    }

    fn keep_drafts(&self, out: &mut Vec<Do>) {
        out.push(Do::Keep(DRAFTS, self.drafts.write()));
    }

    /// The desk's ids of one's own conversations that go on.
    fn own(&self) -> Vec<String> {
        self.console.lists().mine.iter().map(|it| it.id.clone()).collect()
    }
}

impl Page for AgentPage {
    fn act(&mut self, now_ms: i64, act: Act, out: &mut Vec<Do>) {
        match act {
            Act::Open | Act::GoOn if self.stage == Stage::Door => self.sign_in(now_ms, out),
            Act::GoOn => {
                self.drive(now_ms, session::Input::Command(Command::Connect), out);
                self.poll_in(now_ms, PollInput::Start, out);
            }
            Act::Type(id, text) => {
                self.drafts.set(&id, text);
                self.keep_drafts(out);
                self.wish(now_ms, Wish::Typing(id), out);
            }
            Act::Send(id) if self.console.can_send(&id) => {
                if let Some(text) = self.drafts.take(&id) {
                    self.wish(now_ms, Wish::Send { id, text }, out);
                    self.keep_drafts(out);
                }
            }
            Act::Retry { conversation, key } => {
                self.wish(now_ms, Wish::Retry { id: conversation, line: key }, out);
            }
            Act::TakeNext => self.wish(now_ms, Wish::TakeNext, out),
            Act::Select(id) => self.wish(now_ms, Wish::Select(Some(id)), out),
            Act::Reload(id) => self.wish(now_ms, Wish::Reload(id), out),
            Act::Rejoin(id) => self.wish(now_ms, Wish::Rejoin(id), out),
            Act::End(id) => self.wish(now_ms, Wish::End(id), out),
            Act::TryNow => {
                self.drive(now_ms, session::Input::Wake, out);
                self.poll_in(now_ms, PollInput::Wake, out);
            }
            Act::Open | Act::Send(_) => {}
        }
    }

    fn answer(
        &mut self,
        now_ms: i64,
        tag: Tag,
        result: Result<HttpResponse, NoAnswer>,
        out: &mut Vec<Do>,
    ) {
        match tag {
            Tag::Ucwa(id) => self.drive(now_ms, session::Input::Answer { id, result }, out),
            Tag::Desk(id) => self.poll_in(now_ms, PollInput::Answer { id, result }, out),
            Tag::Call(id) => {
                let Some(call) = self.calls.remove(&id) else { return };
                let answered = call.read(result);
                let effects = self.console.desk_answered(&call, answered);
                self.run(now_ms, effects, out);
            }
        }
    }

    fn deadlines(&self) -> [Option<i64>; TIMERS] {
        let ucwa = self.session.as_ref().and_then(Session::deadline_ms);
        [ucwa, self.poll.deadline_ms(), self.console.wants_tick().then_some(0)]
    }

    fn tick(&mut self, now_ms: i64, timer: usize, out: &mut Vec<Do>) {
        match timer {
            0 => self.drive(now_ms, session::Input::Tick, out),
            1 => self.poll_in(now_ms, PollInput::Tick, out),
            _ => self.console.tick(now_ms),
        }
    }

    fn texts(&self) -> Vec<Seen> {
        held(self.session.iter().flat_map(|it| &it.model().conversations))
    }

    fn lines(&self) -> Vec<Seen> {
        let lists = self.console.lists();
        let shown = lists.rows().flat_map(|row| {
            self.console.lines(&row.id).into_iter().map(|line| Seen {
                id: id_of(&line.text).to_owned(),
                conversation: row.id.clone(),
                key: line.key,
                is_own: line.speaker == Speaker::Me,
                far: far(&line.delivery),
                is_told_delivered: is_told_delivered(line.standing),
            })
        });
        shown.collect()
    }

    fn drafts(&self) -> BTreeMap<String, String> {
        serde_json::from_str(&self.drafts.write()).unwrap_or_default()
    }

    fn writable(&self) -> Vec<String> {
        self.own().into_iter().filter(|id| self.console.can_send(id)).collect()
    }

    fn open(&self) -> Vec<String> {
        self.own()
    }

    fn selected(&self) -> Option<String> {
        self.console.selected().map(str::to_owned)
    }

    fn incomplete(&self) -> Option<String> {
        let is_failed = self.console.pane().is_some_and(|it| it.load == Load::Failed);
        self.selected().filter(|_| is_failed)
    }

    fn line(&self) -> Line {
        match self.console.link() {
            _ if self.stage != Stage::Inside => Line::Stopped,
            Link::Online => Line::Current,
            Link::Connecting | Link::Reconnecting { .. } => Line::Doubtful,
            Link::Elsewhere | Link::SignedOut | Link::Stopped { .. } => Line::Stopped,
        }
    }

    fn has_waiting(&self) -> bool {
        self.console.lists().queue.iter().any(|it| !it.is_taking)
    }

    fn joinable(&self) -> Vec<String> {
        self.own().into_iter().filter(|id| !self.console.is_taking(id)).collect()
    }

    fn is_busy(&self) -> bool {
        let lists = self.console.lists();
        !lists.queue.is_empty() || lists.mine.iter().any(|it| !self.console.can_send(&it.id))
    }

    fn is_leaving(&self) -> bool {
        false
    }

    fn bearer(&self) -> Option<String> {
        self.session.as_ref()?.bearer().map(str::to_owned)
    }
}
