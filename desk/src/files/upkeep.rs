//! Files whose time is over, and bytes that no record names.

use std::time::Duration;

use store::StoreError;

use super::{FILES_COLLECTION, Files};
use crate::Desk;
use crate::limits::{FILES_DAY_MS, FILES_LOOK_MS};

impl Files {
    /// Removes files: their records first, so that nobody finds one without its bytes.
    ///
    /// # Errors
    /// When a record cannot be removed; files before it are.
    pub(crate) async fn remove(&self, ids: &[String]) -> Result<(), StoreError> {
        for id in ids {
            self.documents.delete(FILES_COLLECTION, id).await?;
            self.index.forget(id);
            if let Err(error) = self.blobs.remove(id).await {
                tracing::warn!("the bytes of a removed file are left for the next look: {error}");
            }
        }
        Ok(())
    }

    /// Removes what is older than it may become, and what is left of files that never were whole.
    ///
    /// # Errors
    /// When the store refuses; the next look does it.
    pub(crate) async fn look(&self) -> Result<(), StoreError> {
        let age_ms = i64::from(self.limits.files_days) * FILES_DAY_MS;
        let old = self.index.older_than(self.clock.now_ms() - age_ms);
        if !old.is_empty() {
            self.remove(&old).await?;
            tracing::info!("{} files were removed: their time was over", old.len());
        }
        let kept = self.blobs.list().await;
        let kept = kept.map_err(|it| StoreError::Unreadable(it.to_string()))?;
        for id in kept.iter().filter(|id| !self.index.has(id)) {
            let removed = self.blobs.remove(id).await;
            removed.map_err(|it| StoreError::Unwritable(it.to_string()))?;
        }
        Ok(())
    }
}

impl Desk {
    /// Removes in the background what is kept of files longer than it should be, now and every hour.
    pub fn look_after_files(&self) {
        let desk = self.clone();
        let engine = desk.inner.engine.clone();
        let tasks = engine.tasks.clone();
        tasks.spawn(async move {
            loop {
                if let Err(error) = desk.inner.files.look().await {
                    tracing::error!("old files are not removed: {error}");
                }
                tokio::select! {
                    biased;
                    () = engine.stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_millis(FILES_LOOK_MS)) => {}
                }
            }
        });
    }
}
