//! The stage dialogues play on: lines of a script become inputs, effects become lines.
//!
//! A line `12 declined 3` hands something in at 12 ms, `12 left ann + joined ann` what one package
//! tells; the lines that begin with `>` after it are all effects that must come of it, in order. After every line the state is folded anew from what was
//! kept and must be the same.

use serde_json::json;
use shared::event::{Event, EventKind, LinkRef, Status};
use shared::resource::{LinkValue, Resource};
use shared::{ErrorBody, SipUri, VisitorAbout, data_uri};

use crate::flow::change::{Change, Hosted, Opening};
use crate::flow::step::{Answer, Body, Effect, Step, StepKind};
use crate::flow::turn::{Context, Input, Refusal};
use crate::flow::{Flow, Invited};
use crate::queue::Candidate;

const KINDS: [StepKind; 13] = [
    StepKind::StartMeeting,
    StepKind::AddMessaging,
    StepKind::AcceptAndBridge,
    StepKind::Say,
    StepKind::Admit,
    StepKind::Invite,
    StepKind::Cancel,
    StepKind::Remove,
    StepKind::Eject,
    StepKind::EndVisitor,
    StepKind::EndMeeting,
    StepKind::Decline,
    StepKind::Probe,
];

/// A flow, its clock and what it kept.
pub(super) struct Stage {
    pub(super) flow: Flow,
    pub(super) agents: Vec<Candidate>,
    pub(super) kept: Vec<Change>,
    pub(super) effects: Vec<Effect>,
    pub(super) refusal: Option<Refusal>,
    pub(super) now_ms: i64,
}

/// Plays a dialogue and compares every effect.
pub(super) fn check(script: &str) -> Stage {
    let mut stage = Stage::new();
    stage.play(script);
    stage
}

/// `sip:NAME@t.example`.
pub(super) fn uri(name: &str) -> SipUri {
    SipUri::parse(&format!("sip:{name}@t.example")).unwrap()
}

/// The invitation as the platform tells it.
pub(super) fn invitation() -> Event {
    let resource = Resource::new("messagingInvitation")
        .prop("direction", "Incoming")
        .prop("state", "Connecting")
        .link("self", "https://p/invitation")
        .link("conversation", "https://p/visitor")
        .link("decline", "https://p/invitation/decline")
        .link("startAdhocMeeting", "https://p/invitation/startAdhocMeeting")
        .link("acceptAndBridge", "https://p/invitation/acceptAndBridge")
        .link("message", data_uri::encode("text/plain", "hello"))
        .embed("from", Resource::new("participant").prop("name", "Vera"));
    let link = LinkRef::new("messagingInvitation", "https://p/invitation");
    Event::with(EventKind::Started, link, resource)
}

pub(super) fn opening(invited: Invited) -> Opening {
    Opening {
        invitation: invited.invitation,
        conversation: invited.conversation,
        start_meeting: invited.start_meeting,
        accept_and_bridge: invited.accept_and_bridge,
        decline: invited.decline,
        visitor_name: invited.visitor_name.unwrap_or_default(),
        first_text: invited.first_text,
        visitor: None,
        about: VisitorAbout::default(),
        site: "demo".to_owned(),
        site_title: "Help".to_owned(),
        greeting: "Welcome".to_owned(),
        is_closed: false,
        callback_url: "https://d/desk/webhook?conversation=conv".to_owned(),
        at_ms: 0,
        target: None,
        hosted: None,
    }
}

impl Stage {
    pub(super) fn new() -> Self {
        Self::of(&invitation())
    }

    /// A meeting that Ann made.
    pub(super) fn hosted() -> Self {
        let mut stage = Self::new();
        let (link, join_url) = ("https://d/meet/conv".to_owned(), "https://m/meet/1".to_owned());
        let desk_name = "Acme".to_owned();
        let hosted = Hosted { agent: uri("ann"), link, join_url, lobby: true, desk_name };
        let opening = Opening {
            invitation: "https://p/adhocMeetings/1".to_owned(),
            conversation: None,
            start_meeting: Some("https://p/adhocMeetings/1/join".to_owned()),
            accept_and_bridge: None,
            decline: None,
            visitor_name: "Plans".to_owned(),
            first_text: None,
            greeting: String::new(),
            hosted: Some(hosted),
            ..*stage.flow.opening.clone()
        };
        stage.flow = Flow::new("conv", opening);
        stage
    }

    /// A flow that another invitation opens.
    pub(super) fn of(invitation: &Event) -> Self {
        let agents = ["ann", "bob"].map(|it| Candidate { uri: uri(it), name: it.to_uppercase() });
        let opening = opening(Invited::read(invitation).unwrap());
        Self {
            flow: Flow::new("conv", opening),
            agents: agents.into(),
            kept: Vec::new(),
            effects: Vec::new(),
            refusal: None,
            now_ms: 0,
        }
    }

    /// Hands what comes together in and answers the effects as lines.
    fn hand_in(&mut self, inputs: Vec<Input>) -> Vec<String> {
        let lines = self.take_all_in(inputs);
        self.check_folding();
        lines
    }

    /// Folding what was kept must give the same state.
    pub(super) fn check_folding(&self) {
        let folded = Flow::fold("conv", self.kept.clone()).unwrap();
        assert_eq!(folded.transcript(), self.flow.transcript());
        assert_eq!(folded.is_closed(), self.flow.is_closed());
    }

    /// Hands one input in, without folding: for long scripts.
    pub(super) fn take_in(&mut self, input: Input) -> Vec<String> {
        self.take_all_in(vec![input])
    }

    fn take_all_in(&mut self, inputs: Vec<Input>) -> Vec<String> {
        let context = Context { now_ms: self.now_ms, agents: &self.agents };
        let outcome = self.flow.handle(context, inputs);
        self.kept.extend(outcome.changes);
        self.refusal = outcome.refusal;
        let lines = outcome.effects.iter().map(line_of).collect();
        self.effects.extend(outcome.effects);
        lines
    }

    /// The body of the newest effect of this name, for instance `invite-4`.
    pub(super) fn body(&self, name: &str) -> &Body {
        let found = self.effects.iter().rev().find(|it| name_of(it.step) == name);
        &found.unwrap_or_else(|| panic!("no effect {name}")).request.body
    }

    pub(super) fn play(&mut self, script: &str) {
        let (mut got, mut wanted) = (Vec::new(), Vec::new());
        let mut said = "the beginning";
        for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
            if let Some(effect) = line.strip_prefix("> ") {
                wanted.push(effect.to_owned());
                continue;
            }
            assert_eq!(got, wanted, "after: {said}");
            wanted.clear();
            said = line;
            let (at, words) = line.split_once(' ').unwrap();
            self.now_ms = at.parse().unwrap();
            let inputs = words.split(" + ").map(|it| it.split(' ').collect::<Vec<_>>());
            got = if words == "restart" {
                self.restart()
            } else {
                self.hand_in(inputs.map(|it| input_of(&it)).collect())
            };
        }
        assert_eq!(got, wanted, "after: {said}");
    }

    /// As after a crash: folded from what was kept, and gone on with.
    fn restart(&mut self) -> Vec<String> {
        self.flow = Flow::fold("conv", self.kept.clone()).unwrap();
        self.hand_in(vec![Input::Resumed])
    }
}

fn name_of(step: Step) -> String {
    format!("{}-{}", step.kind.word(), step.n)
}

fn line_of(effect: &Effect) -> String {
    let url = effect.request.url.strip_prefix("https://p").unwrap();
    format!("{} {} {url}", name_of(effect.step), effect.request.method.as_str())
}

pub(super) fn step_of(name: &str) -> Step {
    let (word, n) = name.split_once('-').unwrap();
    let kind = KINDS.into_iter().find(|it| it.word() == word).unwrap();
    Step { kind, n: n.parse().unwrap() }
}

pub(super) fn input_of(words: &[&str]) -> Input {
    match words {
        ["opened"] => Input::Opened,
        ["tick"] => Input::Tick,
        ["ok", step] => Input::Answered(step_of(step), Answer::Done(None)),
        ["ok", step, at] => {
            Input::Answered(step_of(step), Answer::Done(Some(format!("https://p{at}"))))
        }
        ["refused", step, status] => {
            Input::Answered(step_of(step), Answer::Refused(status.parse().unwrap()))
        }
        ["lost", step] => Input::Answered(step_of(step), Answer::Lost),
        ["available", name] => Input::Available(uri(name)),
        ["take", name] => Input::Take { agent: uri(name), name: name.to_uppercase() },
        ["end", name] => Input::End(uri(name)),
        other => {
            let (sender, event) = event_of(other);
            Input::Event { sender: format!("https://p{sender}"), event: Box::new(event) }
        }
    }
}

fn event(kind: EventKind, rel: &str, path: &str, resource: Resource) -> Event {
    Event::with(kind, LinkRef::new(rel, format!("https://p{path}")), resource)
}

fn event_of(words: &[&str]) -> (&'static str, Event) {
    use EventKind::{Added, Deleted, Started, Updated};
    let gone =
        |rel: &str, path: &str| Event::new(Deleted, LinkRef::new(rel, format!("https://p{path}")));
    match words {
        ["meeting"] => {
            let it = Resource::new("onlineMeetingInvitation")
                .prop("operationId", "conv-meet-0")
                .prop("onlineMeetingUri", "sip:meeting;gruu")
                .link("conversation", "https://p/conference");
            ("/communication", event(Started, "onlineMeetingInvitation", "/meeting", it))
        }
        ["addable"] => {
            let it = Resource::new("messaging")
                .prop("state", "Disconnected")
                .link("addMessaging", "https://p/conference/addMessaging");
            ("/conference", event(Updated, "messaging", "/conference/messaging", it))
        }
        ["conference"] => {
            let it = Resource::new("conversation")
                .prop("state", "Conferenced")
                .link("addParticipant", "https://p/conference/addParticipant");
            ("/communication", event(Updated, "conversation", "/conference", it))
        }
        ["talking"] => {
            let it = Resource::new("messaging").prop("state", "Connected");
            ("/conference", event(Updated, "messaging", "/conference/messaging", it))
        }
        ["visitor-talking"] => {
            let it = Resource::new("messaging")
                .prop("state", "Connected")
                .link("sendMessage", "https://p/visitor/messages");
            ("/visitor", event(Updated, "messaging", "/visitor/messaging", it))
        }
        ["visitor-stops"] => {
            let it = Resource::new("messaging").prop("state", "Disconnected");
            ("/visitor", event(Updated, "messaging", "/visitor/messaging", it))
        }
        ["visitor-gone"] => ("/communication", gone("conversation", "/visitor")),
        ["conference-gone"] => ("/communication", gone("conversation", "/conference")),
        ["bridge-up"] => {
            let it = Resource::new("conversationBridge")
                .link("bridgedParticipants", "https://p/bridge/bridgedParticipants");
            ("/visitor", event(Added, "conversationBridge", "/bridge", it))
        }
        ["bridged", name] => {
            let it = Resource::new("bridgedParticipant").prop("participantUri", uri(name).as_str());
            ("/visitor", event(Added, "bridgedParticipant", &format!("/bridged/{name}"), it))
        }
        ["left", name] => ("/conference", gone("participant", &format!("/participants/{name}"))),
        ["joined", name] => {
            let it = Resource::new("participant")
                .prop("uri", uri(name).as_str())
                .link("eject", format!("https://p/participants/{name}/eject"));
            ("/conference", event(Added, "participant", &format!("/participants/{name}"), it))
        }
        ["ringing" | "accepted" | "declined" | "unanswered" | "unreachable", n] => {
            ("/communication", participant_invitation(words[0], n))
        }
        ["visitor-says", n, operation_id, text] => {
            ("/visitor", message(&format!("/visitor/messages/{n}"), None, operation_id, text))
        }
        ["guest-says", name, n, operation_id, text] => {
            ("/conference", guest_message(n, name, operation_id, text))
        }
        ["says", name, n, operation_id, text] => {
            let path = format!("/conference/messages/{n}");
            ("/conference", message(&path, Some(name), operation_id, text))
        }
        other => panic!("no such line: {other:?}"),
    }
}

fn participant_invitation(what: &str, n: &str) -> Event {
    let it = Resource::new("participantInvitation").prop("operationId", format!("conv-invite-{n}"));
    let path = format!("/invitations/{n}");
    if what == "ringing" {
        let it = it.link("cancel", format!("https://p/invitations/{n}/cancel"));
        return event(EventKind::Started, "participantInvitation", &path, it);
    }
    let mut event = event(EventKind::Completed, "participantInvitation", &path, it);
    let reason = match what {
        "accepted" => None,
        "declined" => Some(ErrorBody::new("RemoteFailure", "Declined", "")),
        "unanswered" => Some(ErrorBody::new("LocalFailure", "Timeout", "")),
        _ => Some(ErrorBody::new("RemoteFailure", "Unavailable", "")),
    };
    event.status = Some(if reason.is_none() { Status::Success } else { Status::Failure });
    event.reason = reason;
    event
}

/// A message; a text such as `@12:hi` carries the platform's stamp.
fn message(path: &str, agent: Option<&str>, operation_id: &str, text: &str) -> Event {
    let stamped = text.strip_prefix('@').and_then(|it| it.split_once(':'));
    let (stamp, text) = stamped.map_or((None, text), |(at_ms, text)| (Some(at_ms), text));
    let mut it = Resource::new("message")
        .prop("direction", "Incoming")
        .prop("operationId", operation_id)
        .link("plainMessage", data_uri::encode("text/plain", text));
    if let Some(at_ms) = stamp {
        it = it.prop("timeStamp", format!("/Date({at_ms})/"));
    }
    if let Some(name) = agent {
        let title = Some(name.to_owned());
        let href = format!("https://p/participants/{name}%40t.example");
        it = it.link_value("participant", LinkValue { title, ..LinkValue::to(href) });
    }
    event(EventKind::Completed, "message", path, it)
}

/// What one of the visitors of a meeting says.
fn guest_message(n: &str, name: &str, operation_id: &str, text: &str) -> Event {
    let mut event = message(&format!("/conference/messages/{n}"), Some(name), operation_id, text);
    let sender = Resource::new("participant")
        .prop("uri", format!("sip:{}@anonymous.invalid", name.len()))
        .prop("name", name);
    event.resource = event.resource.map(|it| it.embed("senderParticipant", sender));
    event
}

/// The JSON of a body, or null.
pub(super) fn json_of(body: &Body) -> serde_json::Value {
    if let Body::Json(value) = body { value.clone() } else { json!(null) }
}
