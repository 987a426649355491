//! Files, as a visitor's browser sends and reads them.

use client::model::Phase;
use client::native::NativeDriver;
use client::session::Command;
use serde_json::{Value, json};

use super::people::{connect, sees, visitor, writes};

/// How a picture begins.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

/// A visitor's ticket at the demonstration's site.
pub(crate) async fn ticket(url: &str) -> String {
    let asked = reqwest::Client::new()
        .post(format!("{url}/desk/visitor/ticket"))
        .header("Content-Type", "application/json")
        .body(json!({ "site": "demo" }).to_string());
    let answer = asked.send().await.expect("it answers").text().await.expect("it is text");
    let body: Value = serde_json::from_str(&answer).expect("it is JSON");
    body["ticket"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// A visitor whose conversation has begun, with this ticket; without one a visitor sends no files.
pub(crate) async fn sender(url: &str, ticket: &str, seed: u64) -> NativeDriver {
    let vera = visitor(url, "Vera", seed);
    let about = json!({ "site": "demo", "ticket": ticket }).to_string();
    vera.command(Command::Describe { about });
    connect(&vera).await;
    writes(&vera, "a file comes").await;
    let has_begun =
        |it: &client::model::Model| it.conversations.iter().any(|it| it.phase == Phase::Connected);
    sees(&vera, "a conversation", has_begun).await;
    vera
}

/// Sends a file; answers its address.
pub(crate) async fn send(url: &str, ticket: &str, name: &str, content: Vec<u8>) -> String {
    let asked = reqwest::Client::new()
        .post(format!("{url}/desk/visitor/files?name={name}"))
        .bearer_auth(ticket)
        .body(content);
    let answer = asked.send().await.expect("it answers").text().await.expect("it is text");
    let body: Value = serde_json::from_str(&answer).expect("it is JSON");
    body["url"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Reads a file: the status, and the content.
pub(crate) async fn read(address: &str) -> (u16, Vec<u8>) {
    let answer = reqwest::get(address).await.expect("it answers");
    let status = answer.status().as_u16();
    (status, answer.bytes().await.expect("it comes to its end").to_vec())
}
