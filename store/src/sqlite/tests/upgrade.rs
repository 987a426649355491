//! Every earlier schema is kept as a fixture and comes forward in one step; and back.

use std::path::Path;

use rusqlite::Connection;

use super::folder;
use crate::contract::record;
use crate::sqlite::backup::{self, Making};
use crate::sqlite::schema;
use crate::{Archive, Documents, Part, SqliteStore};

/// All earlier schemas, oldest first.
const FIXTURES: &[(i64, &str)] = &[(1, include_str!("../../../fixtures/schema-1.sql"))];

fn plant(path: &Path, dump: &str) {
    Connection::open(path).unwrap().execute_batch(dump).unwrap();
}

fn held(path: &Path) -> Vec<Part> {
    let archive = Archive::open(path).unwrap();
    crate::sqlite::manifest::parts(archive.connection()).unwrap()
}

#[tokio::test]
async fn every_earlier_schema_comes_forward_in_one_step_and_loses_nothing() {
    assert_eq!(FIXTURES.len(), usize::try_from(schema::newest() - 1).unwrap(), "one for each");
    for (version, dump) in FIXTURES {
        let folder = folder();
        let path = folder.path().join("data");
        plant(&path, dump);
        let before = held(&path);
        assert_eq!(SqliteStore::earlier_schema(&path), Ok(Some(*version)));
        let store = SqliteStore::open(&path).unwrap();
        assert_eq!(SqliteStore::earlier_schema(&path), Ok(None));
        assert_eq!(held(&path), before, "counts and contents are the same");
        let log = store.log("platform");
        assert!(!log.replay().await.unwrap().is_empty());
        log.submit(vec![record("s", "new")]).await.expect("it goes on");
        assert_eq!(log.replay().await.unwrap().last().unwrap().body, "new");
        assert!(store.get("server", "identity").await.unwrap().is_some());
        store.close().await;
    }
}

#[tokio::test]
async fn a_migrated_file_has_the_schema_of_a_new_one() {
    let folder = folder();
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    plant(&old, FIXTURES[0].1);
    SqliteStore::open(&old).unwrap().close().await;
    SqliteStore::open(&new).unwrap().close().await;
    let columns = |path: &Path| -> Vec<String> {
        let sql = "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" \
                   FROM sqlite_schema m, pragma_table_info(m.name) c \
                   WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1";
        let connection = Connection::open(path).unwrap();
        let mut statement = connection.prepare(sql).unwrap();
        let found = statement.query_map([], |row| row.get(0)).unwrap();
        found.collect::<Result<_, _>>().unwrap()
    };
    assert!(columns(&old).contains(&"scope.erased_ms INTEGER 0".to_owned()));
    assert_eq!(columns(&old), columns(&new));
}

#[tokio::test]
async fn an_upgrade_can_go_back_to_the_backup_taken_before_it() {
    let folder = folder();
    let (path, copy) = (folder.path().join("data"), folder.path().join("copy"));
    plant(&path, FIXTURES[0].1);
    let before = held(&path);
    let making = Making { version: "1.2.3", now_ms: 5, overwrite: false, files: None };
    backup::make(&path, &copy, making).unwrap();
    let store = SqliteStore::open(&path).unwrap();
    store.log("platform").submit(vec![record("s", "after the upgrade")]).await.unwrap();
    store.close().await;

    let manifest = backup::restore(&copy, &path, None).unwrap();
    assert_eq!((manifest.schema, manifest.version.as_str()), (1, "1.2.3"));
    assert_eq!(SqliteStore::earlier_schema(&path), Ok(Some(1)), "the older program can read it");
    assert_eq!(held(&path), before);
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'backup%'";
    let left: i64 =
        Connection::open(&path).unwrap().query_row(tables, [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0, "the older program finds its own tables only");
}
