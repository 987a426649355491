//! One section of the list.

use leptos::prelude::*;

use super::Ui;
use super::row::RowItem;
use crate::model::{Lists, Row};

/// Which section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Queue,
    Mine,
    Others,
    Ended,
}

impl Kind {
    /// Name of a row in tests.
    pub(super) const fn testid(self) -> &'static str {
        match self {
            Self::Queue => "queue-item",
            Self::Mine => "mine-item",
            Self::Others => "other-item",
            Self::Ended => "ended-item",
        }
    }

    const fn heading_id(self) -> &'static str {
        match self {
            Self::Queue => "list-queue",
            Self::Mine => "list-mine",
            Self::Others => "list-others",
            Self::Ended => "list-ended",
        }
    }

    fn rows(self, lists: &Lists) -> &[Row] {
        match self {
            Self::Queue => &lists.queue,
            Self::Mine => &lists.mine,
            Self::Others => &lists.others,
            Self::Ended => &lists.ended,
        }
    }
}

/// Heading, number and rows; what has no rows and no word for it is not shown.
#[component]
pub(super) fn Section(
    /// Signals and callbacks.
    ui: Ui,
    /// Which.
    kind: Kind,
    /// The row that has or had the focus.
    cursor: RwSignal<Option<String>>,
) -> impl IntoView {
    let texts = ui.texts;
    let (title, empty) = match kind {
        Kind::Queue => (texts.queue, texts.queue_empty),
        Kind::Mine => (texts.mine, texts.mine_empty),
        Kind::Others => (texts.others, ""),
        Kind::Ended => (texts.ended_list, ""),
    };
    let ids = Memo::new(move |_| {
        ui.lists.with(|it| kind.rows(it).iter().map(|it| it.id.clone()).collect::<Vec<_>>())
    });
    let count = Memo::new(move |_| ids.with(Vec::len));
    let is_urgent = kind == Kind::Queue;
    // An empty list that nobody has told is not an empty queue (invariant 12).
    let is_told = Memo::new(move |_| ui.console.with(|it| it.desk().is_some()));
    let empty_word = move || if is_told.get() { empty } else { texts.connecting };
    view! {
        <section
            class="list-section"
            aria-labelledby=kind.heading_id()
            hidden=move || empty.is_empty() && count.get() == 0
        >
            <h2 class="list-title" id=kind.heading_id()>
                {title}
                <span class="list-count" class:is-urgent=move || is_urgent && count.get() != 0>
                    {count}
                </span>
            </h2>
            <Show
                when=move || count.get() != 0
                fallback=move || (!empty.is_empty()).then(|| view! { <p class="list-empty">{empty_word}</p> })
            >
                <ul class="rows">
                    <For each=move || ids.get() key=String::clone let(id)>
                        <RowItem ui id kind cursor />
                    </For>
                </ul>
            </Show>
        </section>
    }
}
