//! How far messages have come, where the platform says so (docs/protocol/decisions.md, "Marks").

use client::model::Item;
use client::model::Standing::{self, Delivered, Failed, Read, Sending, Sent};
use client::session::{Command, Session};
use serde_json::{Value, json};

use crate::talk::{self, C1, Talk, event, incoming, messaging, outgoing, tells_c1};

const SEND: &str = "POST /app/1/conversations/c1/messaging/sendMessage";
const SEE: &str = "POST /app/1/conversations/c1/messaging/frontdesk:marks?seen=";

/// A visitor in a conversation whose platform has marks, with `ack=3` parked.
fn marked() -> Talk {
    let mut talk = Talk::visitor_chatting();
    let links = ["sendMessage", "setIsTyping", "stopMessaging", "frontdesk:marks"];
    talk.tells(2, &[tells_c1(&[messaging("Connected", "c1", &links)])]);
    talk
}

fn message(number: u32) -> String {
    format!("/app/1/conversations/c1/messages/{number}")
}

/// Sends a text that becomes the message of this number.
fn sends(talk: &mut Talk, number: u32) {
    talk.says(&format!("text {number}"));
    talk.gets_created(SEND, &message(number));
}

/// The event that tells of marks.
fn marks(delivered: u32, read: u32) -> Value {
    let mut links = json!({});
    for (rel, number) in [("frontdesk:delivered", delivered), ("frontdesk:read", read)] {
        if number > 0 {
            links[rel] = json!({ "href": message(number) });
        }
    }
    let href = "/app/1/conversations/c1/messaging/marks";
    event("updated", "frontdesk:marks", href, &json!({ "_links": links }))
}

fn standings(talk: &Talk) -> Vec<Standing> {
    talk.chat().items.iter().map(Item::standing).collect()
}

fn own(number: u32) -> Value {
    outgoing("completed", number, None)
}

#[test]
fn invariant_11_a_message_is_sending_then_sent_then_delivered_then_read() {
    let mut talk = marked();
    talk.says("text 2");
    assert_eq!(standings(&talk), [Sending]);
    talk.gets_created(SEND, &message(2));
    assert_eq!(standings(&talk), [Sent]);
    talk.tells(3, &[tells_c1(&[own(2), marks(2, 0)])]);
    assert_eq!(standings(&talk), [Delivered]);
    talk.tells(4, &[tells_c1(&[marks(2, 2)])]);
    assert_eq!(standings(&talk), [Read]);
}

#[test]
fn a_mark_stands_for_all_own_messages_up_to_it_and_for_none_of_others() {
    let mut talk = marked();
    for number in [2, 3, 5, 6] {
        sends(&mut talk, number);
    }
    let told = [own(2), own(3), incoming(4, "Alice", "hm"), own(5), own(6), marks(5, 3)];
    talk.tells(3, &[tells_c1(&told)]);
    assert_eq!(standings(&talk), [Read, Read, Sent, Delivered, Sent]);
    talk.says("on its way");
    assert_eq!(standings(&talk)[5], Sending);
    talk.gets(SEND, 403, &json!({ "code": "Forbidden", "message": "No." }));
    talk.tells(4, &[tells_c1(&[marks(6, 6)])]);
    assert_eq!(standings(&talk), [Read, Read, Sent, Read, Read, Failed]);
}

#[test]
fn a_mark_never_goes_back_whatever_comes_again() {
    let mut talk = marked();
    sends(&mut talk, 2);
    sends(&mut talk, 3);
    talk.tells(3, &[tells_c1(&[own(2), own(3), marks(3, 3)])]);
    talk.tells(4, &[tells_c1(&[own(3), marks(3, 2), marks(0, 0), marks(99, 99)])]);
    assert_eq!(standings(&talk), [Read, Read]);
}

#[test]
fn without_marks_a_completed_message_stays_sent() {
    let mut talk = Talk::visitor_chatting();
    sends(&mut talk, 2);
    talk.tells(2, &[tells_c1(&[outgoing("started", 2, None), own(2), incoming(3, "Ann", "hi")])]);
    assert_eq!(standings(&talk), [Sent, Sent]);
    let conversation = C1.to_owned();
    talk.does(Command::MarkRead { conversation, up_to_ms: 3_000 });
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=3"], "nobody is told who cannot be");
}

#[test]
fn marks_are_there_after_a_reload_and_are_read_again() {
    let mut before = marked();
    sends(&mut before, 2);
    before.tells(3, &[tells_c1(&[own(2), marks(2, 0)])]);
    let snapshot = before.session.snapshot();
    let mut talk = Talk::with(Session::restore(talk::visitor(), 9, &snapshot).expect("readable"));
    talk.now = before.now + 1_000;
    assert_eq!(standings(&talk), [Delivered]);
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    let link = json!({ "messaging": { "href": "/m1" } });
    let body = json!({ "state": "Connected", "_links": link });
    talk.gets("GET /app/1/conversations/c1", 200, &body);
    let links = json!({
        "frontdesk:marks": { "href": "/marks" },
        "frontdesk:delivered": { "href": message(2) },
        "frontdesk:read": { "href": message(2) },
    });
    talk.gets("GET /m1", 200, &json!({ "state": "Connected", "_links": links }));
    assert_eq!(standings(&talk), [Read]);
}

#[test]
fn what_was_read_is_told_once_with_the_newest_time() {
    let mut talk = marked();
    talk.tells(3, &[tells_c1(&[incoming(2, "Ann", "one"), incoming(3, "Ann", "two")])]);
    let read = |up_to_ms| Command::MarkRead { conversation: C1.to_owned(), up_to_ms };
    talk.does(read(2_000));
    talk.does(read(3_000));
    talk.gets(&format!("{SEE}2000"), 204, &Value::Null);
    talk.gets(&format!("{SEE}3000"), 204, &Value::Null);
    talk.does(read(3_000));
    talk.does(read(1_000));
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=4"]);
    // A line that was down tells when it is up again.
    talk.does(read(4_000));
    talk.gets_nothing(&format!("{SEE}4000"));
    talk.waits(2_000);
    assert!(talk.asks().iter().any(|it| it.ends_with("seen=4000")), "{:?}", talk.asks());
}
