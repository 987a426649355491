//! Marks, the platform's own extension: what others have and have seen (docs/protocol/decisions.md).

use shared::{Event, Resource};

use crate::common::{Chat, Member, Parked, World};

/// What a document says of one's own messages: the numbers of the newest delivered and the newest read.
fn marks(document: &Resource) -> (u64, u64) {
    let number = |rel: &str| {
        let tail = document.href(rel).and_then(|it| it.rsplit('/').next());
        tail.map_or(0, |it| it.parse().unwrap())
    };
    (number("frontdesk:delivered"), number("frontdesk:read"))
}

fn told(event: &Event) -> (u64, u64) {
    assert_eq!(event.link.rel, "frontdesk:marks");
    marks(event.resource.as_ref().unwrap())
}

/// Posts a text; answers when it was said, by the platform's stamp.
async fn say(member: &Member, messaging: &Resource, text: &str) -> i64 {
    let send = messaging.href("sendMessage").unwrap();
    let message = member.read(&member.client.say(send, text).await.location()).await;
    shared::date::parse(message.text("timeStamp").unwrap()).unwrap()
}

async fn see(member: &Member, messaging: &Resource, up_to_ms: i64) {
    let href = format!("{}?seen={up_to_ms}", messaging.href("frontdesk:marks").unwrap());
    assert_eq!(member.client.post(&href, "").await.status, 204);
}

/// What is read at the address that `messaging` names.
async fn known(member: &Member, messaging: &Resource) -> (u64, u64) {
    let read = marks(&member.read(messaging.href("frontdesk:marks").unwrap()).await);
    let document = member.read(messaging.href("self").unwrap()).await;
    assert_eq!(marks(&document), read, "messaging says the same");
    read
}

async fn bridged(world: &World) -> (Chat, Member, Resource) {
    let chat = Chat::open(world, "s-1").await;
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    (chat, agent, messaging)
}

#[tokio::test]
async fn a_message_is_delivered_when_the_channel_is_acknowledged_and_read_when_somebody_says_so() {
    let world = World::new().await;
    let (mut chat, mut agent, messaging) = bridged(&world).await;
    let said_ms = say(&chat.visitor, &chat.messaging, "hello").await;
    chat.visitor.channel.until("message", "completed").await;
    agent.channel.until("message", "completed").await;
    world.pass_ms(1_000).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (0, 0), "handed out is not received");
    let parked = Parked::get(&agent.client, &agent.channel.next).await;
    world.pass_ms(250).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (2, 0));
    // Delivery waits for something to go with, or for the hold of medium priority.
    let waiting = Parked::get(&chat.visitor.client, &chat.visitor.channel.next).await;
    world.pass_ms(5_000).await;
    assert!(waiting.answer().await.text.contains("frontdesk:delivered"));
    assert_eq!(told(&chat.visitor.channel.until("frontdesk:marks", "updated").await), (2, 0));
    see(&agent, &messaging, said_ms).await;
    assert_eq!(told(&chat.visitor.channel.until("frontdesk:marks", "updated").await), (2, 2));
    drop(parked);
}

#[tokio::test]
async fn marks_cross_the_bridge_in_both_directions() {
    let world = World::new().await;
    let (mut chat, mut agent, messaging) = bridged(&world).await;
    let said_ms = say(&agent, &messaging, "hello Vera").await;
    chat.visitor.channel.until("message", "completed").await;
    see(&chat.visitor, &chat.messaging, said_ms).await;
    let event = agent.channel.until("frontdesk:marks", "updated").await;
    assert_eq!(told(&event), (2, 2), "what was seen was received");
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (0, 0), "nothing of hers was read");
}

#[tokio::test]
async fn invariant_8_a_mark_never_goes_back_nor_beyond_what_was_said() {
    let world = World::new().await;
    let (chat, agent, messaging) = bridged(&world).await;
    let first_ms = say(&chat.visitor, &chat.messaging, "one").await;
    let second_ms = say(&chat.visitor, &chat.messaging, "two").await;
    see(&agent, &messaging, first_ms).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (2, 2));
    see(&agent, &messaging, second_ms - 1).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (2, 2), "up to the one before");
    // A claim about the future counts for what was said by now.
    see(&agent, &messaging, i64::MAX).await;
    say(&chat.visitor, &chat.messaging, "three").await;
    see(&agent, &messaging, second_ms).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (3, 3));
    see(&agent, &messaging, first_ms).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (3, 3), "it does not go back");
}

#[tokio::test]
async fn what_was_said_before_an_agent_came_is_read_when_the_agent_says_so() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let said_ms = say(&chat.visitor, &chat.messaging, "is anybody there?").await;
    world.pass_ms(1_000).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (0, 0), "a helpdesk is no person");
    let mut agent = world.agent("alice").await;
    let messaging = chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    see(&agent, &messaging, said_ms).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (2, 2));
}

#[tokio::test]
async fn an_agent_who_is_kept_from_the_visitor_leaves_no_mark_with_the_visitor() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut listener = world.agent("alice").await;
    let hidden = chat.admit(&mut listener, Some(("Alice", "Enabled"))).await;
    let said_ms = say(&chat.visitor, &chat.messaging, "hello").await;
    see(&listener, &hidden, said_ms).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (0, 0));
    let mut agent = world.agent("bob").await;
    let messaging = chat.admit(&mut agent, Some(("Bob", "Disabled"))).await;
    see(&agent, &messaging, said_ms).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (2, 2), "any other agent does");
    // Agents wait for the visitor, not for each other.
    let said_ms = say(&agent, &messaging, "hello Vera").await;
    see(&listener, &hidden, said_ms).await;
    assert_eq!(known(&agent, &messaging).await, (0, 0));
}

#[tokio::test]
async fn in_a_meeting_of_many_a_message_is_read_when_all_have() {
    let world = World::new().await;
    let meeting = world.meeting(&serde_json::json!({ "subject": "Tea" })).await;
    let mut ann = world.guest("Ann", &meeting).await;
    let by_ann = ann.join(&meeting).await;
    let mut ben = world.guest("Ben", &meeting).await;
    let by_ben = ben.join(&meeting).await;
    let mut eva = world.guest("Eva", &meeting).await;
    let by_eva = eva.join(&meeting).await;
    let said_ms = say(&ann, &by_ann, "hello all").await;
    see(&ben, &by_ben, said_ms).await;
    assert_eq!(known(&ann, &by_ann).await, (0, 0));
    see(&eva, &by_eva, said_ms).await;
    assert_eq!(known(&ann, &by_ann).await, (2, 2));
}

#[tokio::test]
async fn invariant_4_marks_and_what_tells_of_them_outlive_a_restart() {
    let mut world = World::new().await;
    let (mut chat, mut agent, messaging) = bridged(&world).await;
    let said_ms = say(&chat.visitor, &chat.messaging, "one").await;
    agent.channel.until("message", "completed").await;
    see(&agent, &messaging, said_ms).await;
    say(&chat.visitor, &chat.messaging, "two").await;
    world.restart().await;
    chat.visitor.move_to(&world);
    agent.move_to(&world);
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (2, 2));
    assert_eq!(told(&chat.visitor.channel.until("frontdesk:marks", "updated").await), (2, 2));
    // An acknowledgement after the restart counts as one before.
    agent.channel.until("message", "completed").await;
    let parked = Parked::get(&agent.client, &agent.channel.next).await;
    world.pass_ms(250).await;
    assert_eq!(known(&chat.visitor, &chat.messaging).await, (3, 2));
    drop(parked);
}

#[tokio::test]
async fn marks_are_offered_to_people_while_they_can_talk_and_to_nobody_else() {
    let world = World::new().await;
    let (chat, agent, messaging) = bridged(&world).await;
    let marks = messaging.href("frontdesk:marks").unwrap();
    agent.client.post(marks, "").await.refused(400, "ParameterValidationFailure");
    agent
        .client
        .post(&format!("{marks}?seen=soon"), "")
        .await
        .refused(400, "ParameterValidationFailure");
    let pair = chat.desk.get(chat.pair.href("messaging").unwrap()).await.resource();
    assert!(pair.href("sendMessage").is_some() && pair.href("frontdesk:marks").is_none());
    assert_eq!(agent.client.post(messaging.href("stopMessaging").unwrap(), "").await.status, 204);
    let stopped = agent.read(messaging.href("self").unwrap()).await;
    assert!(stopped.href("frontdesk:marks").is_none());
    assert_eq!(agent.client.post(&format!("{marks}?seen=1"), "").await.status, 409);
}
