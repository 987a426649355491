//! How conversations and clients end.

use client::model::{Connection, Notice, Phase};
use client::session::{Command, Input};
use serde_json::{Value, json};

use crate::talk::{self, C1, Talk, event, incoming, sender, tells_c1};

fn deleted() -> Value {
    let gone = event("deleted", "conversation", "/app/1/conversations/c1", &Value::Null);
    sender("communication", "/app/1/communication", &[gone])
}

fn endings(talk: &Talk) -> usize {
    talk.notices.iter().filter(|it| matches!(it, Notice::ConversationEnded { .. })).count()
}

#[test]
fn wid_17_an_end_by_the_other_side_stops_polling_after_delete() {
    for last in [talk::disconnected(), deleted()] {
        let mut talk = Talk::visitor_chatting();
        talk.tells(2, &[tells_c1(&[incoming(2, "Desk", "bye")]), last, deleted()]);
        assert_eq!(talk.chat().phase, Phase::Ended);
        assert!(!talk.chat().can_send);
        assert_eq!(endings(&talk), 1);
        assert_eq!(talk.asks(), ["DELETE /app/1", "GET /app/1/events?ack=3"]);
        talk.gets("DELETE /app/1", 204, &Value::Null);
        assert!(talk.asks().is_empty(), "polling stops");
        assert_eq!(talk.model().connection, Connection::Idle);
        assert_eq!(talk.shown(), ["Desk: bye"], "history stays");
        talk.waits(3_600_000);
        talk.input(Input::Wake);
        assert!(talk.asks().is_empty());
        assert!(talk.session.bearer().is_none());
    }
}

#[test]
fn wid_17_a_poll_that_ends_with_the_application_is_no_fault() {
    let mut talk = Talk::visitor_chatting();
    talk.tells(2, &[deleted()]);
    let gone = json!({ "code": "NotFound", "subcode": "ApplicationNotFound" });
    talk.gets("GET /app/1/events?ack=3", 404, &gone);
    assert_eq!(talk.asks(), ["DELETE /app/1"]);
    talk.gets("DELETE /app/1", 404, &gone);
    assert_eq!(talk.model().connection, Connection::Idle);
    assert!(talk.asks().is_empty());
}

#[test]
fn after_an_end_the_next_text_starts_anew_with_another_session_id() {
    let mut talk = Talk::with(client::session::Session::new(talk::visitor(), 7));
    talk.does(Command::StartConversation { subject: None });
    let first = talk.json("POST /GetAnonTokenJob")["ApplicationSessionId"].clone();
    talk.bootstraps();
    talk.starts();
    talk.tells(2, &[deleted()]);
    talk.says("wait, one more thing");
    assert_eq!(talk.asks(), ["DELETE /app/1", "GET /app/1/events?ack=3"]);
    talk.gets("DELETE /app/1", 204, &Value::Null);
    assert_ne!(talk.json("POST /GetAnonTokenJob")["ApplicationSessionId"], first);
    talk.bootstraps();
    assert!(talk.asks().contains(&"POST /app/1/start".to_owned()));
    assert_eq!(talk.model().conversations.len(), 2);
    assert_eq!(talk.shown(), ["me: wait, one more thing (sending)"]);
}

#[test]
fn invariant_11_what_was_not_sent_before_the_end_can_be_sent_in_a_new_conversation() {
    let mut talk = Talk::visitor_chatting();
    talk.says("too late");
    talk.tells(2, &[deleted()]);
    let why = "The conversation ended before this was sent.";
    assert_eq!(talk.shown(), [format!("me: too late (failed: {why})")]);
    let item = talk.chat().items[0].key.clone();
    talk.does(Command::Retry { conversation: C1.into(), item });
    assert_eq!(talk.model().conversations.len(), 2);
    assert_eq!(talk.shown(), ["me: too late (sending)"]);
    assert!(talk.model().conversations[0].items.is_empty());
}

#[test]
fn invariant_11_what_failed_by_the_end_is_not_sent_behind_ones_back() {
    let send = "POST /app/1/conversations/c1/messaging/sendMessage";
    let mut talk = Talk::visitor_chatting();
    talk.says("slow");
    talk.does(Command::End { conversation: C1.into() });
    assert!(talk.shown()[0].starts_with("me: slow (failed"), "{:?}", talk.shown());
    talk.gets_nothing(send);
    talk.waits(60_000);
    assert!(!talk.asks().contains(&send.to_owned()), "{:?}", talk.asks());
}

#[test]
fn a_visitor_ends_by_stopping_and_deleting() {
    let mut talk = Talk::visitor_chatting();
    talk.does(Command::End { conversation: C1.into() });
    assert_eq!(talk.chat().phase, Phase::Ended);
    let stop = "POST /app/1/conversations/c1/messaging/stopMessaging";
    assert!(talk.asks().contains(&stop.to_owned()));
    talk.gets(stop, 204, &Value::Null);
    talk.gets("DELETE /app/1", 204, &Value::Null);
    assert!(talk.asks().is_empty());
    assert_eq!(endings(&talk), 1);
}

#[test]
fn what_is_begun_after_an_end_waits_until_the_server_knows_of_the_end() {
    let mut talk = Talk::visitor_chatting();
    talk.does(Command::End { conversation: C1.into() });
    talk.says("one more thing");
    assert!(!talk.asks().contains(&"POST /app/1/start".to_owned()), "it would end with the rest");
    talk.gets("POST /app/1/conversations/c1/messaging/stopMessaging", 204, &Value::Null);
    talk.gets("DELETE /app/1", 204, &Value::Null);
    talk.bootstraps();
    assert!(talk.asks().contains(&"POST /app/1/start".to_owned()));
    assert_eq!(talk.shown(), ["me: one more thing (sending)"]);
}

#[test]
fn an_end_without_a_line_is_tried_for_a_minute_and_then_left_to_the_server() {
    let mut talk = Talk::visitor_chatting();
    talk.does(Command::End { conversation: String::new() });
    let (mut tries, mut waited_ms, mut last_ms) = (0, 0, 0);
    for _ in 0..60 {
        for it in talk.asks().iter().filter(|it| it.starts_with("DELETE")) {
            (tries, last_ms) = (tries + 1, waited_ms);
            talk.gets_nothing(it);
        }
        for it in talk.asks().iter().filter(|it| it.starts_with("POST")) {
            talk.gets_nothing(it);
        }
        talk.waits(5_000);
        waited_ms += 5_000;
    }
    assert!(
        last_ms > 60_000,
        "a short trouble leaves no ghost: the last of {tries} at {last_ms} ms"
    );
    assert!(tries < 12, "{tries} tries");
    assert_eq!(talk.model().connection, Connection::Idle);
    assert_eq!(talk.chat().phase, Phase::Ended);
}

#[test]
fn an_end_before_the_conversation_began_leaves_no_ghost() {
    let mut talk = Talk::visitor_online();
    talk.says("never mind");
    let operation = talk.json("POST /app/1/start")["operationId"].clone();
    talk.does(Command::End { conversation: String::new() });
    talk.gets_created("POST /app/1/start", "/app/1/invitations/i1");
    talk.tells(1, &[talk::started(&operation), talk::connected("c1")]);
    talk.gets("DELETE /app/1", 204, &Value::Null);
    assert_eq!(talk.model().conversations.len(), 1);
    assert_eq!(talk.chat().phase, Phase::Ended);
    assert!(talk.asks().is_empty());
}

#[test]
fn wid_18_leaving_a_page_ends_only_what_is_over_or_asked_to_end() {
    let mut talk = Talk::visitor_chatting();
    assert!(talk.session.leave_requests().is_empty(), "a reload must not end it");
    talk.does(Command::End { conversation: C1.into() });
    let requests = talk.session.leave_requests();
    let names: Vec<_> = requests.iter().map(|it| (it.method, it.url.as_str())).collect();
    assert_eq!(
        names,
        [
            ("POST", "https://p.example/app/1/conversations/c1/messaging/stopMessaging"),
            ("DELETE", "https://p.example/app/1"),
        ]
    );
    for request in &requests {
        assert!(request.headers.iter().any(|(name, _)| name == "Authorization"));
    }
    let mut over = Talk::visitor_chatting();
    over.tells(2, &[deleted()]);
    let requests = over.session.leave_requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].method, requests[0].url.as_str()),
        ("DELETE", "https://p.example/app/1")
    );
}

#[test]
fn close_deletes_the_application_and_forgets_the_token() {
    let mut talk = Talk::agent_online();
    assert_eq!(talk.session.bearer(), Some("cwt=AAA"));
    talk.does(Command::Close);
    assert!(talk.asks().contains(&"DELETE /app/1".to_owned()));
    talk.gets("DELETE /app/1", 204, &Value::Null);
    assert!(talk.asks().is_empty());
    assert_eq!(talk.session.bearer(), None);
    talk.does(Command::Connect);
    assert!(matches!(talk.model().connection, Connection::SignedOut { .. }));
}

#[test]
fn an_end_while_the_token_is_renewed_still_deletes_the_application() {
    let mut talk = Talk::visitor_chatting();
    talk.does(Command::End { conversation: C1.into() });
    talk.gets("GET /app/1/events?ack=2", 401, &Value::Null);
    talk.gets("POST /GetAnonTokenJob", 200, &talk::bootstrap());
    let links = json!({ "_links": { "anonApplications": { "href": "/app" } } });
    talk.gets("GET /platformService", 200, &links);
    talk.gets("POST /app", 200, &talk::application());
    talk.gets("DELETE /app/1", 204, &Value::Null);
    assert!(talk.asks().is_empty());
    assert_eq!(endings(&talk), 1);
}

#[test]
fn an_end_that_was_cut_off_by_a_reload_is_finished_after_it() {
    let mut before = Talk::visitor_chatting();
    before.tells(2, &[deleted()]);
    assert!(before.asks().contains(&"DELETE /app/1".to_owned()));
    let snapshot = before.session.snapshot();
    let session = client::session::Session::restore(talk::visitor(), 3, &snapshot);
    let mut talk = Talk::with(session.expect("readable"));
    talk.input(Input::Tick);
    assert!(talk.asks().is_empty());
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    talk.gets("DELETE /app/1", 204, &Value::Null);
    assert!(talk.asks().is_empty());
    assert_eq!(talk.model().connection, Connection::Idle);
}
