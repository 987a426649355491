//! Where the visitor writes.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::prelude::*;

use super::Stage;
use super::icon::{SEND, icon};
use super::stage::FIELD;
use crate::model::composer::{Writing, characters_left, key_sends, sendable, writing};
use crate::model::state::Input;

/// The field, the counter and the button.
#[component]
pub(super) fn Composer(stage: Stage) -> impl IntoView {
    let texts = stage.texts;
    let draft = stage.read(|it| it.draft.clone());
    let is_blocked = stage.read(|it| writing(&it.chat) == Writing::Blocked);
    let placeholder = stage.read(|it| match writing(&it.chat) {
        Writing::Blocked => texts.cannot_send,
        _ => texts.placeholder,
    });
    let cannot_send = stage.read(|it| {
        let can = writing(&it.chat) == Writing::Open && sendable(&it.draft).is_some();
        if can { "false" } else { "true" }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        stage.act(Input::Send);
    };
    let pressed = move |event: KeyboardEvent| {
        // 229 is what Safari says for the Enter that ends a composition.
        let is_composing = event.is_composing() || event.key_code() == 229;
        if key_sends(&event.key(), event.shift_key(), is_composing) {
            event.prevent_default();
            stage.act(Input::Send);
        }
    };
    view! {
        <form class="composer" on:submit=submit>
            // The twin behind the field holds the same text and makes both as high as it needs.
            <div class="grow" data-text=draft>
                <label class="visually-hidden" for=FIELD>{texts.message_label}</label>
                <textarea
                    id=FIELD
                    rows="1"
                    dir="auto"
                    enterkeyhint="send"
                    aria-describedby="hint"
                    data-testid="composer"
                    placeholder=placeholder
                    disabled=is_blocked
                    prop:value=draft
                    on:input=move |event| stage.act(Input::Draft(event_target_value(&event)))
                    on:keydown=pressed
                ></textarea>
            </div>
            <button
                type="submit"
                class="send"
                aria-label=texts.send
                aria-disabled=cannot_send
                data-testid="send"
            >
                {icon(SEND)}
            </button>
            <p id="hint" class="visually-hidden">{texts.send_hint}</p>
            <Counter stage/>
        </form>
    }
}

/// How much room is left, near the limit.
#[component]
fn Counter(stage: Stage) -> impl IntoView {
    let texts = stage.texts;
    let class = stage.read(|it| match characters_left(&it.draft) {
        Some(..0) => "counter is-over",
        _ => "counter",
    });
    let words =
        stage.read(|it| characters_left(&it.draft).map(texts.characters_left).unwrap_or_default());
    view! { <p class=class role="status">{words}</p> }
}
