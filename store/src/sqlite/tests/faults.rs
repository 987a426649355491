//! What only a file can suffer: each gives a refusal that says what to do, never a lie.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::{batch, folder};
use crate::contract::{record, replayed};
use crate::{SqliteStore, StoreError};

/// A closed file with some hundred pages of records.
async fn filled(path: &Path) {
    let store = SqliteStore::open(path).unwrap();
    let log = store.log("a");
    for n in 0..200_u32 {
        log.submit(vec![record(&format!("s/{n}"), &"x".repeat(2_000))]).await.unwrap();
    }
    store.close().await;
}

async fn replay_of(path: &Path) -> Result<usize, StoreError> {
    let store = SqliteStore::open(path)?;
    let found = store.log("a").replay().await.map(|it| it.len());
    store.close().await;
    found
}

#[tokio::test]
async fn a_full_disk_refuses_all_of_a_call_and_says_so() {
    let folder = folder();
    let store = SqliteStore::open(&folder.path().join("data")).unwrap();
    let log = store.log("a");
    batch(&store, "PRAGMA max_page_count = 40").await;
    let big = "x".repeat(1 << 20);
    let refused = log.submit(vec![record("s", "small"), record("s", &big)]).await;
    let Err(StoreError::Unwritable(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("the disk is full") && text.contains("free some space"), "{text}");
    assert_eq!(replayed(&*log).await, Vec::<String>::new());
    log.submit(vec![record("s", "small")]).await.expect("a small one fits");
    assert_eq!(replayed(&*log).await, ["small"]);
}

#[tokio::test]
async fn a_locked_file_is_refused_at_the_door() {
    let folder = folder();
    let path = folder.path().join("data");
    let locker = Connection::open(&path).unwrap();
    locker.execute_batch("BEGIN EXCLUSIVE; CREATE TABLE t (x)").unwrap();
    let error = SqliteStore::open_waiting(&path, Duration::from_millis(1)).err();
    let Some(StoreError::Unwritable(text)) = error else { panic!("{error:?}") };
    assert!(text.contains("another program holds it locked"), "{text}");
}

#[tokio::test]
async fn a_damaged_file_is_refused_with_what_to_do() {
    let folder = folder();
    let path = folder.path().join("data");
    fs::write(&path, "this is not a database, whatever its name says ".repeat(100)).unwrap();
    let error = SqliteStore::open(&path).err();
    let Some(StoreError::Unreadable(text)) = error else { panic!("{error:?}") };
    assert!(text.contains("restore the newest backup"), "{text}");
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = folder();
    let error = SqliteStore::open(&folder.path().join("none/data")).err();
    let Some(StoreError::Unwritable(text)) = error else { panic!("{error:?}") };
    assert!(text.contains("the folder must exist"), "{text}");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_left_alone() {
    let folder = folder();
    let path = folder.path().join("data");
    SqliteStore::open(&path).unwrap().close().await;
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let error = SqliteStore::open(&path).err();
    let Some(StoreError::Unreadable(text)) = error else { panic!("{error:?}") };
    assert!(text.contains("newer frontdesk"), "{text}");
}

#[tokio::test]
async fn a_read_only_file_is_refused_with_what_to_do() {
    let folder = folder();
    let path = folder.path().join("data");
    SqliteStore::open(&path).unwrap().close().await;
    let read_only = format!("file:{}?mode=ro", path.display());
    let store = SqliteStore::open(Path::new(&read_only)).expect("what is there can be read");
    let refused = store.log("a").submit(vec![record("s", "x")]).await;
    let Err(StoreError::Unwritable(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("it is read-only; give the server's account write permission"), "{text}");
    assert_eq!(replayed(&*store.log("a")).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_that_was_overwritten_is_found_and_named() {
    let folder = folder();
    let path = folder.path().join("data");
    filled(&path).await;
    let length = fs::metadata(&path).unwrap().len();
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start(4_096 * 4)).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(length).unwrap() - 4_096 * 4]).unwrap();
    drop(file);
    let found = replay_of(&path).await;
    let Err(StoreError::Unreadable(text)) = found else { panic!("{found:?}") };
    assert!(text.contains("it is damaged") && text.contains("restore the newest backup"), "{text}");
}

#[tokio::test]
async fn a_file_that_was_cut_short_is_found_and_named() {
    let folder = folder();
    let path = folder.path().join("data");
    filled(&path).await;
    let length = fs::metadata(&path).unwrap().len();
    fs::File::options().write(true).open(&path).unwrap().set_len(length / 2 + 100).unwrap();
    let found = replay_of(&path).await;
    let Err(StoreError::Unreadable(text)) = found else { panic!("{found:?}") };
    assert!(text.contains("restore the newest backup"), "{text}");
}

#[tokio::test]
async fn a_second_writer_is_noticed_before_it_can_mix_two_histories() {
    let folder = folder();
    let path = folder.path().join("data");
    let (first, second) = (SqliteStore::open(&path).unwrap(), SqliteStore::open(&path).unwrap());
    let (log, other) = (first.log("a"), second.log("a"));
    let bystander = first.log("b");
    log.submit(vec![record("s", "1")]).await.unwrap();
    let refused = other.submit(vec![record("s", "decided without knowing of 1")]).await;
    let Err(StoreError::Unwritable(text)) = refused else { panic!("{refused:?}") };
    assert!(text.contains("two servers must not share a data folder"), "{text}");

    // Who reads what is there now may go on; then it is the first that is behind, with all its logs.
    assert_eq!(replayed(&*other).await, ["1"]);
    other.submit(vec![record("s", "2")]).await.expect("its state is that of the file");
    assert!(log.submit(vec![record("s", "decided without knowing of 2")]).await.is_err());
    assert!(bystander.submit(vec![record("s", "x")]).await.is_err());
    assert_eq!(replayed(&*log).await, ["1", "2"], "nothing that was refused is there");
    assert_eq!(replayed(&*bystander).await, Vec::<String>::new());
    bystander.submit(vec![record("s", "y")]).await.expect("it was read anew");
}

#[test]
fn it_writes_with_a_write_ahead_log_and_full_sync() {
    let folder = folder();
    let path = folder.path().join("data");
    let writer = super::super::open_writer(&path, Duration::from_millis(1)).unwrap();
    let asked = |sql: &str| writer.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    // 2 is FULL: the log is synced at every commit, not only at checkpoints.
    assert_eq!(asked("PRAGMA synchronous"), 2);
    assert_eq!(asked("PRAGMA secure_delete"), 1);
    let mode: String = writer.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}
