//! A visitor's page: `widget::model::state` with the client machine, tied as `widget::app` ties them.

use std::collections::BTreeMap;

use client::http::{HttpResponse, NoAnswer};
use client::session::{self, Session, Start};
use widget::model::composer::{self, Writing};
use widget::model::state::{Effect, Input, State};
use widget::model::status::{Status, status};

use super::{Act, Do, Line, Page, SESSION, Seen, Storage, TIMERS, Tag, drive, held};

const DRAFT: &str = "draft";

/// A visitor's page.
pub struct VisitorPage {
    session: Session,
    state: State,
    has_driver: bool,
}

impl VisitorPage {
    /// A page as it loads: with what the browser kept, and nothing is asked yet.
    pub fn load(start: Start, seed: u64, storage: &Storage) -> Self {
        let kept = storage.get(SESSION);
        let session = kept.and_then(|it| Session::restore(start.clone(), seed, it));
        let session = session.unwrap_or_else(|| Session::new(start, seed));
        let draft = storage.get(DRAFT).cloned().unwrap_or_default();
        let state = State::new(session.model().clone(), draft);
        Self { session, state, has_driver: false }
    }

    fn dispatch(&mut self, now_ms: i64, input: Input, out: &mut Vec<Do>) {
        for effect in self.state.handle(input) {
            match effect {
                Effect::Command(command) => {
                    if !std::mem::replace(&mut self.has_driver, true) {
                        self.drive(now_ms, session::Input::Tick, out);
                    }
                    self.drive(now_ms, session::Input::Command(command), out);
                }
                Effect::Wake if self.has_driver => self.drive(now_ms, session::Input::Wake, out),
                Effect::KeepDraft => out.push(Do::Keep(DRAFT, self.state.draft.clone())),
                _ => {}
            }
        }
    }

    fn drive(&mut self, now_ms: i64, input: session::Input, out: &mut Vec<Do>) {
        for notice in drive(&mut self.session, now_ms, input, out) {
            self.dispatch(now_ms, Input::Notice(notice), out);
        }
        self.dispatch(now_ms, Input::Chat(self.session.model().clone()), out);
    }
}

impl Page for VisitorPage {
    fn act(&mut self, now_ms: i64, act: Act, out: &mut Vec<Do>) {
        match act {
            Act::Open => self.dispatch(now_ms, Input::Opened, out),
            Act::Type(_, text) => self.dispatch(now_ms, Input::Draft(text), out),
            Act::Send(_) => self.dispatch(now_ms, Input::Send, out),
            Act::Retry { key, .. } => self.dispatch(now_ms, Input::Retry(key), out),
            Act::End(_) => {
                self.dispatch(now_ms, Input::AskEnd, out);
                self.dispatch(now_ms, Input::End, out);
            }
            Act::TryNow => self.dispatch(now_ms, Input::TryNow, out),
            Act::GoOn if composer::writing(&self.state.chat) == Writing::Over => {
                self.dispatch(now_ms, Input::StartNew, out);
            }
            Act::GoOn => self.dispatch(now_ms, Input::Restart, out),
            Act::Select(_) | Act::Reload(_) | Act::TakeNext | Act::Rejoin(_) => {}
        }
    }

    fn answer(
        &mut self,
        now_ms: i64,
        tag: Tag,
        result: Result<HttpResponse, NoAnswer>,
        out: &mut Vec<Do>,
    ) {
        if let Tag::Ucwa(id) = tag {
            self.drive(now_ms, session::Input::Answer { id, result }, out);
        }
    }

    fn deadlines(&self) -> [Option<i64>; TIMERS] {
        [self.session.deadline_ms().filter(|_| self.has_driver), None, None]
    }

    fn tick(&mut self, now_ms: i64, _timer: usize, out: &mut Vec<Do>) {
        self.drive(now_ms, session::Input::Tick, out);
    }

    fn texts(&self) -> Vec<Seen> {
        held(&self.state.chat.conversations)
    }

    fn lines(&self) -> Vec<Seen> {
        self.texts()
    }

    fn drafts(&self) -> BTreeMap<String, String> {
        BTreeMap::from([(String::new(), self.state.draft.clone())])
    }

    fn writable(&self) -> Vec<String> {
        let is_open = composer::writing(&self.state.chat) == Writing::Open;
        is_open.then(String::new).into_iter().collect()
    }

    fn open(&self) -> Vec<String> {
        self.state.live().map(|it| it.key.clone()).into_iter().collect()
    }

    fn selected(&self) -> Option<String> {
        None
    }

    fn incomplete(&self) -> Option<String> {
        None
    }

    fn line(&self) -> Line {
        match status(&self.state.chat, self.state.is_network_up) {
            Status::Connecting | Status::Offline | Status::Reconnecting => Line::Doubtful,
            Status::Elsewhere | Status::Stopped(_) => Line::Stopped,
            Status::Fine | Status::Waiting | Status::Lobby | Status::CannotSend => Line::Current,
        }
    }

    fn has_waiting(&self) -> bool {
        false
    }

    fn joinable(&self) -> Vec<String> {
        Vec::new()
    }

    fn is_busy(&self) -> bool {
        false
    }

    fn is_leaving(&self) -> bool {
        !self.session.leave_requests().is_empty()
    }

    fn bearer(&self) -> Option<String> {
        self.session.bearer().map(str::to_owned)
    }
}
