//! What a person must know about the connection, and what did not work.

use leptos::prelude::*;

use super::again::SignInAgain;
use super::icon::{Icon, Sign};
use super::{Act, Ui, problem};
use crate::model::{Console, Link, Wish};

/// The state of the connection: in the document always, visible when something is wrong.
#[component]
pub(super) fn Banner(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    let link = Memo::new(move |_| ui.console.with(Console::link));
    let texts = ui.texts;
    let shown = move || match link.get() {
        Link::Online | Link::Connecting => None,
        Link::Reconnecting { .. } => {
            Some((texts.reconnecting.to_owned(), texts.try_now, Act::TryNow))
        }
        Link::Elsewhere => Some((texts.elsewhere.to_owned(), texts.use_here, Act::Connect)),
        // The way on is in the form below.
        Link::SignedOut => Some((texts.signed_out.to_owned(), "", Act::SignOut)),
        Link::Stopped { reason } => {
            let reason = if reason.is_empty() { texts.stopped.to_owned() } else { reason };
            Some((reason, texts.restart, Act::Connect))
        }
    };
    // `retry_at_ms` moves with every attempt; only another sentence is worth another announcement.
    let shown = Memo::new(move |_| shown());
    let is_out = Memo::new(move |_| link.with(|it| *it == Link::SignedOut));
    view! {
      <div class="banner">
        <div
            role="status"
            data-testid="connection"
            data-state=move || link.with(Link::name)
        >
            {move || {
                shown
                    .get()
                    .map(|(sentence, action, act)| {
                        let button = (!action.is_empty()).then(|| {
                            view! {
                                <button
                                    type="button"
                                    class="button is-small"
                                    on:click=move |_| ui.act.run(act.clone())
                                >
                                    {action}
                                </button>
                            }
                        });
                        view! {
                            <p class="banner-line">
                                <Icon sign=Sign::Alert />
                                <span>{sentence}</span>
                                {button}
                            </p>
                        }
                    })
            }}
        </div>
        <Show when=move || is_out.get()>
            <SignInAgain ui name=ui.console.with_untracked(|it| it.ucwa().me_uri.clone()) />
        </Show>
      </div>
    }
}

/// What did not work, until it is dismissed.
#[component]
pub(super) fn ProblemNote(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    let sentence =
        Memo::new(move |_| ui.console.with(|it| it.problem().map(|it| problem(ui.texts, it))));
    view! {
        <div role="alert" class="problem-place">
            {move || {
                sentence
                    .get()
                    .map(|sentence| {
                        view! {
                            <div class="problem" data-testid="problem">
                                <Icon sign=Sign::Alert />
                                <p>{sentence}</p>
                                <button
                                    type="button"
                                    class="icon-button"
                                    aria-label=ui.texts.dismiss
                                    on:click=move |_| ui.wants(Wish::DismissProblem)
                                >
                                    <Icon sign=Sign::Close />
                                </button>
                            </div>
                        }
                    })
            }}
        </div>
    }
}
