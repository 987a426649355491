//! Invariant 4: after a restart everybody goes on with the application, token and link they have.

use crate::common::{Chat, World, text_of};

#[tokio::test]
async fn invariant_4_visitor_and_agent_go_on_after_a_restart() {
    let mut world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    let send = chat.messaging.href("sendMessage").unwrap().to_owned();
    let answer = messaging.href("sendMessage").unwrap().to_owned();
    chat.visitor.client.say(&format!("{send}?operationId=m-1"), "one").await.location();
    chat.visitor.channel.until_text("one").await;
    // Not yet read by anybody when the process dies.
    let second = chat.visitor.client.say(&format!("{send}?operationId=m-2"), "two").await;
    let second = second.location();

    world.restart().await;
    chat.visitor.move_to(&world);
    agent.move_to(&world);
    let again = chat.visitor.client.say(&format!("{send}?operationId=m-2"), "two").await;
    assert_eq!(again.location(), second, "the repeat takes no effect");
    agent.client.say(&answer, "three").await.location();
    assert_eq!(chat.visitor.channel.until_text("three").await, ["two", "three"]);
    let seen = agent.channel.until_text("three").await;
    assert_eq!(seen, ["one", "two", "three"]);
    let read = chat.visitor.read(&second).await;
    assert!(read.href("plainMessage").unwrap().ends_with(",two"));
    // Acknowledged before the restart stays acknowledged; the number goes on.
    let third = chat.visitor.client.say(&send, "four").await.location();
    assert!(third.ends_with("/messages/5"), "{third}");
}

#[tokio::test]
async fn invariant_4_a_reader_that_lost_its_link_gets_everything_not_acknowledged() {
    let mut world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let send = chat.messaging.href("sendMessage").unwrap().to_owned();
    chat.visitor.client.say(&send, "one").await.location();
    world.restart().await;
    chat.visitor.move_to(&world);
    let application = chat.visitor.application.href("self").unwrap().to_owned();
    let fresh = chat.visitor.read(&application).await;
    chat.visitor.channel.next = fresh.href("events").unwrap().to_owned();
    let seen = chat.visitor.channel.until_text("one").await;
    assert_eq!(seen, ["one"]);
    // A link from nowhere leads there too.
    let odd = chat.visitor.channel.next.replace("key=", "key=9");
    let reply = chat.visitor.client.get(&odd).await;
    assert!(reply.json()["_links"]["resync"]["href"].is_string(), "{}", reply.text);
}

#[tokio::test]
async fn webhooks_that_were_not_delivered_are_delivered_after_the_restart() {
    let mut world = World::with(|settings| {
        settings.limits.webhook_retry_ms_min = 60_000;
        settings.limits.webhook_retry_ms_max = 60_000;
    })
    .await;
    let chat = Chat::open(&world, "s-1").await;
    world.hooks.answer(503, "");
    let send = chat.messaging.href("sendMessage").unwrap();
    chat.visitor.client.say(send, "one").await.location();
    chat.visitor.client.say(send, "two").await.location();
    let (first, _) = world.hooks.until("message", "completed").await;
    assert_eq!(text_of(&first), "one");
    world.restart().await;
    let mut texts = Vec::new();
    while texts.last().map(String::as_str) != Some("two") {
        texts.push(text_of(&world.hooks.until("message", "completed").await.0));
    }
    assert_eq!(texts, ["one", "two"]);
    let all = world.hooks.all();
    let repeated: Vec<_> = all.iter().filter(|it| it.body.contains(",one\"")).collect();
    assert_eq!(repeated.len(), 2);
    assert_eq!(repeated[0].body, repeated[1].body, "the same envelope, so that it can be deduped");
}

#[tokio::test]
async fn an_invitation_still_fails_in_time_after_a_restart() {
    let mut world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    visitor.start_messaging("op-1").await;
    world.hooks.until("messagingInvitation", "started").await;
    world.restart().await;
    visitor.move_to(&world);
    world.pass_ms(30_000).await;
    let failed = visitor.channel.until("messagingInvitation", "completed").await;
    assert!(failed.reason.unwrap().is("Timeout"));
}

#[tokio::test]
async fn what_is_over_leaves_nothing_to_replay() {
    let mut world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let application = chat.visitor.application.href("self").unwrap().to_owned();
    assert_eq!(chat.visitor.client.delete(&application).await.status, 204);
    let meeting = chat.meeting.href("self").unwrap();
    assert_eq!(chat.desk.delete(meeting).await.status, 204);
    world.hooks.until("conversation", "deleted").await;
    world.hooks.until("conversation", "deleted").await;
    // The last webhooks are on their way; once they are taken, nothing is left.
    loop {
        if store::Log::replay(&*world.store.log("platform")).await.unwrap().is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    world.restart().await;
    chat.visitor
        .client
        .on(world.router.clone())
        .get(&application)
        .await
        .refused(404, "ApplicationNotFound");
}
