//! From nothing to a parked poll.

use client::model::{Connection, Phase};
use client::session::{Command, Session};
use serde_json::json;

use crate::talk::{self, DISCOVER, HOST, Talk};

#[test]
fn a_visitor_bootstraps_discovers_creates_and_polls() {
    let mut talk = Talk::with(Session::new(talk::visitor(), 7));
    assert_eq!(talk.model().connection, Connection::Idle);
    assert!(talk.asks().is_empty(), "nothing is asked before a person acts");
    talk.does(Command::Connect);
    assert_eq!(talk.model().connection, Connection::Connecting);
    let body = talk.json("POST /GetAnonTokenJob");
    assert_eq!(body["AllowedOrigins"], "https://desk.example");
    assert_eq!(body["Site"], "demo");
    assert!(!body["ApplicationSessionId"].as_str().unwrap().is_empty());
    talk.gets("POST /GetAnonTokenJob", 200, &talk::bootstrap());
    let links = json!({ "_links": { "anonApplications": { "href": "/app" } } });
    talk.gets("GET /platformService/discover", 200, &links);
    let create = talk.asked("POST /app").clone();
    assert_eq!(create.url, format!("{HOST}/app"));
    assert!(create.headers.contains(&("Authorization".into(), "Bearer psat=eyJ.x".into())));
    let body = talk.json("POST /app");
    assert_eq!(body["anonymousDisplayName"], "Vera");
    for name in ["culture", "userAgent", "instanceId"] {
        assert!(body[name].is_string(), "{name}");
    }
    talk.gets("POST /app", 201, &talk::application());
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=1"]);
    assert!(talk.is_online());
    assert_eq!(talk.model().me_uri, "sip:1@anonymous.invalid");
    assert!(talk.saves > 0);
}

#[test]
fn wid_01_discovery_is_asked_byte_for_byte_and_without_a_token() {
    let mut talk = Talk::with(Session::new(talk::visitor(), 7));
    talk.does(Command::Connect);
    talk.gets("POST /GetAnonTokenJob", 200, &talk::bootstrap());
    let request = talk.asked("GET /platformService/discover");
    assert_eq!(request.url, DISCOVER);
    assert!(request.url.contains("psat%253d"));
    assert!(request.headers.iter().all(|(name, _)| !name.eq_ignore_ascii_case("authorization")));
}

#[test]
fn wid_02_relative_links_are_asked_at_the_host_of_the_application() {
    let mut talk = Talk::with(Session::new(talk::visitor(), 7));
    talk.does(Command::Connect);
    talk.gets("POST /GetAnonTokenJob", 200, &talk::bootstrap());
    let links =
        json!({ "_links": { "anonApplications": { "href": "https://pool7.example/app" } } });
    talk.gets("GET /platformService/discover", 200, &links);
    talk.gets("POST /app", 201, &talk::application());
    assert_eq!(talk.asked("GET /app/1/events").url, "https://pool7.example/app/1/events?ack=1");
}

#[test]
fn dto_11_a_malformed_discovery_address_is_asked_nowhere() {
    for address in ["", "/relative", "http//:x", "javascript:alert(1)", "//p.example/x"] {
        let mut talk = Talk::with(Session::new(talk::visitor(), 7));
        talk.does(Command::Connect);
        let mut body = talk::bootstrap();
        body["DiscoverUri"] = json!(address);
        talk.gets("POST /GetAnonTokenJob", 200, &body);
        assert!(talk.asks().is_empty(), "{address}: {:?}", talk.asks());
        assert!(matches!(talk.model().connection, Connection::Stopped { .. }), "{address}");
    }
}

#[test]
fn a_refused_bootstrap_says_why_and_a_person_may_try_again() {
    let mut talk = Talk::with(Session::new(talk::visitor(), 7));
    talk.does(Command::Connect);
    talk.gets("POST /GetAnonTokenJob", 400, &json!({ "Error": "The site demo is not known." }));
    let reason = "The site demo is not known.".to_owned();
    assert_eq!(talk.model().connection, Connection::Stopped { reason });
    talk.waits(600_000);
    assert!(talk.asks().is_empty());
    talk.does(Command::Connect);
    talk.bootstraps();
    assert!(talk.is_online());
}

#[test]
fn a_bootstrap_that_cannot_be_reached_is_tried_again_by_itself() {
    let mut talk = Talk::with(Session::new(talk::visitor(), 7));
    talk.does(Command::Connect);
    let first = talk.json("POST /GetAnonTokenJob");
    talk.gets("POST /GetAnonTokenJob", 503, &json!({ "Error": "starting" }));
    assert!(matches!(talk.model().connection, Connection::Reconnecting { .. }));
    talk.waits(1_000);
    assert_eq!(talk.json("POST /GetAnonTokenJob"), first, "the same session");
    talk.bootstraps();
    assert!(talk.is_online());
}

#[test]
fn a_conversation_is_asked_for_with_the_endpoint_of_the_bootstrap() {
    let mut talk = Talk::visitor_online();
    talk.does(Command::StartConversation { subject: Some("Shoes".into()) });
    let body = talk.json("POST /app/1/start");
    assert_eq!(body["to"], "sip:helpdesk@demo.example");
    assert_eq!(body["subject"], "Shoes");
    assert_eq!(body["importance"], "Normal");
    let told = body["_links"]["customContent"]["href"].as_str().expect("the desk is told the site");
    let told = shared::data_uri::decode(told).expect("a data URI");
    assert_eq!(told.text, r#"{"site":"demo"}"#);
    assert_eq!(talk.chat().key, body["operationId"].as_str().unwrap());
    assert_eq!(talk.chat().phase, Phase::Connecting);
    assert!(!talk.chat().can_send);
    talk.starts();
    assert_eq!((talk.chat().key.as_str(), talk.chat().phase), (talk::C1, Phase::Connected));
    assert_eq!(talk.chat().subject.as_deref(), Some("Shoes"));
    // Wanting a conversation twice makes one.
    talk.does(Command::StartConversation { subject: None });
    assert_eq!(talk.model().conversations.len(), 1);
}

#[test]
fn what_the_website_tells_of_its_visitor_goes_with_the_next_conversation() {
    let mut talk = Talk::visitor_online();
    let about = r#"{"site":"demo","page":"https://shop.example/tents"}"#;
    talk.does(Command::Describe { about: "{}".into() });
    talk.does(Command::Describe { about: about.into() });
    talk.does(Command::StartConversation { subject: None });
    let body = talk.json("POST /app/1/start");
    let told = body["_links"]["customContent"]["href"].as_str().expect("the desk is told");
    assert_eq!(shared::data_uri::decode(told).expect("a data URI").text, about);
}

#[test]
fn a_first_text_before_anything_is_connected_waits_and_is_sent() {
    let mut talk = Talk::with(Session::new(talk::visitor(), 7));
    talk.says("hello");
    assert_eq!(talk.shown(), ["me: hello (sending)"]);
    talk.bootstraps();
    talk.starts();
    let request = talk.asked("POST /app/1/conversations/c1/messaging/sendMessage?operationId=");
    assert_eq!(request.body.as_deref(), Some("hello"));
    assert!(request.headers.iter().any(|(_, value)| value == "text/plain; charset=utf-8"));
}

#[test]
fn an_invitation_nobody_takes_ends_with_its_reason() {
    let mut talk = Talk::visitor_online();
    talk.says("anybody?");
    let operation = talk.json("POST /app/1/start")["operationId"].clone();
    talk.gets_created("POST /app/1/start", "/app/1/invitations/i1");
    let invitation =
        json!({ "direction": "Outgoing", "state": "Failed", "operationId": operation });
    let mut failed =
        talk::event("completed", "messagingInvitation", "/app/1/invitations/i1", &invitation);
    failed["status"] = json!("Failure");
    failed["reason"] =
        json!({ "code": "LocalFailure", "subcode": "Timeout", "message": "Closed." });
    talk.tells(1, &[talk::started(&operation), talk::sender("communication", "/c", &[failed])]);
    assert_eq!(talk.chat().phase, Phase::Ended);
    assert_eq!(talk.shown(), ["me: anybody? (failed: Closed.)"]);
}

#[test]
fn a_refused_start_is_shown_at_the_text() {
    let mut talk = Talk::visitor_online();
    talk.says("hello");
    let refusal = json!({ "code": "Forbidden", "message": "Not the helpdesk of this token." });
    talk.gets("POST /app/1/start", 403, &refusal);
    assert_eq!(talk.shown(), ["me: hello (failed: Not the helpdesk of this token.)"]);
    assert_eq!(talk.chat().phase, Phase::Ended);
}
