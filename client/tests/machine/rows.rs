//! What a client must accept by `protocol.md` §5, where no other dialogue shows it; named by the row.

use client::model::{Connection, Delivery, Phase};
use client::session::{Command, Session};
use serde_json::{Value, json};

use crate::talk::{self, C1, Talk, event, incoming, sender, tells_c1};

#[test]
fn row_a13_200_and_201_are_both_an_application() {
    for status in [200, 201] {
        let mut talk = Talk::with(Session::new(talk::visitor(), 7));
        talk.does(Command::Connect);
        talk.gets("POST /GetAnonTokenJob", 200, &talk::bootstrap());
        let links = json!({ "_links": { "anonApplications": { "href": "/app" } } });
        talk.gets("GET /platformService/discover", 200, &links);
        talk.gets("POST /app", status, &talk::application());
        assert!(talk.is_online(), "{status}");
        assert_eq!(talk.asks(), ["GET /app/1/events?ack=1"]);
    }
}

#[test]
fn row_a17_a_client_adds_no_parameter_to_the_link_of_a_poll() {
    let mut talk = Talk::visitor_online();
    assert_eq!(talk.asked("GET /app/1/events").url, "https://p.example/app/1/events?ack=1");
    let body =
        json!({ "_links": { "next": { "href": "/app/1/events?ack=2&timeout=25&key=%7e" } } });
    talk.gets("GET /app/1/events", 200, &body);
    let url = &talk.asked("GET /app/1/events").url;
    assert_eq!(url, "https://p.example/app/1/events?ack=2&timeout=25&key=%7e");
}

#[test]
fn row_a22_an_incoming_message_may_be_told_as_started_or_completed_or_both() {
    let mut talk = Talk::visitor_chatting();
    let as_kind = |number, kind: &str| {
        let mut told = incoming(number, "Desk", &format!("text {number}"));
        told["type"] = json!(kind);
        told
    };
    let told = [
        as_kind(3, "started"),
        as_kind(4, "completed"),
        as_kind(5, "started"),
        as_kind(5, "completed"),
    ];
    talk.tells(2, &[tells_c1(&told)]);
    assert_eq!(talk.shown(), ["Desk: text 3", "Desk: text 4", "Desk: text 5"]);
}

#[test]
fn row_a26_a_conversation_may_tell_of_itself() {
    let mut talk = Talk::visitor_chatting();
    let path = C1.strip_prefix(talk::HOST).expect("below the host");
    let subject = json!({ "state": "Connected", "subject": "Order 7" });
    talk.tells(2, &[tells_c1(&[event("updated", "conversation", path, &subject)])]);
    assert_eq!(talk.chat().subject.as_deref(), Some("Order 7"));
    talk.tells(3, &[tells_c1(&[event("deleted", "conversation", path, &Value::Null)])]);
    assert_eq!(talk.chat().phase, Phase::Ended);
}

#[test]
fn row_a28_oneself_is_known_by_the_link_whatever_the_body_says() {
    let mut talk = Talk::visitor_chatting();
    let me = json!({ "rel": "participant", "name": "Vera", "uri": "sip:1@anonymous.invalid" });
    talk.tells(2, &[tells_c1(&[event("added", "localParticipant", "/p/0", &me)])]);
    assert_eq!(talk.chat().participants, []);
}

#[test]
fn row_a34_being_made_available_may_be_201_with_a_body() {
    let mut talk = Talk::with(Session::new(talk::agent("demo"), 7));
    talk.does(Command::Connect);
    talk.signs_in();
    talk.gets("POST /app/1/me/available", 201, &json!({ "operations": [] }));
    assert!(talk.asks().iter().any(|it| it == "POST /app/1/me/activity"), "{:?}", talk.asks());
}

#[test]
fn row_a38_links_escaped_twice_are_followed_as_meant() {
    let mut talk = Talk::visitor_online();
    let body = json!({ "_links": { "next": { "href": "/app/1/events?ack=2\\u0026key=a" } } });
    talk.gets("GET /app/1/events", 200, &body);
    assert_eq!(talk.asked("GET /app/1/events").url, "https://p.example/app/1/events?ack=2&key=a");
}

#[test]
fn row_a45_the_status_counts_before_the_spelling_of_a_code() {
    for body in [
        json!({ "code": "gone", "subcode": "whatever" }),
        json!({ "code": "Precondition" }),
        Value::Null,
    ] {
        let mut talk = Talk::visitor_online();
        talk.gets("GET /app/1/events", 410, &body);
        let stopped = matches!(talk.model().connection, Connection::Stopped { .. });
        assert!(stopped, "{body}: {:?}", talk.model().connection);
    }
    let mut talk = Talk::visitor_online();
    talk.gets("GET /app/1/events", 409, &json!({ "code": "CONFLICT", "subcode": "pgetreplaced" }));
    assert_eq!(talk.model().connection, Connection::OpenedElsewhere);
}

#[test]
fn row_a49_a_text_no_server_would_take_is_refused_here_and_stays() {
    let mut talk = Talk::visitor_chatting();
    let long = "ü".repeat(40_000);
    talk.says(&long);
    let item = talk.chat().items.last().expect("an item");
    assert_eq!(item.text, long, "invariant 11");
    assert!(matches!(&item.delivery, Delivery::Failed { reason } if reason.contains("too long")));
    assert!(!talk.asks().iter().any(|it| it.contains("sendMessage")), "{:?}", talk.asks());
    talk.says("short");
    assert!(talk.asks().iter().any(|it| it.contains("sendMessage")));
}

#[test]
fn rows_a27_and_a51_a_sender_is_read_as_object_or_array_and_named_by_the_bridge() {
    let mut talk = Talk::visitor_chatting();
    let named = |number: u32, senders: Value| {
        let mut told = incoming(number, "", "hello");
        told["_embedded"]["message"]["_embedded"] = json!({ "senderParticipant": senders });
        told
    };
    let ann = json!({ "name": "Ann", "rel": "participant" });
    talk.tells(2, &[tells_c1(&[named(3, ann.clone()), named(4, json!([ann]))])]);
    talk.tells(3, &[sender("conversation", C1, &[incoming(5, "Bob", "hi")])]);
    assert_eq!(talk.shown(), ["Ann: hello", "Ann: hello", "Bob: hi"]);
}
