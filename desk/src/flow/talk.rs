//! Texts: what was said goes into the transcript once; what the desk says goes to the visitor.

use shared::desk::{Author, TranscriptEntry};
use shared::event::{Event, EventKind};
use shared::resource::Resource;
use shared::{SipUri, data_uri, date};

use super::change::{Change, Slot};
use super::step::{Request, Step, StepKind};
use super::turn::Turn;
use crate::limits::TEXT_CHARS_MAX;
use crate::notices::Notices;
use crate::ta::href_key;

/// The domain of visitors' addresses (`protocol.md` §2B.1).
const ANONYMOUS_DOMAIN: &str = "anonymous.invalid";

impl Turn<'_> {
    /// The desk's own sentences, in the visitor's language.
    pub(super) fn notices(&self) -> &'static Notices {
        Notices::of(self.flow.opening.about.language.as_deref())
    }

    /// The desk says something to the visitor; it is sent when its turn has come.
    pub(super) fn tell(&mut self, text: impl Into<String>) {
        let step = Step { kind: StepKind::Say, n: self.number() };
        let operation_id = Some(self.operation_id(step));
        let entry = self.entry(Author::Desk, text.into(), operation_id);
        self.change(Change::Told(step.n, Box::new(entry)));
    }

    /// Sends the next of the desk's texts; one at a time, so that they arrive in order.
    pub(super) fn speak(&mut self) {
        let is_sending = self.flow.pending.keys().any(|it| it.kind == StepKind::Say);
        let Some(url) = self.at(Slot::SendToVisitor) else { return };
        if let Some((n, text)) = self.flow.outbox.front().cloned()
            && !is_sending
        {
            let step = Step { kind: StepKind::Say, n };
            let request = Request::text(&url, &self.operation_id(step), &text);
            self.ask(step, request);
        }
    }

    /// A message of either leg. Visitors are heard on their own leg, agents in the conference, so
    /// that the copy a bridge makes is not heard again.
    pub(super) fn hear_message(&mut self, sender: &str, event: &Event) {
        let Some(message) = &event.resource else { return };
        let is_incoming =
            message.text("direction").is_some_and(|it| it.eq_ignore_ascii_case("Incoming"));
        if event.kind == EventKind::Deleted || !is_incoming {
            return;
        }
        let link = message.href("plainMessage").or_else(|| message.href("htmlMessage"));
        let Some(text) = link.and_then(text_of) else { return };
        let operation_id = message.text("operationId").map(str::to_owned);
        let href = href_key(&event.link.href);
        let is_known = |it: &str| self.flow.heard.contains(it);
        if is_known(&href) || operation_id.as_deref().is_some_and(is_known) {
            return;
        }
        if self.is(Slot::Visitor, sender) {
            self.visitor_said(message, text, operation_id, href);
        } else if self.is(Slot::Conference, sender) {
            self.member_said(message, text, operation_id, &href);
        }
    }

    fn visitor_said(
        &mut self,
        message: &Resource,
        text: String,
        operation_id: Option<String>,
        href: String,
    ) {
        // Row A23: the text of the invitation comes again as the first message.
        if self.flow.first_text_open && self.flow.opening.first_text.as_deref() == Some(&text) {
            self.change(Change::FirstTextHeard(operation_id, href));
        } else {
            let mut entry = self.entry(Author::Visitor, text, operation_id);
            entry.at_ms = self.said_ms(message);
            self.change(Change::Said(Box::new(entry), href));
        }
    }

    /// Records what the visitor said with the invitation.
    pub(super) fn said_at_first(&mut self, text: String) {
        let entry = self.entry(Author::Visitor, text, None);
        self.change(Change::Said(Box::new(entry), String::new()));
    }

    /// When a message was said: by the platform's stamp, because what it tells of the two legs comes in
    /// any order (invariant 3).
    fn said_ms(&self, message: &Resource) -> i64 {
        message.text("timeStamp").and_then(date::parse).unwrap_or(self.now_ms)
    }

    fn member_said(
        &mut self,
        message: &Resource,
        text: String,
        operation_id: Option<String>,
        href: &str,
    ) {
        let link = message.link_of("participant");
        let embedded =
            message.embedded("senderParticipant").or_else(|| message.embedded("participant"));
        let uri = embedded
            .and_then(|it| SipUri::parse(it.text("uri")?).ok())
            .or_else(|| self.flow.members.get(&href_key(&link?.href))?.uri.clone())
            .or_else(|| uri_in(&link?.href));
        // Whoever was never offered it is the visitor's copy or the desk itself; in a meeting of an
        // agent's there is no copy, and the desk hears its own as outgoing.
        let is_hosted = self.flow.opening.hosted.is_some();
        let is_heard = |it: &SipUri| is_hosted || self.flow.admitted.contains_key(it);
        let Some(uri) = uri.filter(is_heard) else { return };
        let offered = self.flow.offers.values().rev().find(|it| it.agent == uri);
        let name = offered.map(|it| it.name.clone());
        let name = name
            .or_else(|| embedded?.text("name").map(str::to_owned))
            .or_else(|| link?.title.clone())
            .unwrap_or_else(|| uri.name().to_owned());
        let author = if uri.domain() == ANONYMOUS_DOMAIN {
            Author::NamedVisitor { name }
        } else {
            Author::Agent { uri: uri.as_str().to_owned(), name }
        };
        let mut entry = self.entry(author, text, operation_id);
        entry.at_ms = self.said_ms(message);
        self.change(Change::Said(Box::new(entry), href.to_owned()));
    }

    fn entry(&self, author: Author, text: String, operation_id: Option<String>) -> TranscriptEntry {
        let seq = self.flow.entries.len() as u64 + 1;
        let text = match text.char_indices().nth(TEXT_CHARS_MAX) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text,
        };
        TranscriptEntry { seq, at_ms: self.now_ms, author, text, operation_id }
    }
}

/// The SIP URI that ends a participant's address: `…/participants/user@host` (§2A.4).
pub(super) fn uri_in(href: &str) -> Option<SipUri> {
    let path = href.split(['?', '#']).next()?;
    let last = path.rsplit('/').next()?;
    let bytes = data_uri::percent_decode(last, false);
    SipUri::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

/// The plain text behind a data URI; markup is taken off, never interpreted (row A50).
pub(super) fn text_of(data_uri: &str) -> Option<String> {
    let decoded = data_uri::decode(data_uri)?;
    Some(if decoded.media_type == "text/html" {
        without_markup(&decoded.text)
    } else {
        decoded.text
    })
}

fn without_markup(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tag = &rest[at..];
        let Some(end) = tag.find('>') else { break };
        let name = tag[1..end].trim_start_matches('/').to_ascii_lowercase();
        if ["br", "p", "div"].iter().any(|it| name.split([' ', '/']).next() == Some(*it))
            && !out.ends_with('\n')
        {
            out.push('\n');
        }
        rest = &tag[end + 1..];
    }
    if !rest.starts_with('<') {
        out.push_str(rest);
    }
    for (code, letter) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        out = out.replace(code, letter);
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_taken_off_a_text() {
        let html = "<div>a &lt;b&gt;</div><p>second<br/>line</p><img onerror=x";
        assert_eq!(without_markup(html), "a <b>\nsecond\nline");
    }

    #[test]
    fn an_address_of_a_participant_ends_in_its_uri() {
        let href = "https://p.example/c/1/participants/Ann%40t.example?endpointId=sip:h@t.example";
        assert_eq!(uri_in(href), SipUri::parse("sip:ann@t.example").ok());
    }
}
