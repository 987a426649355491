//! The page behind the one-time link: it makes the first agent.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::field::Field;
use super::sign_in::{DoorError, DoorHead};
use crate::model::SetupForm;
use crate::texts::Texts;

/// Name, display name and password of the first agent.
#[component]
pub fn SetUp(
    /// The words.
    texts: &'static Texts,
    /// The code of the link.
    #[prop(into)]
    code: String,
    /// Whether an answer is awaited.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// What went wrong, as a sentence; empty for nothing.
    error: RwSignal<String>,
    /// What was entered.
    on_submit: Callback<SetupForm>,
) -> impl IntoView {
    let (name, display_name, password) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        error.set(String::new());
        on_submit.run(SetupForm {
            code: code.clone(),
            name: name.get_untracked(),
            display_name: display_name.get_untracked(),
            password: password.get_untracked(),
        });
    };
    view! {
        <main class="door">
            <form class="door-card" on:submit=submit novalidate>
                <DoorHead title=texts.setup_title more=texts.setup_more />
                <DoorError error />
                <Field
                    id="username"
                    testid="setup-name"
                    label=texts.name_label
                    hint=texts.name_hint
                    autocomplete="username"
                    value=name
                />
                <Field
                    id="display-name"
                    testid="setup-display-name"
                    label=texts.display_name
                    autocomplete="name"
                    value=display_name
                />
                <Field
                    id="password"
                    testid="setup-password"
                    label=texts.password
                    hint=texts.password_hint
                    kind="password"
                    autocomplete="new-password"
                    value=password
                />
                <button
                    type="submit"
                    class="button is-primary"
                    data-testid="setup-submit"
                    aria-disabled=move || is_busy.get().then_some("true")
                >
                    {move || if is_busy.get() { texts.creating } else { texts.create }}
                </button>
            </form>
        </main>
    }
}
