//! What was erased is in no table and in no byte of the files, and does not come back.

use std::fs;
use std::path::Path;

use super::folder;
use crate::contract::{record, replayed};
use crate::{Erasure, SqliteStore, StoreError};

/// Whether any file of the folder holds these bytes.
fn found_in(folder: &Path, needle: &str) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let bytes = fs::read(entry.path()).unwrap();
        if bytes.windows(needle.len()).any(|it| it == needle.as_bytes()) {
            names.push(entry.file_name().into_string().unwrap());
        }
    }
    names
}

fn scope(log: &str, name: &str) -> (String, String) {
    (log.to_owned(), name.to_owned())
}

#[tokio::test]
async fn an_erased_scope_leaves_no_byte_behind_while_the_store_is_open() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let (log, other) = (store.log("a"), store.log("b"));
    // Short ones, and ones that need pages of their own.
    for n in 0..300_usize {
        let text = format!("secret-{n}-{}", "secret".repeat(n * 7));
        let kept = format!("kept-{n}-{}", "k".repeat(n * 5));
        log.submit(vec![record("s/gone", &text), record("s/stays", &kept)]).await.unwrap();
        other.submit(vec![record("s/gone", "elsewhere")]).await.unwrap();
    }
    assert!(!found_in(folder.path(), "secret").is_empty());
    let mixed = log.history("s/stays").await.unwrap()[7].seq;
    let erasure = Erasure {
        scopes: vec![scope("a", "s/gone"), scope("a", "never there")],
        bodies: vec![(mixed, "scrubbed".to_owned())],
        at_ms: 5,
    };
    store.erase(erasure).await.unwrap();
    assert_eq!(found_in(folder.path(), "secret"), Vec::<String>::new());
    assert_eq!(found_in(folder.path(), "kept-7-"), Vec::<String>::new());

    assert_eq!(log.history("s/gone").await, Ok(vec![]));
    let left = replayed(&*log).await;
    assert_eq!((left.len(), left[7].as_str(), &left[8][..7]), (300, "scrubbed", "kept-8-"));
    assert_eq!(replayed(&*other).await.len(), 300, "the same name in another log is another scope");
    store.close().await;
    assert_eq!(found_in(folder.path(), "secret"), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_submitted_to_an_erased_scope_is_not_kept() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open(&path).unwrap();
    let log = store.log("a");
    log.submit(vec![record("s/gone", "1"), record("s/stays", "2")]).await.unwrap();
    let scopes = vec![scope("a", "s/gone")];
    store.erase(Erasure { scopes, bodies: vec![], at_ms: 5 }).await.unwrap();
    log.submit(vec![record("s/gone", "late"), record("s/stays", "3")]).await.unwrap();
    assert_eq!(replayed(&*log).await, ["2", "3"]);
    store.close().await;
    let store = SqliteStore::open(&path).unwrap();
    let log = store.log("a");
    log.submit(vec![record("s/gone", "later still")]).await.unwrap();
    assert_eq!(replayed(&*log).await, ["2", "3"], "nor after a restart");
    assert_eq!(log.history("s/gone").await, Ok(vec![]));
    store.close().await;
}

#[tokio::test]
async fn while_somebody_reads_an_older_state_it_says_that_it_is_not_done() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open(&path).unwrap();
    store.log("a").submit(vec![record("s/gone", "secret")]).await.unwrap();
    let reading = crate::Archive::open(&path).unwrap();
    let erasure = || Erasure { scopes: vec![scope("a", "s/gone")], bodies: vec![], at_ms: 5 };
    let refused = store.erase(erasure()).await;
    let Err(StoreError::Unwritable(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("wait until that is done and do the same again"), "{text}");
    drop(reading);
    store.erase(erasure()).await.unwrap();
    assert_eq!(found_in(folder.path(), "secret"), Vec::<String>::new());
    store.close().await;
}
