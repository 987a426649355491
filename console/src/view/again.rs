//! Asks for the password again where one is: what is on screen, typed or on its way stays.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::field::Field;
use super::sign_in::DoorError;
use super::{Act, Again, Ui};

/// A sentence, the password, and the way out.
#[component]
pub(super) fn SignInAgain(
    /// Signals and callbacks.
    ui: Ui,
    /// The name it was, for the browser's password store.
    name: String,
) -> impl IntoView {
    let Again { is_busy, error } = ui.again;
    error.set(String::new());
    let password = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        ui.sign_in.run(password.get_untracked());
    };
    view! {
        <form class="again" aria-label=ui.texts.sign_in on:submit=submit novalidate>
            <DoorError error />
            <input type="hidden" name="username" autocomplete="username" value=name />
            <Field
                id="password-again"
                testid="again-password"
                label=ui.texts.password
                kind="password"
                autocomplete="current-password"
                value=password
            />
            <button
                type="submit"
                class="button is-primary"
                data-testid="again-submit"
                aria-disabled=move || is_busy.get().then_some("true")
            >
                {move || if is_busy.get() { ui.texts.signing_in } else { ui.texts.sign_in }}
            </button>
            <button type="button" class="button" on:click=move |_| ui.act.run(Act::SignOut)>
                {ui.texts.sign_out}
            </button>
        </form>
    }
}
