//! Meetings that visitors join by a link: made here, handed on by a link, and who waits to come in.

use leptos::prelude::*;

use super::Ui;
use super::dialog::Dialog;
use super::field::Field;
use super::icon::{Icon, Sign};
use crate::browser;
use crate::model::{Pane, Wish};

/// The button that makes a meeting, and its question.
#[component]
pub(super) fn NewMeeting(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    let texts = ui.texts;
    let is_open = RwSignal::new(false);
    let subject = RwSignal::new(String::new());
    let lobby = RwSignal::new(false);
    let create = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let about = subject.get_untracked().trim().to_owned();
        if !about.is_empty() {
            ui.wants(Wish::CreateMeeting { subject: about, lobby: lobby.get_untracked() });
            subject.set(String::new());
            is_open.set(false);
        }
    };
    view! {
        <button
            type="button"
            class="icon-button is-small"
            data-testid="new-meeting"
            aria-label=texts.meeting_new
            title=texts.meeting_new
            on:click=move |_| is_open.set(true)
        >
            <Icon sign=Sign::Link />
        </button>
        <Dialog is_open labelled_by="meeting-title">
            <h2 id="meeting-title">{texts.meeting_new}</h2>
            <p>{texts.meeting_more}</p>
            <form class="meeting-form" on:submit=create>
                <Field
                    id="meeting-subject"
                    testid="meeting-subject"
                    label=texts.meeting_subject
                    autocomplete="off"
                    value=subject
                />
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="meeting-lobby"
                        prop:checked=lobby
                        on:change=move |event| lobby.set(event_target_checked(&event))
                    />
                    <span>{texts.meeting_lobby}</span>
                </label>
                <div class="dialog-actions">
                    <button type="button" class="button" on:click=move |_| is_open.set(false)>
                        {texts.meeting_cancel}
                    </button>
                    <button
                        type="submit"
                        class="button is-primary"
                        data-testid="meeting-create"
                        disabled=move || subject.with(|it| it.trim().is_empty())
                    >
                        {texts.meeting_create}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}

/// Under the head of a meeting: its link, and who waits.
#[component]
pub(super) fn MeetingBar(
    /// Signals and callbacks.
    ui: Ui,
    /// What is known about the conversation.
    pane: Signal<Option<Pane>>,
) -> impl IntoView {
    let texts = ui.texts;
    let link = Memo::new(move |_| {
        pane.with(|it| it.as_ref().and_then(|it| Some(it.meeting.as_ref()?.join_url.clone())))
    });
    let lobby = Memo::new(move |_| {
        pane.with(|it| it.as_ref().map(|it| (it.id.clone(), it.lobby.clone())).unwrap_or_default())
    });
    let bar = move || {
        let url = link.get()?;
        let copied = RwSignal::new(false);
        let shown = url.clone();
        let copy = move |_| {
            browser::copy(&url);
            copied.set(true);
        };
        Some(view! {
            <div class="meeting-bar">
                <span class="meeting-link" data-testid="meeting-link">{shown}</span>
                <button
                    type="button"
                    class="button is-small"
                    data-testid="copy-link"
                    on:click=copy
                >
                    <Icon sign=Sign::Copy />
                    <span role="status">
                        {move || if copied.get() { texts.meeting_copied } else { texts.meeting_copy }}
                    </span>
                </button>
            </div>
        })
    };
    let waiting = move || {
        let (id, people) = lobby.get();
        (!people.is_empty()).then(|| {
            let rows: Vec<_> =
                people.into_iter().map(|(href, name)| waiting_row(ui, &id, href, &name)).collect();
            view! {
                <section class="lobby" aria-label=texts.lobby role="status">
                    <ul>{rows}</ul>
                </section>
            }
        })
    };
    view! { <div>{bar} {waiting}</div> }
}

/// Somebody who waits, with the two answers.
fn waiting_row(ui: Ui, id: &str, participant: String, name: &str) -> impl IntoView + use<> {
    let name = ui.visitor(name);
    let wish = move |id: &str, admit| Wish::AnswerLobby {
        id: id.to_owned(),
        participant: participant.clone(),
        admit,
    };
    let (yes, no) = (wish(id, true), wish(id, false));
    view! {
        <li class="lobby-row" data-testid="waiting">
            <span dir="auto">{(ui.texts.waits_outside)(&name)}</span>
            <button
                type="button"
                class="button is-small"
                data-testid="reject"
                on:click=move |_| ui.wants(no.clone())
            >
                {ui.texts.reject}
            </button>
            <button
                type="button"
                class="button is-small is-primary"
                data-testid="admit"
                on:click=move |_| ui.wants(yes.clone())
            >
                {ui.texts.admit}
            </button>
        </li>
    }
}
