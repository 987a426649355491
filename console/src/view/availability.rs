//! Whether one is offered conversations.

use leptos::prelude::*;
use shared::desk::Availability;

use super::Ui;
use crate::model::{Console, Wish};
use crate::texts::Texts;

/// The word for an availability, and the class of its dot.
pub(super) fn words(texts: &Texts, availability: Availability) -> (&'static str, &'static str) {
    match availability {
        Availability::Available => (texts.available, "dot is-ok"),
        Availability::Away => (texts.away, "dot is-away"),
        Availability::Offline => (texts.offline, "dot"),
    }
}

/// The switch between available and away.
#[component]
pub(super) fn AvailabilitySwitch(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    let now = Memo::new(move |_| ui.console.with(Console::availability));
    let is_on = move || now.get() == Availability::Available;
    let toggle = move |_| {
        let other = if now.get_untracked() == Availability::Available {
            Availability::Away
        } else {
            Availability::Available
        };
        ui.wants(Wish::SetAvailability(other));
    };
    let label = move || words(ui.texts, now.get()).0;
    view! {
        <button
            type="button"
            class="switch"
            role="switch"
            data-testid="availability"
            aria-checked=move || if is_on() { "true" } else { "false" }
            aria-label=ui.texts.availability_label
            title=ui.texts.availability_label
            on:click=toggle
        >
            <span class="switch-word" aria-hidden="true">{label}</span>
            <span class="switch-track" aria-hidden="true">
                <span class="switch-thumb"></span>
            </span>
        </button>
    }
}
