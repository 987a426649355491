//! The Trusted Application client against a scripted platform.

use std::sync::Arc;

use serde_json::json;
use shared::bootstrap::GetAnonTokenInput;
use store::env::{SeededEntropy, TestClock};

use super::script::{Script, answer, header};
use super::{APPLICATION, APPLICATIONS, DISCOVER, NOW_MS, Rig, TOKENS, challenge, settings};
use crate::flow::Request;
use crate::ta::{TaClient, TaError};

fn client_of(script: &Arc<Script>, clock: &Arc<TestClock>) -> TaClient {
    let settings = settings();
    let entropy = Arc::new(SeededEntropy::new(1));
    TaClient::new(settings.platform, settings.endpoint, script.clone(), clock.clone(), entropy)
}

fn input() -> GetAnonTokenInput {
    GetAnonTokenInput {
        application_session_id: "s-1".to_owned(),
        allowed_origins: "https://shop.example".to_owned(),
        ..GetAnonTokenInput::default()
    }
}

fn token_answer() -> serde_json::Value {
    json!({
        "token": "psat=jwt",
        "expiryTime": "2030-01-01T00:00:00.000Z",
        "_links": { "ms:rtc:saas:discover": { "href": "https://p.example/d?anonymousContext=psat%253djwt" } },
    })
}

#[tokio::test]
async fn sac_01_a_401_gets_a_token_by_client_credentials_and_is_repeated_once() {
    let rig = Rig::new().await;
    rig.script.on("POST", TOKENS, answer(200, &token_answer()));
    let ta = client_of(&rig.script, &rig.clock);
    ta.anon_token(&input()).await.unwrap();
    assert_eq!(
        rig.script.lines(),
        [
            "GET /platformservice/discover",
            "POST /token",
            "GET /platformservice/discover",
            "GET /platformservice/v1/applications?endpointId=sip:help@t.example",
            "GET /platformservice/v1/applications/7",
            "POST /platformservice/v1/applications/7/anonApplicationTokens",
        ],
    );
    let asked = rig.script.requests();
    assert_eq!(header(&asked[0], "Authorization"), None);
    assert_eq!(header(&asked[2], "Authorization"), Some("Bearer desk-token"));
    assert_eq!(
        asked[1].body.as_deref(),
        Some(
            "grant_type=client_credentials&client_id=desk&client_secret=a%20secret%26more\
             &resource=https:%2F%2Fp.example"
        ),
    );
    assert!(
        asked
            .iter()
            .all(|it| it.url.contains("/token") || header(it, "client-request-id").is_some())
    );
}

#[tokio::test]
async fn sac_02_without_an_application_link_the_endpoint_is_not_provisioned() {
    let (script, clock) = (Script::new(), Arc::new(TestClock::at(NOW_MS)));
    let discover = json!({ "_links": { "ms:rtc:saas:applications": { "href": "https://p.example/platformservice/v1/applications" } } });
    script.on("GET", DISCOVER, answer(200, &discover));
    script.on("GET", APPLICATIONS, answer(200, &json!({ "_links": {} })));
    let ta = client_of(&script, &clock);
    assert_eq!(ta.anon_token(&input()).await, Err(TaError::NotProvisioned));
}

#[tokio::test]
async fn sac_08_200_and_201_are_both_a_token() {
    for status in [200, 201] {
        let rig = Rig::new().await;
        rig.script.on("POST", TOKENS, answer(status, &token_answer()));
        let token = client_of(&rig.script, &rig.clock).anon_token(&input()).await.unwrap();
        assert_eq!(token.token, "psat=jwt");
    }
}

#[tokio::test]
async fn sac_09_an_expired_token_is_renewed_once_and_the_request_repeated_once() {
    let rig = Rig::new().await;
    let ta = client_of(&rig.script, &rig.clock);
    rig.script.on("POST", TOKENS, answer(200, &token_answer()));
    ta.anon_token(&input()).await.unwrap();
    assert_eq!(rig.script.count("POST /token"), 1);
    rig.script.on("GET", "https://p.example/x", challenge());
    rig.script.on("GET", "https://p.example/x", answer(200, &json!({})));
    ta.call(&Request::get("https://p.example/x")).await.unwrap();
    assert_eq!(rig.script.count("GET /x"), 2);
    assert_eq!(rig.script.count("POST /token"), 2);
    rig.script.on("GET", "https://p.example/y", challenge());
    let refused = ta.call(&Request::get("https://p.example/y")).await;
    assert!(matches!(refused, Err(TaError::Refused { status: 401, .. })), "and not for ever");
    assert_eq!(rig.script.count("GET /y"), 2);
}

#[tokio::test]
async fn sac_10_a_307_is_followed_once_with_method_body_and_token() {
    let rig = Rig::new().await;
    let ta = client_of(&rig.script, &rig.clock);
    rig.script.on("POST", TOKENS, answer(200, &token_answer()));
    ta.anon_token(&input()).await.unwrap();
    let mut moved = answer(307, &json!(null));
    moved.headers.push(("location".to_owned(), "https://q.pool.example/there".to_owned()));
    rig.script.on("POST", "https://p.example/here", moved.clone());
    rig.script.on("POST", "https://q.pool.example/there", answer(201, &json!(null)));
    ta.call(&Request::post("https://p.example/here", json!({ "a": 1 }))).await.unwrap();
    let asked = rig.script.until("POST https://q.pool.example/there").await;
    assert_eq!(asked.body.as_deref(), Some(r#"{"a":1}"#));
    assert_eq!(header(&asked, "Authorization"), Some("Bearer desk-token"));
    moved.headers.last_mut().unwrap().1 = "http://q.example/there".to_owned();
    rig.script.on("POST", "https://p.example/unsafe", moved);
    let refused = ta.call(&Request::post("https://p.example/unsafe", json!({}))).await;
    let foreign = TaError::ForeignHost("http://q.example".to_owned());
    assert_eq!(refused.unwrap_err(), foreign, "a token is not sent in the clear");
}

#[tokio::test]
async fn a_refusal_carries_code_and_correlation_id() {
    let rig = Rig::new().await;
    let ta = client_of(&rig.script, &rig.clock);
    let body = json!({ "code": "Forbidden", "subcode": "ApplicationNotFound" });
    rig.script.on("DELETE", APPLICATION, answer(403, &body));
    let refused = ta.call(&Request::delete(APPLICATION)).await.unwrap_err();
    let asked = rig.script.requests();
    let id = header(&asked[0], "client-request-id").unwrap();
    let wanted = format!(
        "the platform answered 403 Forbidden/ApplicationNotFound (client request id {id}, \
         correlation id c-1, server -)"
    );
    assert_eq!(refused.to_string(), wanted);
}
