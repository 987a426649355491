//! The one line that says how things stand (invariant 12). It is in the document from the start, so
//! that a screen reader says what appears in it.

use leptos::prelude::*;
use ui::texts::widget::WidgetTexts;

use super::Stage;
use super::icon::{WARN, icon};
use crate::model::state::{Input, State};
use crate::model::status::{Status, status};

/// The line, with what one can do about it. The style sheet shows the sign that fits the state.
#[component]
pub(super) fn StatusLine(stage: Stage) -> impl IntoView {
    let texts = stage.texts;
    let name = stage.read(|it| now(it).name());
    let words = stage.read(|it| sentence(texts, now(it)));
    let label = stage.read(|it| action(texts, &now(it)).map_or("", |it| it.0));
    let has_no_action = stage.read(|it| action(texts, &now(it)).is_none());
    let act = move |_| {
        if let Some((_, input)) = action(texts, &stage.state.with_untracked(now)) {
            stage.act(input);
        }
    };
    view! {
        <div class="status" role="status" data-testid="status" data-state=name>
            <span class="pulse" aria-hidden="true"></span>
            {icon(WARN)}
            <p dir="auto">{words}</p>
            <button
                type="button"
                class="text-button"
                hidden=has_no_action
                data-testid="status-action"
                on:click=act
            >
                {label}
            </button>
        </div>
    }
}

fn now(state: &State) -> Status {
    status(&state.chat, state.is_network_up)
}

fn sentence(texts: &WidgetTexts, status: Status) -> String {
    match status {
        Status::Fine => "",
        Status::Connecting => texts.connecting,
        Status::Offline => texts.offline,
        Status::Reconnecting => texts.reconnecting,
        Status::Waiting => texts.waiting,
        Status::Elsewhere => texts.elsewhere,
        Status::Stopped(reason) if reason.is_empty() => texts.stopped,
        Status::Stopped(reason) => return reason,
    }
    .to_owned()
}

const fn action(texts: &WidgetTexts, status: &Status) -> Option<(&'static str, Input)> {
    match status {
        Status::Fine | Status::Connecting | Status::Offline | Status::Waiting => None,
        Status::Reconnecting => Some((texts.try_now, Input::TryNow)),
        Status::Elsewhere => Some((texts.use_here, Input::Restart)),
        Status::Stopped(_) => Some((texts.restart, Input::Restart)),
    }
}
