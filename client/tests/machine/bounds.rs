//! Invariant 8 on the client's side: a server that never stops telling cannot fill the memory.

use client::session::{Command, Session};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::mutate::{changed, changes};
use crate::talk::{self, Talk, event, incoming, sender, tells_c1};

/// What the machine keeps at most; the tests know these numbers, so that nobody raises them unseen.
const ITEMS_MAX: usize = 5_200;
const PARTICIPANTS_MAX: usize = 500;
const INVITATIONS_MAX: usize = 200;
const THREADS_MAX: usize = 1_000;
const INBOX_MAX: usize = 2_000;

fn snapshot(talk: &Talk) -> Value {
    serde_json::from_str(&talk.session.snapshot()).expect("JSON")
}

fn length(value: &Value) -> usize {
    value.as_array().map_or(0, Vec::len)
}

#[test]
fn invariant_8_a_conversation_keeps_its_newest_messages_and_every_unsent_one() {
    let mut talk = Talk::visitor_chatting();
    talk.says("not yet answered");
    for ack in 2..65 {
        let flood: Vec<Value> =
            (0..100).map(|it| incoming(ack * 100 + it, "Desk", "again")).collect();
        talk.tells(ack, &[tells_c1(&flood)]);
    }
    let items = &talk.chat().items;
    assert!(items.len() <= ITEMS_MAX, "{} items", items.len());
    assert!(items.iter().any(|it| it.text == "not yet answered"), "invariant 11");
    let newest = items.iter().rev().find(|it| it.text == "again").expect("the newest");
    assert!(newest.key.ends_with("/messages/6499"), "{}", newest.key);
}

#[test]
fn invariant_8_one_text_with_many_addresses_is_remembered_by_few() {
    let mut talk = Talk::visitor_chatting();
    talk.says("hello");
    let operation = talk.chat().items.last().expect("an item").operation_id.clone();
    for ack in 2..130 {
        let told: Vec<Value> = (0..100)
            .map(|it| talk::outgoing("completed", ack * 100 + it, operation.as_deref()))
            .collect();
        talk.tells(ack, &[tells_c1(&told)]);
    }
    let aliases = length(&snapshot(&talk)["threads"][0]["aliases"]);
    assert!(aliases <= 2 * ITEMS_MAX, "{aliases} addresses");
    assert_eq!(talk.chat().items.iter().filter(|it| it.text == "hello").count(), 1);
}

#[test]
fn invariant_8_members_and_typers_are_bounded() {
    let mut talk = Talk::visitor_chatting();
    let enters = |number: u32, within: Value| {
        let href = format!("/app/1/conversations/c1/participants/{number}");
        let mut out = event("added", "participant", &href, &json!({ "name": number.to_string() }));
        out["in"] = within;
        out
    };
    for ack in 2..12 {
        let typing = json!({ "rel": "typingParticipants", "href": "/t" });
        let told: Vec<Value> = (0..200)
            .flat_map(|it| {
                [enters(ack * 200 + it, Value::Null), enters(ack * 200 + it, typing.clone())]
            })
            .collect();
        talk.tells(ack, &[tells_c1(&told)]);
    }
    assert!(talk.chat().participants.len() <= PARTICIPANTS_MAX);
    assert!(talk.chat().typing.len() <= PARTICIPANTS_MAX);
}

#[test]
fn invariant_8_invitations_and_hidden_conversations_are_bounded() {
    let mut talk = Talk::agent_online();
    for ack in 1..31 {
        let told: Vec<Value> = (0..100)
            .map(|it| {
                let body = json!({
                    "direction": "Incoming", "state": "Connecting",
                    "_links": {
                        "accept": { "href": format!("/accept/{ack}-{it}") },
                        "conversation": { "href": format!("/v/{ack}-{it}") },
                    },
                });
                event("started", "onlineMeetingInvitation", &format!("/i/{ack}-{it}"), &body)
            })
            .chain((0..100).map(|it| {
                let body = json!({ "state": "Conferenced" });
                event("added", "conversation", &format!("/w/{ack}-{it}"), &body)
            }))
            .collect();
        talk.tells(ack, &[sender("communication", "/c", &told)]);
    }
    let model = talk.model();
    assert!(model.invitations.len() <= INVITATIONS_MAX, "{} invitations", model.invitations.len());
    let kept = snapshot(&talk);
    assert!(length(&kept["offers"]) <= INVITATIONS_MAX);
    assert!(length(&kept["threads"]) <= THREADS_MAX, "{} threads", length(&kept["threads"]));
    // The newest are worth more than those that nobody asked for.
    assert!(model.conversations.iter().any(|it| it.key.contains("/w/1-0")));
}

#[test]
fn invariant_8_events_that_cannot_be_folded_yet_hold_the_poll_back() {
    let mut talk = Talk::visitor_chatting();
    let bare = || event("completed", "message", "/app/1/conversations/c1/messages/9", &Value::Null);
    let mut ack = 2;
    while talk.asks().iter().any(|it| it.contains("events")) {
        let told: Vec<Value> = (0..100).map(|_| bare()).collect();
        talk.tells(ack, &[tells_c1(&told)]);
        ack += 1;
        assert!(ack < 100, "the poll goes on for ever");
    }
    let waiting = length(&snapshot(&talk)["inbox"]["sender"]);
    assert!(waiting <= INBOX_MAX + 100, "{waiting} events wait");
    talk.waits(60_000);
    let message = incoming(9, "Desk", "at last")["_embedded"]["message"].clone();
    while let Some(name) = talk.asks().into_iter().find(|it| it.contains("/messages/9")) {
        talk.gets(&name, 200, &message);
    }
    assert!(talk.asks().iter().any(|it| it.contains("events")), "{:?}", talk.asks());
    assert_eq!(talk.chat().items.iter().filter(|it| it.text == "at last").count(), 1);
}

/// Good packages of a conversation, to be changed.
fn packages() -> Vec<Value> {
    let operation = json!("op");
    let invitation = json!({
        "direction": "Incoming", "state": "Connecting", "onlineMeetingUri": "sip:m", "subject": "s",
        "_links": {
            "accept": { "href": "/accept" }, "decline": { "href": "/decline" },
            "from": { "href": "/f", "title": "Vera" }, "message": { "href": "data:text/plain,hi" },
            "conversation": { "href": "/app/1/conversations/c1" },
        },
        "_embedded": { "from": { "name": "Vera", "uri": "sip:v@t" } },
    });
    let invited = event("started", "onlineMeetingInvitation", "/i/1", &invitation);
    let member = json!({ "name": "Alice", "uri": "sip:a@t", "_links": {} });
    [
        vec![talk::started(&operation), talk::connected("c1")],
        vec![sender("communication", "/c", &[invited])],
        vec![tells_c1(&[incoming(3, "Desk", "<b>hello</b>"), talk::outgoing("completed", 4, Some("x"))])],
        vec![tells_c1(&[
            event("added", "participant", "/p/1", &member),
            event("updated", "localParticipant", "/p/0", &member),
            event("added", "onlineMeeting", "/o/1", &json!({ "onlineMeetingUri": "sip:m" })),
            event("deleted", "participant", "/p/1", &Value::Null),
        ])],
        vec![talk::disconnected()],
        vec![sender("communication", "/c", &[event("deleted", "conversation", "/app/1/conversations/c1", &Value::Null)])],
        vec![sender("me", "/me", &[event("updated", "me", "/me", &json!({ "_links": { "self": { "href": "/me" } } }))])],
    ]
    .into_iter()
    .map(|senders| json!({ "_links": { "next": { "href": "/app/1/events?ack=2" } }, "sender": senders }))
    .collect()
}

fn cases() -> ProptestConfig {
    let given = ProptestConfig::default();
    ProptestConfig { cases: given.cases.max(400), ..given }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn invariant_8_no_changed_package_is_worth_a_panic_and_what_is_kept_stays_small(
        is_agent in any::<bool>(),
        script in prop::collection::vec((any::<prop::sample::Index>(), changes(), 0_u8..4), 1..12),
    ) {
        let mut talk = if is_agent { Talk::agent_online() } else { Talk::visitor_chatting() };
        let packages = packages();
        for (which, changes, then) in script {
            let package = changed(which.get(&packages), &changes);
            let Some(poll) = talk.asks().into_iter().find(|it| it.contains("events")) else { break };
            talk.gets(&poll, 200, &package);
            match then {
                0 => talk.says("x"),
                1 => talk.waits(10_000),
                2 => {
                    if let Some(name) = talk.asks().into_iter().find(|it| !it.contains("events")) {
                        talk.gets(&name, 200, &package);
                    }
                }
                _ => {
                    let key = talk.model().invitations.first().map(|it| it.key.clone());
                    talk.does(Command::Accept { invitation: key.unwrap_or_default() });
                }
            }
        }
        let snapshot = talk.session.snapshot();
        prop_assert!(snapshot.len() < 2_000_000, "{} bytes", snapshot.len());
        let start = if is_agent { talk::agent("") } else { talk::visitor() };
        let restored = Session::restore(start, 5, &snapshot);
        let restored = restored.ok_or_else(|| TestCaseError::fail("its own snapshot is not read"))?;
        prop_assert_eq!(restored.model().conversations.len(), talk.model().conversations.len());
    }
}
