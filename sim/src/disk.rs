//! The simulated disk: what survives a crash and what does not.
//!
//! It behaves as the SQLite store does: one writer takes whatever waits, commits it as one, then answers
//! all. A crash loses what waits; what is being committed is kept whole or not at all, and nobody is
//! answered. The process that wrote before a crash reaches nothing any more.

mod mounted;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::{NewRecord, Record, StoreError};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use crate::dice::Dice;

pub use mounted::Mounted;

/// What surrounds a text in a record, so that the disk can tell which texts it has.
pub const TEXT_MARK: char = '§';
/// More writes at the same time than this mean that something does not wait (invariant 8).
pub const WRITES_WAITING_MAX: usize = 2_000;

/// What the disk does to writes at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// A commit takes a few milliseconds.
    #[default]
    Fine,
    /// A commit takes this many milliseconds.
    Slow(u64),
    /// Every write is refused.
    Full,
}

type Answer = oneshot::Sender<Result<bool, StoreError>>;

enum Change {
    Append { log: String, epoch: u64, records: Vec<NewRecord> },
    Put { key: (String, String), body: String, replaces: bool },
    Delete { key: (String, String) },
}

struct Job {
    change: Change,
    answer: Answer,
}

/// One log as it is on the disk, and what its handles share.
#[derive(Clone, Debug, Default)]
struct Kept {
    records: Vec<Record>,
    over: BTreeSet<String>,
    /// Submits of epochs before this are refused; see `store::Log::submit`.
    alive: u64,
    epoch: u64,
}

#[derive(Default)]
struct State {
    logs: BTreeMap<String, Kept>,
    documents: BTreeMap<(String, String), String>,
    seq: u64,
    /// Which process may write; earlier ones are dead.
    process: u64,
    waiting: VecDeque<Job>,
    committing: Vec<Job>,
    mood: Mood,
    commits: u64,
    /// The texts that are durable at the platform.
    texts: BTreeSet<String>,
    most_waiting: usize,
    /// Whom dead processes wait for: never answered, and not told so either.
    silenced: Vec<Answer>,
}

/// The disk.
#[derive(Clone)]
pub struct Disk {
    state: Arc<Mutex<State>>,
    tasks: TaskTracker,
    seed: u64,
}

/// What is on a disk while nothing runs.
#[derive(Clone, Debug, Default)]
pub struct Image {
    logs: BTreeMap<String, Kept>,
    documents: BTreeMap<(String, String), String>,
    seq: u64,
}

impl Image {
    /// Changes the documents of a collection.
    pub fn rewrite(&mut self, collection: &str, change: impl Fn(&str) -> String) {
        for (_, body) in self.documents.iter_mut().filter(|((it, _), _)| it == collection) {
            *body = change(body);
        }
    }
}

impl Disk {
    /// A disk that holds an image; commits run on `tasks`.
    pub fn new(image: Image, tasks: TaskTracker, seed: u64) -> Self {
        let Image { logs, documents, seq } = image;
        let state = State { logs, documents, seq, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)), tasks, seed }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is durable.
    pub fn image(&self) -> Image {
        let state = self.lock();
        Image { logs: state.logs.clone(), documents: state.documents.clone(), seq: state.seq }
    }

    /// What it does to writes from now on.
    pub fn set_mood(&self, mood: Mood) {
        self.lock().mood = mood;
    }

    /// Whether the platform's log has this text durably.
    pub fn has_text(&self, id: &str) -> bool {
        self.lock().texts.contains(id)
    }

    /// Whether a commit is under way.
    pub fn is_committing(&self) -> bool {
        !self.lock().committing.is_empty()
    }

    /// Every scope that one log ever had, over or not.
    pub fn scopes(&self, log: &str) -> BTreeSet<String> {
        let state = self.lock();
        let records = state.logs.get(log).into_iter().flat_map(|it| &it.records);
        records.map(|it| it.scope.clone()).collect()
    }

    /// How many writes waited at the same time, at most.
    pub fn most_waiting(&self) -> usize {
        self.lock().most_waiting
    }

    /// The process dies: what waits is lost, and what is being committed is kept or not by chance.
    pub fn crash(&self) {
        let mut state = self.lock();
        state.process += 1;
        let (process, commits) = (state.process, state.commits);
        let is_kept = Dice::of(self.seed, "torn", &[process, commits]).chance(500);
        for Job { change, answer } in std::mem::take(&mut state.committing) {
            if is_kept && state.mood != Mood::Full {
                state.apply(change);
            }
            state.silenced.push(answer);
        }
        let lost = std::mem::take(&mut state.waiting);
        state.silenced.extend(lost.into_iter().map(|it| it.answer));
        for kept in state.logs.values_mut() {
            (kept.alive, kept.epoch) = (0, 0);
        }
    }

    /// The stores of the process that runs now.
    pub fn mount(&self) -> Mounted {
        Mounted::new(self.clone(), self.lock().process)
    }

    fn put(&self, process: u64, change: Change) -> oneshot::Receiver<Result<bool, StoreError>> {
        let (answer, waits) = oneshot::channel();
        let mut state = self.lock();
        if state.process != process {
            state.silenced.push(answer);
            return waits;
        }
        let is_idle = state.waiting.is_empty() && state.committing.is_empty();
        state.waiting.push_back(Job { change, answer });
        state.most_waiting = state.most_waiting.max(state.waiting.len());
        drop(state);
        if is_idle {
            let disk = self.clone();
            self.tasks.spawn(async move { disk.write(process).await });
        }
        waits
    }

    /// The writer: until nothing waits.
    async fn write(self, process: u64) {
        loop {
            // As a thread of its own would: what is submitted in the same instant comes along.
            tokio::task::yield_now().await;
            let wait_ms = {
                let mut state = self.lock();
                if state.process != process || state.waiting.is_empty() {
                    return;
                }
                let group: Vec<Job> = state.waiting.drain(..).collect();
                state.committing = state.accepted(group);
                state.commits += 1;
                let mut dice = Dice::of(self.seed, "commit", &[state.commits]);
                match state.mood {
                    Mood::Slow(most_ms) => dice.between(most_ms / 2, most_ms),
                    Mood::Fine | Mood::Full => dice.between(1, 6),
                }
            };
            tokio::time::sleep(Duration::from_millis(wait_ms)).await;
            let mut state = self.lock();
            if state.process != process {
                return;
            }
            state.commit();
        }
    }
}

impl State {
    /// Refuses what was decided on something refused.
    fn accepted(&mut self, group: Vec<Job>) -> Vec<Job> {
        let mut accepted = Vec::with_capacity(group.len());
        for job in group {
            let is_over = match &job.change {
                Change::Append { log, epoch, .. } => {
                    self.logs.get(log).is_some_and(|it| *epoch < it.alive)
                }
                _ => false,
            };
            if is_over {
                let error = StoreError::Unwritable("an earlier change was refused".into());
                tell(job.answer, Err(error));
            } else {
                accepted.push(job);
            }
        }
        accepted
    }

    fn commit(&mut self) {
        let jobs = std::mem::take(&mut self.committing);
        if self.mood == Mood::Full {
            for job in &jobs {
                if let Change::Append { log, epoch, .. } = &job.change {
                    let kept = self.logs.entry(log.clone()).or_default();
                    kept.alive = kept.alive.max(epoch + 1);
                }
            }
            for job in jobs {
                tell(job.answer, Err(StoreError::Unwritable("the disk is full".into())));
            }
            return;
        }
        for Job { change, answer } in jobs {
            let changed = self.apply(change);
            tell(answer, Ok(changed));
        }
    }

    fn apply(&mut self, change: Change) -> bool {
        match change {
            Change::Append { log, records, .. } => {
                for record in records {
                    self.append(&log, record);
                }
                true
            }
            Change::Put { key, body, replaces } => {
                let is_new = !self.documents.contains_key(&key);
                if is_new || replaces {
                    self.documents.insert(key, body);
                }
                is_new || replaces
            }
            Change::Delete { key } => self.documents.remove(&key).is_some(),
        }
    }

    fn append(&mut self, log: &str, NewRecord { scope, body, closes }: NewRecord) {
        self.seq += 1;
        if log == "platform" {
            let mut parts = body.split(TEXT_MARK);
            // Before, the text's id, behind, the next id, …
            while let (Some(_), Some(id)) = (parts.next(), parts.next()) {
                self.texts.insert(id.to_owned());
            }
        }
        let kept = self.logs.entry(log.to_owned()).or_default();
        if closes {
            kept.over.insert(scope.clone());
        }
        kept.records.push(Record { seq: self.seq, scope, body });
    }
}

fn tell(answer: Answer, result: Result<bool, StoreError>) {
    // Who asked may have gone away; what was written stays written.
    let _ = answer.send(result);
}
