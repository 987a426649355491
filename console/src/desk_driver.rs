//! A driver for the desk's API: fetch and timers. What is asked and when is [`DeskPoll`]'s.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use client::web::now_ms;
use gloo_net::http::{Method, RequestBuilder};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::set_timeout_with_handle;
use leptos::task::spawn_local;
use web_sys::{AbortController, RequestCache, RequestCredentials};

use crate::model::{DeskPoll, PollInput, PollOutput};

/// Runs a [`DeskPoll`] in a page. A clone is the same driver.
#[derive(Clone)]
pub(crate) struct DeskDriver(Rc<Inner>);

struct Inner {
    poll: RefCell<DeskPoll>,
    aborts: RefCell<BTreeMap<u64, AbortController>>,
    timer: Cell<Option<TimeoutHandle>>,
    bearer: Box<dyn Fn() -> Option<String>>,
    on_news: Box<dyn Fn(PollOutput)>,
}

impl DeskDriver {
    /// Takes a machine over. `bearer` is asked before each request; `on_news` gets states and
    /// health, never requests.
    pub(crate) fn new(
        poll: DeskPoll,
        bearer: impl Fn() -> Option<String> + 'static,
        on_news: impl Fn(PollOutput) + 'static,
    ) -> Self {
        Self(Rc::new(Inner {
            poll: RefCell::new(poll),
            aborts: RefCell::default(),
            timer: Cell::new(None),
            bearer: Box::new(bearer),
            on_news: Box::new(on_news),
        }))
    }

    /// Hands something in and does what follows.
    pub(crate) fn input(&self, input: PollInput) {
        self.0.poll.borrow_mut().handle(now_ms(), input);
        loop {
            let output = self.0.poll.borrow_mut().poll();
            match output {
                Some(PollOutput::Request { id, request, timeout_ms }) => {
                    self.request(id, request, timeout_ms);
                }
                Some(PollOutput::Abort { id }) => {
                    if let Some(it) = self.0.aborts.borrow_mut().remove(&id) {
                        it.abort();
                    }
                }
                Some(news) => (self.0.on_news)(news),
                None => break,
            }
        }
        self.set_timer();
    }

    fn request(&self, id: u64, request: HttpRequest, timeout_ms: u64) {
        let controller = AbortController::new().ok();
        if let Some(it) = &controller {
            self.0.aborts.borrow_mut().insert(id, it.clone());
        }
        let (weak, bearer) = (Rc::downgrade(&self.0), (self.0.bearer)());
        spawn_local(async move {
            let result = fetch(request, bearer, controller, timeout_ms).await;
            if let Some(inner) = weak.upgrade() {
                inner.aborts.borrow_mut().remove(&id);
                Self(inner).input(PollInput::Answer { id, result });
            }
        });
    }

    fn set_timer(&self) {
        if let Some(timer) = self.0.timer.take() {
            timer.clear();
        }
        let Some(at_ms) = self.0.poll.borrow().deadline_ms() else { return };
        let wait_ms = u64::try_from(at_ms - now_ms()).unwrap_or(0);
        let weak = Rc::downgrade(&self.0);
        let tick = move || {
            if let Some(inner) = weak.upgrade() {
                Self(inner).input(PollInput::Tick);
            }
        };
        self.0.timer.set(set_timeout_with_handle(tick, Duration::from_millis(wait_ms)).ok());
    }
}

/// Makes one request of the desk's API.
///
/// # Errors
/// There was no answer in time, or none at all.
pub(crate) async fn fetch(
    request: HttpRequest,
    bearer: Option<String>,
    controller: Option<AbortController>,
    timeout_ms: u64,
) -> Result<HttpResponse, NoAnswer> {
    let signal = controller.as_ref().map(AbortController::signal);
    let give_up = move || {
        if let Some(it) = &controller {
            it.abort();
        }
    };
    let timer = set_timeout_with_handle(give_up, Duration::from_millis(timeout_ms)).ok();
    let result = answer(request, bearer, signal.as_ref()).await;
    if let Some(timer) = timer {
        timer.clear();
    }
    result.map_err(|error| NoAnswer(error.to_string()))
}

async fn answer(
    request: HttpRequest,
    bearer: Option<String>,
    signal: Option<&web_sys::AbortSignal>,
) -> Result<HttpResponse, gloo_net::Error> {
    let method = if request.method == "POST" { Method::POST } else { Method::GET };
    let mut builder = RequestBuilder::new(&request.url)
        .method(method)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .abort_signal(signal);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    if let Some(token) = bearer {
        builder = builder.header("Authorization", &format!("Bearer {token}"));
    }
    let built = match request.body {
        Some(body) => builder.body(body)?,
        None => builder.build()?,
    };
    let response = built.send().await?;
    let headers = response.headers().entries().collect();
    let body = response.text().await?;
    Ok(HttpResponse { status: response.status(), headers, body })
}
