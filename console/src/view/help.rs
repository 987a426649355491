//! The keyboard help.

use leptos::prelude::*;

use super::dialog::Dialog;
use super::icon::{Icon, Sign};
use crate::texts::Texts;

/// All shortcuts.
#[component]
pub(super) fn Help(
    /// The words.
    texts: &'static Texts,
    /// Whether it is shown.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let keys: [(&[&[&str]], &str); 9] = [
        (&[&["↑"], &["↓"]], texts.key_arrows),
        (&[&["Enter"]], texts.key_enter),
        (&[&["Alt", "↑"], &["Alt", "↓"]], texts.key_next),
        (&[&["Alt", "T"]], texts.key_take),
        (&[&["Alt", "R"]], texts.key_reply),
        (&[&["Enter"]], texts.key_send),
        (&[&["Shift", "Enter"]], texts.key_line),
        (&[&["Esc"]], texts.key_escape),
        (&[&["Ctrl", "/"]], texts.key_help),
    ];
    let row = |(ways, what): (&'static [&'static [&'static str]], &'static str)| {
        let ways = ways.iter().map(|way| {
            let keys = way.iter().map(|it| view! { <kbd>{*it}</kbd> }).collect_view();
            view! { <span class="keys">{keys}</span> }
        });
        view! {
            <div class="help-row">
                <dt>{what}</dt>
                <dd>{ways.collect_view()}</dd>
            </div>
        }
    };
    view! {
        <Dialog is_open labelled_by="help-title">
            <div class="dialog-head">
                <h2 id="help-title">{texts.help}</h2>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=texts.close
                    on:click=move |_| is_open.set(false)
                >
                    <Icon sign=Sign::Close />
                </button>
            </div>
            <dl class="help">{keys.map(row).into_iter().collect_view()}</dl>
        </Dialog>
    }
}
