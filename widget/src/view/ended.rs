//! What stands in the field's place when the conversation is over.

use leptos::prelude::*;

use super::Stage;
use super::stage::ENDED;
use crate::model::state::{Input, State};

/// That it is over, and the way to a new one.
pub(super) fn ended(stage: Stage, shown: &State) -> impl IntoView + use<> {
    let texts = stage.texts;
    let (more, again) = if shown.is_meeting {
        let reason = shown.chat.conversations.last().map(|it| it.end_reason.clone());
        (reason.unwrap_or_default(), texts.join_again())
    } else {
        (texts.ended_more().to_owned(), texts.start_new())
    };
    view! {
        // The focus comes here when the field goes, and not onto the button: whoever is typing when
        // the conversation ends must not start a new one by it.
        <section
            id=ENDED
            class="ended"
            data-testid="ended"
            aria-labelledby="ended-title"
        >
            <h2 id="ended-title">{texts.ended()}</h2>
            <p>{more}</p>
            <button
                type="button"
                class="button is-primary"
                on:click=move |_| stage.act(Input::StartNew)
            >
                {again}
            </button>
            {super::slot("rating")}
        </section>
    }
}
