//! A labelled field of a form.

use leptos::prelude::*;

/// A field with its label, its hint and its name for tests.
#[component]
pub(super) fn Field(
    /// Its id, also its name for the browser's password store.
    id: &'static str,
    /// Its name in tests.
    testid: &'static str,
    /// Its label.
    label: &'static str,
    /// What to enter.
    #[prop(optional)]
    hint: &'static str,
    /// `text` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    autocomplete: &'static str,
    /// What is entered.
    value: RwSignal<String>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = (!hint.is_empty()).then(|| hint_id.clone());
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                name=id
                type=kind
                class="input"
                data-testid=testid
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-describedby=described
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
