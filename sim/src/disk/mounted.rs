//! The disk as one process sees it: the store's two traits over [`Disk`].

use std::sync::Arc;

use store::{BoxFuture, Documents, Log, NewRecord, Record, StoreError};

use super::{Change, Disk};

/// The disk as one process sees it.
#[derive(Clone)]
pub struct Mounted {
    disk: Disk,
    process: u64,
}

impl Mounted {
    pub(super) const fn new(disk: Disk, process: u64) -> Self {
        Self { disk, process }
    }

    /// The log of this name.
    pub fn log(&self, name: &str) -> Arc<dyn Log> {
        Arc::new(MountedLog { name: name.to_owned(), mounted: self.clone() })
    }

    fn change(&self, change: Change) -> BoxFuture<'static, Result<bool, StoreError>> {
        let waits = self.disk.put(self.process, change);
        Box::pin(async move { waits.await.unwrap_or(Err(StoreError::Closed)) })
    }
}

struct MountedLog {
    name: String,
    mounted: Mounted,
}

impl Log for MountedLog {
    fn submit(&self, records: Vec<NewRecord>) -> BoxFuture<'static, Result<(), StoreError>> {
        let epoch = self.mounted.disk.lock().logs.get(&self.name).map_or(0, |it| it.epoch);
        let kept = self.mounted.change(Change::Append { log: self.name.clone(), epoch, records });
        Box::pin(async move { kept.await.map(|_| ()) })
    }

    fn replay(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async {
            let mut state = self.mounted.disk.lock();
            if state.process != self.mounted.process {
                return Err(StoreError::Closed);
            }
            let Some(kept) = state.logs.get_mut(&self.name) else { return Ok(Vec::new()) };
            kept.epoch = kept.epoch.max(kept.alive);
            let alive = kept.records.iter().filter(|it| !kept.over.contains(&it.scope));
            Ok(alive.cloned().collect())
        })
    }

    fn history(&self, scope: &str) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        let state = self.mounted.disk.lock();
        let records = state.logs.get(&self.name).map_or(&[][..], |it| &it.records);
        let found = records.iter().filter(|it| it.scope == scope).cloned().collect();
        Box::pin(std::future::ready(Ok(found)))
    }
}

impl Documents for Mounted {
    fn put(
        &self,
        collection: &str,
        key: &str,
        body: &str,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        let key = (collection.to_owned(), key.to_owned());
        let kept = self.change(Change::Put { key, body: body.to_owned(), replaces: true });
        Box::pin(async move { kept.await.map(|_| ()) })
    }

    fn put_new(
        &self,
        collection: &str,
        key: &str,
        body: &str,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        let key = (collection.to_owned(), key.to_owned());
        self.change(Change::Put { key, body: body.to_owned(), replaces: false })
    }

    fn get(
        &self,
        collection: &str,
        key: &str,
    ) -> BoxFuture<'_, Result<Option<String>, StoreError>> {
        let key = (collection.to_owned(), key.to_owned());
        let found = self.disk.lock().documents.get(&key).cloned();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn list(&self, collection: &str) -> BoxFuture<'_, Result<Vec<(String, String)>, StoreError>> {
        let state = self.disk.lock();
        let of_it = state.documents.iter().filter(|((it, _), _)| it == collection);
        let found = of_it.map(|((_, key), body)| (key.clone(), body.clone())).collect();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn delete(&self, collection: &str, key: &str) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(Change::Delete { key: (collection.to_owned(), key.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Image, Mood};
    use super::*;
    use store::contract;
    use tokio_util::task::TaskTracker;

    fn disk() -> Disk {
        Disk::new(Image::default(), TaskTracker::new(), 1)
    }

    #[tokio::test(start_paused = true)]
    async fn the_simulated_disk_keeps_the_contract() {
        let disk = disk();
        let it = disk.mount();
        contract::check_log(&*it.log("a"), &*it.log("b")).await;
        contract::check_documents(&it).await;
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_refusal_everything_is_refused_until_replay() {
        let disk = disk();
        let log = disk.mount().log("a");
        let (full, fine) = (|| disk.set_mood(Mood::Full), || disk.set_mood(Mood::Fine));
        contract::check_refusal(&*log, full, fine).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_crash_loses_what_waits_and_silences_the_dead() {
        let disk = disk();
        let log = disk.mount().log("a");
        log.submit(vec![contract::record("s", "kept")]).await.unwrap();
        let lost = log.submit(vec![contract::record("s", "lost")]);
        disk.crash();
        let late = log.submit(vec![contract::record("s", "late")]);
        for dead in [lost, late] {
            let waited = tokio::time::timeout(Duration::from_mins(1), dead).await;
            assert!(!matches!(waited, Ok(Ok(()))), "nobody is told that it is kept");
        }
        assert_eq!(contract::replayed(&*disk.mount().log("a")).await, ["kept"]);
    }
}
