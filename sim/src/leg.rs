//! The ways between desk and platform: the same requests as between two machines, with the same troubles.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use client::http::{HttpRequest, HttpResponse, NoAnswer};
use client::native::{Answer, Transport};
use http::header::HOST;
use http_body_util::BodyExt as _;
use platform::{Callback, CallbackAnswer, Callbacks};
use store::BoxFuture;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::dice::Dice;
use crate::server::HOST_NAME;

/// A callback's own patience is the platform's; this bounds a try whatever happens to it.
const CALLBACK_MS_MAX: u64 = 30_000;

/// How bad the ways are at the moment; shared by both directions and all processes.
#[derive(Debug, Default)]
pub struct Legs {
    is_bad: AtomicBool,
    sent: AtomicU64,
}

impl Legs {
    /// From now on requests and answers are lost, or not any more.
    pub fn set_bad(&self, is_bad: bool) {
        self.is_bad.store(is_bad, Ordering::SeqCst);
    }
}

/// One direction.
#[derive(Clone)]
pub struct Leg {
    seed: u64,
    legs: Arc<Legs>,
    /// There while the other part is open; what comes earlier gets no answer and is tried again.
    router: Arc<Mutex<Option<Router>>>,
    /// Cancelled when the process dies: nothing comes or goes any more.
    dead: CancellationToken,
}

/// What happens to one request.
struct Fate {
    there_ms: u64,
    back_ms: u64,
    is_lost: bool,
    answer_is_lost: bool,
}

impl Leg {
    /// A way to a part that is still to be opened.
    pub fn new(seed: u64, legs: Arc<Legs>, dead: CancellationToken) -> Self {
        Self { seed, legs, router: Arc::default(), dead }
    }

    /// The part is open.
    pub fn connect(&self, router: Router) {
        *self.router.lock().unwrap_or_else(PoisonError::into_inner) = Some(router);
    }

    /// Lets go of the part: each of the two holds its way to the other, and neither would ever be freed.
    pub fn disconnect(&self) {
        *self.router.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn fate(&self) -> Fate {
        let number = self.legs.sent.fetch_add(1, Ordering::SeqCst);
        let mut dice = Dice::of(self.seed, "leg", &[number]);
        let is_bad = self.legs.is_bad.load(Ordering::SeqCst);
        let lost_per_mille = if is_bad { 250 } else { 0 };
        let most_ms = if is_bad { 400 } else { 2 };
        Fate {
            there_ms: dice.below(most_ms + 1),
            back_ms: dice.below(most_ms + 1),
            is_lost: dice.chance(lost_per_mille),
            answer_is_lost: dice.chance(lost_per_mille),
        }
    }

    async fn carry(self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let fate = self.fate();
        let lost = || NoAnswer("the connection broke".into());
        pause(fate.there_ms).await;
        if fate.is_lost {
            return Err(lost());
        }
        let router = self.router.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let router = router.ok_or_else(|| NoAnswer("it is still starting".into()))?;
        let answer = call(router, request).await?;
        pause(fate.back_ms).await;
        if fate.answer_is_lost { Err(lost()) } else { Ok(answer) }
    }
}

async fn pause(ms: u64) {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
}

impl Transport for Leg {
    fn send(&self, request: HttpRequest, timeout_ms: u64) -> Answer {
        let (leg, dead) = (self.clone(), self.dead.clone());
        Box::pin(async move {
            let answer =
                tokio::time::timeout(Duration::from_millis(timeout_ms), leg.carry(request));
            tokio::select! {
                biased;
                () = dead.cancelled() => std::future::pending().await,
                answer = answer => answer.unwrap_or_else(|_| Err(NoAnswer("not in time".into()))),
            }
        })
    }
}

impl Callbacks for Leg {
    fn post(&self, callback: Callback) -> BoxFuture<'static, Result<CallbackAnswer, String>> {
        let request = HttpRequest {
            method: "POST",
            url: callback.url,
            headers: callback.headers,
            body: Some(callback.body),
        };
        let answer = self.send(request, CALLBACK_MS_MAX);
        Box::pin(async move {
            let answer = answer.await.map_err(|it| it.to_string())?;
            Ok(CallbackAnswer { status: answer.status, body: answer.body })
        })
    }
}

/// Hands a request to a router and reads its whole answer.
///
/// # Errors
/// [`NoAnswer`] when it is no request at all.
pub async fn call(router: Router, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let rest = request.url.split_once("://").map_or("", |(_, it)| it);
    // Over sockets only path and query are sent; a fragment never.
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let path = path.split('#').next().unwrap_or_default();
    let mut builder =
        http::Request::builder().method(request.method).uri(path).header(HOST, HOST_NAME);
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    let body = request.body.map_or_else(Body::empty, Body::from);
    let request = builder.body(body).map_err(|it| NoAnswer(it.to_string()))?;
    let response = router.oneshot(request).await.unwrap_or_else(|it| match it {});
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(|it| NoAnswer(it.to_string()))?.to_bytes();
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(HttpResponse {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    })
}
