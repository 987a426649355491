//! UCW-07 to UCW-11 and UCW-16: the event channel (`protocol.md` §3.1 to §3.3).

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use shared::{Continuation, Package};

use crate::desk::Desk;
use crate::http::{Reply, link, query_of, with_query};
use crate::limits::{EVENT_MS_MAX, PARKED_MS};
use crate::member::{Member, events, kind_of, next, package};
use crate::outcome::{Outcome, SetUp as _, expect, expect_eq, failed};
use crate::scope::Scope;

/// Waits until a request for events counts as parked.
pub(super) async fn parks_now<F: Future<Output = Outcome<Reply>>>(
    poll: &mut Pin<&mut F>,
    what: &str,
) -> Outcome {
    match tokio::time::timeout(Duration::from_millis(PARKED_MS), poll.as_mut()).await {
        Err(_) => Ok(()),
        Ok(reply) => failed(format!("{what} waits for events"), reply?.seen()),
    }
}

/// What a request for events is answered with, soon.
pub(super) async fn answered<F: Future<Output = Outcome<Reply>>>(
    poll: &mut Pin<&mut F>,
    what: &str,
) -> Outcome<Reply> {
    let limit = Duration::from_millis(EVENT_MS_MAX);
    match tokio::time::timeout(limit, poll.as_mut()).await {
        Ok(reply) => reply,
        Err(_) => failed(format!("{what} is answered"), format!("not within {EVENT_MS_MAX} ms")),
    }
}

async fn visitor(scope: &Arc<Scope>) -> Outcome<Member> {
    let desk = Desk::open(scope).await?;
    Member::quiet_visitor(scope, &desk, "s").await
}

/// Something happens: the visitor calls.
async fn happens(scope: &Scope, visitor: &Member, what: &str) -> Outcome {
    scope.step("something happens: the visitor calls");
    let reply = visitor.call(scope, &scope.name(what)).await;
    reply.and_then(|it| it.is_success()).set_up("the visitor calls")
}

fn number(href: &str, what: &str) -> Outcome<u64> {
    match query_of(href, "ack").and_then(|it| it.parse().ok()) {
        Some(number) => Ok(number),
        None => failed(format!("{what} with ack=N"), href.to_owned()),
    }
}

/// UCW-07.
pub(super) async fn parks(scope: Arc<Scope>) -> Outcome {
    let visitor = visitor(&scope).await?;
    scope.step("GET events");
    let mut poll = pin!(visitor.caller.poll(&visitor.events));
    parks_now(&mut poll, "the first request for events").await?;
    happens(&scope, &visitor, "op").await?;
    let package = package(&answered(&mut poll, "the first request for events").await?)?;
    expect(!package.senders.is_empty(), "events in the package", "none")?;
    let own = number(&package.this, "the package's self link")?;
    let next = next(&package)?;
    expect_eq("ack in the next link", &number(&next, "the next link")?, &(own + 1))?;
    expect_eq("ack in the self link", &own, &number(&visitor.events, "the events link")?)
}

/// UCW-08.
pub(super) async fn replaces(scope: Arc<Scope>) -> Outcome {
    let visitor = visitor(&scope).await?;
    scope.step("GET events twice with the same ack");
    let mut first = pin!(visitor.caller.poll(&visitor.events));
    parks_now(&mut first, "the first request for events").await?;
    let mut second = pin!(visitor.caller.poll(&visitor.events));
    parks_now(&mut second, "the second request for events").await?;
    let reply = answered(&mut first, "the first request for events").await?;
    reply.refused(409, "Conflict", "PGetReplaced")?;
    happens(&scope, &visitor, "op").await?;
    let came = package(&answered(&mut second, "the second request for events").await?)?;
    expect(!came.senders.is_empty(), "events for the second request", "none")
}

/// UCW-09.
pub(super) async fn keeps_higher_priority(scope: Arc<Scope>) -> Outcome {
    let visitor = visitor(&scope).await?;
    scope.step("GET events with priority 5, then with priority 1");
    let high = with_query(&visitor.events, "priority", "5");
    let low = with_query(&visitor.events, "priority", "1");
    let mut first = pin!(visitor.caller.poll(&high));
    parks_now(&mut first, "the request of priority 5").await?;
    let mut second = pin!(visitor.caller.poll(&low));
    // What the newcomer is answered no source says (A20); whether it is, neither.
    let _ = tokio::time::timeout(Duration::from_millis(PARKED_MS), second.as_mut()).await;
    parks_now(&mut first, "the request of priority 5, after one of priority 1,").await?;
    happens(&scope, &visitor, "op").await?;
    let came = package(&answered(&mut first, "the request of priority 5").await?)?;
    expect(!came.senders.is_empty(), "events for the request of priority 5", "none")
}

/// The only link of an answer to a wrong ack.
fn resync(reply: &Reply) -> Outcome<String> {
    let package = package(reply)?;
    let links = reply.json()["_links"].as_object().map_or(0, serde_json::Map::len);
    match package.continuation {
        Some(Continuation::Resync(href)) if links == 1 && package.senders.is_empty() => Ok(href),
        _ => failed("only a resync link", reply.seen()),
    }
}

/// UCW-10.
pub(super) async fn resyncs(scope: Arc<Scope>) -> Outcome {
    let visitor = visitor(&scope).await?;
    let link = visitor.events.clone();
    happens(&scope, &visitor, "op1").await?;
    scope.step("GET events: the first package");
    let first = visitor.caller.poll(&link).await?;
    let on = next(&package(&first)?).set_up("a package says where to go on")?;
    let far = number(&link, "the events link")? + 90;
    scope.step("GET events with an ack that is too high");
    let too_high = visitor.caller.poll(&with_query(&link, "ack", &far.to_string())).await?;
    let again = visitor.caller.poll(&resync(&too_high)?).await?;
    same(&package(&first)?, &package(&again)?, "the package behind the resync link")?;
    scope.step("GET the next package, which acknowledges the first");
    happens(&scope, &visitor, "op2").await?;
    let second = visitor.caller.poll(&on).await?;
    let second = package(&second)?;
    expect(!second.senders.is_empty(), "events in the second package", "none")?;
    scope.step("GET events with an ack that is too low");
    let too_low = visitor.caller.poll(&link).await?;
    let again = visitor.caller.poll(&resync(&too_low)?).await?;
    same(&second, &package(&again)?, "the package behind the resync link")
}

fn same(expected: &Package, seen: &Package, what: &str) -> Outcome {
    let told = |it: &Package| -> Vec<String> { events(it).iter().map(told_of).collect() };
    expect_eq(&format!("{what}, its events"), &told(seen), &told(expected))
}

fn told_of(event: &shared::Event) -> String {
    format!("{} {}", kind_of(event), event.link.href)
}

/// UCW-11.
pub(super) async fn repeats(scope: Arc<Scope>) -> Outcome {
    let visitor = visitor(&scope).await?;
    happens(&scope, &visitor, "op1").await?;
    scope.step("GET events, and once more as after a lost connection");
    let first = package(&visitor.caller.poll(&visitor.events).await?)?;
    let again = package(&visitor.caller.poll(&visitor.events).await?)?;
    same(&first, &again, "the repeated package")?;
    scope.step("a request that is cut off while it waits loses nothing");
    let on = next(&again).set_up("a package says where to go on")?;
    {
        let mut cut = pin!(visitor.caller.poll(&on));
        parks_now(&mut cut, "the next request for events").await?;
    }
    happens(&scope, &visitor, "op2").await?;
    let second = package(&visitor.caller.poll(&on).await?)?;
    let started = |it: &Package| {
        let is_start = |it: &shared::Event| kind_of(it) == "messagingInvitation started";
        events(it).iter().filter(|it| is_start(it)).map(told_of).collect::<Vec<_>>()
    };
    expect_eq("invitations started in the first package", &started(&first).len(), &1)?;
    expect_eq("invitations started in the second package", &started(&second).len(), &1)?;
    let is_new = started(&first) != started(&second);
    expect(is_new, "the second call in the second package", format!("{:?}", started(&second)))
}

/// UCW-16.
pub(super) async fn is_gone(scope: Arc<Scope>) -> Outcome {
    let visitor = visitor(&scope).await?;
    let here = link(&visitor.application, "self")?;
    scope.step("DELETE application, then use it");
    visitor.caller.delete(&here).await?.has_status(&[204])?;
    for href in [&here, &visitor.events, &link(visitor.part("me")?, "self")?] {
        visitor.caller.poll(href).await?.refused(404, "NotFound", "ApplicationNotFound")?;
    }
    let reply = visitor.call(&scope, &scope.name("op")).await?;
    reply.refused(404, "NotFound", "ApplicationNotFound")
}
