//! Whatever anybody sends, in whatever form: an answer in the protocol's own words, never a 500, never a panic.

use proptest::prelude::*;
use serde_json::{Value, json};
use shared::ErrorBody;

use crate::common::{Chat, Client, HELPDESK, Reply, World, application_path};
use crate::mutate::{changed, changes};

/// A request that somebody might make.
#[derive(Clone, Debug)]
struct Odd {
    who: u8,
    method: &'static str,
    address: prop::sample::Index,
    tail: String,
    kind: &'static str,
    body: Vec<crate::mutate::Change>,
    raw: Option<String>,
}

fn odd() -> impl Strategy<Value = Odd> {
    let method =
        prop::sample::select(vec!["GET", "POST", "POST", "POST", "PUT", "DELETE", "PATCH"]);
    let kind = prop::sample::select(vec![
        "application/json",
        "application/json; charset=utf-8",
        "application/vnd.microsoft.com.ucwa+json",
        "text/plain; charset=utf-8",
        "text/html; charset=nonsense",
        "application/x-www-form-urlencoded",
        "multipart/batching; boundary=x",
    ]);
    let tail = prop_oneof![
        4 => Just(String::new()),
        1 => "[?&=%+;/.~A-Za-z0-9\u{2d}]{0,24}",
        1 => Just("?to=&operationId=%00&TIMEOUT=-1&ack=99999999999999999999".to_owned()),
    ];
    let raw = prop_oneof![
        4 => Just(None),
        1 => "[<>&;a-z\"'=%+{}\\[\\]:,\u{e9}\r\n -]{0,60}".prop_map(Some),
        1 => Just(Some("--x\r\nContent-Type: application/http; msgtype=request\r\n\r\nGET / HTTP/1.1\r\n\r\n--x--".to_owned())),
    ];
    (0_u8..4, method, any::<prop::sample::Index>(), tail, kind, changes(), raw).prop_map(
        |(who, method, address, tail, kind, body, raw)| Odd {
            who,
            method,
            address,
            tail,
            kind,
            body,
            raw,
        },
    )
}

/// A body with every input there is, so that a change hits one that matters.
fn every_input() -> Value {
    json!({
        "operationId": "op", "to": HELPDESK, "subject": "s", "importance": "Normal", "threadId": "t",
        "callbackUrl": "https://desk.example/hook", "callbackContext": "1", "displayName": "Alice",
        "participantUri": "sip:alice@t.example", "messageFilterState": "Disabled", "reason": "Local",
        "onlineMeetingUri": "sip:m", "impersonatedDisplayName": "x", "accessLevel": "Everyone",
        "applicationSessionId": "s-9", "allowedOrigins": "https://shop.example", "availability": "Online",
        "supportedModalities": ["Messaging"], "supportedMessageFormats": ["Plain"], "signInAs": "Online",
        "culture": "en", "userAgent": "x", "endpointId": "e", "instanceId": "i", "message": "hello",
        "_links": { "message": { "href": "data:text/plain,hi" }, "customContent": { "href": "data:,x" } },
    })
}

/// Every address that documents of a running chat name.
fn addresses(replies: &[Reply]) -> Vec<String> {
    fn gather(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Object(object) => object.iter().for_each(|(name, it)| match it.as_str() {
                Some(href) if name == "href" && !href.starts_with("data:") => {
                    into.push(href.to_owned());
                }
                _ => gather(it, into),
            }),
            Value::Array(items) => items.iter().for_each(|it| gather(it, into)),
            _ => {}
        }
    }
    let mut out = vec![
        "/platformservice/discover".to_owned(),
        "/autodiscover/autodiscoverservice.svc/root".to_owned(),
        "/ucwa/oauth/v1/applications".to_owned(),
        "/ucwa/psanon/v1/applications".to_owned(),
        format!("{}/adhocMeetings?endpointId={HELPDESK}", application_path()),
    ];
    for reply in replies {
        gather(&reply.json(), &mut out);
    }
    // A poll is held back; whether it panics is for other tests.
    out.retain(|it| !it.contains("/events"));
    out.sort();
    out.dedup();
    out
}

/// A chat in full swing, asked by everybody in it and by a stranger.
struct Target {
    world: World,
    addresses: Vec<String>,
    people: Vec<Client>,
}

impl Target {
    async fn new() -> Self {
        let world = World::new().await;
        let chat = Chat::open(&world, "s-1").await;
        let mut agent = world.agent("alice").await;
        chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
        let desk = world.desk().await;
        let application =
            |it: &crate::common::Member| it.application.href("self").unwrap().to_owned();
        let mut replies = vec![
            desk.get(&format!("{}?endpointId={HELPDESK}", application_path())).await,
            desk.get(chat.meeting.href("self").unwrap()).await,
            desk.get(&chat.bridged_participants).await,
            chat.visitor.client.get(&application(&chat.visitor)).await,
            chat.visitor.client.get(chat.messaging.href("self").unwrap()).await,
            chat.visitor.client.get(chat.messaging.href("conversation").unwrap()).await,
            agent.client.get(&application(&agent)).await,
        ];
        for href in addresses(&replies) {
            for client in [&desk, &chat.visitor.client, &agent.client] {
                let reply = client.get(&href).await;
                if reply.status == 200 {
                    replies.push(reply);
                }
            }
        }
        let addresses = addresses(&replies);
        let people = vec![desk, chat.visitor.client.clone(), agent.client.clone(), world.anybody()];
        Self { world, addresses, people }
    }

    async fn ask(&self, odd: &Odd) -> Result<(), TestCaseError> {
        let address = format!("{}{}", odd.address.get(&self.addresses), odd.tail);
        if address.parse::<axum::http::Uri>().is_err() {
            return Ok(());
        }
        let body =
            odd.raw.clone().unwrap_or_else(|| changed(&every_input(), &odd.body).to_string());
        let reply = self.people[usize::from(odd.who)]
            .send(odd.method, &address, Some((odd.kind, &body)))
            .await;
        prop_assert!(
            reply.status < 500,
            "{} {address} {body}: {} {}",
            odd.method,
            reply.status,
            reply.text
        );
        let says_why = reply.status < 400
            || reply.status == 401
            || ErrorBody::parse(&reply.text).is_some()
            || address.to_lowercase().contains("oauthtoken")
            || address.to_lowercase().contains("xframe");
        prop_assert!(says_why, "{} {address}: {} {}", odd.method, reply.status, reply.text);
        Ok(())
    }
}

/// So many rounds against one platform, and so many platforms.
const REQUESTS: usize = 60;

fn cases() -> ProptestConfig {
    let given = ProptestConfig::default();
    ProptestConfig { cases: (given.cases / 8).max(24), max_shrink_iters: 200, ..given }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_request_is_worth_a_panic_or_a_500(script in prop::collection::vec(odd(), REQUESTS)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let target = Target::new().await;
            for odd in &script {
                target.ask(odd).await?;
            }
            // It still works for others.
            target.world.visitor("s-after").await;
            Ok::<(), TestCaseError>(())
        })?;
    }
}
