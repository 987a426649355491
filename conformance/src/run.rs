//! Runs the checks: each by itself, within its time, and takes away what it left.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::checks::{Check, all};
use crate::hooks::Hooks;
use crate::limits::{CHECK_MS_MAX, PARALLEL_MAX};
use crate::outcome::Stop;
use crate::redact::Secrets;
use crate::report::{Report, Row, Verdict};
use crate::scope::{Scope, Shared};
use crate::settings::{Settings, SettingsError};

/// Why nothing was checked at all; the sentence says what to do.
#[derive(Debug)]
pub enum RunError {
    /// A setting cannot be.
    Settings(SettingsError),
    /// Webhooks cannot be received.
    Listen(String),
    /// The HTTP library cannot be set up.
    Http(String),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(f),
            Self::Listen(error) => {
                write!(f, "webhooks cannot be received: {error}; give another address to listen on")
            }
            Self::Http(error) => write!(f, "no request can be made: {error}"),
        }
    }
}

impl std::error::Error for RunError {}

/// Runs the checks that the settings name and answers what they found.
///
/// # Errors
/// [`RunError`] when no check can run at all. What a check finds is in the report.
pub async fn run(settings: Settings) -> Result<Report, RunError> {
    settings.check().map_err(RunError::Settings)?;
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| RunError::Http(error.to_string()))?;
    let hooks = Hooks::listen(settings.callback_listen, settings.callback_url.as_deref()).await;
    let (hooks, listening) = hooks.map_err(|error| RunError::Listen(error.to_string()))?;
    let is_wanted = |check: &&Check| {
        settings.only.is_empty() || settings.only.iter().any(|it| it.eq_ignore_ascii_case(check.id))
    };
    let wanted: Vec<&'static Check> = all().iter().filter(is_wanted).collect();
    let (platform, parallel) = (settings.discover_url.clone(), settings.parallel);
    let shared = Arc::new(Shared {
        settings,
        http,
        hooks,
        secrets: Secrets::default(),
        service_token: OnceCell::new(),
        agent_tokens: Mutex::default(),
    });
    let parallel = parallel.clamp(1, PARALLEL_MAX);
    let places = Arc::new(Semaphore::new(parallel as usize));
    let mut running = JoinSet::new();
    for check in wanted.iter().copied() {
        let (shared, places) = (Arc::clone(&shared), Arc::clone(&places));
        let wanted = if check.is_alone() { parallel } else { 1 };
        running.spawn(async move {
            // The semaphore is never closed.
            let _place = places.acquire_many_owned(wanted).await;
            one(&shared, check).await
        });
    }
    let mut rows: Vec<Row> = Vec::new();
    while let Some(row) = running.join_next().await {
        rows.extend(row);
    }
    listening.stop().await;
    for check in wanted {
        if !rows.iter().any(|row| row.id == check.id) {
            let seen = "the runner itself broke off; please report it".to_owned();
            let verdict = Verdict::Fail { expected: "a verdict".to_owned(), seen };
            rows.push(Row { id: check.id, words: check.words, verdict, ms: 0, transcript: vec![] });
        }
    }
    rows.sort_by_key(|row| row.id);
    Ok(Report { platform, rows })
}

/// One check with visitors and applications of its own. Whatever it does, it ends.
async fn one(shared: &Arc<Shared>, check: &'static Check) -> Row {
    let scope = Scope::new(shared, check.id);
    let began = Instant::now();
    let timers_ms = (check.waits_s)(&shared.settings.timers) * 1_000;
    let limit_ms = CHECK_MS_MAX + timers_ms;
    let work = (check.run)(Arc::clone(&scope));
    let outcome = tokio::time::timeout(Duration::from_millis(limit_ms), work).await;
    let outcome = outcome.unwrap_or_else(|_| {
        let last = scope.lines().pop().unwrap_or_default();
        let (expected, seen) =
            (format!("an end within {limit_ms} ms"), format!("none; last: {last}"));
        Err(Stop::Failed { expected, seen })
    });
    let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    scope.clean_up().await;
    let (id, words) = (check.id, check.words);
    Row {
        id,
        words,
        verdict: redacted(Verdict::of(outcome), &shared.secrets),
        ms,
        transcript: scope.lines(),
    }
}

fn redacted(verdict: Verdict, secrets: &Secrets) -> Verdict {
    match verdict {
        Verdict::Fail { expected, seen } => {
            Verdict::Fail { expected: secrets.redact(&expected), seen: secrets.redact(&seen) }
        }
        Verdict::NotRun { why, is_blocked } => {
            Verdict::NotRun { why: secrets.redact(&why), is_blocked }
        }
        other => other,
    }
}
