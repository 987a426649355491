//! What the data file looks like, and how an older one becomes it.

use rusqlite::Connection;

use super::fault;
use crate::StoreError;

/// Each brings the schema one version forward; `PRAGMA user_version` counts those applied. Never
/// change one that was released: add another, and keep a fixture of the one before in `fixtures/`.
const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE scope (
    id     INTEGER PRIMARY KEY,
    log    TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
    UNIQUE (log, name)
) STRICT;
-- What replay reads is what is still open, however much is over.
CREATE INDEX scope_open ON scope (log) WHERE closed = 0;

CREATE TABLE record (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    scope INTEGER NOT NULL REFERENCES scope (id),
    body  TEXT    NOT NULL
) STRICT;
CREATE INDEX record_of_scope ON record (scope, seq);

CREATE TABLE document (
    collection TEXT NOT NULL,
    key        TEXT NOT NULL,
    body       TEXT NOT NULL,
    PRIMARY KEY (collection, key)
) STRICT, WITHOUT ROWID;
",
    "
-- When a scope was erased, in Unix milliseconds. Its records are gone, its name stays: what a part of
-- the product still has in memory of it and hands over later is not kept.
ALTER TABLE scope ADD COLUMN erased_ms INTEGER;
",
];

/// The schema this version writes.
pub(super) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).expect("there are few migrations")
}

/// The schema of a file; 0 for one that is new.
///
/// # Errors
/// When it cannot be read, or was written by a newer version than this one.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(|it| fault::reading(&it))?;
    let newest = newest();
    if version > newest {
        return Err(StoreError::Unreadable(format!(
            "it was written by a newer frontdesk (schema {version}, this one knows {newest}); \
             install that version again or restore the backup from before the upgrade"
        )));
    }
    Ok(version)
}

/// Brings the file to this version's schema, in one transaction: all or nothing.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version = version(connection)?;
    if version == newest() {
        return Ok(());
    }
    let apply = |connection: &mut Connection| {
        let transaction = connection.transaction()?;
        let applied = usize::try_from(version).unwrap_or_default();
        for migration in &MIGRATIONS[applied..] {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(None, "user_version", newest())?;
        transaction.commit()
    };
    apply(connection).map_err(|it| fault::writing(&it))
}
