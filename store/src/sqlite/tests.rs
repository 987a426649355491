//! The contract, and what only a file can suffer: being full, locked, damaged, or too new.

mod backup;
mod erase;
mod faults;
mod upgrade;

use std::time::Duration;

use rusqlite::Connection;

use super::{Change, REPLAY, SqliteStore, answer};
use crate::contract::{self, closing, record, replayed};
use crate::{Documents, StoreError};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

async fn batch(store: &SqliteStore, sql: &str) {
    answer(store.inner.submit(Change::Batch(sql.into()))).await.expect("the statements run");
}

#[tokio::test]
async fn the_sqlite_store_keeps_the_contract() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    contract::check_log(&*store.log("a"), &*store.log("b")).await;
    contract::check_documents(&*store).await;
}

#[tokio::test]
async fn what_was_kept_is_there_after_reopening() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open(&path).unwrap();
    let log = store.log("a");
    log.submit(vec![record("s/1", "1"), record("s/2", "2")]).await.unwrap();
    // Not waited for: closing finishes what waits.
    drop(log.submit(vec![closing("s/1", "3"), record("s/3", "4")]));
    store.put("c", "k", "v").await.unwrap();
    store.close().await;
    assert_eq!(log.submit(vec![record("s", "x")]).await, Err(StoreError::Closed));
    assert_eq!(store.put("c", "k", "w").await, Err(StoreError::Closed));

    let store = SqliteStore::open(&path).unwrap();
    let log = store.log("a");
    assert_eq!(replayed(&*log).await, ["2", "4"]);
    assert_eq!(log.history("s/1").await.unwrap().len(), 2);
    assert_eq!(store.get("c", "k").await, Ok(Some("v".into())));
    log.submit(vec![record("s/2", "5")]).await.unwrap();
    assert_eq!(replayed(&*log).await, ["2", "4", "5"], "the order goes on after reopening");
}

#[tokio::test]
async fn invariant_1_what_was_answered_is_in_the_file_for_any_other_reader() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open(&path).unwrap();
    let log = store.log("a");
    let other = Connection::open(&path).unwrap();
    for n in 1..=50_u32 {
        log.submit(vec![record("s", &n.to_string())]).await.unwrap();
        let kept: u32 =
            other.query_row("SELECT count(*) FROM record", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, n);
    }
    let mode: String = other.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[tokio::test]
async fn after_a_refusal_everything_is_refused_until_replay() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open_waiting(&path, Duration::from_millis(1)).unwrap();
    let log = store.log("a");
    let locker = std::cell::RefCell::new(Connection::open(&path).unwrap());
    contract::check_refusal(
        &*log,
        || locker.borrow().execute_batch("BEGIN IMMEDIATE").unwrap(),
        || locker.borrow_mut().execute_batch("ROLLBACK").unwrap(),
    )
    .await;
}

#[tokio::test]
async fn what_waits_behind_a_refused_call_is_refused_with_it() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open_waiting(&path, Duration::from_millis(1)).unwrap();
    let (log, other) = (store.log("a"), store.log("b"));
    let locker = Connection::open(&path).unwrap();
    locker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waits: Vec<_> = (0..100).map(|_| log.submit(vec![record("s", "x")])).collect();
    for it in waits {
        assert!(matches!(it.await, Err(StoreError::Unwritable(_))));
    }
    locker.execute_batch("ROLLBACK").unwrap();
    other.submit(vec![record("s", "y")]).await.expect("another log goes on");
    assert_eq!(replayed(&*log).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_rolled_back_scope_is_made_again() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let log = store.log("a");
    batch(&store, "PRAGMA max_page_count = 40").await;
    let big = "x".repeat(1 << 20);
    assert!(log.submit(vec![record("new", &big)]).await.is_err());
    assert_eq!(replayed(&*log).await, Vec::<String>::new());
    // With a remembered row that was rolled back, the foreign key would refuse this.
    log.submit(vec![record("other", "1"), record("new", "2")]).await.unwrap();
    assert_eq!(log.history("new").await.unwrap().len(), 1);
}

#[tokio::test]
async fn replay_reads_only_what_is_open() {
    let folder = folder();
    let path = folder.path().join("data");
    let store = SqliteStore::open(&path).unwrap();
    let plan: String = Connection::open(&path)
        .unwrap()
        .query_row(&format!("EXPLAIN QUERY PLAN {REPLAY}"), ["a"], |row| row.get(3))
        .unwrap();
    assert!(plan.contains("scope_open"), "{plan}");
    store.close().await;
}

#[tokio::test]
async fn many_writers_share_commits() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let log = store.log("a");
    let waits: Vec<_> = (0..2_000).map(|n| log.submit(vec![record("s", &n.to_string())])).collect();
    for it in waits {
        it.await.expect("kept");
    }
    let expected: Vec<String> = (0..2_000).map(|n| n.to_string()).collect();
    assert_eq!(replayed(&*log).await, expected);
}
