//! What the customer's page is told of a change: events for its analytics, without anybody's words.

use client::model::{Connection, Model, Phase};

use super::bridge::ToPage;
use super::status::agent_name;

/// What happened from one model to the next.
pub fn told(before: &Model, after: &Model) -> Vec<ToPage> {
    let mut events = Vec::new();
    let line = word(&after.connection);
    if line != word(&before.connection) {
        events.push(ToPage::Event("connection", line.to_owned()));
    }
    let (was, is) = (before.conversations.last(), after.conversations.last());
    let [was_phase, phase] = [was, is].map(|it| it.map(|it| it.phase));
    if phase != was_phase && phase == Some(Phase::Connected) {
        events.push(ToPage::Event("chat:started", String::new()));
    }
    let name = is.and_then(agent_name);
    if let Some(name) = name.filter(|_| name != was.and_then(agent_name)) {
        events.push(ToPage::Event("chat:assigned", name.to_owned()));
    }
    if phase != was_phase && was.is_some() && phase == Some(Phase::Ended) {
        events.push(ToPage::Event("chat:ended", String::new()));
    }
    events
}

const fn word(connection: &Connection) -> &'static str {
    match connection {
        Connection::Idle => "",
        Connection::Connecting => "connecting",
        Connection::Online => "online",
        Connection::Reconnecting { .. } => "offline",
        _ => "stopped",
    }
}

#[cfg(test)]
mod tests {
    use client::model::{Author, Connection, Conversation, Delivery, Item, Model, Phase, Standing};

    use super::told;

    fn model(connection: Connection, phase: Option<Phase>, by: Option<&str>) -> Model {
        let items = by.map(|name| Item {
            key: "a".to_owned(),
            author: Author::Other(name.to_owned()),
            text: "a secret".to_owned(),
            at_ms: 0,
            delivery: Delivery::Sent,
            reach: Standing::Sent,
            operation_id: None,
        });
        let items: Vec<Item> = items.into_iter().collect();
        let talk = |phase| Conversation { phase, items: items.clone(), ..Conversation::default() };
        let conversations = phase.map(talk).into_iter().collect();
        Model { connection, conversations, ..Model::default() }
    }

    fn words(before: &Model, after: &Model) -> Vec<String> {
        told(before, after).iter().map(|it| [it.kind(), "=", &it.detail()].concat()).collect()
    }

    #[test]
    fn a_chat_is_told_from_its_start_to_its_end_without_anybodys_words() {
        let steps = [
            model(Connection::Idle, None, None),
            model(Connection::Connecting, Some(Phase::Connecting), None),
            model(Connection::Online, Some(Phase::Connected), None),
            model(Connection::Online, Some(Phase::Connected), Some("Alice")),
            model(
                Connection::Reconnecting { retry_at_ms: 1 },
                Some(Phase::Connected),
                Some("Alice"),
            ),
            model(Connection::Online, Some(Phase::Ended), Some("Alice")),
        ];
        let all: Vec<_> = steps.windows(2).flat_map(|it| words(&it[0], &it[1])).collect();
        let expected = [
            "connection=connecting",
            "connection=online",
            "chat:started=",
            "chat:assigned=Alice",
            "connection=offline",
            "connection=online",
            "chat:ended=",
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn what_did_not_change_is_not_told() {
        let model = model(Connection::Online, Some(Phase::Connected), Some("Alice"));
        assert!(words(&model, &model).is_empty());
    }
}
