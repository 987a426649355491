//! One message: by whom, what, when, and how far it got.

use client::model::Standing;
use leptos::prelude::*;
use ui::message_text::message_text;
use ui::time;

use super::Stage;
use super::icon::{COPY, WARN, icon};
use crate::model::state::{Copied, Input};
use crate::model::timeline::{Row, initial};

/// A message, and above it the day that begins or the conversation that ended before.
pub(super) fn message(stage: Stage, copied: &Copied, row: &Row) -> impl IntoView + use<> {
    let texts = stage.texts;
    let delivery = texts.how_far(row.standing);
    let author = if row.other.is_some() { "other" } else { "me" };
    let name = row.other.clone().unwrap_or_else(|| texts.you().to_owned());
    view! {
        <p class="divider">{divider(stage, row)}</p>
        <article
            class=class(row)
            data-testid="message"
            data-author=author
            data-delivery=row.standing.name()
        >
            <span class="avatar" aria-hidden="true">{initial(&name)}</span>
            <p class="from" dir="auto">{name}</p>
            <div class="bubble" dir="auto">{message_text(&row.text)}</div>
            <p class="meta">
                <time datetime=time::datetime_attribute(row.at_ms)>
                    {time::clock(row.at_ms, texts.tag())}
                </time>
                <span class="delivery">{delivery}</span>
            </p>
            {failed(stage, copied, row).map(IntoAny::into_any).into_iter().collect::<Vec<_>>()}
        </article>
    }
}

/// Why a message did not arrive, and what one can do about it; nothing when it did.
fn failed(stage: Stage, copied: &Copied, row: &Row) -> Option<impl IntoView + use<>> {
    let texts = stage.texts;
    if row.standing != Standing::Failed {
        return None;
    }
    let reason =
        if row.reason.is_empty() { texts.failed().to_owned() } else { texts.why(&row.reason) };
    let copy = if copied.is_item(&row.key) { texts.copied() } else { texts.copy() };
    let (retry_key, copy_key) = (row.key.clone(), row.key.clone());
    Some(view! {
        <div class="failed">
            <p role="alert" dir="auto">{icon(WARN)} <span>{reason}</span></p>
            <button
                type="button"
                class="text-button"
                on:click=move |_| stage.act(Input::Retry(retry_key.clone()))
            >
                {texts.retry()}
            </button>
            <button
                type="button"
                class="text-button"
                on:click=move |_| stage.act(Input::Copy(copy_key.clone()))
            >
                {icon(COPY)}
                <span role="status">{copy}</span>
            </button>
        </div>
    })
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

/// What stands above a message; empty for nothing.
fn divider(stage: Stage, row: &Row) -> String {
    let texts = stage.texts;
    if row.follows_end {
        return texts.ended().to_owned();
    }
    if !row.starts_day {
        return String::new();
    }
    match time::local_day((stage.now_ms)()) - time::local_day(row.at_ms) {
        0 => texts.today().to_owned(),
        1 => texts.yesterday().to_owned(),
        _ => time::date(row.at_ms, texts.tag()),
    }
}
