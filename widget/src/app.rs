//! Ties the model to the browser: effects become calls, the browser's events become inputs.

use std::cell::RefCell;
use std::time::Duration;

use client::model::Model;
use client::session::{Command, Start};
use client::web::{Page, now_ms};
use leptos::prelude::*;
use ui::time;
use wasm_bindgen_futures::spawn_local;

use crate::browser;
use crate::limits::COMMANDS_EARLY_MAX;
use crate::model::bridge::{FromPage, ToPage};
use crate::model::site::Site;
use crate::model::state::{Effect, Input, State};
use crate::model::timeline::{rows, transcript};
use crate::talk::{self, Talk};
use crate::view::{Chat, Stage};

/// Shows the chat of the document's site, at once where nothing is kept from last time.
pub fn run() {
    let kept = with_app(App::kept_session);
    if kept.is_empty() {
        show(Model::default());
    } else {
        let start = with_app(|app| app.start.clone());
        spawn_local(async { show(talk::kept(start, kept).await) });
    }
}

fn show(chat: Model) {
    let site = browser::site();
    let texts = browser::texts();
    mount_to_body(move || {
        let mut first = State::new(chat, with_app(App::kept_draft));
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
        with_app(|it| it.talk(Talk::leave));
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
    if input == Input::Send && with_app(App::puts_off_send) {
        return;
    }
    let effects = stage.state.try_update(|it| it.handle(input)).unwrap_or_default();
    with_app(|app| effects.into_iter().for_each(|it| app.perform(stage, it)));
}

/// What performs effects: the client, and the names under which things are kept.
struct App {
    start: Start,
    client: RefCell<Client>,
    session_name: String,
    draft_name: String,
}

/// The client starts with the first command: with the visitor's first act, and not before.
enum Client {
    Idle,
    /// Its part of the program is on its way; what it is to do waits.
    Coming {
        waiting: Vec<Command>,
        /// Whether the visitor has sent the draft.
        is_sent: bool,
    },
    Here(Box<dyn Talk>),
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
        Self { start, client: RefCell::new(Client::Idle), session_name, draft_name }
    }

    /// What was kept of a session; empty for nothing.
    fn kept_session(&self) -> String {
        browser::kept(&self.session_name).unwrap_or_default()
    }

    fn kept_draft(&self) -> String {
        browser::kept(&self.draft_name).unwrap_or_default()
    }

    fn talk(&self, act: impl FnOnce(&(dyn Talk + 'static))) {
        if let Client::Here(client) = &*self.client.borrow() {
            act(&**client);
        }
    }

    fn perform(&self, stage: Stage, effect: Effect) {
        match effect {
            Effect::Command(command) => self.command(stage, command),
            Effect::Seen => self.talk(Talk::seen),
            Effect::Wake => self.talk(Talk::wake),
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

    fn command(&self, stage: Stage, command: Command) {
        if let Client::Here(client) = &*self.client.borrow() {
            return client.command(command);
        }
        match &mut *self.client.borrow_mut() {
            Client::Coming { waiting, .. } if waiting.len() < COMMANDS_EARLY_MAX => {
                waiting.push(command);
            }
            idle @ Client::Idle => {
                *idle = Client::Coming { waiting: vec![command], is_sent: false };
                // After the cursor is in the field: that is what the visitor waits for.
                set_timeout(move || spawn_local(start_client(stage)), Duration::ZERO);
            }
            // More than a person does in that time.
            Client::Coming { .. } | Client::Here(_) => {}
        }
    }

    /// Whether the draft is sent later, because nobody could keep what was sent now: until then it stays a draft.
    fn puts_off_send(&self) -> bool {
        // Whoever is called back by the client knows that it is here.
        let Ok(mut client) = self.client.try_borrow_mut() else { return false };
        let Client::Coming { is_sent, .. } = &mut *client else { return false };
        *is_sent = true;
        true
    }

    /// The client is here: hands over what waited, and answers whether the draft is to be sent.
    fn go_on(&self, client: Box<dyn Talk>) -> bool {
        let before = self.client.replace(Client::Here(client));
        let Client::Coming { waiting, is_sent } = before else { return false };
        for command in waiting {
            self.talk(|client| client.command(command));
        }
        is_sent
    }
}

async fn start_client(stage: Stage) {
    let name = with_app(|app| app.session_name.clone());
    let start = with_app(|app| app.start.clone());
    // Read anew: another tab may have gone on since this document came.
    let kept = with_app(App::kept_session);
    let own_name = name.clone();
    let page = Page {
        on_change: Box::new(move |chat| stage.act(Input::Chat(chat.clone()))),
        on_notice: Box::new(move |notice, _| stage.act(Input::Notice(notice))),
        on_save: Box::new(move |snapshot| browser::keep(&own_name, &snapshot)),
        on_seen: Box::new(move || stage.act(Input::Seen)),
    };
    let client = talk::start(name, start, kept, page).await;
    if with_app(|app| app.go_on(client)) {
        stage.act(Input::Send);
    }
}
