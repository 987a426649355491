//! Parked polls: a request for events that waits until something happens (`protocol.md` §3.2).

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use shared::Package;
use tokio::sync::Notify;

use crate::core::{Ask, Step};
use crate::refusal::Refusal;
use crate::shell::{Shell, mark_of};

/// A place in the machine that is given back when the connection goes, however it goes.
struct Place<'a> {
    shell: &'a Shell,
    app: &'a str,
    bell: Arc<Notify>,
    /// Epoch and number of the parked poll.
    parked: Option<(u64, u64)>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some((epoch, poll)) = self.parked {
            let mut state = self.shell.lock();
            if state.progress.epoch == epoch {
                let now_ms = self.shell.now_ms();
                state.core.abandon_poll(now_ms, self.app, poll);
            }
        }
        self.shell.return_bell(self.app);
    }
}

impl Shell {
    pub(crate) fn lock_bells(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Notify>>> {
        self.bells.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What rings when something happened to an application.
    pub(crate) fn bell(&self, app: &str) -> Arc<Notify> {
        Arc::clone(self.lock_bells().entry(app.to_owned()).or_default())
    }

    /// Forgets a bell that only the one who gives it back still holds.
    pub(crate) fn return_bell(&self, app: &str) {
        let mut bells = self.lock_bells();
        if bells.get(app).is_some_and(|bell| Arc::strong_count(bell) <= 2) {
            bells.remove(app);
        }
    }

    pub(crate) fn ring_all(&self) {
        for bell in self.lock_bells().values() {
            bell.notify_waiters();
        }
    }

    /// Answers with the next package, at once or when there is something to tell.
    pub(crate) async fn poll(&self, app: &str, ask: Ask) -> Result<Package, Refusal> {
        let bell = self.bell(app);
        let mut place = Place { shell: self, app, bell: Arc::clone(&bell), parked: None };
        loop {
            let mut rung = pin!(bell.notified());
            // From here on a ring is not missed, even before it is awaited.
            rung.as_mut().enable();
            let (step, mark, is_first) = {
                let mut state = self.lock();
                if state.is_broken {
                    return Err(Refusal::Unavailable);
                }
                self.tick_state(&mut state);
                let (now_ms, progress) = (self.now_ms(), state.progress);
                let before = state.core.deadline();
                let parked = place.parked.filter(|(epoch, _)| *epoch == progress.epoch);
                let step = match parked {
                    Some((_, poll)) => {
                        state.core.continue_poll(now_ms, progress.durable, app, poll)
                    }
                    None => state.core.begin_poll(now_ms, progress.durable, app, &ask),
                };
                if state.core.deadline() != before {
                    self.timer.notify_one();
                }
                (step, mark_of(&state), parked.is_none())
            };
            if is_first {
                // An older poll looks again and finds itself replaced.
                place.bell.notify_waiters();
            }
            match step {
                Ok(Step::Answer(package)) => return Ok(package),
                Ok(Step::Wait { poll, until_ms }) => {
                    place.parked = Some((mark.epoch, poll));
                    let wait_ms = u64::try_from(until_ms - self.now_ms()).unwrap_or(0).max(1);
                    tokio::select! {
                        biased;
                        () = rung => {}
                        () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                        () = self.parts.stop.cancelled() => return Err(Refusal::Unavailable),
                    }
                }
                Err(refusal) => {
                    self.kept(mark).await?;
                    return Err(refusal);
                }
            }
        }
    }
}
