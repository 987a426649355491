//! Erasing: records are gone from the file and from its write-ahead log, and stay gone.

use rusqlite::Connection;

use super::fault;
use crate::StoreError;

/// What shall be gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasure {
    /// Scopes that go with all their records: log and name. What is submitted to them later is not
    /// kept, so nothing brings them back.
    pub scopes: Vec<(String, String)>,
    /// Records that stay in their place with another body: number and body.
    pub bodies: Vec<(u64, String)>,
    /// The time, in Unix milliseconds.
    pub at_ms: i64,
}

/// Deletes within the writer's transaction.
pub(super) fn apply(connection: &Connection, erasure: &Erasure) -> rusqlite::Result<()> {
    let mut delete = connection.prepare_cached(
        "DELETE FROM record WHERE scope = (SELECT id FROM scope WHERE log = ? AND name = ?)",
    )?;
    let mut mark = connection
        .prepare_cached("UPDATE scope SET closed = 1, erased_ms = ? WHERE log = ? AND name = ?")?;
    for (log, name) in &erasure.scopes {
        delete.execute([log, name])?;
        mark.execute((erasure.at_ms, log, name))?;
    }
    let mut replace = connection.prepare_cached("UPDATE record SET body = ? WHERE seq = ?")?;
    for (seq, body) in &erasure.bodies {
        replace.execute((body, seq.cast_signed()))?;
    }
    Ok(())
}

/// Leaves nothing behind of what was deleted: `secure_delete` overwrites what a deletion frees, but
/// not what older moves between pages left, so the file is built anew. Writers wait meanwhile, about
/// a second for a hundred megabytes.
pub(super) fn wipe(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("VACUUM").map_err(|it| fault::writing(&it))?;
    fold_log(connection)
}

/// Moves the write-ahead log into the file and cuts it to nothing: older pages in it may hold what
/// is gone from the file.
pub(super) fn fold_log(connection: &Connection) -> Result<(), StoreError> {
    let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
    let is_busy: bool =
        connection.query_row(sql, [], |row| row.get(0)).map_err(|it| fault::writing(&it))?;
    if is_busy {
        return Err(StoreError::Unwritable(BUSY.to_owned()));
    }
    Ok(())
}

const BUSY: &str = "another program is reading it (a backup, an export), so that its write-ahead log \
                    cannot be cut yet; wait until that is done and do the same again";
