//! One conversation through the whole desk: webhooks in, requests out, transcript and queue beside.

use axum::http::StatusCode;
use serde_json::{Value, json};
use shared::data_uri;

use super::Rig;
use super::script::{Signer, answer, created};
use super::webhook::{incoming, post};

const COMMUNICATION: &str = "/platformservice/v1/applications/7/communication";

/// Says what the platform says, as one envelope on the conference's callback.
async fn tell(rig: &Rig, id: &str, ack: u32, sender: &str, events: Value) {
    let body = json!({
        "baseuri": "https://p.example/platformservice/v1/applications/7/events",
        "_links": { "self": { "href": format!("/platformservice/events?ack={ack}&key=c") } },
        "sender": [{ "rel": "service:conversation", "href": sender, "events": events }],
    });
    let path = format!("/desk/webhook?conversation={id}");
    let response = rig.send(post(Some(&Signer::bearer()), &path, &body)).await;
    assert_eq!(response.status(), StatusCode::OK);
}

fn event(kind: &str, rel: &str, href: &str, resource: &Value) -> Value {
    json!({
        "link": { "rel": format!("service:{rel}"), "href": href },
        "type": kind,
        "_embedded": { format!("service:{rel}"): resource },
    })
}

/// Every request of the path is created somewhere.
fn allow_everything(rig: &Rig) {
    let on = |path: &str, location: &str| {
        rig.script.on("POST", &format!("https://p.example{path}"), created(location));
    };
    on(&format!("{COMMUNICATION}/onlineMeetingInvitations/startAdhocMeeting"), "/m/1");
    on(&format!("{COMMUNICATION}/messagingInvitations/v1/acceptAndBridge"), "/x");
    on("/conf/addMessaging", "/mi/2");
    on("/conf/addParticipant", "/pi/1");
    on("/bridge/bridgedParticipants", "/bridge/bridgedParticipants/agent");
    on("/visitor/messages", "/visitor/messages/2");
    rig.script.on("DELETE", "https://p.example/conf", answer(404, &json!({ "code": "NotFound" })));
}

/// Plays the platform's part up to two ringing agents; answers the conversation's id.
async fn to_ringing(rig: &Rig) -> String {
    allow_everything(rig);
    let first = post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"));
    let (_, body) = super::json_of(rig.send(first).await).await;
    let id = body["CallbackContext"].as_str().unwrap().to_owned();
    rig.script
        .until(&format!("POST {COMMUNICATION}/onlineMeetingInvitations/startAdhocMeeting"))
        .await;
    let visitor = format!("{COMMUNICATION}/conversations/v1");
    let meeting = json!({
        "operationId": format!("{id}-meet-0"), "onlineMeetingUri": "sip:m;gruu",
        "_links": { "service:conversation": { "href": "/conf" } },
    });
    let conference = json!({ "state": "Conferenced", "_links": { "service:addParticipant": { "href": "/conf/addParticipant" } } });
    let idle = json!({ "state": "Disconnected", "_links": { "service:addMessaging": { "href": "/conf/addMessaging" } } });
    let events = json!([
        event("started", "onlineMeetingInvitation", "/m/1", &meeting),
        event("updated", "conversation", "/conf", &conference),
        event(
            "updated",
            "messaging",
            "/conf/messaging",
            &json!({ "state": "Disconnected", "_links": { "service:conversation": { "href": "/conf" }, "service:addMessaging": idle["_links"]["service:addMessaging"] } })
        ),
    ]);
    tell(rig, &id, 2, COMMUNICATION, events).await;
    rig.script.until("POST /conf/addMessaging").await;
    tell(
        rig,
        &id,
        3,
        "/conf",
        json!([event("updated", "messaging", "/conf/messaging", &json!({ "state": "Connected" }))]),
    )
    .await;
    rig.script
        .until(&format!("POST {COMMUNICATION}/messagingInvitations/v1/acceptAndBridge"))
        .await;
    let bridge = json!({ "_links": { "service:bridgedParticipants": { "href": "/bridge/bridgedParticipants" } } });
    let chat = json!({ "state": "Connected", "_links": { "service:sendMessage": { "href": "/visitor/messages" } } });
    let events = json!([
        event("updated", "messaging", "/visitor/messaging", &chat),
        event("added", "conversationBridge", "/bridge", &bridge),
    ]);
    tell(rig, &id, 4, &visitor, events).await;
    rig.script.until("POST /conf/addParticipant").await;
    id
}

#[tokio::test]
async fn sac_18_the_greeting_is_sent_and_agents_are_bridged_before_they_are_invited() {
    let rig = Rig::new().await;
    let id = to_ringing(&rig).await;
    let greeting =
        rig.script.until(&format!("POST /visitor/messages?operationId={id}-say-1")).await;
    assert_eq!(greeting.body.as_deref(), Some("Welcome"));
    let lines = rig.script.lines();
    let at = |line: &str| lines.iter().position(|it| it == line).unwrap();
    assert!(at("POST /bridge/bridgedParticipants") < at("POST /conf/addParticipant"));
    let asked = rig.script.until("POST /bridge/bridgedParticipants").await;
    let asked: Value = serde_json::from_str(&asked.body.unwrap()).unwrap();
    assert_eq!(asked["messageFilterState"], "Disabled");
    assert!(asked["displayName"].is_string() && asked["participantUri"].is_string());
}

#[tokio::test]
async fn sac_19_when_the_visitor_leaves_the_conference_is_deleted_and_the_scope_closed() {
    let rig = Rig::new().await;
    let id = to_ringing(&rig).await;
    let visitor = format!("{COMMUNICATION}/conversations/v1");
    let said = json!({
        "direction": "Incoming", "operationId": "op-9",
        "_links": { "plainMessage": { "href": data_uri::encode("text/plain", "hello there") } },
    });
    let events = json!([
        event("completed", "message", "/visitor/messages/3", &said),
        event("updated", "messaging", "/visitor/messaging", &json!({ "state": "Disconnected" })),
        { "link": { "rel": "service:conversation", "href": visitor }, "type": "deleted" },
    ]);
    tell(&rig, &id, 5, &visitor, events).await;
    rig.script.until("DELETE /conf").await;
    let mut changed = rig.desk.inner.engine.revision();
    while rig.desk.inner.engine.book.len() > 0 {
        tokio::select! { _ = changed.changed() => {}, () = tokio::task::yield_now() => {} }
    }
    let views = rig.desk.inner.engine.book.views(super::NOW_MS);
    assert_eq!(views.len(), 1, "it is still shown among those that ended lately");
    assert_eq!(views[0].last_text.as_deref(), Some("hello there"));
    let rig = rig.restarted().await;
    assert_eq!(rig.desk.inner.engine.book.len(), 0, "what is over is not gone on with");
    let transcript = rig.desk.inner.engine.transcript(&id).await.unwrap().unwrap();
    assert_eq!(transcript.entries.len(), 2, "but its transcript is kept");
}

#[tokio::test]
async fn invariant_1_what_the_desk_decided_survives_a_crash_and_is_finished_after_it() {
    let rig = Rig::new().await;
    let first = post(Some(&Signer::bearer()), "/desk/webhook", &incoming(1, "v1"));
    let start = format!("POST {COMMUNICATION}/onlineMeetingInvitations/startAdhocMeeting");
    rig.send(first).await;
    let before = rig.script.until(&start).await;
    assert_eq!(rig.script.count(&start), 1, "no answer came");
    let rig = rig.restarted().await;
    let mut again = rig.desk.inner.engine.revision();
    while rig.script.count(&start) < 2 {
        tokio::select! { _ = again.changed() => {}, () = tokio::task::yield_now() => {} }
    }
    let after = rig.script.until(&start).await;
    assert_eq!(after.body, before.body, "the same operationId: the platform does it once");
}
