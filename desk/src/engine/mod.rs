//! Runs the flows: one turn after the other for each conversation, keep before act.
//!
//! [`Engine::feed`] is the only way to change a conversation: it takes the turn, hands the inputs to
//! the machine, waits until the log has kept what the machine decided, and only then sends requests.
//! What was decided and not kept never was: the state before stays.

mod book;
mod deliver;
mod host;
mod leaving;
mod posting;
mod visits;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shared::SipUri;
use shared::desk::Transcript;
use store::env::Clock;
use store::{Log, NewRecord, StoreError};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use book::{Book, Live};

use crate::agents::Agents;
use crate::bridge::Bridge;
use crate::flow::{Answer, Change, Context, Effect, Flow, Input, Method, Refusal};
use crate::left::{self, Left};
use crate::letters::Letters;
use crate::limits::{EFFECTS_IN_FLIGHT_MAX, STORE_RETRY_MS};
use crate::sites::Sites;
use crate::ta::{TaClient, TaError, resolve};
use crate::tickets::Tickets;

/// What the scope of a conversation begins with.
pub(crate) const SCOPE: &str = "conversation/";

/// All conversations and what they need.
pub(crate) struct Engine {
    pub(crate) ta: TaClient,
    pub(crate) agents: Agents,
    pub(crate) sites: Sites,
    pub(crate) bridge: Bridge,
    pub(crate) tickets: Tickets,
    pub(crate) left: Left,
    pub(crate) letters: Letters,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) book: Book,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) callback_url: String,
    pub(crate) open_max: usize,
    log: Arc<dyn Log>,
    revision: watch::Sender<u64>,
    wake: Notify,
    in_flight: Semaphore,
    /// How often the log was made to go on after a refusal.
    healed: AtomicU64,
    healing: tokio::sync::Mutex<()>,
}

/// What an [`Engine`] is built from.
pub(crate) struct Needs {
    pub(crate) ta: TaClient,
    pub(crate) agents: Agents,
    pub(crate) sites: Sites,
    pub(crate) bridge: Bridge,
    pub(crate) tickets: Tickets,
    pub(crate) letters: Letters,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log: Arc<dyn Log>,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: TaskTracker,
    pub(crate) callback_url: String,
    pub(crate) open_max: usize,
}

impl Engine {
    /// Folds every open conversation from the log and goes on with it in the background.
    ///
    /// # Errors
    /// When the log cannot be read, or holds what this desk did not write.
    pub(crate) async fn open(needs: Needs) -> Result<Arc<Self>, StoreError> {
        let mut scopes: BTreeMap<String, Vec<Change>> = BTreeMap::new();
        let kept_left = Left::default();
        for record in needs.log.replay().await? {
            if let Some(id) = record.scope.strip_prefix(left::SCOPE) {
                kept_left.apply(id, left::read(&record.scope, &record.body)?);
                continue;
            }
            // What else is in the log is closed as soon as it is kept, and is not replayed.
            let changes = read(&record.scope, &record.body)?;
            scopes.entry(record.scope).or_default().extend(changes);
        }
        // Revisions grow over restarts too, because time does.
        let first = u64::try_from(needs.clock.now_ms()).unwrap_or_default();
        let engine = Arc::new(Self {
            ta: needs.ta,
            agents: needs.agents,
            sites: needs.sites,
            bridge: needs.bridge,
            tickets: needs.tickets,
            left: kept_left,
            letters: needs.letters,
            clock: needs.clock,
            book: Book::default(),
            stop: needs.stop,
            tasks: needs.tasks,
            callback_url: needs.callback_url,
            open_max: needs.open_max,
            log: needs.log,
            revision: watch::Sender::new(first),
            wake: Notify::new(),
            in_flight: Semaphore::new(EFFECTS_IN_FLIGHT_MAX),
            healed: AtomicU64::new(0),
            healing: tokio::sync::Mutex::new(()),
        });
        for (scope, changes) in scopes {
            let id = scope.strip_prefix(SCOPE).unwrap_or(&scope);
            let flow = Flow::fold(id, changes)
                .ok_or_else(|| StoreError::Unreadable(format!("{scope} has no beginning")))?;
            engine.book.enter(flow);
        }
        for live in engine.book.all() {
            let engine = engine.clone();
            let tasks = engine.tasks.clone();
            tasks.spawn(async move { engine.insist(&live, &Input::Resumed).await });
        }
        let ticking = engine.clone();
        engine.tasks.spawn(async move { ticking.tick_until_stopped().await });
        if let Some(post) = engine.letters.post().cloned() {
            let posting = engine.clone();
            engine.tasks.spawn(async move { posting.post_until_stopped(&post).await });
        }
        Ok(engine)
    }

    /// Hands inputs to a conversation; answers when what came of it is kept. Runs to its end even if
    /// the caller goes away, because what is half kept would be half done.
    ///
    /// # Errors
    /// When it cannot be kept; nothing has changed then, and the caller may try again.
    pub(crate) async fn feed(
        self: &Arc<Self>,
        live: &Arc<Live>,
        inputs: Vec<Input>,
    ) -> Result<Option<Refusal>, StoreError> {
        let (engine, live) = (self.clone(), live.clone());
        let turn = self.tasks.spawn(async move { engine.turn(&live, inputs).await });
        turn.await.unwrap_or(Err(StoreError::Closed))
    }

    async fn turn(
        self: &Arc<Self>,
        live: &Arc<Live>,
        inputs: Vec<Input>,
    ) -> Result<Option<Refusal>, StoreError> {
        let mut flow = live.flow.lock().await;
        let agents = self.agents.candidates();
        let now_ms = self.clock.now_ms();
        let mut next = flow.clone();
        let outcome = next.handle(Context { now_ms, agents: &agents }, inputs);
        if let Err(error) = self.keep(&next, &outcome.changes).await {
            self.book.due_at(&live.id, now_ms + STORE_RETRY_MS);
            return Err(error);
        }
        if let (None, Some((_, why))) = (flow.ended(), next.ended()) {
            tracing::info!(conversation.id = live.id, "conversation {} ended: {why}", live.id);
        }
        *flow = next;
        if self.book.publish(&flow, now_ms) {
            self.tell_consoles();
        }
        drop(flow);
        for effect in outcome.effects {
            self.run(live, effect);
        }
        self.wake.notify_one();
        Ok(outcome.refusal)
    }

    async fn keep(&self, flow: &Flow, changes: &[Change]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let body = serde_json::to_string(changes)
            .map_err(|error| StoreError::Unwritable(error.to_string()))?;
        let scope = format!("{SCOPE}{}", flow.id());
        let record = NewRecord { scope, body, closes: flow.is_closed() };
        self.submit(visits::with_visit(record, flow, changes)).await
    }

    /// Keeps records; a log that refused is made to go on.
    async fn submit(&self, records: Vec<NewRecord>) -> Result<(), StoreError> {
        let healed = self.healed.load(Ordering::SeqCst);
        let kept = self.log.submit(records).await;
        if kept.is_err() {
            self.heal(healed).await;
        }
        kept
    }

    /// A log that refused goes on only after a replay. No state need be folded anew here: every turn
    /// waits for its own record, so nothing was decided on top of what was refused. Turns that were
    /// refused together replay once.
    async fn heal(&self, healed: u64) {
        let _one = self.healing.lock().await;
        if self.healed.load(Ordering::SeqCst) != healed {
            return;
        }
        match self.log.replay().await {
            Ok(_) => {
                self.healed.fetch_add(1, Ordering::SeqCst);
            }
            Err(error) => tracing::error!("the log does not go on: {error}"),
        }
    }

    /// Does what was decided and kept, and hands the answer in.
    fn run(self: &Arc<Self>, live: &Arc<Live>, effect: Effect) {
        let (engine, live) = (self.clone(), live.clone());
        self.tasks.spawn(async move {
            // A stop leaves the step unfinished; the next start does it.
            let answer = tokio::select! {
                biased;
                () = engine.stop.cancelled() => return,
                answer = engine.ask(&live.id, &effect) => answer,
            };
            engine.insist(&live, &Input::Answered(effect.step, answer)).await;
        });
    }

    async fn ask(&self, conversation: &str, effect: &Effect) -> Answer {
        let Ok(_permit) = self.in_flight.acquire().await else { return Answer::Lost };
        let request = &effect.request;
        let error = match self.ta.call(request).await {
            Ok(answer) => {
                let location = answer.header("location");
                return Answer::Done(location.and_then(|it| resolve(&request.url, it)));
            }
            Err(error) => error,
        };
        // SAC-19: what is gone need not be deleted.
        if let TaError::Refused { status: 404 | 410, .. } = error
            && request.method == Method::Delete
        {
            return Answer::Done(None);
        }
        let operation = effect.step.operation_id(conversation);
        if effect.step.kind.may_be_late()
            && matches!(error, TaError::Refused { status: 404 | 409, .. })
        {
            tracing::debug!(conversation.id = conversation, "step {operation} came late: {error}");
        } else {
            tracing::warn!(
                conversation.id = conversation,
                operation.id = operation,
                "step {operation} failed: {error}"
            );
        }
        match error {
            it if it.is_passing() => Answer::Lost,
            TaError::Refused { status, .. } => Answer::Refused(status),
            _ => Answer::Refused(0),
        }
    }

    /// Hands an input in until it is kept or the desk stops: its loss would be noticed by nobody.
    async fn insist(self: &Arc<Self>, live: &Arc<Live>, input: &Input) {
        while let Err(error) = self.feed(live, vec![input.clone()]).await {
            tracing::error!(conversation.id = live.id, "conversation {} waits: {error}", live.id);
            let pause = Duration::from_millis(STORE_RETRY_MS.unsigned_abs());
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    async fn tick_until_stopped(self: &Arc<Self>) {
        loop {
            let now_ms = self.clock.now_ms();
            for live in self.book.take_due(now_ms) {
                let engine = self.clone();
                self.tasks.spawn(async move {
                    if let Err(error) = engine.feed(&live, vec![Input::Tick]).await {
                        tracing::error!(conversation.id = live.id, "a turn waits: {error}");
                    }
                });
            }
            if self.agents.changed(now_ms) {
                self.tell_consoles();
            }
            let next = [self.book.deadline_ms(), self.agents.next_change_ms(now_ms)];
            let next = next.into_iter().flatten().min();
            let pause = next.map(|at| Duration::from_millis((at - now_ms).max(1).unsigned_abs()));
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)) => {}
            }
        }
    }

    /// An agent can be reached now: whatever waits is offered at once.
    pub(crate) fn available(self: &Arc<Self>, agent: &SipUri) {
        self.wake.notify_one();
        for live in self.book.waiting() {
            let (engine, input) = (self.clone(), Input::Available(agent.clone()));
            self.tasks.spawn(async move { engine.insist(&live, &input).await });
        }
    }

    /// Something that consoles show has changed.
    pub(crate) fn tell_consoles(&self) {
        self.revision.send_modify(|it| *it += 1);
    }

    /// The revision of what consoles show.
    pub(crate) fn revision(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// All that was said in a conversation, over or not; `None` when there never was one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn transcript(&self, id: &str) -> Result<Option<Transcript>, StoreError> {
        Ok(self.flow(id).await?.map(|it| it.transcript()))
    }

    /// A conversation as it is now, over or not; `None` when there never was one.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn flow(&self, id: &str) -> Result<Option<Flow>, StoreError> {
        if let Some(live) = self.book.get(id) {
            return Ok(Some(live.flow.lock().await.clone()));
        }
        self.past(id).await
    }

    /// A conversation as the log has it.
    async fn past(&self, id: &str) -> Result<Option<Flow>, StoreError> {
        let scope = format!("{SCOPE}{id}");
        let mut changes = Vec::new();
        for record in self.log.history(&scope).await? {
            changes.extend(read(&record.scope, &record.body)?);
        }
        Ok(Flow::fold(id, changes))
    }
}

/// The changes a record holds.
///
/// # Errors
/// When this desk did not write it.
pub(crate) fn read(scope: &str, body: &str) -> Result<Vec<Change>, StoreError> {
    serde_json::from_str(body).map_err(|it| StoreError::Unreadable(format!("{scope}: {it}")))
}
