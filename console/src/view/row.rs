//! One conversation in the list.

use leptos::prelude::*;

use super::Ui;
use super::avatar::Avatar;
use super::icon::{Icon, Sign};
use super::section::Kind;
use crate::model::{Row, Wish};

/// A row: a button that opens the conversation and, in the queue, one that takes it.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component's props are owned")]
pub(super) fn RowItem(
    /// Signals and callbacks.
    ui: Ui,
    /// The desk's id.
    #[prop(into)]
    id: String,
    /// Which section it is in.
    kind: Kind,
    /// The row that has or had the focus.
    cursor: RwSignal<Option<String>>,
) -> impl IntoView {
    let own = StoredValue::new(id.clone());
    let row = Memo::new(move |_| {
        ui.lists.with(|it| own.with_value(|id| it.row(id).cloned())).unwrap_or_default()
    });
    let is_selected =
        Memo::new(move |_| ui.console.with(|it| own.with_value(|id| it.selected() == Some(id))));
    let is_stop = Memo::new(move |_| {
        let at = cursor.get().or_else(|| ui.console.with(|it| it.selected().map(str::to_owned)));
        ui.lists.with(|it| own.with_value(|id| it.tab_stop(at.as_deref()) == Some(id)))
    });
    let open = move |_| ui.wants(Wish::Select(Some(own.get_value())));
    let name = Memo::new(move |_| ui.visitor(&row.with(|it| it.visitor.clone())));
    view! {
        <li
            class="row"
            class:is-selected=is_selected
            class:is-unread=move || row.with(|it| it.unread > 0)
            data-testid=kind.testid()
            data-conversation=id.clone()
        >
            <button
                type="button"
                class="row-main"
                data-row=id.clone()
                tabindex=move || if is_stop.get() { "0" } else { "-1" }
                aria-current=move || is_selected.get().then_some("true")
                on:focus=move |_| cursor.set(Some(own.get_value()))
                on:click=open
            >
                <Avatar name seed=id.clone() />
                <span class="row-text">
                    <span class="row-top">
                        <span class="row-name" dir="auto">{name}</span>
                        {(kind != Kind::Queue).then(|| view! { <RowTime ui row /> })}
                    </span>
                    <span class="row-bottom">
                        <RowLast ui row />
                        <Unread ui row />
                    </span>
                    <span class="row-bottom">
                        {(kind == Kind::Queue).then(|| view! { <RowWait ui row /> })}
                        <RowMeta ui row />
                    </span>
                </span>
            </button>
            {(kind == Kind::Queue).then(|| view! { <TakeButton ui row /> })}
        </li>
    }
}

/// How long the visitor waits: counts up.
#[component]
fn RowWait(ui: Ui, row: Memo<Row>) -> impl IntoView {
    let seconds = Memo::new(move |_| (ui.desk_now_ms() - row.with(|it| it.started_ms)) / 1_000);
    let spoken = move || (ui.texts.waiting_for)(&(ui.texts.waits)(seconds.get()));
    view! {
        <span class="row-time is-waiting">
            <Icon sign=Sign::Clock />
            <span aria-hidden="true">{move || timer(seconds.get())}</span>
            <span class="visually-hidden">{spoken}</span>
        </span>
    }
}

/// A time as a stopwatch shows it: `0:07`, `37:08`, `1:02:05`.
fn timer(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

/// How long ago something was said.
#[component]
fn RowTime(ui: Ui, row: Memo<Row>) -> impl IntoView {
    let time = Memo::new(move |_| {
        let from_ms = row.with(|it| it.last_ms);
        (ui.texts.ago)((ui.desk_now_ms() - from_ms) / 60_000)
    });
    view! { <span class="row-time">{time}</span> }
}

/// The newest text, or that the visitor types.
#[component]
fn RowLast(ui: Ui, row: Memo<Row>) -> impl IntoView {
    let is_typing = Memo::new(move |_| row.with(|it| it.is_typing));
    let typing = move || (ui.texts.typing)(&ui.visitor(&row.with(|it| it.visitor.clone())));
    move || {
        if is_typing.get() {
            view! {
                <span class="row-last is-typing">
                    <span class="typing-dot" aria-hidden="true"></span>
                    {typing()}
                </span>
            }
            .into_any()
        } else {
            view! { <span class="row-last" dir="auto">{move || row.with(|it| ui.in_a_line(&it.last_text))}</span> }
                .into_any()
        }
    }
}

/// How many messages were not seen yet.
#[component]
fn Unread(ui: Ui, row: Memo<Row>) -> impl IntoView {
    let count = Memo::new(move |_| row.with(|it| it.unread));
    view! {
        <Show when=move || { count.get() > 0 }>
            <span class="badge" data-testid="unread">
                <span aria-hidden="true">{count}</span>
                <span class="visually-hidden">{move || (ui.texts.unread)(count.get())}</span>
            </span>
        </Show>
    }
}

/// Site, page and owner.
#[component]
fn RowMeta(ui: Ui, row: Memo<Row>) -> impl IntoView {
    let owner = move || row.with(|it| it.owner.as_deref().map(ui.texts.with_agent));
    let place = move || {
        row.with(|it| match &it.page {
            Some(page) => format!("{} · {page}", it.site),
            None => it.site.clone(),
        })
    };
    view! { <span class="row-meta">{move || owner().unwrap_or_else(place)}</span> }
}

/// One click: the conversation is one's own.
#[component]
fn TakeButton(ui: Ui, row: Memo<Row>) -> impl IntoView {
    let is_taking = Memo::new(move |_| row.with(|it| it.is_taking));
    let name = move || (ui.texts.take_name)(&ui.visitor(&row.with(|it| it.visitor.clone())));
    view! {
        <button
            type="button"
            class="button is-primary is-small take"
            data-testid="take"
            aria-label=name
            aria-disabled=move || is_taking.get().then_some("true")
            on:click=move |_| ui.wants(Wish::Take(row.with_untracked(|it| it.id.clone())))
        >
            {move || if is_taking.get() { ui.texts.taking } else { ui.texts.take }}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::timer;

    #[test]
    fn a_waiting_time_counts_up_like_a_stopwatch() {
        for (seconds, expected) in [(-2, "0:00"), (7, "0:07"), (2_228, "37:08"), (3_725, "1:02:05")]
        {
            assert_eq!(timer(seconds), expected);
        }
    }
}
