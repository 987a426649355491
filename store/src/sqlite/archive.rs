//! A data file read from outside, beside a server that may be writing it.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension};

use super::{fault, open_reader, record, rows, schema};
use crate::limits::LOCK_WAIT_MS;
use crate::{Record, StoreError};

/// A data file as it stood when it was opened; what is written meanwhile is not seen.
pub struct Archive {
    connection: Connection,
}

/// A scope of a log, and whether it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its name, for instance `conversation/ab12`.
    pub name: String,
    /// Whether replay passes it over.
    pub is_over: bool,
}

impl Archive {
    /// Opens a file of this or an earlier schema.
    ///
    /// # Errors
    /// When there is none, or it cannot be read, or is of a newer version.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let snapshot = || {
            let connection = open_reader(path, Duration::from_millis(LOCK_WAIT_MS))?;
            connection.execute_batch("BEGIN")?;
            // The first read is what pins the snapshot.
            let _: i64 =
                connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            Ok(connection)
        };
        let connection = snapshot().map_err(|it| fault::reading(&it))?;
        if schema::version(&connection)? == 0 {
            return Err(StoreError::Unreadable("it is empty: no frontdesk wrote it".to_owned()));
        }
        Ok(Self { connection })
    }

    /// Hands over every record of a log in order, of scopes that are over too.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn scan(&self, log: &str, see: &mut dyn FnMut(&Record)) -> Result<(), StoreError> {
        let mut scan = || {
            // From the records to their scopes: in order without sorting.
            let sql = "SELECT record.seq, scope.name, record.body \
                       FROM record CROSS JOIN scope ON scope.id = record.scope \
                       WHERE scope.log = ? ORDER BY record.seq";
            let mut statement = self.connection.prepare(sql)?;
            let mut found = statement.query([log])?;
            while let Some(row) = found.next()? {
                see(&record(row)?);
            }
            Ok(())
        };
        scan().map_err(|it| fault::reading(&it))
    }

    /// Every scope of a log that has records.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn scopes(&self, log: &str) -> Result<Vec<Scope>, StoreError> {
        let sql = "SELECT name, closed FROM scope WHERE log = ? \
                   AND EXISTS (SELECT 1 FROM record WHERE record.scope = scope.id) ORDER BY id";
        let scope = |row: &rusqlite::Row<'_>| {
            Ok(Scope { name: row.get(0)?, is_over: row.get::<_, i64>(1)? == 1 })
        };
        rows(&self.connection, sql, [log], scope).map_err(|it| fault::reading(&it))
    }

    /// The document of a key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn document(&self, collection: &str, key: &str) -> Result<Option<String>, StoreError> {
        let sql = "SELECT body FROM document WHERE collection = ? AND key = ?";
        let found = self.connection.query_row(sql, [collection, key], |row| row.get(0));
        found.optional().map_err(|it| fault::reading(&it))
    }

    /// All of a collection as `(key, body)`, by key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn documents(&self, collection: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT key, body FROM document WHERE collection = ? ORDER BY key";
        let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        rows(&self.connection, sql, [collection], pair).map_err(|it| fault::reading(&it))
    }

    /// The snapshot, for a backup of it.
    pub(super) const fn connection(&self) -> &Connection {
        &self.connection
    }
}
