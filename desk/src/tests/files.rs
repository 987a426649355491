//! Files from outside: sent by agents and visitors, read by whoever knows the address.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::{BlobError, Blobs as _, Documents as _, StoreError};

use super::console::sign_in;
use super::visitors::{call, good_ticket, over};
use super::{Rig, json_of};
use crate::FILES_COLLECTION;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
const DAY_MS: i64 = 24 * 3_600_000;

fn post(path: &str, bearer: &str, body: impl Into<Body>) -> Request<Body> {
    let request = Request::builder().method("POST").uri(path);
    request.header(header::AUTHORIZATION, format!("Bearer {bearer}")).body(body.into()).unwrap()
}

async fn send(rig: &Rig, name: &str, content: impl Into<Body>) -> (StatusCode, Value) {
    let path = format!("/desk/api/files?name={name}");
    json_of(rig.send(post(&path, "t", content)).await).await
}

/// As a browser does, which tells the length.
async fn send_as_visitor(rig: &Rig, ticket: &str, content: &'static [u8]) -> (StatusCode, Value) {
    let mut request = post("/desk/visitor/files?name=a.png", ticket, content);
    request.headers_mut().insert(header::CONTENT_LENGTH, content.len().into());
    json_of(rig.send(request).await).await
}

async fn read(rig: &Rig, url: &str) -> (StatusCode, HeaderMap, Bytes) {
    let path = url.strip_prefix("https://d.example").unwrap_or(url);
    let response = rig.send(Request::builder().uri(path).body(Body::empty()).unwrap()).await;
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
}

/// A desk and an agent who is signed in.
async fn rig() -> Rig {
    let rig = Rig::new().await;
    sign_in(&rig, "sip:ann@t.example");
    rig
}

fn url_of(made: &Value) -> &str {
    made["url"].as_str().unwrap()
}

#[tokio::test]
async fn a_file_of_an_agent_is_read_by_its_address_and_runs_nothing() {
    let rig = rig().await;
    let (status, made) = send(&rig, "my%20caf%C3%A9.jpg", PNG).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(made["name"], "my café.jpg.png", "its end is what it is");
    assert_eq!((&made["type"], &made["bytes"]), (&json!("image/png"), &json!(PNG.len())));
    assert!(url_of(&made).ends_with("/my%20caf%C3%A9.jpg.png"), "{made}");
    let (status, headers, content) = read(&rig, url_of(&made)).await;
    assert_eq!((status, &content[..]), (StatusCode::OK, PNG));
    let told = |name: &str| headers[name].to_str().unwrap();
    assert_eq!(told("content-type"), "image/png");
    assert_eq!(told("content-length"), PNG.len().to_string());
    assert_eq!(told("x-content-type-options"), "nosniff");
    assert!(told("content-security-policy").starts_with("sandbox; default-src 'none'"));
    assert!(told("content-disposition").starts_with("inline; filename=\"my caf_.jpg.png\""));
    assert_eq!(told("cross-origin-resource-policy"), "same-origin");
    assert_eq!(told("referrer-policy"), "no-referrer");
    assert!(told("cache-control").starts_with("private"));
    let (_, made) = send(&rig, "a.pdf", &b"%PDF-1.7\n\xe2\xe3"[..]).await;
    let (_, headers, _) = read(&rig, url_of(&made)).await;
    assert_eq!(headers["content-disposition"], "attachment; filename=\"a.pdf\"");
}

#[tokio::test]
async fn a_visitor_sends_files_by_a_ticket() {
    let rig = rig().await;
    let ticket = good_ticket(&rig).await;
    call(&rig, 1, "v1", &json!({ "site": "demo", "ticket": ticket })).await;
    let (status, made) = send_as_visitor(&rig, &ticket, PNG).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    assert_eq!(read(&rig, url_of(&made)).await.2, PNG);
    let kept = rig.store.list(FILES_COLLECTION).await.unwrap();
    let record: Value = serde_json::from_str(&kept[0].1).unwrap();
    let visitor = rig.desk.inner.engine.tickets.read(&ticket, super::NOW_MS).unwrap().visitor_id;
    assert_eq!(record["by"], json!({ "visitor": visitor }));
}

#[tokio::test]
async fn invariant_8_a_visitor_sends_files_only_while_a_conversation_goes_on() {
    let rig = rig().await;
    let (vera, walt) = (good_ticket(&rig).await, good_ticket(&rig).await);
    over(&rig, 1, &vera).await;
    let rig = rig.restarted().await;
    call(&rig, 2, "v2", &json!({ "site": "demo", "ticket": walt })).await;
    let (status, body) = send_as_visitor(&rig, &vera, PNG).await;
    assert_eq!((status, &body["subcode"]), (StatusCode::CONFLICT, &json!("ConversationNotBegun")));
    assert!(body["message"].as_str().unwrap().contains("Write a message first"), "{body}");
    assert_eq!(rig.blobs.list().await, Ok(vec![]), "nothing is kept");
    call(&rig, 3, "v3", &json!({ "site": "demo", "ticket": vera })).await;
    assert_eq!(send_as_visitor(&rig, &vera, PNG).await.0, StatusCode::CREATED);
}

#[tokio::test]
async fn invariant_8_an_address_sends_as_much_as_ten_visitors_however_many_tickets_it_has() {
    let rig = rig().await;
    let mut refused = None;
    let mut sent = 0;
    for ack in 1..=2 {
        let ticket = good_ticket(&rig).await;
        call(&rig, ack, &format!("v{ack}"), &json!({ "site": "demo", "ticket": ticket })).await;
        for _ in 0..30 {
            match send_as_visitor(&rig, &ticket, PNG).await {
                (StatusCode::CREATED, _) => sent += 1,
                no => refused = Some(no),
            }
        }
    }
    // Each counts as a kilobyte; a visitor of this desk may send four.
    assert_eq!(sent, 40);
    let (status, body) = refused.expect("the others were refused");
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(body["message"].as_str().unwrap().contains("tomorrow"), "{body}");
}

#[tokio::test]
async fn invariant_6_a_file_is_read_only_by_whoever_knows_its_address() {
    let rig = rig().await;
    let (_, made) = send(&rig, "a.png", PNG).await;
    let (_, other) = send(&rig, "a.png", PNG).await;
    let id = |made: &Value| url_of(made).split('/').nth_back(1).unwrap().to_owned();
    assert_eq!(id(&made).len(), 32, "160 bits");
    assert_ne!(id(&made), id(&other));
    for path in ["/desk/files/a/a.png", "/desk/files/..%2f/a.png", "/desk/files//a.png"] {
        assert_eq!(read(&rig, path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let renamed = url_of(&made).replace("a.png", "invoice.pdf");
    assert_eq!(read(&rig, &renamed).await.0, StatusCode::NOT_FOUND, "a name that was made up");
    for path in ["/desk/api/files?name=a.png", "/desk/visitor/files?name=a.png"] {
        let nobody = Request::builder().method("POST").uri(path).body(Body::from(PNG)).unwrap();
        assert_eq!(rig.send(nobody).await.status(), StatusCode::UNAUTHORIZED);
    }
    rig.desk.inner.files.remove(&[id(&made)]).await.unwrap();
    assert_eq!(read(&rig, url_of(&made)).await.0, StatusCode::NOT_FOUND, "removed is gone");
    assert_eq!(read(&rig, url_of(&other)).await.0, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn invariant_8_what_is_too_large_is_refused_before_it_is_read() {
    let rig = rig().await;
    let max = crate::Limits::default().file_bytes_max;
    // Of this nothing comes: whoever waits for it has no answer.
    let (_still_sending, coming) = tokio::io::duplex(1);
    let body = Body::from_stream(tokio_util::io::ReaderStream::new(coming));
    let mut request = post("/desk/api/files?name=a.png", "t", body);
    request.headers_mut().insert(header::CONTENT_LENGTH, (max + 1).into());
    let (status, body) = json_of(rig.send(request).await).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(body["message"].as_str().unwrap().contains("at most 10 MB"), "{body}");
    let mut large = PNG.to_vec();
    large.resize(usize::try_from(max).unwrap() + 1, 0);
    let (status, _) = send(&rig, "a.png", large).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "without a length it shows on the way");
    assert_eq!(rig.blobs.list().await, Ok(vec![]), "and nothing is left");
}

#[tokio::test]
async fn what_runs_is_refused_with_what_to_do() {
    let rig = rig().await;
    let (status, body) = send(&rig, "a.txt", "<script>alert(1)</script>").await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(body["message"].as_str().unwrap().contains("into a ZIP"), "{body}");
    let (status, body) = send(&rig, "a.txt", "").await;
    assert_eq!((status, &body["code"]), (StatusCode::BAD_REQUEST, &json!("BadRequest")));
    assert_eq!(rig.blobs.list().await, Ok(vec![]));
}

#[tokio::test]
async fn invariant_1_a_file_that_cannot_be_kept_is_not_acknowledged() {
    let rig = rig().await;
    rig.blobs.refuse(Some(BlobError::Full));
    let (status, body) = send(&rig, "a.png", PNG).await;
    assert_eq!(status, StatusCode::INSUFFICIENT_STORAGE);
    assert!(body["message"].as_str().unwrap().contains("no room"), "{body}");
    rig.blobs.refuse(None);
    rig.store.refuse(Some(StoreError::Unwritable("full".to_owned())));
    let (status, _) = send(&rig, "a.png", PNG).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(rig.blobs.list().await.unwrap().len(), 1);
    rig.store.refuse(None);
    rig.desk.inner.files.look().await.unwrap();
    assert_eq!(rig.blobs.list().await, Ok(vec![]), "bytes that no record names do not stay");
}

#[tokio::test]
async fn a_file_outlives_the_desk_and_is_removed_when_its_time_is_over() {
    let rig = rig().await;
    let (_, made) = send(&rig, "a.png", PNG).await;
    let rig = rig.restarted().await;
    assert_eq!(read(&rig, url_of(&made)).await.2, PNG);
    rig.clock.advance_ms(90 * DAY_MS);
    rig.desk.inner.files.look().await.unwrap();
    assert_eq!(read(&rig, url_of(&made)).await.0, StatusCode::OK);
    rig.clock.advance_ms(1);
    rig.desk.inner.files.look().await.unwrap();
    assert_eq!(read(&rig, url_of(&made)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(rig.blobs.list().await, Ok(vec![]));
    assert_eq!(rig.store.list(FILES_COLLECTION).await, Ok(vec![]));
}
