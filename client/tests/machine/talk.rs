//! One dialogue: a session, the clock, and the requests that wait for an answer.

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use client::model::{Connection, Conversation, Model, Notice};
use client::session::{Command, Input, Output, Session, Start};
use serde_json::{Value, json};

/// Where the platform stands in all dialogues.
pub(crate) const HOST: &str = "https://p.example";
/// A discovery address as a platform gives it: encoded twice.
pub(crate) const DISCOVER: &str =
    "https://p.example/platformService/discover?anonymousContext=psat%253deyJ.x";
/// The conversation of most dialogues.
pub(crate) const C1: &str = "https://p.example/app/1/conversations/c1";

/// A session in a dialogue.
pub(crate) struct Talk {
    pub(crate) session: Session,
    pub(crate) now: i64,
    /// Requests without an answer yet.
    pub(crate) open: Vec<(u64, HttpRequest, u64)>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) saves: usize,
    /// Ids that were given up.
    pub(crate) aborted: Vec<u64>,
}

pub(crate) fn visitor() -> Start {
    Start::Visitor {
        bootstrap_url: "https://desk.example/GetAnonTokenJob".into(),
        origin: "https://desk.example".into(),
        site: "demo".into(),
        display_name: "Vera".into(),
        meeting_url: String::new(),
    }
}

pub(crate) fn agent(password: &str) -> Start {
    Start::Agent {
        root_url: "https://p.example/autodiscover/autodiscoverservice.svc/root".into(),
        username: "sip:alice@demo.example".into(),
        password: password.into(),
    }
}

impl Talk {
    pub(crate) fn with(session: Session) -> Self {
        Self { session, now: 1_000_000, open: vec![], notices: vec![], saves: 0, aborted: vec![] }
    }

    pub(crate) fn input(&mut self, input: Input) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Request { id, request, timeout_ms } => {
                    self.open.push((id, request, timeout_ms));
                }
                Output::Abort { id } => {
                    self.open.retain(|(it, ..)| *it != id);
                    self.aborted.push(id);
                }
                Output::Save => self.saves += 1,
                Output::Notice(notice) => self.notices.push(notice),
            }
        }
    }

    pub(crate) fn does(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    pub(crate) fn says(&mut self, text: &str) {
        self.does(Command::Send { conversation: String::new(), text: text.into() });
    }

    /// What waits for an answer, as `METHOD path`, sorted.
    pub(crate) fn asks(&self) -> Vec<String> {
        let mut out: Vec<String> = self.open.iter().map(|(_, it, _)| name_of(it)).collect();
        out.sort();
        out
    }

    /// Where the request of this name stands, or else the first whose name begins so.
    fn at(&self, name: &str) -> usize {
        let exact = self.open.iter().position(|(_, it, _)| name_of(it) == name);
        let begins = || self.open.iter().position(|(_, it, _)| name_of(it).starts_with(name));
        exact.or_else(begins).unwrap_or_else(|| panic!("{name} is not in {:?}", self.asks()))
    }

    pub(crate) fn asked(&self, name: &str) -> &HttpRequest {
        &self.open[self.at(name)].1
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        let body = self.asked(name).body.as_deref().expect("a body");
        serde_json::from_str(body).expect("JSON")
    }

    pub(crate) fn timeout_ms(&self, name: &str) -> u64 {
        self.open[self.at(name)].2
    }

    pub(crate) fn reply(&mut self, name: &str, result: Result<HttpResponse, NoAnswer>) {
        let (id, ..) = self.open.remove(self.at(name));
        self.input(Input::Answer { id, result });
    }

    pub(crate) fn gets(&mut self, name: &str, status: u16, body: &Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.reply(name, Ok(HttpResponse { status, headers: vec![], body }));
    }

    pub(crate) fn gets_created(&mut self, name: &str, location: &str) {
        let headers = vec![("location".to_owned(), location.to_owned())];
        self.reply(name, Ok(HttpResponse { status: 201, headers, body: String::new() }));
    }

    pub(crate) fn gets_nothing(&mut self, name: &str) {
        self.reply(name, Err(NoAnswer("the line is dead".into())));
    }

    /// A package with these events; the next one is acknowledged by number.
    pub(crate) fn tells(&mut self, ack: u32, senders: &[Value]) {
        let body = json!({
            "_links": {
                "self": { "href": format!("/app/1/events?ack={ack}") },
                "next": { "href": format!("/app/1/events?ack={}", ack + 1) },
            },
            "sender": senders,
        });
        self.gets(&format!("GET /app/1/events?ack={ack}"), 200, &body);
    }

    /// Time passes; the driver ticks at every deadline.
    pub(crate) fn waits(&mut self, ms: i64) {
        let end = self.now + ms;
        let mut ticks = 0;
        while let Some(at) = self.session.deadline_ms().filter(|it| *it <= end) {
            self.now = self.now.max(at);
            self.input(Input::Tick);
            ticks += 1;
            assert!(ticks < 1_000, "it ticks without end");
        }
        self.now = end;
    }

    pub(crate) fn model(&self) -> &Model {
        self.session.model()
    }

    pub(crate) fn chat(&self) -> &Conversation {
        self.model().conversations.last().expect("a conversation")
    }

    /// What is shown: `author: text (delivery)`.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.chat().items.iter().map(show).collect()
    }

    pub(crate) fn is_online(&self) -> bool {
        self.model().connection == Connection::Online
    }

    /// A visitor whose application is there and whose first poll is parked.
    pub(crate) fn visitor_online() -> Self {
        let mut talk = Self::with(Session::new(visitor(), 7));
        talk.does(Command::Connect);
        talk.bootstraps();
        talk
    }

    /// From bootstrap to application.
    pub(crate) fn bootstraps(&mut self) {
        self.gets("POST /GetAnonTokenJob", 200, &bootstrap());
        let links = json!({ "_links": { "anonApplications": { "href": "/app" } } });
        self.gets("GET /platformService/discover", 200, &links);
        self.gets("POST /app", 201, &application());
    }

    /// A visitor whose conversation is connected, with `ack=2` parked.
    pub(crate) fn visitor_chatting() -> Self {
        let mut talk = Self::visitor_online();
        talk.does(Command::StartConversation { subject: None });
        talk.starts();
        talk
    }

    /// The events of an accepted invitation, for what was asked by `startMessaging`.
    pub(crate) fn starts(&mut self) {
        let operation = self.json("POST /app/1/start")["operationId"].clone();
        self.gets_created("POST /app/1/start", "/app/1/invitations/i1");
        self.tells(1, &[started(&operation), connected("c1")]);
    }

    /// An agent who is reachable, with `ack=1` parked.
    pub(crate) fn agent_online() -> Self {
        Self::agent_online_with(&agent_application())
    }

    /// The same with this application.
    pub(crate) fn agent_online_with(application: &Value) -> Self {
        let mut talk = Self::with(Session::new(agent("demo"), 7));
        talk.does(Command::Connect);
        talk.signs_in_with(application);
        talk.gets("POST /app/1/me/available", 204, &Value::Null);
        talk.gets("POST /app/1/me/activity", 204, &Value::Null);
        talk.gets("GET /app/1/conversations", 200, &json!({}));
        talk
    }

    pub(crate) fn signs_in(&mut self) {
        self.signs_in_with(&agent_application());
    }

    /// Signs in and is given this application.
    pub(crate) fn signs_in_with(&mut self, application: &Value) {
        self.gets("GET /autodiscover", 200, &json!({ "_links": { "user": { "href": "/user" } } }));
        let challenge = "Bearer trusted_issuers=\"\", MsRtcOAuth href=\"https://p.example/WebTicket/oauthtoken\",grant_type=\"password\"";
        let headers = vec![("www-authenticate".to_owned(), challenge.to_owned())];
        self.reply("GET /user", Ok(HttpResponse { status: 401, headers, body: String::new() }));
        let token = json!({ "access_token": "cwt=AAA", "expires_in": 28_289 });
        self.gets("POST /WebTicket/oauthtoken", 200, &token);
        let links = json!({ "_links": { "applications": { "href": "/app" } } });
        self.gets("GET /user", 200, &links);
        self.gets("POST /app", 201, application);
    }
}

fn name_of(request: &HttpRequest) -> String {
    let path = request.url.splitn(4, '/').nth(3).unwrap_or_default();
    format!("{} /{path}", request.method)
}

fn show(item: &client::model::Item) -> String {
    use client::model::{Author, Delivery};
    let author = match &item.author {
        Author::Me => "me",
        Author::Other(name) => name,
    };
    match &item.delivery {
        Delivery::Sent => format!("{author}: {}", item.text),
        Delivery::Sending => format!("{author}: {} (sending)", item.text),
        Delivery::Failed { reason } => format!("{author}: {} (failed: {reason})", item.text),
    }
}

pub(crate) fn bootstrap() -> Value {
    json!({
        "DiscoverUri": DISCOVER,
        "ExpireTime": "2030-01-01T08:00:00.000Z",
        "Token": "psat=eyJ.x",
        "TenantEndpointId": "sip:helpdesk@demo.example",
    })
}

pub(crate) fn application() -> Value {
    json!({
        "_links": {
            "self": { "href": "/app/1" },
            "events": { "href": "/app/1/events?ack=1" },
        },
        "_embedded": {
            "me": { "uri": "sip:1@anonymous.invalid", "name": "Vera", "_links": {}, "rel": "me" },
            "communication": {
                "_links": { "startMessaging": { "href": "/app/1/start", "revision": "2" } },
                "rel": "communication",
            },
        },
        "rel": "application",
    })
}

pub(crate) fn agent_application() -> Value {
    let mut out = application();
    out["_embedded"]["me"] = json!({
        "uri": "sip:alice@demo.example",
        "name": "Alice",
        "_links": {
            "self": { "href": "/app/1/me" },
            "makeMeAvailable": { "href": "/app/1/me/available" },
            "reportMyActivity": { "href": "/app/1/me/activity" },
        },
    });
    out["_embedded"]["communication"]["_links"] = json!({
        "conversations": { "href": "/app/1/conversations?filter=active" },
    });
    out
}

pub(crate) fn sender(rel: &str, href: &str, events: &[Value]) -> Value {
    json!({ "rel": rel, "href": href, "events": events })
}

/// Events that the conversation `c1` tells.
pub(crate) fn tells_c1(events: &[Value]) -> Value {
    sender("conversation", "/app/1/conversations/c1", events)
}

pub(crate) fn event(kind: &str, rel: &str, href: &str, body: &Value) -> Value {
    if body.is_null() {
        return json!({ "link": { "rel": rel, "href": href }, "type": kind });
    }
    json!({ "link": { "rel": rel, "href": href }, "type": kind, "_embedded": { rel: body } })
}

/// The invitation and the conversation `c1` begin.
pub(crate) fn started(operation: &Value) -> Value {
    let invitation = json!({
        "direction": "Outgoing", "state": "Connecting", "operationId": operation,
        "_links": { "conversation": { "href": "/app/1/conversations/c1" } },
    });
    let conversation = json!({ "state": "Connecting" });
    sender(
        "communication",
        "/app/1/communication",
        &[
            event("started", "messagingInvitation", "/app/1/invitations/i1", &invitation),
            event("added", "conversation", "/app/1/conversations/c1", &conversation),
        ],
    )
}

pub(crate) fn messaging(state: &str, id: &str, links: &[&str]) -> Value {
    let mut body = json!({ "state": state, "_links": {} });
    for link in links {
        let href = format!("/app/1/conversations/{id}/messaging/{link}");
        body["_links"][*link] = json!({ "href": href });
    }
    event("updated", "messaging", &format!("/app/1/conversations/{id}/messaging"), &body)
}

/// Messages can be sent.
pub(crate) fn connected(id: &str) -> Value {
    let links = ["sendMessage", "setIsTyping", "stopMessaging"];
    let href = format!("/app/1/conversations/{id}");
    sender("conversation", &href, &[messaging("Connected", id, &links)])
}

pub(crate) fn disconnected() -> Value {
    tells_c1(&[messaging("Disconnected", "c1", &["addMessaging"])])
}

/// An incoming message `messages/N` in `c1`.
pub(crate) fn incoming(number: u32, name: &str, text: &str) -> Value {
    let href = format!("/app/1/conversations/c1/messages/{number}");
    let body = json!({
        "direction": "Incoming", "timeStamp": format!("/Date({number}000)/"),
        "_links": {
            "participant": { "href": "/app/1/conversations/c1/participants/a", "title": name },
            "plainMessage": { "href": shared::data_uri::encode("text/plain", text) },
        },
    });
    event("completed", "message", &href, &body)
}

/// The event of an own message.
pub(crate) fn outgoing(kind: &str, number: u32, operation: Option<&str>) -> Value {
    let href = format!("/app/1/conversations/c1/messages/{number}");
    let mut body = json!({ "direction": "Outgoing" });
    if let Some(operation) = operation {
        body["operationId"] = json!(operation);
    }
    let mut out = event(kind, "message", &href, &body);
    if kind == "completed" {
        out["status"] = json!("Success");
    }
    out
}
