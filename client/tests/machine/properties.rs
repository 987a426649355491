//! What holds whatever the network and the server do.

use client::http::{HttpResponse, NoAnswer};
use client::model::{Delivery, Model};
use client::session::{Command, Input, Output, Session};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::talk::{self, incoming, messaging, outgoing, tells_c1};

/// One step of a script.
#[derive(Clone, Debug)]
enum Move {
    /// A text is sent; the number makes it unique.
    Say,
    Other(u8),
    /// The nth open request gets an answer that fits it.
    Fits(usize),
    /// The nth open request gets this.
    Gets(usize, u16, String),
    Dies(usize),
    Waits(i64),
    Wake,
    /// The page is reloaded.
    Reload,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let bodies = prop_oneof![
        Just(String::new()),
        "\\PC{0,40}",
        Just(json!({ "code": "NotFound", "subcode": "ApplicationNotFound" }).to_string()),
        Just(json!({ "code": "Conflict", "subcode": "PGetReplaced" }).to_string()),
        Just(json!({ "_links": { "resync": { "href": "/app/1/events?ack=1" } } }).to_string()),
        Just(json!({ "_links": { "resume": { "href": "/app/1/events?ack=1" } } }).to_string()),
        Just(json!({ "_links": { "next": { "href": "javascript:1" } }, "sender": 7 }).to_string()),
        any_json().prop_map(|it| it.to_string()),
    ];
    let status =
        prop::sample::select(vec![200_u16, 201, 204, 400, 401, 403, 404, 409, 410, 413, 429, 503]);
    let one = prop_oneof![
        3 => Just(Move::Say),
        2 => (0_u8..8).prop_map(Move::Other),
        12 => (0_usize..6).prop_map(Move::Fits),
        2 => (0_usize..6, status, bodies).prop_map(|(at, status, body)| Move::Gets(at, status, body)),
        2 => (0_usize..6).prop_map(Move::Dies),
        3 => (0_i64..40_000).prop_map(Move::Waits),
        1 => Just(Move::Wake),
        1 => Just(Move::Reload),
    ];
    prop::collection::vec(one, 0..120)
}

/// Documents with the right words in the wrong places.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "_links",
        "_embedded",
        "href",
        "rel",
        "link",
        "type",
        "sender",
        "events",
        "next",
        "self",
        "message",
        "conversation",
        "messaging",
        "direction",
        "Incoming",
        "Outgoing",
        "state",
        "Connected",
        "Disconnected",
        "sendMessage",
        "/app/1/conversations/c1",
        "in",
        "added",
        "completed",
        "participant",
        "plainMessage",
        "data:text/plain,%",
        "operationId",
        "Failure",
    ]);
    let leaf = prop_oneof![
        word.clone().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(6, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..5).prop_map(|pairs| {
                let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value));
                Value::Object(pairs.collect())
            }),
        ]
    })
}

/// A session with everything that is in flight.
struct World {
    session: Session,
    now: i64,
    open: Vec<(u64, client::http::HttpRequest)>,
    said: usize,
    ack: u32,
    /// The text that the server kept last: its operation id and number.
    kept: Option<(String, u32)>,
}

impl World {
    fn input(&mut self, input: Input) -> Result<(), TestCaseError> {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Request { id, request, .. } => self.open.push((id, request)),
                Output::Abort { id } => self.open.retain(|(it, _)| *it != id),
                Output::Save | Output::Notice(_) => {}
            }
            let polls = self.open.iter().filter(|(_, it)| it.url.contains("events")).count();
            prop_assert!(polls <= 1, "two polls in flight");
            let sends = self.open.iter().filter(|(_, it)| it.url.contains("sendMessage")).count();
            prop_assert!(sends <= 1, "two texts of one conversation in flight");
        }
        prop_assert!(self.open.len() < 20, "too much in flight: {:?}", self.open);
        let texts: Vec<_> = all_texts(self.session.model());
        for number in 0..self.said {
            let shown = texts.iter().filter(|it| **it == format!("text {number}")).count();
            prop_assert_eq!(shown, 1, "invariant 11: text {} in {:?}", number, texts);
        }
        Ok(())
    }

    /// An answer that a good server might give.
    fn fitting(&mut self, request: &client::http::HttpRequest) -> HttpResponse {
        let created = |location: &str| HttpResponse {
            status: 201,
            headers: vec![("location".into(), location.into())],
            body: String::new(),
        };
        let url = request.url.as_str();
        let body = if url.contains("GetAnonTokenJob") {
            talk::bootstrap()
        } else if url.contains("discover?") {
            json!({ "_links": { "anonApplications": { "href": "/app" } } })
        } else if url.ends_with("/app") || url.ends_with("/app/1") {
            talk::application()
        } else if url.contains("/start") {
            return created("/app/1/invitations/i1");
        } else if url.contains("sendMessage") {
            self.ack += 1;
            let operation = url.split("operationId=").nth(1).unwrap_or_default();
            self.kept = Some((operation.to_owned(), self.ack));
            return created(&format!("/app/1/conversations/c1/messages/{}", self.ack));
        } else if url.contains("events") {
            return self.package();
        } else if request.method == "GET" && url.ends_with("/c1") {
            json!({ "state": "Connected", "_links": { "messaging": { "href": "/m1" } } })
        } else if url.ends_with("/m1") {
            let links = ["sendMessage", "setIsTyping", "stopMessaging"];
            messaging("Connected", "c1", &links)["_embedded"]["messaging"].clone()
        } else {
            Value::Null
        };
        HttpResponse { status: 200, headers: vec![], body: body.to_string() }
    }

    fn package(&mut self) -> HttpResponse {
        self.ack += 1;
        let operation = |model: &Model| {
            model.conversations.last().map_or(Value::Null, |it| Value::from(it.key.clone()))
        };
        let senders = match self.ack % 7 {
            0 => vec![talk::started(&operation(self.session.model()))],
            1 | 2 => vec![talk::connected("c1")],
            3 => vec![tells_c1(&[incoming(self.ack, "Desk", "hello")])],
            4 => match &self.kept {
                Some((operation, number)) => {
                    vec![tells_c1(&[outgoing("completed", *number, Some(operation))])]
                }
                None => vec![],
            },
            5 if self.ack.is_multiple_of(35) => vec![talk::disconnected()],
            _ => vec![],
        };
        let next = format!("/app/1/events?ack={}", self.ack);
        let body = json!({ "_links": { "next": { "href": next } }, "sender": senders });
        HttpResponse { status: 200, headers: vec![], body: body.to_string() }
    }
}

fn all_texts(model: &Model) -> Vec<String> {
    let items = model.conversations.iter().flat_map(|it| &it.items);
    items.map(|it| it.text.clone()).collect()
}

fn play(world: &mut World, one: Move) -> Result<(), TestCaseError> {
    match one {
        Move::Say => {
            let text = format!("text {}", world.said);
            world.said += 1;
            world.input(Input::Command(Command::Send { conversation: String::new(), text }))
        }
        Move::Other(which) => {
            let chat = world.session.model().conversations.last().cloned().unwrap_or_default();
            let failed =
                chat.items.iter().find(|it| matches!(it.delivery, Delivery::Failed { .. }));
            world.input(Input::Command(match (which, failed) {
                (0, _) => Command::Connect,
                (1, _) => Command::StartConversation { subject: None },
                (2, _) => Command::Typing { conversation: chat.key },
                (3, _) => Command::End { conversation: chat.key },
                (4, _) => Command::Close,
                (_, Some(item)) => {
                    Command::Retry { item: item.key.clone(), conversation: chat.key }
                }
                _ => Command::Connect,
            }))
        }
        Move::Fits(at) if at < world.open.len() => {
            let (id, request) = world.open.remove(at);
            let response = world.fitting(&request);
            world.input(Input::Answer { id, result: Ok(response) })
        }
        Move::Gets(at, status, body) if at < world.open.len() => {
            let (id, _) = world.open.remove(at);
            let headers =
                vec![("retry-after".into(), "3".into()), ("location".into(), body.clone())];
            world.input(Input::Answer { id, result: Ok(HttpResponse { status, headers, body }) })
        }
        Move::Dies(at) if at < world.open.len() => {
            let (id, _) = world.open.remove(at);
            world.input(Input::Answer { id, result: Err(NoAnswer("dead".into())) })
        }
        Move::Waits(ms) => {
            let end = world.now + ms;
            for _ in 0..100 {
                let Some(at) = world.session.deadline_ms().filter(|it| *it <= end) else { break };
                world.now = world.now.max(at);
                world.input(Input::Tick)?;
            }
            let late = world.session.deadline_ms().is_some_and(|it| it <= end);
            prop_assert!(!late, "it ticks without end");
            world.now = end;
            Ok(())
        }
        Move::Wake => world.input(Input::Wake),
        Move::Reload => {
            let snapshot = world.session.snapshot();
            let restored = Session::restore(talk::visitor(), 5, &snapshot);
            world.session = restored.ok_or_else(|| TestCaseError::fail("not restored"))?;
            world.open.clear();
            world.input(Input::Command(Command::Connect))
        }
        Move::Fits(_) | Move::Gets(..) | Move::Dies(_) => Ok(()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn never_two_polls_never_a_panic_and_invariant_11_no_text_is_lost(
        seed in any::<u64>(),
        script in moves(),
    ) {
        let session = Session::new(talk::visitor(), seed);
        let mut world = World { session, now: 1_000, open: vec![], said: 0, ack: 1, kept: None };
        world.input(Input::Command(Command::Connect))?;
        for one in script {
            play(&mut world, one)?;
        }
    }

    #[test]
    fn invariant_2_a_good_server_shows_every_text_as_sent_in_order(
        seed in any::<u64>(),
        picks in prop::collection::vec((0_usize..4, any::<bool>()), 0..60),
    ) {
        let session = Session::new(talk::visitor(), seed);
        let mut world = World { session, now: 1_000, open: vec![], said: 0, ack: 1, kept: None };
        let mut kept: Vec<(String, String)> = vec![];
        for (pick, says) in picks.into_iter().chain((0..200).map(|it| (it % 3, false))) {
            if says {
                play(&mut world, Move::Say)?;
            }
            let at = pick.min(world.open.len().saturating_sub(1));
            if world.open.is_empty() { continue; }
            let (id, request) = world.open.remove(at);
            if let Some((_, operation)) = request.url.split_once("operationId=")
                && !kept.iter().any(|(it, _)| it == operation)
            {
                kept.push((operation.to_owned(), request.body.clone().unwrap_or_default()));
            }
            let polls = request.url.contains("events");
            let response = if polls && world.ack.is_multiple_of(35) { world.ack += 1; world.package() } else { world.fitting(&request) };
            world.input(Input::Answer { id, result: Ok(response) })?;
            world.now += 10;
        }
        let model = world.session.model();
        let over = model.conversations.iter().any(|it| it.phase == client::model::Phase::Ended);
        prop_assume!(!over);
        let expected: Vec<String> = (0..world.said).map(|it| format!("text {it}")).collect();
        let sent: Vec<String> = kept.into_iter().map(|(_, text)| text).collect();
        prop_assert_eq!(&sent, &expected, "the server got each once, in order");
        let items = model.conversations.iter().flat_map(|it| &it.items);
        let shown: Vec<String> = items
            .filter(|it| it.author == client::model::Author::Me)
            .map(|it| { assert_eq!(it.delivery, Delivery::Sent); it.text.clone() })
            .collect();
        prop_assert_eq!(&shown, &expected);
    }
}
