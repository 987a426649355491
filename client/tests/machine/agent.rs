//! An agent's client: sign-in, invitations, conferences.

use client::model::{Connection, Notice, Phase};
use client::session::Command;
use serde_json::{Value, json};

use crate::talk::{self, C1, Talk, connected, event, incoming, messaging, sender, tells_c1};

const MEETING: &str = "sip:helpdesk@demo.example;gruu;opaque=app:conf:focus:id:ABC";
const I9: &str = "/app/1/invitations/i9";
const KEY: &str = "https://p.example/app/1/invitations/i9";
const ADD: &str = "POST /app/1/conversations/c1/messaging/addMessaging";

fn communication(events: &[Value]) -> Value {
    sender("communication", "/app/1/communication", events)
}

fn invitation() -> Value {
    json!({
        "direction": "Incoming", "state": "Connecting", "onlineMeetingUri": MEETING,
        "subject": "Shoes",
        "_links": {
            "accept": { "href": format!("{I9}/accept") },
            "decline": { "href": format!("{I9}/decline") },
            "conversation": { "href": "/app/1/conversations/c1" },
        },
        "_embedded": { "from": { "name": "Helpdesk", "uri": "sip:helpdesk@demo.example" } },
    })
}

/// An offer: invitation and conversation, both incoming.
fn offer() -> Value {
    let conversation = json!({ "state": "Incoming" });
    communication(&[
        event("started", "onlineMeetingInvitation", I9, &invitation()),
        event("added", "conversation", "/app/1/conversations/c1", &conversation),
    ])
}

fn conferenced() -> Value {
    let conversation = json!({ "state": "Conferenced" });
    communication(&[event("updated", "conversation", "/app/1/conversations/c1", &conversation)])
}

fn completed(status: &str) -> Value {
    let mut body = invitation();
    body["state"] = json!(if status == "Success" { "Connected" } else { "Cancelled" });
    body["_links"] = json!({});
    let mut out = event("completed", "onlineMeetingInvitation", I9, &body);
    out["status"] = json!(status);
    communication(&[out])
}

fn accept(talk: &mut Talk) {
    talk.does(Command::Accept { invitation: KEY.into() });
    talk.gets("POST /app/1/invitations/i9/accept", 204, &Value::Null);
}

fn agent_chatting() -> Talk {
    chatting(Talk::agent_online())
}

fn chatting(mut talk: Talk) -> Talk {
    talk.tells(1, &[offer()]);
    accept(&mut talk);
    let off = tells_c1(&[messaging("Disconnected", "c1", &["addMessaging"])]);
    talk.tells(2, &[conferenced(), off]);
    talk.gets_created(ADD, "/app/1/invitations/i10");
    talk.tells(3, &[connected("c1")]);
    talk
}

#[test]
fn an_agent_signs_in_by_password_and_becomes_reachable() {
    let mut talk = Talk::with(client::session::Session::new(talk::agent("pass & word"), 7));
    talk.does(Command::Connect);
    talk.gets("GET /autodiscover", 200, &json!({ "_links": { "user": { "href": "/user" } } }));
    let challenge = "MsRtcOAuth href=\"/WebTicket/oauthtoken\",grant_type=\"password\"";
    // Two challenges may come as two headers.
    let headers = vec![
        ("www-authenticate".to_owned(), "Bearer trusted_issuers=\"\"".to_owned()),
        ("www-authenticate".to_owned(), challenge.to_owned()),
    ];
    let response = client::http::HttpResponse { status: 401, headers, body: String::new() };
    talk.reply("GET /user", Ok(response));
    let form = talk.asked("POST /WebTicket/oauthtoken");
    let body = "grant_type=password&username=sip%3Aalice%40demo.example&password=pass%20%26%20word";
    assert_eq!(form.body.as_deref(), Some(body));
    let token = json!({ "access_token": "cwt=AAA", "expires_in": 28_289 });
    talk.gets("POST /WebTicket/oauthtoken", 200, &token);
    let links = json!({ "_links": { "applications": { "href": "/app" } } });
    talk.gets("GET /user", 200, &links);
    let body = talk.json("POST /app");
    for name in ["culture", "userAgent", "endpointId", "instanceId", "type"] {
        assert!(body[name].is_string(), "{name}");
    }
    talk.gets("POST /app", 201, &talk::agent_application());
    let modalities = &talk.json("POST /app/1/me/available")["supportedModalities"];
    assert_eq!(*modalities, json!(["Messaging"]));
    assert_eq!(talk.model().me_name, "Alice");
    assert_eq!(talk.session.bearer(), Some("cwt=AAA"));
    assert!(talk.asks().contains(&"GET /app/1/conversations?filter=active".to_owned()));
}

#[test]
fn a_wrong_password_signs_out_with_a_sentence() {
    let mut talk = Talk::with(client::session::Session::new(talk::agent("wrong"), 7));
    talk.does(Command::Connect);
    talk.gets("GET /autodiscover", 200, &json!({ "_links": { "user": { "href": "/user" } } }));
    let headers = vec![("www-authenticate".into(), "MsRtcOAuth href=\"/token\"".to_owned())];
    let response = client::http::HttpResponse { status: 401, headers, body: String::new() };
    talk.reply("GET /user", Ok(response));
    talk.gets("POST /token", 400, &json!({ "error": "invalid_grant" }));
    let reason = "The name or the password is not right.".to_owned();
    assert_eq!(talk.model().connection, Connection::SignedOut { reason });
    assert!(talk.asks().is_empty());
    assert!(talk.session.bearer().is_none());
}

#[test]
fn an_ended_sign_in_says_so_and_stops() {
    let mut talk = agent_chatting();
    talk.gets("GET /app/1/events", 401, &Value::Null);
    assert!(matches!(talk.model().connection, Connection::SignedOut { .. }));
    assert!(talk.asks().is_empty());
    assert_eq!(talk.chat().phase, Phase::Connected, "what is on screen stays");
    talk.waits(600_000);
    assert!(talk.asks().is_empty());
}

#[test]
fn a_redirect_of_discovery_is_followed_but_not_for_ever() {
    let mut talk = Talk::with(client::session::Session::new(talk::agent("demo"), 7));
    talk.does(Command::Connect);
    let redirect = json!({ "_links": { "redirect": { "href": "https://pool.example/root" } } });
    talk.gets("GET /autodiscover", 200, &redirect);
    for _ in 0..3 {
        assert_eq!(talk.asked("GET /root").url, "https://pool.example/root");
        talk.gets("GET /root", 200, &redirect);
    }
    assert!(talk.asks().is_empty());
    assert!(matches!(talk.model().connection, Connection::Stopped { .. }));
}

#[test]
fn activity_is_reported_at_least_every_four_minutes() {
    let mut talk = Talk::agent_online();
    let mut reports = vec![];
    let begin = talk.now;
    while talk.now - begin < 1_200_000 {
        talk.waits(1_000);
        if talk.asks().contains(&"POST /app/1/me/activity".to_owned()) {
            reports.push(talk.now);
            talk.gets("POST /app/1/me/activity", 204, &Value::Null);
        }
    }
    assert!(reports.len() >= 8, "{}", reports.len());
    for pair in reports.windows(2) {
        assert!((60_000..=200_000).contains(&(pair[1] - pair[0])));
    }
}

#[test]
fn an_incoming_invitation_is_shown_and_accepted() {
    let mut talk = Talk::agent_online();
    talk.tells(1, &[offer()]);
    let invitation = &talk.model().invitations[0];
    assert_eq!((invitation.key.as_str(), invitation.from.as_str()), (KEY, "Helpdesk"));
    assert_eq!(invitation.subject.as_deref(), Some("Shoes"));
    assert_eq!(invitation.online_meeting_uri.as_deref(), Some(MEETING));
    assert!(talk.model().conversations.is_empty(), "not one's own before it is accepted");
    assert_eq!(talk.notices, [Notice::InvitationArrived { invitation: KEY.into() }]);
    talk.does(Command::Accept { invitation: KEY.into() });
    assert!(talk.model().invitations[0].answering);
    talk.does(Command::Accept { invitation: KEY.into() });
    talk.gets("POST /app/1/invitations/i9/accept", 204, &Value::Null);
    assert!(talk.model().invitations.is_empty());
    assert_eq!(talk.chat().key, C1);
    assert_eq!(talk.chat().online_meeting_uri.as_deref(), Some(MEETING));
    assert_eq!(talk.notices.len(), 1, "one's own answer is no news");
    talk.tells(2, &[completed("Success")]);
    assert_eq!(talk.model().conversations.len(), 1);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=3"], "accepted once");
}

#[test]
fn wid_19_messaging_is_added_to_a_joined_conference_once() {
    let mut talk = Talk::agent_online();
    talk.tells(1, &[offer()]);
    let off = tells_c1(&[messaging("Disconnected", "c1", &["addMessaging"])]);
    talk.tells(2, std::slice::from_ref(&off));
    assert!(!talk.asks().contains(&ADD.to_owned()), "not before it is accepted");
    accept(&mut talk);
    assert!(!talk.json(ADD)["operationId"].as_str().unwrap().is_empty());
    talk.gets_created(ADD, "/app/1/invitations/i10");
    talk.tells(3, &[conferenced(), off]);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=4"], "once");
    talk.tells(4, &[connected("c1")]);
    assert!(talk.chat().can_send);
    assert_eq!(talk.chat().phase, Phase::Connected);
}

#[test]
fn wid_20_the_first_text_of_an_invitation_is_shown_once() {
    let mut talk = Talk::agent_online();
    let mut body = invitation();
    body["onlineMeetingUri"] = Value::Null;
    body["_links"]["message"] = json!({ "href": "data:text/plain;charset=utf-8,Hello+Alice" });
    let conversation = json!({ "state": "Incoming" });
    talk.tells(
        1,
        &[communication(&[
            event("started", "messagingInvitation", I9, &body),
            event("added", "conversation", "/app/1/conversations/c1", &conversation),
        ])],
    );
    accept(&mut talk);
    talk.tells(2, &[connected("c1"), tells_c1(&[incoming(2, "Helpdesk", "Hello Alice")])]);
    assert_eq!(talk.shown(), ["Helpdesk: Hello Alice"]);
    // The same words later are another message.
    talk.tells(3, &[tells_c1(&[incoming(3, "Helpdesk", "Hello Alice")])]);
    assert_eq!(talk.shown(), ["Helpdesk: Hello Alice", "Helpdesk: Hello Alice"]);
    talk.tells(4, &[tells_c1(&[incoming(2, "Helpdesk", "Hello Alice")])]);
    assert_eq!(talk.shown().len(), 2);
}

#[test]
fn a_withdrawn_offer_is_gone_and_leaves_nothing() {
    let mut talk = Talk::agent_online();
    talk.tells(1, &[offer()]);
    let gone = event("deleted", "conversation", "/app/1/conversations/c1", &Value::Null);
    talk.tells(2, &[completed("Failure"), communication(&[gone])]);
    assert!(talk.model().invitations.is_empty());
    assert!(talk.model().conversations.is_empty());
    assert_eq!(talk.notices[1], Notice::InvitationGone { invitation: KEY.into() });
}

#[test]
fn an_offer_that_was_taken_before_our_answer_is_gone() {
    let mut talk = Talk::agent_online();
    talk.tells(1, &[offer()]);
    talk.does(Command::Accept { invitation: KEY.into() });
    let gone = json!({ "code": "NotFound", "message": "The invitation is gone." });
    talk.gets("POST /app/1/invitations/i9/accept", 404, &gone);
    assert!(talk.model().invitations.is_empty());
    assert!(talk.model().conversations.is_empty());
    assert_eq!(talk.notices[1], Notice::InvitationGone { invitation: KEY.into() });
}

#[test]
fn a_meeting_is_accepted_as_soon_as_its_invitation_comes_or_at_once() {
    let wanted = || Command::AcceptMeeting { online_meeting_uri: MEETING.to_uppercase() };
    let mut before = Talk::agent_online();
    before.does(wanted());
    before.tells(1, &[offer()]);
    assert!(before.asks().contains(&"POST /app/1/invitations/i9/accept".to_owned()));
    let mut after = Talk::agent_online();
    after.tells(1, &[offer()]);
    after.does(wanted());
    assert!(after.asks().contains(&"POST /app/1/invitations/i9/accept".to_owned()));
}

#[test]
fn a_declined_invitation_is_gone_at_once() {
    let mut talk = Talk::agent_online();
    talk.tells(1, &[offer()]);
    talk.does(Command::Decline { invitation: KEY.into() });
    assert_eq!(talk.json("POST /app/1/invitations/i9/decline")["reason"], "Local");
    assert!(talk.model().invitations.is_empty());
    talk.gets("POST /app/1/invitations/i9/decline", 204, &Value::Null);
    talk.tells(2, &[completed("Failure")]);
    assert_eq!(talk.notices.len(), 1);
}

#[test]
fn invariant_12_a_poll_is_brief_while_somebody_talks_and_waited_for_as_long_as_it_is_held() {
    let mut application = talk::agent_application();
    application["_links"]["events"]["href"] = json!("/app/1/events?ack=1&timeout=25");
    let mut talk = chatting(Talk::agent_online_with(&application));
    let tells = |talk: &mut Talk, next: &str, senders: &[Value]| {
        let asked = talk.asks().into_iter().find(|it| it.contains("/events")).unwrap();
        let links = json!({ "next": { "href": format!("/app/1/events?{next}") } });
        talk.waits(1_500);
        talk.gets(&asked, 200, &json!({ "_links": links, "sender": senders }));
    };
    let poll = |talk: &Talk| {
        let hold = talk.asked("GET /app/1/events").url.rsplit_once('=').unwrap().1.to_owned();
        (hold, talk.timeout_ms("GET /app/1/events"))
    };
    let is = |hold: &str, timeout_ms: u64| (hold.to_owned(), timeout_ms);
    tells(&mut talk, "ack=8&timeout=25", &[]);
    assert_eq!(poll(&talk), is("5", 35_000), "asked for, and not granted yet");
    tells(&mut talk, "ack=9&timeout=5", &[]);
    assert_eq!(poll(&talk), is("5", 9_500));
    let gone = event("deleted", "conversation", "/app/1/conversations/c1", &Value::Null);
    tells(&mut talk, "ack=10&timeout=5", &[communication(&[gone])]);
    tells(&mut talk, "ack=11&timeout=5", &[]);
    assert_eq!(poll(&talk), is("25", 35_000), "as the server offered it first");
}

#[test]
fn an_agent_writes_reads_and_leaves() {
    let mut talk = agent_chatting();
    talk.does(Command::Send { conversation: C1.into(), text: "How can I help?".into() });
    let send = "POST /app/1/conversations/c1/messaging/sendMessage";
    talk.gets_created(send, "/app/1/conversations/c1/messages/2");
    talk.tells(4, &[tells_c1(&[incoming(3, "Vera", "Shoes")])]);
    talk.does(Command::End { conversation: C1.into() });
    talk.gets("POST /app/1/conversations/c1/messaging/stopMessaging", 204, &Value::Null);
    talk.gets("DELETE /app/1/conversations/c1", 204, &Value::Null);
    assert_eq!(talk.chat().phase, Phase::Ended);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=5"], "the agent stays signed in");
    assert!(talk.is_online());
    talk.does(Command::Send { conversation: C1.into(), text: "late".into() });
    let late = talk.shown().pop().unwrap();
    assert_eq!(late, "me: late (failed: The conversation ended before this was sent.)");
}

#[test]
fn conversations_that_are_open_already_are_found_after_sign_in() {
    let mut talk = Talk::with(client::session::Session::new(talk::agent("demo"), 7));
    talk.does(Command::Connect);
    talk.signs_in();
    let list = json!({ "_links": { "conversation": [{ "href": "/app/1/conversations/c1" }] } });
    talk.gets("GET /app/1/conversations?filter=active", 200, &list);
    let conversation = json!({
        "state": "Conferenced", "subject": "Shoes",
        "_links": { "messaging": { "href": "/m1" }, "onlineMeeting": { "href": "/o1" } },
    });
    talk.gets("GET /app/1/conversations/c1", 200, &conversation);
    talk.gets("GET /o1", 200, &json!({ "onlineMeetingUri": MEETING }));
    let links = json!({ "sendMessage": { "href": "/send" } });
    talk.gets("GET /m1", 200, &json!({ "state": "Connected", "_links": links }));
    let chat = talk.chat();
    assert_eq!((chat.key.as_str(), chat.phase, chat.can_send), (C1, Phase::Connected, true));
    assert_eq!(chat.online_meeting_uri.as_deref(), Some(MEETING));
    assert_eq!(chat.subject.as_deref(), Some("Shoes"));
}

#[test]
fn messaging_that_could_not_be_added_is_added_when_it_is_offered_again() {
    let mut talk = Talk::agent_online();
    talk.tells(1, &[offer()]);
    accept(&mut talk);
    let off = tells_c1(&[messaging("Disconnected", "c1", &["addMessaging"])]);
    talk.tells(2, std::slice::from_ref(&off));
    let busy = json!({ "code": "Conflict", "subcode": "AnotherOperationPending" });
    talk.gets(ADD, 409, &busy);
    assert_eq!(talk.asks(), ["GET /app/1/events?ack=3"]);
    talk.tells(3, &[off]);
    assert!(talk.asks().contains(&ADD.to_owned()));
}

#[test]
fn a_resume_withdraws_offers() {
    let mut talk = Talk::agent_online();
    talk.tells(1, &[offer()]);
    let resume = json!({ "_links": { "resume": { "href": "/app/1/events?ack=1" } } });
    talk.gets("GET /app/1/events?ack=2", 200, &resume);
    assert!(talk.model().invitations.is_empty());
}
