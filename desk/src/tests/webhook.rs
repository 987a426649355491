//! `POST /desk/webhook` from outside.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};
use shared::data_uri;
use store::StoreError;

use super::script::{Signer, answer, created};
use super::{NOW_MS, Rig, json_of};
use crate::{PLATFORM_APP_ID, Site};

/// How the issuer's keys are asked for.
const KEYS: [&str; 2] = ["GET /.well-known/openid-configuration", "GET /platformservice/keys"];

const MEET: &str = "POST /platformservice/v1/applications/7/communication/onlineMeetingInvitations/startAdhocMeeting";

/// An envelope of the shape of `Event_IncomingIMCall`, in the saas dialect, with relative addresses.
pub(super) fn incoming(ack: u32, visitor: &str) -> Value {
    let base = "/platformservice/v1/applications/7/communication";
    let invitation = format!("{base}/messagingInvitations/{visitor}");
    json!({
        "baseuri": "https://p.example/platformservice/tgt-1/v1/applications/7/events",
        "_links": {
            "self": { "href": format!("/platformservice/events?ack={ack}&key=7%7E{visitor}") },
            "next": { "href": format!("/platformservice/events?ack={}&key=7%7E{visitor}", ack + 1) },
        },
        "sender": [{
            "rel": "ms:rtc:saas:communication",
            "href": base,
            "events": [{
                "link": { "rel": "ms:rtc:saas:messagingInvitation", "href": invitation },
                "type": "started",
                "_embedded": { "ms:rtc:saas:messagingInvitation": {
                    "direction": "Incoming",
                    "state": "Connecting",
                    "operationId": "op-visitor",
                    "to": "sip:+15550100@t.example;user=phone",
                    "_links": {
                        "self": { "href": invitation },
                        "ms:rtc:saas:conversation": { "href": format!("{base}/conversations/{visitor}") },
                        "ms:rtc:saas:decline": { "href": format!("{invitation}/decline") },
                        "ms:rtc:saas:startAdhocMeeting": { "href": format!("{base}/onlineMeetingInvitations/startAdhocMeeting") },
                        "ms:rtc:saas:acceptAndBridge": { "href": format!("{invitation}/acceptAndBridge") },
                    },
                    "_embedded": { "ms:rtc:saas:from": { "uri": "sip:1@anonymous.invalid", "name": "Vera" } },
                    "rel": "ms:rtc:saas:messagingInvitation",
                } },
            }],
        }],
    })
}

pub(super) fn post(bearer: Option<&str>, path: &str, body: &Value) -> Request<Body> {
    let mut request = Request::builder().method("POST").uri(path).header(
        "Content-Type",
        "application/json; type=\"application/vnd.microsoft.com.ucwa+json\"; charset=utf-8",
    );
    if let Some(bearer) = bearer {
        request = request.header("Authorization", format!("Bearer {bearer}"));
    }
    request.body(Body::from(body.to_string())).unwrap()
}

fn allow_meetings(rig: &Rig) {
    let url = format!("https://p.example{}", MEET.strip_prefix("POST ").unwrap());
    rig.script.on("POST", &url, created("/platformservice/invitations/1"));
}

#[tokio::test]
async fn sac_11_an_incoming_call_starts_an_ad_hoc_meeting() {
    let rig = Rig::new().await;
    allow_meetings(&rig);
    let (status, body) =
        json_of(rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"))).await)
            .await;
    assert_eq!(status, StatusCode::OK);
    let id = body["CallbackContext"].as_str().unwrap();
    let asked = rig.script.until(MEET).await;
    let asked: Value = serde_json::from_str(&asked.body.unwrap()).unwrap();
    let wanted = json!({
        "operationId": format!("{id}-meet-0"),
        "subject": "Help",
        "callbackUrl": format!("https://d.example/desk/webhook?conversation={id}"),
    });
    assert_eq!(asked, wanted);
}

#[tokio::test]
async fn sac_12_a_bearer_that_is_not_the_platforms_for_this_desk_is_401_and_nothing_happens() {
    let rig = Rig::new().await;
    allow_meetings(&rig);
    let good = Signer::bearer();
    let (body_of_good, _) = good.rsplit_once('.').unwrap();
    let now_s = NOW_MS / 1_000;
    let claims = json!({ "aud": "https://d.example/app", "iss": "https://p.example/",
        "appid": PLATFORM_APP_ID, "exp": now_s + 60 });
    let none = format!(
        "{}.",
        Signer::sign(&json!({ "alg": "none" }), &claims).rsplit_once('.').unwrap().0
    );
    let bad = [
        ("no bearer", None),
        ("no JWT", Some("x".to_owned())),
        ("no signature", Some(format!("{body_of_good}.AAAA"))),
        ("unsigned", Some(none)),
        ("HS256", Some(Signer::sign(&json!({ "alg": "HS256", "kid": "k1" }), &claims))),
        ("another key", Some(Signer::sign(&json!({ "alg": "RS256", "kid": "k9" }), &claims))),
        ("wrong aud", Some(Signer::with(&json!({ "aud": "https://other.example" })))),
        ("no issuer", Some(Signer::with(&json!({ "iss": null })))),
        ("another issuer", Some(Signer::with(&json!({ "iss": "https://q.example/" })))),
        ("another application", Some(Signer::with(&json!({ "appid": "desk-of-others" })))),
        ("no application", Some(Signer::with(&json!({ "appid": null })))),
        ("too late", Some(Signer::with(&json!({ "exp": now_s - 61 })))),
        ("too early", Some(Signer::with(&json!({ "nbf": now_s + 120 })))),
        ("endless", Some(Signer::with(&json!({ "exp": null })))),
    ];
    for (what, bearer) in bad {
        let response = rig.send(post(bearer.as_deref(), "/desk/webhook", &incoming(1, "v1"))).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{what}");
    }
    let lines = rig.script.lines();
    assert_eq!(lines, KEYS, "the keys are asked for once, whatever is tried");
    let listed = Signer::with(
        &json!({ "aud": ["x", "https://d.example/app"], "exp": (now_s + 60).to_string() }),
    );
    let response = rig.send(post(Some(&listed), "/desk/webhook", &incoming(1, "v1"))).await;
    assert_eq!(response.status(), StatusCode::OK, "numeric dates may be strings");
}

#[tokio::test]
async fn sac_12_without_the_platforms_keys_the_webhook_is_to_come_again() {
    let rig = Rig::over(super::Script::new(), super::MemoryStore::new()).await;
    let request = post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"));
    assert_eq!(rig.send(request).await.status(), StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn sac_13_a_keep_alive_is_200_and_nothing_happens() {
    let rig = Rig::new().await;
    let body = json!({ "_links": { "self": { "href": "/e?ack=1" } }, "sender": [], "baseuri": "https://p.example/" });
    let response = rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &body)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(rig.script.lines(), KEYS);
    let probe = Request::builder().uri("/desk/webhook").body(Body::empty()).unwrap();
    assert_eq!(rig.send(probe).await.status(), StatusCode::OK, "and so is the probe by GET");
}

#[tokio::test]
async fn sac_14_the_same_envelope_twice_has_one_effect() {
    let rig = Rig::new().await;
    allow_meetings(&rig);
    for _ in 0..2 {
        let response =
            rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"))).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
    rig.script.until(MEET).await;
    // Another conversation after it: whatever the second envelope did would have been asked by now.
    rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v2"))).await;
    let mut waiting = rig.desk.inner.engine.revision();
    while rig.script.count(MEET) < 2 {
        tokio::select! { _ = waiting.changed() => {}, () = tokio::task::yield_now() => {} }
    }
    assert_eq!(rig.desk.inner.engine.book.len(), 2);
    let rig = rig.restarted().await;
    rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"))).await;
    assert_eq!(rig.desk.inner.engine.book.len(), 2, "nor after a restart");
}

#[tokio::test]
async fn sac_15_a_malformed_baseuri_makes_the_batch_ignored() {
    let rig = Rig::new().await;
    let mut body = incoming(1, "v1");
    body["baseuri"] = json!("ht!tp//nowhere");
    let response = rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &body)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(rig.desk.inner.engine.book.len(), 0);
}

#[tokio::test]
async fn sac_16_relative_addresses_are_followed_from_the_baseuri() {
    let rig = Rig::new().await;
    let mut body = incoming(1, "v1");
    let invitation =
        &mut body["sender"][0]["events"][0]["_embedded"]["ms:rtc:saas:messagingInvitation"];
    invitation["_links"]["ms:rtc:saas:startAdhocMeeting"]["href"] = json!("start?x=1");
    rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &body)).await;
    rig.script.until("POST /platformservice/tgt-1/v1/applications/7/start?x=1").await;
}

#[tokio::test]
async fn sac_17_an_invitation_without_action_links_is_passed_over() {
    let rig = Rig::new().await;
    let mut body = incoming(1, "v1");
    let invitation =
        &mut body["sender"][0]["events"][0]["_embedded"]["ms:rtc:saas:messagingInvitation"];
    invitation["_links"] = json!({ "self": { "href": "/platformservice/i/1" } });
    let response = rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &body)).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(rig.desk.inner.engine.book.len(), 0);
    assert_eq!(rig.script.lines(), KEYS);
}

#[tokio::test]
async fn an_event_that_only_names_its_resource_is_completed() {
    let rig = Rig::new().await;
    allow_meetings(&rig);
    let mut body = incoming(1, "v1");
    let event = &mut body["sender"][0]["events"][0];
    let resource = event["_embedded"]["ms:rtc:saas:messagingInvitation"].take();
    event.as_object_mut().unwrap().remove("_embedded");
    let url =
        "https://p.example/platformservice/v1/applications/7/communication/messagingInvitations/v1";
    let request = || post(Some(&Signer::bearer()), "/desk/webhook", &body);
    assert_eq!(
        rig.send(request()).await.status(),
        StatusCode::SERVICE_UNAVAILABLE,
        "to come again"
    );
    rig.script.on("GET", url, answer(200, &resource));
    assert_eq!(rig.send(request()).await.status(), StatusCode::OK);
    rig.script.until(MEET).await;
}

#[tokio::test]
async fn invariant_1_what_cannot_be_kept_is_not_done_and_is_to_come_again() {
    let rig = Rig::new().await;
    allow_meetings(&rig);
    let request = || post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"));
    rig.store.refuse(Some(StoreError::Unwritable("the disk is full".to_owned())));
    assert_eq!(rig.send(request()).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(rig.script.lines(), KEYS, "nothing was done");
    assert_eq!(rig.desk.inner.engine.book.len(), 0);
    rig.store.refuse(None);
    assert_eq!(rig.send(request()).await.status(), StatusCode::OK);
    rig.script.until(MEET).await;
}

#[tokio::test]
async fn the_widget_may_tell_site_and_page() {
    let rig = Rig::new().await;
    let second = Site { id: "b".to_owned(), ..rig.desk.site("demo").await.unwrap() };
    rig.desk.put_site(second).await.unwrap();
    for (ack, site, wanted) in [(1, "demo", "demo"), (2, "b", "b"), (3, "unknown", "b")] {
        let mut body = incoming(ack, &format!("v{ack}"));
        let event = &mut body["sender"][0]["events"][0]["_embedded"];
        let context = json!({
            "site": site, "page": "https://shop.example/tents", "title": "Tents + more", "name": "Vera Shopper",
        }).to_string();
        event["ms:rtc:saas:messagingInvitation"]["_links"]["customContent"]["href"] =
            json!(data_uri::encode("application/json", &context));
        let response = rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &body)).await;
        let (_, body) = json_of(response).await;
        let views = rig.desk.inner.engine.book.views(NOW_MS);
        let view = views.iter().find(|it| body["CallbackContext"] == it.id).unwrap();
        assert_eq!(view.site, wanted);
        assert_eq!(view.about.page.as_deref(), Some("https://shop.example/tents"));
        assert_eq!(view.about.page_title.as_deref(), Some("Tents + more"));
        assert_eq!(
            view.visitor_name, "Vera Shopper",
            "the page knows better than who signs in as a guest"
        );
    }
}

#[tokio::test]
async fn what_is_no_envelope_is_a_400() {
    let rig = Rig::new().await;
    let (status, body) =
        json_of(rig.send(post(Some(&Signer::bearer()), "/desk/webhook", &json!("x"))).await).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(body["subcode"], "DeserializationFailure");
}
