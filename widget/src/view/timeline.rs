//! The messages. The list is laid out from its end (`column-reverse`), so that the browser itself
//! keeps the end in view when something comes, when the field grows and when a keyboard opens; and
//! it stays where it is when the reader has scrolled up.

use leptos::prelude::*;
use ui::time;

use super::Stage;
use super::icon::{DOWN, icon};
use super::message::message;
use super::stage::{TIMELINE, element};
use super::typing::typing;
use crate::limits::AT_END_PX;
use crate::model::state::{Input, State};
use crate::model::timeline::rows;

/// All messages under a greeting of the house, and the pill that says that there are new ones below.
pub(super) fn timeline(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let rows = rows(&shown.chat, time::local_day);
    let messages: Vec<_> =
        rows.iter().map(|it| message(stage, &shown.copied, it).into_any()).collect();
    view! {
        <div class="timeline-frame">
            <div
                id=TIMELINE
                class="timeline"
                role="log"
                aria-live="off"
                aria-label=stage.texts.messages()
                on:scroll=move |_| scrolled(stage)
            >
                <div class="timeline-content">
                    <div class="welcome">
                        <h2>{stage.texts.hello()}</h2>
                        <p>{stage.texts.hello_more()}</p>
                    </div>
                    {messages}
                    {typing(stage, shown).map(IntoAny::into_any).into_iter().collect::<Vec<_>>()}
                </div>
            </div>
            {below(stage, shown)}
        </div>
    }
}

fn scrolled(stage: Stage) {
    let is_at_end = element(TIMELINE).is_none_or(|it| it.scroll_top() > -AT_END_PX);
    if is_at_end != stage.state.with_untracked(|it| it.is_at_end) {
        stage.act(Input::AtEnd(is_at_end));
    }
}

/// The way back to the end, with the number of messages that came meanwhile.
fn below(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let texts = stage.texts;
    let (class, label) = match shown.below {
        0 => ("below", texts.to_end().to_owned()),
        count => ("below has-news", texts.new_messages(count)),
    };
    view! {
        <button
            type="button"
            class=class
            hidden=shown.is_at_end
            on:click=move |_| stage.act(Input::ToEnd)
        >
            {icon(DOWN)}
            <span>{label}</span>
        </button>
    }
}
