//! The head of a conversation: who, from where, and its end.

use leptos::prelude::*;

use super::Ui;
use super::avatar::Avatar;
use super::dialog::Dialog;
use super::icon::{Icon, Sign};
use crate::model::{Pane, Stand, Wish};
use crate::texts::Texts;

/// Where a conversation stands, in words, and the class of its chip.
pub(super) fn stand_words(texts: &Texts, stand: &Stand) -> (String, &'static str) {
    match stand {
        Stand::Waiting { position } => ((texts.position)(*position), "chip is-warn"),
        Stand::Mine | Stand::Joining | Stand::NotHere => {
            (texts.with_you.to_owned(), "chip is-accent")
        }
        Stand::Other { name } => ((texts.with_agent)(name), "chip"),
        Stand::Ended => (texts.status_ended.to_owned(), "chip"),
    }
}

/// Visitor, site, page, state and End; for a meeting its subject and who is in it.
#[component]
pub(super) fn Head(
    /// Signals and callbacks.
    ui: Ui,
    /// The conversation.
    #[prop(into)]
    id: String,
    /// What is known about it.
    pane: Signal<Option<Pane>>,
) -> impl IntoView {
    let texts = ui.texts;
    let name = Memo::new(move |_| {
        ui.visitor(&pane.with(|it| it.as_ref().map(|it| it.visitor.clone()).unwrap_or_default()))
    });
    let place = move || {
        pane.with(|it| {
            it.as_ref().map(|it| match &it.about.page {
                _ if !it.people.is_empty() => it.people.join(", "),
                Some(address) => format!("{} · {}", it.site, without_scheme(address)),
                None => it.site.clone(),
            })
        })
    };
    let stand =
        Memo::new(move |_| pane.with(|it| it.as_ref().map(|it| stand_words(texts, &it.stand))));
    view! {
        <header class="head">
            <button
                type="button"
                class="icon-button head-back"
                data-testid="back"
                aria-label=texts.back
                on:click=move |_| ui.wants(Wish::Select(None))
            >
                <Icon sign=Sign::Back />
            </button>
            <Avatar name seed=id.clone() />
            <div class="head-text">
                <h2 class="head-name">{name}</h2>
                <p class="head-place">{place}</p>
            </div>
            {move || stand.get().map(|(word, class)| view! { <span class=class>{word}</span> })}
            <EndButton ui id pane />
        </header>
    }
}

/// Ends the conversation, after a question.
#[component]
fn EndButton(ui: Ui, id: String, pane: Signal<Option<Pane>>) -> impl IntoView {
    let texts = ui.texts;
    let is_asking = RwSignal::new(false);
    let can_end = Memo::new(move |_| pane.with(|it| it.as_ref().is_some_and(|it| it.can_end)));
    let own = StoredValue::new(id);
    let confirm = move |_| {
        is_asking.set(false);
        ui.wants(Wish::End(own.get_value()));
    };
    view! {
        <Show when=move || can_end.get()>
            <button
                type="button"
                class="button is-small head-end"
                data-testid="end-conversation"
                aria-label=texts.end_long
                on:click=move |_| is_asking.set(true)
            >
                {texts.end}
            </button>
        </Show>
        <Dialog is_open=is_asking labelled_by="end-title">
            <h2 id="end-title">{texts.end_question}</h2>
            <p>{texts.end_more}</p>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| is_asking.set(false)>
                    {texts.keep_talking}
                </button>
                <button
                    type="button"
                    class="button is-danger"
                    data-testid="confirm-end"
                    on:click=confirm
                >
                    {texts.end_long}
                </button>
            </div>
        </Dialog>
    }
}

/// An address as the head shows it.
fn without_scheme(address: &str) -> &str {
    address.split_once("://").map_or(address, |it| it.1)
}
