//! Blobs that are forgotten with the process: for tests and for trying things out.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{BlobError, Blobs, Content, Draft, bad_id, is_id};
use crate::BoxFuture;

#[derive(Default)]
struct State {
    kept: BTreeMap<String, Vec<u8>>,
    refusal: Option<BlobError>,
}

/// Blobs in memory; clones are the same place.
#[derive(Clone, Default)]
pub struct MemoryBlobs {
    state: Arc<Mutex<State>>,
}

impl MemoryBlobs {
    /// Refuses every write with this error, until told `None`.
    pub fn refuse(&self, error: Option<BlobError>) {
        self.state().refusal = error;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is one call under the lock, so a panic elsewhere left none half-made.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check(&self) -> Result<(), BlobError> {
        self.state().refusal.clone().map_or(Ok(()), Err)
    }
}

impl Blobs for MemoryBlobs {
    fn begin(&self, id: &str) -> BoxFuture<'_, Result<Box<dyn Draft>, BlobError>> {
        let begun = if is_id(id) { self.check() } else { Err(bad_id()) };
        let draft = Writing { place: self.clone(), id: id.to_owned(), bytes: Vec::new() };
        Box::pin(async move { begun.map(|()| Box::new(draft) as _) })
    }

    fn read(&self, id: &str) -> BoxFuture<'_, Result<Option<Content>, BlobError>> {
        let found = self.state().kept.get(id).cloned();
        Box::pin(async move { Ok(found.map(|it| Box::pin(Cursor::new(it)) as _)) })
    }

    fn remove(&self, id: &str) -> BoxFuture<'_, Result<bool, BlobError>> {
        let removed = self.state().kept.remove(id).is_some();
        Box::pin(async move { Ok(removed) })
    }

    fn list(&self) -> BoxFuture<'_, Result<Vec<String>, BlobError>> {
        let ids = self.state().kept.keys().cloned().collect();
        Box::pin(async move { Ok(ids) })
    }
}

struct Writing {
    place: MemoryBlobs,
    id: String,
    bytes: Vec<u8>,
}

impl Draft for Writing {
    fn write<'a>(&'a mut self, bytes: &'a [u8]) -> BoxFuture<'a, Result<(), BlobError>> {
        Box::pin(async move {
            self.place.check()?;
            self.bytes.extend_from_slice(bytes);
            Ok(())
        })
    }

    fn keep(self: Box<Self>) -> BoxFuture<'static, Result<(), BlobError>> {
        Box::pin(async move {
            self.place.check()?;
            self.place.state().kept.insert(self.id, self.bytes);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    #[tokio::test]
    async fn blobs_in_memory_keep_the_contract() {
        let blobs = MemoryBlobs::default();
        contract::check_blobs(&blobs).await;
        contract::check_full(&blobs, || blobs.refuse(Some(BlobError::Full)), || blobs.refuse(None))
            .await;
    }
}
