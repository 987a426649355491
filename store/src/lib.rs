//! Where state is kept: an append-only log and keyed documents, in memory and in SQLite, and blobs, in
//! memory and in a folder, with one contract suite.
//!
//! Truth is the log: a part of the product folds its state from [`Log::replay`] and appends what it
//! decided. [`Documents`] holds what is looked up by key and replaced whole: accounts, keys, sites.

mod blobs;
#[cfg(any(test, feature = "contract"))]
pub mod contract;
pub mod env;
pub mod limits;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::future::Future;
use std::pin::Pin;

pub use blobs::{BlobError, Blobs, Content, Draft, FolderBlobs, MemoryBlobs};
pub use memory::MemoryStore;
#[cfg(feature = "sqlite")]
pub use sqlite::{Archive, Attached, Erasure, Manifest, Part, Scope, SqliteStore, backup};

/// A future that traits can return and stay object-safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What the store could not do. Nothing of the refused call was kept.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum StoreError {
    /// The disk is full, read-only or damaged, or the file is locked; the text says which.
    #[error("the data file cannot be written: {0}")]
    Unwritable(String),
    /// Something kept cannot be read back.
    #[error("the data file cannot be read: {0}")]
    Unreadable(String),
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// Something to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// What it belongs to, for instance `conversation/ab12`.
    pub scope: String,
    /// The record, as JSON text.
    pub body: String,
    /// Whether the scope is over with this record: replay passes it over from now on.
    pub closes: bool,
}

/// Something that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Counts over all scopes of one log; grows, may have gaps.
    pub seq: u64,
    /// What it belongs to.
    pub scope: String,
    /// The record, as JSON text.
    pub body: String,
}

/// An append-only log of one part of the product.
pub trait Log: Send + Sync {
    /// Hands records over in the order of the calls and returns at once; the future is ready when
    /// they are durable (fsync), all or none. What is submitted together with others is committed
    /// together with them.
    ///
    /// Once a submit was refused, every later one is refused too until [`Log::replay`] is called:
    /// what was decided on top of something refused must not be kept without it. So a caller that
    /// sees an error folds its state anew and goes on.
    fn submit(&self, records: Vec<NewRecord>) -> BoxFuture<'static, Result<(), StoreError>>;

    /// Everything in scopes that are not over, in order.
    fn replay(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>>;

    /// Everything of one scope, over or not, in order.
    fn history(&self, scope: &str) -> BoxFuture<'_, Result<Vec<Record>, StoreError>>;
}

/// JSON documents by key, in named collections; each call is durable when it returns.
pub trait Documents: Send + Sync {
    /// Keeps a document, in place of an earlier one of the same key.
    fn put(&self, collection: &str, key: &str, body: &str)
    -> BoxFuture<'_, Result<(), StoreError>>;
    /// Keeps a document if there is none of that key yet; says whether it did.
    fn put_new(
        &self,
        collection: &str,
        key: &str,
        body: &str,
    ) -> BoxFuture<'_, Result<bool, StoreError>>;
    /// The document of a key.
    fn get(&self, collection: &str, key: &str)
    -> BoxFuture<'_, Result<Option<String>, StoreError>>;
    /// All of a collection as `(key, body)`, by key.
    fn list(&self, collection: &str) -> BoxFuture<'_, Result<Vec<(String, String)>, StoreError>>;
    /// Forgets a document; says whether there was one.
    fn delete(&self, collection: &str, key: &str) -> BoxFuture<'_, Result<bool, StoreError>>;
}
