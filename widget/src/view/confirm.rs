//! The question before ending. The browser's modal dialog holds the focus and closes by Escape.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::HtmlDialogElement;

use super::Stage;
use super::stage::element;
use crate::model::state::Input;

/// Asks whether to end.
pub(super) fn confirm_end(stage: Stage) -> impl IntoView {
    let texts = stage.texts;
    view! {
        <dialog
            id=ID
            class="confirm"
            aria-labelledby="confirm-title"
            aria-describedby="confirm-text"
            on:close=move |_| stage.act(Input::KeepChatting)
        >
            <h2 id="confirm-title">{texts.end_question()}</h2>
            <p id="confirm-text">{texts.end_more()}</p>
            <div class="confirm-buttons">
                <button
                    type="button"
                    class="button"
                    on:click=move |_| stage.act(Input::KeepChatting)
                >
                    {texts.end_cancel()}
                </button>
                <button
                    type="button"
                    class="button is-danger"
                    data-testid="confirm-end"
                    on:click=move |_| stage.act(Input::End)
                >
                    {texts.end_confirm()}
                </button>
            </div>
        </dialog>
    }
}

const ID: &str = "confirm";

/// Opens the dialog, or closes it.
pub(super) fn show(is_asking: bool) {
    let Some(dialog) = element(ID).and_then(|it| it.dyn_into::<HtmlDialogElement>().ok()) else {
        return;
    };
    if is_asking && !dialog.open() {
        // It can only fail while open already, or out of the document.
        let _ = dialog.show_modal();
    } else if !is_asking && dialog.open() {
        dialog.close();
    }
}
