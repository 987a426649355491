//! What belongs to one check: its names, its transcript, and what it has to take away again.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::sync::OnceCell;

use crate::hooks::Hooks;
use crate::http::{Caller, shortened};
use crate::limits::{CLEAN_UP_MS_MAX, TRANSCRIPT_LINES_MAX};
use crate::outcome::{Outcome, Stop};
use crate::redact::Secrets;
use crate::settings::{Settings, SignIn, Timers};

/// What all checks of a run share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) http: reqwest::Client,
    pub(crate) hooks: Hooks,
    pub(crate) secrets: Secrets,
    /// The service application's token: asked for once.
    pub(crate) service_token: OnceCell<String>,
    /// The agents' tokens, by their place in the settings.
    pub(crate) agent_tokens: Mutex<Vec<Arc<OnceCell<String>>>>,
}

/// One check under way.
pub(crate) struct Scope {
    shared: Arc<Shared>,
    /// Lower-case letters and digits that no other check of any run has.
    id: String,
    lines: Mutex<Vec<String>>,
    left: Mutex<Vec<(Caller, String)>>,
}

impl Scope {
    pub(crate) fn new(shared: &Arc<Shared>, check: &str) -> Arc<Self> {
        let name: String = check.chars().filter(char::is_ascii_alphanumeric).collect();
        let id = format!("{}{}", shared.settings.run_id, name.to_ascii_lowercase());
        Arc::new(Self {
            shared: Arc::clone(shared),
            id,
            lines: Mutex::default(),
            left: Mutex::default(),
        })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    pub(crate) fn timers(&self) -> Timers {
        self.shared.settings.timers
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.shared.http
    }

    pub(crate) fn hooks(&self) -> &Hooks {
        &self.shared.hooks
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.shared.secrets
    }

    /// A name that nothing else has, in letters and digits, so that no encoding changes it.
    pub(crate) fn name(&self, what: &str) -> String {
        format!("{}{what}", self.id)
    }

    /// The agent of this place, if the run was told of one.
    pub(crate) fn agent(&self, place: usize) -> Outcome<&SignIn> {
        self.settings().agents.get(place).ok_or_else(|| {
            let count = place + 1;
            Stop::NotRun(format!(
                "needs the sign-in of {count} agent(s): give --agent USER:PASSWORD"
            ))
        })
    }

    /// Writes down what is done next.
    pub(crate) fn step(&self, words: &str) {
        self.note(&format!("-- {words}"));
    }

    /// Writes a line into the transcript.
    pub(crate) fn note(&self, line: &str) {
        let line = self.shared.secrets.redact(line);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() < TRANSCRIPT_LINES_MAX {
            lines.push(line);
        }
    }

    /// Writes a request and its answer into the transcript.
    pub(crate) fn note_exchange(&self, line: &str, status: u16, headers: &HeaderMap, body: &str) {
        let mut text = format!("{line} -> {status}");
        for name in ["location", "etag", "access-control-allow-origin", "www-authenticate"] {
            if let Some(value) = headers.get(name).and_then(|it| it.to_str().ok()) {
                // Writing to a String does not fail.
                let _ = write!(text, "; {name}: {value}");
            }
        }
        if status >= 400 && !body.is_empty() {
            let _ = write!(text, "; {body}");
        }
        self.note(&text);
    }

    /// What came, as a report may show it.
    pub(crate) fn shown(&self, text: &str) -> String {
        shortened(&self.shared.secrets.redact(text))
    }

    /// The transcript.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Something is to be deleted when the check is over.
    pub(crate) fn leave(&self, caller: Caller, href: &str) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.push((caller, href.to_owned()));
    }

    /// Deletes what is left, however the check ended. What is gone already is fine.
    pub(crate) async fn clean_up(&self) {
        let mut left =
            std::mem::take(&mut *self.left.lock().unwrap_or_else(PoisonError::into_inner));
        let work = async {
            while let Some((caller, href)) = left.pop() {
                // Whether it works is not judged here; the platform's own timers do the same later.
                let _ = caller.delete(&href).await;
            }
        };
        let limit = Duration::from_millis(CLEAN_UP_MS_MAX);
        let _ = tokio::time::timeout(limit, work).await;
    }
}
