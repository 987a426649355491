//! A driver for the browser: fetch, timers and the page's life. It decides nothing about the
//! protocol; that is the machine's.

mod shared;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use gloo_net::http::{Method, RequestBuilder};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, EventTarget, RequestCache, RequestCredentials};

use crate::http::{HttpRequest, HttpResponse, NoAnswer};
use crate::machine::AGENT;
use crate::model::{Model, Notice};
use crate::session::{Command, Input, Output, Session};

pub use self::shared::{Page, SharedDriver};

/// A seed that nobody can guess, from `crypto.getRandomValues`.
pub fn random_seed() -> u64 {
    let mut bytes = [0_u8; 8];
    let crypto = web_sys::window().and_then(|it| it.crypto().ok());
    let filled = crypto.and_then(|it| it.get_random_values_with_u8_array(&mut bytes).ok());
    if filled.is_none() {
        // No browser that runs WebAssembly lacks it; different sessions still differ.
        return now_ms().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    u64::from_le_bytes(bytes)
}

/// The browser's clock, in Unix milliseconds.
#[expect(clippy::cast_possible_truncation, reason = "milliseconds of a date fit into 53 bits")]
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Runs a [`Session`] in a page. A clone is the same driver.
#[derive(Clone)]
pub struct WebDriver(Rc<Inner>);

type Listener = Closure<dyn FnMut()>;

struct Inner {
    session: RefCell<Session>,
    /// What waits while the machine or a callback runs: a callback may send commands.
    inputs: RefCell<VecDeque<Input>>,
    busy: Cell<bool>,
    /// What is in flight: few at a time.
    aborts: RefCell<Vec<(u64, AbortController)>>,
    tick: RefCell<Option<Listener>>,
    timer: Cell<Option<(i64, i32)>>,
    listeners: RefCell<Vec<(EventTarget, &'static str, Listener)>>,
    on_change: Box<dyn Fn(&Model)>,
    on_notice: Box<dyn Fn(Notice)>,
    on_save: Box<dyn Fn(String)>,
}

impl WebDriver {
    /// Takes a session over. `on_change` gets the model after everything that may have changed it,
    /// `on_notice` what a person is to be told once, `on_save` a snapshot to keep for a reload.
    /// Nothing is asked before [`Command::Connect`].
    pub fn start(
        session: Session,
        on_change: impl Fn(&Model) + 'static,
        on_notice: impl Fn(Notice) + 'static,
        on_save: impl Fn(String) + 'static,
    ) -> Self {
        let driver = Self(Rc::new(Inner {
            session: RefCell::new(session),
            inputs: RefCell::default(),
            busy: Cell::new(false),
            aborts: RefCell::default(),
            tick: RefCell::new(None),
            timer: Cell::new(None),
            listeners: RefCell::default(),
            on_change: Box::new(on_change),
            on_notice: Box::new(on_notice),
            on_save: Box::new(on_save),
        }));
        let weak = Rc::downgrade(&driver.0);
        *driver.0.tick.borrow_mut() = Some(Closure::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.timer.set(None);
                Self(inner).input(Input::Tick);
            }
        }));
        driver.listen();
        // Shows what a restored session knows.
        driver.input(Input::Tick);
        driver
    }

    /// Hands in what a person wants.
    pub fn command(&self, command: Command) {
        self.input(Input::Command(command));
    }

    /// Tries at once what waits for its next try.
    pub fn wake(&self) {
        self.input(Input::Wake);
    }

    /// The token, for the desk's API.
    pub fn bearer(&self) -> Option<String> {
        self.0.session.try_borrow().ok()?.bearer().map(str::to_owned)
    }

    /// What other tabs show, for [`SharedDriver`]; `None` while the machine runs.
    fn mirror(&self) -> Option<String> {
        Some(self.0.session.try_borrow().ok()?.mirror())
    }

    /// Best effort as the page goes away (WID-18): requests that outlive it.
    pub fn leave(&self) {
        let Ok(session) = self.0.session.try_borrow() else { return };
        for request in session.leave_requests() {
            let _ = fetch_and_forget(&request);
        }
    }

    /// Requests that sign out, for [`SharedDriver::bye`].
    fn farewell(&self) -> Vec<HttpRequest> {
        self.0.session.try_borrow().map(|it| it.farewell()).unwrap_or_default()
    }

    /// What a door has proved, see [`Session::door`].
    pub fn proof(&self) -> Option<String> {
        self.0.session.try_borrow().ok()?.proof()
    }

    fn input(&self, input: Input) {
        self.0.inputs.borrow_mut().push_back(input);
        if self.0.busy.replace(true) {
            return;
        }
        loop {
            let next = self.0.inputs.borrow_mut().pop_front();
            let Some(next) = next else { break };
            self.0.session.borrow_mut().handle(now_ms(), next);
            self.drain();
            (self.0.on_change)(self.0.session.borrow().model());
        }
        self.0.busy.set(false);
        self.set_timer();
    }

    fn drain(&self) {
        loop {
            let output = self.0.session.borrow_mut().poll();
            match output {
                Some(Output::Request { id, request, timeout_ms }) => {
                    self.request(id, request, timeout_ms);
                }
                Some(Output::Abort { id }) => {
                    if let Some(controller) = self.0.take_abort(id) {
                        controller.abort();
                    }
                }
                Some(Output::Save) => {
                    let snapshot = self.0.session.borrow().snapshot();
                    (self.0.on_save)(snapshot);
                }
                Some(Output::Notice(notice)) => (self.0.on_notice)(notice),
                None => return,
            }
        }
    }

    fn request(&self, id: u64, request: HttpRequest, timeout_ms: u64) {
        let controller = AbortController::new().ok();
        if let Some(controller) = &controller {
            self.0.aborts.borrow_mut().push((id, controller.clone()));
        }
        let weak = Rc::downgrade(&self.0);
        spawn_local(async move {
            let timeout = Timeout::start(controller.clone(), timeout_ms);
            let result = fetch(request, controller.as_ref()).await;
            drop(timeout);
            if let Some(inner) = weak.upgrade() {
                inner.take_abort(id);
                Self(inner).input(Input::Answer { id, result });
            }
        });
    }

    fn set_timer(&self) {
        let deadline = self.0.session.borrow().deadline_ms();
        let Some(window) = web_sys::window() else { return };
        if let Some((at, timer)) = self.0.timer.get() {
            if deadline == Some(at) {
                return;
            }
            window.clear_timeout_with_handle(timer);
            self.0.timer.set(None);
        }
        let (Some(at), Some(tick)) = (deadline, &*self.0.tick.borrow()) else { return };
        let wait = i32::try_from((at - now_ms()).max(0)).unwrap_or(i32::MAX);
        let callback = tick.as_ref().unchecked_ref();
        let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, wait);
        self.0.timer.set(timer.ok().map(|timer| (at, timer)));
    }

    /// The network or the page came back: the machine wants to know.
    fn listen(&self) {
        let Some(window) = web_sys::window() else { return };
        let mut targets: Vec<(EventTarget, &'static str)> =
            vec![(window.clone().into(), "online"), (window.clone().into(), "pageshow")];
        if let Some(document) = window.document() {
            targets.push((document.into(), "visibilitychange"));
        }
        for (target, name) in targets {
            let weak: Weak<Inner> = Rc::downgrade(&self.0);
            let listener: Listener = Closure::new(move || {
                let document = web_sys::window().and_then(|it| it.document());
                if document.is_some_and(|it| it.hidden()) {
                    return;
                }
                if let Some(inner) = weak.upgrade() {
                    Self(inner).wake();
                }
            });
            let callback = listener.as_ref().unchecked_ref();
            if target.add_event_listener_with_callback(name, callback).is_ok() {
                self.0.listeners.borrow_mut().push((target, name, listener));
            }
        }
    }
}

impl Inner {
    fn take_abort(&self, id: u64) -> Option<AbortController> {
        let mut aborts = self.aborts.borrow_mut();
        let at = aborts.iter().position(|it| it.0 == id)?;
        Some(aborts.swap_remove(at).1)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for (target, name, listener) in self.listeners.get_mut().drain(..) {
            let callback = listener.as_ref().unchecked_ref();
            let _ = target.remove_event_listener_with_callback(name, callback);
        }
        if let (Some((_, timer)), Some(window)) = (self.timer.get(), web_sys::window()) {
            window.clear_timeout_with_handle(timer);
        }
        for (_, controller) in self.aborts.get_mut() {
            controller.abort();
        }
    }
}

/// Aborts a request that takes too long; taken back when dropped.
struct Timeout {
    timer: Option<i32>,
    _callback: Option<Listener>,
}

impl Timeout {
    fn start(controller: Option<AbortController>, after_ms: u64) -> Self {
        let (Some(controller), Some(window)) = (controller, web_sys::window()) else {
            return Self { timer: None, _callback: None };
        };
        let callback: Listener = Closure::new(move || controller.abort());
        let function = callback.as_ref().unchecked_ref();
        let wait = i32::try_from(after_ms).unwrap_or(i32::MAX);
        let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(function, wait);
        Self { timer: timer.ok(), _callback: Some(callback) }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let (Some(timer), Some(window)) = (self.timer, web_sys::window()) {
            window.clear_timeout_with_handle(timer);
        }
    }
}

async fn fetch(
    request: HttpRequest,
    controller: Option<&AbortController>,
) -> Result<HttpResponse, NoAnswer> {
    let no_answer = |_| NoAnswer("the request failed".to_owned());
    let method = match request.method {
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        _ => Method::GET,
    };
    let signal = controller.map(AbortController::signal);
    let mut builder = RequestBuilder::new(&request.url)
        .method(method)
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .abort_signal(signal.as_ref());
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let built = match request.body {
        Some(body) => builder.body(body),
        None => builder.build(),
    };
    let response = built.map_err(no_answer)?.send().await.map_err(no_answer)?;
    let headers = response.headers().entries().collect();
    let body = response.text().await.map_err(no_answer)?;
    Ok(HttpResponse { status: response.status(), headers, body })
}

/// A request that the browser finishes after the page is gone.
fn fetch_and_forget(request: &HttpRequest) -> Result<(), JsValue> {
    let init = web_sys::RequestInit::new();
    init.set_method(request.method);
    init.set_credentials(RequestCredentials::Omit);
    // web-sys does not name it.
    js_sys::Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE)?;
    let headers = web_sys::Headers::new()?;
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    init.set_headers(&headers);
    if let (true, Some(body)) = (AGENT, &request.body) {
        init.set_body(&body.as_str().into());
    }
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    // Nobody is there any more to wait for the answer.
    let _ = window.fetch_with_str_and_init(&request.url, &init);
    Ok(())
}
