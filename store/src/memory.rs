//! A store that forgets everything with the process: for tests and for trying things out.
//!
//! Besides the contract it can be told to refuse ([`MemoryStore::refuse`]) and to take its time
//! ([`MemoryStore::pause`]), so that a test can see what its user does meanwhile.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::{BoxFuture, Documents, Log, NewRecord, Record, StoreError};

/// Everything of one log.
#[derive(Debug, Default)]
struct Kept {
    records: Vec<Record>,
    over: HashSet<String>,
    /// A submit was refused and nobody replayed since.
    broken: Option<StoreError>,
}

/// A submit that waits for [`MemoryStore::resume`].
struct Waiting {
    log: String,
    records: Vec<NewRecord>,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

#[derive(Default)]
struct State {
    seq: u64,
    logs: HashMap<String, Kept>,
    documents: BTreeMap<(String, String), String>,
    refusal: Option<StoreError>,
    paused: bool,
    waiting: Vec<Waiting>,
}

impl State {
    fn append(&mut self, log: &str, records: Vec<NewRecord>) -> Result<(), StoreError> {
        let kept = self.logs.entry(log.to_owned()).or_default();
        if kept.broken.is_none() {
            kept.broken.clone_from(&self.refusal);
        }
        if let Some(error) = &kept.broken {
            return Err(error.clone());
        }
        for NewRecord { scope, body, closes } in records {
            self.seq += 1;
            if closes {
                kept.over.insert(scope.clone());
            }
            kept.records.push(Record { seq: self.seq, scope, body });
        }
        Ok(())
    }

    fn replay(&mut self, log: &str) -> Vec<Record> {
        let broken = self.logs.get_mut(log).and_then(|kept| kept.broken.take());
        if let Some(error) = broken {
            // They were decided on what was refused.
            for it in self.waiting.extract_if(.., |it| it.log == log) {
                // Nobody listens any more: nobody to tell.
                let _ = it.answer.send(Err(error.clone()));
            }
        }
        let Some(kept) = self.logs.get(log) else { return Vec::new() };
        kept.records.iter().filter(|it| !kept.over.contains(&it.scope)).cloned().collect()
    }
}

/// The store in memory: logs by name, and documents.
#[derive(Default)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The log of this name; the same name gives the same log.
    pub fn log(&self, name: &str) -> Arc<dyn Log> {
        Arc::new(MemoryLog { name: name.to_owned(), state: Arc::clone(&self.state) })
    }

    /// Refuses every write with this error, until told `None`.
    pub fn refuse(&self, error: Option<StoreError>) {
        lock(&self.state).refusal = error;
    }

    /// Keeps submits waiting, as a slow disk does, until [`MemoryStore::resume`].
    pub fn pause(&self) {
        lock(&self.state).paused = true;
    }

    /// Keeps all that waits, in order, and what comes from now on.
    pub fn resume(&self) {
        let mut state = lock(&self.state);
        state.paused = false;
        for it in std::mem::take(&mut state.waiting) {
            let result = state.append(&it.log, it.records);
            // Nobody listens any more: nobody to tell.
            let _ = it.answer.send(result);
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A panic elsewhere left no half-made change: each change is one call under the lock.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One log of a [`MemoryStore`].
struct MemoryLog {
    name: String,
    state: Arc<Mutex<State>>,
}

impl Log for MemoryLog {
    fn submit(&self, records: Vec<NewRecord>) -> BoxFuture<'static, Result<(), StoreError>> {
        let mut state = lock(&self.state);
        if state.paused {
            let (answer, waits) = oneshot::channel();
            state.waiting.push(Waiting { log: self.name.clone(), records, answer });
            return Box::pin(async move { waits.await.unwrap_or(Err(StoreError::Closed)) });
        }
        let result = state.append(&self.name, records);
        Box::pin(std::future::ready(result))
    }

    fn replay(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async { Ok(lock(&self.state).replay(&self.name)) })
    }

    fn history(&self, scope: &str) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        let state = lock(&self.state);
        let records = state.logs.get(&self.name).map_or(&[][..], |kept| &kept.records);
        let found = records.iter().filter(|it| it.scope == scope).cloned().collect();
        Box::pin(std::future::ready(Ok(found)))
    }
}

impl MemoryStore {
    /// Runs a change of the documents, unless told to refuse.
    fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut BTreeMap<(String, String), String>) -> T,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let mut state = lock(&self.state);
        let result = match &state.refusal {
            Some(error) => Err(error.clone()),
            None => Ok(change(&mut state.documents)),
        };
        Box::pin(std::future::ready(result))
    }
}

impl Documents for MemoryStore {
    fn put(
        &self,
        collection: &str,
        key: &str,
        body: &str,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.change(|all| {
            all.insert((collection.to_owned(), key.to_owned()), body.to_owned());
        })
    }

    fn put_new(
        &self,
        collection: &str,
        key: &str,
        body: &str,
    ) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(|all| {
            let key = (collection.to_owned(), key.to_owned());
            let is_new = !all.contains_key(&key);
            all.entry(key).or_insert_with(|| body.to_owned());
            is_new
        })
    }

    fn get(
        &self,
        collection: &str,
        key: &str,
    ) -> BoxFuture<'_, Result<Option<String>, StoreError>> {
        let key = (collection.to_owned(), key.to_owned());
        let found = lock(&self.state).documents.get(&key).cloned();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn list(&self, collection: &str) -> BoxFuture<'_, Result<Vec<(String, String)>, StoreError>> {
        let state = lock(&self.state);
        let of_collection = state.documents.iter().filter(|((it, _), _)| it == collection);
        let found = of_collection.map(|((_, key), body)| (key.clone(), body.clone())).collect();
        Box::pin(std::future::ready(Ok(found)))
    }

    fn delete(&self, collection: &str, key: &str) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.change(|all| all.remove(&(collection.to_owned(), key.to_owned())).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    #[tokio::test]
    async fn the_memory_store_keeps_the_contract() {
        let store = MemoryStore::new();
        contract::check_log(&*store.log("a"), &*store.log("b")).await;
        contract::check_documents(&*store).await;
    }

    #[tokio::test]
    async fn after_a_refusal_everything_is_refused_until_replay() {
        let store = MemoryStore::new();
        let log = store.log("a");
        contract::check_refusal(
            &*log,
            || store.refuse(Some(StoreError::Unwritable("full".into()))),
            || store.refuse(None),
        )
        .await;
    }

    #[tokio::test]
    async fn a_paused_store_answers_when_it_resumes() {
        let store = MemoryStore::new();
        let log = store.log("a");
        store.pause();
        let mut waits = log.submit(vec![contract::record("s", "1")]);
        let pending =
            std::future::poll_fn(|cx| std::task::Poll::Ready(waits.as_mut().poll(cx).is_pending()));
        assert!(pending.await, "a paused store does not answer");
        assert_eq!(log.replay().await, Ok(vec![]));
        store.resume();
        assert_eq!(waits.await, Ok(()));
        assert_eq!(log.replay().await.map(|it| it.len()), Ok(1));
    }
}
