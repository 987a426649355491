//! What a person wrote, on screen: text nodes and links, nothing else (WID-16).

use leptos::prelude::*;

use crate::linkify::{Segment, segments};

/// Shows a text with its links. Line breaks are kept by `white-space: pre-wrap` of the style sheet.
pub fn message_text(text: &str) -> impl IntoView + use<> {
    let pieces = segments(text).into_iter().map(|it| match it {
        Segment::Text(text) => text.to_owned().into_any(),
        Segment::Link(link) => view! {
            <a href=link.to_owned() target="_blank" rel="noopener noreferrer nofollow">
                {link.to_owned()}
            </a>
        }
        .into_any(),
    });
    pieces.collect::<Vec<_>>()
}

/// [`message_text`] as a component.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component's props are owned")]
pub fn MessageText(
    /// The text, as it was written.
    text: String,
) -> impl IntoView {
    message_text(&text)
}
