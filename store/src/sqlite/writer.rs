//! The one thread that writes. It takes whatever waits, makes one transaction of it, commits once
//! (one fsync), then answers all: group commit, without lingering.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use tokio::sync::oneshot;

use super::erase::{self, Erasure};
use super::fault;
use super::scopes::Scopes;
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
    /// Makes records be gone, in the file and in its write-ahead log.
    Erase(Erasure),
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

/// All logs of one store.
pub(super) type Logs = Arc<Mutex<Vec<Arc<LogState>>>>;

/// Why a group was not committed.
enum Failure {
    Sqlite(rusqlite::Error),
    /// Somebody else appended records since this writer's last commit.
    Overtaken,
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// What the thread works with.
pub(super) struct Writer {
    connection: Connection,
    scopes: Scopes,
    logs: Logs,
    /// How many writes go into one commit.
    writes_per_commit_max: Arc<AtomicUsize>,
    /// The newest record this writer knows of. An append expects that nobody added one since: the
    /// lock of the data folder keeps a second server out, and where a file system does not honour
    /// it, this does.
    last_seq: i64,
}

impl Writer {
    /// Takes over a file that is open and of the newest schema.
    pub(super) fn new(
        connection: Connection,
        logs: Logs,
        writes_per_commit_max: Arc<AtomicUsize>,
    ) -> rusqlite::Result<Self> {
        let last_seq = last_seq(&connection)?;
        let scopes = Scopes::default();
        Ok(Self { connection, scopes, logs, writes_per_commit_max, last_seq })
    }

    /// Writes until every sender is gone, then folds the write-ahead log into the file.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let mut group = vec![first];
            while group.len() < self.writes_per_commit_max.load(Ordering::Relaxed) {
                let Ok(next) = jobs.try_recv() else { break };
                group.push(next);
            }
            self.write_group(group);
        }
        // Only saves time at the next start: what is in the write-ahead log is durable.
        let _ = erase::fold_log(&self.connection);
        let _ = self.connection.execute_batch("PRAGMA optimize");
    }

    fn write_group(&mut self, group: Vec<Job>) {
        let mut accepted = Vec::with_capacity(group.len());
        for Job { change, answer } in group {
            match &change {
                Change::Append { log, epoch, .. } if log.ended(*epoch) => {
                    tell(answer, Err(StoreError::Unwritable(BUILT_ON_REFUSED.into())));
                }
                _ => accepted.push(Job { change, answer }),
            }
        }
        match self.commit(&accepted) {
            Ok(results) => {
                for (job, changed) in accepted.into_iter().zip(results) {
                    let result = match &job.change {
                        // Told when nothing of it is left behind.
                        Change::Erase(_) => erase::wipe(&self.connection).map(|()| true),
                        _ => Ok(changed),
                    };
                    tell(job.answer, result);
                }
            }
            Err(failure) => {
                self.scopes.forget();
                // All epochs end before the first answer: nobody may replay in between.
                let error = self.explain(failure);
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

    fn explain(&mut self, failure: Failure) -> StoreError {
        match failure {
            Failure::Sqlite(error) => fault::writing(&error),
            Failure::Overtaken => {
                // What every log has in memory is behind the file now.
                for log in self.logs.lock().unwrap_or_else(PoisonError::into_inner).iter() {
                    log.end(log.epoch.load(Ordering::SeqCst));
                }
                // If this cannot be read, the next commit is refused as well.
                self.last_seq = last_seq(&self.connection).unwrap_or(self.last_seq);
                StoreError::Unwritable(OVERTAKEN.into())
            }
        }
    }

    fn commit(&mut self, jobs: &[Job]) -> Result<Vec<bool>, Failure> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = self.connection.transaction_with_behavior(behavior)?;
        let appends = jobs.iter().any(|job| matches!(job.change, Change::Append { .. }));
        if appends && last_seq(&transaction)? != self.last_seq {
            return Err(Failure::Overtaken);
        }
        let scopes = &mut self.scopes;
        let results = jobs
            .iter()
            .map(|job| write(&transaction, scopes, &job.change))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let last_seq = last_seq(&transaction)?;
        transaction.commit()?;
        if appends {
            self.last_seq = last_seq;
        }
        Ok(results)
    }
}

/// The number of the newest record there ever was.
fn last_seq(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'record'";
    let found = connection.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_default())
}

const OVERTAKEN: &str = "another program has written to it: two servers must not share a data \
                         folder, stop one of them";

const BUILT_ON_REFUSED: &str = "an earlier change was refused, so those after it are refused too \
                                until the log is read again";

fn tell(answer: Answer, result: Result<bool, StoreError>) {
    // Who asked may have gone away; what was written stays written.
    let _ = answer.send(result);
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
        Change::Erase(erasure) => {
            scopes.forget();
            erase::apply(connection, erasure).map(|()| true)
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
    let Some(scope) = scopes.row(connection, log, &record.scope)? else {
        // It was erased: what a part of the product still had in memory of it is not kept.
        return Ok(());
    };
    connection
        .prepare_cached("INSERT INTO record (scope, body) VALUES (?, ?)")?
        .execute((scope, &record.body))?;
    if record.closes {
        connection.prepare_cached("UPDATE scope SET closed = 1 WHERE id = ?")?.execute([scope])?;
    }
    Ok(())
}
