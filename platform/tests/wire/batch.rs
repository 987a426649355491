//! Batches: UCW-27 and row A47.

use crate::common::{Chat, Client, Reply, World};

/// Posts requests as a batch; the answers' status lines and bodies, in order.
async fn post(client: &Client, href: &str, requests: &[String]) -> (Reply, Vec<(u16, String)>) {
    let part = |request: &String| {
        format!("--b-1\r\nContent-Type: application/http; msgtype=request\r\n\r\n{request}\r\n")
    };
    let body = requests.iter().map(part).collect::<String>() + "--b-1--\r\n";
    let body = Some(("multipart/batching;boundary=b-1", body.as_str()));
    let reply = client.clone().with("accept", "multipart/batching").send("POST", href, body).await;
    let content_type = reply.header("content-type").to_owned();
    let boundary = content_type.split('"').nth(1).unwrap_or("none");
    let delimiter = format!("--{boundary}");
    let parts = reply.text.split(&delimiter);
    let answers = parts.filter(|it| it.contains("msgtype=response")).map(|part| {
        let answer = part.split_once("\r\n\r\n").unwrap().1;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.trim_end().to_owned())
    });
    let answers = answers.collect();
    (reply, answers)
}

fn get(href: &str) -> String {
    format!("GET {href} HTTP/1.1\r\nHost: p.example\r\nAccept: application/json\r\n\r\n")
}

#[tokio::test]
async fn ucw_27_a_batch_is_answered_part_by_part_in_order() {
    let world = World::new().await;
    let agent = world.agent("alice").await;
    let batch = agent.application.href("batch").unwrap();
    let me = agent.application.embedded("me").unwrap().href("self").unwrap();
    let communication = agent.communication().href("self").unwrap();
    let requests = [get(me), get(&agent.channel.next), get(communication), get(batch)];
    let (reply, answers) = post(&agent.client, batch, &requests).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.header("content-type").starts_with("multipart/batching; boundary=\""));
    let statuses: Vec<_> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 400, 200, 400]);
    assert!(answers[0].1.contains(r#""rel":"me""#), "{}", answers[0].1);
    assert!(answers[1].1.contains("not in a batch"), "{}", answers[1].1);
    assert!(answers[2].1.contains(r#""rel":"communication""#), "{}", answers[2].1);
    assert!(!reply.text.contains('\u{feff}'), "no byte order mark");
}

#[tokio::test]
async fn a47_the_parts_of_a_batch_are_executed_one_after_the_other() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let batch = chat.visitor.application.href("batch").unwrap();
    let send = chat.messaging.href("sendMessage").unwrap();
    let say = |text: &str| {
        format!(
            "POST http://p.example{send}?operationId={text} HTTP/1.1\r\nContent-Type: text/plain\r\n\
             Content-Transfer-Encoding: binary\r\nContent-Length: 99\r\n\r\n{text}"
        )
    };
    let (reply, answers) =
        post(&chat.visitor.client, batch, &[say("one"), say("two"), say("end")]).await;
    let statuses: Vec<_> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [201, 201, 201], "{}", reply.text);
    assert!(reply.text.contains("messages/3\r\n"), "each has its Location: {}", reply.text);
    assert_eq!(chat.visitor.channel.until_text("end").await, ["one", "two", "end"]);
}

#[tokio::test]
async fn invariant_6_a_part_has_the_rights_of_its_batch_and_no_others() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let other = world.visitor("s-2").await;
    let batch = visitor.application.href("batch").unwrap();
    let own = visitor.application.href("self").unwrap();
    let foreign = other.application.href("self").unwrap();
    let token = other.client.token.as_ref().unwrap();
    let forged = format!("GET {own} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n");
    let requests = [
        get(own),
        forged,
        get(foreign),
        get("/platformservice/discover"),
        get(&format!("{own}0")),
        "nonsense".to_owned(),
    ];
    let (_, answers) = post(&visitor.client, batch, &requests).await;
    let statuses: Vec<_> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 200, 403, 403, 403, 400]);
    let (reply, _) = post(&other.client, batch, &[get(own)]).await;
    reply.refused(404, "ApplicationNotFound");
    let (reply, _) = post(&world.anybody(), batch, &[get(own)]).await;
    assert_eq!(reply.status, 401);
    let mut elsewhere = world.anybody().from("https://evil.example");
    elsewhere.token.clone_from(&visitor.client.token);
    let (reply, _) = post(&elsewhere, batch, &[get(own)]).await;
    assert_eq!(reply.status, 403);
}

#[tokio::test]
async fn invariant_8_a_batch_is_bounded_and_what_is_none_is_refused() {
    let world = World::new().await;
    let mut chat = Chat::open(&world, "s-1").await;
    let visitor = &chat.visitor;
    let batch = visitor.application.href("batch").unwrap();
    let send = chat.messaging.href("sendMessage").unwrap();
    let say = format!("POST {send} HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nx");
    let (reply, _) = post(&visitor.client, batch, &vec![say; 101]).await;
    reply.refused(429, "None");
    let (reply, _) = post(&visitor.client, batch, &[]).await;
    reply.refused(400, "DeserializationFailure");
    visitor.client.post(batch, "{}").await.refused(415, "UnsupportedMediaType");
    let large = format!("--b\r\n{}", "x".repeat(1 << 20));
    let body = Some(("multipart/batching;boundary=b", large.as_str()));
    visitor.client.send("POST", batch, body).await.refused(413, "None");
    let own = get(visitor.application.href("self").unwrap());
    let (reply, answers) = post(&visitor.client, batch, &vec![own; 100]).await;
    assert_eq!((reply.status, answers.len()), (200, 100));
    // Nothing of the batch that was refused was executed.
    let href = format!("{send}?operationId=end");
    chat.visitor.client.say(&href, "end").await.location();
    assert_eq!(chat.visitor.channel.until_text("end").await, ["end"]);
}
