//! `POST /desk/visitor/messages`, and the agents who see to them.

use axum::http::StatusCode;
use serde_json::{Value, json};
use store::StoreError;

use super::Rig;
use super::console::{sign_in, state};
use super::visitors::{good_ticket, post};
use crate::limits::{HOUR_MS, LEFT_PER_HOUR, LEFT_TEXT_CHARS_MAX};
use crate::personal::Conversations;

fn message() -> Value {
    json!({ "name": " Vera\n", "email": "vera@x.example", "text": " Call me.\nPlease ",
        "fields": { "Order": "4711", "Phone": " " } })
}

#[tokio::test]
async fn a_message_that_was_left_is_listed_over_a_restart_until_an_agent_has_seen_to_it() {
    let rig = Rig::new().await;
    let ticket = good_ticket(&rig).await;
    let (status, body) = post(&rig, &ticket, "messages", &message()).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    let rig = rig.restarted().await;
    sign_in(&rig, "sip:ann@t.example");
    let (_, list) = rig.console("t", "GET", "/desk/api/messages-left", None).await;
    assert_eq!(list, state(&rig, "t").await["messages_left"]);
    let shown = &list[0];
    assert_eq!((&shown["name"], &shown["text"]), (&json!("Vera"), &json!("Call me.\nPlease")));
    assert_eq!(shown["fields"], json!({ "Order": "4711" }));
    assert_eq!((&shown["site"], &shown["at_ms"]), (&json!("demo"), &json!(super::NOW_MS)));
    let path = format!("/desk/api/messages-left/{}/done", shown["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, _) = rig.console("t", "POST", &path, None).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "also when a colleague was faster");
    }
    assert_eq!(state(&rig, "t").await.get("messages_left"), None);
    let rig = rig.restarted().await;
    assert!(rig.desk.inner.engine.left.views().is_empty());
}

#[tokio::test]
async fn invariant_1_a_message_that_cannot_be_kept_is_not_acknowledged() {
    let rig = Rig::new().await;
    let ticket = good_ticket(&rig).await;
    rig.store.refuse(Some(StoreError::Unwritable("full".to_owned())));
    let (status, _) = post(&rig, &ticket, "messages", &message()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(rig.desk.inner.engine.left.views().is_empty());
    rig.store.refuse(None);
    assert_eq!(post(&rig, &ticket, "messages", &message()).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn invariant_8_what_is_too_long_too_often_or_without_an_address_is_refused() {
    let rig = Rig::new().await;
    let ticket = good_ticket(&rig).await;
    let with = |name: &str, value: Value| {
        let mut message = message();
        message[name] = value;
        message
    };
    let fields: serde_json::Map<String, Value> =
        (0..21).map(|n| (n.to_string(), json!("x"))).collect();
    for bad in [
        with("text", json!(" ")),
        with("text", json!("x".repeat(LEFT_TEXT_CHARS_MAX + 1))),
        with("name", json!("x".repeat(251))),
        with("email", json!("vera")),
        with("email", json!("vera x@x.example")),
        with("email", json!("vera@")),
        with("fields", Value::Object(fields)),
        with("fields", json!({ "x": "x".repeat(LEFT_TEXT_CHARS_MAX + 1) })),
    ] {
        let (status, body) = post(&rig, &ticket, "messages", &bad).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(body["message"].as_str().unwrap().ends_with('.'), "{body}");
    }
    for _ in 0..LEFT_PER_HOUR {
        assert_eq!(post(&rig, &ticket, "messages", &message()).await.0, StatusCode::CREATED);
    }
    let (status, body) = post(&rig, &ticket, "messages", &message()).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(body["message"].as_str().unwrap().contains("not kept"), "{body}");
    rig.clock.advance_ms(HOUR_MS);
    assert_eq!(post(&rig, &ticket, "messages", &message()).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn what_a_visitor_left_is_found_by_the_conversations_and_by_the_visitors_id() {
    let rig = Rig::new().await;
    let (vera, walt) = (good_ticket(&rig).await, good_ticket(&rig).await);
    let conversation = super::visitors::over(&rig, 1, &vera).await;
    post(&rig, &vera, "messages", &message()).await;
    rig.clock.advance_ms(1);
    post(&rig, &walt, "messages", &message()).await;
    let ids: Vec<String> = rig.desk.inner.engine.left.views().into_iter().map(|it| it.id).collect();
    let mut known = Conversations::default();
    let log = rig.store.log("desk");
    let scopes = [format!("conversation/{conversation}")];
    let left = ids.iter().map(|it| crate::personal::left_scope(it));
    for scope in scopes.into_iter().chain(left) {
        log.history(&scope).await.unwrap().iter().for_each(|it| known.see(it).unwrap());
    }
    assert_eq!(known.left_by(&[conversation], "nobody"), ids[..1]);
    let walt = rig.desk.inner.engine.tickets.read(&walt, super::NOW_MS).unwrap().visitor_id;
    assert_eq!(known.left_by(&[], &walt), ids[1..]);
}
