//! What every component is given.

use std::time::Duration;

use crate::texts::WidgetTexts;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::HtmlElement;
use ui::live::Announcer;

use crate::model::state::{Input, State};

/// The state, the way to act on it, and the words.
#[derive(Clone, Copy)]
pub struct Stage {
    /// All that is shown.
    pub state: RwSignal<State>,
    /// Where inputs go; see [`Stage::act`].
    pub dispatch: fn(Stage, Input),
    /// The words, in the visitor's language.
    pub texts: WidgetTexts,
    /// What stands in the header.
    pub title: &'static str,
    /// The time, in Unix milliseconds.
    pub now_ms: fn() -> i64,
    /// What is read out.
    pub announcer: Announcer,
}

/// The field to write in.
pub(super) const FIELD: &str = "field";
/// The list that scrolls.
pub(super) const TIMELINE: &str = "timeline";
/// What stands in the field's place after the end.
pub(super) const ENDED: &str = "ended";

impl Stage {
    /// A stage for this state; an empty title means the default of the language.
    pub fn new(
        state: State,
        dispatch: fn(Self, Input),
        texts: WidgetTexts,
        title: &str,
        now_ms: fn() -> i64,
    ) -> Self {
        // A document has one title, as long as it lives.
        let title: &'static str =
            if title.is_empty() { texts.title() } else { title.to_owned().leak() };
        let announcer = Announcer::new();
        Self { state: RwSignal::new(state), dispatch, texts, title, now_ms, announcer }
    }

    /// Hands in what happened.
    pub fn act(self, input: Input) {
        (self.dispatch)(self, input);
    }

    /// Shows the end of the messages.
    pub fn scroll_to_end(self) {
        if let Some(list) = element(TIMELINE) {
            list.set_scroll_top(0);
        }
    }

    /// Puts the cursor into the field once what is changing now is on screen.
    pub fn focus_field(self) {
        focus_soon(FIELD);
    }

    /// Shows the question before ending, or takes it away.
    pub fn ask_end(self, is_asked: bool) {
        super::confirm::show(is_asked);
    }

    /// Puts the focus where the field was, once it is gone.
    pub fn focus_ended(self) {
        focus_soon(ENDED);
    }
}

/// An element of this document.
pub(super) fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

fn focus_soon(id: &'static str) {
    set_timeout(
        move || {
            if let Some(it) = element(id) {
                // It fails only for what cannot have the focus, and these can.
                let _ = it.focus();
            }
        },
        Duration::ZERO,
    );
}
