//! TAP-15 to TAP-18: the bridge between a visitor and a meeting (`protocol.md` §1.8).

use std::sync::Arc;

use serde_json::json;

use crate::chat::{Chat, Seat, is_messaging, uri_of};
use crate::http::link;
use crate::member::{Member, is, text_of};
use crate::outcome::{Outcome, SetUp as _, expect, expect_eq};
use crate::scope::Scope;

/// A chat with an agent in it.
struct Staffed {
    chat: Chat,
    agent: Member,
    uri: String,
    seat: Seat,
}

impl Staffed {
    async fn open(scope: &Arc<Scope>, what: &str) -> Outcome<Self> {
        scope.agent(0)?;
        let chat = Chat::open(scope, what).await?;
        let agent = Member::agent(scope, 0, &format!("agent{what}")).await?;
        let uri = uri_of(&agent)?;
        let seat = chat.admit(scope, &agent, what).await.set_up("an agent joins")?;
        Ok(Self { chat, agent, uri, seat })
    }

    async fn agent_says(&self, text: &str) -> Outcome {
        let send = link(&self.seat.messaging, "sendMessage")?;
        let said = self.agent.caller.say(&send, text).await;
        said.and_then(|it| it.is_success()).set_up("the agent writes")
    }

    async fn filters(&self, name: &str, state: &str) -> Outcome<String> {
        let reply = self.chat.filter(&self.uri, name, state).await?;
        reply.is_success()?;
        // Where it is, in case that Location is missing: the list says so too.
        let list = self.chat.call.caller.get(&self.chat.bridged_participants).await?.resource()?;
        let one = list.embedded("bridgedParticipant");
        let href = one.and_then(|it| it.href("self")).or_else(|| list.href("bridgedParticipant"));
        Ok(href.unwrap_or_else(|| reply.header("location")).to_owned())
    }
}

/// TAP-15.
pub(super) async fn filters(scope: Arc<Scope>) -> Outcome {
    let it = Staffed::open(&scope, "s").await?;
    let (blocked, unknown, open) =
        (scope.name("blocked"), scope.name("unknown"), scope.name("open"));
    scope.step("the agent writes without being bridged");
    it.agent_says(&unknown).await?;
    scope.step("the agent is bridged with the filter Enabled, and writes");
    let here = it.filters("Agent", "Enabled").await.set_up("the agent is bridged")?;
    it.agent_says(&blocked).await?;
    scope.step("the agent is bridged with the filter Disabled, and writes");
    it.chat.call.caller.delete(&here).await?.is_success().set_up("the agent is taken off")?;
    it.filters("Agent", "Disabled").await.set_up("the agent is bridged")?;
    it.agent_says(&open).await?;
    let seen = it.chat.call.visitor.texts_until(0, &open).await?;
    expect_eq("what the visitor reads", &seen, &vec![open])
}

/// TAP-16.
pub(super) async fn opens_a_filter(scope: Arc<Scope>) -> Outcome {
    let it = Staffed::open(&scope, "s").await?;
    let (blocked, open) = (scope.name("blocked"), scope.name("open"));
    let here = it.filters("First name", "Enabled").await.set_up("the agent is bridged")?;
    it.agent_says(&blocked).await?;
    scope.step("PUT bridgedParticipant with the filter Disabled and another name");
    let desk = &it.chat.call.caller;
    let mut whole = desk.get(&here).await?.json();
    whole["messageFilterState"] = json!("Disabled");
    whole["displayName"] = json!("Second name");
    desk.put(&here, &whole).await?.is_success()?;
    it.agent_says(&open).await?;
    let visitor = &it.chat.call.visitor;
    let seen = visitor.texts_until(0, &open).await?;
    expect_eq("what the visitor reads", &seen, &vec![open.clone()])?;
    let is_it = |it: &shared::Event| {
        let text = it.resource.as_ref().and_then(|it| text_of(it).ok());
        is(it, "message", "completed") && text.as_deref() == Some(open.as_str())
    };
    let message = visitor.until("the message", 0, is_it).await?;
    let message = visitor.resource(&message).await?;
    let title = message.link_of("participant").and_then(|it| it.title.clone());
    expect_eq("the sender's name", &title.as_deref(), &Some("Second name"))
}

/// TAP-17.
pub(super) async fn needs_a_name(scope: Arc<Scope>) -> Outcome {
    let chat = Chat::open(&scope, "s").await?;
    scope.step("POST bridgedParticipants without displayName");
    let body = json!({ "participantUri": "sip:somebody@elsewhere.example",
        "messageFilterState": "Disabled" });
    let reply = chat.call.caller.post(&chat.bridged_participants, &body).await?;
    reply.refused(400, "BadRequest", "")
}

/// TAP-18.
pub(super) async fn tells_the_visitor_of_the_end(scope: Arc<Scope>) -> Outcome {
    for what in ["pair", "meeting"] {
        let chat = Chat::open(&scope, what).await?;
        let own = chat.call.own_side().await.set_up("the service application reads its side")?;
        let gone = if what == "pair" { &own } else { &chat.room.conversation };
        scope.step(&format!("the service application deletes the conversation of the {what}"));
        let from = chat.call.visitor.mark();
        chat.call.caller.delete(&link(gone, "self")?).await?.has_status(&[204])?;
        let visitor = &chat.call.visitor;
        let ended = |it: &shared::Event| is_messaging(it, "Disconnected");
        visitor.until("messaging updated, Disconnected", from, ended).await?;
        let deleted = |it: &shared::Event| is(it, "conversation", "deleted");
        visitor.until("conversation deleted", from, deleted).await?;
        let send = link(&chat.messaging, "sendMessage")?;
        let late = visitor.caller.say(&send, "too late").await?;
        expect(late.status == 404, "404 for a message afterwards", late.seen())?;
    }
    Ok(())
}
