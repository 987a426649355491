//! One message: by whom, what, when, and how far it got.

use client::model::Delivery;
use leptos::prelude::*;
use ui::message_text::MessageText;
use ui::time;

use super::Stage;
use super::icon::{COPY, WARN, icon};
use super::stage::when;
use crate::model::state::Input;
use crate::model::timeline::{Row, initial};

/// A message, and above it the day that begins or the conversation that ended before.
#[component]
pub(super) fn Message(stage: Stage, rows: Memo<Vec<Row>>, key: String) -> impl IntoView {
    let texts = stage.texts;
    let row = Memo::new(move |_| {
        rows.with(|it| it.iter().rfind(|it| it.key == key).cloned()).unwrap_or_default()
    });
    // A message's author and text never change.
    let (other, text) = row.with_untracked(|it| (it.other.clone(), it.text.clone()));
    let author = if other.is_some() { "other" } else { "me" };
    let name = other.unwrap_or_else(|| texts.you.to_owned());
    let is_failed =
        Memo::new(move |_| row.with(|it| matches!(it.delivery, Delivery::Failed { .. })));
    let failed_text = text.clone();
    let failed = move || view! { <Failed stage row text=failed_text.clone()/> }.into_any();
    view! {
        <p class="divider">{Signal::derive(move || row.with(|it| divider(stage, it)))}</p>
        <article
            class=Signal::derive(move || row.with(class))
            data-testid="message"
            data-author=author
            data-delivery=Signal::derive(move || row.with(|it| delivery_name(&it.delivery)))
        >
            <span class="avatar" aria-hidden="true">{initial(&name)}</span>
            <p class="from" dir="auto">{name}</p>
            <div class="bubble" dir="auto">
                <MessageText text/>
            </div>
            <p class="meta">
                <time datetime=Signal::derive(move || row.with(|it| time::datetime_attribute(it.at_ms)))>
                    {Signal::derive(move || row.with(|it| time::clock(it.at_ms, texts.tag)))}
                </time>
                <span class="delivery">
                    {Signal::derive(move || row.with(|it| match it.delivery {
                        Delivery::Sending => texts.sending,
                        _ => texts.sent,
                    }))}
                </span>
            </p>
            {when(is_failed, failed)}
        </article>
    }
}

/// Why a message did not arrive, and what one can do about it.
#[component]
fn Failed(stage: Stage, row: Memo<Row>, text: String) -> impl IntoView {
    let texts = stage.texts;
    let copy_label = RwSignal::new(texts.copy);
    let reason = row.with_untracked(|it| match &it.delivery {
        Delivery::Failed { reason } if !reason.is_empty() => reason.clone(),
        _ => texts.failed.to_owned(),
    });
    view! {
        <div class="failed">
            <p dir="auto">{icon(WARN)} {reason}</p>
            <button
                type="button"
                class="text-button"
                data-testid="retry"
                on:click=move |_| stage.act(Input::Retry(row.with_untracked(|it| it.key.clone())))
            >
                {texts.retry}
            </button>
            <button
                type="button"
                class="text-button"
                on:click=move |_| {
                    copy_label.set(texts.copied);
                    stage.act(Input::Copy(text.clone()));
                }
            >
                {icon(COPY)}
                <span role="status">{copy_label}</span>
            </button>
        </div>
    }
}

fn class(row: &Row) -> String {
    [
        "message",
        if row.starts_run { " starts-run" } else { "" },
        if row.ends_run { " ends-run" } else { "" },
        if row.ends_minute { " ends-minute" } else { "" },
    ]
    .concat()
}

const fn delivery_name(delivery: &Delivery) -> &'static str {
    match delivery {
        Delivery::Sending => "sending",
        Delivery::Sent => "sent",
        Delivery::Failed { .. } => "failed",
    }
}

/// What stands above a message; empty for nothing.
fn divider(stage: Stage, row: &Row) -> String {
    let texts = stage.texts;
    if row.follows_end {
        return texts.ended.to_owned();
    }
    if !row.starts_day {
        return String::new();
    }
    match time::local_day((stage.now_ms)()) - time::local_day(row.at_ms) {
        0 => texts.today.to_owned(),
        1 => texts.yesterday.to_owned(),
        _ => time::date(row.at_ms, texts.tag),
    }
}
