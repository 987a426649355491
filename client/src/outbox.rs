//! What a person wrote, on its way: in order, one at a time, never lost (invariants 2 and 11).
//!
//! There is no list besides the model: what stands there as `Sending` is the outbox.

use shared::data_uri;

use crate::actions::Purpose;
use crate::http::HttpResponse;
use crate::json::Json;
use crate::limits::TEXT_BYTES_MAX;
use crate::machine::{Session, Step, post_json, request_with};
use crate::messages::remember;
use crate::model::{Author, Connection, Delivery, Item, Standing};
use crate::reason::Reason;
use crate::session::Start;
use crate::sign_in::shortened;
use crate::url::with_param;

impl Session {
    /// A visitor's conversation that is not over.
    pub(crate) fn current_thread(&mut self) -> Option<usize> {
        (0..self.threads.len()).rev().find(|at| !self.threads[*at].is_hidden() && self.is_open(*at))
    }

    /// The thread a text goes into: the one named, or for a visitor the current one or a new one.
    fn thread_for(&mut self, key: &str) -> Option<usize> {
        let named = self.thread_by_key(key);
        if !self.is_visitor() {
            return named.filter(|at| !self.threads[*at].is_hidden());
        }
        let open = named.filter(|at| self.is_open(*at)).or_else(|| self.current_thread());
        Some(open.unwrap_or_else(|| self.new_conversation(None)))
    }

    /// A conversation with the helpdesk that the server does not know of yet.
    pub(crate) fn new_conversation(&mut self, subject: Option<&str>) -> usize {
        let id = self.rng.id();
        let at = self.new_thread(id, false, false);
        self.pair(at).1.subject = subject.map(shortened);
        at
    }

    /// A person sends a text.
    pub(crate) fn send_text(&mut self, key: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let Some(at) = self.thread_for(key) else { return };
        let id = self.rng.id();
        let item = Item {
            key: id.clone(),
            author: Author::Me,
            text: text.to_owned(),
            at_ms: self.now,
            delivery: Delivery::Sending,
            operation_id: Some(id),
            reach: Standing::Sent,
        };
        self.queue(at, item);
    }

    fn queue(&mut self, at: usize, mut item: Item) {
        if !self.is_open(at) {
            item.delivery = Delivery::Failed { reason: Reason::Ended.sentence().to_owned() };
        } else if item.text.len() > TEXT_BYTES_MAX {
            item.delivery = Delivery::Failed { reason: Reason::TooLong.sentence().to_owned() };
        }
        self.pair(at).1.items.push(item);
        self.dirty = true;
    }

    /// A person sends a failed text again; a visitor may do so in a new conversation.
    pub(crate) fn retry(&mut self, key: &str, item_key: &str) {
        let Some(from) = self.thread_by_key(key) else { return };
        let (thread, shown) = self.pair(from);
        let failed =
            |it: &Item| it.key == item_key && matches!(it.delivery, Delivery::Failed { .. });
        let Some(index) = shown.items.iter().position(failed) else { return };
        let mut item = shown.items.remove(index);
        if index < thread.settled {
            thread.settled -= 1;
        }
        thread.aliases.retain(|(_, it)| it != item_key);
        item.delivery = Delivery::Sending;
        item.reach = Standing::Sent;
        item.at_ms = self.now;
        // A new id: the server would take the old one for the delivery that failed.
        item.operation_id = Some(self.rng.id());
        let to = if self.is_visitor() { self.thread_for(key).unwrap_or(from) } else { from };
        self.queue(to, item);
    }

    /// Asks for the conversations that a person wants and the server does not know yet.
    pub(crate) fn start_wanted(&mut self) {
        // With the end of a visitor's conversation goes its application: what is begun in it would end, too.
        let is_leaving = self.closing || self.finished || self.is_visitor() && self.is_ending();
        if self.line.step != Step::Poll || is_leaving {
            return;
        }
        for at in 0..self.threads.len() {
            let thread = &self.threads[at];
            if thread.named || thread.starting || thread.over {
                continue;
            }
            let (id, operation) = (thread.id, thread.key.clone());
            let mut body = Json::object();
            body.name("operationId").text(&operation);
            let link = if self.is_in_meeting() {
                let meeting = self.kept.meeting.clone();
                body.name("onlineMeetingUri").text(&meeting);
                self.pair(at).1.online_meeting_uri = Some(meeting);
                self.kept.join_meeting.clone()
            } else {
                self.describe_call(at, &mut body);
                self.kept.start_messaging.clone()
            };
            if link.is_empty() {
                self.start_refused(id, Reason::Nobody.sentence());
                continue;
            }
            self.threads[at].starting = true;
            let request = post_json(&link, body);
            self.act(Purpose::Start(id), request);
        }
    }

    /// What the helpdesk is told of a call.
    fn describe_call(&mut self, at: usize, body: &mut Json) {
        body.name("to").text(&self.kept.to).name("importance").text("Normal");
        if let Some(subject) = &self.pair(at).1.subject {
            body.name("subject").text(subject);
        }
        if let Start::Visitor { site, .. } = &self.start {
            // The desk learns from it whose helpdesk is meant: `shared::VisitorContext`.
            let about = if self.about.is_empty() {
                let mut told = Json::object();
                told.name("site").text(site);
                told.finish()
            } else {
                self.about.clone()
            };
            let href = data_uri::encode("application/json", &about);
            body.name("_links").open('{').name("customContent").open('{');
            body.name("href").text(&href).close('}').close('}');
        }
    }

    /// The invitation is on its way; its events say the rest.
    pub(crate) fn start_answered(&mut self, id: u32, response: &HttpResponse) {
        let invitation = self.resolve(response.header("location"));
        if let Some(at) = self.thread_by_id(id) {
            self.threads[at].invitation = invitation;
        }
    }

    /// There is no conversation to be had.
    pub(crate) fn start_refused(&mut self, id: u32, reason: &str) {
        let Some(at) = self.thread_by_id(id) else { return };
        self.threads[at].named = true;
        self.threads[at].over = true;
        let has_items = !self.pair(at).1.items.is_empty();
        self.end(at, reason);
        if !has_items {
            // Nothing on screen could carry the reason.
            self.halt(Connection::Stopped { reason: reason.to_owned() });
        }
    }

    /// Sends the next text of each conversation that can take one.
    pub(crate) fn send_outbox(&mut self) {
        if self.line.step != Step::Poll {
            return;
        }
        for at in 0..self.threads.len() {
            let (thread, shown) = self.pair(at);
            if thread.send.is_empty() || thread.sending.is_some() || !shown.can_send {
                continue;
            }
            // What was on its way before a reload goes again under the same operation id, even where
            // an event told of it already: the server dedupes, and its 201 is the proof.
            let is_waiting =
                |it: &&Item| it.delivery == Delivery::Sending && it.author == Author::Me;
            let waiting = shown.items.iter().find(is_waiting);
            let Some(item) = waiting else { continue };
            let operation = item.operation_id.as_deref().unwrap_or(&item.key);
            let url = with_param(&thread.send, "operationId", operation);
            let request = request_with(&url, "text/plain; charset=utf-8", item.text.clone());
            thread.sending = Some(item.key.clone());
            let purpose = Purpose::Send(thread.id, item.key.clone());
            self.act(purpose, request);
        }
    }

    /// The server has kept a text.
    pub(crate) fn sent(&mut self, id: u32, item_key: &str, response: &HttpResponse) {
        let href = self.resolve(response.header("location"));
        let Some(at) = self.thread_by_id(id) else { return };
        let now = self.now;
        let (thread, shown) = self.pair(at);
        thread.sending = None;
        thread.sent_ms = Some(now);
        if let Some(index) = shown.items.iter().position(|it| it.key == item_key) {
            remember(thread, &href, item_key);
            // The event may have come first, and may have said that it failed (WID-04).
            let item = &mut shown.items[index];
            if item.delivery == Delivery::Sending || index >= thread.settled {
                item.delivery = Delivery::Sent;
            }
        }
        self.dirty = true;
    }

    /// The server has refused a text; the next one may still go.
    pub(crate) fn send_refused(&mut self, id: u32, item_key: &str, reason: &str) {
        let Some(at) = self.thread_by_id(id) else { return };
        let (thread, shown) = self.pair(at);
        thread.sending = None;
        if let Some(item) = shown.items.iter_mut().find(|it| it.key == item_key)
            && item.delivery == Delivery::Sending
        {
            item.delivery = Delivery::Failed { reason: reason.to_owned() };
        }
        self.dirty = true;
    }
}
