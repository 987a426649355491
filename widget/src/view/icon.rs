//! The signs of the widget, as outlines on a grid of 24. They are decoration: the button around one
//! has the name.

use leptos::prelude::*;

pub(super) const CLOSE: &str = "M6 6l12 12M18 6L6 18";
pub(super) const MORE: &str = "M5 12h.01M12 12h.01M19 12h.01";
pub(super) const SEND: &str = "M12 19V5.5M6 11l6-6 6 6";
pub(super) const DOWN: &str = "M12 5v14M6 13l6 6 6-6";
pub(super) const END: &str =
    "M9.5 9.5l5 5M14.5 9.5l-5 5M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17";
pub(super) const COPY: &str = "M9 9h10.5v11.5H9zM15 9V3.5H4.5V15H9";
pub(super) const WARN: &str = "M12 8v5M12 16.5h.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17";

/// One sign.
pub(super) fn icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=path></path>
        </svg>
    }
}
