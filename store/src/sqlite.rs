//! The store in one SQLite file: write-ahead log, full sync, one writer thread with group commit
//! ([`writer`]), one read-only connection for everything that reads.

mod archive;
mod attached;
pub mod backup;
mod erase;
mod fault;
mod manifest;
mod schema;
mod scopes;
mod writer;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Params, Row};
use tokio::sync::oneshot;

pub use self::archive::{Archive, Scope};
pub use self::attached::Attached;
pub use self::erase::Erasure;
pub use self::manifest::{Manifest, Part};
use self::writer::{Change, Job, LogState, Logs, Writer};
use crate::limits::{LOCK_WAIT_MS, WRITES_PER_COMMIT_MAX, WRITES_WAITING_MAX};
use crate::{BoxFuture, Documents, Log, NewRecord, Record, StoreError};

/// The embedded default: logs and documents in one file.
///
/// Its methods that read want a tokio runtime around them.
pub struct SqliteStore {
    inner: Arc<Inner>,
    logs: Logs,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What logs share with the store.
struct Inner {
    path: PathBuf,
    writes_per_commit_max: Arc<AtomicUsize>,
    /// `None` once closed. The lock also gives the one order of submits.
    jobs: Mutex<Option<SyncSender<Job>>>,
    reader: Mutex<Connection>,
}

impl SqliteStore {
    /// Opens the file, makes it if there is none, and brings it to this version's schema. A file of
    /// an earlier schema must be backed up first, see [`SqliteStore::earlier_schema`].
    ///
    /// # Errors
    /// When the file is locked, read-only, damaged, or of a newer version.
    pub fn open(path: &Path) -> Result<Arc<Self>, StoreError> {
        Self::open_waiting(path, Duration::from_millis(LOCK_WAIT_MS))
    }

    /// The schema of a file that [`SqliteStore::open`] would bring forward; `None` when there is
    /// nothing to bring.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or is of a newer version.
    pub fn earlier_schema(path: &Path) -> Result<Option<i64>, StoreError> {
        if !path.exists() {
            return Ok(None);
        }
        let reader = open_reader(path, Duration::from_millis(LOCK_WAIT_MS));
        let version = schema::version(&reader.map_err(|it| fault::reading(&it))?)?;
        Ok(Some(version).filter(|it| (1..schema::newest()).contains(it)))
    }

    fn open_waiting(path: &Path, lock_wait: Duration) -> Result<Arc<Self>, StoreError> {
        let writer = open_writer(path, lock_wait)?;
        let reader = open_reader(path, lock_wait).map_err(|it| fault::reading(&it))?;
        let logs = Logs::default();
        let writes_per_commit_max = Arc::new(AtomicUsize::new(WRITES_PER_COMMIT_MAX));
        let writer = Writer::new(writer, Arc::clone(&logs), Arc::clone(&writes_per_commit_max))
            .map_err(|it| fault::reading(&it))?;
        let (jobs, receiver) = sync_channel(WRITES_WAITING_MAX);
        let thread = std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || writer.run(&receiver))
            .map_err(|it| StoreError::Unwritable(format!("no thread for the writer: {it}")))?;
        Ok(Arc::new(Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writes_per_commit_max,
                jobs: Mutex::new(Some(jobs)),
                reader: Mutex::new(reader),
            }),
            logs,
            thread: Mutex::new(Some(thread)),
        }))
    }

    /// Makes commits smaller: at most so many writes in each from now on, at least one. With one,
    /// each write has its own, which shows what group commit is worth.
    pub fn limit_commits(&self, writes_per_commit_max: usize) {
        self.inner.writes_per_commit_max.store(writes_per_commit_max, Ordering::Relaxed);
    }

    /// The log of this name; the same name gives the same log.
    pub fn log(&self, name: &str) -> Arc<dyn Log> {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let known = logs.iter().find(|it| it.name == name).cloned();
        let state = known.unwrap_or_else(|| {
            let state = Arc::new(LogState::new(name));
            logs.push(Arc::clone(&state));
            state
        });
        Arc::new(SqliteLog { state, inner: Arc::clone(&self.inner) })
    }

    /// Takes no more writes, finishes those that wait, and lets go of the file. What is submitted
    /// afterwards is refused with [`StoreError::Closed`].
    pub async fn close(&self) {
        self.inner.jobs.lock().unwrap_or_else(PoisonError::into_inner).take();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // Joining fails only if the writer panicked, and then there is nothing left to wait for.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    /// Makes records be gone, so that nothing of them is left in the file or its write-ahead log.
    ///
    /// # Errors
    /// When it could not be written; or when somebody reads an older state of the file, such as a
    /// backup that is being made: then it is to be asked for again.
    pub async fn erase(&self, erasure: Erasure) -> Result<(), StoreError> {
        answer(self.inner.submit(Change::Erase(erasure))).await.map(drop)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }
}

fn open_writer(path: &Path, lock_wait: Duration) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open(path)?;
        connection.busy_timeout(lock_wait)?;
        let _: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is deleted or replaced is overwritten; appending costs nothing by it.
        connection.pragma_update(None, "secure_delete", true)?;
        Ok(connection)
    };
    let mut connection = open().map_err(|it| fault::writing(&it))?;
    schema::migrate(&mut connection)?;
    Ok(connection)
}

fn open_reader(path: &Path, lock_wait: Duration) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(lock_wait)?;
    Ok(connection)
}

impl Inner {
    /// Hands a change to the writer, in the order of the calls.
    fn submit(&self, change: Change) -> Result<Waits, StoreError> {
        let (answer, waits) = oneshot::channel();
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(jobs) = jobs.as_ref() else { return Err(StoreError::Closed) };
        jobs.try_send(Job { change, answer }).map_err(|error| match error {
            TrySendError::Disconnected(_) => StoreError::Closed,
            TrySendError::Full(Job { change, .. }) => {
                if let Change::Append { log, epoch, .. } = change {
                    log.end(epoch);
                }
                StoreError::Unwritable(format!(
                    "{WRITES_WAITING_MAX} changes wait already: the disk is too slow for the load"
                ))
            }
        })?;
        Ok(waits)
    }

    /// Reads on a thread where blocking is fine.
    async fn read<T: Send + 'static>(
        self: Arc<Self>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let task = tokio::task::spawn_blocking(move || {
            let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            read(&reader).map_err(|it| fault::reading(&it))
        });
        task.await.unwrap_or(Err(StoreError::Closed))
    }
}

/// The writer's answer to come.
type Waits = oneshot::Receiver<Result<bool, StoreError>>;

/// Waits for the writer.
async fn answer(waits: Result<Waits, StoreError>) -> Result<bool, StoreError> {
    waits?.await.unwrap_or(Err(StoreError::Closed))
}

/// `CROSS JOIN` binds the planner to this order: from the scopes that are open to their records,
/// never through all records.
const REPLAY: &str = "SELECT record.seq, scope.name, record.body \
                      FROM scope CROSS JOIN record ON record.scope = scope.id \
                      WHERE scope.log = ? AND scope.closed = 0 ORDER BY record.seq";

fn rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    connection.prepare_cached(sql)?.query_map(parameters, read)?.collect()
}

fn record(row: &Row<'_>) -> rusqlite::Result<Record> {
    Ok(Record { seq: row.get::<_, i64>(0)?.cast_unsigned(), scope: row.get(1)?, body: row.get(2)? })
}

/// One log of a [`SqliteStore`].
struct SqliteLog {
    state: Arc<LogState>,
    inner: Arc<Inner>,
}

impl Log for SqliteLog {
    fn submit(&self, records: Vec<NewRecord>) -> BoxFuture<'static, Result<(), StoreError>> {
        let epoch = self.state.epoch.load(Ordering::SeqCst);
        let waits =
            self.inner.submit(Change::Append { log: Arc::clone(&self.state), epoch, records });
        Box::pin(async { answer(waits).await.map(drop) })
    }

    fn replay(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async {
            let log = self.state.name.clone();
            self.state.begin();
            Arc::clone(&self.inner).read(move |it| rows(it, REPLAY, [log], record)).await
        })
    }

    fn history(&self, scope: &str) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        let key = [self.state.name.clone(), scope.to_owned()];
        Box::pin(async {
            let sql = "SELECT record.seq, scope.name, record.body \
                       FROM scope JOIN record ON record.scope = scope.id \
                       WHERE scope.log = ? AND scope.name = ? ORDER BY record.seq";
            Arc::clone(&self.inner).read(move |it| rows(it, sql, key, record)).await
        })
    }
}

impl Documents for SqliteStore {
    fn put(
        &self,
        collection: &str,
        key: &str,
        body: &str,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        let waits = self.inner.submit(put(collection, key, body, true));
        Box::pin(async { answer(waits).await.map(drop) })
    }

    fn put_new(
        &self,
        collection: &str,
        key: &str,
        body: &str,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        Box::pin(answer(self.inner.submit(put(collection, key, body, false))))
    }

    fn get(
        &self,
        collection: &str,
        key: &str,
    ) -> BoxFuture<'_, Result<Option<String>, StoreError>> {
        let key = [collection.to_owned(), key.to_owned()];
        let sql = "SELECT body FROM document WHERE collection = ? AND key = ?";
        Box::pin(
            Arc::clone(&self.inner).read(move |it| {
                it.prepare_cached(sql)?.query_row(key, |row| row.get(0)).optional()
            }),
        )
    }

    fn list(&self, collection: &str) -> BoxFuture<'_, Result<Vec<(String, String)>, StoreError>> {
        let collection = collection.to_owned();
        let sql = "SELECT key, body FROM document WHERE collection = ? ORDER BY key";
        Box::pin(
            Arc::clone(&self.inner)
                .read(move |it| rows(it, sql, [collection], |row| Ok((row.get(0)?, row.get(1)?)))),
        )
    }

    fn delete(&self, collection: &str, key: &str) -> BoxFuture<'_, Result<bool, StoreError>> {
        let (collection, key) = (collection.to_owned(), key.to_owned());
        Box::pin(answer(self.inner.submit(Change::Delete { collection, key })))
    }
}

fn put(collection: &str, key: &str, body: &str, replaces: bool) -> Change {
    Change::Put {
        collection: collection.to_owned(),
        key: key.to_owned(),
        body: body.to_owned(),
        replaces,
    }
}
