//! Messages and typing: exactly once, in order, never lost.

use client::model::{Author, Delivery, Notice};
use client::session::Command;
use serde_json::{Value, json};

use crate::talk::{Talk, event, incoming, messaging, outgoing, tells_c1};

const SEND: &str = "POST /app/1/conversations/c1/messaging/sendMessage?operationId=";
const M2: &str = "/app/1/conversations/c1/messages/2";

fn operation(talk: &Talk) -> String {
    talk.asked(SEND).url.split("operationId=").nth(1).expect("an operation id").to_owned()
}

#[test]
fn a_text_is_sending_then_sent_and_keeps_its_key() {
    let mut talk = Talk::visitor_chatting();
    talk.says("hello");
    assert_eq!(talk.shown(), ["me: hello (sending)"]);
    let key = talk.chat().items[0].key.clone();
    assert_eq!(key, operation(&talk));
    talk.gets_created(SEND, M2);
    assert_eq!(talk.shown(), ["me: hello"]);
    talk.tells(2, &[tells_c1(&[outgoing("completed", 2, Some(&key))])]);
    assert_eq!(talk.shown(), ["me: hello"]);
    assert_eq!(talk.chat().items[0].key, key);
}

#[test]
fn texts_are_sent_in_order_one_at_a_time() {
    let mut talk = Talk::visitor_chatting();
    for text in ["one", "two", "three"] {
        talk.says(text);
    }
    for text in ["one", "two", "three"] {
        let sends: Vec<_> = talk.asks().into_iter().filter(|it| it.starts_with(SEND)).collect();
        assert_eq!(sends.len(), 1, "{sends:?}");
        assert_eq!(talk.asked(SEND).body.as_deref(), Some(text));
        talk.gets(SEND, 201, &Value::Null);
    }
    assert_eq!(talk.shown(), ["me: one", "me: two", "me: three"]);
}

#[test]
fn wid_04_an_event_before_the_201_shows_the_message_once() {
    for knows_operation in [true, false] {
        let mut talk = Talk::visitor_chatting();
        talk.says("hello");
        let operation = operation(&talk);
        let id = knows_operation.then_some(operation.as_str());
        talk.tells(2, &[tells_c1(&[outgoing("completed", 2, id)])]);
        assert_eq!(talk.shown(), ["me: hello"]);
        talk.gets_created(SEND, M2);
        assert_eq!(talk.shown(), ["me: hello"]);
        talk.tells(3, &[tells_c1(&[outgoing("completed", 2, id)])]);
        assert_eq!(talk.shown(), ["me: hello"], "repeated until acknowledged");
    }
}

#[test]
fn wid_05_started_and_completed_are_one_bubble() {
    let mut talk = Talk::visitor_chatting();
    talk.says("hello");
    let id = operation(&talk);
    talk.tells(2, &[tells_c1(&[outgoing("started", 2, Some(&id))])]);
    assert_eq!(talk.shown(), ["me: hello (sending)"]);
    talk.gets_created(SEND, M2);
    talk.tells(3, &[tells_c1(&[outgoing("completed", 2, Some(&id))])]);
    assert_eq!(talk.shown(), ["me: hello"]);
    let mut first = incoming(3, "Desk", "hi");
    first["type"] = json!("started");
    talk.tells(4, &[tells_c1(&[first, incoming(3, "Desk", "hi")])]);
    assert_eq!(talk.shown(), ["me: hello", "Desk: hi"]);
    let arrived = talk.notices.iter().filter(|it| matches!(it, Notice::MessageArrived { .. }));
    assert_eq!(arrived.count(), 1);
}

#[test]
fn wid_06_an_event_without_its_resource_is_completed_by_a_get() {
    let mut talk = Talk::visitor_chatting();
    let bare = event("completed", "message", M2, &Value::Null);
    talk.tells(2, &[tells_c1(&[bare, incoming(3, "Desk", "second")])]);
    assert!(talk.shown().is_empty(), "order is kept: the second waits");
    assert!(talk.asks().contains(&"GET /app/1/events?ack=3".to_owned()));
    let whole = incoming(2, "Desk", "first")["_embedded"]["message"].clone();
    talk.gets(&format!("GET {M2}"), 200, &whole);
    assert_eq!(talk.shown(), ["Desk: first", "Desk: second"]);
}

#[test]
fn wid_06_a_resource_that_is_gone_is_passed_over() {
    let mut talk = Talk::visitor_chatting();
    let bare = event("completed", "message", M2, &Value::Null);
    talk.tells(2, &[tells_c1(&[bare, incoming(3, "Desk", "second")])]);
    talk.gets_nothing(&format!("GET {M2}"));
    assert!(talk.shown().is_empty());
    talk.waits(1_000);
    talk.gets(&format!("GET {M2}"), 404, &json!({ "code": "NotFound" }));
    assert_eq!(talk.shown(), ["Desk: second"]);
}

#[test]
fn wid_14_without_a_send_link_nothing_can_be_sent() {
    let mut talk = Talk::visitor_chatting();
    assert!(talk.chat().can_send);
    talk.tells(2, &[tells_c1(&[messaging("Connecting", "c1", &["stopMessaging"])])]);
    assert!(!talk.chat().can_send);
    assert!(talk.chat().lacks_send);
    talk.says("later");
    assert_eq!(talk.shown(), ["me: later (sending)"], "kept until it can be sent");
    assert!(talk.asks().iter().all(|it| !it.contains("sendMessage")));
    talk.tells(3, &[tells_c1(&[messaging("Connected", "c1", &["sendMessage"])])]);
    assert!(talk.chat().can_send);
    assert!(!talk.chat().lacks_send);
    assert_eq!(talk.asked(SEND).body.as_deref(), Some("later"));
}

#[test]
fn wid_16_an_html_message_is_shown_as_text() {
    let mut talk = Talk::visitor_chatting();
    let html = "<b>Hi</b><img src=x onerror=\"alert(1)\"><script>steal()</script> &lt;you&gt;";
    let body = json!({
        "direction": "Incoming",
        "_links": { "htmlMessage": { "href": shared::data_uri::encode("text/html", html) } },
        "_embedded": { "senderParticipant": [{ "name": "Alice" }] },
    });
    talk.tells(2, &[tells_c1(&[event("completed", "message", M2, &body)])]);
    assert_eq!(talk.shown(), ["Alice: Hi <you>"]);
}

#[test]
fn invariant_3_own_messages_stand_where_the_server_put_them() {
    let mut talk = Talk::visitor_chatting();
    talk.says("mine");
    let id = operation(&talk);
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/3");
    // The server kept another's before ours; its event comes after our 201.
    talk.tells(
        2,
        &[tells_c1(&[incoming(2, "Desk", "theirs"), outgoing("completed", 3, Some(&id))])],
    );
    talk.says("next");
    talk.tells(3, &[tells_c1(&[incoming(4, "Desk", "more")])]);
    assert_eq!(talk.shown(), ["Desk: theirs", "me: mine", "Desk: more", "me: next (sending)"]);
}

#[test]
fn invariant_3_a_text_that_waited_for_the_line_stands_where_the_server_put_it() {
    let mut talk = Talk::visitor_chatting();
    talk.says("first");
    talk.says("second");
    let first = operation(&talk);
    for _ in 0..4 {
        talk.gets_nothing(SEND);
        talk.waits(10_000);
    }
    // Both are kept before the poll comes back, and behind what others said meanwhile.
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/3");
    let second = operation(&talk);
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/4");
    talk.waits(1_000);
    talk.tells(2, &[tells_c1(&[incoming(2, "Desk", "theirs")])]);
    assert_eq!(talk.shown(), ["Desk: theirs", "me: first", "me: second"]);
    // However late the events come, they say where their messages stand.
    talk.waits(60_000);
    let late = [
        outgoing("completed", 3, Some(&first)),
        incoming(5, "Desk", "between"),
        outgoing("completed", 4, Some(&second)),
    ];
    talk.tells(3, &[tells_c1(&late)]);
    assert_eq!(talk.shown(), ["Desk: theirs", "me: first", "Desk: between", "me: second"]);
    // A server that has told once tells of each: it is waited for, however long a dead poll takes.
    talk.says("third");
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/7");
    talk.waits(40_000);
    talk.tells(4, &[tells_c1(&[incoming(6, "Desk", "before")])]);
    assert_eq!(talk.shown()[4..], ["Desk: before", "me: third"]);
}

#[test]
fn invariant_3_an_own_message_without_an_event_keeps_its_place_after_a_while() {
    let mut talk = Talk::visitor_chatting();
    talk.says("mine");
    talk.gets_created(SEND, M2);
    talk.waits(6_000);
    talk.tells(2, &[tells_c1(&[incoming(3, "Desk", "answer")])]);
    assert_eq!(talk.shown(), ["me: mine", "Desk: answer"]);
}

#[test]
fn invariant_3_a_package_that_comes_again_is_as_old_as_its_first_answer() {
    let mut talk = Talk::visitor_chatting();
    talk.says("mine");
    let mine = operation(&talk);
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/3");
    talk.gets_nothing("GET /app/1/events?ack=2");
    talk.waits(40_000);
    talk.tells(2, &[tells_c1(&[incoming(2, "Desk", "before")])]);
    assert_eq!(talk.shown(), ["Desk: before", "me: mine"]);
    talk.tells(3, &[tells_c1(&[outgoing("completed", 3, Some(&mine)), incoming(4, "Desk", "so")])]);
    assert_eq!(talk.shown(), ["Desk: before", "me: mine", "Desk: so"]);
}

#[test]
fn invariant_11_a_refused_text_says_why_and_can_be_sent_again() {
    let mut talk = Talk::visitor_chatting();
    talk.says("long");
    talk.says("short");
    let first = operation(&talk);
    talk.gets(SEND, 413, &json!({ "code": "EntityTooLarge", "message": "Too long." }));
    assert_eq!(talk.shown(), ["me: long (failed: Too long.)", "me: short (sending)"]);
    talk.gets_created(SEND, M2);
    let item = talk.chat().items[0].key.clone();
    let conversation = talk.chat().key.clone();
    talk.does(Command::Retry { conversation, item: item.clone() });
    assert_eq!(talk.shown(), ["me: short", "me: long (sending)"]);
    assert_ne!(operation(&talk), first, "the old id stands for what failed");
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/3");
    assert_eq!(talk.shown(), ["me: short", "me: long"]);
    assert_eq!(talk.chat().items[1].key, item);
}

#[test]
fn invariant_11_a_text_that_could_not_be_delivered_has_failed() {
    let mut talk = Talk::visitor_chatting();
    talk.says("hello");
    let id = operation(&talk);
    talk.gets_created(SEND, M2);
    let mut failed = outgoing("completed", 2, Some(&id));
    failed["status"] = json!("Failure");
    failed["reason"] = json!({ "code": "RemoteFailure", "message": "Nobody is there." });
    talk.tells(2, &[tells_c1(&[failed])]);
    assert_eq!(talk.shown(), ["me: hello (failed: Nobody is there.)"]);
}

#[test]
fn invariant_2_a_text_without_an_answer_is_sent_again_under_the_same_id() {
    let mut talk = Talk::visitor_chatting();
    talk.says("hello");
    let id = operation(&talk);
    for _ in 0..3 {
        talk.gets_nothing(SEND);
        assert_eq!(talk.shown(), ["me: hello (sending)"]);
        talk.waits(4_000);
        assert_eq!(operation(&talk), id);
    }
    talk.gets(SEND, 503, &Value::Null);
    talk.waits(8_000);
    talk.gets_created(SEND, M2);
    assert_eq!(talk.shown(), ["me: hello"]);
}

#[test]
fn the_name_of_an_author_comes_from_title_sender_or_member() {
    let mut talk = Talk::visitor_chatting();
    let member = json!({ "name": "Helpdesk", "uri": "sip:helpdesk@demo.example" });
    let participant = event("added", "participant", "/p/a", &member);
    let message = |number: u32, extra: Value| {
        let mut body = json!({
            "direction": "Incoming",
            "_links": { "plainMessage": { "href": "data:text/plain,x" } },
        });
        body["_links"]["participant"] = extra["link"].clone();
        body["_embedded"] = extra["embedded"].clone();
        event("completed", "message", &format!("/m/{number}"), &body)
    };
    let sender = json!({ "senderParticipant": [{ "name": "Sender" }] });
    talk.tells(
        2,
        &[tells_c1(&[
            participant,
            message(2, json!({ "link": { "href": "/p/a", "title": "Title" }, "embedded": sender })),
            message(3, json!({ "link": { "href": "/p/a" }, "embedded": sender })),
            message(4, json!({ "link": { "href": "/p/a" } })),
            message(5, json!({})),
        ])],
    );
    assert_eq!(talk.shown(), ["Title: x", "Sender: x", "Helpdesk: x", ": x"]);
    assert_eq!(talk.chat().participants[0].uri.as_deref(), Some("sip:helpdesk@demo.example"));
    talk.tells(3, &[tells_c1(&[event("deleted", "participant", "/p/a", &Value::Null)])]);
    assert!(talk.chat().participants.is_empty());
}

fn typing(kind: &str, name: &str) -> Value {
    let mut out = event(kind, "participant", &format!("/p/{name}"), &Value::Null);
    out["link"]["title"] = json!(name);
    out["in"] = json!({ "rel": "typingParticipants", "href": "/typing" });
    out
}

#[test]
fn typing_of_others_is_shown_until_it_ends_or_a_timer_says_so() {
    let mut talk = Talk::visitor_chatting();
    talk.tells(2, &[tells_c1(&[typing("added", "Alice"), typing("added", "Bob")])]);
    assert_eq!(talk.chat().typing, ["Alice", "Bob"]);
    talk.tells(3, &[tells_c1(&[typing("deleted", "Alice")])]);
    assert_eq!(talk.chat().typing, ["Bob"]);
    talk.waits(7_999);
    assert_eq!(talk.chat().typing, ["Bob"]);
    talk.waits(1);
    assert!(talk.chat().typing.is_empty(), "nobody types for ever");
    talk.tells(4, &[tells_c1(&[typing("added", "Alice")])]);
    talk.tells(5, &[tells_c1(&[incoming(2, "Alice", "done")])]);
    assert!(talk.chat().typing.is_empty(), "a message ends it");
}

#[test]
fn wid_21_typing_is_told_at_most_once_in_three_seconds() {
    let mut talk = Talk::visitor_chatting();
    let name = "POST /app/1/conversations/c1/messaging/setIsTyping";
    let mut told = 0;
    for _ in 0..90 {
        talk.does(Command::Typing { conversation: String::new() });
        if talk.asks().contains(&name.to_owned()) {
            told += 1;
            talk.gets(name, 204, &Value::Null);
        }
        talk.waits(100);
    }
    assert_eq!(told, 3, "9 seconds of typing");
    // Sending a text does not allow one more.
    talk.does(Command::Typing { conversation: String::new() });
    talk.gets(name, 204, &Value::Null);
    talk.says("done");
    talk.gets_created(SEND, M2);
    talk.does(Command::Typing { conversation: String::new() });
    assert!(!talk.asks().contains(&name.to_owned()));
    talk.waits(60_000);
    assert!(!talk.asks().contains(&name.to_owned()), "none when idle");
}

#[test]
fn an_own_message_of_another_page_is_shown_as_ones_own() {
    let mut talk = Talk::visitor_chatting();
    let mut foreign = outgoing("completed", 2, Some("op-elsewhere"));
    foreign["_embedded"]["message"]["_links"] =
        json!({ "plainMessage": { "href": "data:text/plain,from+the+other+tab" } });
    talk.tells(2, &[tells_c1(&[foreign.clone(), foreign])]);
    assert_eq!(talk.shown(), ["me: from the other tab"]);
    let item = &talk.chat().items[0];
    assert_eq!((&item.author, &item.delivery), (&Author::Me, &Delivery::Sent));
    assert_eq!(item.operation_id.as_deref(), Some("op-elsewhere"));
}

#[test]
fn an_empty_text_is_not_sent() {
    let mut talk = Talk::visitor_chatting();
    talk.says("  \n ");
    assert!(talk.shown().is_empty());
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=2"]);
}
