//! Somebody is typing.

use leptos::prelude::*;

use super::Stage;
use super::stage::when;

/// Three dots at the end of the messages, with a name.
#[component]
pub(super) fn Typing(stage: Stage) -> impl IntoView {
    let texts = stage.texts;
    let is_typing = stage.read(|it| it.live().is_some_and(|it| !it.typing.is_empty()));
    let sentence = stage.read(|it| {
        let name = it.live().and_then(|it| it.typing.first());
        (texts.typing)(name.map_or("", String::as_str))
    });
    when(is_typing, move || {
        view! {
            <div class="typing" data-testid="typing">
                <span class="dots" aria-hidden="true">
                    <i></i>
                    <i></i>
                    <i></i>
                </span>
                <span class="meta" dir="auto">{sentence}</span>
            </div>
        }
        .into_any()
    })
}
