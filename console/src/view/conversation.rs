//! The selected conversation: head, messages, and what can be done at the foot.

use leptos::prelude::*;

use super::Ui;
use super::composer::Composer;
use super::head::Head;
use super::icon::{Icon, Sign};
use super::meeting::MeetingBar;
use super::timeline::Timeline;
use crate::browser;
use crate::model::{Pane, Stand, Wish};

/// What stands at the foot.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Foot {
    Write,
    Take,
    Wait,
    Join,
    Note(String),
    Over,
}

/// One conversation.
#[component]
pub(super) fn Conversation(
    /// Signals and callbacks.
    ui: Ui,
    /// The conversation.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    let pane: Signal<Option<Pane>> = ui.pane.into();
    let foot = Memo::new(move |_| pane.with(|it| it.as_ref().map(|it| foot(ui, it))));
    let own = StoredValue::new(id.clone());
    let show = move || {
        let id = own.get_value();
        let it = match foot.get()? {
            Foot::Write => view! { <Composer ui id pane /> }.into_any(),
            Foot::Take => view! {
                <FootBar text=ui.texts.take_waiting.to_owned() action=ui.texts.take testid="take-shown" on_action=move || ui.wants(Wish::Take(id.clone())) />
            }
            .into_any(),
            Foot::Join => view! {
                <FootBar text=ui.texts.not_here.to_owned() action=ui.texts.rejoin testid="rejoin" on_action=move || ui.wants(Wish::Rejoin(id.clone())) />
            }
            .into_any(),
            Foot::Wait => view! {
                <p class="foot-note"><span class="spinner" aria-hidden="true"></span>{ui.texts.joining}</p>
            }
            .into_any(),
            Foot::Note(text) => view! { <p class="foot-note">{text}</p> }.into_any(),
            Foot::Over => view! { <Over ui id /> }.into_any(),
        };
        Some(it)
    };
    view! {
        <Head ui id=id.clone() pane />
        <MeetingBar ui pane />
        <Timeline ui id pane />
        <div class="foot">{show}</div>
    }
}

fn foot(ui: Ui, pane: &Pane) -> Foot {
    match &pane.stand {
        Stand::Waiting { .. } if pane.is_taking => Foot::Wait,
        Stand::Waiting { .. } => Foot::Take,
        Stand::Mine | Stand::Joining => Foot::Write,
        Stand::NotHere => Foot::Join,
        Stand::Other { name } => Foot::Note((ui.texts.read_only)(name)),
        Stand::Ended => Foot::Over,
    }
}

/// A sentence and the one thing to do.
#[component]
fn FootBar(
    text: String,
    action: &'static str,
    testid: &'static str,
    on_action: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <div class="foot-bar">
            <p>{text}</p>
            <button
                type="button"
                class="button is-primary"
                data-testid=testid
                on:click=move |_| on_action()
            >
                {action}
            </button>
        </div>
    }
}

/// It is over; what was typed and not sent can still be had (invariant 11).
#[component]
fn Over(ui: Ui, id: String) -> impl IntoView {
    let draft = ui.drafts.with_untracked(|it| it.get(&id).trim().to_owned());
    let left = (!draft.is_empty()).then(|| {
        let copied = draft.clone();
        view! {
            <div class="foot-draft">
                <p>{ui.texts.unsent}</p>
                <blockquote dir="auto">{draft}</blockquote>
                <button
                    type="button"
                    class="link-button"
                    on:click=move |_| browser::copy(&copied)
                >
                    <Icon sign=Sign::Copy />
                    {ui.texts.copy}
                </button>
            </div>
        }
    });
    view! {
        <p class="foot-note">{ui.texts.ended}</p>
        {left}
    }
}
