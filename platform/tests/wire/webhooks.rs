//! Webhooks: TAP-11, TAP-19, and what is given up.

use crate::common::{Chat, World};

#[tokio::test]
async fn tap_11_a_context_the_callback_answered_with_comes_back() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    world.hooks.answer(200, r#"{"CallbackContext":"7 a"}"#);
    visitor.start_messaging("op-1").await;
    let (invited, hook) = world.hooks.until("messagingInvitation", "started").await;
    assert_eq!(hook.url, "https://desk.example/hook");
    let accept = invited.resource.unwrap().href("accept").unwrap().to_owned();
    assert_eq!(world.desk().await.post(&accept, "").await.status, 204);
    let hook = world.hooks.next().await;
    assert_eq!(hook.url, "https://desk.example/hook?callbackContext=7%20a");
    assert!(hook.package.this.contains("ack=2&"), "{}", hook.package.this);
}

#[tokio::test]
async fn tap_19_a_webhook_is_tried_again_and_the_order_is_kept() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let before = world.hooks.all().len();
    world.hooks.answer(500, "");
    world.hooks.answer(429, "");
    let send = chat.messaging.href("sendMessage").unwrap();
    chat.visitor.client.say(send, "one").await.location();
    chat.visitor.client.say(send, "two").await.location();
    while world.hooks.all().len() < before + 4 {
        world.hooks.next().await;
    }
    let bodies: Vec<_> = world.hooks.all()[before..].iter().map(|it| it.body.clone()).collect();
    assert!(bodies[..3].iter().all(|it| *it == bodies[0] && it.contains(",one\"")));
    assert!(bodies[3].contains(",two\""));
}

#[tokio::test]
async fn a_webhook_that_is_refused_is_not_tried_again() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let before = world.hooks.all().len();
    world.hooks.answer(400, "");
    let send = chat.messaging.href("sendMessage").unwrap();
    chat.visitor.client.say(send, "one").await.location();
    chat.visitor.client.say(send, "two").await.location();
    while !world.hooks.all().iter().any(|it| it.body.contains(",two\"")) {
        world.hooks.next().await;
    }
    assert_eq!(world.hooks.all().len(), before + 2);
}

#[tokio::test]
async fn an_invitation_whose_webhook_is_given_up_fails() {
    let world = World::with(|settings| settings.limits.webhook_tries_max = 2).await;
    let mut visitor = world.visitor("s-1").await;
    world.hooks.answer(503, "");
    world.hooks.answer(503, "");
    visitor.start_messaging("op-1").await;
    let failed = visitor.channel.until("messagingInvitation", "completed").await;
    assert!(failed.reason.unwrap().is("CallbackUriUnreachable"));
    visitor.channel.until("conversation", "deleted").await;
}

#[tokio::test]
async fn a_visitor_cannot_say_where_webhooks_go() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    let body = r#"{"operationId":"op-1","to":"sip:help@t.example",
        "callbackUrl":"https://evil.example/","callbackContext":"x"}"#;
    visitor.client.post(start, body).await.location();
    assert_eq!(world.hooks.next().await.url, "https://desk.example/hook");
}
