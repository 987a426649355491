//! The whole console: list, conversation, details; one of them at a time where it is narrow.

use leptos::prelude::*;
use ui::live::LiveRegion;
use web_sys::KeyboardEvent;

use super::banner::{Banner, ProblemNote};
use super::conversation::Conversation;
use super::details::Details;
use super::empty::Empty;
use super::help::Help;
use super::side::Side;
use super::{Ui, pressed};
use crate::browser;
use crate::model::{Shortcut, Wish};

/// What an agent works with.
#[component]
pub fn Frame(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    let help = RwSignal::new(false);
    let selected = Memo::new(move |_| ui.console.with(|it| it.selected().map(str::to_owned)));
    // A fragment may name a conversation that is not known (any more): the list is shown then.
    let shown = Memo::new(move |_| selected.get().filter(|_| ui.pane.with(Option::is_some)));
    let keys = window_event_listener(leptos::ev::keydown, move |event| shortcut(ui, help, &event));
    on_cleanup(move || keys.remove());
    move_focus(shown);
    view! {
        <main class="frame" class:has-conversation=move || shown.with(Option::is_some)>
            <h1 class="visually-hidden">{ui.texts.console}</h1>
            <Banner ui />
            <Side ui help />
            <section class="pane" aria-label=ui.texts.conversation>
                {move || match shown.get() {
                    Some(id) => view! { <Conversation ui id /> }.into_any(),
                    None => view! { <Empty ui /> }.into_any(),
                }}
            </section>
            <Details ui />
        </main>
        <ProblemNote ui />
        <LiveRegion announcer=ui.announcer />
        <Help texts=ui.texts is_open=help />
    }
}

/// Opening a conversation leads into it, going back leads to its row.
fn move_focus(shown: Memo<Option<String>>) {
    Effect::new(move |before: Option<Option<String>>| {
        let now = shown.get();
        let before = before.flatten();
        if now != before {
            let left = before.filter(|_| now.is_none());
            request_animation_frame(move || match &left {
                Some(row) => {
                    focus_row(row);
                }
                None => {
                    let _ = (!browser::is_narrow() && browser::focus("#reply:enabled"))
                        || browser::focus("#messages");
                }
            });
        }
        now
    });
}

fn focus_row(id: &str) -> bool {
    // Ids are the desk's own, but a selector is no place for surprises.
    let quoted: String = id.chars().filter(|it| !matches!(it, '"' | '\\')).collect();
    browser::focus(&format!("[data-row=\"{quoted}\"]")) || browser::focus("[data-row]")
}

fn shortcut(ui: Ui, help: RwSignal<bool>, event: &KeyboardEvent) {
    let Some(shortcut) = pressed(event, |it| it.shortcut()) else { return };
    // A dialog has the keyboard to itself; Escape closes it without our help.
    if browser::has_dialog() {
        return;
    }
    event.prevent_default();
    match shortcut {
        Shortcut::Next => ui.wants(Wish::Move(1)),
        Shortcut::Previous => ui.wants(Wish::Move(-1)),
        Shortcut::TakeNext => ui.wants(Wish::TakeNext),
        Shortcut::Help => help.set(true),
        Shortcut::Reply => {
            let _ = browser::focus("#reply:enabled") || browser::focus("#messages");
        }
        Shortcut::Back if browser::is_narrow() => ui.wants(Wish::Select(None)),
        Shortcut::Back => {
            let row = ui.console.with_untracked(|it| it.selected().map(str::to_owned));
            focus_row(row.as_deref().unwrap_or_default());
        }
    }
}
