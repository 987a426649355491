//! Polls that are held briefly while somebody talks: their own silence tells that events do not come
//! through (invariant 12, row A17).

use client::model::Connection;
use client::session::Input;
use serde_json::json;

use crate::talk::{self, Talk};

/// A visitor in a conversation, at a server that offers a hold of 25 s and takes shorter wishes.
fn chatting_at_a_server_that_lets_one_choose() -> Talk {
    let mut talk = Talk::visitor_chatting();
    hands_out(&mut talk, "ack=2", "ack=3&timeout=25");
    talk
}

/// An empty package, with the link of the next one.
fn hands_out(talk: &mut Talk, asked: &str, next: &str) {
    let links = json!({
        "self": { "href": format!("/app/1/events?{asked}") },
        "next": { "href": format!("/app/1/events?{next}") },
    });
    let body = json!({ "_links": links, "sender": [] });
    talk.waits(2_000);
    talk.gets(&format!("GET /app/1/events?{asked}"), 200, &body);
}

#[test]
fn invariant_12_events_that_do_not_come_through_are_missed_within_ten_seconds() {
    let mut talk = chatting_at_a_server_that_lets_one_choose();
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=3&timeout=5"]);
    hands_out(&mut talk, "ack=3&timeout=5", "ack=4&timeout=5");
    assert_eq!(talk.timeout_ms("GET /app/1/events"), 9_500);
    talk.waits(9_500);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=4&timeout=5"], "the poll is the pulse");
    talk.gets_nothing("GET /app/1/events");
    assert!(matches!(talk.model().connection, Connection::Reconnecting { .. }));
    talk.waits(1_000);
    talk.input(Input::Wake);
    talk.waits(2_000);
    talk.input(Input::Wake);
    talk.gets("GET /app/1", 200, &talk::application());
    assert!(!talk.is_online(), "that others come through proves nothing for events");
    hands_out(&mut talk, "ack=4&timeout=5", "ack=5&timeout=5");
    assert!(talk.is_online());
}

#[test]
fn a_server_that_broke_off_a_brief_poll_is_asked_at_once_whether_it_is_there() {
    let mut talk = chatting_at_a_server_that_lets_one_choose();
    hands_out(&mut talk, "ack=3&timeout=5", "ack=4&timeout=5");
    talk.waits(3_000);
    talk.gets_nothing("GET /app/1/events");
    talk.waits(1_000);
    assert_eq!(talk.asks(), ["GET /app/1", "GET /app/1/events?ack=4&timeout=5"]);
    talk.gets("GET /app/1", 200, &talk::application());
    assert!(talk.is_online());
}

#[test]
fn invariant_12_a_server_that_grants_no_brief_poll_is_felt_by_pulses() {
    let mut talk = chatting_at_a_server_that_lets_one_choose();
    hands_out(&mut talk, "ack=3&timeout=5", "ack=4&timeout=25");
    talk.waits(5_000);
    assert_eq!(talk.asks(), ["GET /app/1", "GET /app/1/events?ack=4&timeout=5"]);
    assert_eq!(talk.timeout_ms("GET /app/1/events"), 35_000);
}
