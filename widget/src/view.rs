//! What the visitor sees. Components show the state and hand inputs to [`Stage::act`]; they decide
//! nothing, fetch nothing and keep nothing.
//!
//! Bytes: a closure in `view!` is a type of its own, and each type brings its own code. So what
//! changes is handed in as `Memo` or `Signal` of few types, and what comes and goes through `when`.
#![expect(unreachable_pub, reason = "the component macro writes `pub`")]

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
use crate::model::state::Input;

/// The whole panel.
#[component]
pub fn Chat(
    /// What is shown and where inputs go.
    stage: Stage,
) -> impl IntoView {
    let is_over = stage.read(|it| writing(&it.chat) == Writing::Over);
    let goes_on = stage.read(|it| writing(&it.chat) != Writing::Over);
    let escape = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" && !event.is_composing() && !is_something_on_top() {
            stage.act(Input::Close);
        }
    });
    on_cleanup(move || escape.remove());
    view! {
        <main class="chat">
            <header::Header stage/>
            <timeline::Timeline stage/>
            <status_line::StatusLine stage/>
            {stage::when(goes_on, move || view! { <composer::Composer stage/> }.into_any())}
            {stage::when(is_over, move || view! { <ended::Ended stage/> }.into_any())}
            <confirm::ConfirmEnd stage/>
            <LiveRegion announcer=stage.announcer/>
        </main>
    }
}

/// Whether a menu or dialog is open: then Escape is theirs.
fn is_something_on_top() -> bool {
    matches!(document().query_selector("dialog[open], :popover-open"), Ok(Some(_)))
}
