//! The real program: what is kept of a visitor is handed out whole, and erased without a trace, while
//! the server serves others.

mod common;

use std::path::Path;

use client::model::Phase;
use client::session::Command;
use common::files;
use common::people::{alice, connect, items, sees, takes_and_answers, visitor, writes};
use common::process::{Process, run};
use serde_json::Value;

/// Every file of the folder that holds these bytes.
fn found_in(folder: &Path, needle: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let entry = entry.expect("it can be listed");
        if !entry.file_type().expect("it has one").is_file() {
            continue;
        }
        let bytes = std::fs::read(entry.path()).expect("it can be read");
        if bytes.windows(needle.len()).any(|it| it == needle.as_bytes()) {
            names.push(entry.file_name().into_string().expect("it is ASCII"));
        }
    }
    names
}

fn frontdesk(data: &Path, arguments: &[&str]) -> (bool, String) {
    let data = data.to_str().expect("it is UTF-8");
    let output = run(&[arguments, &["--data", data]].concat());
    let both = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(both).expect("it prints text"))
}

/// What is handed out of somebody.
fn export(data: &Path, arguments: &[&str]) -> Value {
    let (is_done, text) = frontdesk(data, &[&["export"], arguments].concat());
    assert!(is_done, "{text}");
    serde_json::from_str(&text).expect("it is JSON")
}

/// The desk's id of the conversation in whose records this stands, and the visitor's session.
fn ids_of(data: &Path, said: &str) -> (String, String) {
    let file = rusqlite::Connection::open(data.join("frontdesk.sqlite3")).expect("it opens");
    let sql = "SELECT scope.name FROM record JOIN scope ON scope.id = record.scope \
               WHERE scope.log = 'desk' AND record.body LIKE '%' || ? || '%'";
    let scope: String = file.query_row(sql, [said], |row| row.get(0)).expect("it was said");
    let id = scope.strip_prefix("conversation/").expect("it is one").to_owned();
    let exported = export(data, &["--conversation", &id]);
    (id, exported["visitors"][0]["id"].as_str().expect("it has an id").to_owned())
}

const OF_VERA: [&str; 4] = ["Verasecret", "vera-asks", "alice-answers-vera", "vera-ends"];

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_erased_from_a_running_server_and_nobody_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let process = Process::serve(&data, 0, &["--demo"]);
    let (port, url) = (process.port(), process.url.clone());
    let agent = alice(&url, 1);
    connect(&agent).await;
    let vera = visitor(&url, "Verasecret", 2);
    connect(&vera).await;
    writes(&vera, "vera-asks").await;
    takes_and_answers(&agent, "alice-answers-vera").await;
    sees(&vera, "the answer", |it| items(it).any(|it| it.text == "alice-answers-vera")).await;
    writes(&vera, "vera-ends").await;
    let walter = visitor(&url, "Walter", 3);
    connect(&walter).await;
    writes(&walter, "walter-asks").await;
    let walters = takes_and_answers(&agent, "alice-answers-walter").await;
    sees(&walter, "the answer", |it| items(it).any(|it| it.text == "alice-answers-walter")).await;

    vera.stop().await;
    // What is handed out is all there is.
    let (id, session) = ids_of(&data, "vera-ends");
    let exported = export(&data, &["--visitor", &session]);
    let said: Vec<_> = exported["conversations"][0]["entries"].as_array().unwrap().iter().collect();
    let texts: Vec<_> = said.iter().map(|it| it["text"].as_str().unwrap()).collect();
    for text in ["vera-asks", "alice-answers-vera", "vera-ends"] {
        assert_eq!(texts.iter().filter(|it| **it == text).count(), 1, "{text} in {texts:?}");
    }
    let by_alice = said.iter().find(|it| it["text"] == "alice-answers-vera").unwrap();
    assert_eq!(by_alice["author"]["name"], "Alice");
    assert_eq!(exported["visitors"][0]["names"][0], "Verasecret");
    let whole = exported.to_string();
    assert!(!whole.contains("walter") && !whole.contains("Walter"), "nothing of others");

    let (is_done, text) = frontdesk(&data, &["erase", "--visitor", &session]);
    assert!(is_done && text.contains("1 conversations"), "{text}");
    for word in OF_VERA {
        assert_eq!(found_in(&data, word), Vec::<String>::new(), "{word} is left");
    }
    assert!(!found_in(&data, "walter-asks").is_empty());
    let (is_done, text) = frontdesk(&data, &["export", "--conversation", &id]);
    assert!(!is_done && text.contains("nothing is kept"), "{text}");
    let ended = |it: &client::model::Model| {
        it.conversations.iter().any(|it| it.key != walters && it.phase == Phase::Ended)
    };
    sees(&agent, "that Vera's conversation is over", ended).await;

    // The others go on, now and after a restart from what is left.
    agent.command(Command::Send { conversation: walters.clone(), text: "still-here".into() });
    sees(&walter, "the next", |it| items(it).any(|it| it.text == "still-here")).await;
    process.kill_9();
    let process = Process::serve(&data, port, &["--demo"]);
    for driver in [&agent, &walter] {
        driver.wake();
    }
    writes(&walter, "walter-goes-on").await;
    sees(&agent, "it", |it| items(it).any(|it| it.text == "walter-goes-on")).await;
    agent.command(Command::Send { conversation: walters, text: "and-we".into() });
    sees(&walter, "the last", |it| items(it).any(|it| it.text == "and-we")).await;
    let shown = walter.model();
    let shown: Vec<_> = items(&shown).map(|it| it.text.as_str()).collect();
    let expected =
        ["walter-asks", "alice-answers-walter", "still-here", "walter-goes-on", "and-we"];
    assert_eq!(shown.iter().filter(|it| expected.contains(it)).count(), 5, "each once: {shown:?}");
    for driver in [agent, walter] {
        driver.stop().await;
    }
    assert_eq!(process.end("TERM"), Some(0));
    for word in OF_VERA {
        assert_eq!(found_in(&data, word), Vec::<String>::new(), "{word} came back");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_a_conversation_is_erased_from_the_file_and_it_serves_again() {
    let data = tempfile::tempdir().unwrap();
    let data = data.path();
    let process = Process::serve(data, 0, &["--demo"]);
    let port = process.port();
    let walter = visitor(&process.url, "Walter", 3);
    connect(&walter).await;
    writes(&walter, "walter-asks").await;
    sees(&walter, "the greeting", |it| items(it).count() > 1).await;
    walter.stop().await;
    // As after a crash: it is open, and its newest records are in the write-ahead log.
    process.kill_9();
    let (id, _) = ids_of(data, "Walter");
    let (is_done, text) = frontdesk(data, &["erase", "--conversation", &id]);
    assert!(is_done && text.contains("Erased conversation"), "{text}");
    assert_eq!(found_in(data, "walter-asks"), Vec::<String>::new());
    let (is_done, text) = frontdesk(data, &["erase", "--conversation", &id]);
    assert!(is_done && text.contains("Nothing is kept of conversation"), "{text}");

    let process = Process::serve(data, port, &["--demo"]);
    let wilma = visitor(&process.url, "Wilma", 4);
    connect(&wilma).await;
    writes(&wilma, "wilma-asks").await;
    wilma.stop().await;
    assert_eq!(process.end("TERM"), Some(0));
}

#[test]
fn exactly_one_of_visitor_and_conversation_is_wanted() {
    let data = tempfile::tempdir().unwrap();
    for arguments in [&["erase"][..], &["erase", "--visitor", "a", "--conversation", "b"]] {
        let (is_done, text) = frontdesk(data.path(), arguments);
        assert!(!is_done && text.contains("--conversation"), "{text}");
    }
    let (is_done, text) = frontdesk(data.path(), &["erase", "--visitor", "a"]);
    assert!(!is_done && text.contains("holds no data of frontdesk"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitors_files_go_with_the_visitor_and_those_of_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let process = Process::serve(&data, 0, &["--demo"]);
    let url = process.url.clone();
    let (hers, his) = (files::ticket(&url).await, files::ticket(&url).await);
    let vera = files::sender(&url, &hers, 2).await;
    let walter = files::sender(&url, &his, 3).await;
    let send = async |ticket, name| files::send(&url, ticket, name, files::PNG.to_vec()).await;
    let (hers, shared) = (send(&hers, "hers.png").await, send(&his, "shared.png").await);
    writes(&vera, &hers).await;
    writes(&vera, &shared).await;
    writes(&walter, &shared).await;
    vera.stop().await;
    walter.stop().await;

    let (_, session) = ids_of(&data, "hers.png");
    let exported = export(&data, &["--visitor", &session]);
    assert_eq!(exported["files"][0]["record"]["name"], "hers.png", "{exported:#}");
    assert_eq!(exported["files"].as_array().map(Vec::len), Some(1));
    let (is_done, said) = frontdesk(&data, &["erase", "--visitor", &session]);
    assert!(is_done, "{said}");
    assert_eq!(files::read(&hers).await.0, 404);
    assert_eq!(files::read(&shared).await.0, 200, "another conversation has it, too");
    assert_eq!(std::fs::read_dir(data.join("files")).unwrap().count(), 1);
    assert_eq!(found_in(&data, "hers.png"), Vec::<String>::new());
    assert_eq!(process.end("TERM"), Some(0));
}
