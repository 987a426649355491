//! The head of the panel: whose chat it is, who is there, the menu and the way out.

use leptos::prelude::*;

use super::Stage;
use super::icon::{CLOSE, COPY, END, MORE, icon};
use crate::model::state::{Input, State};
use crate::model::status::{Status, agent_name, status};
use crate::model::timeline::initial;

/// Title, subtitle, menu and close button.
pub(super) fn header(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let texts = stage.texts;
    let class = if is_online(shown) { "brand is-online" } else { "brand" };
    let subtitle = match shown.live().and_then(agent_name) {
        _ if shown.is_meeting => people(shown),
        Some(name) => texts.with_agent(name),
        None => texts.replies_soon().to_owned(),
    };
    view! {
        <header class="header">
            <span class=class aria-hidden="true">{initial(stage.title)}</span>
            <div class="header-text">
                <h1 dir="auto">{stage.title}</h1>
                <p>{subtitle}</p>
            </div>
            <button
                type="button"
                class="icon-button is-more"
                aria-label=texts.menu()
                data-testid="menu"
                popovertarget="menu"
            >
                {icon(MORE)}
            </button>
            {menu(stage, shown)}
            <button
                type="button"
                class="icon-button"
                aria-label=texts.close()
                on:click=move |_| stage.act(Input::Close)
            >
                {icon(CLOSE)}
            </button>
        </header>
    }
}

/// Who else is in the meeting.
fn people(shown: &State) -> String {
    let people = shown.live().map_or(&[][..], |it| &it.participants);
    people.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn is_online(shown: &State) -> bool {
    shown.live().is_some()
        && matches!(status(&shown.chat, shown.is_network_up), Status::Fine | Status::Waiting)
}

/// What is wanted seldom. The browser's popover closes itself by Escape and by a click elsewhere.
fn menu(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let texts = stage.texts;
    let is_over = shown.live().is_none();
    let is_empty = shown.chat.conversations.iter().all(|it| it.items.is_empty());
    let copy_all = if shown.copied.is_all() { texts.copied() } else { texts.copy_all() };
    view! {
        <div id="menu" class="menu">
            <button
                type="button"
                class="menu-item"
                disabled=is_empty
                on:click=move |_| stage.act(Input::CopyAll)
            >
                {icon(COPY)}
                <span role="status">{copy_all}</span>
            </button>
            <button
                type="button"
                class="menu-item is-danger"
                disabled=is_over
                data-testid="end-conversation"
                popovertarget="menu"
                popovertargetaction="hide"
                on:click=move |_| stage.act(Input::AskEnd)
            >
                {icon(END)}
                <span>{texts.end()}</span>
            </button>
            {super::slot("menu")}
        </div>
    }
}
