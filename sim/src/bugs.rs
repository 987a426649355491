//! Bugs that are planted at the seams, so that the simulator can show that it finds them. None of them
//! touches the product: logs, routers and the browser's side are wrapped.

mod keeping;
mod wire;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use client::http::{HttpRequest, HttpResponse};
use store::Log;
use tokio_util::task::TaskTracker;

use crate::disk::Disk;
use crate::judge::Book;
use keeping::BuggedLog;
use wire::Memory;

/// A planted bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// A text is acknowledged and told before it is durable.
    AckBeforeDurable,
    /// A text is told to others before it is durable; its author is told in time.
    TellBeforeKeep,
    /// The last record of a commit is lost.
    LosesTail,
    /// A restart forgets the events that wait for their readers.
    ForgetsPackages,
    /// A restart forgets which operations took effect.
    ForgetsOperations,
    /// An operation is remembered for a second only.
    ShortDedupe,
    /// A package leaves out its last event and acknowledges it all the same: a cursor off by one.
    CursorOffByOne,
    /// A package brings its messages a second time, under new addresses.
    PackageTwice,
    /// Two messages of one package change places.
    SwapsMessages,
    /// A refused text is answered 201.
    CreatedForRefused,
    /// The desk acknowledges a webhook before it has kept what it says.
    WebhookAckedEarly,
    /// A page tries again under a new operation id.
    RetryNewOperation,
    /// A browser keeps the page's snapshot seconds late.
    SnapshotLate,
    /// A browser does not keep what is typed and not sent.
    DraftNotKept,
    /// Whoever says to have seen something counts as having seen all that was said by then.
    SeesTooMuch,
    /// A page's polls and pulses are answered by a cache on the way.
    CachedPulse,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::AckBeforeDurable,
        Self::TellBeforeKeep,
        Self::LosesTail,
        Self::ForgetsPackages,
        Self::ForgetsOperations,
        Self::ShortDedupe,
        Self::CursorOffByOne,
        Self::PackageTwice,
        Self::SwapsMessages,
        Self::CreatedForRefused,
        Self::WebhookAckedEarly,
        Self::RetryNewOperation,
        Self::SnapshotLate,
        Self::DraftNotKept,
        Self::SeesTooMuch,
        Self::CachedPulse,
    ];
}

/// Where bugs get in, of one process.
pub(crate) struct Seams {
    /// The planted bug.
    pub(crate) bug: Option<Bug>,
    /// The disk.
    pub(crate) disk: Disk,
    /// What a bug does behind the back of its caller runs here.
    pub(crate) tasks: TaskTracker,
}

impl Seams {
    /// The platform's log.
    pub(crate) fn log(&self, log: Arc<dyn Log>) -> Arc<dyn Log> {
        match self.bug {
            Some(bug) if keeping::concerns(bug) => {
                Arc::new(BuggedLog { bug, log, tasks: self.tasks.clone() })
            }
            _ => log,
        }
    }

    /// The platform's routes.
    pub(crate) fn platform(&self, router: Router) -> Router {
        let Some(bug) = self.bug.filter(|it| wire::concerns(*it)) else { return router };
        let (disk, memory) = (self.disk.clone(), Arc::new(Mutex::new(Memory::default())));
        // Before routing: a request may be changed.
        let bugged = middleware::from_fn(move |request: Request, next: Next| {
            wire::pass(bug, disk.clone(), Arc::clone(&memory), request, next)
        });
        Router::new().fallback_service(router).layer(bugged)
    }

    /// The desk's routes.
    pub(crate) fn desk(&self, router: Router) -> Router {
        if self.bug != Some(Bug::WebhookAckedEarly) {
            return router;
        }
        let tasks = self.tasks.clone();
        router.layer(middleware::from_fn(move |request: Request, next: Next| {
            wire::acked_early(tasks.clone(), request, next)
        }))
    }
}

/// A request as it leaves a page.
pub(crate) fn request(bug: Option<Bug>, book: &mut Book, mut it: HttpRequest) -> HttpRequest {
    if bug == Some(Bug::RetryNewOperation)
        && let Some((before, id)) = it.url.split_once("operationId=")
        && !book.operations.insert(id.to_owned())
    {
        it.url = format!("{before}operationId={id}-{}", book.operations.len());
        book.operations.insert(it.url.clone());
    }
    it
}

/// Under what a cache that does not look at queries keeps the answers to polls and pulses.
fn cached_as(url: &str) -> Option<&str> {
    let path = url.split('?').next().unwrap_or_default();
    let is_pulse = path.rsplit('/').nth(1) == Some("applications");
    (is_pulse || path.ends_with("/desk/api/setup") || path.ends_with("/events")).then_some(path)
}

/// What answers a request in the server's stead.
pub(crate) fn answer(bug: Option<Bug>, book: &Book, it: &HttpRequest) -> Option<HttpResponse> {
    let is_cached = bug == Some(Bug::CachedPulse) && it.method == "GET";
    let body = book.cache.get(cached_as(&it.url).filter(|_| is_cached)?)?.clone();
    Some(HttpResponse { status: 200, headers: Vec::new(), body })
}

/// The server has answered a request. Of polls only what tells nothing is kept: it is the smallest.
pub(crate) fn answered(bug: Option<Bug>, book: &mut Book, url: &str, it: &HttpResponse) {
    let tells_nothing = !it.body.contains("\"events\":[");
    if bug == Some(Bug::CachedPulse)
        && it.status == 200
        && tells_nothing
        && let Some(path) = cached_as(url)
    {
        book.cache.insert(path.to_owned(), it.body.clone());
    }
}

/// How late the browser keeps something, in milliseconds; `None` for never.
pub(crate) fn keeps(bug: Option<Bug>, name: &str) -> Option<u64> {
    match bug {
        Some(Bug::SnapshotLate) if name == "session" => Some(3_000),
        Some(Bug::DraftNotKept) if name.starts_with("draft") => None,
        _ => Some(0),
    }
}
