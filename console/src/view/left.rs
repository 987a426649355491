//! What visitors left while nobody was there.

use leptos::prelude::*;
use shared::desk::MessageLeft;
use ui::message_text::message_text;
use ui::time;

use super::Ui;
use crate::model::{Console, Wish, mailto};

/// Heading, number and messages; not shown while there are none.
#[component]
pub(super) fn LeftMessages(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    let left = Memo::new(move |_| ui.console.with(Console::messages_left));
    let count = Memo::new(move |_| left.with(Vec::len));
    view! {
        <section class="list-section" aria-labelledby="list-left" hidden=move || count.get() == 0>
            <h2 class="list-title" id="list-left">
                {ui.texts.left}
                <span class="list-count is-urgent">{count}</span>
            </h2>
            <ul class="rows">
                <For each=move || left.get() key=|it| it.id.clone() let(message)>
                    <LeftItem ui message />
                </For>
            </ul>
        </section>
    }
}

/// Who, how to answer, when, what; and the button that ends it.
#[component]
fn LeftItem(ui: Ui, message: MessageLeft) -> impl IntoView {
    let texts = ui.texts;
    let MessageLeft { id, name, email, text, fields, at_ms, .. } = message;
    let name = ui.visitor(&name);
    let when = format!("{}, {}", ui.day(at_ms), ui.clock(at_ms));
    let address = mailto(&email);
    let label = (texts.left_done_long)(&name);
    let field = |(name, value): (String, String)| {
        view! {
            <div class="fact">
                <dt dir="auto">{name}</dt>
                <dd dir="auto">{message_text(&value)}</dd>
            </div>
        }
    };
    let fields = (!fields.is_empty())
        .then(|| view! { <dl>{fields.into_iter().map(field).collect_view()}</dl> });
    view! {
        <li class="left" data-testid="left-item">
            <p class="left-head">
                <span class="left-name" dir="auto">{name}</span>
                <time datetime=time::datetime_attribute(at_ms)>{when}</time>
            </p>
            <p><a href=address dir="ltr">{email}</a></p>
            <p class="left-text" dir="auto">{message_text(&text)}</p>
            {fields}
            <p>
                <button
                    type="button"
                    class="button is-small"
                    aria-label=label
                    on:click=move |_| ui.wish.run(Wish::LeftDone(id.clone()))
                >
                    {texts.left_done}
                </button>
            </p>
        </li>
    }
}
