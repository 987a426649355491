//! `POST /GetAnonTokenJob` from outside.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::script::answer;
use super::{APPLICATION, Rig, TOKENS, json_of};

const HREF: &str = "https://p.example/platformService/discover?anonymousContext=psat%253dA%2bb%3D";

fn scripted_token(rig: &Rig) {
    let body = json!({
        "token": "psat=jwt",
        "expiryTime": "/Date(1463213817292)/",
        "_links": { "service:discover": { "href": HREF } },
    });
    rig.script.on("POST", TOKENS, answer(200, &body));
}

fn post(kind: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method("POST")
        .uri("/GetAnonTokenJob")
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT, "text/plain, */*; q=0.01")
        .body(body.into())
        .unwrap()
}

fn input(session: &str, origins: &str) -> Request<Body> {
    let body = json!({ "ApplicationSessionId": session, "AllowedOrigins": origins });
    post("application/json", body.to_string())
}

fn wanted() -> Value {
    json!({
        "DiscoverUri": HREF,
        "ExpireTime": "/Date(1463213817292)/",
        "Token": "psat=jwt",
        "TenantEndpointId": "sip:help@t.example",
    })
}

#[tokio::test]
async fn sac_04_json_gets_a_token_and_everything_is_passed_on() {
    let rig = Rig::new().await;
    scripted_token(&rig);
    let body = json!({
        "ApplicationSessionId": "s-1",
        "AllowedOrigins": "https://d.example/widget/;https://shop.example",
        "MeetingUrl": "https://meet.example/m/1",
    });
    let response = rig.send(post("application/json; charset=utf-8", body.to_string())).await;
    let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap().to_owned();
    assert!(kind.starts_with("application/json"), "whatever is accepted: {kind}");
    assert_eq!(json_of(response).await, (StatusCode::OK, wanted()));
    let asked =
        rig.script.until("POST /platformservice/v1/applications/7/anonApplicationTokens").await;
    let asked: Value = serde_json::from_str(&asked.body.unwrap()).unwrap();
    let passed_on = json!({
        "applicationSessionId": "s-1",
        "allowedOrigins": "https://d.example/widget/;https://shop.example",
        "meetingUrl": "https://meet.example/m/1",
    });
    assert_eq!(asked, passed_on);
}

#[tokio::test]
async fn sac_05_a_form_in_lower_camel_case_gets_the_same() {
    let rig = Rig::new().await;
    scripted_token(&rig);
    let form = "applicationSessionId=s-1&allowedOrigins=https%3A%2F%2Fd.example";
    let response = rig.send(post("application/x-www-form-urlencoded; charset=UTF-8", form)).await;
    assert_eq!(json_of(response).await, (StatusCode::OK, wanted()));
}

#[tokio::test]
async fn sac_06_without_session_or_origins_there_is_a_400_and_no_request() {
    let rig = Rig::new().await;
    for (session, origins) in
        [("", "https://d.example"), ("  ", "https://d.example"), ("s", ""), ("s", " ")]
    {
        let (status, body) = json_of(rig.send(input(session, origins)).await).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body["Error"].as_str().unwrap().ends_with('.'));
    }
    assert!(rig.script.lines().is_empty());
}

#[tokio::test]
async fn sac_07_the_discover_address_is_handed_on_byte_for_byte() {
    let rig = Rig::new().await;
    scripted_token(&rig);
    let (_, body) = json_of(rig.send(input("s", "https://d.example")).await).await;
    assert_eq!(body["DiscoverUri"], HREF);
}

#[tokio::test]
async fn sac_03_without_the_capability_the_website_gets_5xx() {
    let rig = Rig::new().await;
    let other = Rig::over(super::Script::new(), super::MemoryStore::new()).await;
    other.desk.put_site(rig.desk.site("demo").await.unwrap()).await.unwrap();
    other.script.on("GET", super::DISCOVER, answer(200, &json!({ "_links": { "service:applications": { "href": "/platformservice/v1/applications" } } })));
    other.script.on(
        "GET",
        super::APPLICATIONS,
        answer(200, &json!({ "_links": { "service:application": { "href": APPLICATION } } })),
    );
    other.script.on("GET", APPLICATION, answer(200, &json!({ "_links": {} })));
    let (status, body) = json_of(other.send(input("s", "https://d.example")).await).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(body["Error"].is_string());
}

#[tokio::test]
async fn a_platform_that_does_not_answer_is_503_with_an_error() {
    let rig = Rig::new().await;
    let other = Rig::over(super::Script::new(), super::MemoryStore::new()).await;
    other.desk.put_site(rig.desk.site("demo").await.unwrap()).await.unwrap();
    let (status, body) = json_of(other.send(input("s", "https://d.example")).await).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body["Error"].is_string());
}

#[tokio::test]
async fn invariant_7_a_token_is_only_made_for_origins_that_are_listed() {
    let rig = Rig::new().await;
    for origins in ["https://evil.example", "https://d.example;https://evil.example"] {
        let (status, body) = json_of(rig.send(input("s", origins)).await).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(body["Error"].is_string());
    }
    let (status, _) = json_of(rig.send(input("s", "not an origin")).await).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(rig.script.lines().is_empty(), "and the platform is not asked");
}

#[tokio::test]
async fn invariant_7_only_listed_origins_may_read_the_answer() {
    let rig = Rig::new().await;
    scripted_token(&rig);
    for (origin, status) in [
        ("https://d.example", StatusCode::NO_CONTENT),
        ("https://shop.example", StatusCode::NO_CONTENT),
        ("https://evil.example", StatusCode::FORBIDDEN),
    ] {
        let preflight = Request::builder()
            .method("OPTIONS")
            .uri("/GetAnonTokenJob")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type");
        let response = rig.send(preflight.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), status, "{origin}");
        let shared = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        let is_good = status == StatusCode::NO_CONTENT;
        assert_eq!(shared.map(|it| it.to_str().unwrap()), is_good.then_some(origin));
        let mut request = input("s", "https://d.example");
        request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
        let response = rig.send(request).await;
        let shared = response.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(shared.is_some(), is_good);
        assert_eq!(response.status() == StatusCode::OK, is_good);
    }
}

#[tokio::test]
async fn invariant_8_who_asks_too_often_is_refused() {
    let rig = Rig::new().await;
    scripted_token(&rig);
    for _ in 0..5 {
        assert_eq!(rig.send(input("s", "https://d.example")).await.status(), StatusCode::OK);
    }
    let (status, body) = json_of(rig.send(input("s", "https://d.example")).await).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(body["Error"].is_string());
}

#[tokio::test]
async fn what_is_no_input_is_refused_with_an_error() {
    let rig = Rig::new().await;
    let long = "s".repeat(101);
    let cases = [
        (post("application/json", "{"), StatusCode::BAD_REQUEST),
        (post("image/png", "x"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (input(&long, "https://d.example"), StatusCode::BAD_REQUEST),
        (post("application/json", " ".repeat(20_000)), StatusCode::BAD_REQUEST),
    ];
    for (request, wanted) in cases {
        let (status, body) = json_of(rig.send(request).await).await;
        assert_eq!(status, wanted);
        assert!(body["Error"].is_string());
    }
}
