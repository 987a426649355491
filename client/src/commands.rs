//! What a person wants, and how a client ends.

use crate::actions::Purpose;
use crate::http::HttpRequest;
use crate::kept::Kept;
use crate::machine::{Session, Step, request};
use crate::model::{Connection, Phase};
use crate::reason::Reason;
use crate::session::Command;

impl Session {
    pub(crate) fn command(&mut self, command: Command) {
        match command {
            Command::Connect => self.connect(),
            Command::StartConversation { subject } => {
                if self.is_visitor() {
                    self.connect();
                    if self.current_thread().is_none() {
                        self.new_conversation(subject.as_deref());
                    }
                }
            }
            Command::Describe { about } => self.about = about,
            Command::Send { conversation, text } => {
                self.send_text(&conversation, &text);
                self.connect_visitor();
            }
            Command::Retry { conversation, item } => {
                self.retry(&conversation, &item);
                self.connect_visitor();
            }
            Command::Typing { conversation } => self.typing(&conversation),
            Command::MarkRead { conversation, up_to_ms } => {
                self.mark_read(&conversation, up_to_ms);
            }
            Command::Accept { invitation } => self.accept(&invitation),
            Command::AcceptMeeting { online_meeting_uri } => {
                self.accept_meeting(&online_meeting_uri);
            }
            Command::Join { online_meeting_uri } => self.join(&online_meeting_uri),
            Command::AnswerLobby { conversation, participant, admit } => {
                self.answer_lobby(&conversation, &participant, admit);
            }
            Command::Decline { invitation } => self.decline(&invitation),
            Command::End { conversation } => {
                let current = || self.model.conversations.iter().rev().find(|it| is_open(it));
                let key = if conversation.is_empty() && self.is_visitor() {
                    current().map(|it| it.key.clone()).unwrap_or_default()
                } else {
                    conversation
                };
                self.end_by_person(&key);
            }
            Command::Adopt { proof } => self.adopt(&proof),
            Command::Close => self.close(),
        }
    }

    /// A person's act restarts a client that has stopped (WID-11, WID-12), and hurries one that
    /// waits for its next try.
    fn connect(&mut self) {
        if self.line.step == Step::Idle {
            self.begin();
        } else if matches!(self.model.connection, Connection::Reconnecting { .. }) {
            self.wake();
        }
    }

    /// A visitor who writes wants to be connected; an agent says so by signing in.
    fn connect_visitor(&mut self) {
        if self.is_visitor() && self.line.step == Step::Idle && !self.closing {
            self.begin();
        }
    }

    /// Leaves for good.
    fn close(&mut self) {
        for at in 0..self.threads.len() {
            self.threads[at].over = true;
        }
        let keys: Vec<String> = self.threads.iter().map(|it| it.key.clone()).collect();
        for key in keys {
            if let Some(at) = self.thread_by_key(&key)
                && (self.threads[at].is_hidden() || self.is_open(at))
            {
                self.end(at, Reason::Ended.sentence());
            }
        }
        self.inbox.clear();
        self.finished = true;
        if self.line.step == Step::Idle {
            self.closed();
        }
    }

    /// Ends the application once everything that it told was shown (WID-17).
    pub(crate) fn close_when_finished(&mut self) {
        if !self.finished || self.closing || !self.inbox.is_empty() {
            return;
        }
        if self.kept.application.is_empty() {
            return self.closed();
        }
        if self.line.step != Step::Poll {
            // Reconnecting, or restored and not yet asked to connect: it is deleted then.
            return;
        }
        if self.is_giving_back() {
            return;
        }
        self.closing = true;
        let request = request("DELETE", &self.kept.application);
        self.act_once(Purpose::Delete, request);
    }

    /// The application is deleted, or cannot be reached to be: nothing is asked any more. What the
    /// person wrote meanwhile starts a new one.
    pub(crate) fn closed(&mut self) {
        self.forget_application(Reason::Ended.sentence());
        self.kept = Kept::default();
        self.halt(Connection::Idle);
        if self.threads.iter().any(|it| !it.named && !it.over) {
            self.begin();
        }
    }

    /// Best effort on unload (WID-18): requests to send without waiting for an answer. Empty while a
    /// conversation is open, because a reload must not end it.
    pub fn leave_requests(&self) -> Vec<HttpRequest> {
        let mut out = Vec::new();
        if self.kept.application.is_empty() || self.kept.token.is_empty() {
            return out;
        }
        for thread in self.threads.iter().filter(|it| it.ending) {
            if !thread.stop.is_empty() {
                out.push(self.authorised(request("POST", &thread.stop)));
            }
            if !self.is_visitor() {
                out.push(self.authorised(request("DELETE", &thread.key)));
            }
        }
        let shown = &self.model.conversations;
        let is_over = self.is_visitor() && !shown.is_empty() && !shown.iter().any(is_open);
        if self.finished || self.closing || is_over {
            out.push(self.authorised(request("DELETE", &self.kept.application)));
        }
        out
    }
}

fn is_open(conversation: &crate::model::Conversation) -> bool {
    conversation.phase != Phase::Ended
}
