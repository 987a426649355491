//! Where the reply is written.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::icon::{Icon, Sign};
use super::uploads::{AttachButton, UploadList, drop_target, paste};
use super::{Ui, pressed};
use crate::browser;
use crate::limits;
use crate::model::{Pane, Wish};

/// So much room is worth mentioning, in characters.
const LEFT_SHOWN: i64 = 200;

/// Enter sends, Shift and Enter starts a new line. The draft is the conversation's own.
#[component]
pub(super) fn Composer(
    /// Signals and callbacks.
    ui: Ui,
    /// The conversation.
    #[prop(into)]
    id: String,
    /// What is known about it.
    pane: Signal<Option<Pane>>,
) -> impl IntoView {
    let own = StoredValue::new(id);
    let draft = Memo::new(move |_| ui.drafts.with(|it| own.with_value(|id| it.get(id).to_owned())));
    let can_send = Memo::new(move |_| pane.with(|it| it.as_ref().is_some_and(|it| it.can_send)));
    let left = Memo::new(move |_| {
        let used = draft.with(|it| it.chars().count());
        i64::from(limits::MESSAGE_CHARS_MAX) - i64::try_from(used).unwrap_or(i64::MAX)
    });
    let is_ready = Memo::new(move |_| {
        can_send.get() && left.get() >= 0 && draft.with(|it| !it.trim().is_empty())
    });
    let send = move || {
        if is_ready.get_untracked()
            && let Some(text) =
                ui.drafts.try_update(|it| own.with_value(|id| it.take(id))).flatten()
        {
            ui.wants(Wish::Send { id: own.get_value(), text });
        }
    };
    let typed = move |event| {
        let text = event_target_value(&event);
        let is_text = !text.trim().is_empty();
        ui.drafts.update(|it| own.with_value(|id| it.set(id, text)));
        if is_text {
            ui.wants(Wish::Typing(own.get_value()));
        }
    };
    let keys = move |event: KeyboardEvent| {
        if pressed(&event, |it| it.is_send()) {
            event.prevent_default();
            send();
        }
    };
    let is_over = drop_target(ui, own, can_send);
    focus_when_open(can_send);
    view! {
        <UploadList ui id=own />
        <form
            class="composer"
            class:is-over=is_over
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <label class="visually-hidden" for="reply">{ui.texts.reply}</label>
            <textarea
                id="reply"
                class="composer-text"
                data-testid="composer"
                rows="1"
                dir="auto"
                placeholder=move || if can_send.get() { ui.texts.placeholder } else { ui.texts.joining }
                aria-describedby="reply-hint"
                disabled=move || !can_send.get()
                prop:value=draft
                on:input=typed
                on:keydown=keys
                on:paste=move |event| paste(ui, own, &event)
            ></textarea>
            {move || is_over.get().then(|| view! { <p class="composer-drop">{ui.texts.drop_files}</p> })}
            <ComposerFoot ui left is_ready>
                <AttachButton ui id=own can_send />
            </ComposerFoot>
        </form>
    }
}

/// How the keys work, how much room is left, what else can be sent, and Send.
#[component]
fn ComposerFoot(
    ui: Ui,
    left: Memo<i64>,
    is_ready: Memo<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="composer-foot">
            <p class="composer-hint" id="reply-hint">{ui.texts.send_hint}</p>
            <Show when=move || { left.get() <= LEFT_SHOWN }>
                <p class="composer-left" class:is-over=move || { left.get() < 0 } role="status">
                    {move || (ui.texts.characters_left)(left.get())}
                </p>
            </Show>
            {children()}
            <button
                type="submit"
                class="button is-primary is-small"
                data-testid="send"
                aria-disabled=move || (!is_ready.get()).then_some("true")
            >
                <Icon sign=Sign::Send />
                {ui.texts.send}
            </button>
        </div>
    }
}

/// Whoever has just taken a conversation can write as soon as it is open. Where it is narrow, the
/// keyboard on screen would hide what was said.
fn focus_when_open(can_send: Memo<bool>) {
    Effect::new(move |_| {
        if can_send.get() && !browser::is_narrow() {
            request_animation_frame(|| {
                if browser::focus_is_free_or_in("#messages, .row, .foot") {
                    browser::focus("#reply");
                }
            });
        }
    });
}
