//! The one thread that writes. It takes whatever waits, makes one transaction of it, commits once
//! (one fsync), then answers all: group commit, without lingering.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::Receiver;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use tokio::sync::oneshot;

use super::fault;
use crate::limits::{SCOPES_REMEMBERED_MAX, WRITES_PER_COMMIT_MAX};
use crate::{NewRecord, StoreError};

/// What a write answers: for documents, whether it changed something.
pub(super) type Answer = oneshot::Sender<Result<bool, StoreError>>;

/// Something to write.
pub(super) struct Job {
    pub(super) change: Change,
    pub(super) answer: Answer,
}

/// What to write.
pub(super) enum Change {
    /// Appends to a log.
    Append { log: Arc<LogState>, epoch: u64, records: Vec<NewRecord> },
    /// Keeps a document; over an earlier one only when `replaces`.
    Put { collection: String, key: String, body: String, replaces: bool },
    /// Forgets a document.
    Delete { collection: String, key: String },
    /// Runs any statements: how tests make a disk full.
    #[cfg(test)]
    Batch(String),
}

/// What a log's handles and the writer share.
///
/// A submit carries the epoch it was made in. A refusal ends the epoch, and the next one begins
/// with a replay; so what was decided on top of something refused is refused as well, however much
/// of it was on its way.
#[derive(Debug, Default)]
pub(super) struct LogState {
    pub(super) name: String,
    /// The epoch of submits from now on.
    pub(super) epoch: AtomicU64,
    /// The oldest epoch that is not ended.
    alive: AtomicU64,
}

impl LogState {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    fn ended(&self, epoch: u64) -> bool {
        epoch < self.alive.load(Ordering::SeqCst)
    }

    /// Ends the epoch of a refused submit.
    pub(super) fn end(&self, epoch: u64) {
        self.alive.fetch_max(epoch + 1, Ordering::SeqCst);
    }

    /// Begins a new epoch if the last was ended.
    pub(super) fn begin(&self) {
        self.epoch.fetch_max(self.alive.load(Ordering::SeqCst), Ordering::SeqCst);
    }
}

/// Writes until every sender is gone, then folds the write-ahead log into the file.
pub(super) fn run(mut connection: Connection, jobs: &Receiver<Job>) {
    let mut scopes = Scopes::default();
    while let Ok(first) = jobs.recv() {
        let mut group = vec![first];
        while group.len() < WRITES_PER_COMMIT_MAX {
            let Ok(next) = jobs.try_recv() else { break };
            group.push(next);
        }
        write_group(&mut connection, &mut scopes, group);
    }
    // Only saves time at the next start: what is in the write-ahead log is durable.
    let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    let _ = connection.execute_batch("PRAGMA optimize");
}

fn write_group(connection: &mut Connection, scopes: &mut Scopes, group: Vec<Job>) {
    let mut accepted = Vec::with_capacity(group.len());
    for Job { change, answer } in group {
        match &change {
            Change::Append { log, epoch, .. } if log.ended(*epoch) => {
                tell(answer, Err(StoreError::Unwritable(BUILT_ON_REFUSED.into())));
            }
            _ => accepted.push(Job { change, answer }),
        }
    }
    match commit(connection, scopes, &accepted) {
        Ok(results) => {
            for (job, changed) in accepted.into_iter().zip(results) {
                tell(job.answer, Ok(changed));
            }
        }
        Err(error) => {
            scopes.forget();
            let error = fault::writing(&error);
            // All epochs end before the first answer: nobody may replay in between.
            for job in &accepted {
                if let Change::Append { log, epoch, .. } = &job.change {
                    log.end(*epoch);
                }
            }
            for job in accepted {
                tell(job.answer, Err(error.clone()));
            }
        }
    }
}

const BUILT_ON_REFUSED: &str = "an earlier change was refused, so those after it are refused too \
                                until the log is read again";

fn tell(answer: Answer, result: Result<bool, StoreError>) {
    // Who asked may have gone away; what was written stays written.
    let _ = answer.send(result);
}

fn commit(
    connection: &mut Connection,
    scopes: &mut Scopes,
    jobs: &[Job],
) -> rusqlite::Result<Vec<bool>> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let results = jobs
        .iter()
        .map(|job| write(&transaction, scopes, &job.change))
        .collect::<rusqlite::Result<Vec<_>>>()?;
    transaction.commit()?;
    Ok(results)
}

fn write(connection: &Connection, scopes: &mut Scopes, change: &Change) -> rusqlite::Result<bool> {
    match change {
        Change::Append { log, records, .. } => {
            for record in records {
                append(connection, scopes, &log.name, record)?;
            }
            Ok(true)
        }
        Change::Put { collection, key, body, replaces } => {
            let sql = if *replaces {
                "INSERT OR REPLACE INTO document (collection, key, body) VALUES (?, ?, ?)"
            } else {
                "INSERT OR IGNORE INTO document (collection, key, body) VALUES (?, ?, ?)"
            };
            let changed = connection.prepare_cached(sql)?.execute([collection, key, body])?;
            Ok(changed > 0)
        }
        Change::Delete { collection, key } => {
            let sql = "DELETE FROM document WHERE collection = ? AND key = ?";
            Ok(connection.prepare_cached(sql)?.execute([collection, key])? > 0)
        }
        #[cfg(test)]
        Change::Batch(sql) => connection.execute_batch(sql).map(|()| true),
    }
}

fn append(
    connection: &Connection,
    scopes: &mut Scopes,
    log: &str,
    record: &NewRecord,
) -> rusqlite::Result<()> {
    let scope = scopes.row(connection, log, &record.scope)?;
    connection
        .prepare_cached("INSERT INTO record (scope, body) VALUES (?, ?)")?
        .execute((scope, &record.body))?;
    if record.closes {
        connection.prepare_cached("UPDATE scope SET closed = 1 WHERE id = ?")?.execute([scope])?;
    }
    Ok(())
}

/// The rows of scopes written to lately, by log and name.
#[derive(Default)]
struct Scopes(HashMap<String, HashMap<String, i64>>);

impl Scopes {
    fn row(&mut self, connection: &Connection, log: &str, name: &str) -> rusqlite::Result<i64> {
        if let Some(row) = self.0.get(log).and_then(|names| names.get(name)) {
            return Ok(*row);
        }
        let known: Option<i64> = connection
            .prepare_cached("SELECT id FROM scope WHERE log = ? AND name = ?")?
            .query_row([log, name], |row| row.get(0))
            .optional()?;
        let row = if let Some(row) = known {
            row
        } else {
            connection
                .prepare_cached("INSERT INTO scope (log, name) VALUES (?, ?)")?
                .execute([log, name])?;
            connection.last_insert_rowid()
        };
        let names = self.0.entry(log.to_owned()).or_default();
        if names.len() >= SCOPES_REMEMBERED_MAX {
            names.clear();
        }
        names.insert(name.to_owned(), row);
        Ok(row)
    }

    /// After a rollback, rows may be gone.
    fn forget(&mut self) {
        self.0.clear();
    }
}
