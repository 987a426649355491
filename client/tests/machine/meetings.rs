//! Meetings joined by their address: visitors by a link, agents from the console, and the lobby.

use client::model::{Connection, Phase};
use client::session::{Command, Session, Start};
use serde_json::{Value, json};

use crate::talk::{
    self, C1, Talk, bootstrap, connected, event, incoming, messaging, sender, tells_c1, visitor,
};

const MEETING: &str = "sip:help@demo.example;gruu;opaque=app:conf:focus:id:ABC";
const LINK: &str = "https://desk.example/meet/demo.example/help/ABC";
const JOIN: &str = "POST /app/1/join";
const ADD: &str = "POST /app/1/conversations/c1/messaging/addMessaging";
const I1: &str = "/app/1/invitations/i1";

fn guest() -> Start {
    let Start::Visitor { bootstrap_url, origin, site, .. } = visitor() else { panic!("a visitor") };
    let (display_name, meeting_url) = ("Vera".to_owned(), LINK.to_owned());
    Start::Visitor { bootstrap_url, origin, site, display_name, meeting_url }
}

fn with_join(mut application: Value) -> Value {
    let links = json!({ "joinOnlineMeeting": { "href": "/app/1/join" } });
    application["_embedded"]["communication"]["_links"] = links;
    application
}

/// A visitor who opened the link and asks to join; `name` is what the platform calls the meeting.
fn asking(name: &str) -> Talk {
    let mut talk = Talk::with(Session::new(guest(), 7));
    talk.does(Command::Connect);
    talk.does(Command::StartConversation { subject: None });
    assert_eq!(talk.json("POST /GetAnonTokenJob")["MeetingUrl"], LINK);
    talk.gets("POST /GetAnonTokenJob", 200, &bootstrap());
    let found = json!({ name: MEETING, "_links": { "anonApplications": { "href": "/app" } } });
    talk.gets("GET /platformService/discover", 200, &found);
    assert_eq!(talk.json("POST /app")["anonymousDisplayName"], "Vera");
    talk.gets("POST /app", 201, &with_join(talk::application()));
    talk
}

fn communication(events: &[Value]) -> Value {
    sender("communication", "/app/1/communication", events)
}

fn state(kind: &str, state: &str) -> Value {
    event(kind, "conversation", "/app/1/conversations/c1", &json!({ "state": state }))
}

fn invitation(operation: &Value) -> Value {
    let body = json!({
        "direction": "Outgoing", "state": "Connecting", "operationId": operation,
        "onlineMeetingUri": MEETING,
        "_links": { "conversation": { "href": "/app/1/conversations/c1" } },
    });
    event("started", "onlineMeetingInvitation", I1, &body)
}

/// A visitor whom the platform has taken in, to this state.
fn taken_in(to: &str) -> Talk {
    let mut talk = asking("conferenceId");
    let operation = talk.json(JOIN)["operationId"].clone();
    talk.gets_created(JOIN, I1);
    let begun = communication(&[invitation(&operation), state("added", "Conferencing")]);
    talk.tells(1, &[begun, communication(&[state("updated", to)])]);
    talk
}

fn addable() -> Value {
    tells_c1(&[messaging("Disconnected", "c1", &["addMessaging"])])
}

fn waiting(kind: &str, name: &str) -> Value {
    let href = format!("/app/1/conversations/c1/participants/{name}");
    let body = json!({
        "name": name, "inLobby": true,
        "_links": {
            "self": { "href": href },
            "admit": { "href": format!("{href}/admit") },
            "reject": { "href": format!("{href}/reject") },
        },
    });
    let body = if kind == "deleted" { Value::Null } else { body };
    let mut event = event(kind, "participant", &href, &body);
    event["link"]["title"] = json!(name);
    event["in"] = json!({ "rel": "lobby", "href": "/app/1/conversations/c1/lobby" });
    event
}

#[test]
fn tap_08_a_visitor_with_a_link_joins_its_meeting_by_either_name() {
    for name in ["conferenceId", "onlineMeetingUri"] {
        let talk = asking(name);
        assert_eq!(talk.json(JOIN)["onlineMeetingUri"], MEETING, "{name}");
        assert_eq!(talk.chat().online_meeting_uri.as_deref(), Some(MEETING), "known at once");
        assert!(!talk.asks().iter().any(|it| it.contains("start")), "{:?}", talk.asks());
    }
}

#[test]
fn wid_19_a_visitor_in_a_meeting_adds_messaging_by_itself_and_talks() {
    let mut talk = taken_in("Conferenced");
    // What is written while it is set up goes out in its turn (invariant 11).
    talk.says("early");
    talk.tells(2, &[addable()]);
    assert_eq!(talk.chat().phase, Phase::Connecting, "nothing ended");
    talk.gets_created(ADD, "/app/1/invitations/i2");
    talk.tells(3, &[connected("c1"), tells_c1(&[incoming(2, "Tom", "hi")])]);
    assert_eq!(talk.chat().phase, Phase::Connected);
    assert_eq!(
        talk.asked("POST /app/1/conversations/c1/messaging/sendMessage").body.as_deref(),
        Some("early")
    );
    assert!(talk.shown().contains(&"Tom: hi".to_owned()), "{:?}", talk.shown());
    // Leaving: messaging stops, then the application goes.
    talk.does(Command::End { conversation: String::new() });
    talk.gets("POST /app/1/conversations/c1/messaging/stopMessaging", 204, &Value::Null);
    assert!(talk.asks().contains(&"DELETE /app/1".to_owned()), "{:?}", talk.asks());
}

#[test]
fn a_visitor_waits_in_the_lobby_until_let_in() {
    let mut talk = taken_in("InLobby");
    assert_eq!(talk.chat().phase, Phase::Lobby);
    talk.tells(2, &[communication(&[state("updated", "Conferenced")]), addable()]);
    assert_eq!(talk.chat().phase, Phase::Connecting);
    assert!(talk.asks().contains(&ADD.to_owned()));
}

#[test]
fn a_visitor_who_is_not_let_in_reads_why() {
    let mut talk = taken_in("InLobby");
    let mut gone = event("deleted", "conversation", "/app/1/conversations/c1", &Value::Null);
    gone["reason"] = json!({ "code": "Informational", "subcode": "Denied", "message": "Not now." });
    talk.tells(2, &[communication(&[gone])]);
    assert_eq!((talk.chat().phase, talk.chat().end_reason.as_str()), (Phase::Ended, "Not now."));
}

#[test]
fn a_link_to_a_meeting_that_is_over_stops_with_the_servers_sentence() {
    let mut talk = Talk::with(Session::new(guest(), 7));
    talk.does(Command::Connect);
    talk.gets("POST /GetAnonTokenJob", 404, &json!({ "Error": "This meeting is over." }));
    let reason = "This meeting is over.".to_owned();
    assert_eq!(talk.model().connection, Connection::Stopped { reason });
    assert_eq!(talk.asks(), Vec::<String>::new());
}

#[test]
fn a_snapshot_of_one_meeting_is_not_read_into_another() {
    let talk = taken_in("Conferenced");
    let snapshot = talk.session.snapshot();
    assert!(Session::restore(guest(), 7, &snapshot).is_some());
    let mut other = guest();
    if let Start::Visitor { meeting_url, .. } = &mut other {
        meeting_url.push('x');
    }
    assert!(Session::restore(other, 7, &snapshot).is_none());
    assert!(Session::restore(visitor(), 7, &snapshot).is_none());
}

/// An agent who joined the meeting and talks.
fn agent_inside() -> Talk {
    let mut talk = Talk::with(Session::new(talk::agent("demo"), 7));
    talk.does(Command::Connect);
    talk.signs_in_with(&with_join(talk::agent_application()));
    talk.gets("POST /app/1/me/available", 204, &Value::Null);
    talk.does(Command::Join { online_meeting_uri: MEETING.into() });
    assert_eq!(talk.json(JOIN)["onlineMeetingUri"], MEETING);
    let operation = talk.json(JOIN)["operationId"].clone();
    talk.gets_created(JOIN, I1);
    let begun = communication(&[invitation(&operation), state("added", "Conferencing")]);
    talk.tells(1, &[begun, communication(&[state("updated", "Conferenced")]), addable()]);
    talk.gets_created(ADD, "/app/1/invitations/i2");
    talk.tells(2, &[connected("c1")]);
    talk
}

#[test]
fn an_agent_joins_a_meeting_without_an_invitation() {
    let talk = agent_inside();
    assert_eq!((talk.chat().key.as_str(), talk.chat().phase), (C1, Phase::Connected));
    assert!(talk.chat().can_send);
    assert_eq!(talk.model().invitations, vec![]);
}

#[test]
fn an_agent_sees_who_waits_and_lets_them_in_or_sends_them_away() {
    let mut talk = agent_inside();
    talk.tells(3, &[tells_c1(&[waiting("added", "Vera"), waiting("added", "Tom")])]);
    let names = |talk: &Talk| -> Vec<String> {
        talk.chat().lobby.iter().map(|it| it.name.clone()).collect()
    };
    assert_eq!(names(&talk), ["Vera", "Tom"]);
    assert!(talk.chat().participants.is_empty(), "they are not in yet");
    for (at, admit) in [(0, true), (1, false)] {
        let participant = talk.chat().lobby[at].href.clone();
        talk.does(Command::AnswerLobby { conversation: C1.into(), participant, admit });
    }
    talk.gets("POST /app/1/conversations/c1/participants/Vera/admit", 204, &Value::Null);
    talk.gets("POST /app/1/conversations/c1/participants/Tom/reject", 204, &Value::Null);
    assert_eq!(names(&talk), ["Vera", "Tom"], "the events say what came of it");
    let entered = {
        let mut it = waiting("added", "Vera");
        it.as_object_mut().unwrap().remove("in");
        it
    };
    talk.tells(4, &[tells_c1(&[waiting("deleted", "Vera"), entered, waiting("deleted", "Tom")])]);
    assert_eq!(names(&talk), Vec::<String>::new());
    assert_eq!(talk.chat().participants[0].name, "Vera");
}

#[test]
fn an_agent_who_reloads_reads_the_lobby_again() {
    let mut talk = agent_inside();
    talk.tells(3, &[tells_c1(&[waiting("added", "Vera")])]);
    let snapshot = talk.session.snapshot();
    let mut talk = Talk::with(Session::restore(talk::agent("demo"), 7, &snapshot).unwrap());
    assert!(talk.chat().lobby.is_empty(), "what it was may not be so any more");
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &with_join(talk::agent_application()));
    let conversation = json!({ "state": "Conferenced",
        "_links": { "lobby": { "href": "/app/1/conversations/c1/lobby" } } });
    talk.gets("GET /app/1/conversations/c1", 200, &conversation);
    let tom = waiting("added", "Tom")["_embedded"]["participant"].clone();
    let lobby = json!({ "_embedded": { "participant": [tom] } });
    talk.gets("GET /app/1/conversations/c1/lobby", 200, &lobby);
    assert_eq!(talk.chat().lobby[0].name, "Tom");
}
