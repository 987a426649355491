//! `frontdesk serve --only platform` and `--only desk`: two processes, TCP and real tokens between.

use client::http::HttpResponse;
use client::model::{Author, Phase};
use client::session::Command;
use e2e::Http;
use e2e::halves::{Halves, Proof};
use e2e::person::texts;
use e2e::raw::{JSON, href, resource};
use serde_json::{Value, json};
use shared::AnonToken;

const HELP: &str = "sip:help@halves.example";

async fn chat(proof: Proof) {
    let halves = Halves::start(proof, HELP);
    let ann = halves.ann(1);
    ann.connect().await;
    let visitor = halves.visitor(2);
    visitor.connect().await;
    visitor.does(Command::StartConversation { subject: None });
    visitor.sees("the greeting", |it| it.conversations.iter().any(|it| !it.items.is_empty())).await;
    visitor.writes("", "Is anybody there?");
    let conversation = ann.takes_the_next().await;
    ann.writes(&conversation, "I am.");
    let answer = visitor.reads("I am.").await;
    assert_eq!(answer.author, Author::Other("Ann".into()), "the name the desk bridged");

    let halves = halves.restart_platform();
    visitor.writes("", "Still?");
    ann.reads("Still?").await;
    ann.writes(&conversation, "Still.");
    visitor.reads("Still.").await;
    let shown = texts(&visitor.model().conversations[0]);
    let told = ["me: Is anybody there?", "Ann: I am.", "me: Still?", "Ann: Still."];
    assert_eq!(shown[shown.len() - 4..], told, "each once, in order");

    let key = visitor.model().conversations[0].key.clone();
    visitor.does(Command::End { conversation: key });
    visitor.sees("the end", |it| it.conversations.iter().all(|it| it.phase == Phase::Ended)).await;
    ann.sees("the end", |it| it.conversations.iter().all(|it| it.phase == Phase::Ended)).await;

    // Looked for at growing distances: a quick chat may be over before.
    halves.desk.logs("the platform knows the desk's endpoint").await;
    let log = halves.desk.log();
    assert!(log.contains("the desk cannot work over this platform yet"), "it was not there: {log}");
    for secret in ["a secret of both", "three green bottles", "PRIVATE KEY", "psat=", "cwt=", "eyJ"]
    {
        assert!(!log.contains(secret), "{secret} is in the log: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sac_01_a_desk_with_a_secret_chats_over_a_platform_in_another_process() {
    chat(Proof::Secret).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sac_01_a_desk_with_a_certificate_chats_over_a_platform_in_another_process() {
    chat(Proof::Certificate).await;
}

async fn token(halves: &Halves, http: &Http) -> HttpResponse {
    let origins = &halves.desk.url;
    let body = json!({ "ApplicationSessionId": "s", "AllowedOrigins": origins, "Site": "main" });
    let url = format!("{origins}/GetAnonTokenJob");
    http.send("POST", &url, &[JSON, ("origin", origins)], Some(&body.to_string())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_7_a_token_works_at_the_other_process_from_the_desks_origin_only() {
    let halves = Halves::start(Proof::Secret, HELP);
    let http = Http::to(&halves.desk.url);
    let given = token(&halves, &http).await;
    let given: AnonToken = serde_json::from_str(&given.body).unwrap();
    assert!(given.discover_uri.starts_with(&halves.platform.url), "{}", given.discover_uri);
    let bearer = format!("Bearer {}", given.token);
    let desk = halves.desk.url.as_str();
    let discover = http.send("GET", &given.discover_uri, &[("origin", desk)], None).await;
    let applications = href(&resource(&discover), "anonApplications");
    let body = r#"{"culture":"en-us","userAgent":"e2e/1"}"#;
    for (origin, status) in [("https://evil.example", 403), (desk, 201)] {
        let headers = [JSON, ("origin", origin), ("authorization", bearer.as_str())];
        let made = http.send("POST", &applications, &headers, Some(body)).await;
        assert_eq!(made.status, status, "{origin}: {}", made.body);
        let shared_with = made.header("access-control-allow-origin");
        assert_eq!(shared_with, (status == 201).then_some(origin), "{origin}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sac_02_a_desk_whose_endpoint_the_platform_does_not_know_says_so() {
    let halves = Halves::start(Proof::Secret, "sip:other@halves.example");
    let http = Http::to(&halves.desk.url);
    let refused = token(&halves, &http).await;
    assert_eq!(refused.status, 500, "{}", refused.body);
    let body: Value = serde_json::from_str(&refused.body).unwrap();
    assert!(body["Error"].as_str().is_some_and(|it| !it.is_empty()), "{body}");
    let log = halves.desk.log();
    assert!(log.contains("403 Forbidden/ApplicationNotFound (client request id "), "{log}");
    assert!(log.contains("server 127.0.0.1"), "the platform's own names of it: {log}");
}
