//! Where the visitor writes.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::HtmlInputElement;

use super::Stage;
use super::icon::{SEND, icon};
use super::stage::{FIELD, element};
use crate::model::composer::{Writing, characters_left, key_sends, sendable, writing};
use crate::model::state::{Input, State};

/// The field, the counter and the button.
pub(super) fn composer(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let texts = stage.texts;
    let is_blocked = writing(&shown.chat) == Writing::Blocked;
    let can_send = !is_blocked && sendable(&shown.draft).is_some();
    let (counter, left) = match characters_left(&shown.draft) {
        Some(left @ ..0) => ("counter is-over", texts.characters_left(left)),
        Some(left) => ("counter", texts.characters_left(left)),
        None => ("counter", String::new()),
    };
    let (draft, twin) = (shown.draft.clone(), shown.draft.clone());
    take(&draft);
    view! {
        <form class="composer" on:submit=move |event| submitted(stage, &event)>
            {super::slot("tools")}
            // The twin behind the field holds the same text and makes both as high as it needs.
            <div class="grow" data-text=twin>
                <label class="visually-hidden" for=FIELD>{texts.message_label()}</label>
                <textarea
                    id=FIELD
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    aria-describedby="hint"
                    data-testid="composer"
                    placeholder=texts.placeholder()
                    // Not `disabled`: that would throw the focus out of the panel.
                    readonly=is_blocked
                    aria-disabled=if is_blocked { "true" } else { "false" }
                    on:input=move |event| stage.act(Input::Draft(event_target_value(&event)))
                    on:keydown=move |event| pressed(stage, &event)
                >
                    // What a new field begins with; see `take` for one that is there.
                    {draft}
                </textarea>
            </div>
            <button
                type="submit"
                class="send"
                aria-label=texts.send()
                aria-disabled=if can_send { "false" } else { "true" }
            >
                {icon(SEND)}
            </button>
            <p id="hint" class="visually-hidden">{texts.send_hint()}</p>
            <p class=counter role="status">{left}</p>
        </form>
    }
}

/// The field that is there takes the draft where it has another text. As a property of the view it would be
/// set anew with every change, and the cursor would go to the end while the visitor writes in the middle.
fn take(draft: &str) {
    if let Some(field) = element(FIELD) {
        // A field of several lines has this of its own by the same names.
        let field: &HtmlInputElement = field.unchecked_ref();
        if field.value() != draft {
            field.set_value(draft);
        }
    }
}

fn submitted(stage: Stage, event: &SubmitEvent) {
    event.prevent_default();
    stage.act(Input::Send);
}

fn pressed(stage: Stage, event: &KeyboardEvent) {
    // 229 is what Safari says for the Enter that ends a composition.
    let is_composing = event.is_composing() || event.key_code() == 229;
    if key_sends(&event.key(), event.shift_key(), is_composing) {
        event.prevent_default();
        stage.act(Input::Send);
    }
}
