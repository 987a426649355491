//! The data folder: the store's file, the folder of files, and the lock that keeps a second server out.

use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use store::FolderBlobs;

/// The name of the lock.
pub(crate) const LOCK_FILE: &str = "frontdesk.lock";

/// A data folder that is ours as long as this value lives.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why a data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// It cannot be made or written.
    #[error("the data folder {0} cannot be used: {1}; give --data a folder this account may write")]
    Unusable(PathBuf, std::io::Error),
    /// Another server uses it.
    #[error(
        "another frontdesk{1} uses the data folder {0} already: stop that one, or give this one \
         another --data"
    )]
    Taken(PathBuf, String),
}

impl DataDir {
    /// Makes the folder if needed, readable by its owner only, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, DataDirError> {
        let unusable = |error| DataDirError::Unusable(path.to_owned(), error);
        make_private(path).map_err(unusable)?;
        let lock = path.join(LOCK_FILE);
        let mut options = File::options();
        let mut lock = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(lock)
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(DataDirError::Taken(path.to_owned(), holder(&mut lock)));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let mut note = || {
            lock.set_len(0)?;
            lock.rewind()?;
            write!(lock, "{}", std::process::id())
        };
        note().map_err(unusable)?;
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The store's file.
    pub(crate) fn store_file(&self) -> PathBuf {
        store_file(&self.path)
    }

    /// The bytes of files that people sent.
    pub(crate) fn blobs(&self) -> Result<FolderBlobs, DataDirError> {
        let folder = files_folder(&self.path);
        FolderBlobs::open(&folder).map_err(|error| DataDirError::Unusable(folder, error))
    }
}

/// Where the files that people sent are in a data folder.
pub(crate) fn files_folder(folder: &Path) -> PathBuf {
    folder.join("files")
}

/// The store's file in a data folder that may be another process's.
pub(crate) fn store_file(folder: &Path) -> PathBuf {
    folder.join("frontdesk.sqlite3")
}

/// ` (process 123)` when the lock file says so.
fn holder(lock: &mut File) -> String {
    let mut text = String::new();
    let _ = lock.read_to_string(&mut text);
    text.trim().parse::<u32>().map_or(String::new(), |id| format!(" (process {id})"))
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> std::io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_is_told_who_uses_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let first = DataDir::open(&path).unwrap();
        let text = DataDir::open(&path).unwrap_err().to_string();
        assert!(text.contains(&format!("(process {})", std::process::id())), "{text}");
        assert!(text.contains("another --data"), "{text}");
        drop(first);
        DataDir::open(&path).expect("free again");
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let text = DataDir::open(file.path()).unwrap_err().to_string();
        assert!(text.contains("give --data a folder"), "{text}");
    }
}
