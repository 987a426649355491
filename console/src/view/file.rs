//! A message that is a file: a picture in its box, anything else as a card.

use leptos::prelude::*;
use ui::file_link::FileLink;

use super::Ui;
use super::icon::{Icon, Sign};

/// The file, which opens beside the console. The box of a picture has its size before the picture is
/// there, so that nothing jumps; the name stands in it where the picture cannot be had.
pub(super) fn file_card(ui: Ui, link: FileLink) -> AnyView {
    let is_picture = link.is_picture();
    let content = if is_picture {
        let src = link.url.clone();
        view! {
            <img
                class="file-picture"
                src=src
                alt=link.name
                width="240"
                height="160"
                loading="lazy"
                decoding="async"
            />
        }
        .into_any()
    } else {
        let kind = link.kind();
        view! {
            <Icon sign=Sign::File />
            <span class="file-text">
                <span class="visually-hidden">{ui.texts.file}" "</span>
                <span class="file-name" dir="auto">{link.name}</span>
                <span class="file-kind">{kind}</span>
            </span>
        }
        .into_any()
    };
    let class = if is_picture { "file is-picture" } else { "file" };
    view! {
        <a
            class=class
            data-testid="file"
            href=link.url
            target="_blank"
            rel="noopener noreferrer"
        >
            {content}
        </a>
    }
    .into_any()
}
