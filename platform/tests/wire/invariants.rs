//! Invariant 1: kept before told.

use store::StoreError;

use crate::common::{Chat, Parked, World};

#[tokio::test]
async fn invariant_1_a_message_is_kept_before_it_is_told() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let mut agent = world.agent("alice").await;
    chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    // Everything that is there is read; from here on only the message can make an event.
    let send = chat.messaging.href("sendMessage").unwrap().to_owned();
    chat.visitor.client.say(&send, "before").await.location();
    chat.visitor.channel.until_text("before").await;
    agent.channel.until_text("before").await;
    world.hooks.until("message", "completed").await;
    let told = world.hooks.all().len();
    let mut own = Parked::get(&chat.visitor.client, &chat.visitor.channel.next).await;
    let mut others = Parked::get(&agent.client, &agent.channel.next).await;

    world.store.pause();
    let mut sending = Parked::say(&chat.visitor.client, &send, "slow").await;
    let mut reading = Parked::get(&chat.visitor.client, chat.messaging.href("self").unwrap()).await;
    for waiting in [&mut sending, &mut own, &mut others, &mut reading] {
        waiting.still_waits().await;
    }
    assert_eq!(world.hooks.all().len(), told, "no webhook before it is kept");

    world.store.resume();
    sending.answer().await.location();
    for waiting in [own, others] {
        assert!(waiting.answer().await.text.contains(",slow\""));
    }
    assert_eq!(reading.answer().await.status, 200);
    world.hooks.until("message", "completed").await;
}

#[tokio::test]
async fn invariant_1_what_the_log_refuses_never_happened() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let send = chat.messaging.href("sendMessage").unwrap().to_owned();
    let told = world.hooks.all().len();
    let mut parked = Parked::get(&chat.visitor.client, &chat.visitor.channel.next).await;

    world.store.refuse(Some(StoreError::Unwritable("disk full".into())));
    let reply = chat.visitor.client.say(&format!("{send}?operationId=m-1"), "lost").await;
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert_eq!(reply.json()["code"], "ServiceUnavailable");
    assert_eq!(reply.header("retry-after"), "1");
    parked.still_waits().await;
    assert_eq!(world.hooks.all().len(), told, "nothing is announced that is not kept");

    world.store.refuse(None);
    // The widget tries again with the same operation, until it is taken.
    let location = loop {
        let reply = chat.visitor.client.say(&format!("{send}?operationId=m-1"), "kept").await;
        if reply.status != 503 {
            break reply.location();
        }
        tokio::task::yield_now().await;
    };
    assert!(location.ends_with("/messages/2"), "the lost one left no trace: {location}");
    drop(parked);
    assert_eq!(chat.visitor.channel.until_text("kept").await, ["kept"]);
    let (_, hook) = world.hooks.until("message", "completed").await;
    assert!(hook.body.contains(",kept\""));
}
