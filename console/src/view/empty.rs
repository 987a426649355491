//! Nothing is selected.

use leptos::prelude::*;

use super::Ui;
use super::icon::{Icon, Sign};
use crate::model::Wish;

/// What one can do now.
#[component]
pub(super) fn Empty(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    let has_queue = Memo::new(move |_| ui.lists.with(|it| !it.queue.is_empty()));
    let name = move || {
        let next = ui.lists.with(|it| it.queue.first().map(|it| it.visitor.clone()));
        (ui.texts.take_name)(&ui.visitor(&next.unwrap_or_default()))
    };
    view! {
        <div class="empty">
            <span class="empty-sign">
                <Icon sign=Sign::Chat />
            </span>
            <h2>{ui.texts.choose}</h2>
            <p>{ui.texts.choose_more}</p>
            <Show when=move || has_queue.get()>
                <button
                    type="button"
                    class="button is-primary"
                    on:click=move |_| ui.wants(Wish::TakeNext)
                >
                    {name}
                </button>
            </Show>
            <p class="empty-keys">
                <kbd>"Alt"</kbd>
                <kbd>"T"</kbd>
                <span>{ui.texts.key_take}</span>
            </p>
        </div>
    }
}
