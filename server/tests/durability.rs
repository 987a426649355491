//! What was acknowledged survives `kill -9`: it is in the data file, and the visitor goes on.

mod common;

use std::collections::HashSet;
use std::path::Path;

use client::model::{Delivery, Model};
use client::session::Command;
use common::people::{WAIT, connect, visitor};
use common::process::Process;

/// Messages in the test; the server dies when about half of them are acknowledged.
const MESSAGES: usize = 200;

/// Own texts that the server acknowledged with a 201.
fn acknowledged(model: &Model) -> HashSet<String> {
    let items = model.conversations.iter().flat_map(|it| &it.items);
    let sent = items.filter(|it| it.text.starts_with("text-") && it.delivery == Delivery::Sent);
    sent.map(|it| it.text.clone()).collect()
}

/// Every `text-N` in the data file, with how often the platform's log has it as a message.
fn kept(data: &Path) -> String {
    let file =
        rusqlite::Connection::open(data.join("frontdesk.sqlite3")).expect("the file is there");
    let mut bodies = file
        .prepare("SELECT record.body FROM record JOIN scope ON scope.id = record.scope WHERE scope.log = 'platform'")
        .expect("the tables are there");
    let bodies = bodies.query_map([], |row| row.get::<_, String>(0)).expect("it reads");
    bodies.map(|it| it.expect("it reads") + "\n").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_1_a_message_acknowledged_with_201_is_in_the_file_after_kill_9() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::serve(data.path(), 0, &["--demo"]);
    let port = process.port();
    let visitor = visitor(&process.url, "Vera", 1);
    connect(&visitor).await;
    let text = |n: usize| format!("text-{n}-end");
    for n in 0..MESSAGES {
        visitor.command(Command::Send { conversation: String::new(), text: text(n) });
    }
    visitor.wait_until(|it| acknowledged(it).len() >= MESSAGES / 2, WAIT).await.unwrap();
    process.kill_9();

    let known = acknowledged(&visitor.model());
    assert!(known.len() >= MESSAGES / 2);
    let bodies = kept(data.path());
    for it in &known {
        assert!(bodies.contains(it.as_str()), "{it} was acknowledged and is not kept");
    }

    let process = Process::serve(data.path(), port, &["--demo"]);
    visitor.wake();
    let model = visitor.wait_until(|it| acknowledged(it).len() == MESSAGES, WAIT).await.unwrap();
    let items = model.conversations.iter().flat_map(|it| &it.items);
    let shown: Vec<String> =
        items.filter(|it| it.text.starts_with("text-")).map(|it| it.text.clone()).collect();
    let expected: Vec<String> = (0..MESSAGES).map(text).collect();
    assert_eq!(shown, expected, "each once and in order, across the crash");
    visitor.stop().await;
    assert_eq!(process.end("TERM"), Some(0));
}
