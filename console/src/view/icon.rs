//! Signs, drawn with the text's colour.

use leptos::prelude::*;

/// A sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Back,
    Close,
    Send,
    Sound,
    Silent,
    Keyboard,
    Leave,
    Clock,
    Chat,
    Alert,
    Down,
    Copy,
    Again,
    Link,
    Verified,
    Clip,
    File,
}

impl Sign {
    const fn path(self) -> &'static str {
        match self {
            Self::Back => "M15 5l-7 7 7 7",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Send => "M12 19V5M6 11l6-6 6 6",
            Self::Sound => {
                "M4 9.5v5h3.5L12 18V6L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11"
            }
            Self::Silent => "M4 9.5v5h3.5L12 18V6L7.5 9.5zM16 10l5 5M21 10l-5 5",
            Self::Keyboard => {
                "M4 7h16a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 20 17H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 7zM6.5 10.5h.01M10 10.5h.01M14 10.5h.01M17.5 10.5h.01M8 14h8"
            }
            Self::Leave => {
                "M14 4h4.5A1.5 1.5 0 0 1 20 5.5v13a1.5 1.5 0 0 1-1.5 1.5H14M10 16l-4-4 4-4M6 12h9"
            }
            Self::Clock => "M12 7.5V12l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z",
            Self::Chat => {
                "M20.5 11.5a7.5 7.5 0 0 1-7.5 7.5c-1.2 0-2.4-.3-3.4-.8L4 20l1.6-4.7A7.5 7.5 0 1 1 20.5 11.5z"
            }
            Self::Alert => {
                "M12 8.5v4.5M12 16.5h.01M10.3 4.3L2.7 17.5A2 2 0 0 0 4.4 20.5h15.2a2 2 0 0 0 1.7-3L13.7 4.3a2 2 0 0 0-3.4 0z"
            }
            Self::Down => "M12 5v14M6 13l6 6 6-6",
            Self::Copy => {
                "M9.5 9h9A1.5 1.5 0 0 1 20 10.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 8 19.5v-9A1.5 1.5 0 0 1 9.5 9zM5 15H4.5A1.5 1.5 0 0 1 3 13.5v-9A1.5 1.5 0 0 1 4.5 3h9A1.5 1.5 0 0 1 15 4.5V5"
            }
            Self::Clip => {
                "M19.5 11.5l-7.8 7.8a5 5 0 0 1-7-7l8.4-8.5a3.3 3.3 0 0 1 4.7 4.7l-8.4 8.4a1.7 1.7 0 0 1-2.4-2.3l7.4-7.4"
            }
            Self::File => {
                "M13.5 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V8zM13.5 3v5h5"
            }
            Self::Again => "M20 11a8 8 0 1 0-2.3 6.6M20 5v6h-6",
            Self::Verified => {
                "M12 3l7 3v5.5c0 4.3-2.9 7.7-7 9.5-4.1-1.8-7-5.2-7-9.5V6zM8.5 12l2.5 2.5 4.5-5"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1-1"
            }
        }
    }
}

/// Shows a sign; it has no name of its own, so a text or an `aria-label` stands beside it.
#[component]
pub(super) fn Icon(
    /// Which.
    sign: Sign,
) -> impl IntoView {
    let class = if sign == Sign::Back { "icon is-directed" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=sign.path()></path>
        </svg>
    }
}
