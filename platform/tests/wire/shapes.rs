//! Every main shape on the wire, as a snapshot: what changes here changes for every client.

use serde_json::{Map, Value};

use crate::common::{Chat, HELPDESK, World, application_path};

/// Random names in the order of their appearance, so that snapshots stay.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn name(&mut self, token: &str) -> String {
        let at = self.0.iter().position(|it| it == token).unwrap_or_else(|| {
            self.0.push(token.to_owned());
            self.0.len() - 1
        });
        format!("ID{}", at + 1)
    }

    /// Ids, visitors' numbers and tokens become names.
    fn text(&mut self, text: &str) -> String {
        let is_random = |token: &str| {
            let is_id = token.len() == 16
                && token.bytes().all(|it| b"abcdefghijkmnpqrstuvwxyz23456789".contains(&it));
            is_id || (token.len() == 10 && token.bytes().all(|it| it.is_ascii_digit()))
        };
        let mut out = String::new();
        let text = text.replace("%7E", "~");
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let end = rest.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let token = &rest[..end];
            // The application's number in addresses is ten digits too, and always the same.
            let is_fixed =
                token == "4294967295" || application_path().ends_with(&format!("/{token}"));
            let is_name = is_random(token) && !is_fixed;
            out.push_str(&if is_name { self.name(token) } else { token.to_owned() });
            let next = rest[end..].chars().next();
            out.extend(next);
            rest = &rest[end + next.map_or(0, char::len_utf8)..];
        }
        out
    }

    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.text(text).into(),
            Value::Array(items) => items.iter().map(|it| self.value(it)).collect(),
            Value::Object(object) => {
                let mut out = Map::new();
                for (name, value) in object {
                    let is_guid = value == "please pass this in a PUT request";
                    let name = if is_guid { "GUID".to_owned() } else { name.clone() };
                    out.insert(name, self.value(value));
                }
                Value::Object(out)
            }
            other => other.clone(),
        }
    }
}

#[tokio::test]
async fn the_documents_of_ucwa_keep_their_shape() {
    let world = World::new().await;
    let visitor = world.visitor("s-1").await;
    let application = visitor.client.get(visitor.application.href("self").unwrap()).await.json();
    insta::assert_json_snapshot!("application", Names::default().value(&application));
    visitor.start_messaging("op-1").await;
    let package = visitor.client.get(&visitor.channel.next).await.json();
    insta::assert_json_snapshot!("package_of_a_started_call", Names::default().value(&package));
    world.hooks.until("messagingInvitation", "started").await;

    let chat = Chat::open(&world, "s-2").await;
    let messaging = chat.messaging.href("self").unwrap();
    let json = chat.visitor.client.get(messaging).await.json();
    insta::assert_json_snapshot!("messaging", Names::default().value(&json));
    let conversation = chat.messaging.href("conversation").unwrap();
    let json = chat.visitor.client.get(conversation).await.json();
    insta::assert_json_snapshot!("conversation", Names::default().value(&json));
    let send = chat.messaging.href("sendMessage").unwrap();
    let message = chat.visitor.client.say(&format!("{send}?operationId=m"), "Hi").await.location();
    let json = chat.visitor.client.get(&message).await.json();
    insta::assert_json_snapshot!("message", Names::default().value(&json));
    let json = chat.visitor.client.get(&format!("{message}0")).await.json();
    insta::assert_json_snapshot!("refusal", Names::default().value(&json));
}

#[tokio::test]
async fn the_documents_of_the_trusted_application_api_keep_their_shape() {
    let world = World::new().await;
    let desk = world.desk().await;
    let href = format!("{}?endpointId={HELPDESK}", application_path());
    let json = desk.get(&href).await.json();
    insta::assert_json_snapshot!("trusted_application", Names::default().value(&json));
    world.visitor("s-1").await.start_messaging("op-1").await;
    let hook: Value = serde_json::from_str(&world.hooks.next().await.body).unwrap();
    insta::assert_json_snapshot!("webhook_of_a_call", Names::default().value(&hook));

    let chat = Chat::open(&world, "s-2").await;
    let mut agent = world.agent("alice").await;
    chat.admit(&mut agent, Some(("Alice", "Disabled"))).await;
    let list = desk.get(&chat.bridged_participants).await.json();
    insta::assert_json_snapshot!("bridged_participants", Names::default().value(&list));
    let json = desk.get(chat.meeting.href("self").unwrap()).await.json();
    insta::assert_json_snapshot!("conference", Names::default().value(&json));
    let hooks = world.hooks.all();
    let joined = hooks.iter().find(|it| it.body.contains("\"title\":\"Alice\"")).unwrap();
    let joined: Value = serde_json::from_str(&joined.body).unwrap();
    insta::assert_json_snapshot!("webhook_of_an_agent_who_joined", Names::default().value(&joined));
}

#[tokio::test]
async fn the_documents_of_a_user_keep_their_shape() {
    let world = World::new().await;
    let chat = Chat::open(&world, "s-1").await;
    let mut alice = world.agent("alice").await;
    let messaging = chat.admit(&mut alice, Some(("Alice", "Disabled"))).await;
    let mut bob = world.agent("bob").await;
    chat.admit(&mut bob, None).await;
    let root = world.anybody().get("/autodiscover/autodiscoverservice.svc/root").await.json();
    insta::assert_json_snapshot!("root", root);
    let user = root["_links"]["user"]["href"].as_str().unwrap();
    insta::assert_json_snapshot!("user", alice.client.get(user).await.json());
    let get = async |href: &str| Names::default().value(&alice.client.get(href).await.json());
    let application = get(alice.application.href("self").unwrap()).await;
    insta::assert_json_snapshot!("application_of_a_user", application);
    let me = alice.read(alice.application.embedded("me").unwrap().href("self").unwrap()).await;
    for rel in ["self", "presence", "note", "location", "phones"] {
        let name = if rel == "self" { "me" } else { rel };
        insta::assert_json_snapshot!(name, get(me.href(rel).unwrap()).await);
    }
    insta::assert_json_snapshot!(
        "policies",
        get(alice.application.href("policies").unwrap()).await
    );
    let conversation = alice.read(messaging.href("conversation").unwrap()).await;
    for rel in ["participants", "localParticipant", "leaders", "attendees", "onlineMeeting"] {
        insta::assert_json_snapshot!(rel, get(conversation.href(rel).unwrap()).await);
    }
    let people = alice.read(conversation.href("participants").unwrap()).await;
    let of_bob = people.embedded["participant"].iter().find(|it| it.text("name") == Some("Bob"));
    let contact = of_bob.unwrap().href("contact").unwrap();
    insta::assert_json_snapshot!("contact", get(contact).await);
    for rel in ["contactPresence", "contactNote"] {
        let href = alice.read(contact).await.href(rel).unwrap().to_owned();
        insta::assert_json_snapshot!(rel, get(&href).await);
    }
    let options = alice.client.send("OPTIONS", alice.application.href("self").unwrap(), None).await;
    insta::assert_json_snapshot!("metadata", Names::default().value(&options.json()));
}
