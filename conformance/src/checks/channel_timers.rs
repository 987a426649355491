//! UCW-12 to UCW-15: what the clocks of the event channel do (`protocol.md` §3.2, §3.4).

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::channel::{answered, parks_now};
use crate::chat::{Chat, uri_of};
use crate::desk::Desk;
use crate::http::{link, with_query};
use crate::limits::{LOOK_AGAIN_MS, TIMER_EARLY_MS, TIMER_SLACK_MS};
use crate::member::{Member, events, is, kind_of, next, package};
use crate::outcome::{Outcome, SetUp as _, expect, failed};
use crate::scope::Scope;

/// Judges how long something was held, with slack for the two ends' clocks and a slow way.
fn held(began: Instant, wanted_s: u64, what: &str) -> Outcome {
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let range =
        (wanted_s * 1_000).saturating_sub(TIMER_EARLY_MS)..=wanted_s * 1_000 + TIMER_SLACK_MS;
    expect(
        range.contains(&ms),
        format!("{what} after about {wanted_s} s"),
        format!("after {ms} ms"),
    )
}

/// UCW-12.
pub(super) async fn empties(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    let wait_s = scope.timers().poll_min_s;
    scope.step(&format!("GET events with timeout={wait_s}; nothing happens"));
    let href = with_query(&visitor.events, "timeout", &wait_s.to_string());
    let began = Instant::now();
    let reply = visitor.caller.poll(&href).await?;
    held(began, wait_s, "an empty package")?;
    let empty = package(&reply)?;
    let is_empty = empty.senders.is_empty();
    expect(is_empty, "a package of links only", reply.seen())?;
    scope.step("GET next: the channel goes on");
    let on = next(&empty)?;
    let mut poll = pin!(visitor.caller.poll(&on));
    parks_now(&mut poll, "the request after an empty package").await?;
    visitor.call(&scope, &scope.name("op")).await?.is_success().set_up("the visitor calls")?;
    let full = package(&answered(&mut poll, "the request after an empty package").await?)?;
    expect(!full.senders.is_empty(), "events in the package after", "none")
}

/// UCW-13. That nothing of low priority exists in a chat is why `low` is judged by its effect on
/// nothing: it is accepted and raised with the others.
pub(super) async fn clamps(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    let (poll_s, hold_s) = (scope.timers().poll_min_s, scope.timers().hold_min_s);
    scope.step("GET events with low=0 and timeout=0, below both ranges");
    let href = with_query(&with_query(&visitor.events, "low", "0"), "timeout", "0");
    let began = Instant::now();
    let reply = visitor.caller.poll(&href).await?;
    reply.has_status(&[200])?;
    held(began, poll_s, "an empty package")?;
    if scope.settings().agents.is_empty() {
        scope.step("medium is not judged: that needs an agent");
        return Ok(());
    }
    let agent = Member::lurker(&scope, 0, "a").await?;
    scope.step("an agent becomes available; GET events with medium=0, below its range");
    let href = with_query(&agent.events, "medium", "0");
    let available = link(agent.part("me")?, "makeMeAvailable")?;
    let mut poll = pin!(agent.caller.poll(&href));
    parks_now(&mut poll, "the agent's request for events").await?;
    let began = Instant::now();
    let body = json!({ "supportedModalities": ["Messaging"] });
    agent
        .caller
        .post(&available, &body)
        .await?
        .is_success()
        .set_up("an agent becomes available")?;
    let limit = Duration::from_millis(hold_s * 1_000 + TIMER_SLACK_MS);
    let Ok(reply) = tokio::time::timeout(limit, poll).await else {
        return failed("events of medium priority are released", format!("not within {limit:?}"));
    };
    held(began, hold_s, "events of medium priority")?;
    let came = events(&package(&reply?)?);
    expect(!came.is_empty(), "events of medium priority", "an empty package")
}

/// UCW-14.
pub(super) async fn releases_at_once(scope: Arc<Scope>) -> Outcome {
    scope.agent(0)?;
    let chat = Chat::open(&scope, "s").await?;
    let mut agent = Member::lurker(&scope, 0, "a").await?;
    // What is of medium priority alone would wait for a minute.
    agent.events = with_query(&agent.events, "medium", "60");
    let agent = agent.listens_when_available().await?;
    let uri = uri_of(&agent)?;
    chat.filter(&uri, "Agent", "Disabled").await?.is_success().set_up("the agent is bridged")?;
    chat.admit(&scope, &agent, "s").await.set_up("an agent joins")?;
    scope.step("the agent's presence changes; the visitor writes");
    let me = agent.read(&link(agent.part("me")?, "self")?).await?;
    let presence = link(&me, "presence")?;
    let from = agent.mark();
    let reply = agent.caller.post(&presence, &json!({ "availability": "Busy" })).await?;
    reply.is_success()?;
    let text = scope.name("text");
    let send = link(&chat.messaging, "sendMessage")?;
    chat.call.visitor.caller.say(&send, &text).await?.is_success()?;
    agent.texts_until(from, &text).await?;
    let came = agent.events_from(from);
    let place = |rel: &str, kind: &str| came.iter().position(|it| is(it, rel, kind));
    let message = place("message", "completed").or_else(|| place("message", "started"));
    let presence = place("presence", "updated");
    let order: Vec<String> = came.iter().map(kind_of).collect();
    let expected = "presence updated at once, before the message";
    let holds = matches!((presence, message), (Some(first), Some(second)) if first < second);
    expect(holds, expected, order.join(", "))
}

/// UCW-15.
pub(super) async fn expires(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    let here = link(&visitor.application, "self")?;
    let wait_s = scope.timers().inactivity_s;
    scope.step(&format!("nobody asks for events for {wait_s} s"));
    let began = Instant::now();
    loop {
        tokio::time::sleep(Duration::from_millis(LOOK_AGAIN_MS)).await;
        let reply = visitor.caller.get(&here).await?;
        if reply.status != 200 {
            reply.refused(410, "Gone", "InactiveApplicationExpired")?;
            held(began, wait_s, "an application nobody polls is over")?;
            break;
        }
        let late = Duration::from_millis(wait_s * 1_000 + TIMER_SLACK_MS);
        expect(began.elapsed() < late, format!("410 after {wait_s} s"), reply.seen())?;
    }
    let reply = visitor.caller.poll(&visitor.events).await?;
    reply.refused(410, "Gone", "InactiveApplicationExpired")
}
