//! The callbacks of a service application: recorded, and answered as a test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use platform::{Callback, CallbackAnswer, Callbacks};
use shared::{Event, Package};
use store::BoxFuture;
use tokio::sync::Notify;

/// A webhook that arrived.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    pub(crate) package: Package,
}

impl Hook {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// All events, in order.
    pub(crate) fn events(&self) -> Vec<&Event> {
        self.package.senders.iter().flat_map(|it| &it.events).collect()
    }
}

#[derive(Default)]
struct State {
    hooks: Vec<Hook>,
    read: usize,
    answers: VecDeque<Result<CallbackAnswer, String>>,
}

/// Records webhooks.
#[derive(Default)]
pub(crate) struct Recorder {
    state: Mutex<State>,
    came: Notify,
}

impl Recorder {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// The next webhook is answered with this instead of an empty 200.
    pub(crate) fn answer(&self, status: u16, body: &str) {
        let answer = CallbackAnswer { status, body: body.to_owned() };
        self.state.lock().unwrap().answers.push_back(Ok(answer));
    }

    /// All webhooks so far, read or not.
    pub(crate) fn all(&self) -> Vec<Hook> {
        self.state.lock().unwrap().hooks.clone()
    }

    /// The next webhook that was not read yet; waits for it.
    pub(crate) async fn next(&self) -> Hook {
        loop {
            let came = self.came.notified();
            {
                let mut state = self.state.lock().unwrap();
                if let Some(hook) = state.hooks.get(state.read).cloned() {
                    state.read += 1;
                    return hook;
                }
            }
            came.await;
        }
    }

    /// Reads webhooks until an event is the wanted one; answers it and its webhook.
    pub(crate) async fn until(&self, rel: &str, kind: &str) -> (Event, Hook) {
        loop {
            let hook = self.next().await;
            let found = hook.events().into_iter().find(|it| is(it, rel, kind)).cloned();
            if let Some(event) = found {
                return (event, hook);
            }
        }
    }
}

fn is(event: &Event, rel: &str, kind: &str) -> bool {
    event.link.rel == rel && event.kind.as_str() == kind
}

impl Callbacks for Recorder {
    fn post(&self, callback: Callback) -> BoxFuture<'static, Result<CallbackAnswer, String>> {
        let value = serde_json::from_str(&callback.body).unwrap();
        let Callback { url, headers, body } = callback;
        let hook = Hook { url, headers, body, package: Package::read(&value).unwrap() };
        let mut state = self.state.lock().unwrap();
        state.hooks.push(hook);
        let ok = CallbackAnswer { status: 200, body: String::new() };
        let answer = state.answers.pop_front().unwrap_or(Ok(ok));
        drop(state);
        self.came.notify_waiters();
        Box::pin(std::future::ready(answer))
    }
}
