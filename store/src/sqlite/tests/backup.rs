//! A backup is whole, says what it holds, and is found out when it does not.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rusqlite::Connection;

use super::folder;
use crate::contract::{closing, record, replayed};
use crate::sqlite::attached::Attached;
use crate::sqlite::backup::{self, BackupError, Making};
use crate::{Blobs as _, Documents, SqliteStore};

const MAKING: Making<'_> = Making { version: "1.2.3", now_ms: 5, overwrite: false, files: None };

async fn small(path: &Path) -> Arc<SqliteStore> {
    let store = SqliteStore::open(path).unwrap();
    let log = store.log("a");
    log.submit(vec![record("s/1", "one"), record("s/2", "two"), closing("s/1", "three")])
        .await
        .unwrap();
    store.log("b").submit(vec![record("s/1", "else")]).await.unwrap();
    store.put("c", "k", "v").await.unwrap();
    store
}

#[tokio::test]
async fn what_was_backed_up_is_what_is_restored() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let store = small(&at("data")).await;
    let manifest = backup::make(&at("data"), &at("copy"), MAKING).unwrap();
    let held: Vec<_> = manifest.parts.iter().map(|it| (it.name.as_str(), it.entries)).collect();
    assert_eq!(held, [("c", 1), ("a", 3), ("b", 1)]);
    // What comes later is not in it.
    store.log("a").submit(vec![record("s/3", "four")]).await.unwrap();
    store.close().await;

    assert_eq!(
        backup::verify(&at("copy")).unwrap().differences(&manifest.parts),
        Vec::<String>::new()
    );
    let restored = backup::restore(&at("copy"), &at("other"), None).unwrap();
    assert_eq!((restored.made_ms, restored.version.as_str()), (5, "1.2.3"));
    let store = SqliteStore::open(&at("other")).unwrap();
    assert_eq!(replayed(&*store.log("a")).await, ["two"]);
    assert_eq!(store.log("a").history("s/1").await.unwrap().len(), 2);
    assert_eq!(store.get("c", "k").await, Ok(Some("v".into())));
    store.close().await;
    assert!(!at("copy.partial").exists() && !at("other.restoring").exists());
    assert!(!at("copy-wal").exists(), "a backup is one file");
}

#[tokio::test(flavor = "multi_thread")]
async fn invariant_1_a_backup_under_load_holds_all_that_was_acknowledged_before_it() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let store = SqliteStore::open(&at("data")).unwrap();
    let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let writing = {
        let (log, stop, acknowledged) = (store.log("a"), stop.clone(), acknowledged.clone());
        async move {
            for n in 1.. {
                log.submit(vec![record("s", &n.to_string())])
                    .await
                    .expect("a backup blocks no writer");
                acknowledged.store(n, Ordering::SeqCst);
                if stop.load(Ordering::SeqCst) {
                    return n;
                }
            }
            0
        }
    };
    #[expect(clippy::disallowed_methods, reason = "a test has no tracker")]
    let writing = tokio::spawn(writing);
    for round in 0..5 {
        let enough = acknowledged.load(Ordering::SeqCst) + 50;
        while acknowledged.load(Ordering::SeqCst) < enough {
            tokio::task::yield_now().await;
        }
        let before = acknowledged.load(Ordering::SeqCst);
        let copy = at(&format!("copy-{round}"));
        let source = at("data");
        let made = {
            let copy = copy.clone();
            tokio::task::spawn_blocking(move || backup::make(&source, &copy, MAKING))
        };
        made.await.unwrap().unwrap();
        backup::verify(&copy).expect("it is what its manifest says");
        let connection = Connection::open(&copy).unwrap();
        let kept: i64 =
            connection.query_row("SELECT count(*) FROM record", [], |row| row.get(0)).unwrap();
        assert!(kept >= i64::from(before), "{kept} of at least {before}");
        let newest: String = connection
            .query_row("SELECT body FROM record ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
            .unwrap();
        assert_eq!(newest, kept.to_string(), "from the first on, without a gap");
    }
    stop.store(true, Ordering::SeqCst);
    assert!(writing.await.unwrap() > 250, "the writer went on all the time");
    store.close().await;
}

#[tokio::test]
async fn a_backup_overwrites_only_when_told() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    small(&at("data")).await.close().await;
    fs::write(at("copy"), "precious").unwrap();
    let refused = backup::make(&at("data"), &at("copy"), MAKING).unwrap_err();
    assert!(matches!(refused, BackupError::Exists(_)), "{refused}");
    assert_eq!(fs::read(at("copy")).unwrap(), b"precious");
    backup::make(&at("data"), &at("copy"), Making { overwrite: true, ..MAKING }).unwrap();
    backup::verify(&at("copy")).unwrap();
    let nowhere = backup::make(&at("data"), &at("none/copy"), MAKING).unwrap_err().to_string();
    assert!(nowhere.contains("see that its folder exists"), "{nowhere}");
    let nothing = backup::make(&at("none"), &at("copy-2"), MAKING).unwrap_err().to_string();
    assert!(nothing.contains("cannot be opened"), "{nothing}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_backup_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    small(&at("data")).await.close().await;
    backup::make(&at("data"), &at("copy"), MAKING).unwrap();
    backup::restore(&at("copy"), &at("other"), None).unwrap();
    for name in ["copy", "other"] {
        let mode = fs::metadata(at(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "it holds keys");
    }
}

#[tokio::test]
async fn a_backup_that_lost_or_changed_anything_is_not_restored() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    small(&at("data")).await.close().await;
    let harms = [
        (
            "DELETE FROM record WHERE body = 'two'",
            "the log a has 2 entries in 2 scopes instead of 3 in 2",
        ),
        ("UPDATE record SET body = 'tvo' WHERE body = 'two'", "the log a has other contents"),
        ("UPDATE scope SET closed = 0", "the log a has other contents"),
        ("UPDATE document SET body = 'w'", "the collection c has other contents"),
        ("DELETE FROM document", "the collection c is missing"),
        ("INSERT INTO document VALUES ('d', 'k', 'v')", "the collection d was not there"),
        ("PRAGMA user_version = 1", "its schema is 1 instead of 2"),
    ];
    for (harm, said) in harms {
        backup::make(&at("data"), &at("copy"), Making { overwrite: true, ..MAKING }).unwrap();
        Connection::open(at("copy")).unwrap().execute_batch(harm).unwrap();
        for refused in
            [backup::verify(&at("copy")), backup::restore(&at("copy"), &at("other"), None)]
        {
            let text = refused.unwrap_err().to_string();
            assert!(text.contains(said) && text.contains("use an older backup"), "{text}");
            assert!(!text.contains("restoring"), "the file that was named is named: {text}");
        }
        assert!(!at("other").exists());
    }
    let cut = fs::read(at("copy")).unwrap();
    fs::write(at("copy"), &cut[..cut.len() / 2]).unwrap();
    assert!(backup::restore(&at("copy"), &at("other"), None).is_err());
    fs::write(at("copy"), "something else").unwrap();
    let text = backup::restore(&at("copy"), &at("other"), None).unwrap_err().to_string();
    assert!(text.contains("not a backup made by frontdesk"), "{text}");
    let text = backup::restore(&at("data"), &at("other"), None).unwrap_err().to_string();
    assert!(text.contains("not a backup made by frontdesk"), "a data file is none: {text}");
    assert!(!at("other").exists());
}

#[tokio::test]
async fn what_was_there_before_a_restore_is_kept_beside_it() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let store = small(&at("data")).await;
    backup::make(&at("data"), &at("copy"), MAKING).unwrap();
    store.log("a").submit(vec![record("s/9", "since the backup")]).await.unwrap();
    // As after a crash: the newest records are in the write-ahead log only.
    fs::copy(at("data"), at("crashed")).unwrap();
    fs::copy(at("data-wal"), at("crashed-wal")).unwrap();
    store.close().await;

    backup::restore(&at("copy"), &at("crashed"), None).unwrap();
    let restored = SqliteStore::open(&at("crashed")).unwrap();
    assert_eq!(replayed(&*restored.log("a")).await, ["two"]);
    restored.close().await;
    let before = SqliteStore::open(&at("crashed.replaced")).unwrap();
    assert_eq!(replayed(&*before.log("a")).await, ["two", "since the backup"]);
    before.close().await;
}

#[tokio::test]
async fn files_come_with_a_backup_and_go_back_with_it() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let store = small(&at("data")).await;
    let blobs = crate::FolderBlobs::open(&at("files")).unwrap();
    for (id, text) in [("a1", "one"), ("b2", "two")] {
        let mut draft = blobs.begin(id).await.unwrap();
        draft.write(text.as_bytes()).await.unwrap();
        draft.keep().await.unwrap();
        store.put("f", id, "{}").await.unwrap();
    }
    // Removed while the backup was made; coming in; and not ours.
    store.put("f", "gone", "{}").await.unwrap();
    fs::write(at("files/c3"), "no record").unwrap();
    let (place, copy) = (at("files"), at("copy"));
    let files = Some(Attached { folder: &place, collection: "f" });
    let manifest = backup::make(&at("data"), &copy, Making { files, ..MAKING }).unwrap();
    let part = manifest.parts.iter().find(|it| it.kind == "files").unwrap();
    assert_eq!(part.entries, 2);
    store.close().await;

    fs::create_dir(at("new")).unwrap();
    fs::create_dir(at("new/files")).unwrap();
    fs::write(at("new/files/old"), "old").unwrap();
    backup::restore(&copy, &at("new/data"), Some(&at("new/files"))).unwrap();
    assert_eq!(fs::read(at("new/files/a1")).unwrap(), b"one");
    assert_eq!(fs::read_dir(at("new/files")).unwrap().count(), 2);
    assert_eq!(fs::read(at("new/files.replaced/old")).unwrap(), b"old", "what was there is kept");
    let restored = SqliteStore::open(&at("new/data")).unwrap();
    assert_eq!(restored.list("f").await.unwrap().len(), 3);
    restored.close().await;

    let damage = Connection::open(&copy).unwrap();
    damage.execute("UPDATE backup_file SET bytes = x'00' WHERE id = 'b2'", []).unwrap();
    drop(damage);
    let text = backup::verify(&copy).unwrap_err().to_string();
    assert!(text.contains("the files files has other contents"), "{text}");
}
