//! An agent's token is renewed, and where it cannot be, nothing is lost until a person signs in again.

use client::http::HttpResponse;
use client::model::{Connection, Phase};
use client::session::{Command, Session};
use serde_json::{Value, json};

use crate::talk::{self, C1, Talk, connected, event, sender};

const TOKENS: &str = "POST /WebTicket/oauthtoken";
const END: &str = "https://p.example/WebTicket/revoke";
const SEND: &str = "POST /app/1/conversations/c1/messaging/sendMessage";

fn token(name: &str, seconds: i64) -> Value {
    json!({
        "access_token": format!("cwt={name}"), "expires_in": seconds,
        "refresh_token": format!("r.{name}"), "revocation_endpoint": END,
    })
}

/// From the door to the token, at a platform that renews.
fn signs_in(talk: &mut Talk, name: &str, seconds: i64) {
    talk.gets("GET /autodiscover", 200, &json!({ "_links": { "user": { "href": "/user" } } }));
    let challenge = "MsRtcOAuth href=\"https://p.example/WebTicket/oauthtoken\",\
                     grant_type=\"password,refresh_token\"";
    let headers = vec![("www-authenticate".to_owned(), challenge.to_owned())];
    talk.reply("GET /user", Ok(HttpResponse { status: 401, headers, body: String::new() }));
    let form = talk.asked(TOKENS).body.clone().expect("a form");
    assert!(form.ends_with("&scope=offline_access"), "{form}");
    talk.gets(TOKENS, 200, &token(name, seconds));
    let links = json!({ "_links": { "applications": { "href": "/app" } } });
    talk.gets("GET /user", 200, &links);
}

/// An agent in a conversation, whose token lives an hour.
fn chatting() -> Talk {
    let mut talk = Talk::with(Session::new(talk::agent("demo"), 7));
    talk.does(Command::Connect);
    signs_in(&mut talk, "one", 3_600);
    talk.gets("POST /app", 201, &talk::agent_application());
    talk.gets("POST /app/1/me/available", 204, &Value::Null);
    talk.gets("POST /app/1/me/activity", 204, &Value::Null);
    let active = json!({ "_links": { "conversation": [{ "href": "/app/1/conversations/c1" }] } });
    talk.gets("GET /app/1/conversations", 200, &active);
    let body = json!({ "state": "Connected", "_links": {
        "messaging": { "href": "/app/1/conversations/c1/messaging" } } });
    talk.gets("GET /app/1/conversations/c1", 200, &body);
    for rest in talk.asks() {
        if rest.starts_with("GET /app/1/conversations") {
            talk.gets(&rest, 200, &json!({}));
        }
    }
    let added = event("updated", "conversation", "/app/1/conversations/c1", &body);
    talk.tells(1, &[sender("communication", "/c", &[added]), connected("c1")]);
    for rest in talk.asks() {
        if rest.starts_with("GET /app/1/conversations") {
            talk.gets(&rest, 404, &json!({ "code": "NotFound" }));
        }
    }
    assert!(talk.chat().can_send, "{:?}", talk.chat());
    talk
}

fn bearer_of(talk: &Talk, name: &str) -> String {
    let headers = &talk.asked(name).headers;
    headers.iter().find(|(name, _)| name == "Authorization").expect("a bearer").1.clone()
}

fn refuses(talk: &mut Talk) {
    talk.gets(TOKENS, 400, &json!({ "error": "invalid_grant" }));
}

#[test]
fn a_token_is_renewed_before_its_end_and_the_channel_goes_on_where_it_was() {
    let mut talk = chatting();
    talk.waits_over(54 * 60_000);
    assert!(!talk.asks().iter().any(|it| it == TOKENS));
    talk.waits_over(2 * 60_000);
    let form = talk.asked(TOKENS).body.clone();
    assert_eq!(form.as_deref(), Some("grant_type=refresh_token&refresh_token=r.one"));
    assert!(!talk.asks().iter().any(|it| it.contains("/events")), "one thing on the main line");
    assert!(talk.is_online(), "nobody is told");
    talk.gets(TOKENS, 200, &token("two", 3_600));
    assert_eq!(bearer_of(&talk, "GET /app/1/events?ack=2"), "Bearer cwt=two");
    assert_eq!(talk.session.bearer(), Some("cwt=two"));
}

#[test]
fn a_refused_token_is_renewed_once_and_what_was_sent_meanwhile_arrives() {
    let mut talk = chatting();
    talk.does(Command::Send { conversation: C1.into(), text: "hello".into() });
    let first = talk.asked(SEND).url.clone();
    talk.gets(SEND, 401, &Value::Null);
    assert_eq!(talk.asks().iter().filter(|it| *it == TOKENS).count(), 1);
    talk.gets(TOKENS, 200, &token("two", 3_600));
    assert_eq!(talk.asked(SEND).url, first, "the same operation");
    assert_eq!(bearer_of(&talk, SEND), "Bearer cwt=two");
    talk.gets_created(SEND, "/app/1/conversations/c1/messages/9");
    assert_eq!(talk.shown(), ["me: hello"]);
    assert!(talk.is_online());
}

#[test]
fn a_renewal_without_an_answer_is_asked_again_and_a_good_token_is_used_meanwhile() {
    let mut talk = chatting();
    talk.waits_over(56 * 60_000);
    talk.gets_nothing(TOKENS);
    assert!(talk.asked("GET /app/1/events?ack=2").url.ends_with("ack=2"), "it is still good");
    talk.waits_over(31_000);
    let form = talk.asked(TOKENS).body.clone();
    assert_eq!(form.as_deref(), Some("grant_type=refresh_token&refresh_token=r.one"), "the same");
    talk.gets(TOKENS, 200, &token("two", 3_600));
    assert!(talk.is_online());
}

#[test]
fn what_cannot_be_renewed_waits_for_the_person_and_loses_nothing() {
    let mut talk = chatting();
    talk.does(Command::Send { conversation: C1.into(), text: "hello".into() });
    let first = talk.asked(SEND).url.clone();
    talk.gets("GET /app/1/events?ack=2", 401, &Value::Null);
    refuses(&mut talk);
    let reason = "Your sign-in has ended. Sign in again.".to_owned();
    assert_eq!(talk.model().connection, Connection::SignedOut { reason });
    assert!(talk.asks().is_empty(), "{:?}", talk.asks());
    assert_eq!(talk.session.bearer(), None);
    assert_eq!(
        (talk.chat().phase, talk.shown()),
        (Phase::Connected, vec!["me: hello (sending)".into()])
    );
    talk.waits(3_600_000);
    assert!(talk.asks().is_empty());

    // The person signs in at the door, wherever that is.
    let mut door = Talk::with(Session::door(talk::agent("demo"), 8));
    door.now = talk.now;
    door.does(Command::Connect);
    signs_in(&mut door, "new", 3_600);
    assert!(door.asks().is_empty(), "a door makes no application");
    let proof = door.session.proof().unwrap();
    talk.does(Command::Adopt { proof });
    talk.gets("GET /app/1", 200, &talk::agent_application());
    assert_eq!(bearer_of(&talk, "GET /app/1/events?ack=2"), "Bearer cwt=new");
    assert_eq!(talk.asked(SEND).url, first, "the same operation, in the same application");
    assert!(talk.is_online());
}

#[test]
fn a_wrong_password_at_the_door_proves_nothing() {
    let mut door = Talk::with(Session::door(talk::agent("wrong"), 8));
    door.does(Command::Connect);
    door.gets("GET /autodiscover", 200, &json!({ "_links": { "user": { "href": "/user" } } }));
    let headers =
        vec![("www-authenticate".into(), "MsRtcOAuth href=\"/WebTicket/oauthtoken\"".to_owned())];
    door.reply("GET /user", Ok(HttpResponse { status: 401, headers, body: String::new() }));
    refuses(&mut door);
    assert!(matches!(door.model().connection, Connection::SignedOut { .. }));
    assert_eq!(door.session.proof(), None);
}

#[test]
fn another_sign_in_takes_the_place_of_the_one_before_which_is_given_back() {
    let mut talk = chatting();
    let mut door = Talk::with(Session::door(talk::agent("demo"), 8));
    door.does(Command::Connect);
    signs_in(&mut door, "new", 3_600);
    talk.does(Command::Adopt { proof: door.session.proof().unwrap() });
    let body = talk.asked("POST /WebTicket/revoke").body.clone();
    assert_eq!(body.as_deref(), Some("token=r.one"));
    assert_eq!(talk.session.bearer(), Some("cwt=new"));
    assert!(talk.asks().iter().any(|it| it.contains("/events?ack=2")), "the poll stays parked");
    // What is no proof changes nothing.
    talk.does(Command::Adopt { proof: "{}".into() });
    assert_eq!(talk.session.bearer(), Some("cwt=new"));
}

#[test]
fn leaving_for_good_gives_the_renewal_back() {
    let mut talk = chatting();
    let farewell: Vec<_> =
        talk.session.farewell().into_iter().map(|it| format!("{} {}", it.method, it.url)).collect();
    assert_eq!(farewell, [format!("POST {END}"), "DELETE https://p.example/app/1".to_owned()]);
    talk.does(Command::Close);
    talk.gets("POST /WebTicket/revoke", 200, &Value::Null);
    talk.gets("DELETE /app/1", 204, &Value::Null);
    assert!(talk.asks().is_empty());
}

#[test]
fn after_a_reload_an_old_token_is_renewed_first() {
    let before = chatting();
    let snapshot = before.session.snapshot();
    let session = Session::restore(talk::agent(""), 9, &snapshot).unwrap();
    let mut talk = Talk::with(session);
    talk.now = before.now + 2 * 3_600_000;
    talk.does(Command::Connect);
    assert_eq!(talk.asks(), [TOKENS]);
    talk.gets(TOKENS, 200, &token("two", 3_600));
    assert_eq!(bearer_of(&talk, "GET /app/1"), "Bearer cwt=two");
}

#[test]
fn a_token_that_is_refused_however_new_is_not_renewed_in_circles() {
    let mut talk = chatting();
    let mut renewals = 0;
    let begin = talk.now;
    while talk.now - begin < 60_000 {
        for name in talk.asks() {
            if name == TOKENS {
                renewals += 1;
                talk.gets(TOKENS, 200, &token("again", 3_600));
            } else if name.starts_with("GET /app/1/events") {
                talk.gets(&name, 401, &Value::Null);
            }
        }
        talk.waits(1_000);
    }
    assert!(renewals < 12, "{renewals} in a minute");
}

impl Talk {
    /// Time passes; polls and checks are answered as by a quiet server.
    fn waits_over(&mut self, ms: i64) {
        let end = self.now + ms;
        while self.now < end {
            self.waits(1_000.min(end - self.now));
            for name in self.asks() {
                if name == "GET /app/1" || name.ends_with("/activity") {
                    self.gets(&name, 200, &json!({}));
                }
            }
        }
    }
}
