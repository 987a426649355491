//! The one line that says how things stand (invariant 12). It is in the document from the start, so
//! that a screen reader says what appears in it.

use crate::texts::WidgetTexts;
use leptos::prelude::*;

use super::Stage;
use super::icon::{WARN, icon};
use crate::model::state::{Input, State};
use crate::model::status::{Status, status};

/// The line, with what one can do about it. The style sheet shows the sign that fits the state.
pub(super) fn status_line(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let status = status(&shown.chat, shown.is_network_up);
    let (label, input) = action(stage.texts, &status);
    let name = status.name();
    view! {
        <div class="status" role="status" data-testid="status" data-state=name>
            <span class="pulse" aria-hidden="true"></span>
            {icon(WARN)}
            <p dir="auto">{sentence(stage.texts, status)}</p>
            <button
                type="button"
                class="text-button"
                hidden=label.is_empty()
                on:click=move |_| stage.act(input.clone())
            >
                {label}
            </button>
        </div>
    }
}

fn sentence(texts: WidgetTexts, status: Status) -> String {
    match status {
        Status::Fine => "",
        Status::Connecting => texts.connecting(),
        Status::Offline => texts.offline(),
        Status::Reconnecting => texts.reconnecting(),
        Status::Lobby => texts.lobby(),
        Status::Waiting => texts.waiting(),
        Status::CannotSend => texts.cannot_send(),
        Status::Elsewhere => texts.elsewhere(),
        Status::Stopped(reason) if reason.is_empty() => texts.stopped(),
        Status::Stopped(reason) => return texts.why(&reason),
    }
    .to_owned()
}

/// What a button beside the sentence says and does; an empty label means that there is none.
fn action(texts: WidgetTexts, status: &Status) -> (&'static str, Input) {
    match status {
        Status::Reconnecting => (texts.try_now(), Input::TryNow),
        Status::Elsewhere => (texts.use_here(), Input::Restart),
        Status::Stopped(_) => (texts.restart(), Input::Restart),
        Status::Fine
        | Status::Connecting
        | Status::Offline
        | Status::Lobby
        | Status::Waiting
        | Status::CannotSend => ("", Input::TryNow),
    }
}
