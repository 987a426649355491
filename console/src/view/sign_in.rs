//! The sign-in.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::field::Field;
use super::form_error;
use super::icon::{Icon, Sign};
use crate::model::SignInForm;
use crate::texts::Texts;

/// Name and password.
#[component]
pub fn SignIn(
    /// The words.
    texts: &'static Texts,
    /// Whether an answer is awaited.
    #[prop(into)]
    is_busy: Signal<bool>,
    /// What went wrong, as a sentence; empty for nothing.
    error: RwSignal<String>,
    /// Name and password, checked.
    on_submit: Callback<(String, String)>,
) -> impl IntoView {
    let (name, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if is_busy.get_untracked() {
            return;
        }
        let form = SignInForm { name: name.get_untracked(), password: password.get_untracked() };
        match form.checked() {
            Ok(checked) => {
                error.set(String::new());
                on_submit.run(checked);
            }
            Err(wrong) => error.set(form_error(texts, &wrong)),
        }
    };
    view! {
        <main class="door">
            <form class="door-card" on:submit=submit novalidate>
                <DoorHead title=texts.sign_in more=texts.sign_in_more />
                <DoorError error />
                <Field
                    id="username"
                    testid="signin-name"
                    label=texts.name_label
                    hint=texts.name_hint
                    autocomplete="username"
                    value=name
                />
                <Field
                    id="password"
                    testid="signin-password"
                    label=texts.password
                    kind="password"
                    autocomplete="current-password"
                    value=password
                />
                <button
                    type="submit"
                    class="button is-primary"
                    data-testid="signin-submit"
                    aria-disabled=move || is_busy.get().then_some("true")
                >
                    {move || if is_busy.get() { texts.signing_in } else { texts.sign_in }}
                </button>
            </form>
        </main>
    }
}

/// The product's sign, and what this door is for.
#[component]
pub(super) fn DoorHead(
    /// Heading.
    title: &'static str,
    /// Under it.
    more: &'static str,
) -> impl IntoView {
    view! {
        <div class="door-head">
            <span class="mark">
                <Icon sign=Sign::Chat />
            </span>
            <h1>{title}</h1>
            <p>{more}</p>
        </div>
    }
}

/// What went wrong; in the document from the start, so that it is read out when it fills.
#[component]
pub(super) fn DoorError(
    /// A sentence; empty for nothing.
    #[prop(into)]
    error: Signal<String>,
) -> impl IntoView {
    view! {
        <div role="alert">
            <Show when=move || error.with(|it| !it.is_empty())>
                <p class="door-error" data-testid="signin-error">
                    <Icon sign=Sign::Alert />
                    <span>{error}</span>
                </p>
            </Show>
        </div>
    }
}
