//! After a reload.

use client::http::HttpResponse;
use client::model::{Connection, Phase};
use client::session::{Command, Session};
use serde_json::{Value, json};

use crate::talk::{self, C1, Talk, incoming, tells_c1};

const SEND: &str = "POST /app/1/conversations/c1/messaging/sendMessage?operationId=";

fn reloaded(talk: &Talk) -> Talk {
    let session = Session::restore(talk::visitor(), 99, &talk.session.snapshot());
    let mut out = Talk::with(session.expect("readable"));
    out.now = talk.now + 1_000;
    out
}

pub(crate) fn reread(talk: &mut Talk) {
    let messaging = json!({ "messaging": { "href": "/m1" } });
    let body = json!({ "state": "Connected", "_links": messaging });
    talk.gets("GET /app/1/conversations/c1", 200, &body);
    let send = "/app/1/conversations/c1/messaging/sendMessage";
    let body = json!({ "state": "Connected", "_links": { "sendMessage": { "href": send } } });
    talk.gets("GET /m1", 200, &body);
}

#[test]
fn a_reload_goes_on_at_the_same_link_with_the_same_messages() {
    let mut before = Talk::visitor_chatting();
    before.tells(2, &[tells_c1(&[incoming(2, "Desk", "welcome")])]);
    before.says("hello");
    let first = before.asked(SEND).url.clone();
    let mut talk = reloaded(&before);
    assert_eq!(talk.shown(), ["Desk: welcome", "me: hello (sending)"]);
    assert_eq!(talk.model().connection, Connection::Idle);
    assert!(talk.asks().is_empty());
    talk.does(Command::Connect);
    assert_eq!(talk.asks(), ["GET /app/1"]);
    assert_eq!(talk.session.bearer(), Some("psat=eyJ.x"));
    talk.gets("GET /app/1", 200, &talk::application());
    assert_eq!(talk.asks(), ["GET /app/1/conversations/c1", "GET /app/1/events?ack=3"]);
    assert_eq!(talk.model().connection, Connection::Online);
    assert!(!talk.chat().lacks_send, "what is not read yet is no refusal");
    reread(&mut talk);
    assert!(talk.chat().can_send);
    assert_eq!(talk.asked(SEND).url, first, "invariant 2: the same operation id");
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/3");
    // The package that the old page never acknowledged comes again.
    talk.tells(3, &[tells_c1(&[incoming(2, "Desk", "welcome"), incoming(4, "Desk", "so?")])]);
    assert_eq!(talk.shown(), ["Desk: welcome", "Desk: so?", "me: hello"]);
}

#[test]
fn a_text_whose_start_was_told_before_a_reload_is_sent_again_in_its_place() {
    let mut before = Talk::visitor_chatting();
    before.says("hello");
    let url = before.asked(SEND).url.clone();
    let operation = url.split("operationId=").nth(1);
    let started = talk::outgoing("started", 2, operation);
    before.tells(2, &[tells_c1(&[started, incoming(3, "Desk", "hi")])]);
    let mut talk = reloaded(&before);
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    reread(&mut talk);
    assert_eq!(talk.asked(SEND).url, url);
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/2");
    assert_eq!(talk.shown(), ["me: hello", "Desk: hi"]);
}

#[test]
fn what_was_read_before_an_event_does_not_overtake_it() {
    let mut talk = reloaded(&Talk::visitor_chatting());
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    let body = json!({ "state": "Connected", "_links": { "messaging": { "href": "/m1" } } });
    talk.gets("GET /app/1/conversations/c1", 200, &body);
    assert!(talk.asks().contains(&"GET /m1".to_owned()));
    talk.tells(2, &[talk::connected("c1")]);
    assert!(talk.chat().can_send);
    assert!(!talk.asks().contains(&"GET /m1".to_owned()), "its answer may be older");
}

#[test]
fn an_end_that_the_server_does_not_know_of_survives_a_reload() {
    let mut before = Talk::visitor_chatting();
    before.does(Command::End { conversation: C1.into() });
    let mut talk = reloaded(&before);
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    assert!(talk.asks().contains(&"DELETE /app/1".to_owned()), "{:?}", talk.asks());
}

#[test]
fn operation_ids_after_a_reload_are_new_even_with_the_same_seed() {
    let mut before = Talk::visitor_chatting();
    before.says("one");
    let session = Session::restore(talk::visitor(), 7, &before.session.snapshot()).unwrap();
    let mut talk = Talk::with(session);
    talk.says("two");
    let keys: Vec<_> = talk.chat().items.iter().map(|it| it.key.clone()).collect();
    assert_eq!(keys.len(), 2);
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn wid_11_a_reload_after_the_application_is_gone_keeps_history() {
    let mut before = Talk::visitor_chatting();
    before.tells(2, &[tells_c1(&[incoming(2, "Desk", "welcome")])]);
    let mut talk = reloaded(&before);
    talk.does(Command::Connect);
    let gone = json!({ "code": "NotFound", "subcode": "ApplicationNotFound" });
    talk.gets("GET /app/1", 404, &gone);
    assert_eq!(talk.asks(), ["POST /app"]);
    assert_eq!(talk.shown(), ["Desk: welcome"]);
    assert_eq!(talk.chat().phase, Phase::Ended);
}

#[test]
fn a_conversation_that_ended_while_we_were_away_is_seen_to_be_over() {
    let mut talk = reloaded(&Talk::visitor_chatting());
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    let gone = json!({ "code": "NotFound", "subcode": "ConversationNotFound" });
    talk.gets("GET /app/1/conversations/c1", 404, &gone);
    assert_eq!(talk.chat().phase, Phase::Ended);
}

#[test]
fn a_start_that_was_on_its_way_is_asked_again_under_the_same_id() {
    let mut before = Talk::visitor_online();
    before.says("hello");
    let operation = before.json("POST /app/1/start")["operationId"].clone();
    let mut talk = reloaded(&before);
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    assert_eq!(talk.json("POST /app/1/start")["operationId"], operation);
    talk.starts();
    assert_eq!(talk.chat().key, C1);
    assert_eq!(talk.asked(SEND).body.as_deref(), Some("hello"));
}

#[test]
fn an_expired_token_is_not_tried_again_after_a_reload() {
    let before = Talk::visitor_chatting();
    let mut talk = reloaded(&before);
    talk.now = 1_893_484_800_001; // 2030-01-01T08:00:00.001Z
    talk.does(Command::Connect);
    assert_eq!(talk.asks(), ["POST /GetAnonTokenJob"]);
}

#[test]
fn events_that_were_not_shown_yet_survive_a_reload() {
    let mut before = Talk::visitor_chatting();
    let bare = talk::event("completed", "message", "/m/2", &Value::Null);
    before.tells(2, &[tells_c1(&[bare, incoming(3, "Desk", "second")])]);
    let mut talk = reloaded(&before);
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    assert!(talk.shown().is_empty());
    let whole = incoming(2, "Desk", "first")["_embedded"]["message"].clone();
    talk.gets("GET /m/2", 200, &whole);
    assert_eq!(talk.shown(), ["Desk: first", "Desk: second"]);
}

#[test]
fn an_agent_comes_back_with_its_token_and_without_a_password() {
    let before = Talk::agent_online();
    let snapshot = before.session.snapshot();
    assert!(!snapshot.contains("demo\"") || !snapshot.contains("password"));
    let mut talk = Talk::with(Session::restore(talk::agent(""), 8, &snapshot).unwrap());
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::agent_application());
    assert!(talk.is_online());
    let available = "POST /app/1/me/available";
    let taken = json!({ "code": "Conflict", "subcode": "AlreadyExists" });
    talk.gets(available, 409, &taken);
    talk.gets("GET /app/1/conversations", 200, &json!({}));
    assert!(talk.asks().contains(&"GET /app/1/events?ack=1".to_owned()));
    assert!(talk.is_online());
}

#[test]
fn a_snapshot_holds_no_password() {
    let mut talk = Talk::with(Session::new(talk::agent("s3cret-word"), 7));
    assert!(!talk.session.snapshot().contains("s3cret-word"));
    talk.does(Command::Connect);
    assert!(!talk.session.snapshot().contains("s3cret-word"));
    talk.signs_in();
    assert!(!talk.session.snapshot().contains("s3cret-word"));
}

#[test]
fn a_snapshot_of_somebody_else_or_of_nothing_is_not_restored() {
    let snapshot = Talk::visitor_chatting().session.snapshot();
    assert!(Session::restore(talk::agent("x"), 1, &snapshot).is_none());
    let mut other = talk::visitor();
    if let client::session::Start::Visitor { site, .. } = &mut other {
        "other".clone_into(site);
    }
    assert!(Session::restore(other, 1, &snapshot).is_none());
    for garbage in ["", "{}", "null", "[1]", "{\"version\":1}", "not json"] {
        assert!(Session::restore(talk::visitor(), 1, garbage).is_none(), "{garbage}");
    }
    // Half a snapshot must not bring the widget down either.
    let mut value: Value = serde_json::from_str(&snapshot).unwrap();
    value["shown"] = json!([{ "key": "x", "settled": 99 }, 7]);
    let mut talk = Talk::with(Session::restore(talk::visitor(), 1, &value.to_string()).unwrap());
    talk.does(Command::Connect);
    let response = HttpResponse { status: 200, headers: vec![], body: "{}".into() };
    talk.reply("GET /app/1", Ok(response));
}

#[test]
fn a_snapshot_stays_small_in_a_long_conversation() {
    let mut talk = Talk::visitor_chatting();
    for ack in 2..502 {
        talk.tells(ack, &[tells_c1(&[incoming(ack, "Desk", "text")])]);
    }
    assert_eq!(talk.chat().items.len(), 500);
    let mut after = reloaded(&talk);
    assert_eq!(after.chat().items.len(), 300);
    after.says("still in order");
    assert_eq!(after.shown().last().unwrap(), "me: still in order (sending)");
}
