//! Ways in which a platform can be wrong, and the checks that have to say so.

use axum::http::header;
use conformance::Report;
use serde_json::{Value, json};

use crate::proxy::{Edits, Memory, Passing, Proxy};
use crate::stage::{Stage, free_port};

/// One way to be wrong.
struct Fault {
    name: &'static str,
    edits: Edits,
    /// The checks that have to fail, and the only ones that may.
    reported_by: &'static [&'static str],
}

/// Waiting for timers is not what these faults are about.
const SLOW: [&str; 4] = ["UCW-12", "UCW-13", "UCW-15", "UCW-22"];

const fn answer(edit: fn(&mut Passing, &mut Memory)) -> Edits {
    Edits { request: None, answer: Some(edit) }
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "what was made is not located",
        edits: answer(|it, _| drop(it.headers.remove(header::LOCATION))),
        reported_by: &["TAP-12", "UCW-18", "UCW-20"],
    },
    Fault {
        name: "a page may not read its answers",
        edits: answer(|it, _| drop(it.headers.remove(header::ACCESS_CONTROL_ALLOW_ORIGIN))),
        reported_by: &["UCW-04"],
    },
    Fault {
        name: "the request's id is not echoed",
        edits: answer(|it, _| drop(it.headers.remove("client-request-id"))),
        reported_by: &["TAP-02"],
    },
    Fault {
        name: "a token says another expiry than it has",
        edits: answer(|it, _| {
            if it.json.get("expiryTime").is_some() {
                it.json["expiryTime"] = json!("2020-02-20T20:20:20.000Z");
            }
        }),
        reported_by: &["TAP-06"],
    },
    Fault {
        name: "the discover link is encoded once",
        edits: answer(|it, _| {
            let link = it.json.pointer_mut("/_links/service:discover/href");
            if let Some(link) = link {
                *link = json!(link.as_str().unwrap_or_default().replace("%253d", "%3d"));
            }
        }),
        reported_by: &["TAP-07"],
    },
    Fault {
        name: "an application hides what it can do",
        edits: answer(|it, _| {
            if let Some(embedded) = it.json.get_mut("_embedded").and_then(Value::as_object_mut) {
                embedded.remove("service:adhocMeetings");
            }
        }),
        reported_by: &["TAP-04"],
    },
    Fault {
        name: "a package does not say where to go on",
        edits: answer(|it, _| {
            if is_package(it) {
                links(it).map(|it| it.remove("next"));
            }
        }),
        reported_by: &["UCW-07"],
    },
    Fault {
        name: "events come in another order",
        edits: answer(|it, _| {
            let senders = it.json.get_mut("sender").and_then(Value::as_array_mut);
            for sender in senders.into_iter().flatten() {
                if let Some(events) = sender["events"].as_array_mut() {
                    events.reverse();
                }
            }
            if let Some(senders) = it.json.get_mut("sender").and_then(Value::as_array_mut) {
                senders.reverse();
            }
        }),
        reported_by: &["UCW-14", "UCW-18"],
    },
    Fault {
        name: "a message comes twice",
        edits: answer(|it, _| {
            let senders = it.json.get_mut("sender").and_then(Value::as_array_mut);
            for sender in senders.into_iter().flatten() {
                let Some(events) = sender["events"].as_array_mut() else { continue };
                let messages = events.iter().filter(|it| it["link"]["rel"] == "message");
                let again: Vec<Value> = messages.cloned().collect();
                events.extend(again);
            }
        }),
        reported_by: &["TAP-15", "TAP-16"],
    },
    Fault {
        name: "a package that was lost does not come again",
        edits: answer(|it, memory| {
            if is_package(it) && !memory.told.insert(it.target.clone()) {
                forget(&mut it.json, "sender");
            }
        }),
        reported_by: &["UCW-10", "UCW-11"],
    },
    Fault {
        name: "a wrong ack is answered like a right one",
        edits: answer(|it, _| {
            if let Some(links) = links(it)
                && let Some(href) = links.remove("resync")
            {
                links.insert("next".to_owned(), href);
            }
        }),
        reported_by: &["UCW-10"],
    },
    Fault {
        name: "an older request for events ends as if nothing had happened",
        edits: answer(|it, _| {
            if it.json["subcode"] == "PGetReplaced" {
                (it.status, it.json) = (200, json!({ "_links": {} }));
            }
        }),
        reported_by: &["UCW-08"],
    },
    Fault {
        name: "a conversation that started is 200 and not 201",
        edits: answer(|it, _| {
            let is_start =
                it.target.contains("/psanon/") && it.target.contains("messaginginvitations");
            if it.method == "POST" && is_start && it.status == 201 {
                it.status = 200;
            }
        }),
        reported_by: &["UCW-18"],
    },
    Fault {
        name: "messages can be sent where nobody listens",
        edits: answer(|it, _| offer_sending(&mut it.json)),
        reported_by: &["UCW-19"],
    },
    Fault {
        name: "filters do not filter",
        edits: Edits {
            request: Some(|body| {
                if body["messageFilterState"] == "Enabled" {
                    body["messageFilterState"] = json!("Disabled");
                }
            }),
            answer: None,
        },
        reported_by: &["TAP-15", "TAP-16"],
    },
];

/// Whether it is an event package that tells something.
fn is_package(it: &Passing) -> bool {
    it.json.get("sender").is_some()
}

fn links(it: &mut Passing) -> Option<&mut serde_json::Map<String, Value>> {
    it.json.get_mut("_links").and_then(Value::as_object_mut)
}

fn forget(json: &mut Value, name: &str) {
    if let Some(object) = json.as_object_mut() {
        object.remove(name);
    }
}

/// Every messaging that is not connected offers to send all the same.
fn offer_sending(json: &mut Value) {
    match json {
        Value::Object(object) => {
            let is_silent = object.get("rel") == Some(&json!("messaging"))
                && object.get("state") == Some(&json!("Disconnected"));
            if is_silent && let Some(links) = object.get_mut("_links") {
                links["sendMessage"] = links["self"].clone();
            }
            object.values_mut().for_each(offer_sending);
        }
        Value::Array(items) => items.iter_mut().for_each(offer_sending),
        _ => {}
    }
}

/// Runs the checks without a fault, then with each.
pub(crate) async fn each_is_reported() {
    let own_port = free_port();
    let proxy = Proxy::listen(own_port).await;
    let stage = Stage::open(Some((own_port, proxy.port))).await;
    let ids: Vec<&str> = conformance::all().iter().map(|it| it.id).collect();
    let quick: Vec<&str> = ids.into_iter().filter(|it| !SLOW.contains(it)).collect();
    let check = async |number: usize| {
        let settings = stage.settings(&format!("f{number}x"), &quick);
        conformance::run(settings).await.expect("the settings are fine")
    };
    let report = check(0).await;
    assert_eq!(report.count("pass"), quick.len(), "without a fault: {}", report.text());
    let mut wrong: Vec<String> = Vec::new();
    for (number, fault) in FAULTS.iter().enumerate() {
        proxy.set(fault.edits);
        let report = check(number + 1).await;
        judge(fault, &report, &mut wrong);
    }
    assert!(FAULTS.len() >= 10);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn judge(fault: &Fault, report: &Report, wrong: &mut Vec<String>) {
    let failed = report.ids("fail");
    if failed != fault.reported_by || report.is_fine() {
        let expected = fault.reported_by;
        wrong.push(format!("{}: expected {expected:?}, failed {failed:?}", fault.name));
        let row =
            report.rows.iter().find(|it| failed.contains(&it.id) != expected.contains(&it.id));
        wrong.push(format!("  {:?}", row.map(|it| (it.id, &it.verdict, &it.transcript))));
    }
}
