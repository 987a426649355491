//! What the visitor sees. Components show the state and hand inputs to [`Stage::act`]; they decide
//! nothing, fetch nothing and keep nothing.
//!
//! Bytes: every reactive closure is a type of its own and brings its own code, and so does every
//! `into_any`. So there is one closure, here: the components are plain functions of the state, and
//! Leptos compares what they answer with what stands in the document and changes the difference.

mod composer;
mod confirm;
mod ended;
mod header;
mod icon;
mod message;
mod stage;
mod status_line;
mod timeline;
mod typing;

use leptos::prelude::*;
use ui::live::LiveRegion;

pub use stage::Stage;

use crate::model::composer::{Writing, writing};
use crate::model::state::{Input, State};

/// The whole panel.
#[component]
pub fn Chat(
    /// What is shown and where inputs go.
    stage: Stage,
) -> impl IntoView {
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && !event.is_composing() && !is_something_on_top() {
            stage.act(Input::Close);
        }
    });
    on_cleanup(move || escape.remove());
    view! {
        <main class="chat">{move || stage.state.with(|it| panel(stage, it))}</main>
        {confirm::confirm_end(stage)}
        <LiveRegion announcer=stage.announcer/>
    }
}

fn panel(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let foot = if shown.is_asked_first() {
        slot("form").into_any()
    } else if writing(&shown.chat) == Writing::Over {
        ended::ended(stage, shown).into_any()
    } else {
        composer::composer(stage, shown).into_any()
    };
    vec![
        header::header(stage, shown).into_any(),
        timeline::timeline(stage, shown).into_any(),
        status_line::status_line(stage, shown).into_any(),
        foot,
    ]
}

/// Where a part comes that is loaded when it is wanted (`widget/loader/frame.js`).
fn slot(part: &'static str) -> impl IntoView {
    view! { <div class="slot" data-part=part></div> }
}

/// Whether a menu or dialog is open: then Escape is theirs.
fn is_something_on_top() -> bool {
    matches!(document().query_selector("dialog[open], :popover-open"), Ok(Some(_)))
}
