//! Bytes by id: files that people send. Written once, whole or not at all, and never changed.

mod folder;
mod memory;

use std::pin::Pin;

use tokio::io::AsyncRead;

use crate::BoxFuture;

pub use folder::FolderBlobs;
pub use memory::MemoryBlobs;

/// Content as it is read, piece by piece.
pub type Content = Pin<Box<dyn AsyncRead + Send>>;

/// What could not be done with a blob. Nothing of a refused one is kept.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BlobError {
    /// There is no room for it.
    #[error("the disk is full; free some space, nothing kept was lost")]
    Full,
    /// It cannot be written or read; the text says why.
    #[error("a file cannot be written or read: {0}")]
    Unusable(String),
}

impl From<std::io::Error> for BlobError {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded => Self::Full,
            _ => Self::Unusable(error.to_string()),
        }
    }
}

/// A place for blobs. Ids are 1 to 64 lower-case letters and digits.
pub trait Blobs: Send + Sync {
    /// Begins a blob. Nobody finds it before it is kept.
    fn begin(&self, id: &str) -> BoxFuture<'_, Result<Box<dyn Draft>, BlobError>>;
    /// The content of a kept blob; `None` where there is none.
    fn read(&self, id: &str) -> BoxFuture<'_, Result<Option<Content>, BlobError>>;
    /// Removes a blob; says whether there was one. Whoever reads it reads on to its end.
    fn remove(&self, id: &str) -> BoxFuture<'_, Result<bool, BlobError>>;
    /// The ids of all that is kept, in any order.
    fn list(&self) -> BoxFuture<'_, Result<Vec<String>, BlobError>>;
}

/// A blob that is being written. Dropped before it is kept, it leaves nothing.
pub trait Draft: Send {
    /// Adds to its end.
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), BlobError>>;
    /// Keeps it: it is whole and durable when this is answered.
    fn keep(self: Box<Self>) -> BoxFuture<'static, Result<(), BlobError>>;
}

/// Whether this can name a blob: no separator, no dot, nothing that a file system reads otherwise.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
}

fn bad_id() -> BlobError {
    BlobError::Unusable("an id has 1 to 64 lower-case letters and digits".to_owned())
}
