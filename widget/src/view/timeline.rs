//! The messages. The list is laid out from its end (`column-reverse`), so that the browser itself
//! keeps the end in view when something comes, when the field grows and when a keyboard opens; and
//! it stays where it is when the reader has scrolled up.

use leptos::prelude::*;
use ui::time;

use super::Stage;
use super::icon::{DOWN, icon};
use super::message::Message;
use super::stage::{TIMELINE, element};
use super::typing::Typing;
use crate::limits::AT_END_PX;
use crate::model::state::Input;
use crate::model::timeline::rows;

/// All messages under a greeting of the house, and the pill that says that there are new ones below.
#[component]
pub(super) fn Timeline(stage: Stage) -> impl IntoView {
    let rows = stage.read(|it| rows(&it.chat, time::local_day));
    let keys = move || rows.with(|it| it.iter().map(|it| it.key.clone()).collect::<Vec<_>>());
    let scrolled = move |_| {
        let is_at_end = element(TIMELINE).is_none_or(|it| it.scroll_top() > -AT_END_PX);
        if is_at_end != stage.state.with_untracked(|it| it.is_at_end) {
            stage.act(Input::AtEnd(is_at_end));
        }
    };
    view! {
        <div class="timeline-frame">
            <div
                id=TIMELINE
                class="timeline"
                role="log"
                aria-live="off"
                aria-label=stage.texts.messages
                tabindex="0"
                on:scroll=scrolled
            >
                <div class="timeline-content">
                    <div class="welcome">
                        <h2>{stage.texts.hello}</h2>
                        <p>{stage.texts.hello_more}</p>
                    </div>
                    <For each=keys key=Clone::clone let(key)>
                        <Message stage rows key/>
                    </For>
                    <Typing stage/>
                </div>
            </div>
            <Below stage/>
        </div>
    }
}

/// The way back to the end, with the number of messages that came meanwhile.
#[component]
fn Below(stage: Stage) -> impl IntoView {
    let texts = stage.texts;
    let is_at_end = stage.read(|it| it.is_at_end);
    let class = stage.read(|it| if it.below == 0 { "below" } else { "below has-news" });
    let label = stage.read(|it| match it.below {
        0 => texts.to_end.to_owned(),
        count => (texts.new_messages)(count),
    });
    view! {
        <button
            type="button"
            class=class
            hidden=is_at_end
            data-testid="new-messages"
            on:click=move |_| stage.act(Input::ToEnd)
        >
            {icon(DOWN)}
            <span>{label}</span>
        </button>
    }
}
