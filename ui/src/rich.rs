//! What an agent or a bot wrote, on screen: the tree of [`crate::markup`] as elements (WID-16).

use leptos::prelude::*;

use crate::file_link::FileLink;
use crate::markup::{Block, Inline};

/// What the blocks need besides themselves.
#[derive(Clone)]
pub struct Manner {
    /// What a screen reader calls a file, before its name.
    pub file: &'static str,
    /// What a screen reader calls the answers to choose from.
    pub replies: &'static str,
    /// Takes a chosen answer; `None` where they are only shown.
    pub choose: Option<UnsyncCallback<String>>,
}

/// Shows a message. Its classes are `rich-…`, and `replies` for the answers to choose from.
pub fn rich(blocks: Vec<Block>, manner: &Manner) -> AnyView {
    blocks.into_iter().map(|it| block(it, manner)).collect::<Vec<_>>().into_any()
}

fn block(it: Block, manner: &Manner) -> AnyView {
    match it {
        Block::Paragraph(it) => view! { <p>{pieces(it)}</p> }.into_any(),
        Block::Quote(it) => view! { <blockquote>{pieces(it)}</blockquote> }.into_any(),
        Block::Code(it) => view! { <pre dir="ltr" tabindex="0">{it}</pre> }.into_any(),
        Block::List { first, items } => list(first, items),
        Block::File(it) => file(it, manner),
        Block::Action { url, label } => link(url, label, "rich-action"),
        Block::Card { title, body } => view! {
            <section class="rich-card">
                <p class="rich-title">{pieces(title)}</p>
                {rich(body, manner)}
            </section>
        }
        .into_any(),
        Block::Replies(it) => replies(it, manner),
    }
}

fn list(first: Option<u32>, items: Vec<Vec<Inline>>) -> AnyView {
    let items = items.into_iter().map(|it| view! { <li>{pieces(it)}</li> }).collect::<Vec<_>>();
    match first {
        Some(first) => view! { <ol start=first.to_string()>{items}</ol> }.into_any(),
        None => view! { <ul>{items}</ul> }.into_any(),
    }
}

/// A picture in its box, whose size it has before the picture is there; anything else by name and kind.
fn file(link: FileLink, manner: &Manner) -> AnyView {
    let kind = link.kind();
    let content = if link.is_picture() {
        view! { <img src=link.url.clone() alt=link.name loading="lazy" decoding="async"/> }
            .into_any()
    } else {
        view! {
            <span class="visually-hidden">{manner.file}" "</span>
            <bdi>{link.name}</bdi>
            " "
            <small>{kind}</small>
        }
        .into_any()
    };
    view! {
        <a class="rich-file" data-testid="file" href=link.url target="_blank" rel="noopener noreferrer">
            {content}
        </a>
    }
    .into_any()
}

fn replies(all: Vec<String>, manner: &Manner) -> AnyView {
    let choose = manner.choose;
    let one = |it: String| {
        let text = it.clone();
        let chosen = move |_| {
            if let Some(choose) = choose {
                choose.run(text.clone());
            }
        };
        view! { <button type="button" class="reply" disabled=choose.is_none() on:click=chosen>{it}</button> }
    };
    let all = all.into_iter().map(one).collect::<Vec<_>>();
    view! { <div class="replies" role="group" aria-label=manner.replies>{all}</div> }.into_any()
}

fn pieces(all: Vec<Inline>) -> AnyView {
    let one = |it| match it {
        Inline::Text(it) => it.into_any(),
        Inline::Strong(it) => view! { <strong>{pieces(it)}</strong> }.into_any(),
        Inline::Emphasis(it) => view! { <em>{pieces(it)}</em> }.into_any(),
        Inline::Gone(it) => view! { <del>{pieces(it)}</del> }.into_any(),
        Inline::Code(it) => view! { <code>{it}</code> }.into_any(),
        Inline::Link { url, label } => link(url, label, ""),
    };
    all.into_iter().map(one).collect::<Vec<_>>().into_any()
}

/// The address is told where the words are others.
fn link(url: String, label: String, class: &'static str) -> AnyView {
    let title = (url != label).then(|| url.clone());
    view! {
        <a class=class href=url title=title target="_blank" rel="noopener noreferrer nofollow">
            {label}
        </a>
    }
    .into_any()
}
