//! The event channel and everything that can go wrong with it.

use client::http::HttpResponse;
use client::model::{Connection, Phase};
use client::session::{Command, Input, Session};
use serde_json::{Value, json};

use crate::talk::{self, Talk, incoming, tells_c1};

fn refusal(code: &str, subcode: &str) -> Value {
    json!({ "code": code, "subcode": subcode, "message": "Told by the server." })
}

fn links(name: &str, href: &str) -> Value {
    json!({ "_links": { name: { "href": href } } })
}

#[test]
fn wid_03_the_next_poll_is_in_flight_before_a_package_is_shown() {
    let mut talk = Talk::visitor_chatting();
    let (id, ..) = talk.open.pop().expect("the parked poll");
    let body = json!({
        "_links": { "next": { "href": "/app/1/events?ack=3" } },
        "sender": [tells_c1(&[incoming(2, "Desk", "one"), incoming(3, "Desk", "two")])],
    });
    let result = Ok(HttpResponse { status: 200, headers: vec![], body: body.to_string() });
    talk.session.handle(talk.now, Input::Answer { id, result });
    let mut order = vec![];
    while let Some(output) = talk.session.poll() {
        order.push(match output {
            client::session::Output::Request { request, .. } => request.url,
            client::session::Output::Notice(_) => "notice".into(),
            _ => continue,
        });
    }
    assert_eq!(order, ["https://p.example/app/1/events?ack=3", "notice", "notice"]);
    assert_eq!(talk.shown(), ["Desk: one", "Desk: two"]);
}

#[test]
fn an_empty_package_only_moves_the_cursor() {
    let mut talk = Talk::visitor_chatting();
    talk.waits(180_000);
    talk.gets("GET /app/1", 200, &talk::application());
    talk.gets("GET /app/1/events?ack=2", 200, &links("next", "/app/1/events?ack=3"));
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=3"]);
    talk.tells(3, &[]);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=4"]);
    assert!(talk.is_online());
}

#[test]
fn a_server_that_answers_at_once_with_nothing_is_not_asked_in_a_circle() {
    let mut talk = Talk::visitor_chatting();
    talk.gets("GET /app/1/events?ack=2", 200, &links("next", "/app/1/events?ack=2"));
    assert!(talk.asks().is_empty());
    talk.waits(1_000);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=2"]);
}

#[test]
fn wid_07_a_resync_is_followed_and_conversations_are_read_again() {
    let mut talk = Talk::visitor_chatting();
    talk.gets("GET /app/1/events?ack=2", 200, &links("resync", "/app/1/events?ack=9"));
    assert_eq!(talk.asks(), ["GET /app/1/conversations/c1", "GET /app/1/events?ack=9"]);
    let conversation =
        json!({ "state": "Connected", "_links": { "messaging": { "href": "/m1" } } });
    talk.gets("GET /app/1/conversations/c1", 200, &conversation);
    talk.gets("GET /m1", 200, &json!({ "state": "Connected", "_links": {} }));
    assert!(!talk.chat().can_send, "what was read counts");
    talk.tells(9, &[tells_c1(&[incoming(2, "Desk", "kept")])]);
    assert_eq!(talk.shown(), ["Desk: kept"]);
    assert_eq!(talk.chat().phase, Phase::Connected);
}

#[test]
fn a_resync_that_leads_to_a_resync_is_slowed_down() {
    let mut talk = Talk::visitor_online();
    talk.gets("GET /app/1/events?ack=1", 200, &links("resync", "/app/1/events?ack=5"));
    talk.gets("GET /app/1/events?ack=5", 200, &links("resync", "/app/1/events?ack=1"));
    assert!(talk.asks().is_empty());
    talk.waits(2_000);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=1"]);
}

#[test]
fn wid_08_a_resume_ends_the_chat_and_sends_the_parameters_again() {
    let mut talk = Talk::with(Session::new(talk::visitor(), 7));
    talk.does(Command::Connect);
    talk.gets("POST /GetAnonTokenJob", 200, &talk::bootstrap());
    talk.gets(
        "GET /platformService",
        200,
        &json!({ "_links": { "anonApplications": { "href": "/app" } } }),
    );
    let mut application = talk::application();
    application["_links"]["events"]["href"] = json!("/app/1/events?ack=1&timeout=25&low=30");
    talk.gets("POST /app", 201, &application);
    talk.does(Command::StartConversation { subject: None });
    let operation = talk.json("POST /app/1/start")["operationId"].clone();
    talk.gets_created("POST /app/1/start", "/app/1/invitations/i1");
    talk.tells(1, &[talk::started(&operation), talk::connected("c1")]);
    assert_eq!(talk.timeout_ms("GET /app/1/events?ack=2"), 35_000, "remembered by the server");
    talk.gets("GET /app/1/events?ack=2", 200, &links("resume", "/app/1/events?ack=1&low=15"));
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=1&low=15&timeout=25"]);
    assert_eq!(talk.chat().phase, Phase::Ended);
    assert!(!talk.chat().can_send);
    // A new one only when the person acts, in the application that is still there.
    talk.says("still there?");
    assert_eq!(talk.model().conversations.len(), 2);
    assert!(talk.asks().contains(&"POST /app/1/start".to_owned()));
}

#[test]
fn wid_09_a_poll_that_our_own_newer_one_replaced_ends_in_silence() {
    let mut talk = Talk::visitor_chatting();
    let (old, ..) = talk.open[0];
    talk.waits(60_000);
    talk.input(Input::Wake);
    assert_eq!(talk.asks(), ["GET /app/1", "GET /app/1/events?ack=2"]);
    let body = refusal("Conflict", "PGetReplaced").to_string();
    let result = Ok(HttpResponse { status: 409, headers: vec![], body });
    talk.input(Input::Answer { id: old, result });
    assert!(talk.is_online());
    assert_eq!(talk.asks(), ["GET /app/1", "GET /app/1/events?ack=2"]);
}

#[test]
fn wid_09_an_own_earlier_poll_that_arrives_late_is_no_other_instance() {
    let replaced = refusal("Conflict", "PGetReplaced");
    // Given up by us, broken on the way, or left behind by the page before.
    let mut woken = Talk::visitor_chatting();
    woken.waits(60_000);
    woken.input(Input::Wake);
    let mut broken = Talk::visitor_chatting();
    broken.gets_nothing("GET /app/1/events");
    broken.waits(1_000);
    let reloaded = Session::restore(talk::visitor(), 99, &broken.session.snapshot());
    let mut reloaded = Talk::with(reloaded.expect("readable"));
    reloaded.now = broken.now;
    reloaded.does(Command::Connect);
    reloaded.gets("GET /app/1", 200, &talk::application());
    for mut talk in [woken, broken, reloaded] {
        talk.gets("GET /app/1/events?ack=2", 409, &replaced);
        let polls = talk.asks().iter().filter(|it| it.starts_with("GET /app/1/events")).count();
        assert_eq!(polls, 1, "asked again at once");
        // Nothing of ours is on the way any more: this is somebody else.
        talk.gets("GET /app/1/events?ack=2", 409, &replaced);
        assert_eq!(talk.model().connection, Connection::OpenedElsewhere);
    }
}

#[test]
fn wid_10_a_poll_replaced_by_another_instance_stops_without_a_circle() {
    let mut talk = Talk::visitor_chatting();
    talk.gets("GET /app/1/events", 409, &refusal("Conflict", "PGetReplaced"));
    assert_eq!(talk.model().connection, Connection::OpenedElsewhere);
    talk.waits(600_000);
    talk.input(Input::Wake);
    assert!(talk.asks().is_empty());
    // Only the person may take it back.
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()));
    assert!(talk.is_online());
}

#[test]
fn wid_11_a_lost_application_is_made_again_and_history_stays() {
    let mut talk = Talk::visitor_chatting();
    talk.tells(2, &[tells_c1(&[incoming(2, "Desk", "hello")])]);
    talk.gets("GET /app/1/events", 404, &refusal("NotFound", "ApplicationNotFound"));
    assert_eq!(talk.asks(), ["POST /app"]);
    let mut application = talk::application();
    application["_links"] = json!({
        "self": { "href": "/app/2" }, "events": { "href": "/app/2/events?ack=1" },
    });
    application["_embedded"]["communication"]["_links"]["startMessaging"]["href"] =
        json!("/app/2/start");
    talk.gets("POST /app", 201, &application);
    assert_eq!(talk.asks(), ["GET /app/2/events?ack=1"], "no invitation by itself");
    assert_eq!(talk.shown(), ["Desk: hello"]);
    assert_eq!(talk.chat().phase, Phase::Ended);
    assert!(talk.is_online());
    talk.says("are you there?");
    assert!(talk.asks().contains(&"POST /app/2/start".to_owned()));
    assert_eq!(talk.model().conversations.len(), 2);
}

#[test]
fn wid_12_gone_says_so_and_waits_for_the_person() {
    for subcode in ["InactiveApplicationExpired", "TooManyApplications", "Whatever"] {
        let mut talk = Talk::visitor_chatting();
        talk.gets("GET /app/1/events", 410, &refusal("Gone", subcode));
        let reason = "Told by the server.".to_owned();
        assert_eq!(talk.model().connection, Connection::Stopped { reason });
        assert_eq!(talk.chat().phase, Phase::Ended);
        talk.waits(3_600_000);
        talk.input(Input::Wake);
        assert!(talk.asks().is_empty());
        talk.does(Command::Connect);
        talk.bootstraps();
        assert!(talk.is_online());
    }
}

#[test]
fn wid_13_failures_are_answered_by_back_off_at_the_same_link() {
    let mut talk = Talk::visitor_chatting();
    let mut waits = vec![];
    for round in 0..8 {
        if round % 2 == 0 {
            talk.gets("GET /app/1/events?ack=2", 503, &Value::Null);
        } else {
            talk.gets_nothing("GET /app/1/events?ack=2");
        }
        let Connection::Reconnecting { retry_at_ms } = talk.model().connection else {
            panic!("invariant 12: staleness is said");
        };
        let wait = retry_at_ms - talk.now;
        talk.waits(wait - 1);
        assert!(talk.asks().iter().all(|it| !it.contains("events")), "not before its time");
        talk.waits(1);
        assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()), "the same ack");
        waits.push(wait);
    }
    let bounds = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    for (wait, bound) in waits.iter().zip(bounds) {
        assert!((bound / 2..=bound).contains(wait), "{waits:?}");
    }
    talk.tells(2, &[tells_c1(&[incoming(2, "Desk", "back")])]);
    assert!(talk.is_online());
    assert_eq!(talk.shown(), ["Desk: back"]);
}

#[test]
fn wid_13_jitter_comes_from_the_seed() {
    let first_wait = |seed| {
        let mut talk = Talk::with(Session::new(talk::visitor(), seed));
        talk.does(Command::Connect);
        talk.gets_nothing("POST /GetAnonTokenJob");
        talk.session.deadline_ms().unwrap() - talk.now
    };
    assert_eq!(first_wait(1), first_wait(1));
    assert!((2..20).any(|seed| first_wait(seed) != first_wait(1)));
}

#[test]
fn wid_13_retry_after_is_honoured() {
    let mut talk = Talk::visitor_chatting();
    let headers = vec![("retry-after".to_owned(), "20".to_owned())];
    let response = HttpResponse { status: 429, headers, body: String::new() };
    talk.reply("GET /app/1/events?ack=2", Ok(response));
    let retry_at_ms = talk.now + 20_000;
    assert_eq!(talk.model().connection, Connection::Reconnecting { retry_at_ms });
    talk.waits(19_999);
    assert!(talk.asks().is_empty());
    talk.waits(1);
    assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()));
}

#[test]
fn wid_15_an_expired_token_is_renewed_and_the_chat_goes_on() {
    let mut talk = Talk::visitor_chatting();
    talk.says("one");
    talk.gets("GET /app/1/events", 401, &Value::Null);
    let mut bootstrap = talk::bootstrap();
    bootstrap["Token"] = json!("psat=new");
    talk.gets("POST /GetAnonTokenJob", 200, &bootstrap);
    let links = json!({ "_links": { "anonApplications": { "href": "/app" } } });
    talk.gets("GET /platformService", 200, &links);
    let create = talk.asked("POST /app");
    assert!(create.headers.contains(&("Authorization".into(), "Bearer psat=new".into())));
    // The same session id: a platform may give the same application back.
    let mut application = talk::application();
    application["_links"]["events"]["href"] = json!("/app/1/events?ack=2");
    talk.gets("POST /app", 200, &application);
    assert_eq!(talk.asks(), ["GET /app/1/conversations/c1", "GET /app/1/events?ack=2"]);
    let messaging = json!({ "href": "/m1" });
    let body = json!({ "state": "Connected", "_links": { "messaging": messaging } });
    talk.gets("GET /app/1/conversations/c1", 200, &body);
    let body = json!({ "state": "Connected", "_links": { "sendMessage": { "href": "/send" } } });
    talk.gets("GET /m1", 200, &body);
    assert_eq!(talk.asked("POST /send?operationId=").body.as_deref(), Some("one"));
}

#[test]
fn wid_15_a_renewed_token_with_another_application_ends_the_chat() {
    let mut talk = Talk::visitor_chatting();
    talk.gets("GET /app/1/events", 401, &Value::Null);
    talk.gets("POST /GetAnonTokenJob", 200, &talk::bootstrap());
    let links = json!({ "_links": { "anonApplications": { "href": "/app" } } });
    talk.gets("GET /platformService", 200, &links);
    let mut application = talk::application();
    application["_links"] = json!({
        "self": { "href": "/app/2" }, "events": { "href": "/app/2/events?ack=1" },
    });
    talk.gets("POST /app", 201, &application);
    assert_eq!(talk.chat().phase, Phase::Ended);
    assert_eq!(talk.asks(), ["GET /app/2/events?ack=1"]);
}

#[test]
fn a_token_that_is_refused_again_and_again_is_not_renewed_in_a_circle() {
    let mut talk = Talk::visitor_online();
    talk.gets("GET /app/1/events", 401, &Value::Null);
    talk.bootstraps();
    talk.gets("GET /app/1/events", 401, &Value::Null);
    assert!(talk.asks().is_empty(), "the second time it waits");
    talk.waits(2_000);
    assert_eq!(talk.asks(), ["POST /GetAnonTokenJob"]);
}

#[test]
fn invariant_12_a_dead_line_is_noticed_by_the_time_of_the_poll_and_healed() {
    let mut talk = Talk::visitor_chatting();
    assert_eq!(talk.timeout_ms("GET /app/1/events"), 190_000, "its hold and 10 s");
    talk.waits(190_000);
    talk.gets_nothing("GET /app/1/events");
    assert!(matches!(talk.model().connection, Connection::Reconnecting { .. }));
    talk.waits(500);
    // The retried poll may be held for minutes; the small request says that all is well.
    assert_eq!(talk.asks(), ["GET /app/1", "GET /app/1/events?ack=2"]);
    talk.gets("GET /app/1", 200, &talk::application());
    assert!(talk.is_online());
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=2"]);
}

#[test]
fn invariant_12_the_silence_of_a_conversation_is_felt_within_ten_seconds() {
    let mut talk = Talk::visitor_online();
    talk.waits(20_000);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=1"], "nobody talks: nothing can be missed");
    let mut talk = Talk::visitor_chatting();
    talk.waits(5_000);
    assert_eq!(talk.asks(), ["GET /app/1", "GET /app/1/events?ack=2"]);
    talk.gets("GET /app/1", 200, &talk::application());
    assert!(talk.is_online());
    talk.waits(5_000);
    assert_eq!(talk.timeout_ms("GET /app/1"), 4_500);
    talk.gets_nothing("GET /app/1");
    assert!(matches!(talk.model().connection, Connection::Reconnecting { .. }));
}

#[test]
fn invariant_12_a_text_that_gets_no_answer_puts_the_poll_in_doubt() {
    let mut talk = Talk::visitor_chatting();
    talk.waits(30_000);
    talk.says("hello?");
    talk.gets_nothing("POST /app/1/conversations/c1/messaging/sendMessage");
    assert_eq!(talk.timeout_ms("GET /app/1"), 4_500);
    assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()), "asked anew");
    talk.gets_nothing("GET /app/1");
    assert!(matches!(talk.model().connection, Connection::Reconnecting { .. }));
    assert_eq!(talk.shown(), ["me: hello? (sending)"], "invariant 11: it is not given up");
    talk.waits(2_000);
    assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()));
}

#[test]
fn invariant_12_a_wake_up_tries_again_at_once() {
    let mut talk = Talk::visitor_chatting();
    for _ in 0..6 {
        talk.gets_nothing("GET /app/1/events");
        talk.waits(30_000);
        talk.open.retain(|(_, it, _)| it.url.contains("events"));
    }
    talk.gets_nothing("GET /app/1/events");
    assert!(talk.asks().is_empty());
    talk.input(Input::Wake);
    assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()));
}

#[test]
fn a_page_of_a_proxy_instead_of_a_package_loses_nothing() {
    let mut talk = Talk::visitor_chatting();
    for body in ["<html>sign in to the hotel</html>", "[]", "{}", "{\"_links\":{}}"] {
        let response = HttpResponse { status: 200, headers: vec![], body: body.into() };
        talk.reply("GET /app/1/events?ack=2", Ok(response));
        assert!(matches!(talk.model().connection, Connection::Reconnecting { .. }), "{body}");
        talk.waits(30_000);
        assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()), "{body}");
    }
    talk.gets("GET /app/1/events?ack=2", 404, &Value::Null);
    talk.waits(30_000);
    assert_eq!(talk.chat().phase, Phase::Connected);
    assert!(talk.asks().contains(&"GET /app/1/events?ack=2".to_owned()));
}
