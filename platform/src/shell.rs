//! The platform's shell: decide under one lock, keep without it, then tell.
//!
//! [`Shell::decide`] lets the machine decide and hands what is to be kept to the log while it still
//! holds the lock, so the log's order is the order of decisions. One task awaits the log and then
//! moves the durable mark; replies, parked polls and webhooks wait for the mark. When the log
//! refuses, everything that waits is answered 503 and the machine is folded anew from what was kept.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shared::SipUri;
use store::{BoxFuture, StoreError};
use tokio::sync::{Notify, mpsc, watch};

use crate::accounts::{AccountError, Accounts};
use crate::core::{Command, Core, Hook, Outcome, Reply};
use crate::courier::Courier;
use crate::keyring::Keys;
use crate::limits::{REFOLD_RETRY_MS, TIMER_SLEEP_MS_MAX};
use crate::refusal::Refusal;
use crate::renewals::Renewals;
use crate::{Endpoint, Parts, Settings, resources};

/// Why the platform could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was kept cannot be understood; the text says what.
    #[error("{0}")]
    Unreadable(String),
}

/// The platform; a cheap handle, to be cloned freely.
#[derive(Clone)]
pub struct Platform {
    pub(crate) shell: Arc<Shell>,
}

pub(crate) struct Shell {
    pub(crate) settings: Settings,
    pub(crate) parts: Parts,
    pub(crate) keys: Keys,
    pub(crate) accounts: Accounts,
    pub(crate) renewals: Renewals,
    state: Mutex<State>,
    progress: watch::Sender<Progress>,
    /// As long as requests are under way, at most: each waits for its commit.
    commits: mpsc::UnboundedSender<Commit>,
    /// What rings when something happened to an application; see [`crate::poll`].
    pub(crate) bells: Mutex<BTreeMap<String, Arc<Notify>>>,
    /// Requests under way in batches, by application.
    outstanding: Mutex<BTreeMap<String, usize>>,
    pub(crate) timer: Notify,
    /// Rung when a panic left the machine half changed.
    refold: Notify,
    pub(crate) courier: Courier,
}

/// The machine and how much of it is durable.
pub(crate) struct State {
    pub(crate) core: Core,
    pub(crate) progress: Progress,
    /// The log refused and the machine is being folded anew.
    pub(crate) is_broken: bool,
}

/// How far the log is. A new epoch begins whenever it refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) epoch: u64,
    pub(crate) durable: u64,
}

/// What waits for the log.
struct Commit {
    mark: Progress,
    kept: BoxFuture<'static, Result<(), StoreError>>,
    wake: Vec<String>,
    hooks: Vec<Hook>,
}

impl Platform {
    /// Opens it: loads or makes the signing key, folds the state from the log, delivers the
    /// webhooks that were not delivered yet.
    pub async fn open(settings: Settings, parts: Parts) -> Result<Self, OpenError> {
        let keys = Keys::open(parts.documents.clone(), parts.clock.clone(), &settings.limits);
        let keys = keys.await?;
        let entropy = Arc::clone(&parts.entropy);
        let renewals = Renewals::open(Arc::clone(&parts.documents), Arc::clone(&entropy)).await?;
        let accounts = Accounts::open(Arc::clone(&parts.documents), entropy).await?;
        let (commits, waiting) = mpsc::unbounded_channel();
        let core = Core::new(settings.limits.clone(), &settings.public_url);
        let shell = Arc::new(Shell {
            state: Mutex::new(State { core, progress: Progress::default(), is_broken: true }),
            progress: watch::Sender::default(),
            commits,
            bells: Mutex::default(),
            outstanding: Mutex::default(),
            timer: Notify::new(),
            refold: Notify::new(),
            courier: Courier::default(),
            settings,
            parts,
            keys,
            accounts,
            renewals,
        });
        shell.fold().await?;
        let tasks = shell.parts.tasks.clone();
        tasks.spawn(Arc::clone(&shell).commit_loop(waiting));
        tasks.spawn(Arc::clone(&shell).timer_loop());
        Ok(Self { shell })
    }

    /// Serves `/platformservice`, `/ucwa`, `/WebTicket` and `/autodiscover`, in any case; whatever
    /// else comes is answered 404.
    pub fn router(&self) -> axum::Router {
        resources::router(self)
    }

    /// Makes a user who can sign in with a password.
    pub async fn create_user(
        &self,
        uri: &SipUri,
        display_name: &str,
        password: &str,
    ) -> Result<(), AccountError> {
        self.shell.accounts.create_user(uri, display_name, password).await
    }

    /// Makes a user, or changes the name and the password of one. Doing it again changes nothing.
    pub async fn put_user(
        &self,
        uri: &SipUri,
        display_name: &str,
        password: &str,
    ) -> Result<(), AccountError> {
        self.shell.accounts.put_user(uri, display_name, password).await
    }

    /// Whether there is a user of this address.
    pub async fn has_user(&self, uri: &SipUri) -> Result<bool, AccountError> {
        Ok(self.shell.accounts.user(uri).await?.is_some())
    }

    /// Makes an endpoint known, or replaces what is known of it. Doing it again changes nothing.
    pub async fn register_endpoint(&self, endpoint: Endpoint) -> Result<(), AccountError> {
        let info = self.shell.accounts.register(endpoint).await?;
        self.shell.lock().core.register(info);
        Ok(())
    }

    /// Runs what is due by the clock now, and lets parked polls look at it. The platform does so by
    /// itself as time passes; this is for clocks that do not run, in tests and simulations.
    pub async fn tick(&self) {
        let mark = self.shell.run_due();
        // Nobody waits for an answer here; a refusal of the log is handled where it is noticed.
        let _ = self.shell.kept(mark).await;
        self.shell.keys.rotate().await;
        self.shell.ring_all();
    }
}

impl Shell {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|poisoned| {
            // A panic inside the machine is a bug. What it had half done is thrown away, and the
            // machine is folded anew from what is kept; that beats stopping for all.
            self.state.clear_poison();
            let mut state = poisoned.into_inner();
            self.give_up(&mut state);
            self.refold.notify_one();
            state
        })
    }

    /// From here on everything is refused, and whoever waits is told, until the next fold.
    fn give_up(&self, state: &mut State) {
        state.is_broken = true;
        state.progress.epoch += 1;
        self.progress.send_replace(state.progress);
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.parts.clock.now_ms()
    }

    /// Decides, keeps, and answers only when it is kept (invariant 1).
    pub(crate) async fn decide(&self, command: Command) -> Result<Reply, Refusal> {
        let (result, mark) = {
            let mut state = self.lock();
            if state.is_broken {
                return Err(Refusal::Unavailable);
            }
            self.tick_state(&mut state);
            let now_ms = self.now_ms();
            let entropy = &*self.parts.entropy;
            let before = state.core.deadline();
            let result = state.core.handle(now_ms, entropy, command);
            let result = result.map(|outcome| self.submit(&mut state, outcome));
            if state.core.deadline() != before {
                self.timer.notify_one();
            }
            (result, mark_of(&state))
        };
        // A refusal, too, tells of what others decided just before.
        self.kept(mark).await?;
        result
    }

    /// Reads the state, and answers only when all that was read is kept.
    pub(crate) async fn read<T>(
        &self,
        read: impl FnOnce(&Core) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (result, mark) = {
            let mut state = self.lock();
            if state.is_broken {
                return Err(Refusal::Unavailable);
            }
            self.tick_state(&mut state);
            (read(&state.core), mark_of(&state))
        };
        self.kept(mark).await?;
        result
    }

    /// Runs what is due; answers what to wait for.
    pub(crate) fn run_due(&self) -> Progress {
        let mut state = self.lock();
        if !state.is_broken {
            self.tick_state(&mut state);
        }
        mark_of(&state)
    }

    pub(crate) fn tick_state(&self, state: &mut State) {
        let now_ms = self.now_ms();
        if state.core.deadline().is_some_and(|at_ms| at_ms <= now_ms) {
            let outcome = state.core.tick(now_ms);
            self.submit(state, outcome);
        }
    }

    /// Hands a decision to the log, in the order of decisions: the lock is held.
    fn submit(&self, state: &mut State, outcome: Outcome) -> Reply {
        let Outcome { reply, keep, wake, hooks } = outcome;
        if !keep.is_empty() {
            let kept = self.parts.log.submit(keep);
            let commit = Commit { mark: mark_of(state), kept, wake, hooks };
            // Without a receiver the platform is going down and nothing waits any more.
            let _ = self.commits.send(commit);
        }
        reply
    }

    /// Waits until the log has kept everything up to a mark.
    pub(crate) async fn kept(&self, mark: Progress) -> Result<(), Refusal> {
        let mut progress = self.progress.subscribe();
        loop {
            let now = *progress.borrow_and_update();
            if now.epoch != mark.epoch {
                return Err(Refusal::Unavailable);
            }
            if now.durable >= mark.durable {
                return Ok(());
            }
            progress.changed().await.map_err(|_| Refusal::Unavailable)?;
        }
    }

    async fn commit_loop(self: Arc<Self>, mut waiting: mpsc::UnboundedReceiver<Commit>) {
        loop {
            let commit = tokio::select! {
                biased;
                commit = waiting.recv() => commit,
                () = self.refold.notified() => {
                    tracing::error!("the platform panicked; it starts again from what is kept");
                    self.start_again().await;
                    continue;
                }
                () = self.parts.stop.cancelled() => {
                    // Nothing new is decided from here on; what was, is still kept and answered.
                    self.lock().is_broken = true;
                    waiting.try_recv().ok()
                }
            };
            let Some(commit) = commit else { return };
            match commit.kept.await {
                Ok(()) => self.release(commit.mark, &commit.wake, commit.hooks),
                Err(error) => self.recover(commit.mark, &error).await,
            }
        }
    }

    /// What was decided is durable: now it may be told.
    fn release(self: &Arc<Self>, mark: Progress, wake: &[String], hooks: Vec<Hook>) {
        {
            let mut state = self.lock();
            if state.progress.epoch != mark.epoch {
                return;
            }
            state.progress.durable = mark.durable;
        }
        self.progress.send_replace(mark);
        let bells = self.lock_bells();
        for bell in wake.iter().filter_map(|app| bells.get(app)) {
            bell.notify_waiters();
        }
        drop(bells);
        self.courier.send(self, hooks);
    }

    /// The log refused: everybody who waits is told so, and the machine starts from what is kept.
    async fn recover(self: &Arc<Self>, mark: Progress, error: &StoreError) {
        {
            let mut state = self.lock();
            if state.progress.epoch != mark.epoch {
                // Decided on what was refused before; already answered.
                return;
            }
            self.give_up(&mut state);
        }
        tracing::error!(%error, "the log refused; the platform refuses until it can keep again");
        self.start_again().await;
    }

    /// Folds until it works, and lets everybody who waits look again.
    async fn start_again(self: &Arc<Self>) {
        while let Err(error) = self.fold().await {
            tracing::error!(%error, "what is kept cannot be read; trying again");
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_millis(REFOLD_RETRY_MS)) => {}
                () = self.parts.stop.cancelled() => return,
            }
        }
        self.ring_all();
    }

    /// Makes the machine from what is kept.
    async fn fold(self: &Arc<Self>) -> Result<(), OpenError> {
        let records = self.parts.log.replay().await?;
        let mut core = Core::new(self.settings.limits.clone(), &self.settings.public_url);
        for endpoint in self.accounts.endpoints() {
            core.register(endpoint.info());
        }
        core.fold(self.now_ms(), records)
            .map_err(|error| OpenError::Unreadable(error.to_string()))?;
        let hooks = core.pending_hooks();
        {
            let mut state = self.lock();
            core.count_from(state.core.ticket());
            state.progress.durable = core.ticket();
            state.core = core;
            state.is_broken = false;
            self.progress.send_replace(state.progress);
        }
        self.courier.send(self, hooks);
        self.timer.notify_one();
        Ok(())
    }

    async fn timer_loop(self: Arc<Self>) {
        while !self.parts.stop.is_cancelled() {
            let deadline = self.lock().core.deadline();
            let left = deadline.map(|at_ms| u64::try_from(at_ms - self.now_ms()).unwrap_or(0));
            let sleep_ms = left.unwrap_or(TIMER_SLEEP_MS_MAX).clamp(1, TIMER_SLEEP_MS_MAX);
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_millis(sleep_ms)) => {}
                () = self.timer.notified() => {}
                () = self.parts.stop.cancelled() => return,
            }
            self.run_due();
            self.keys.rotate().await;
        }
    }

    /// Requests under way in batches, by application.
    pub(crate) fn outstanding(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.outstanding.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What has to be durable for all that was decided so far.
pub(crate) const fn mark_of(state: &State) -> Progress {
    Progress { epoch: state.progress.epoch, durable: state.core.ticket() }
}
