//! TAP-10 to TAP-14 and TAP-19: calls, webhooks, ad hoc meetings (`protocol.md` §1.2, §1.7, §2A.3).

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::chat::{Call, Chat, is_messaging};
use crate::desk::Desk;
use crate::hooks::Hook;
use crate::http::{link, query_of};
use crate::limits::PARKED_MS;
use crate::member::{Member, is};
use crate::outcome::{Outcome, SetUp as _, expect, expect_eq, failed};
use crate::scope::Scope;

/// TAP-10.
pub(super) async fn reaches_the_callback(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::visitor(&scope, &desk, "s").await?;
    scope.step("the visitor calls; the callback of the endpoint is told");
    let name = scope.name("call");
    let mut calls = scope.hooks().holding(&name);
    visitor.call(&scope, &name).await?.is_success().set_up("the visitor calls")?;
    let hook = calls.next("messagingInvitation started").await?;
    let content_type = hook.header("content-type").replace(' ', "").to_ascii_lowercase();
    let is_json = content_type.starts_with("application/json;");
    let names_type = content_type.contains("application/vnd.microsoft.com.ucwa+json");
    let expected =
        "Content-Type: application/json; type=\"application/vnd.microsoft.com.ucwa+json\"";
    expect(is_json && names_type, expected, hook.header("content-type"))?;
    bearer(&scope, &hook)?;
    started(&hook)?;
    for rel in ["decline", "startAdhocMeeting", "acceptAndBridge"] {
        let mut events = hook.package.senders.iter().flat_map(|it| &it.events);
        let offered =
            events.any(|it| it.resource.as_ref().is_some_and(|it| it.href(rel).is_some()));
        expect(offered, format!("a link {rel} in the invitation"), scope.shown(&hook.body))?;
    }
    Ok(())
}

/// The bearer of a webhook is a JWT for the service application (§1.7).
fn bearer(scope: &Scope, hook: &Hook) -> Outcome {
    let value = hook.header("authorization");
    let Some(token) = value.strip_prefix("Bearer ") else {
        return failed("Authorization: Bearer … on the webhook", scope.shown(value));
    };
    let payload = token.split('.').nth(1).unwrap_or_default();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    for name in ["aud", "iss", "exp"] {
        expect(
            !claims[name].is_null(),
            format!("the claim {name} in the webhook's bearer"),
            claims.to_string(),
        )?;
    }
    match &scope.settings().audience {
        Some(audience) => {
            expect_eq("aud of the webhook's bearer", &claims["aud"], &json!(audience))
        }
        None => Ok(()),
    }
}

/// The envelope as it stands: an incoming invitation from the visitor, in either dialect.
fn started(hook: &Hook) -> Outcome {
    let mut events = hook.package.senders.iter().flat_map(|it| &it.events);
    let Some(event) = events.find(|it| is(it, "messagingInvitation", "started")) else {
        return failed("messagingInvitation started", hook.body.clone());
    };
    let Some(invitation) = &event.resource else {
        return failed("the invitation embedded in the event", hook.body.clone());
    };
    expect_eq("direction of the invitation", &invitation.text("direction"), &Some("Incoming"))?;
    let from = invitation.embedded("from").and_then(|it| it.text("uri"));
    expect(from.is_some(), "the caller embedded as from", hook.body.clone())?;
    let base = hook.package.base_uri.as_deref().unwrap_or_default();
    let is_absolute = shared::Origin::parse(base).is_ok();
    expect(is_absolute, "an absolute baseuri", format!("{base:?}"))
}

/// TAP-11.
pub(super) async fn remembers_the_context(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::visitor(&scope, &desk, "s").await?;
    scope.step("the callback answers the first event with a context");
    let name = scope.name("call");
    scope.hooks().answer(&name, &[(200, r#"{"CallbackContext":"7"}"#)]);
    let call = Call::by(&scope, &desk, visitor, "").await.set_up("the visitor calls");
    let mut call = call?;
    scope.step("the visitor hangs up: the next event");
    let here =
        call.visitor.until("conversation added", 0, |it| is(it, "conversation", "added")).await;
    let here = here.set_up("the visitor sees its conversation")?.link.href;
    call.visitor.caller.delete(&here).await?.is_success().set_up("the visitor hangs up")?;
    let later = |it: &shared::Event| {
        !is(it, "messagingInvitation", "started") && !is(it, "conversation", "added")
    };
    let (_, hook) = call.pair.until("an event after the first", 0, later).await?;
    expect_eq(
        "callbackContext of the next webhook",
        &query_of(&hook.target, "callbackContext"),
        &Some("7"),
    )
}

/// TAP-12.
pub(super) async fn starts_a_meeting(scope: Arc<Scope>) -> Outcome {
    let call = Call::place(&scope, "s").await?;
    let (mut room, reply) = call.start_meeting(&scope, "s").await?;
    reply.created()?;
    let told = |it: &shared::Event| is(it, "onlineMeetingInvitation", "started");
    let (event, hook) = room.inbox.until("onlineMeetingInvitation started", 0, told).await?;
    let invitation = call.resource(&event).await?;
    let operation = scope.name("meets");
    expect_eq(
        "operationId of the started event",
        &invitation.text("operationId"),
        &Some(&operation),
    )?;
    let posted_to = hook.target.split('?').next().unwrap_or_default();
    expect(
        posted_to.ends_with(&operation),
        "the webhook at the callbackUrl given",
        hook.target.clone(),
    )?;
    expect_eq("state of the conversation", &room.conversation.text("state"), &Some("Conferenced"))?;
    expect_eq("state of messaging", &room.messaging.text("state"), &Some("Disconnected"))?;
    let offers = room.messaging.href("addMessaging").is_some();
    expect(
        offers,
        "a link addMessaging in messaging",
        format!("{:?}", room.messaging.links.keys().collect::<Vec<_>>()),
    )
}

/// TAP-13.
pub(super) async fn is_never_half_a_bridge(scope: Arc<Scope>) -> Outcome {
    let mut call = Call::place(&scope, "s").await?;
    let started = call.start_meeting(&scope, "s").await;
    let (mut room, _) = started.set_up("an ad hoc meeting starts")?;
    scope.step("acceptAndBridge before messaging was added");
    let early = call.accept_and_bridge(&room.uri).await?;
    early.has_status(&[409, 200, 201, 202, 204])?;
    // Whatever it was answered: the visitor is not connected to half a conference.
    let connected = |it: &shared::Event| is_messaging(it, "Connected");
    let seen = call.visitor.until_within("-", 0, PARKED_MS, connected).await;
    let expected = "the visitor is not connected before the meeting has messaging";
    expect(seen.is_err(), expected, "messaging Connected")?;
    call.add_messaging(&scope, &mut room, "s").await.set_up("messaging is added")?;
    if early.status == 409 {
        scope.step("acceptAndBridge again");
        call.accept_and_bridge(&room.uri).await?.has_status(&[200, 201])?;
    }
    call.bridged().await.map(drop)
}

/// TAP-14.
pub(super) async fn refuses_unknown_meetings(scope: Arc<Scope>) -> Outcome {
    let call = Call::place(&scope, "s").await?;
    scope.step("acceptAndBridge with the address of a meeting that is not");
    let endpoint = &scope.settings().endpoint;
    let unknown = format!("{endpoint};gruu;opaque=app:conf:focus:id:{}", scope.name("none"));
    call.accept_and_bridge(&unknown).await?.refused(404, "NotFound", "DestinationNotFound")
}

/// TAP-19.
pub(super) async fn tries_again(scope: Arc<Scope>) -> Outcome {
    let chat = Chat::open(&scope, "s").await?;
    let (one, two) = (scope.name("one"), scope.name("two"));
    scope.step("the callback answers 500 twice to the first of two messages");
    scope.hooks().answer(&one, &[(500, ""), (500, "")]);
    let mut inbox = scope.hooks().holding(&scope.name(""));
    let send = link(&chat.messaging, "sendMessage")?;
    for text in [&one, &two] {
        chat.call
            .visitor
            .caller
            .say(&send, text)
            .await?
            .is_success()
            .set_up("the visitor writes")?;
    }
    let mut bodies = Vec::new();
    loop {
        let hook = inbox.next("the webhooks of two messages").await?;
        let is_ours = hook.body.contains(&one) || hook.body.contains(&two);
        if is_ours {
            bodies.push(hook.body.clone());
        }
        if hook.body.contains(&two) {
            break;
        }
    }
    let tries = bodies.iter().filter(|it| it.contains(&one)).count();
    expect_eq("how often the first message's webhook came before the second's", &tries, &3)?;
    let is_same = bodies.iter().filter(|it| it.contains(&one)).all(|it| *it == bodies[0]);
    expect(is_same, "the same envelope each time", bodies.join(" | "))
}
