//! The machine itself: state of one client, driven by inputs.

use std::collections::VecDeque;

use crate::http::HttpRequest;
use crate::model::Model;
use crate::session::{Input, Output, Start};

/// One signed-in or anonymous client. See the crate's head for the contract with a driver.
pub struct Session {
    start: Start,
    seed: u64,
    model: Model,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A client that was never started. `seed` makes operation ids, the session id of the bootstrap
    /// and jitter: give each session its own, unguessable one.
    pub fn new(start: Start, seed: u64) -> Self {
        Self { start, seed, model: Model::default(), outputs: VecDeque::new() }
    }

    /// Goes on where [`Session::snapshot`] was made; `None` when it is unreadable or of another
    /// site or agent.
    pub fn restore(_start: Start, _seed: u64, _snapshot: &str) -> Option<Self> {
        None
    }

    /// What [`Session::restore`] needs after a reload, as JSON: token, links, cursor, model and
    /// outbox. Never a password.
    pub fn snapshot(&self) -> String {
        String::new()
    }

    /// Takes something in, at this time of the driver's clock in Unix milliseconds.
    pub fn handle(&mut self, _now_ms: i64, _input: Input) {
        let _ = (&self.start, self.seed);
    }

    /// What the driver must do next.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to hand in [`Input::Tick`] if nothing else happens first.
    pub fn deadline_ms(&self) -> Option<i64> {
        None
    }

    /// What to show.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The token, for the desk's API; `None` while signed out.
    pub fn bearer(&self) -> Option<&str> {
        None
    }

    /// Best effort on unload (WID-18): requests to send without waiting for an answer. Empty while a
    /// conversation is open, because a reload must not end it.
    pub fn leave_requests(&self) -> Vec<HttpRequest> {
        Vec::new()
    }
}
