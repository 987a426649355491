//! The desk's API, as a console uses it.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::script::{Script, Signer, answer};
use super::webhook::{incoming, post};
use super::{MemoryStore, NOW_MS, Rig};

/// The platform knows this token's owner.
pub(super) fn sign_in(rig: &Rig, uri: &str) {
    let root = json!({ "_links": { "user": { "href": "/user" } } });
    let user = json!({ "_links": { "applications": { "href": "/ucwa/oauth/v1/applications" } } });
    let application = json!({
        "_links": { "self": { "href": "/ucwa/oauth/v1/applications/99" } },
        "_embedded": { "me": { "uri": uri, "name": "x" } },
    });
    rig.script.on("GET", "https://p.example/root", answer(200, &root));
    rig.script.on("GET", "https://p.example/user", answer(200, &user));
    rig.script.on(
        "POST",
        "https://p.example/ucwa/oauth/v1/applications",
        answer(201, &application),
    );
    rig.script.on(
        "DELETE",
        "https://p.example/ucwa/oauth/v1/applications/99",
        answer(204, &json!(null)),
    );
}

pub(super) async fn state(rig: &Rig, token: &str) -> Value {
    let (status, body) = rig.console(token, "GET", "/desk/api/state", None).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// A visitor is in the queue; answers the conversation's id.
async fn visitor(rig: &Rig) -> String {
    rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"))).await;
    let views = rig.desk.inner.engine.book.views(NOW_MS);
    views[0].id.clone()
}

#[tokio::test]
async fn invariant_6_only_a_known_agents_token_is_let_in() {
    let rig = Rig::new().await;
    let (status, _) = rig.console("", "GET", "/desk/api/state", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    sign_in(&rig, "sip:mallory@t.example");
    let (status, body) = rig.console("t", "GET", "/desk/api/state", None).await;
    assert_eq!((status, &body["code"]), (StatusCode::FORBIDDEN, &json!("Forbidden")));
    let refused = Rig::new().await;
    refused.script.on(
        "GET",
        "https://p.example/root",
        answer(200, &json!({ "_links": { "user": { "href": "/user" } } })),
    );
    refused.script.on("GET", "https://p.example/user", answer(401, &json!(null)));
    let (status, _) = refused.console("t", "GET", "/desk/api/state", None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_is_asked_about_once_by_an_application_of_its_own() {
    let rig = Rig::new().await;
    sign_in(&rig, "sip:ann@t.example");
    for _ in 0..3 {
        state(&rig, "t").await;
    }
    let lines = rig.script.lines();
    assert_eq!(
        lines,
        [
            "GET /root",
            "GET /user",
            "POST /ucwa/oauth/v1/applications",
            "DELETE /ucwa/oauth/v1/applications/99"
        ],
    );
    let asked = rig.script.until("POST /ucwa/oauth/v1/applications").await;
    let asked: Value = serde_json::from_str(&asked.body.unwrap()).unwrap();
    assert_eq!(asked["endpointId"], "desk-check");
    rig.clock.advance_ms(5 * 60_000);
    state(&rig, "t").await;
    assert_eq!(rig.script.lines().len(), 8, "and again after five minutes");
}

#[tokio::test]
async fn the_state_shows_agents_and_the_queue() {
    let rig = Rig::new().await;
    sign_in(&rig, "sip:ann@t.example");
    let id = visitor(&rig).await;
    let body = state(&rig, "t").await;
    assert_eq!(
        body["me"],
        json!({ "uri": "sip:ann@t.example", "display_name": "Ann", "availability": "Available" })
    );
    assert_eq!(body["agents"][1]["availability"], "Offline");
    let shown = &body["conversations"][0];
    assert_eq!(
        (&shown["id"], &shown["place"], &shown["position"]),
        (&json!(id), &json!("Waiting"), &json!(1))
    );
    assert_eq!((&shown["site"], &shown["visitor_name"]), (&json!("demo"), &json!("Vera")));
    rig.clock.advance_ms(60_000);
    let agents = rig.desk.inner.engine.agents.views(NOW_MS + 60_000);
    assert!(agents.iter().all(|it| it.availability == shared::desk::Availability::Offline));
}

#[tokio::test]
async fn invariant_12_a_state_request_is_held_until_something_changes() {
    let rig = Rig::new().await;
    sign_in(&rig, "sip:ann@t.example");
    state(&rig, "t").await;
    // Being seen for the first time was a change; wait until it is told.
    let revision = state(&rig, "t").await["revision"].as_u64().unwrap();
    let path = format!("/desk/api/state?after={revision}");
    let held = rig.console("t", "GET", &path, None);
    let came = async {
        tokio::task::yield_now().await;
        visitor(&rig).await
    };
    let ((status, body), id) = tokio::join!(held, came);
    assert_eq!(status, StatusCode::OK);
    assert!(body["revision"].as_u64().unwrap() > revision);
    assert_eq!(body["conversations"][0]["id"], json!(id));
}

#[tokio::test]
async fn an_agent_can_be_away_and_that_is_kept() {
    let rig = Rig::new().await;
    sign_in(&rig, "sip:ann@t.example");
    let away = Some(json!({ "availability": "Away" }));
    let (status, _) = rig.console("t", "POST", "/desk/api/me", away).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(state(&rig, "t").await["me"]["availability"], "Away");
    let candidates = rig.desk.inner.engine.agents.candidates();
    assert_eq!(candidates.len(), 1, "only the other is offered conversations");
    let rig = rig.restarted().await;
    assert_eq!(state(&rig, "t").await["me"]["availability"], "Away");
    let offline = Some(json!({ "availability": "Offline" }));
    let (status, body) = rig.console("t", "POST", "/desk/api/me", offline).await;
    assert_eq!((status, &body["code"]), (StatusCode::BAD_REQUEST, &json!("BadRequest")));
}

#[tokio::test]
async fn a_conversation_can_be_read_and_ended_and_then_not_be_taken() {
    let rig = Rig::new().await;
    sign_in(&rig, "sip:ann@t.example");
    let id = visitor(&rig).await;
    let path = |rest: &str| format!("/desk/api/conversations/{id}{rest}");
    let (status, body) = rig.console("t", "GET", &path(""), None).await;
    assert_eq!((status, &body["conversation"]["position"]), (StatusCode::OK, &json!(1)));
    assert_eq!(rig.console("t", "POST", &path("/take"), None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(rig.console("t", "POST", &path("/end"), None).await.0, StatusCode::NO_CONTENT);
    rig.script
        .until(
            "POST /platformservice/v1/applications/7/communication/messagingInvitations/v1/decline",
        )
        .await;
    assert_eq!(rig.console("t", "POST", &path("/take"), None).await.0, StatusCode::GONE);
    assert_eq!(rig.console("t", "POST", &path("/end"), None).await.0, StatusCode::NO_CONTENT);
    let (status, body) = rig.console("t", "POST", "/desk/api/conversations/none/take", None).await;
    assert_eq!((status, &body["subcode"]), (StatusCode::NOT_FOUND, &json!("ConversationNotFound")));
}

#[tokio::test]
async fn the_first_agent_is_made_once_by_the_code() {
    let rig = Rig::over(Script::new(), MemoryStore::new()).await;
    let code = rig.desk.setup_code().await.unwrap().unwrap();
    assert_eq!(
        rig.desk.setup_code().await.unwrap().as_deref(),
        Some(code.as_str()),
        "it stays the same"
    );
    let rig = rig.restarted().await;
    assert_eq!(
        rig.desk.setup_code().await.unwrap().as_deref(),
        Some(code.as_str()),
        "over a restart too"
    );
    assert_eq!(rig.console("", "GET", "/desk/api/setup", None).await.1, json!({ "needed": true }));
    let wish = |code: &str, uri: &str, password: &str| {
        Some(json!({ "code": code, "uri": uri, "display_name": "Ann", "password": password }))
    };
    let good = "three green bottles";
    let cases = [
        (wish("wrong", "ann", good), StatusCode::FORBIDDEN),
        (wish(&code, "ann", "short"), StatusCode::BAD_REQUEST),
        (wish(&code, "ann@elsewhere.example", good), StatusCode::BAD_REQUEST),
        (wish(&code, "taken", good), StatusCode::CONFLICT),
        (wish(&code, "ann", good), StatusCode::CREATED),
        (wish(&code, "bob", good), StatusCode::FORBIDDEN),
    ];
    for (wish, wanted) in cases {
        let (status, body) = rig.console("", "POST", "/desk/api/setup", wish.clone()).await;
        assert_eq!(status, wanted, "{wish:?} {body}");
        assert_eq!(body["message"].is_string(), wanted != StatusCode::CREATED);
    }
    assert_eq!(rig.desk.setup_code().await.unwrap(), None);
    assert_eq!(rig.console("", "GET", "/desk/api/setup", None).await.1, json!({ "needed": false }));
    assert_eq!(
        rig.desk.inner.engine.agents.name_of(&super::uri("sip:ann@t.example")).as_deref(),
        Some("Ann")
    );
}
