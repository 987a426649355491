//! One thing that was said.

use client::model::{Delivery, Standing};
use leptos::prelude::*;
use ui::file_link::FileLink;
use ui::markup::blocks;
use ui::message_text::message_text;
use ui::rich::{Manner, rich};
use ui::time;

use super::Ui;
use super::file::file_card;
use super::icon::{Icon, Sign};
use crate::browser;
use crate::model::{Line, Shown, Speaker, Wish};

/// A line of the timeline, under its day where one begins.
#[component]
pub(super) fn Message(
    /// Signals and callbacks.
    ui: Ui,
    /// The conversation.
    #[prop(into)]
    id: String,
    /// The line among its neighbours.
    shown: Shown,
) -> impl IntoView {
    let Shown { line, is_new_day, is_head, is_tail, has_receipt } = shown;
    let class = format!("message is-{}", line.speaker.name());
    let (author, delivery) = (line.speaker.name(), line.standing.name());
    let receipt = receipt(ui, line.standing).filter(|_| has_receipt);
    let day = is_new_day.then(|| view! { <li class="day">{ui.day(line.at_ms)}</li> });
    let byline = is_head.then(|| byline(ui, &line));
    let bubble = bubble(ui, &line);
    view! {
        {day}
        <li
            class=class
            class:is-head=is_head
            class:is-tail=is_tail
            data-testid="message"
            data-author=author
            data-delivery=delivery
        >
            {byline}
            {bubble}
            {receipt.map(|it| view! { <p class="receipt">{it}</p> })}
            <Undelivered ui id line />
        </li>
    }
}

/// What was said: a file, the markup of those who answer, or the words of a visitor as they are.
fn bubble(ui: Ui, line: &Line) -> AnyView {
    let origin = browser::origin();
    if let Some(link) = FileLink::read(&line.text, &origin) {
        return view! { <div class="bubble is-file">{file_card(ui, link)}</div> }.into_any();
    }
    let manner = Manner { file: ui.texts.file, replies: ui.texts.replies, choose: None };
    let words = match line.speaker {
        Speaker::Visitor => message_text(&line.text).into_any(),
        Speaker::Me | Speaker::Agent | Speaker::Desk => rich(blocks(&line.text, &origin), &manner),
    };
    view! { <div class="bubble" dir="auto">{words}</div> }.into_any()
}

fn byline(ui: Ui, line: &Line) -> impl IntoView + use<> {
    let name = match line.speaker {
        Speaker::Me => ui.texts.you.to_owned(),
        Speaker::Desk => ui.texts.desk.to_owned(),
        Speaker::Agent => line.name.clone(),
        Speaker::Visitor if !line.name.is_empty() => line.name.clone(),
        Speaker::Visitor => ui.visitor(
            &ui.pane
                .with_untracked(|it| it.as_ref().map(|it| it.visitor.clone()).unwrap_or_default()),
        ),
    };
    view! {
        <p class="byline">
            <span class="byline-name">{name}</span>
            " "
            <time datetime=time::datetime_attribute(line.at_ms)>
                {ui.clock(line.at_ms)}
            </time>
        </p>
    }
}

/// How far one's own message got; a failed one says more than a word.
const fn receipt(ui: Ui, standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Sending => Some(ui.texts.sending),
        Standing::Sent => Some(ui.texts.sent),
        Standing::Delivered => Some(ui.texts.delivered),
        Standing::Read => Some(ui.texts.read),
        Standing::Failed => None,
    }
}

/// Why a message did not arrive, and what to do (invariant 11).
#[component]
fn Undelivered(ui: Ui, id: String, line: Line) -> impl IntoView {
    let Delivery::Failed { reason } = line.delivery else { return None };
    let text = StoredValue::new(line.text);
    let retry = Wish::Retry { id, line: line.key };
    Some(view! {
        <div class="undelivered">
            <p role="alert">
                <Icon sign=Sign::Alert />
                <span>{ui.texts.failed}" "{reason}</span>
            </p>
            <button
                type="button"
                class="link-button"
                data-testid="retry"
                on:click=move |_| ui.wants(retry.clone())
            >
                <Icon sign=Sign::Again />
                {ui.texts.retry}
            </button>
            <button
                type="button"
                class="link-button"
                data-testid="copy"
                on:click=move |_| text.with_value(|it| browser::copy(it))
            >
                <Icon sign=Sign::Copy />
                {ui.texts.copy}
            </button>
        </div>
    })
}
