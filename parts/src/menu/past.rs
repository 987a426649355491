//! The visitor's conversations on screen: all of them, and one.

use leptos::prelude::*;
use shared::visitor_desk::{PastConversation, VisitorEntry, VisitorTranscript};
use ui::time::datetime_attribute;

use super::dialog::{Past, Shown, Wanted};
use super::save::{save, when};
use super::speaker;
use crate::rich::message;

/// What the dialog is called now.
pub(super) fn heading(past: Past) -> String {
    match past.shown.get() {
        Shown::Said(it) => when(it.conversation.started_ms, past.texts.tag()),
        Shown::Mail(_) => past.texts.word("email_it").to_owned(),
        _ => past.texts.word("past").to_owned(),
    }
}

/// All conversations, newest first.
pub(super) fn list(past: Past, all: &[PastConversation]) -> impl IntoView + use<> {
    let texts = past.texts;
    let items: Vec<_> = all.iter().map(|it| item(past, it)).collect();
    let is_empty = items.is_empty();
    view! {
        <p class="past-note" hidden=!is_empty>{texts.word("no_past")}</p>
        <ul class="past-list past-scroll" role="list" hidden=is_empty>{items}</ul>
    }
}

fn item(past: Past, it: &PastConversation) -> impl IntoView + use<> {
    let texts = past.texts;
    let id = it.id.clone();
    let state = if it.ended_ms.is_none() { texts.word("goes_on") } else { "" };
    view! {
        <li>
            <button type="button" class="past-item" on:click=move |_| past.want(Wanted::One(id.clone()))>
                <span class="past-line">
                    <time datetime=datetime_attribute(it.started_ms)>{when(it.started_ms, texts.tag())}</time>
                    " " <span class="past-state">{state}</span>
                </span>
                <span class="past-agent" dir="auto">{it.agent.clone()}</span>
                <span class="past-text" dir="auto">{it.last_text.clone()}</span>
            </button>
        </li>
    }
}

/// One conversation, as it was seen.
pub(super) fn said(past: Past, it: &VisitorTranscript) -> impl IntoView + use<> {
    let texts = past.texts;
    let entries: Vec<_> = it.entries.iter().map(|it| entry(past, it)).collect();
    let id = it.conversation.id.clone();
    let kept = it.clone();
    let has_failed = RwSignal::new(false);
    view! {
        // What scrolls can be scrolled by keys.
        <div class="past-scroll" tabindex="0" role="region" aria-labelledby="past-title">
            <ol class="past-said" role="list" data-testid="past-said">{entries}</ol>
        </div>
        <div class="part past-foot">
            <p class="form-error" role="alert">
                {move || has_failed.get().then(|| texts.word("not_loaded"))}
            </p>
            <button type="button" class="button" on:click=move |_| has_failed.set(save(past, &kept).is_err())>
                {texts.word("download")}
            </button>
            <button type="button" class="button" hidden=move || !past.may_mail.get()
                on:click=move |_| past.ask_address(Some(id.clone()))>
                {texts.word("email_it")}
            </button>
        </div>
    }
}

fn entry(past: Past, it: &VisitorEntry) -> impl IntoView + use<> {
    let texts = past.texts;
    let title = past.title();
    let name = speaker(&it.by, texts.word("you"), &title).to_owned();
    let is_own = matches!(it.by, shared::visitor_desk::Speaker::Visitor);
    let words = past.stage.with_value(|stage| message(stage, &it.text, is_own, None));
    view! {
        <li class=if is_own { "past-entry is-own" } else { "past-entry" }>
            <p class="past-by">
                <bdi>{name}</bdi> " "
                <time datetime=datetime_attribute(it.at_ms)>{ui::time::clock(it.at_ms, texts.tag())}</time>
            </p>
            <div class="past-words" dir="auto">{words}</div>
        </li>
    }
}
