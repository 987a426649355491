//! Receives the platform's webhooks for all checks at once (`protocol.md` §1.7).

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shared::{Event, Package};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::limits::{EVENT_MS_MAX, HOOK_BYTES_MAX, HOOKS_MAX};
use crate::member::kind_of;
use crate::outcome::{Outcome, failed};

/// A webhook that arrived.
#[derive(Debug)]
pub(crate) struct Hook {
    /// Path and query that it was posted to.
    pub(crate) target: String,
    /// Header fields.
    pub(crate) headers: HeaderMap,
    /// The body as it came.
    pub(crate) body: String,
    /// The body, read.
    pub(crate) package: Package,
}

/// What is answered to webhooks whose body holds a text.
struct Rule {
    text: String,
    answers: VecDeque<(u16, String)>,
}

#[derive(Default)]
struct Kept {
    hooks: Vec<Arc<Hook>>,
    rules: Vec<Rule>,
}

/// All webhooks of a run.
#[derive(Clone)]
pub(crate) struct Hooks {
    kept: Arc<Mutex<Kept>>,
    count: Arc<watch::Sender<usize>>,
    /// Base of callback addresses, without a trailing slash.
    url: String,
}

/// What listens.
pub(crate) struct Listening(JoinSet<()>);

impl Listening {
    /// Gives the address back.
    pub(crate) async fn stop(mut self) {
        self.0.shutdown().await;
    }
}

/// The webhooks of one conversation, read in order.
pub(crate) struct Inbox {
    hooks: Hooks,
    is_mine: Box<dyn Fn(&Hook) -> bool + Send + Sync>,
    read: usize,
    /// Events that were read, in order, each with the webhook that brought it.
    seen: Vec<(Event, Arc<Hook>)>,
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hooks {
    /// Begins to listen; `url` is how the platform reaches it, if not by the address itself.
    pub(crate) async fn listen(
        address: SocketAddr,
        url: Option<&str>,
    ) -> std::io::Result<(Self, Listening)> {
        let listener = TcpListener::bind(address).await?;
        let own = format!("http://{}", listener.local_addr()?);
        let url = url.unwrap_or(&own).trim_end_matches('/').to_owned();
        let kept: Arc<Mutex<Kept>> = Arc::default();
        let count = Arc::new(watch::Sender::new(0));
        let state = (Arc::clone(&kept), Arc::clone(&count));
        let router = Router::new().fallback(receive).with_state(state);
        let mut server = JoinSet::new();
        server.spawn(async move {
            // It ends with the run only; what broke shows as webhooks that never came.
            let _ = axum::serve(listener, router).await;
        });
        Ok((Self { kept, count, url }, Listening(server)))
    }

    /// A callback address that nothing else uses.
    pub(crate) fn address(&self, name: &str) -> String {
        format!("{}/{name}", self.url)
    }

    /// What to answer to webhooks whose body holds this text; 200 without a body afterwards.
    pub(crate) fn answer(&self, text: &str, answers: &[(u16, &str)]) {
        let answers = answers.iter().map(|(status, body)| (*status, (*body).to_owned())).collect();
        lock(&self.kept).rules.push(Rule { text: text.to_owned(), answers });
    }

    /// The webhooks whose body holds this text: a name of the check's own, or an address.
    pub(crate) fn holding(&self, text: &str) -> Inbox {
        let text = text.to_owned();
        self.inbox(move |hook| hook.body.contains(&text))
    }

    /// The webhooks that were posted to [`Hooks::address`] of this name.
    pub(crate) fn posted_to(&self, name: &str) -> Inbox {
        let name = name.to_owned();
        self.inbox(move |hook| {
            let path = hook.target.split('?').next().unwrap_or_default();
            path.rsplit('/').next() == Some(name.as_str())
        })
    }

    fn inbox(&self, is_mine: impl Fn(&Hook) -> bool + Send + Sync + 'static) -> Inbox {
        Inbox { hooks: self.clone(), is_mine: Box::new(is_mine), read: 0, seen: Vec::new() }
    }
}

type Sink = (Arc<Mutex<Kept>>, Arc<watch::Sender<usize>>);

async fn receive(State((kept, count)): State<Sink>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        // A GET asks whether there is somebody (§1.7).
        return StatusCode::OK.into_response();
    }
    let Ok(bytes) = to_bytes(body, HOOK_BYTES_MAX).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let body = String::from_utf8_lossy(&bytes).into_owned();
    let value = serde_json::from_str(shared::resource::without_bom(&body));
    let Some(package) = value.ok().as_ref().and_then(Package::read) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let target = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let hook = Hook { target, headers: parts.headers, body, package };
    let mut kept = lock(&kept);
    let matching = kept.rules.iter_mut().find(|rule| hook.body.contains(&rule.text));
    let answer = matching.and_then(|rule| rule.answers.pop_front());
    if kept.hooks.len() < HOOKS_MAX {
        kept.hooks.push(Arc::new(hook));
    }
    let now = kept.hooks.len();
    drop(kept);
    count.send_replace(now);
    let (status, body) = answer.unwrap_or((200, String::new()));
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

impl Inbox {
    /// The next webhook; waits for it.
    pub(crate) async fn next(&mut self, what: &str) -> Outcome<Arc<Hook>> {
        let mut count = self.hooks.count.subscribe();
        let wait = async {
            loop {
                let known = *count.borrow_and_update();
                while self.read < known {
                    let hook = lock(&self.hooks.kept).hooks.get(self.read).cloned();
                    self.read += 1;
                    if let Some(hook) = hook.filter(|it| (self.is_mine)(it)) {
                        return hook;
                    }
                }
                if count.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let limit = Duration::from_millis(EVENT_MS_MAX);
        let came = tokio::time::timeout(limit, wait).await;
        if let Ok(hook) = came {
            let events = hook.package.senders.iter().flat_map(|it| it.events.clone());
            self.seen.extend(events.map(|event| (event, Arc::clone(&hook))));
            return Ok(hook);
        }
        let seen: Vec<String> = self.seen.iter().map(|(it, _)| kind_of(it)).collect();
        let seen = if seen.is_empty() { "nothing".to_owned() } else { seen.join(", ") };
        failed(
            format!("a webhook: {what}, within {EVENT_MS_MAX} ms"),
            format!("all that came: {seen}"),
        )
    }

    /// How many events were read so far: a place to look from.
    pub(crate) fn mark(&self) -> usize {
        self.seen.len()
    }

    /// The first event of this kind, from a place on; reads until it comes.
    pub(crate) async fn until(
        &mut self,
        what: &str,
        from: usize,
        is_it: impl Fn(&Event) -> bool,
    ) -> Outcome<(Event, Arc<Hook>)> {
        let mut at = from;
        loop {
            if let Some(found) = self.seen.iter().skip(at).find(|(it, _)| is_it(it)) {
                return Ok(found.clone());
            }
            at = self.seen.len().max(from);
            self.next(what).await?;
        }
    }
}

impl Hook {
    /// A header as text; empty when it is absent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or("")
    }
}
