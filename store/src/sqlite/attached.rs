//! Files that belong to a data file: taken into a backup of it, and put back from one.
//!
//! They are a table of the backup, so that a backup stays one file that can be judged as a whole. A file
//! is kept before its record is, so every record of a snapshot has its bytes, unless it was removed since.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::backup::{BackupError, beside, failed};
use super::rows;

/// Files beside a data file.
#[derive(Clone, Copy, Debug)]
pub struct Attached<'a> {
    /// The folder of the blobs.
    pub folder: &'a Path,
    /// The collection whose keys are their ids.
    pub collection: &'a str,
}

const TABLE: &str = "CREATE TABLE backup_file (id TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;";

/// Whether a backup may hold files: those of earlier versions do not.
pub(super) fn is_there(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = 'backup_file'";
    connection.query_row(sql, [], |row| Ok(row.get::<_, i64>(0)? > 0))
}

/// Copies every file that the documents of the copy name into the copy.
pub(super) fn take(
    copy: &Connection,
    attached: Attached<'_>,
    target: &Path,
) -> Result<(), BackupError> {
    let unwritten = |it: rusqlite::Error| BackupError::File(target.to_owned(), it.to_string());
    copy.execute_batch(TABLE).map_err(unwritten)?;
    let sql = "SELECT key FROM document WHERE collection = ? ORDER BY key";
    let ids = rows(copy, sql, [attached.collection], |row| row.get::<_, String>(0));
    let mut insert = copy.prepare("INSERT INTO backup_file VALUES (?, ?)").map_err(unwritten)?;
    for id in ids.map_err(unwritten)? {
        let path = attached.folder.join(&id);
        match fs::read(&path) {
            Ok(bytes) => drop(insert.execute((&id, bytes)).map_err(unwritten)?),
            // Removed after the snapshot.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(&path, &error)),
        }
    }
    Ok(())
}

/// Puts the files of a backup in the place of those of a folder, which are kept beside it as
/// `….replaced`. A backup without files leaves the folder alone.
pub(super) fn put_back(backup: &Path, folder: &Path) -> Result<(), BackupError> {
    let unread = |it: rusqlite::Error| BackupError::File(backup.to_owned(), it.to_string());
    let connection = Connection::open(backup).map_err(unread)?;
    if !is_there(&connection).map_err(unread)? {
        return Ok(());
    }
    let fresh = beside(folder, "restoring");
    emptied(&fresh).map_err(|it| failed(&fresh, &it))?;
    let mut statement = connection.prepare("SELECT id, bytes FROM backup_file").map_err(unread)?;
    let mut found = statement.query([]).map_err(unread)?;
    while let Some(row) = found.next().map_err(unread)? {
        let id = row.get_ref(0).and_then(|it| Ok(it.as_str()?)).map_err(unread)?;
        let path = fresh.join(id);
        let bytes = row.get_ref(1).and_then(|it| Ok(it.as_blob()?)).map_err(unread)?;
        write(&path, bytes).map_err(|it| failed(&path, &it))?;
    }
    swap(&fresh, folder).map_err(|it| failed(folder, &it))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn gone(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn emptied(folder: &Path) -> io::Result<()> {
    gone(folder)?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn swap(fresh: &Path, folder: &Path) -> io::Result<()> {
    File::open(fresh)?.sync_all()?;
    if folder.exists() {
        let old: PathBuf = beside(folder, "replaced");
        gone(&old)?;
        fs::rename(folder, &old)?;
    }
    fs::rename(fresh, folder)
}
