//! Blobs as files of one folder: written beside under another name, made durable, then renamed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::{BlobError, Blobs, Content, Draft, bad_id, is_id};
use crate::BoxFuture;

/// What follows the id in the name of a blob that is being written.
const DRAFT: &str = ".part";

/// A folder of blobs, readable by its owner only.
pub struct FolderBlobs {
    folder: Arc<Path>,
}

impl FolderBlobs {
    /// Opens the folder, makes it if needed, and removes what was being written when the server ended.
    ///
    /// # Errors
    /// When it cannot be made, read or written.
    pub fn open(folder: &Path) -> io::Result<Self> {
        make_private(folder)?;
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_str().is_some_and(|it| it.ends_with(DRAFT)) {
                fs::remove_file(path)?;
            }
        }
        Ok(Self { folder: folder.into() })
    }

    fn path(&self, id: &str) -> Result<PathBuf, BlobError> {
        if is_id(id) { Ok(self.folder.join(id)) } else { Err(bad_id()) }
    }
}

/// `None` where there is no such file.
fn found<T>(result: io::Result<T>) -> Result<Option<T>, BlobError> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Blobs for FolderBlobs {
    fn begin(&self, id: &str) -> BoxFuture<'_, Result<Box<dyn Draft>, BlobError>> {
        let path = self.path(id);
        Box::pin(async move {
            let path = path?;
            let left = Left(Some(path.with_extension(&DRAFT[1..])));
            let mut options = File::options();
            options.write(true).create_new(true);
            #[cfg(unix)]
            options.mode(0o600);
            let part = left.0.as_deref().unwrap_or(&path);
            let file = options.open(part).await?;
            let folder = Arc::clone(&self.folder);
            Ok(Box::new(Writing { folder, path, left, file }) as _)
        })
    }

    fn read(&self, id: &str) -> BoxFuture<'_, Result<Option<Content>, BlobError>> {
        let path = self.path(id);
        Box::pin(async move {
            let Ok(path) = path else { return Ok(None) };
            let file = found(File::open(path).await)?;
            Ok(file.map(|it| Box::pin(it) as _))
        })
    }

    fn remove(&self, id: &str) -> BoxFuture<'_, Result<bool, BlobError>> {
        let path = self.path(id);
        Box::pin(async move {
            let Ok(path) = path else { return Ok(false) };
            Ok(found(tokio::fs::remove_file(path).await)?.is_some())
        })
    }

    fn list(&self) -> BoxFuture<'_, Result<Vec<String>, BlobError>> {
        Box::pin(async move {
            let mut entries = tokio::fs::read_dir(&self.folder).await?;
            let mut ids = Vec::new();
            while let Some(entry) = entries.next_entry().await? {
                // What has another name is not ours.
                ids.extend(entry.file_name().into_string().ok().filter(|it| is_id(it)));
            }
            Ok(ids)
        })
    }
}

/// The file of a draft, removed with it unless it was kept.
struct Left(Option<PathBuf>);

impl Drop for Left {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // What stays all the same is removed at the next start.
            let _ = fs::remove_file(path);
        }
    }
}

struct Writing {
    folder: Arc<Path>,
    path: PathBuf,
    left: Left,
    file: File,
}

impl Draft for Writing {
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), BlobError>> {
        Box::pin(async move { Ok(self.file.write_all(bytes).await?) })
    }

    fn keep(self: Box<Self>) -> BoxFuture<'static, Result<(), BlobError>> {
        Box::pin(async move {
            let Self { folder, path, mut left, mut file } = *self;
            file.flush().await?;
            file.sync_all().await?;
            if let Some(part) = &left.0 {
                tokio::fs::rename(part, &path).await?;
            }
            left.0 = None;
            // The new name is durable with its folder.
            File::open(&folder).await?.sync_all().await?;
            Ok(())
        })
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    #[tokio::test]
    async fn blobs_in_a_folder_keep_the_contract() {
        let folder = tempfile::tempdir().unwrap();
        contract::check_blobs(&FolderBlobs::open(&folder.path().join("a/files")).unwrap()).await;
    }

    #[tokio::test]
    async fn what_was_being_written_at_a_crash_is_gone_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = FolderBlobs::open(folder.path()).unwrap();
        let mut draft = blobs.begin("a").await.unwrap();
        draft.write(b"half").await.unwrap();
        // A crash drops nothing.
        std::mem::forget(draft);
        assert_eq!(blobs.list().await, Ok(vec![]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        FolderBlobs::open(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn no_id_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret"), "x").unwrap();
        let blobs = FolderBlobs::open(&folder.path().join("files")).unwrap();
        assert!(blobs.read("../secret").await.unwrap().is_none());
        assert_eq!(blobs.remove("../secret").await, Ok(false));
        assert!(blobs.begin("../other").await.is_err());
    }
}
