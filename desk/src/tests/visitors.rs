//! `/desk/visitor/…` from outside: tickets, and what they let a visitor's browser do.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use shared::data_uri;
use store::NewRecord;
use store::env::Clock as _;

use super::script::Signer;
use super::{NOW_MS, Rig, json_of, webhook};
use crate::engine::read;
use crate::flow::{Change, EndedBy, Flow};
use crate::limits::{RATING_CHANGE_MS, TICKET_MS, VISITOR_REQUESTS_PER_MINUTE};
use crate::{Hours, Site};

/// Asks for a ticket, with the one from before.
async fn ticket(rig: &Rig, site: &str, before: Option<&str>) -> (StatusCode, Value) {
    let body = json!({ "site": site, "ticket": before });
    json_of(rig.send(post_ticket(&body)).await).await
}

fn post_ticket(body: &Value) -> Request<Body> {
    Request::builder()
        .method("POST")
        .uri("/desk/visitor/ticket")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// A good ticket of the site `demo`.
pub(super) async fn good_ticket(rig: &Rig) -> String {
    let (status, body) = ticket(rig, "demo", None).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["ticket"].as_str().unwrap().to_owned()
}

fn get(path: &str, bearer: &str) -> Request<Body> {
    let request = Request::builder().uri(path).header(header::AUTHORIZATION, bearer);
    request.body(Body::empty()).unwrap()
}

pub(super) async fn state(rig: &Rig, ticket: &str) -> Value {
    let asked = get("/desk/visitor/state", &format!("Bearer {ticket}"));
    let response = rig.send(asked).await;
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let (status, body) = json_of(response).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// The conversations that are kept, by the visitor each is bound to.
async fn bound(rig: &Rig) -> Vec<Option<String>> {
    let records = rig.store.log("desk").replay().await.unwrap();
    let changes = records.iter().map(|it| serde_json::from_str::<Value>(&it.body).unwrap());
    let opened = changes.filter_map(|it| it[0].get("Opened").cloned());
    opened.map(|it| it.get("visitor")?.as_str().map(str::to_owned)).collect()
}

/// A visitor calls, and the widget tells this.
pub(super) async fn call(rig: &Rig, ack: u32, visitor: &str, told: &Value) {
    let mut envelope = webhook::incoming(ack, visitor);
    let path = "/sender/0/events/0/_embedded/ms:rtc:saas:messagingInvitation/_links";
    let custom = data_uri::encode("application/json", &told.to_string());
    envelope.pointer_mut(path).unwrap()["ms:rtc:saas:customContent"] = json!({ "href": custom });
    let request = webhook::post(Some(&Signer::bearer()), "/desk/webhook", &envelope);
    assert_eq!(rig.send(request).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_ticket_is_renewed_for_the_same_visitor_and_what_is_no_good_makes_a_new_one() {
    let rig = Rig::new().await;
    let whose = |ticket: &str, now_ms: i64| {
        rig.desk.inner.engine.tickets.read(ticket, now_ms).unwrap().visitor_id
    };
    let first = good_ticket(&rig).await;
    rig.clock.advance_ms(TICKET_MS - 1);
    let (status, renewed) = ticket(&rig, "demo", Some(&first)).await;
    assert_eq!(status, StatusCode::OK);
    let now_ms = NOW_MS + TICKET_MS - 1;
    assert_eq!(renewed["expires_ms"], now_ms + TICKET_MS);
    let renewed = renewed["ticket"].as_str().unwrap();
    assert_eq!(whose(renewed, now_ms), whose(&first, NOW_MS));
    rig.clock.advance_ms(1);
    for gone in [first.as_str(), "nonsense"] {
        let (status, other) = ticket(&rig, "demo", Some(gone)).await;
        assert_eq!(status, StatusCode::OK);
        assert_ne!(whose(other["ticket"].as_str().unwrap(), now_ms), whose(&first, NOW_MS));
    }
}

#[tokio::test]
async fn invariant_7_a_ticket_is_only_made_for_a_page_of_ours_or_of_a_site() {
    let rig = Rig::new().await;
    for (origin, wanted) in [
        ("https://d.example", StatusCode::OK),
        ("https://shop.example", StatusCode::OK),
        ("https://evil.example", StatusCode::FORBIDDEN),
        ("null", StatusCode::FORBIDDEN),
    ] {
        let mut request = post_ticket(&json!({ "site": "demo" }));
        request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        let response = rig.send(request).await;
        assert!(!response.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN));
        assert_eq!(response.status(), wanted, "{origin}");
    }
    let (status, body) = ticket(&rig, "nowhere", None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["message"].as_str().unwrap().contains("data-site"), "{body}");
}

#[tokio::test]
async fn invariant_8_who_asks_for_tickets_too_often_is_refused() {
    let rig = Rig::new().await;
    for _ in 0..5 {
        assert_eq!(ticket(&rig, "demo", None).await.0, StatusCode::OK);
    }
    let (status, body) = ticket(&rig, "demo", None).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(body["message"].as_str().unwrap().ends_with("minute."), "{body}");
}

#[tokio::test]
async fn invariant_8_a_visitor_who_asks_too_often_is_refused_and_others_are_not() {
    let rig = Rig::new().await;
    let (one, other) = (good_ticket(&rig).await, good_ticket(&rig).await);
    for _ in 0..VISITOR_REQUESTS_PER_MINUTE {
        state(&rig, &one).await;
    }
    let asked = get("/desk/visitor/state", &format!("Bearer {one}"));
    assert_eq!(rig.send(asked).await.status(), StatusCode::TOO_MANY_REQUESTS);
    state(&rig, &other).await;
}

#[tokio::test]
async fn invariant_6_only_a_good_ticket_of_a_site_that_there_is_lets_a_visitor_in() {
    let rig = Rig::new().await;
    let good = good_ticket(&rig).await;
    let (body, tag) = good.split_once('.').unwrap();
    for (bearer, why) in [
        (String::new(), "needs a visitor's ticket"),
        (format!("Basic {good}"), "needs a visitor's ticket"),
        ("Bearer x".to_owned(), "not one of this desk"),
        (format!("Bearer {body}x.{tag}"), "not one of this desk"),
    ] {
        let response = rig.send(get("/desk/visitor/state", &bearer)).await;
        assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
        let (status, body) = json_of(response).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{bearer}");
        assert!(body["message"].as_str().unwrap().contains(why), "{body}");
    }
    state(&rig, &good).await;
    let other = Site { id: "other".to_owned(), ..rig.desk.site("demo").await.unwrap() };
    rig.desk.set_sites(vec![other]).await.unwrap();
    let asked = get("/desk/visitor/state", &format!("Bearer {good}"));
    let (status, body) = json_of(rig.send(asked).await).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(body["message"].as_str().unwrap().contains("another site"), "{body}");
    rig.desk.set_sites(vec![rig.desk.site("other").await.unwrap()]).await.unwrap();
    rig.clock.advance_ms(TICKET_MS);
    let asked = get("/desk/visitor/state", &format!("Bearer {good}"));
    let (_, body) = json_of(rig.send(asked).await).await;
    assert!(body["message"].as_str().unwrap().contains("time is over"), "{body}");
}

#[tokio::test]
async fn a_conversation_is_bound_to_the_visitor_whose_ticket_came_with_it() {
    let rig = Rig::new().await;
    let demo = rig.desk.site("demo").await.unwrap();
    let second = Site { id: "second".to_owned(), ..demo };
    rig.desk.put_site(second).await.unwrap();
    let good = good_ticket(&rig).await;
    let visitor = rig.desk.inner.engine.tickets.read(&good, NOW_MS).unwrap().visitor_id;
    call(&rig, 1, "v1", &json!({ "site": "demo", "ticket": good })).await;
    call(&rig, 2, "v2", &json!({ "site": "demo" })).await;
    call(&rig, 3, "v3", &json!({ "site": "second", "ticket": good })).await;
    call(&rig, 4, "v4", &json!({ "site": "demo", "ticket": "nonsense" })).await;
    assert_eq!(bound(&rig).await, [Some(visitor), None, None, None]);
}

#[tokio::test]
async fn a_visitor_is_told_whether_somebody_answers() {
    let rig = Rig::new().await;
    let ticket = good_ticket(&rig).await;
    assert_eq!(state(&rig, &ticket).await, json!({ "availability": "away", "may_mail": true }));
    let ann = super::uri("sip:ann@t.example");
    rig.desk.inner.engine.agents.seen(&ann, NOW_MS);
    assert_eq!(state(&rig, &ticket).await, json!({ "availability": "open", "may_mail": true }));
    // 2030-03-17, a Sunday, 17:46 in UTC.
    let week = [("monday".to_owned(), vec!["09:00-17:00".to_owned()])];
    let hours = Hours::read("UTC", &week.into(), &[]).unwrap();
    let demo = rig.desk.site("demo").await.unwrap();
    rig.desk.put_site(Site { hours: Some(hours), ..demo }).await.unwrap();
    let monday_ms = 1_900_054_800_000_i64;
    let wanted = json!({ "availability": "closed", "opens_ms": monday_ms, "may_mail": true });
    assert_eq!(state(&rig, &ticket).await, wanted);
}

/// An agent has taken a conversation by now.
async fn taken(rig: &Rig, id: &str) {
    let ann = super::uri("sip:ann@t.example");
    let records = rig.store.log("desk").history(&format!("conversation/{id}")).await.unwrap();
    let changes = records.iter().flat_map(|it| read(&it.scope, &it.body).unwrap());
    let flow = Flow::fold(id, changes.chain([Change::Owned(ann)])).unwrap();
    rig.desk.inner.engine.book.publish(&flow, rig.clock.now_ms());
}

#[tokio::test]
async fn a_visitor_who_waits_is_told_the_place_and_how_long_it_may_take() {
    let rig = Rig::new().await;
    let (vera, walt) = (good_ticket(&rig).await, good_ticket(&rig).await);
    for (ack, visitor) in [(1, "v1"), (2, "v2"), (3, "v3")] {
        call(&rig, ack, visitor, &json!({ "site": "demo" })).await;
        rig.clock.advance_ms(1_000);
    }
    call(&rig, 4, "v4", &json!({ "site": "demo", "ticket": vera })).await;
    let shown = state(&rig, &vera).await;
    assert_eq!(shown["waiting"], json!({ "position": 4 }), "nothing is known of waits yet");
    let views = rig.desk.inner.engine.book.views(NOW_MS);
    assert_eq!(shown["conversation"], views[3].id);
    assert_eq!(state(&rig, &walt).await.get("waiting"), None, "another visitor waits for nothing");
    rig.clock.advance_ms(117_000);
    // 120 s from the first place, 119 from the second, 118 from the third.
    for view in &views[..3] {
        taken(&rig, &view.id).await;
    }
    let waiting = json!({ "position": 1, "wait_ms": 59_500 });
    assert_eq!(state(&rig, &vera).await["waiting"], waiting);
    taken(&rig, &views[3].id).await;
    let shown = state(&rig, &vera).await;
    assert_eq!(shown.get("waiting"), None);
    assert_eq!(shown["conversation"], views[3].id, "it goes on");
}

pub(super) async fn asked(rig: &Rig, ticket: &str, path: &str) -> (StatusCode, Value) {
    let path = format!("/desk/visitor/{path}");
    json_of(rig.send(get(&path, &format!("Bearer {ticket}"))).await).await
}

/// A conversation with this ticket that is over when the desk starts anew; answers its id.
pub(super) async fn over(rig: &Rig, ack: u32, ticket: &str) -> String {
    call(rig, ack, &format!("v{ack}"), &json!({ "site": "demo", "ticket": ticket })).await;
    let id = state(rig, ticket).await["conversation"].as_str().unwrap().to_owned();
    let ended = [Change::Ended(EndedBy::Visitor, rig.clock.now_ms()), Change::Closed];
    let record = NewRecord {
        scope: format!("conversation/{id}"),
        body: serde_json::to_string(&ended).unwrap(),
        closes: true,
    };
    rig.store.log("desk").submit(vec![record]).await.unwrap();
    rig.clock.advance_ms(1_000);
    id
}

#[tokio::test]
async fn invariant_6_a_visitor_reads_only_its_own_conversations() {
    let rig = Rig::new().await;
    let (vera, walt) = (good_ticket(&rig).await, good_ticket(&rig).await);
    let first = over(&rig, 1, &vera).await;
    let of_walt = over(&rig, 2, &walt).await;
    let rig = rig.restarted().await;
    call(&rig, 3, "v3", &json!({ "site": "demo", "ticket": vera })).await;
    let now = state(&rig, &vera).await["conversation"].as_str().unwrap().to_owned();
    let (status, list) = asked(&rig, &vera, "conversations").await;
    assert_eq!(status, StatusCode::OK, "{list}");
    assert_eq!(list[0]["id"], now, "newest first: {list}");
    assert_eq!(list[0].get("ended_ms"), None);
    assert_eq!((&list[1]["id"], &list[1]["ended_ms"]), (&json!(first), &json!(NOW_MS)));
    assert_eq!(list.as_array().unwrap().len(), 2);
    for id in [&now, &first] {
        let (status, body) = asked(&rig, &vera, &format!("conversations/{id}")).await;
        assert_eq!((status, &body["conversation"]["id"]), (StatusCode::OK, &json!(id)));
    }
    for id in [of_walt.as_str(), "nothing"] {
        let (status, _) = asked(&rig, &vera, &format!("conversations/{id}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{id}");
    }
}

pub(super) async fn post(rig: &Rig, ticket: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    let mut request = get(&format!("/desk/visitor/{path}"), &format!("Bearer {ticket}"));
    *request.method_mut() = axum::http::Method::POST;
    request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    *request.body_mut() = Body::from(body.to_string());
    json_of(rig.send(request).await).await
}

#[tokio::test]
async fn a_visitor_rates_a_conversation_once_and_may_change_it_for_an_hour() {
    let rig = Rig::new().await;
    let vera = good_ticket(&rig).await;
    let past = over(&rig, 1, &vera).await;
    let rig = rig.restarted().await;
    call(&rig, 2, "v2", &json!({ "site": "demo", "ticket": vera })).await;
    let now = state(&rig, &vera).await["conversation"].as_str().unwrap().to_owned();
    for id in [past, now] {
        let rating = |score| json!({ "conversation": id, "score": score, "comment": " Quick\n" });
        let rated_ms = rig.clock.now_ms();
        for score in [2, 5] {
            assert_eq!(post(&rig, &vera, "rating", &rating(score)).await.0, StatusCode::NO_CONTENT);
            rig.clock.advance_ms(RATING_CHANGE_MS / 2);
        }
        let (status, body) = post(&rig, &vera, "rating", &rating(1)).await;
        assert_eq!((status, &body["subcode"]), (StatusCode::CONFLICT, &json!("RatedBefore")));
        let (_, shown) = asked(&rig, &vera, &format!("conversations/{id}")).await;
        let wanted = json!({ "score": 5, "comment": "Quick", "at_ms": rated_ms });
        assert_eq!(shown["conversation"]["rating"], wanted);
        let transcript = rig.desk.inner.engine.transcript(&id).await.unwrap().unwrap();
        assert_eq!(transcript.conversation.rating.unwrap().score, 5, "and agents see it");
    }
}

#[tokio::test]
async fn a_rating_that_is_none_or_of_anothers_conversation_is_refused() {
    let rig = Rig::new().await;
    let (vera, walt) = (good_ticket(&rig).await, good_ticket(&rig).await);
    let id = over(&rig, 1, &vera).await;
    let long = "x".repeat(1_001);
    for (ticket, body, wanted) in [
        (&vera, json!({ "conversation": id, "score": 0 }), StatusCode::BAD_REQUEST),
        (&vera, json!({ "conversation": id, "score": 6 }), StatusCode::BAD_REQUEST),
        (
            &vera,
            json!({ "conversation": id, "score": 5, "comment": long }),
            StatusCode::BAD_REQUEST,
        ),
        (&vera, json!({ "score": 5 }), StatusCode::BAD_REQUEST),
        (&walt, json!({ "conversation": id, "score": 1 }), StatusCode::NOT_FOUND),
        (&vera, json!({ "conversation": "nothing", "score": 1 }), StatusCode::NOT_FOUND),
    ] {
        let (status, answer) = post(&rig, ticket, "rating", &body).await;
        assert_eq!(status, wanted, "{body}");
        assert!(answer["message"].as_str().is_some_and(|it| !it.is_empty()), "{answer}");
    }
}

/// The visitor's browser tells anew.
async fn tell(rig: &Rig, ticket: &str, told: &Value) -> StatusCode {
    let mut request = webhook::post(None, "/desk/visitor/about", told);
    let bearer = format!("Bearer {ticket}").parse().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    rig.send(request).await.status()
}

#[tokio::test]
async fn what_the_website_tells_anew_agents_see_with_the_pages_before() {
    let rig = Rig::new().await;
    let (own, other) = (good_ticket(&rig).await, good_ticket(&rig).await);
    let at = |page: &str| json!({ "site": "demo", "page": page, "name": "Vera", "ticket": own });
    assert_eq!(tell(&rig, &own, &at("/a")).await, StatusCode::NOT_FOUND, "nothing goes on");
    call(&rig, 1, "v1", &at("/a")).await;
    assert_eq!(tell(&rig, &other, &at("/x")).await, StatusCode::NOT_FOUND, "invariant 6");
    for page in 0..25 {
        let mut told = at(&format!("/{page}"));
        told["events"] = json!([{ "at_ms": 5, "name": "cart", "detail": "7" }]);
        assert_eq!(tell(&rig, &own, &told).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(tell(&rig, "forged", &at("/x")).await, StatusCode::UNAUTHORIZED);
    let view = rig.desk.inner.engine.book.views(NOW_MS).remove(0);
    assert_eq!((view.about.page.as_deref(), view.visitor_name.as_str()), (Some("/24"), "Vera"));
    let pages: Vec<_> = view.about.pages.iter().map(|it| it.page.as_str()).collect();
    assert_eq!((pages.len(), pages[0], pages[19]), (20, "/4", "/23"));
    assert_eq!(view.about.events[0].detail.as_deref(), Some("7"));
    assert_eq!(view.about.events.len(), 1);
}
