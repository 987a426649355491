//! The rows of scopes written to lately, so that most appends need not look them up.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use crate::limits::SCOPES_REMEMBERED_MAX;

/// The rows of scopes by log and name; `None` for those that were erased.
#[derive(Default)]
pub(super) struct Scopes(HashMap<String, HashMap<String, Option<i64>>>);

impl Scopes {
    /// The row of a scope, made if there is none; `None` when the scope was erased.
    pub(super) fn row(
        &mut self,
        connection: &Connection,
        log: &str,
        name: &str,
    ) -> rusqlite::Result<Option<i64>> {
        if let Some(row) = self.0.get(log).and_then(|names| names.get(name)) {
            return Ok(*row);
        }
        let known: Option<(i64, bool)> = connection
            .prepare_cached("SELECT id, erased_ms IS NULL FROM scope WHERE log = ? AND name = ?")?
            .query_row([log, name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let row = if let Some((row, is_kept)) = known {
            is_kept.then_some(row)
        } else {
            connection
                .prepare_cached("INSERT INTO scope (log, name) VALUES (?, ?)")?
                .execute([log, name])?;
            Some(connection.last_insert_rowid())
        };
        let names = self.0.entry(log.to_owned()).or_default();
        if names.len() >= SCOPES_REMEMBERED_MAX {
            names.clear();
        }
        names.insert(name.to_owned(), row);
        Ok(row)
    }

    /// After a rollback or an erasure, rows may be gone.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}
