//! Somebody is typing.

use leptos::prelude::*;

use super::Stage;
use crate::model::state::State;

/// Three dots at the end of the messages, with a name; nothing while nobody types.
pub(super) fn typing(stage: Stage, shown: &State) -> Option<impl IntoView + use<>> {
    let name = shown.live()?.typing.first()?;
    let sentence = stage.texts.typing(name);
    Some(view! {
        <div class="typing" data-testid="typing">
            <span class="dots" aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
            </span>
            <span class="meta">{sentence}</span>
        </div>
    })
}
