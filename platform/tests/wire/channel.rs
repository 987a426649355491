//! The event channel: UCW-07 to UCW-16.

use shared::{Continuation, Package};

use crate::common::{Chat, Parked, Reply, World, kind_of};

fn package(reply: &Reply) -> Package {
    assert_eq!(reply.status, 200, "{}", reply.text);
    Package::read(&reply.json()).unwrap()
}

fn next(package: &Package) -> String {
    match &package.continuation {
        Some(Continuation::Next(href)) => href.clone(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn ucw_07_a_poll_parks_until_something_happens() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let mut parked = Parked::get(&visitor.client, &visitor.channel.next).await;
    parked.still_waits().await;
    visitor.start_messaging("op-1").await;
    let first = package(&parked.answer().await);
    assert!(first.this.contains("ack=1&"), "{}", first.this);
    assert!(next(&first).contains("ack=2&"), "{}", next(&first));
    let again = Parked::get(&visitor.client, &next(&first)).await;
    drop(again);
}

#[tokio::test]
async fn ucw_08_a_second_poll_takes_the_place_of_the_first() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let first = Parked::get(&visitor.client, &visitor.channel.next).await;
    let second = Parked::get(&visitor.client, &visitor.channel.next).await;
    first.answer().await.refused(409, "PGetReplaced");
    visitor.start_messaging("op-1").await;
    assert_eq!(second.answer().await.status, 200);
}

#[tokio::test]
async fn ucw_09_a_poll_of_lower_priority_does_not_take_the_place() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let high = format!("{}&priority=5", visitor.channel.next);
    let low = format!("{}&priority=1", visitor.channel.next);
    let mut first = Parked::get(&visitor.client, &high).await;
    visitor.client.get(&low).await.refused(409, "PGetReplaced");
    first.still_waits().await;
    let equal = Parked::get(&visitor.client, &high).await;
    first.answer().await.refused(409, "PGetReplaced");
    visitor.start_messaging("op-1").await;
    assert_eq!(equal.answer().await.status, 200);
}

#[tokio::test]
async fn ucw_09_a_connection_that_is_gone_keeps_no_place() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let high = format!("{}&priority=5", visitor.channel.next);
    drop(Parked::get(&visitor.client, &high).await);
    let low = format!("{}&priority=1", visitor.channel.next);
    drop(Parked::get(&visitor.client, &low).await);
}

#[tokio::test]
async fn ucw_10_a_wrong_ack_leads_back_to_the_oldest_package_not_acknowledged() {
    let world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    visitor.start_messaging("op-1").await;
    let link = visitor.channel.next.clone();
    let first = visitor.client.get(&link).await;
    for wrong in ["ack=0", "ack=3", "ack=99"] {
        let reply = visitor.client.get(&link.replace("ack=1", wrong)).await;
        let lost = package(&reply);
        assert_eq!(reply.json()["_links"].as_object().unwrap().len(), 1, "{}", reply.text);
        assert!(reply.json().get("sender").is_none());
        let Some(Continuation::Resync(href)) = lost.continuation else { panic!("{reply:?}") };
        assert_eq!(visitor.client.get(&href).await.text, first.text);
    }
    // Once package 1 is acknowledged, its link is too old.
    visitor.channel.take().await;
    let second = Parked::get(&visitor.client, &visitor.channel.next).await;
    let old = package(&visitor.client.get(&link).await);
    assert!(
        matches!(old.continuation, Some(Continuation::Resync(href)) if href.contains("ack=2&"))
    );
    drop(second);
}

#[tokio::test]
async fn ucw_11_a_package_that_was_lost_comes_again_unchanged() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let send = chat.pair.href("messaging").unwrap().replace("/messaging?", "/messaging/messages?");
    chat.desk.say(&send, "one").await.location();
    let link = chat.visitor.channel.next.clone();
    let lost = chat.visitor.client.get(&link).await;
    chat.desk.say(&send, "two").await.location();
    let again = chat.visitor.client.get(&link).await;
    assert_eq!(lost.text, again.text);
    let texts = chat.visitor.channel.until_text("two").await;
    assert_eq!(texts, ["one", "two"]);
}

#[tokio::test]
async fn ucw_12_an_empty_package_comes_when_nothing_happens() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let link = format!("{}&timeout=5", visitor.channel.next);
    let mut parked = Parked::get(&visitor.client, &link).await;
    world.pass_ms(4_999).await;
    parked.still_waits().await;
    world.pass_ms(1).await;
    let reply = parked.answer().await;
    assert!(reply.json().get("sender").is_none(), "{}", reply.text);
    let empty = package(&reply);
    // Whether the empty package arrived or not, the channel goes on.
    drop(Parked::get(&visitor.client, &link).await);
    let parked = Parked::get(&visitor.client, &next(&empty)).await;
    visitor.start_messaging("op-1").await;
    let full = package(&parked.answer().await);
    assert!(full.this.contains("ack=2&") && !full.senders.is_empty());
}

#[tokio::test]
async fn ucw_13_holds_outside_of_the_range_are_clamped() {
    let world = World::with(|settings| settings.limits.poll_timeout_min_s = 180).await;
    let visitor = world.visitor("s-1").await;
    let link = format!("{}&low=4&timeout=10", visitor.channel.next);
    let mut parked = Parked::get(&visitor.client, &link).await;
    world.pass_ms(179_999).await;
    parked.still_waits().await;
    world.pass_ms(1).await;
    assert_eq!(parked.answer().await.status, 200);

    let agent = world.agent("alice").await;
    let link = format!("{}&medium=1", agent.channel.next);
    let mut parked = Parked::get(&agent.client, &link).await;
    world.pass_ms(4_999).await;
    parked.still_waits().await;
    world.pass_ms(1).await;
    let kinds: Vec<_> = package(&parked.answer().await).senders;
    let kinds: Vec<_> = kinds.iter().flat_map(|it| &it.events).map(kind_of).collect();
    assert_eq!(
        kinds,
        ["me updated", "presence added", "note added", "location added", "communication updated"]
    );
}

#[tokio::test]
async fn ucw_14_a_message_takes_what_waits_before_it_along() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let waiting = Parked::get(&agent.client, &agent.channel.next).await;
    world.pass_ms(5_000).await;
    agent.channel.next = next(&package(&waiting.answer().await));
    let mut parked = Parked::get(&agent.client, &agent.channel.next).await;
    let me = agent.read(agent.application.embedded("me").unwrap().href("self").unwrap()).await;
    let presence = me.href("presence").unwrap();
    let reply = agent.client.post(presence, r#"{"availability":"Busy"}"#).await;
    assert_eq!(reply.status, 204, "{}", reply.text);
    parked.still_waits().await;
    let add = chat.meeting.href("addParticipant").unwrap();
    chat.desk.post(add, r#"{"operationId":"i","to":"sip:alice@t.example"}"#).await.location();
    let both = package(&parked.answer().await);
    let kinds: Vec<_> = both.senders.iter().flat_map(|it| &it.events).map(kind_of).collect();
    assert_eq!(
        kinds,
        ["presence updated", "onlineMeetingInvitation started", "conversation added"]
    );
}

#[tokio::test]
async fn ucw_15_an_application_nobody_polls_expires() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let application = chat.visitor.application.href("self").unwrap();
    let parked = Parked::get(&chat.visitor.client, &chat.visitor.channel.next).await;
    world.pass_ms(15 * 60_000).await;
    // The poll came back empty just now; from here the time counts.
    assert_eq!(parked.answer().await.status, 200);
    world.pass_ms(15 * 60_000 - 1).await;
    assert_eq!(chat.visitor.client.get(application).await.status, 200);
    world.pass_ms(1).await;
    for href in [application, &chat.visitor.channel.next, chat.messaging.href("self").unwrap()] {
        chat.visitor.client.get(href).await.refused(410, "InactiveApplicationExpired");
    }
    // Whoever talked to it is told.
    world.hooks.until("conversation", "deleted").await;
    world.pass_ms(60 * 60_000).await;
    chat.visitor.client.get(application).await.refused(404, "ApplicationNotFound");
}

#[tokio::test]
async fn ucw_16_a_deleted_application_is_gone() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let application = chat.visitor.application.href("self").unwrap();
    let parked = Parked::get(&chat.visitor.client, &chat.visitor.channel.next).await;
    assert_eq!(chat.visitor.client.delete(application).await.status, 204);
    parked.answer().await.refused(404, "ApplicationNotFound");
    let message = chat.messaging.href("sendMessage").unwrap();
    chat.visitor.client.say(message, "hello?").await.refused(404, "ApplicationNotFound");
    chat.visitor.client.get(application).await.refused(404, "ApplicationNotFound");
    chat.visitor.client.delete(application).await.refused(404, "ApplicationNotFound");
    world.hooks.until("conversation", "deleted").await;
}
