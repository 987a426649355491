//! Ties the model to the browser: effects become calls, the browser's events become inputs.

use std::cell::RefCell;

use client::session::{Session, Start};
use client::web::{Page, SharedDriver, now_ms, random_seed};
use leptos::prelude::*;
use ui::time;

use crate::browser;
use crate::model::bridge::{FromPage, ToPage};
use crate::model::site::Site;
use crate::model::state::{Effect, Input, State};
use crate::model::timeline::{rows, transcript};
use crate::view::{Chat, Stage};

/// Shows the chat of the document's site.
pub fn run() {
    let site = browser::site();
    let texts = browser::texts();
    mount_to_body(move || {
        let mut first = with_app(|app| State::new(app.session().model().clone(), app.kept_draft()));
        first.is_meeting = !site.meeting.is_empty();
        first.is_asked = site.asks;
        let stage = Stage::new(first, dispatch, texts, &site.title, now_ms);
        listen(stage);
        view! { <Chat stage/> }
    });
}

/// The browser's events become inputs.
fn listen(stage: Stage) {
    let look = move || {
        stage.act(Input::Page {
            is_network_up: window().navigator().on_line(),
            is_visible: !document().hidden(),
        });
    };
    look();
    // What happens to a document comes up to its window.
    for event in ["online", "offline", "visibilitychange"] {
        window_event_listener_untyped(event, move |_| look());
    }
    window_event_listener_untyped("pagehide", |_| {
        with_app(|it| it.with_driver(SharedDriver::leave));
    });
    browser::listen_to_page(move |what| {
        stage.act(match what {
            FromPage::Open => Input::Opened,
            FromPage::Close => Input::Closed,
            FromPage::Draft(text) => Input::Offer(text),
            FromPage::Start => Input::StartNew,
            FromPage::Describe(about) => Input::Describe(about),
            FromPage::Send(text) => Input::SendText(text),
        });
    });
    browser::tell_page(&ToPage::Ready);
    if cfg!(debug_assertions) && browser::is_without_server() {
        stage.act(Input::Opened);
    }
}

thread_local! {
    /// A document has one chat.
    static APP: App = App::new(&browser::site());
}

fn with_app<T>(act: impl FnOnce(&App) -> T) -> T {
    APP.with(act)
}

/// Hands an input to the state and performs what follows, in order.
fn dispatch(stage: Stage, input: Input) {
    let effects = stage.state.try_update(|it| it.handle(input)).unwrap_or_default();
    with_app(|app| effects.into_iter().for_each(|it| app.perform(stage, it)));
}

/// What performs effects: the client, and the names under which things are kept.
struct App {
    start: Start,
    driver: RefCell<Option<SharedDriver>>,
    session_name: String,
    draft_name: String,
}

impl App {
    fn new(site: &Site) -> Self {
        // Each meeting is kept apart from the others and from the site's own chat.
        let session_name = ["frontdesk:", &site.id, &site.meeting].concat();
        let draft_name = [&session_name, ":draft"].concat();
        let origin = browser::origin();
        let start = Start::Visitor {
            bootstrap_url: [&origin, "/GetAnonTokenJob"].concat(),
            origin,
            site: site.id.clone(),
            display_name: site.visitor.clone(),
            meeting_url: site.meeting.clone(),
        };
        Self { start, driver: RefCell::new(None), session_name, draft_name }
    }

    /// The client as it was kept, else a new one. It asks nothing yet.
    fn session(&self) -> Session {
        browser::kept(&self.session_name)
            .and_then(|it| Session::restore(self.start.clone(), random_seed(), &it))
            .unwrap_or_else(|| Session::new(self.start.clone(), random_seed()))
    }

    fn kept_draft(&self) -> String {
        browser::kept(&self.draft_name).unwrap_or_default()
    }

    fn with_driver(&self, act: impl FnOnce(&SharedDriver)) {
        if let Some(driver) = self.driver.borrow().as_ref() {
            act(driver);
        }
    }

    fn perform(&self, stage: Stage, effect: Effect) {
        match effect {
            Effect::Command(command) => {
                self.start_driver(stage);
                self.with_driver(|it| it.command(command));
            }
            Effect::Seen => self.with_driver(SharedDriver::seen),
            Effect::Wake => self.with_driver(SharedDriver::wake),
            Effect::KeepDraft => {
                stage.state.with_untracked(|it| browser::keep(&self.draft_name, &it.draft));
            }
            Effect::Tell(what) => browser::tell_page(&what),
            Effect::Announce { key, name, text } => {
                let name = if name.is_empty() { stage.texts.you() } else { &name };
                stage.announcer.say(&key, &stage.texts.said(name, &text));
            }
            Effect::ScrollToEnd => stage.scroll_to_end(),
            Effect::FocusComposer => stage.focus_field(),
            Effect::AskEnd(asks) => stage.ask_end(asks),
            Effect::FocusEnded => stage.focus_ended(),
            Effect::Copy(text) => browser::copy(&text),
            Effect::CopyAll => browser::copy(&stage.state.with_untracked(|it| {
                let clock = |at_ms| time::clock(at_ms, stage.texts.tag());
                transcript(&rows(&it.chat, time::local_day), stage.texts.you(), clock)
            })),
        }
    }

    /// The driver starts with the first command: with the visitor's first act, and not before.
    fn start_driver(&self, stage: Stage) {
        if self.driver.borrow().is_some() {
            return;
        }
        let name = self.session_name.clone();
        let page = Page {
            on_change: Box::new(move |chat| stage.act(Input::Chat(chat.clone()))),
            on_notice: Box::new(move |notice, _| stage.act(Input::Notice(notice))),
            on_save: Box::new(move |snapshot| browser::keep(&name, &snapshot)),
            on_seen: Box::new(move || stage.act(Input::Seen)),
        };
        // Read anew: another tab may have gone on since this document came.
        let session = self.session();
        let driver = SharedDriver::start(&self.session_name, self.start.clone(), session, page);
        *self.driver.borrow_mut() = Some(driver);
    }
}
