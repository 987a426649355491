//! Packages of the event channel and of webhooks.

use serde_json::{Value, json};
use shared::{Continuation, Dialect, EventKind, Package, Status};

fn package() -> Value {
    json!({
        "_links": { "self": { "href": "/e?ack=1" }, "next": { "href": "/e?ack=2" } },
        "sender": [
            { "rel": "communication", "href": "/c", "events": [
                { "link": { "rel": "messagingInvitation", "href": "/i/1" }, "type": "started",
                  "_embedded": { "messagingInvitation": { "direction": "Outgoing" } } },
                { "link": { "rel": "conversation", "href": "/v/1" }, "type": "added" },
            ] },
            { "rel": "conversation", "href": "/v/1", "events": [
                { "link": { "rel": "participant", "href": "/p/1", "title": "Alice" },
                  "type": "added", "in": { "rel": "typingParticipants", "href": "/t" } },
                { "link": { "rel": "message", "href": "/m/2" }, "type": "completed",
                  "status": "Failure",
                  "reason": { "code": "RemoteFailure", "subcode": "Unreachable" } },
                { "link": { "rel": "localParticipant", "href": "/p/0" }, "type": "updated",
                  "_embedded": { "localParticipant": { "rel": "participant", "name": "Me" } } },
                { "link": { "rel": "participant", "href": "/p/1" }, "type": "deleted" },
            ] },
        ],
    })
}

/// Rel, type, status and collection of every event, in order.
fn triples(package: &Package) -> Vec<String> {
    let events = package.senders.iter().flat_map(|it| &it.events);
    events
        .map(|it| {
            let status = match it.status {
                Some(Status::Success) => " Success",
                Some(Status::Failure) => " Failure",
                None => "",
            };
            let within = it.within.as_ref().map(|it| format!(" in {}", it.rel));
            format!("{} {}{status}{}", it.link.rel, it.kind.as_str(), within.unwrap_or_default())
        })
        .collect()
}

const EXPECTED: [&str; 6] = [
    "messagingInvitation started",
    "conversation added",
    "participant added in typingParticipants",
    "message completed Failure",
    "localParticipant updated",
    "participant deleted",
];

#[test]
fn dto_14_events_are_read_with_kind_status_and_collection_in_every_dialect() {
    let plain = Package::read(&package()).expect("a package");
    assert_eq!(triples(&plain), EXPECTED);
    assert_eq!(plain.continuation, Some(Continuation::Next("/e?ack=2".into())));
    for dialect in [Dialect::Ucwa, Dialect::Service, Dialect::Saas] {
        let written = plain.write(dialect);
        assert_eq!(Package::read(&written).as_ref(), Some(&plain));
    }
    let conversation = &plain.senders[1];
    assert_eq!((conversation.rel.as_str(), conversation.href.as_str()), ("conversation", "/v/1"));
    let failed = &conversation.events[1];
    assert!(failed.reason.as_ref().expect("a reason").is("Unreachable"));
    // The key of `_embedded` counts, not what the body calls itself (row A28).
    let local = conversation.events[2].resource.as_ref().expect("embedded");
    assert_eq!(local.text("name"), Some("Me"));
}

#[test]
fn dto_07_unknown_kinds_and_events_without_a_link_are_no_error() {
    let value = json!({
        "_links": { "next": { "href": "/e?ack=2" }, "unknown": 7 },
        "sender": [7, { "no": "rel" }, { "rel": "me", "events": [
            7, {}, { "link": { "rel": "me", "href": "/me" }, "type": "sublimated" },
        ] }],
    });
    let package = Package::read(&value).expect("a package");
    assert_eq!(package.senders.len(), 1);
    let kinds: Vec<_> = package.senders[0].events.iter().map(|it| it.kind.clone()).collect();
    assert_eq!(kinds, [EventKind::Other("sublimated".into())]);
}

#[test]
fn dto_12_a_literal_escape_in_an_event_becomes_an_ampersand() {
    let text = r#"{"_links":{"next":{"href":"/e?a\\u0026b"}},"sender":[{"rel":"conversation","href":"/v",
        "events":[{"link":{"rel":"message","href":"/m?x=1\\u0026y=2"},"type":"started"}]}]}"#;
    let value: Value = serde_json::from_str(text).expect("JSON");
    let package = Package::read(&value).expect("a package");
    assert_eq!(package.continuation, Some(Continuation::Next("/e?a&b".into())));
    assert_eq!(package.senders[0].events[0].link.href, "/m?x=1&y=2");
}

#[test]
fn a_timeout_is_links_only_and_a_keep_alive_has_no_senders() {
    let timeout = Package {
        this: "/e?ack=3".into(),
        continuation: Some(Continuation::Next("/e?ack=4".into())),
        senders: vec![],
        base_uri: None,
    };
    let written = timeout.write(Dialect::Ucwa);
    assert!(written.get("sender").is_none());
    assert_eq!(Package::read(&written), Some(timeout));
    let keep_alive = Package::read(&json!({ "_links": {}, "sender": [] })).expect("a package");
    assert!(keep_alive.senders.is_empty());
    assert_eq!(Package::read(&json!([])), None);
}

#[test]
fn resync_goes_before_resume_goes_before_next() {
    let link = |name: &str| json!({ "href": format!("/{name}") });
    let mut links = json!({ "next": link("next"), "resume": link("resume") });
    let read =
        |links: &Value| Package::read(&json!({ "_links": links })).and_then(|it| it.continuation);
    assert_eq!(read(&links), Some(Continuation::Resume("/resume".into())));
    links["resync"] = link("resync");
    assert_eq!(read(&links), Some(Continuation::Resync("/resync".into())));
    assert_eq!(read(&json!({})), None);
}

#[test]
fn the_base_of_a_webhook_is_read_and_written() {
    let mut value = package();
    value["baseuri"] = json!("https://p.example/platformservice");
    let package = Package::read(&value).expect("a package");
    assert_eq!(package.base_uri.as_deref(), Some("https://p.example/platformservice"));
    assert_eq!(package.write(Dialect::Service)["baseuri"], value["baseuri"]);
}

#[test]
fn row_a27_links_of_a_package_may_stand_in_arrays() {
    let value = json!({
        "_links": { "self": [{ "href": "/e?ack=1" }], "next": [{ "href": "/e?ack=2" }] },
        "sender": [{ "rel": "conversation", "href": "/v/1", "events": [{
            "link": [{ "rel": "message", "href": "/m/2" }], "type": "completed",
            "in": [{ "rel": "conversation", "href": "/v/1" }],
            "_embedded": { "message": [{ "direction": "Incoming" }] },
        }] }],
    });
    let package = Package::read(&value).expect("a package");
    assert_eq!(package.continuation, Some(Continuation::Next("/e?ack=2".into())));
    assert_eq!(triples(&package), ["message completed in conversation"]);
    let resource = package.senders[0].events[0].resource.as_ref();
    assert_eq!(resource.and_then(|it| it.text("direction")), Some("Incoming"));
}

#[test]
fn row_a38_an_address_escaped_twice_is_read_wherever_it_stands() {
    let twice = "/v/1?a=b\\u0026c=d";
    let value = json!({
        "_links": { "next": { "href": twice } },
        "sender": [{ "rel": "conversation", "href": twice, "events": [
            { "link": { "rel": "message", "href": twice }, "type": "completed", "in": { "rel": "x", "href": twice } },
        ] }],
    });
    let package = Package::read(&value).expect("a package");
    let once = "/v/1?a=b&c=d";
    assert_eq!(package.continuation, Some(Continuation::Next(once.into())));
    let sender = &package.senders[0];
    assert_eq!((sender.href.as_str(), sender.events[0].link.href.as_str()), (once, once));
    assert_eq!(sender.events[0].within.as_ref().map(|it| it.href.as_str()), Some(once));
}
