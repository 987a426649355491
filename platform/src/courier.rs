//! Webhooks on their way out: in order for each conversation, at least once, with patience
//! (`protocol.md` §1.7, rows A35–A37).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::Callback;
use crate::core::{Command, Hook};
use crate::limits::CONTEXT_CHARS_MAX;
use crate::refusal::Refusal;
use crate::shell::Shell;
use crate::tokens::Life;
use crate::wire::query_value;

/// What goes to one conversation's callback.
#[derive(Default)]
struct Lane {
    waiting: VecDeque<Hook>,
    /// The context the callback answered with (§1.7).
    context: Option<String>,
}

/// A bearer that is used again until it is half through its life.
struct Bearer {
    token: String,
    renew_ms: i64,
}

/// All webhooks that were decided and not delivered.
#[derive(Default)]
pub(crate) struct Courier {
    lanes: Mutex<BTreeMap<String, Lane>>,
    bearers: Mutex<BTreeMap<String, Bearer>>,
}

/// How the tries of one webhook ended.
enum End {
    Delivered {
        context: Option<String>,
    },
    GivenUp,
    /// The process stops; the next one delivers it.
    Stopped,
}

impl Courier {
    fn lanes(&self) -> MutexGuard<'_, BTreeMap<String, Lane>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes webhooks over. Those that wait already are not taken twice.
    pub(crate) fn send(&self, shell: &Arc<Shell>, hooks: Vec<Hook>) {
        let mut lanes = self.lanes();
        for hook in hooks {
            let id = hook.conversation.clone();
            let is_new = !lanes.contains_key(&id);
            let lane = lanes.entry(id.clone()).or_default();
            if lane.waiting.iter().all(|it| it.scope != hook.scope) {
                lane.waiting.push_back(hook);
            }
            if is_new {
                shell.parts.tasks.spawn(Arc::clone(shell).carry(id));
            }
        }
    }
}

impl Shell {
    /// Delivers the webhooks of one conversation until there are none.
    async fn carry(self: Arc<Self>, conversation: String) {
        loop {
            let next = {
                let mut lanes = self.courier.lanes();
                let lane = lanes.get(&conversation);
                let next =
                    lane.and_then(|it| Some((it.waiting.front()?.clone(), it.context.clone())));
                if next.is_none() {
                    lanes.remove(&conversation);
                }
                next
            };
            let Some((hook, context)) = next else { return };
            let context = context.or_else(|| hook.context.clone());
            let is_delivered = match self.deliver(&hook, context).await {
                Err(refusal) => {
                    tracing::error!(%refusal, "webhook {} cannot be made", hook.scope);
                    false
                }
                Ok(End::GivenUp) => false,
                Ok(End::Stopped) => return,
                Ok(End::Delivered { context }) => {
                    if let Some(context) = context {
                        self.learn(&conversation, context).await;
                    }
                    true
                }
            };
            if let Some(lane) = self.courier.lanes().get_mut(&conversation) {
                lane.waiting.pop_front();
            }
            let done = Command::WebhookDone { scope: hook.scope.clone(), delivered: is_delivered };
            if let Err(refusal) = self.decide(done).await {
                // It is delivered again after a restart; the receiver dedupes (SAC-14).
                tracing::warn!(%refusal, "webhook {} stays on the list", hook.scope);
            }
        }
    }

    async fn learn(&self, conversation: &str, context: String) {
        if let Some(lane) = self.courier.lanes().get_mut(conversation) {
            lane.context = Some(context.clone());
        }
        let conversation = conversation.to_owned();
        if let Err(refusal) = self.decide(Command::LearnContext { conversation, context }).await {
            tracing::warn!(%refusal, "a callback context is known until the next restart only");
        }
    }

    /// Tries until it is taken, refused, or enough (row A35).
    async fn deliver(&self, hook: &Hook, context: Option<String>) -> Result<End, Refusal> {
        let limits = &self.settings.limits;
        let mut wait_ms = limits.webhook_retry_ms_min;
        for number in 1..=limits.webhook_tries_max {
            let callback = self.callback(hook, context.as_deref())?;
            let timeout = Duration::from_millis(limits.webhook_timeout_ms);
            let posting = tokio::time::timeout(timeout, self.parts.callbacks.post(callback));
            let answer = tokio::select! {
                biased;
                answer = posting => answer,
                () = self.parts.stop.cancelled() => return Ok(End::Stopped),
            };
            let trouble = match answer {
                Ok(Ok(answer)) if (200..300).contains(&answer.status) => {
                    return Ok(End::Delivered { context: context_in(&answer.body) });
                }
                Ok(Ok(answer)) if answer.status < 500 && answer.status != 429 => {
                    tracing::warn!(
                        conversation.id = hook.conversation,
                        status = answer.status,
                        "webhook {} was refused and is dropped",
                        hook.scope
                    );
                    return Ok(End::Delivered { context: None });
                }
                Ok(Ok(answer)) => format!("status {}", answer.status),
                Ok(Err(error)) => error,
                Err(_) => "no answer in time".to_owned(),
            };
            tracing::warn!(
                conversation.id = hook.conversation,
                "webhook {} failed, try {number}: {trouble}",
                hook.scope
            );
            if number == limits.webhook_tries_max {
                break;
            }
            tokio::select! {
                biased;
                () = tokio::time::sleep(Duration::from_millis(wait_ms)) => {}
                () = self.parts.stop.cancelled() => return Ok(End::Stopped),
            }
            wait_ms = (wait_ms * 2).min(limits.webhook_retry_ms_max);
        }
        Ok(End::GivenUp)
    }

    fn callback(&self, hook: &Hook, context: Option<&str>) -> Result<Callback, Refusal> {
        let mut url = hook.url.clone();
        if let Some(context) = context {
            let sign = if url.contains('?') { '&' } else { '?' };
            url = format!("{url}{sign}callbackContext={}", query_value(context));
        }
        let bearer = self.bearer(hook)?;
        let header = |name: &str, value: String| (name.to_owned(), value);
        let content_type =
            "application/json; type=\"application/vnd.microsoft.com.ucwa+json\"; charset=utf-8";
        let headers = vec![
            header("Content-Type", content_type.to_owned()),
            header("Authorization", format!("Bearer {bearer}")),
            header("X-MS-Correlation-Id", self.parts.entropy.id()),
            header("client-request-id", hook.scope.replace('/', "-")),
        ];
        Ok(Callback { url, headers, body: hook.body.clone() })
    }

    fn bearer(&self, hook: &Hook) -> Result<String, Refusal> {
        let audience = self.accounts.endpoint(&hook.endpoint).map(|it| it.audience);
        let audience = audience.unwrap_or_default();
        let (now_ms, life_s) = (self.now_ms(), self.settings.limits.webhook_token_s);
        let mut bearers = self.courier.bearers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = bearers.get(&audience).filter(|it| now_ms < it.renew_ms) {
            return Ok(known.token.clone());
        }
        let life = Life::from(now_ms, life_s);
        let token = self.keys.webhook_token(life, &self.settings.public_url, &audience)?;
        let renew_ms = now_ms + life_s * 500;
        bearers.insert(audience, Bearer { token: token.clone(), renew_ms });
        Ok(token)
    }
}

/// The context a callback answered with; empty and other bodies have none (row A37).
fn context_in(body: &str) -> Option<String> {
    let value: Value = serde_json::from_str(body).ok()?;
    let found =
        value.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("callbackContext"));
    let context = found?.1.as_str()?;
    (!context.is_empty() && context.chars().count() <= CONTEXT_CHARS_MAX)
        .then(|| context.to_owned())
}
