//! A modal dialog: the browser's own, which keeps the focus inside and gives it back.

use leptos::prelude::*;

/// Shows its children above everything while `is_open`. Escape and a click beside it close it.
#[component]
pub(super) fn Dialog(
    /// Whether it is open.
    is_open: RwSignal<bool>,
    /// Id of the heading inside.
    labelled_by: &'static str,
    /// What is in it.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let wanted = is_open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            // It is in the document, which is all that showing needs.
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    let beside = move |event: leptos::ev::MouseEvent| {
        // The content fills the dialog: a click on the dialog itself is one on the backdrop.
        if node.get_untracked().is_some_and(|it| event.target().is_some_and(|at| at == ****it)) {
            is_open.set(false);
        }
    };
    view! {
        <dialog
            class="dialog"
            aria-labelledby=labelled_by
            node_ref=node
            on:close=move |_| is_open.set(false)
            on:click=beside
        >
            <div class="dialog-body">{children()}</div>
        </dialog>
    }
}
