//! UCW-18 to UCW-22: starting, talking, typing, waiting in vain (`protocol.md` §2B.3 to §2B.7).

use std::sync::Arc;

use shared::{Event, Resource, Status};

use crate::chat::{Call, Chat};
use crate::desk::Desk;
use crate::http::{link, with_query};
use crate::limits::{EVENT_MS_MAX, TIMER_EARLY_MS, TIMER_SLACK_MS};
use crate::member::{Member, is, kind_of, text_of};
use crate::outcome::{Outcome, SetUp as _, expect, expect_eq};
use crate::scope::Scope;

/// The events of §2B.7 from the call to its acceptance, in order; others may stand between them.
const CANONICAL: [&str; 9] = [
    "messagingInvitation started",
    "conversation added",
    "localParticipant added",
    "messaging updated",
    "conversation updated",
    "participant added",
    "participantMessaging added",
    "messaging updated",
    "messagingInvitation completed",
];

/// UCW-18.
pub(super) async fn starts(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::visitor(&scope, &desk, "s").await?;
    scope.step("POST startMessaging");
    let name = scope.name("calls");
    let reply = visitor.call(&scope, &name).await?;
    reply.created()?;
    expect_eq("the body of the 201", &reply.text.as_str(), &"")?;
    scope.step("another visitor's call is accepted; its events are judged");
    let chat = Chat::open(&scope, "b").await?;
    let visitor = &chat.call.visitor;
    let told = visitor.events_from(0);
    let kinds: Vec<String> =
        told.iter().map(|it| kind_of(it).replace(" in participant", "")).collect();
    let mut wanted = CANONICAL.iter();
    let mut missing = wanted.next();
    for kind in &kinds {
        let plain = kind.split(" in ").next().unwrap_or_default();
        if missing.is_some_and(|it| *it == plain) {
            missing = wanted.next();
        }
    }
    let expected = format!("in this order: {}", CANONICAL.join(", "));
    expect(missing.is_none(), expected, kinds.join(", "))?;
    let done = |it: &Event| is(it, "messagingInvitation", "completed");
    let done = visitor.until("messagingInvitation completed", 0, done).await?;
    expect_eq("status of the completed invitation", &done.status, &Some(Status::Success))?;
    let operation = scope.name("callb");
    for kind in ["started", "completed"] {
        let is_it = |it: &Event| is(it, "messagingInvitation", kind);
        let event = visitor.until("the invitation", 0, is_it).await?;
        let invitation = visitor.resource(&event).await?;
        let what = format!("operationId of messagingInvitation {kind}");
        expect_eq(&what, &invitation.text("operationId"), &Some(&operation))?;
    }
    Ok(())
}

/// Judges which links stand in messaging.
fn offers_exactly(messaging: &Resource, there: &[&str], absent: &[&str]) -> Outcome {
    let state = messaging.text("state").unwrap_or_default();
    let seen = format!("{:?}", messaging.links.keys().collect::<Vec<_>>());
    for rel in there {
        let expected = format!("a link {rel} in messaging {state}");
        expect(messaging.href(rel).is_some(), expected, seen.clone())?;
    }
    for rel in absent {
        let expected = format!("no link {rel} in messaging {state}");
        expect(messaging.href(rel).is_none(), expected, seen.clone())?;
    }
    Ok(())
}

const TALKING: [&str; 4] = ["sendMessage", "setIsTyping", "typingParticipants", "stopMessaging"];

/// UCW-19.
pub(super) async fn offers(scope: Arc<Scope>) -> Outcome {
    scope.agent(0)?;
    let chat = Chat::open(&scope, "s").await?;
    scope.step("the visitor's messaging, Connected");
    let messaging = chat.call.visitor.read(&link(&chat.messaging, "self")?).await?;
    expect_eq("the visitor's messaging.state", &messaging.text("state"), &Some("Connected"))?;
    offers_exactly(&messaging, &TALKING, &["addMessaging"])?;
    let agent = Member::agent(&scope, 0, "a").await?;
    let seat = chat.admit(&scope, &agent, "s").await.set_up("an agent joins")?;
    scope.step("an agent's messaging, Disconnected, then Connected");
    expect_eq(
        "the agent's first messaging.state",
        &seat.before.text("state"),
        &Some("Disconnected"),
    )?;
    offers_exactly(&seat.before, &["addMessaging"], &TALKING)?;
    offers_exactly(&seat.messaging, &TALKING, &["addMessaging"])
}

/// UCW-20.
pub(super) async fn delivers(scope: Arc<Scope>) -> Outcome {
    let mut chat = Chat::open(&scope, "s").await?;
    scope.step("the visitor writes");
    let text = scope.name("text");
    let send = link(&chat.messaging, "sendMessage")?;
    let send = with_query(&send, "operationId", &scope.name("op"));
    let (from, hooks) = (chat.call.visitor.mark(), chat.call.pair.mark());
    let reply = chat.call.visitor.caller.say(&send, &text).await?;
    let location = reply.created()?;
    let path = location.split('?').next().unwrap_or_default().to_ascii_lowercase();
    expect(path.ends_with("/messages/2"), "…/messages/2 for the first message", location)?;
    let own = |it: &Event| is(it, "message", "completed");
    let told = chat.call.visitor.until("message completed", from, own).await?;
    expect_eq("status of the sent message", &told.status, &Some(Status::Success))?;
    scope.step("the other side hears of it");
    let incoming = |it: &Event| {
        it.link.rel == "message"
            && it.resource.as_ref().is_some_and(|it| it.text("direction") == Some("Incoming"))
    };
    let (event, _) = chat.call.pair.until("an incoming message", hooks, incoming).await?;
    let message = chat.call.resource(&event).await?;
    expect_eq("the text of the incoming message", &text_of(&message)?, &text)?;
    let title = message.link_of("participant").and_then(|it| it.title.clone());
    let seen = format!("{:?}", message.link_of("participant"));
    expect(title.is_some_and(|it| !it.is_empty()), "a link participant with a title", seen)
}

fn is_typing(event: &Event, kind: &str) -> bool {
    let within = event.within.as_ref().is_some_and(|it| it.rel == "typingParticipants");
    is(event, "participant", kind) && within
}

/// UCW-21.
pub(super) async fn shows_typing(scope: Arc<Scope>) -> Outcome {
    let chat = Chat::open(&scope, "s").await?;
    let own = chat.call.own_side().await.set_up("the service application reads its side")?;
    let desk = &chat.call.caller;
    let messaging = desk.get(&link(&own, "messaging")?).await?.resource();
    let messaging = messaging.set_up("the service application reads its messaging")?;
    let (typing, send) = (link(&messaging, "setIsTyping")?, link(&messaging, "sendMessage")?);
    let visitor = &chat.call.visitor;
    scope.step("the other side types, then writes");
    let from = visitor.mark();
    desk.act(&typing).await?.has_status(&[204])?;
    let began = |it: &Event| is_typing(it, "added");
    let ended = |it: &Event| is_typing(it, "deleted");
    let added = "participant added in typingParticipants";
    let deleted = "participant deleted in typingParticipants";
    visitor.until(added, from, began).await?;
    desk.say(&send, "done").await?.is_success().set_up("the other side writes")?;
    let until_ms = scope.timers().typing_s * 1_000;
    visitor.until(deleted, from, ended).await?;
    scope.step("the other side types and does not write");
    let from = visitor.mark();
    let start = tokio::time::Instant::now();
    desk.act(&typing).await?.has_status(&[204])?;
    visitor.until(added, from, began).await?;
    visitor.until_within(deleted, from, until_ms + TIMER_SLACK_MS, ended).await?;
    let ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let expected = format!("typing shown for about {until_ms} ms");
    expect(ms + TIMER_EARLY_MS >= until_ms, expected, format!("{ms} ms"))
}

/// UCW-22.
pub(super) async fn fails_unanswered(scope: Arc<Scope>) -> Outcome {
    let call = Call::place(&scope, "s").await?;
    let wait_s = scope.timers().invitation_s;
    scope.step(&format!("nobody answers for {wait_s} s"));
    let limit_ms = wait_s * 1_000 + TIMER_SLACK_MS.max(EVENT_MS_MAX);
    let done = |it: &Event| is(it, "messagingInvitation", "completed");
    let what = "messagingInvitation completed";
    let event = call.visitor.until_within(what, 0, limit_ms, done).await?;
    expect_eq("status of the invitation", &event.status, &Some(Status::Failure))?;
    expect(event.reason.is_some(), "a reason on the completed event", "none")
}
