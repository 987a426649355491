//! Runs a session on tokio: load generator, end-to-end tests, bots.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Transport;
use crate::model::{Model, Notice};
use crate::session::{Command, Input, Output, Session};

/// Tells the time in Unix milliseconds.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Notices that nobody took; over it the oldest are dropped, because they are old news.
const NOTICES_MAX: usize = 1_000;

/// What was waited for did not come true; the model as it stood then.
#[derive(Debug)]
pub struct NotInTime(pub Box<Model>);

impl std::fmt::Display for NotInTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not in time; the connection is {:?}", self.0.connection)
    }
}

impl std::error::Error for NotInTime {}

/// Runs a [`Session`] on the current tokio runtime. Dropping it gives everything up at once;
/// [`NativeDriver::stop`] also waits for it.
pub struct NativeDriver(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    transport: Arc<dyn Transport>,
    clock: Clock,
    model: watch::Sender<Model>,
    deadline_moved: Notify,
    tasks: TaskTracker,
    cancel: CancellationToken,
}

struct State {
    session: Session,
    in_flight: HashMap<u64, AbortHandle>,
    notices: VecDeque<Notice>,
}

impl NativeDriver {
    /// Takes a session over. Nothing is asked before [`Command::Connect`].
    pub fn start(session: Session, transport: Arc<dyn Transport>, clock: Clock) -> Self {
        let model = watch::Sender::new(session.model().clone());
        let state = State { session, in_flight: HashMap::new(), notices: VecDeque::new() };
        let inner = Arc::new(Inner {
            state: Mutex::new(state),
            transport,
            clock,
            model,
            deadline_moved: Notify::new(),
            tasks: TaskTracker::new(),
            cancel: CancellationToken::new(),
        });
        inner.tasks.spawn(inner.clone().tick());
        Self(inner)
    }

    /// Hands in what a person wants.
    pub fn command(&self, command: Command) {
        self.0.input(Input::Command(command));
    }

    /// Tries at once what waits for its next try.
    pub fn wake(&self) {
        self.0.input(Input::Wake);
    }

    /// What a view would show now.
    pub fn model(&self) -> Model {
        self.0.model.borrow().clone()
    }

    /// The token, for the desk's API.
    pub fn bearer(&self) -> Option<String> {
        self.0.lock().session.bearer().map(str::to_owned)
    }

    /// What a page would keep for its reload.
    pub fn snapshot(&self) -> String {
        self.0.lock().session.snapshot()
    }

    /// What a person was to be told since the last call, oldest first.
    pub fn take_notices(&self) -> Vec<Notice> {
        self.0.lock().notices.drain(..).collect()
    }

    /// Waits until the model is as wanted, and answers it.
    ///
    /// # Errors
    /// [`NotInTime`] with the model as it stood at the end.
    pub async fn wait_until(
        &self,
        wanted: impl Fn(&Model) -> bool,
        timeout: Duration,
    ) -> Result<Model, NotInTime> {
        let mut models = self.0.model.subscribe();
        let found = tokio::time::timeout(timeout, models.wait_for(|it| wanted(it))).await;
        match found {
            Ok(Ok(model)) => Ok(model.clone()),
            _ => Err(NotInTime(Box::new(self.model()))),
        }
    }

    /// Gives everything up, as a page that is closed, and waits until nothing runs any more.
    pub async fn stop(&self) {
        self.0.give_up();
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }
}

impl Drop for NativeDriver {
    fn drop(&mut self) {
        self.0.give_up();
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_up(&self) {
        self.cancel.cancel();
        for (_, handle) in self.lock().in_flight.drain() {
            handle.abort();
        }
    }

    /// Everything happens under the lock, so that outputs leave in the machine's order.
    fn input(self: &Arc<Self>, input: Input) {
        if self.cancel.is_cancelled() {
            return;
        }
        let mut state = self.lock();
        if let Input::Answer { id, .. } = &input {
            state.in_flight.remove(id);
        }
        state.session.handle((self.clock)(), input);
        while let Some(output) = state.session.poll() {
            match output {
                Output::Request { id, request, timeout_ms } => {
                    let inner = self.clone();
                    let answer = self.transport.send(request, timeout_ms);
                    let task = self.tasks.spawn(async move {
                        let result = answer.await;
                        inner.input(Input::Answer { id, result });
                    });
                    state.in_flight.insert(id, task.abort_handle());
                }
                Output::Abort { id } => {
                    if let Some(handle) = state.in_flight.remove(&id) {
                        handle.abort();
                    }
                }
                // Kept nowhere: a native program asks for a snapshot when it wants one.
                Output::Save => {}
                Output::Notice(notice) => {
                    if state.notices.len() >= NOTICES_MAX {
                        state.notices.pop_front();
                    }
                    state.notices.push_back(notice);
                }
            }
        }
        self.model.send_replace(state.session.model().clone());
        drop(state);
        self.deadline_moved.notify_one();
    }

    async fn tick(self: Arc<Self>) {
        loop {
            let deadline = self.lock().session.deadline_ms();
            let wait = deadline.map(|at| {
                let ms = u64::try_from(at - (self.clock)()).unwrap_or(0);
                Duration::from_millis(ms)
            });
            let timer = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.cancel.cancelled() => return,
                () = self.deadline_moved.notified() => {}
                () = timer => self.input(Input::Tick),
            }
        }
    }
}
