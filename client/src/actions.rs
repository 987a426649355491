//! Requests besides the main line: each is tried again by back-off while it makes sense.

use shared::Resource;

use crate::http::{HttpRequest, HttpResponse, NoAnswer};
use crate::limits::{
    BACKOFF_FIRST_MS, BACKOFF_MAX_MS, CHECK_TIMEOUT_MS, COURTESY_TRIES, END_TRIES,
    REQUEST_TIMEOUT_MS,
};
use crate::machine::{Session, Step};
use crate::reason::Reason;
use crate::session::Output;
use crate::verdict::{Verdict, judge, reason_of};

/// What a request is for. Numbers name threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Starts a conversation with the helpdesk.
    Start(u32),
    /// Sends the item of this key.
    Send(u32, String),
    /// Tells that one is typing.
    Typing,
    /// Tells how far a person has read.
    MarkRead,
    /// Ends messaging, as a person asked.
    Stop(u32),
    /// Leaves the conversation, after `Stop`.
    Leave(u32),
    /// Ends the application.
    Delete,
    /// Accepts the invitation of this key.
    Accept(String),
    /// Declines an invitation.
    Decline,
    /// Joins a meeting, as an agent.
    Join,
    /// Answers somebody in a lobby.
    AnswerLobby,
    /// Reads who waits in a meeting's lobby.
    ReadLobby(u32),
    /// Adds messaging to a conference (WID-19).
    AddMessaging(u32),
    /// Reads a conversation again.
    ReadConversation(u32),
    /// Reads a conversation's messaging again.
    ReadMessaging(u32),
    /// Reads the meeting behind a conversation.
    ReadMeeting(u32),
    /// Reads which conversations there are.
    ReadConversations,
    /// Reads the resource that the event at the head of the inbox lacks (WID-06).
    Fetch,
    /// Sees whether the application is there, beside a poll that may be held for minutes.
    Check,
    /// Becomes reachable for invitations.
    Available,
    /// Says that one is still there.
    Activity,
    /// Reads oneself, for the links of the two above.
    ReadMe,
    /// Gives a renewal back.
    Revoke,
}

/// A request that is in flight or waits for its next try.
#[derive(Debug)]
pub(crate) struct Action {
    /// The id of the request in flight; 0 while it waits.
    pub(crate) id: u64,
    /// What for.
    pub(crate) purpose: Purpose,
    /// Without `Authorization`, which is added as it goes out.
    pub(crate) request: HttpRequest,
    /// Failed tries.
    pub(crate) failures: u32,
    /// When to try next, while it waits.
    pub(crate) due_ms: i64,
}

impl Purpose {
    /// How often a failure is answered by another try; `None` for ever.
    fn tries(&self) -> Option<u32> {
        match self {
            Self::Typing | Self::Check => Some(1),
            Self::Stop(_) | Self::Leave(_) | Self::Delete => Some(END_TRIES),
            Self::Decline | Self::Activity | Self::Revoke => Some(COURTESY_TRIES),
            _ => None,
        }
    }
}

impl Session {
    /// Asks something; at once if the application is there, else as soon as it is.
    pub(crate) fn act(&mut self, purpose: Purpose, request: HttpRequest) {
        let action = Action { id: 0, purpose, request, failures: 0, due_ms: self.now };
        self.actions.push(action);
    }

    /// As [`Self::act`], unless the same is being asked already.
    pub(crate) fn act_once(&mut self, purpose: Purpose, request: HttpRequest) {
        if !self.is_acting(&purpose) {
            self.act(purpose, request);
        }
    }

    /// Whether this is being asked.
    pub(crate) fn is_acting(&self, purpose: &Purpose) -> bool {
        self.actions.iter().any(|it| it.purpose == *purpose)
    }

    /// Sends what is due.
    pub(crate) fn send_actions(&mut self) {
        if self.line.step != Step::Poll {
            return;
        }
        for at in 0..self.actions.len() {
            let action = &self.actions[at];
            if action.id != 0 || action.due_ms > self.now {
                continue;
            }
            let is_check = action.purpose == Purpose::Check;
            let timeout_ms = if is_check { CHECK_TIMEOUT_MS } else { REQUEST_TIMEOUT_MS };
            let request = self.authorised(action.request.clone());
            self.actions[at].id = self.send(request, timeout_ms);
        }
    }

    /// When the next waiting action is due.
    pub(crate) fn next_action_ms(&self) -> Option<i64> {
        if self.line.step != Step::Poll {
            return None;
        }
        self.actions.iter().filter(|it| it.id == 0).map(|it| it.due_ms).min()
    }

    /// Gives all actions up; their answers are not wanted any more.
    pub(crate) fn drop_actions(&mut self) {
        for action in std::mem::take(&mut self.actions) {
            if action.id != 0 {
                self.outputs.push_back(Output::Abort { id: action.id });
            }
        }
        let is_visitor = self.is_visitor();
        for thread in &mut self.threads {
            thread.sending = None;
            thread.starting = false;
            thread.told_read_ms = 0;
            // Its stop goes down with the rest; deleting the application does the same.
            self.finished |= std::mem::take(&mut thread.ending) && is_visitor;
        }
    }

    /// Gives one up: its answer would be older than what is known by now.
    pub(crate) fn drop_action(&mut self, purpose: &Purpose) {
        let Some(at) = self.actions.iter().position(|it| it.purpose == *purpose) else { return };
        let action = self.actions.swap_remove(at);
        if action.id != 0 {
            self.outputs.push_back(Output::Abort { id: action.id });
        }
    }

    /// How long to wait after so many failures: doubling, with jitter so that not all come at once.
    pub(crate) fn backoff_ms(&mut self, failures: u32, at_least_ms: Option<i64>) -> i64 {
        let doubled = BACKOFF_FIRST_MS << failures.saturating_sub(1).min(16);
        let full = doubled.min(BACKOFF_MAX_MS);
        let wait = full / 2 + self.rng.below(full / 2);
        wait.max(at_least_ms.unwrap_or(0))
    }

    /// An answer to one of the actions came.
    pub(crate) fn action_answer(&mut self, at: usize, result: Result<HttpResponse, NoAnswer>) {
        let no_answer = result.is_err();
        match judge(result) {
            Verdict::Later(wait) => self.action_later(at, wait, no_answer),
            Verdict::Unauthorized(_) if !self.closing => self.action_unauthorized(at),
            Verdict::NoApplication if !self.closing => self.recreate(),
            Verdict::Gone(reason) if !self.closing => self.stop(reason),
            Verdict::Done(response) => {
                let action = self.actions.swap_remove(at);
                self.done(action.purpose, &response);
            }
            Verdict::Refused(response) => {
                let action = self.actions.swap_remove(at);
                self.refused(action.purpose, &reason_of(&response));
            }
            Verdict::Unauthorized(_)
            | Verdict::NoApplication
            | Verdict::Gone(_)
            | Verdict::Replaced => {
                let action = self.actions.swap_remove(at);
                self.refused(action.purpose, Reason::Refused.sentence());
            }
        }
    }

    fn action_later(&mut self, at: usize, wait: Option<i64>, no_answer: bool) {
        let failures = self.actions[at].failures + 1;
        let gives_up = self.actions[at].purpose.tries().is_some_and(|tries| failures >= tries)
            || self.is_too_late(at);
        let wait_ms = self.backoff_ms(failures, wait);
        let action = &mut self.actions[at];
        action.id = 0;
        action.failures = failures;
        action.due_ms = self.now + wait_ms;
        // Nothing came back at all: the poll may be just as dead, and would not say so for minutes.
        let suspect = no_answer && action.purpose != Purpose::Check;
        if gives_up {
            let action = self.actions.swap_remove(at);
            self.refused(action.purpose, Reason::Unreached.sentence());
        }
        if suspect {
            self.doubt();
        }
    }

    /// Whether it is a text that is shown as failed because its conversation ended meanwhile.
    fn is_too_late(&mut self, at: usize) -> bool {
        let Purpose::Send(id, _) = self.actions[at].purpose else { return false };
        self.thread_by_id(id).is_none_or(|it| !self.is_open(it))
    }

    fn done(&mut self, purpose: Purpose, response: &HttpResponse) {
        match purpose {
            Purpose::Start(thread) => self.start_answered(thread, response),
            Purpose::Send(thread, item) => self.sent(thread, &item, response),
            Purpose::Stop(thread) => self.stopped(thread),
            Purpose::Delete => self.closed(),
            Purpose::Accept(key) => self.accept_answered(&key, true),
            Purpose::Check => self.reached(),
            Purpose::Available => self.activity_at = Some(self.now),
            Purpose::Typing
            | Purpose::MarkRead
            | Purpose::Leave(_)
            | Purpose::Decline
            | Purpose::Join
            | Purpose::AnswerLobby
            | Purpose::AddMessaging(_)
            | Purpose::Activity
            | Purpose::Revoke => {}
            reading => self.read(&reading, Resource::parse(&response.body).unwrap_or_default()),
        }
    }

    fn read(&mut self, purpose: &Purpose, resource: Resource) {
        match purpose {
            Purpose::ReadConversation(id) => {
                if let Some(at) = self.thread_by_id(*id) {
                    self.conversation_read(at, &resource);
                }
            }
            Purpose::ReadMessaging(id) => {
                if let Some(at) = self.thread_by_id(*id) {
                    self.messaging_read(at, &resource);
                }
            }
            Purpose::ReadMeeting(id) => {
                if let Some(at) = self.thread_by_id(*id) {
                    self.meeting_read(at, &resource);
                }
            }
            Purpose::ReadLobby(id) => {
                if let Some(at) = self.thread_by_id(*id) {
                    self.lobby_read(at, &resource);
                }
            }
            Purpose::ReadConversations => self.conversations_read(&resource),
            Purpose::Fetch => self.fetched(resource),
            Purpose::ReadMe => self.read_me(&resource),
            _ => {}
        }
    }

    pub(crate) fn refused(&mut self, purpose: Purpose, reason: &str) {
        match purpose {
            Purpose::Start(thread) => self.start_refused(thread, reason),
            Purpose::Send(thread, item) => self.send_refused(thread, &item, reason),
            Purpose::Stop(thread) => self.stopped(thread),
            Purpose::Delete => self.closed(),
            Purpose::Accept(key) => self.accept_answered(&key, false),
            Purpose::Fetch => self.fetched(Resource::default()),
            Purpose::Check => self.unreached(),
            // 409 AlreadyExists: reachable already, by an earlier page.
            Purpose::Available => self.activity_at = Some(self.now),
            // Gone while we were not looking.
            Purpose::ReadConversation(id) => {
                if let Some(at) = self.thread_by_id(id) {
                    self.end(at, Reason::Ended.sentence());
                }
            }
            // What changes there next may offer it again.
            Purpose::AddMessaging(id) => {
                if let Some(at) = self.thread_by_id(id) {
                    self.threads[at].added = false;
                }
            }
            Purpose::Typing
            | Purpose::MarkRead
            | Purpose::Leave(_)
            | Purpose::Decline
            | Purpose::ReadMessaging(_)
            | Purpose::ReadMeeting(_)
            | Purpose::ReadLobby(_)
            | Purpose::Join
            | Purpose::AnswerLobby
            | Purpose::ReadConversations
            | Purpose::Activity
            | Purpose::ReadMe
            | Purpose::Revoke => {}
        }
    }
}
