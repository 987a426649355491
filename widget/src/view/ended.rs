//! What stands in the field's place when the conversation is over.

use leptos::prelude::*;

use super::Stage;
use super::stage::ENDED;
use crate::model::state::Input;

/// That it is over, and the way to a new one.
pub(super) fn ended(stage: Stage) -> impl IntoView {
    let texts = stage.texts;
    view! {
        // The focus comes here when the field goes, and not onto the button: whoever is typing when
        // the conversation ends must not start a new one by it.
        <section
            id=ENDED
            class="ended"
            data-testid="ended"
            tabindex="-1"
            aria-labelledby="ended-title"
        >
            <h2 id="ended-title">{texts.ended}</h2>
            <p>{texts.ended_more}</p>
            <button
                type="button"
                class="button is-primary"
                data-testid="start-new"
                on:click=move |_| stage.act(Input::StartNew)
            >
                {texts.start_new}
            </button>
        </section>
    }
}
