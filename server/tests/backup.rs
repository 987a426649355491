//! The real program: a backup of a server under load, restored and served; an upgrade, and back.

mod common;

use std::path::{Path, PathBuf};
use std::process::Output;

use client::model::Delivery;
use client::session::Command;
use common::people::{connect, items, sees, visitor, writes};
use common::process::{Process, run};
use rusqlite::Connection;

/// Messages in the test; the backup is made when a third of them are acknowledged.
const MESSAGES: usize = 300;

fn file_of(folder: &Path) -> PathBuf {
    folder.join("frontdesk.sqlite3")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a temporary folder's name is UTF-8")
}

fn said(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(both).expect("it prints text")
}

/// Runs it and expects success.
fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

/// Runs it and expects a refusal.
fn refused(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    said(&output)
}

/// Every body of the platform's log.
fn bodies(file: &Path) -> String {
    let connection = Connection::open(file).expect("it opens");
    let sql = "SELECT record.body FROM record JOIN scope ON scope.id = record.scope \
               WHERE scope.log = 'platform' ORDER BY record.seq";
    let mut statement = connection.prepare(sql).expect("the tables are there");
    let found = statement.query_map([], |row| row.get::<_, String>(0)).expect("it reads");
    found.map(|it| it.expect("it reads") + "\n").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_1_what_was_acknowledged_before_a_backup_is_in_it_and_serves_again() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let process = Process::serve(&at("data"), 0, &["--demo"]);
    let port = process.port();
    let vera = visitor(&process.url, "Vera", 1);
    connect(&vera).await;
    let written = |n: usize| format!("text-{n}-end");
    for n in 0..MESSAGES {
        vera.command(Command::Send { conversation: String::new(), text: written(n) });
    }
    let sent = |it: &client::model::Model| -> Vec<String> {
        let sent = items(it).filter(|it| it.delivery == Delivery::Sent);
        sent.filter(|it| it.text.starts_with("text-")).map(|it| it.text.clone()).collect()
    };
    sees(&vera, "a third as sent", |it| sent(it).len() >= MESSAGES / 3).await;
    let before = sent(&vera.model());
    let arguments = ["backup", text(&at("copy")), "--data", text(&at("data"))].map(str::to_owned);
    let copying = tokio::task::spawn_blocking(move || {
        done(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    });
    assert!(copying.await.unwrap().contains("Backed up"));
    sees(&vera, "all as sent", |it| sent(it).len() == MESSAGES).await;
    vera.stop().await;
    process.kill_9();

    let kept = bodies(&at("copy"));
    assert!(before.len() >= MESSAGES / 3);
    for it in &before {
        assert!(kept.contains(it.as_str()), "{it} was acknowledged and is not in the backup");
    }
    assert!(done(&["restore", text(&at("copy")), "--verify"]).contains("is whole"));
    let restored = done(&["restore", text(&at("copy")), "--data", text(&at("new")), "--verify"]);
    assert!(restored.contains("counts and hashes are those of the backup"), "{restored}");
    assert_eq!(bodies(&file_of(&at("new"))), kept);

    let process = Process::serve(&at("new"), port, &["--demo"]);
    let viktor = visitor(&process.url, "Viktor", 2);
    connect(&viktor).await;
    writes(&viktor, "It serves again.").await;
    viktor.stop().await;
    assert_eq!(process.end("TERM"), Some(0));
}

#[test]
fn a_restore_leaves_a_running_server_and_other_data_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let process = Process::serve(&at("data"), 0, &["--demo"]);
    done(&["backup", text(&at("copy")), "--data", text(&at("data"))]);
    let again = refused(&["backup", text(&at("copy")), "--data", text(&at("data"))]);
    assert!(again.contains("exists already"), "{again}");
    done(&["backup", text(&at("copy")), "--data", text(&at("data")), "--overwrite"]);
    let (copy, data) = (at("copy"), at("data"));
    let busy = ["restore", text(&copy), "--data", text(&data), "--replace"];
    let text_of_busy = refused(&busy);
    assert!(text_of_busy.contains("stop that one"), "{text_of_busy}");
    assert_eq!(process.end("TERM"), Some(0));

    let full = refused(&["restore", text(&at("copy")), "--data", text(&at("data"))]);
    assert!(full.contains("is not empty") && full.contains("--replace"), "{full}");
    done(&busy);
    assert!(at("data/frontdesk.sqlite3.replaced").exists(), "what was there is kept");
    let none = refused(&["restore", text(&at("nothing")), "--data", text(&at("other"))]);
    assert!(none.contains("there is no such file"), "{none}");
    assert!(!at("other").exists());
    let empty = refused(&["backup", text(&at("copy-2")), "--data", text(&at("other"))]);
    assert!(empty.contains("holds no data of frontdesk"), "{empty}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_of_the_first_schema_takes_a_backup_serves_and_can_go_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let dump = include_str!("../../store/fixtures/schema-1.sql");
    Connection::open(file_of(&data)).unwrap().execute_batch(dump).unwrap();
    let before = bodies(&file_of(&data));
    assert!(before.contains("Do you ship to Norway?"));

    let process = Process::serve(&data, 0, &["--demo"]);
    let vera = visitor(&process.url, "Vera", 1);
    connect(&vera).await;
    writes(&vera, "Since the upgrade.").await;
    vera.stop().await;
    assert_eq!(process.end("TERM"), Some(0));
    let after = bodies(&file_of(&data));
    assert!(after.starts_with(&before), "nothing of it was lost or changed");
    assert!(after.contains("Since the upgrade."));

    let copy = data.join("frontdesk.sqlite3.schema-1.backup");
    done(&["restore", text(&copy), "--data", text(&data), "--replace"]);
    assert_eq!(bodies(&file_of(&data)), before, "as it was before the upgrade");
    let connection = Connection::open(file_of(&data)).unwrap();
    let schema: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(schema, 1, "for the older program");
}
