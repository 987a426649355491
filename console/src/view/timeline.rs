//! What was said, oldest first; keeps to its end while one is there.

use leptos::prelude::*;

use super::Ui;
use super::icon::{Icon, Sign};
use super::message::Message;
use crate::browser::resize::ResizeWatch;
use crate::model::{Load, Pane, Shown, Speaker, Wish};

/// So close to the end counts as being there, in pixels.
const END_PX: i32 = 48;

/// The messages, who types, and a way down to what is new.
#[component]
pub(super) fn Timeline(
    /// Signals and callbacks.
    ui: Ui,
    /// The conversation.
    #[prop(into)]
    id: String,
    /// What is known about it.
    pane: Signal<Option<Pane>>,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Section>::new();
    let is_at_end = RwSignal::new(true);
    let has_new = RwSignal::new(false);
    let to_end = move || {
        if let Some(it) = node.get_untracked() {
            it.set_scroll_top(it.scroll_height());
            has_new.set(false);
        }
    };
    let newest = Memo::new(move |_| {
        ui.timeline.with(|it| it.last().map(|it| (it.line.key.clone(), it.line.speaker)))
    });
    let typing = Memo::new(move |_| {
        pane.with(|it| it.as_ref().map(|it| it.typing.clone()).unwrap_or_default())
    });
    Effect::new(move |_| {
        typing.track();
        let own = newest.with(|it| it.as_ref().is_some_and(|it| it.1 == Speaker::Me));
        if is_at_end.get_untracked() || own {
            // Lines are laid out by the next frame.
            request_animation_frame(to_end);
        } else {
            has_new.set(true);
        }
    });
    keep_end(node, is_at_end, to_end);
    let scrolled = move |_| {
        if let Some(it) = node.get_untracked() {
            let rest = it.scroll_height() - it.scroll_top() - it.client_height();
            if is_at_end.get_untracked() != (rest <= END_PX) {
                is_at_end.set(rest <= END_PX);
                ui.wants(Wish::AtEnd(rest <= END_PX));
            }
            if rest <= END_PX {
                has_new.set(false);
            }
        }
    };
    let own = StoredValue::new(id);
    view! {
        <div class="timeline-place">
            <section
                class="timeline"
                id="messages"
                tabindex="0"
                aria-label=ui.texts.messages
                node_ref=node
                on:scroll=scrolled
            >
                <div class="timeline-inner">
                    <Before ui id=own.get_value() pane />
                    <ol class="messages">
                        <For each=move || ui.timeline.get() key=key let(shown)>
                            <Message ui id=own.get_value() shown />
                        </For>
                    </ol>
                    <Typing ui typing />
                </div>
            </section>
            <Show when=move || has_new.get()>
                <button type="button" class="button is-small to-end" on:click=move |_| to_end()>
                    <Icon sign=Sign::Down />
                    {ui.texts.new_below}
                </button>
            </Show>
        </div>
    }
}

/// The pane shrinks as a reply grows or a keyboard comes: the end stays in sight.
fn keep_end(
    node: NodeRef<leptos::html::Section>,
    is_at_end: RwSignal<bool>,
    to_end: impl Fn() + Copy + 'static,
) {
    let watch = StoredValue::new_local(None::<ResizeWatch>);
    let resized = move || {
        if is_at_end.get_untracked() {
            to_end();
        }
    };
    Effect::new(move |_| {
        watch.set_value(node.get().and_then(|it| ResizeWatch::start(&it, resized)));
    });
}

/// All that makes a line look as it does: one that changes is drawn anew.
fn key(it: &Shown) -> (String, &'static str, [bool; 4]) {
    let place = [it.is_new_day, it.is_head, it.is_tail, it.has_receipt];
    (it.line.key.clone(), it.line.standing.name(), place)
}

/// What stands above the messages: that they are on their way, or could not be had.
#[component]
fn Before(ui: Ui, id: String, pane: Signal<Option<Pane>>) -> impl IntoView {
    let texts = ui.texts;
    let state =
        Memo::new(move |_| pane.with(|it| it.as_ref().map(|it| it.load).unwrap_or_default()));
    let is_empty = Memo::new(move |_| ui.timeline.with(Vec::is_empty));
    move || match (state.get(), is_empty.get()) {
        (Load::Asked, true) => view! { <p class="note">{texts.loading}</p> }.into_any(),
        (Load::Failed, _) => {
            let wish = Wish::Reload(id.clone());
            view! {
                <p class="note">
                    {texts.load_failed}
                    <button
                        type="button"
                        class="link-button"
                        on:click=move |_| ui.wants(wish.clone())
                    >
                        <Icon sign=Sign::Again />
                        {texts.retry}
                    </button>
                </p>
            }
            .into_any()
        }
        (_, true) => view! { <p class="note">{texts.no_messages}</p> }.into_any(),
        _ => ().into_any(),
    }
}

/// Who is typing.
#[component]
fn Typing(ui: Ui, typing: Memo<Vec<String>>) -> impl IntoView {
    let names = move || typing.get().iter().map(|it| ui.visitor(it)).collect::<Vec<_>>().join(", ");
    view! {
        <Show when=move || typing.with(|it| !it.is_empty())>
            <p class="typing" data-testid="typing">
                <span class="typing-dots" aria-hidden="true">
                    <span></span>
                    <span></span>
                    <span></span>
                </span>
                {move || (ui.texts.typing)(&names())}
            </p>
        </Show>
    }
}
