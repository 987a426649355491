//! The dialog over the chat, what it shows, and what it asks of the desk for that.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{HtmlDialogElement, HtmlElement};
use serde_json::Value;
use shared::visitor_desk::{PastConversation, VisitorTranscript};
use wasm_bindgen::JsCast as _;

use super::mail::{Phase, letter};
use super::past::{heading, list, said};
use super::view::icon;
use crate::stage::{Refusal, Stage, focus_soon, read};
use crate::texts::Texts;

/// What is fetched from the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The visitor's conversations.
    List,
    /// One of them, by its id.
    One(String),
}

/// What the dialog shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// It is closed, or about to show something.
    Nothing,
    Loading(Wanted),
    Failed(Wanted),
    List(Vec<PastConversation>),
    Said(Box<VisitorTranscript>),
    /// Where to send a conversation: by its id, or the newest.
    Mail(Option<String>),
}

/// What the menu and its dialog share.
#[derive(Clone, Copy)]
pub(super) struct Past {
    pub(super) stage: StoredValue<Stage, LocalStorage>,
    pub(super) texts: Texts,
    /// Whether the desk sends e-mail.
    pub(super) may_mail: RwSignal<bool>,
    pub(super) shown: RwSignal<Shown>,
    /// How far the letter got.
    pub(super) letter: RwSignal<Phase>,
}

impl Past {
    pub(super) fn new(stage: &Stage) -> Self {
        Self {
            stage: StoredValue::new_local(stage.clone()),
            texts: stage.texts,
            may_mail: RwSignal::new(false),
            shown: RwSignal::new(Shown::Nothing),
            letter: RwSignal::new(Phase::Asking),
        }
    }

    /// The site's title, as which the desk itself speaks.
    pub(super) fn title(self) -> String {
        self.stage.with_value(|it| text_of(&it.site, "title"))
    }

    /// Opens the dialog once the menu has closed and given the focus back to its button: there it returns.
    pub(super) fn open(self, shown: Shown) {
        self.letter.set(Phase::Asking);
        self.shown.set(shown);
        request_animation_frame(|| {
            let Some(dialog) = element() else { return };
            if !dialog.open() {
                // It can only fail out of the document, and was found there.
                let _ = dialog.show_modal();
            }
        });
    }

    /// Asks where to send a conversation: by its id, or the newest.
    pub(super) fn ask_address(self, id: Option<String>) {
        self.open(Shown::Mail(id));
        focus("input");
    }

    /// Fetches something and shows it, unless the visitor went elsewhere meanwhile.
    pub(super) fn want(self, wanted: Wanted) {
        self.shown.set(Shown::Loading(wanted.clone()));
        spawn_local(async move {
            let got = match &wanted {
                Wanted::List => self.stage.get_value().conversations().await.map(Shown::List),
                Wanted::One(id) => self.transcript(id).await.map(|it| Shown::Said(Box::new(it))),
            };
            if self.shown.try_get_untracked() != Some(Shown::Loading(wanted.clone())) {
                return;
            }
            self.shown.set(got.unwrap_or(Shown::Failed(wanted)));
            focus_title();
        });
    }

    /// What was said in one conversation.
    pub(super) async fn transcript(self, id: &str) -> Result<VisitorTranscript, Refusal> {
        let stage = self.stage.get_value();
        read(stage.ask("GET", &["/conversations/", id].concat(), None).await?)
    }

    /// What is one step back; nothing where the dialog began.
    fn back(self) -> Option<Wanted> {
        match self.shown.get() {
            Shown::Said(_) | Shown::Loading(Wanted::One(_)) | Shown::Failed(Wanted::One(_)) => {
                Some(Wanted::List)
            }
            Shown::Mail(Some(id)) => Some(Wanted::One(id)),
            _ => None,
        }
    }
}

fn text_of(it: &Value, name: &str) -> String {
    it.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

const ID: &str = "past";
const CLOSE: &str = "M6 6l12 12M18 6L6 18";
const BACK: &str = "M15 5l-7 7 7 7";

fn element() -> Option<HtmlDialogElement> {
    document().get_element_by_id(ID)?.dyn_into().ok()
}

/// Screen readers read on from the title of what is new.
pub(super) fn focus_title() {
    focus("h2");
}

/// Puts the focus on what is about to be in the dialog.
fn focus(selector: &'static str) {
    if let Some(it) = element() {
        focus_soon(it.unchecked_ref::<HtmlElement>(), selector);
    }
}

/// Closes it; the browser gives the focus back.
pub(super) fn close() {
    if let Some(it) = element() {
        it.close();
    }
}

/// The dialog. The browser holds the focus in it and closes it by Escape.
pub(super) fn dialog(past: Past) -> impl IntoView {
    let texts = past.texts;
    view! {
        <dialog id=ID class="past" aria-labelledby="past-title" data-testid="past"
            on:close=move |_| past.shown.set(Shown::Nothing)>
            <div class="past-header">
                <button type="button" class="icon-button past-back" aria-label=texts.word("back")
                    hidden=move || past.back().is_none()
                    on:click=move |_| {
                        if let Some(wanted) = untrack(|| past.back()) {
                            past.want(wanted);
                        }
                    }>
                    {icon(BACK)}
                </button>
                <h2 id="past-title" tabindex="-1" dir="auto">{move || heading(past)}</h2>
                <button type="button" class="icon-button" aria-label=texts.word("close") on:click=move |_| close()>
                    {icon(CLOSE)}
                </button>
            </div>
            {move || body(past)}
        </dialog>
    }
}

fn body(past: Past) -> AnyView {
    let texts = past.texts;
    match past.shown.get() {
        Shown::Nothing => ().into_any(),
        Shown::Loading(_) => view! {
            <p class="past-note" role="status">{texts.word("loading")}</p>
        }
        .into_any(),
        Shown::Failed(wanted) => view! {
            <div class="part">
                <p class="form-error" role="alert">{texts.word("not_loaded")}</p>
                <button type="button" class="button" on:click=move |_| past.want(wanted.clone())>
                    {texts.word("again")}
                </button>
            </div>
        }
        .into_any(),
        Shown::List(all) => list(past, &all).into_any(),
        Shown::Said(it) => said(past, &it).into_any(),
        Shown::Mail(id) => letter(past, id).into_any(),
    }
}
