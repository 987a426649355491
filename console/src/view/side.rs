//! The list's pane: who one is, the queue and the conversations.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

use super::availability::AvailabilitySwitch;
use super::avatar::Avatar;
use super::icon::{Icon, Sign};
use super::left::LeftMessages;
use super::meeting::NewMeeting;
use super::section::{Kind, Section};
use super::{Act, Ui, pressed};
use crate::model::{Console, Link, ListStep};

/// Head, list and foot.
#[component]
pub(super) fn Side(
    /// Signals and callbacks.
    ui: Ui,
    /// Opens the help.
    help: RwSignal<bool>,
) -> impl IntoView {
    let cursor = RwSignal::new(None::<String>);
    // Whoever opens a conversation otherwise than by its row comes back to its row all the same.
    Effect::new(move |_| {
        if let Some(id) = ui.console.with(|it| it.selected().map(str::to_owned)) {
            cursor.set(Some(id));
        }
    });
    let keys = move |event: KeyboardEvent| {
        if let Some(step) = pressed(&event, |it| it.list_step())
            && walk(&event, step)
        {
            event.prevent_default();
        }
    };
    view! {
        <div class="side">
            <header class="side-head">
                <span class="mark is-small">
                    <Icon sign=Sign::Chat />
                </span>
                <p class="side-title">{ui.texts.product}</p>
                <NewMeeting ui />
                <AvailabilitySwitch ui />
            </header>
            <nav class="list" aria-label=ui.texts.conversations on:keydown=keys>
                <Section ui kind=Kind::Queue cursor />
                <LeftMessages ui />
                <Section ui kind=Kind::Mine cursor />
                <Section ui kind=Kind::Others cursor />
                <Section ui kind=Kind::Ended cursor />
            </nav>
            <SideFoot ui help />
        </div>
    }
}

/// Moves the focus among the rows. Answers whether it moved.
fn walk(event: &KeyboardEvent, step: ListStep) -> bool {
    let Some(list) = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    let Ok(rows) = list.query_selector_all("[data-row]") else { return false };
    let rows: Vec<HtmlElement> =
        (0..rows.length()).filter_map(|at| rows.item(at)?.dyn_into().ok()).collect();
    let active = document().active_element();
    let row = active.and_then(|it| it.closest(".row").ok().flatten());
    let at = rows.iter().position(|it| row.as_ref().is_some_and(|row| row.contains(Some(it))));
    let to = step.from(at, rows.len()).and_then(|at| rows.get(at));
    to.is_some_and(|it| it.focus().is_ok())
}

/// Oneself, sound, help, leave.
#[component]
fn SideFoot(ui: Ui, help: RwSignal<bool>) -> impl IntoView {
    let name = Memo::new(move |_| {
        ui.console.with(|it| it.desk().map(|it| it.me.display_name.clone()).unwrap_or_default())
    });
    let texts = ui.texts;
    let link = move || match ui.console.with(Console::link) {
        Link::Online => texts.online,
        Link::Connecting => texts.connecting,
        Link::Reconnecting { .. } => texts.reconnecting_short,
        Link::Elsewhere | Link::SignedOut | Link::Stopped { .. } => texts.offline,
    };
    let sound = move || if ui.is_muted.get() { texts.sound_off } else { texts.sound_on };
    view! {
        <footer class="side-foot">
            <Avatar name seed="me" />
            <div class="side-me">
                <p>
                    <span class="visually-hidden">{move || (texts.signed_in_as)(&name.get())}</span>
                    <span aria-hidden="true">{name}</span>
                </p>
                <p class="side-link">{link}</p>
            </div>
            <button
                type="button"
                class="icon-button is-small"
                data-testid="sound"
                aria-pressed=move || if ui.is_muted.get() { "false" } else { "true" }
                aria-label=texts.sound_on
                title=sound
                on:click=move |_| ui.act.run(Act::ToggleSound)
            >
                {move || {
                    let sign = if ui.is_muted.get() { Sign::Silent } else { Sign::Sound };
                    view! { <Icon sign /> }
                }}
            </button>
            <button
                type="button"
                class="icon-button is-small"
                data-testid="help"
                aria-label=texts.help
                title=texts.help
                on:click=move |_| help.set(true)
            >
                <Icon sign=Sign::Keyboard />
            </button>
            <button
                type="button"
                class="icon-button is-small"
                data-testid="sign-out"
                aria-label=texts.sign_out
                title=texts.sign_out
                on:click=move |_| ui.act.run(Act::SignOut)
            >
                <Icon sign=Sign::Leave />
            </button>
        </footer>
    }
}
