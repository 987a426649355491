//! UCW-25, UCW-26 and UCW-28: signed-in users (`protocol.md` §2B.7, §3.5, §3.6).

use std::sync::Arc;

use serde_json::json;

use crate::chat::{Chat, uri_of};
use crate::http::link;
use crate::member::{Member, agent_body, agent_door, is};
use crate::outcome::{Outcome, SetUp as _, expect, expect_eq};
use crate::scope::Scope;

/// UCW-25.
pub(super) async fn is_available_once(scope: Arc<Scope>) -> Outcome {
    let agent = Member::lurker(&scope, 0, "a").await?;
    let href = link(agent.part("me")?, "makeMeAvailable")?;
    let body = json!({ "supportedModalities": ["Messaging"] });
    scope.step("POST makeMeAvailable twice");
    agent.caller.post(&href, &body).await?.has_status(&[204])?;
    agent.caller.post(&href, &body).await?.refused(409, "Conflict", "AlreadyExists")
}

/// UCW-26.
pub(super) async fn joins(scope: Arc<Scope>) -> Outcome {
    scope.agent(0)?;
    let chat = Chat::open(&scope, "s").await?;
    let agent = Member::agent(&scope, 0, "a").await?;
    let uri = uri_of(&agent)?;
    chat.filter(&uri, "Agent", "Disabled").await?.is_success().set_up("the agent is bridged")?;
    let from = agent.mark();
    let seat = chat.admit(&scope, &agent, "s").await?;
    expect_eq(
        "direction of the invitation",
        &seat.invitation.text("direction"),
        &Some("Incoming"),
    )?;
    seat.accepted.has_status(&[204])?;
    let here = link(&seat.invitation, "conversation")?;
    let conferenced = |it: &shared::Event| {
        let state = it.resource.as_ref().and_then(|it| it.text("state"));
        it.link.rel == "conversation" && it.link.href == here && state == Some("Conferenced")
    };
    agent.until("conversation updated, Conferenced", from, conferenced).await?;
    let done = |it: &shared::Event| is(it, "onlineMeetingInvitation", "completed");
    agent.until("onlineMeetingInvitation completed", from, done).await?;
    expect_eq("messaging.state in the end", &seat.messaging.text("state"), &Some("Connected"))?;
    scope.step("the visitor writes; the agent reads it");
    let text = scope.name("text");
    let send = link(&chat.messaging, "sendMessage")?;
    chat.call.visitor.caller.say(&send, &text).await?.is_success().set_up("the visitor writes")?;
    agent.texts_until(from, &text).await.map(drop)
}

/// UCW-28.
pub(super) async fn has_instances(scope: Arc<Scope>) -> Outcome {
    let door = agent_door(&scope, 0).await.set_up("an agent signs in")?;
    let make = async |instance: &str| {
        door.caller.post(&door.applications, &agent_body(&scope, instance)).await
    };
    scope.step("POST applications with two instances, and the second again");
    let (first, second) = (make("one").await?, make("two").await?);
    first.has_status(&[201])?;
    second.has_status(&[201])?;
    let first = Member::made(&door.caller, &first)?;
    let second = Member::made(&door.caller, &second)?;
    expect(
        first.events != second.events,
        "an event channel for each instance",
        first.events.clone(),
    )?;
    let again = make("two").await?;
    again.has_status(&[200])?;
    scope.step("DELETE the first; the second goes on");
    door.caller.delete(&link(&first.application, "self")?).await?.has_status(&[204])?;
    let alive = second.caller.get(&link(&second.application, "self")?).await?;
    alive.has_status(&[200])
}
