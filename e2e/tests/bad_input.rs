//! What no client sends, at every door: each is refused clearly and changes nothing (issue 2, 6).

use client::http::HttpResponse;
use e2e::Product;
use e2e::person::{Person, texts};
use e2e::raw::{FORM, JSON, TEXT, Visitor, href, resource, sign_in, token};
use serde_json::Value;
use shared::ErrorBody;

/// How a door says what was wrong.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// The error body of both APIs, with this subcode unless empty.
    Api(&'static str),
    /// 401: no body of ours, a challenge instead.
    Challenge,
    /// The bootstrap's `{"Error": …}`.
    Bootstrap,
    /// OAuth's `{"error": …}`.
    OAuth(&'static str),
}

/// One request that must be refused.
struct Case<'a> {
    what: &'a str,
    method: &'static str,
    address: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    body: Option<&'a str>,
    status: u16,
    shape: Shape,
}

/// A POST that must be refused.
fn post<'a>(
    what: &'a str,
    address: &'a str,
    headers: &[(&'a str, &'a str)],
    body: &'a str,
    (status, shape): (u16, Shape),
) -> Case<'a> {
    let headers = headers.to_vec();
    Case { what, method: "POST", address, headers, body: Some(body), status, shape }
}

/// A GET that must be refused.
fn get<'a>(
    what: &'a str,
    address: &'a str,
    headers: &[(&'a str, &'a str)],
    (status, shape): (u16, Shape),
) -> Case<'a> {
    Case { what, method: "GET", address, headers: headers.to_vec(), body: None, status, shape }
}

async fn check(product: &Product, cases: Vec<Case<'_>>) {
    for case in cases {
        let answer = product.send(case.method, case.address, &case.headers, case.body).await;
        let context = format!("{}: {} {}", case.what, answer.status, answer.body);
        assert_eq!(answer.status, case.status, "{context}");
        check_shape(&answer, case.shape, &context);
    }
}

fn check_shape(answer: &HttpResponse, shape: Shape, context: &str) {
    let json = || serde_json::from_str::<Value>(&answer.body).expect(context);
    let is_json = answer.header("content-type").is_some_and(|it| it.contains("json"));
    match shape {
        Shape::Challenge => {
            let challenge = answer.header("www-authenticate");
            assert!(challenge.is_some_and(|it| it.contains("Bearer")), "{context}");
        }
        Shape::Api(subcode) => {
            assert!(is_json, "{context}");
            let body = ErrorBody::parse(&answer.body).expect(context);
            assert!(subcode.is_empty() || body.is(subcode), "{context}");
            assert!(body.message.is_some_and(|it| it.len() > 5), "it says what: {context}");
        }
        Shape::Bootstrap => {
            assert!(is_json, "{context}");
            assert!(json()["Error"].as_str().is_some_and(|it| it.len() > 5), "{context}");
        }
        Shape::OAuth(error) => assert_eq!(json()["error"], error, "{context}"),
    }
}

/// What an agent sees of the whole desk, without the time.
async fn desk_state(product: &Product, bearer: &str) -> Value {
    let answer = product.send("GET", "/desk/api/state", &[("authorization", bearer)], None).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut state: Value = serde_json::from_str(&answer.body).expect("it is JSON");
    state["now_ms"] = Value::Null;
    state["revision"] = Value::Null;
    state
}

/// A well-formed token that nobody here signed, long expired: the shape of the seeds' tokens.
const FOREIGN: &str = "psat=eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6ImEifQ.\
    eyJuYmYiOjE0NjMxODUwMTcsImV4cCI6MTQ2MzIxMzgxNywicnV1Ijoic2lwOnBAcC5leGFtcGxlIiwiYXNpIjoicyIsImFldSI6InNpcDpoZWxwZGVza0BkZW1vLmV4YW1wbGUiLCJhbyI6Imh0dHA6Ly9sb2NhbGhvc3QifQ.\
    c2lnbmF0dXJl";

/// The same token with another claim in the middle: the signature does not fit any more.
fn forged(token: &str) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    let foreign: Vec<&str> = FOREIGN.split('.').collect();
    format!("{}.{}.{}", parts[0], foreign[1], parts[2])
}

#[tokio::test]
async fn the_bootstrap_refuses_what_it_cannot_use() {
    let product = Product::start().await;
    let url = &product.url;
    let own = ("origin", url.as_str());
    let long = "x".repeat(101);
    let long = format!(r#"{{"ApplicationSessionId":"{long}","AllowedOrigins":"{url}"}}"#);
    let no_session = format!(r#"{{"ApplicationSessionId":"","AllowedOrigins":"{url}"}}"#);
    let no_site =
        format!(r#"{{"ApplicationSessionId":"a","AllowedOrigins":"{url}","Site":"nobody"}}"#);
    let foreign = r#"{"ApplicationSessionId":"a","AllowedOrigins":"https://evil.example"}"#;
    let no_origins = r#"{"ApplicationSessionId":"a","AllowedOrigins":""}"#;
    let door = "/GetAnonTokenJob";
    let bad = (400, Shape::Bootstrap);
    let cases = vec![
        post("not JSON", door, &[JSON, own], "{", bad),
        post("JSON of another shape", door, &[JSON, own], "[1]", bad),
        post("wrong type", door, &[TEXT, own], "hello", (415, Shape::Bootstrap)),
        post("no session id", door, &[JSON, own], &no_session, bad),
        post("no origins", door, &[JSON, own], no_origins, bad),
        post("too long a session id", door, &[JSON, own], &long, bad),
        post("unknown site", door, &[JSON, own], &no_site, bad),
        post("foreign origin", door, &[JSON, own], foreign, (403, Shape::Bootstrap)),
    ];
    check(&product, cases).await;
    product.running.stop().await;
}

#[tokio::test]
async fn ucw_02_ucw_03_the_visitors_face_refuses_bad_tokens_origins_and_bodies() {
    let product = Product::start().await;
    let alice = sign_in(&product, "alice@demo.example", "demo").await;
    let before = desk_state(&product, &alice).await;
    let token = token(&product, "visitor-1").await;
    let visitor = Visitor::connect(&product, "visitor-2").await;
    let door = visitor.applications.as_str();
    let own = ("origin", product.url.as_str());
    let good = format!("Bearer {}", token.token);
    let good = ("authorization", good.as_str());
    let forged = format!("Bearer {}", forged(&token.token));
    let foreign = format!("Bearer {FOREIGN}");
    let fine = r#"{"culture":"en-us","userAgent":"e2e/1"}"#;
    let long = format!(r#"{{"culture":"en-us","userAgent":"{}"}}"#, "x".repeat(101));
    let no_token = (401, Shape::Challenge);
    let discover = token.discover_uri.replacen("psat", "psbt", 1);
    let cases = vec![
        get("discovery with a broken token", &discover, &[own], no_token),
        post("no token", door, &[JSON, own], fine, no_token),
        post("forged", door, &[JSON, own, ("authorization", &forged)], fine, no_token),
        post("expired, of others", door, &[JSON, own, ("authorization", &foreign)], fine, no_token),
        post("an agent's token", door, &[JSON, own, ("authorization", &alice)], fine, no_token),
        post(
            "foreign origin",
            door,
            &[JSON, good, ("origin", "https://evil.example")],
            fine,
            (403, Shape::Api("")),
        ),
        post(
            "not JSON",
            door,
            &[JSON, own, good],
            "{",
            (400, Shape::Api("DeserializationFailure")),
        ),
        post(
            "wrong type",
            door,
            &[TEXT, own, good],
            fine,
            (415, Shape::Api("UnsupportedMediaType")),
        ),
        post(
            "too long a user agent",
            door,
            &[JSON, own, good],
            &long,
            (400, Shape::Api("ParameterValidationFailure")),
        ),
    ];
    check(&product, cases).await;
    let evil = [JSON, good, ("origin", "https://evil.example")];
    let answer = product.send("POST", door, &evil, Some(fine)).await;
    assert_eq!(answer.header("access-control-allow-origin"), None, "UCW-03");
    assert_eq!(desk_state(&product, &alice).await, before, "nothing changed");
    product.running.stop().await;
}

#[tokio::test]
async fn ucw_17_a_conversation_is_refused_before_it_begins_or_where_there_is_none() {
    let product = Product::start().await;
    let alice = sign_in(&product, "alice@demo.example", "demo").await;
    let before = desk_state(&product, &alice).await;
    let visitor = Visitor::connect(&product, "visitor-1").await;
    let other = Visitor::connect(&product, "visitor-2").await;
    let auth = ("authorization", visitor.bearer.as_str());
    let own = ("origin", product.url.as_str());
    let door = visitor.start_messaging();
    let application = href(&visitor.application, "self");
    let nowhere = format!("{application}/communication/conversations/nowhere");
    let messages = format!("{nowhere}/messaging/messages?operationId=a");
    let to = &visitor.helpdesk;
    let wrong_to = r#"{"operationId":"a","to":"sip:chief@demo.example"}"#;
    let long_operation = format!(r#"{{"operationId":"{}","to":"{to}"}}"#, "x".repeat(51));
    let long_subject =
        format!(r#"{{"operationId":"a","to":"{to}","subject":"{}"}}"#, "x".repeat(251));
    let unfit = (400, Shape::Api("ParameterValidationFailure"));
    let cases = vec![
        post("wrong to", &door, &[JSON, own, auth], wrong_to, (403, Shape::Api(""))),
        post("too long an operation id", &door, &[JSON, own, auth], &long_operation, unfit),
        post("too long a subject", &door, &[JSON, own, auth], &long_subject, unfit),
        post("not JSON", &door, &[JSON, own, auth], "nonsense", (400, Shape::Api(""))),
        post(
            "foreign origin",
            &door,
            &[JSON, auth, ("origin", "https://evil.example")],
            "{}",
            (403, Shape::Api("")),
        ),
        post("unknown conversation", &messages, &[TEXT, own, auth], "hello", (404, Shape::Api(""))),
        get("unknown conversation", &nowhere, &[own, auth], (404, Shape::Api(""))),
        get(
            "another visitor's application",
            &application,
            &[own, ("authorization", &other.bearer)],
            (404, Shape::Api("ApplicationNotFound")),
        ),
    ];
    check(&product, cases).await;
    assert_eq!(desk_state(&product, &alice).await, before, "nothing changed");
    product.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_6_a_message_is_refused_when_it_is_unfit_or_somebody_elses() {
    let product = Product::start().await;
    let alice = Person::agent(&product.url, "alice", 1);
    alice.connect().await;
    let person = Person::visitor(&product.url, 2);
    person.connect().await;
    person.writes("", "First");
    person.delivered("First").await;
    let conversation = alice.takes_the_next().await;
    let other = Visitor::connect(&product, "visitor-2").await;
    let bearer = person.bearer();
    let auth = ("authorization", bearer.as_str());
    let stranger = ("authorization", other.bearer.as_str());
    let own = ("origin", product.url.as_str());
    let evil = ("origin", "https://evil.example");

    let key = person.model().conversations[0].key.clone();
    let document = resource(&product.send("GET", &key, &[own, auth], None).await);
    let messaging = href(&document, "messaging");
    let messaging = resource(&product.send("GET", &messaging, &[own, auth], None).await);
    let (send, typing) = (href(&messaging, "sendMessage"), href(&messaging, "setIsTyping"));
    let long = "x".repeat(20_000);
    let unfit = |subcode| (400, Shape::Api(subcode));
    let not_there = (404, Shape::Api("ApplicationNotFound"));
    let png = ("content-type", "image/png");
    let cases = vec![
        post("too long", &send, &[TEXT, own, auth], &long, (413, Shape::Api(""))),
        post("empty", &send, &[TEXT, own, auth], "", unfit("")),
        post("wrong type", &send, &[png, own, auth], "x", (415, Shape::Api(""))),
        post("foreign origin", &send, &[TEXT, evil, auth], "x", (403, Shape::Api(""))),
        post("no token", &send, &[TEXT, own], "x", (401, Shape::Challenge)),
        post("a stranger's message", &send, &[TEXT, own, stranger], "x", not_there),
        post("a stranger's typing", &typing, &[own, stranger], "", not_there),
        get("a stranger's reading", &key, &[own, stranger], not_there),
    ];
    check(&product, cases).await;

    person.writes("", "Last");
    alice.reads("Last").await;
    alice.writes(&conversation, "Seen");
    person.reads("Seen").await;
    let shown = texts(&person.model().conversations[0]);
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    let of_people: Vec<&&str> = shown.iter().filter(|it| !it.starts_with("Fernweh")).collect();
    assert_eq!(of_people, [&"me: First", &"me: Last", &"Alice: Seen"], "nothing changed");
    product.running.stop().await;
}

#[tokio::test]
async fn agents_service_applications_and_webhooks_must_prove_who_they_are() {
    let product = Product::start().await;
    let alice = sign_in(&product, "alice@demo.example", "demo").await;
    let before = desk_state(&product, &alice).await;
    let visitor = token(&product, "visitor-1").await;
    let visitor = format!("Bearer {}", visitor.token);
    let agent_auth = ("authorization", alice.as_str());
    let visitor_auth = ("authorization", visitor.as_str());
    let (ticket, agents) = ("/WebTicket/oauthtoken", "/ucwa/oauth/v1/applications");
    let services = "/platformservice/v1/applications?endpointId=sip:helpdesk@demo.example";
    let (webhook, state, setup) = ("/desk/webhook", "/desk/api/state", "/desk/api/setup");
    let wrong_password = "grant_type=password&username=alice%40demo.example&password=wrong";
    let nobody = "grant_type=password&username=nobody%40demo.example&password=demo";
    let wrong_grant = "grant_type=magic&username=alice%40demo.example&password=demo";
    let wrong_secret = "grant_type=client_credentials&client_id=x&client_secret=y&resource=z";
    let application = r#"{"culture":"en-us","userAgent":"a","endpointId":"b"}"#;
    let first_agent =
        r#"{"code":"guessed","uri":"eve","display_name":"Eve","password":"12345678"}"#;
    let no_token = (401, Shape::Challenge);
    let cases = vec![
        post(
            "wrong password",
            ticket,
            &[FORM],
            wrong_password,
            (400, Shape::OAuth("invalid_grant")),
        ),
        post("unknown name", ticket, &[FORM], nobody, (400, Shape::OAuth("invalid_grant"))),
        post(
            "wrong grant",
            ticket,
            &[FORM],
            wrong_grant,
            (400, Shape::OAuth("unsupported_grant_type")),
        ),
        post("no form", ticket, &[FORM], "hello", (400, Shape::OAuth("invalid_request"))),
        post("wrong secret", ticket, &[FORM], wrong_secret, (400, Shape::OAuth("invalid_client"))),
        post("no token", agents, &[JSON], application, no_token),
        post("a visitor's token", agents, &[JSON, visitor_auth], application, no_token),
        get("no token", services, &[], no_token),
        get("a visitor's token", services, &[visitor_auth], no_token),
        get("an agent's token", services, &[agent_auth], no_token),
        post("no bearer", webhook, &[JSON], r#"{"sender":[]}"#, no_token),
        post("an agent's bearer", webhook, &[JSON, agent_auth], r#"{"sender":[]}"#, no_token),
        get("no token", state, &[], no_token),
        get("a visitor's token", state, &[visitor_auth], no_token),
        post("a guessed code", setup, &[JSON], first_agent, (403, Shape::Api(""))),
    ];
    check(&product, cases).await;
    assert_eq!(desk_state(&product, &alice).await, before, "nothing changed");
    product.running.stop().await;
}
