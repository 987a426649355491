//! Requests that are not written as the documents write them, and are served all the same: case,
//! slashes, missing headers, inputs in the query; and OPTIONS (A31), `Allow`, a panic of our own.

use serde_json::json;

use crate::common::{Chat, HELPDESK, Parked, URL, World, application_path};

#[tokio::test]
async fn a31_an_options_request_is_answered_with_what_the_resource_takes() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let own = visitor.application.href("self").unwrap();
    for (href, allow) in [
        ("/ucwa/oauth/v1/applications", "POST"),
        ("/ucwa/psanon/v1/applications", "POST"),
        ("/WebTicket/oauthtoken", "POST"),
        (own, "GET,HEAD,DELETE"),
    ] {
        let reply = world.anybody().send("OPTIONS", href, None).await;
        assert_eq!((reply.status, reply.header("allow")), (200, allow), "{href}");
        let methods: Vec<_> = allow.split(',').collect();
        assert_eq!(reply.json()["methods"], json!(methods), "{href}");
        let refused = world.anybody().send("PATCH", href, None).await;
        refused.refused(405, "None");
        assert_eq!(refused.header("allow"), allow, "{href}");
    }
    world.anybody().send("OPTIONS", "/ucwa/nothing", None).await.refused(404, "None");
}

#[tokio::test]
async fn addresses_are_read_in_any_case_and_with_slashes_at_their_end() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let own = visitor.application.href("self").unwrap();
    for href in [own.to_uppercase(), format!("{own}/"), format!("{own}///"), format!("{own}/?x=1")]
    {
        let reply = visitor.client.get(&href).await;
        assert_eq!(reply.resource().href("self"), Some(own), "{href}");
    }
    let desk = world.desk().await;
    let application = application_path();
    for href in [
        format!("{application}/?endpointId={HELPDESK}"),
        format!("{}?ENDPOINTID={HELPDESK}", application.to_uppercase()),
        format!("{application}?endpointid=SIP%3AHelp%40T.Example"),
    ] {
        let reply = desk.get(&href).await;
        assert_eq!(reply.status, 200, "{href}: {}", reply.text);
    }
    let root = world.anybody().get("/AUTODISCOVER/autodiscoverService.svc/Root/").await;
    assert!(root.resource().href("user").unwrap().starts_with(URL));
}

#[tokio::test]
async fn inputs_may_come_in_the_query_and_their_names_in_any_case() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap();
    let query = format!("{start}?OperationId=op-1&TO={HELPDESK}&Subject=Help%20me");
    let first = visitor.client.send("POST", &query, None).await.location();
    let body = json!({"OPERATIONID": "op-1", "To": "help@t.example", "unknown": {"x": [1]}});
    assert_eq!(visitor.client.post(start, &body.to_string()).await.location(), first);
    let invitation = visitor.read(&first).await;
    assert_eq!(invitation.text("subject"), Some("Help me"));
}

#[tokio::test]
async fn headers_that_browsers_and_old_clients_leave_out_or_add_change_nothing() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let own = chat.visitor.application.href("self").unwrap();
    for (name, value) in [
        ("accept", "*/*"),
        ("accept", "text/plain, */*; q=0.01"),
        ("x-requested-with", "XMLHttpRequest"),
        ("x-ms-sdk-instance", "1"),
        ("x-ms-requiresminresourceversion", "new"),
        ("x-ms-requiresminresourceversion", "1"),
    ] {
        let reply = chat.visitor.client.clone().with(name, value).get(own).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"));
    }
    let accept = "application/vnd.microsoft.com.ucwa+json";
    let reply = chat.visitor.client.clone().with("accept", accept).get(own).await;
    assert_eq!(reply.header("content-type"), format!("{accept}; charset=utf-8"));
    // A JSON body without a content type, or with the one of the documents.
    let typing = chat.messaging.href("setIsTyping").unwrap();
    for content_type in ["", accept, "application/json; charset=UTF-8", "text/json"] {
        let body = (!content_type.is_empty()).then_some((content_type, "{}"));
        assert_eq!(chat.visitor.client.send("POST", typing, body).await.status, 204);
    }
}

#[tokio::test]
async fn a17_links_say_how_long_a_poll_is_held_and_the_server_keeps_to_it() {
    let mut world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    assert!(visitor.channel.next.ends_with("&timeout=25"), "{}", visitor.channel.next);
    let mut parked = Parked::get(&visitor.client, &visitor.channel.next).await;
    world.pass_ms(24_999).await;
    parked.still_waits().await;
    world.pass_ms(1).await;
    let empty = parked.answer().await;
    let next = empty.json()["_links"]["next"]["href"].as_str().unwrap().to_owned();
    assert!(next.ends_with("&timeout=25"), "{next}");
    // The wish of a client counts instead, also in the links that follow.
    let mut asked = Parked::get(&visitor.client, &format!("{next}&timeout=60")).await;
    world.pass_ms(59_999).await;
    asked.still_waits().await;
    world.pass_ms(1).await;
    let next = asked.answer().await.json()["_links"]["next"]["href"].as_str().unwrap().to_owned();
    assert!(next.ends_with("&timeout=60"), "{next}");
    // A server that was started anew knows it from the link.
    world.restart().await;
    visitor.move_to(&world);
    let mut parked = Parked::get(&visitor.client, &next).await;
    world.pass_ms(59_999).await;
    parked.still_waits().await;
    world.pass_ms(1).await;
    assert_eq!(parked.answer().await.status, 200);
}

#[tokio::test]
async fn a17_the_documented_profile_offers_no_shorter_hold() {
    let world = World::with(|settings| settings.limits.poll_timeout_min_s = 180).await;
    let visitor = world.visitor("s-1").await;
    assert!(!visitor.channel.next.contains("timeout"), "{}", visitor.channel.next);
}

#[tokio::test]
async fn a_panic_in_a_handler_is_a_500_and_what_was_kept_goes_on() {
    let world = World::new().await;
    let mut visitor = world.visitor("s-1").await;
    let start = visitor.communication().href("startMessaging").unwrap().to_owned();
    let body = format!(r#"{{"operationId":"op-1","to":"{HELPDESK}"}}"#);
    world.entropy.trip();
    let reply = visitor.client.post(&start, &body).await;
    reply.refused(500, "None");
    assert!(!reply.text.contains("tripped"), "a fault of ours is not told: {}", reply.text);
    // What was half done is gone; as soon as the state is folded anew, the same works.
    loop {
        let reply = visitor.client.post(&start, &body).await;
        if reply.status == 201 {
            break;
        }
        reply.refused(503, "None");
        tokio::task::yield_now().await;
    }
    visitor.channel.until("messagingInvitation", "started").await;
    let list = visitor.read(visitor.communication().href("conversations").unwrap()).await;
    assert_eq!(list.links["conversation"].len(), 1);
}
