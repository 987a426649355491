//! Backups: one file that says of itself what it must hold, made beside a server that is writing.
//!
//! A backup is a data file with two more tables, `backup` and `backup_part`: the [`Manifest`] of the
//! snapshot it was copied from. So a copy that lost or changed anything on its way is found.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::attached::{self, Attached};
use super::manifest::{self, Manifest, Part};
use super::{Archive, fault, rows, schema};
use crate::StoreError;

/// Why there is no backup, or why one cannot be used. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The data file cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is a file of that name.
    #[error("{0} exists already: give another name, or say that it may be overwritten")]
    Exists(PathBuf),
    /// A file cannot be written, read or moved.
    #[error("{0}: {1}; see that its folder exists, is writable and has room")]
    File(PathBuf, String),
    /// A file is no backup.
    #[error("{0} is not a backup made by frontdesk: {1}")]
    Foreign(PathBuf, String),
    /// A backup does not hold what was put in; one sentence each.
    #[error("{0} is damaged; use an older backup: {list}", list = .1.join("; "))]
    Different(PathBuf, Vec<String>),
}

const TABLES: &str = "
CREATE TABLE backup (version TEXT NOT NULL, made_ms INTEGER NOT NULL, schema INTEGER NOT NULL) STRICT;
CREATE TABLE backup_part (
    kind    TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    scopes  INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    sha256  TEXT    NOT NULL,
    PRIMARY KEY (kind, name)
) STRICT;
";

/// What a backup is made with.
#[derive(Clone, Copy, Debug)]
pub struct Making<'a> {
    /// The version of the program, for the manifest.
    pub version: &'a str,
    /// The time, in Unix milliseconds.
    pub now_ms: i64,
    /// Whether a file of that name may be replaced.
    pub overwrite: bool,
    /// The files that belong to the data; `None`: without them.
    pub files: Option<Attached<'a>>,
}

/// Copies a data file as it stands now, beside a server that may be writing it, and puts the copy
/// in place when it is whole and on the disk. Answers what it holds.
///
/// # Errors
/// [`BackupError`]; `target` is as it was then.
pub fn make(source: &Path, target: &Path, making: Making<'_>) -> Result<Manifest, BackupError> {
    let archive = Archive::open(source)?;
    if !making.overwrite && target.exists() {
        return Err(BackupError::Exists(target.to_owned()));
    }
    let unreadable = |it: rusqlite::Error| BackupError::Store(fault::reading(&it));
    let parts = manifest::parts(archive.connection()).map_err(unreadable)?;
    let schema = schema::version(archive.connection())?;
    let version = making.version.to_owned();
    let mut manifest = Manifest { version, made_ms: making.now_ms, schema, parts };
    let partial = beside(target, "partial");
    let made =
        write(&archive, &partial, &mut manifest, making.files).and_then(|()| put(&partial, target));
    if made.is_err() {
        // What is left is of no use; that it cannot be removed either is no further harm.
        let _ = fs::remove_file(&partial);
    }
    made.map(|()| manifest)
}

fn write(
    archive: &Archive,
    partial: &Path,
    manifest: &mut Manifest,
    files: Option<Attached<'_>>,
) -> Result<(), BackupError> {
    private_file(partial)?;
    let unwritten = |it: rusqlite::Error| BackupError::File(partial.to_owned(), it.to_string());
    let mut copy = copied(archive, partial).map_err(unwritten)?;
    let transaction = copy.transaction().map_err(unwritten)?;
    if let Some(files) = files {
        attached::take(&transaction, files, partial)?;
        manifest.parts.extend(manifest::files(&transaction).map_err(unwritten)?);
    }
    let finish = || {
        transaction.execute_batch(TABLES)?;
        let head = (&manifest.version, manifest.made_ms, manifest.schema);
        transaction.execute("INSERT INTO backup VALUES (?, ?, ?)", head)?;
        for it in &manifest.parts {
            let part = (&it.kind, &it.name, it.scopes, it.entries, &it.sha256);
            transaction.execute("INSERT INTO backup_part VALUES (?, ?, ?, ?, ?)", part)?;
        }
        transaction.commit()
    };
    finish().map_err(unwritten)
}

/// The data as the archive has them, in one file without a write-ahead log beside it.
fn copied(archive: &Archive, partial: &Path) -> rusqlite::Result<Connection> {
    let mut copy = Connection::open(partial)?;
    // One step: the snapshot is held, and nobody else writes the copy.
    let step = Backup::new(archive.connection(), &mut copy)?.step(-1)?;
    if step != StepResult::Done {
        let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        return Err(rusqlite::Error::SqliteFailure(busy, None));
    }
    let _: String = copy.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))?;
    Ok(copy)
}

/// Reads all of a backup and compares it with its manifest.
///
/// # Errors
/// [`BackupError`] when it is no backup, of a newer version, or not whole.
pub fn verify(file: &Path) -> Result<Manifest, BackupError> {
    if !file.is_file() {
        return Err(BackupError::File(file.to_owned(), "there is no such file".to_owned()));
    }
    let foreign =
        |it: &dyn std::fmt::Display| BackupError::Foreign(file.to_owned(), it.to_string());
    let archive = Archive::open(file).map_err(|it| foreign(&it))?;
    let connection = archive.connection();
    let manifest = read(connection).map_err(|it| foreign(&it))?;
    let damaged =
        |it: rusqlite::Error| BackupError::Different(file.to_owned(), vec![it.to_string()]);
    let check = |sql| rows(connection, sql, [], |row| row.get::<_, String>(0)).map_err(damaged);
    let mut faults = check("PRAGMA integrity_check(10)")?;
    faults.retain(|it| it != "ok");
    let loose = check("SELECT \"table\" FROM pragma_foreign_key_check LIMIT 10")?;
    faults.extend(loose.into_iter().map(|it| format!("the table {it} has loose ends")));
    faults.extend(manifest.differences(&manifest::parts(connection).map_err(damaged)?));
    let schema = schema::version(connection)?;
    if schema != manifest.schema {
        faults.push(format!("its schema is {schema} instead of {}", manifest.schema));
    }
    if faults.is_empty() { Ok(manifest) } else { Err(BackupError::Different(file.into(), faults)) }
}

fn read(connection: &Connection) -> rusqlite::Result<Manifest> {
    let sql = "SELECT version, made_ms, schema FROM backup";
    let (version, made_ms, schema) =
        connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let sql = "SELECT kind, name, scopes, entries, sha256 FROM backup_part ORDER BY kind, name";
    let part = |row: &rusqlite::Row<'_>| {
        Ok(Part {
            kind: row.get(0)?,
            name: row.get(1)?,
            scopes: row.get(2)?,
            entries: row.get(3)?,
            sha256: row.get(4)?,
        })
    };
    Ok(Manifest { version, made_ms, schema, parts: rows(connection, sql, [], part)? })
}

/// Puts a backup in the place of a data file that no server has open, after comparing the copy
/// with its manifest. A data file that is there is kept beside it as `….replaced`, and so is the folder
/// `files`, in whose place those of the backup are put if it holds any.
///
/// # Errors
/// [`BackupError`]; the data file is as it was then.
pub fn restore(
    file: &Path,
    data_file: &Path,
    files: Option<&Path>,
) -> Result<Manifest, BackupError> {
    let partial = beside(data_file, "restoring");
    let restored = place(file, &partial, data_file, files);
    if restored.is_err() {
        // What is left is of no use; that it cannot be removed either is no further harm.
        let _ = fs::remove_file(&partial);
    }
    restored
}

fn place(
    file: &Path,
    partial: &Path,
    data_file: &Path,
    files: Option<&Path>,
) -> Result<Manifest, BackupError> {
    if !file.is_file() {
        return Err(BackupError::File(file.to_owned(), "there is no such file".to_owned()));
    }
    private_file(partial)?;
    fs::copy(file, partial).map_err(|it| failed(partial, &it))?;
    // The copy is what will be served, so the copy is what is judged.
    let manifest = verify(partial).map_err(|it| named(it, file))?;
    if let Some(folder) = files {
        attached::put_back(partial, folder)?;
    }
    let strip = || {
        let copy = Connection::open(partial)?;
        copy.execute_batch("DROP TABLE backup; DROP TABLE backup_part;")?;
        // What the files took is given back to the disk.
        if attached::is_there(&copy)? {
            copy.execute_batch("DROP TABLE backup_file; VACUUM;")?;
        }
        Ok(())
    };
    strip().map_err(|it: rusqlite::Error| BackupError::File(partial.to_owned(), it.to_string()))?;
    set_aside(data_file)?;
    put(partial, data_file)?;
    Ok(manifest)
}

/// The same, of the file that the operator named.
fn named(error: BackupError, file: &Path) -> BackupError {
    match error {
        BackupError::Foreign(_, why) => BackupError::Foreign(file.to_owned(), why),
        BackupError::Different(_, why) => BackupError::Different(file.to_owned(), why),
        BackupError::File(_, why) => BackupError::File(file.to_owned(), why),
        other => other,
    }
}

/// Keeps the data file under another name as well, whole: nothing of it waits in its write-ahead
/// log, which must not be found beside the restored one.
fn set_aside(data_file: &Path) -> Result<(), BackupError> {
    if !data_file.exists() {
        return Ok(());
    }
    let old = beside(data_file, "replaced");
    let fold = || {
        let connection = Connection::open(data_file)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    };
    // A damaged file cannot be folded; its log is then moved with it as it is.
    let _ = fold();
    for tail in ["-wal", "-shm"] {
        let log = with_tail(data_file, tail);
        if log.exists() {
            fs::rename(&log, with_tail(&old, tail)).map_err(|it| failed(&log, &it))?;
        }
    }
    // A second name first, so that at no time there is no data file.
    let _ = fs::remove_file(&old);
    let kept = fs::hard_link(data_file, &old).or_else(|_| fs::copy(data_file, &old).map(drop));
    kept.map_err(|it| failed(&old, &it))
}

/// `data` with `.word` after its name.
pub(super) fn beside(path: &Path, word: &str) -> PathBuf {
    with_tail(path, &format!(".{word}"))
}

fn with_tail(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    name.into()
}

/// An empty file for its owner only: a backup holds keys.
fn private_file(path: &Path) -> Result<(), BackupError> {
    let _ = fs::remove_file(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|it| failed(path, &it))
}

/// Moves a whole file into place, so that it is there after a power cut too.
fn put(partial: &Path, target: &Path) -> Result<(), BackupError> {
    let moved = || {
        File::open(partial)?.sync_all()?;
        fs::rename(partial, target)?;
        let folder = target.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    moved().map_err(|it| failed(target, &it))
}

pub(super) fn failed(path: &Path, error: &io::Error) -> BackupError {
    BackupError::File(path.to_owned(), error.to_string())
}
