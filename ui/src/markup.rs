//! Light markup in what agents and bots write: a text in, a tree out, nothing of it HTML.
//!
//! A text that has none of it comes out as one paragraph. What is written stays readable in a client that knows no
//! markup, because it is what people type anyway (docs/using/rich-messages.md):
//!
//! ```text
//! **bold**, *slanted*, ~~gone~~, `code`, [words](https://a.example)
//! - a list          1. in order          > what somebody said          ``` around code
//! # A card          its title; what follows belongs to it, and a link alone on a line is its button
//! [[Yes]] [[No]]    answers to choose from, on the last line
//! ```

mod blocks;
mod inline;

pub use blocks::blocks;
pub use inline::{Inline, inlines};

use crate::file_link::FileLink;

/// Answers to choose from in one message; a line with more of them is a text.
pub const REPLIES_MAX: usize = 8;
/// Characters of one of them.
pub const REPLY_CHARS_MAX: usize = 80;
/// How deep bold, slanted and gone stand in one another; below that the signs are text.
const DEPTH_MAX: u32 = 4;

/// A part of a message, from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Lines that belong together.
    Paragraph(Vec<Inline>),
    /// Items one below the other; `first` is the number of the first where they are numbered.
    List {
        /// `None` for dots.
        first: Option<u32>,
        /// At least one.
        items: Vec<Vec<Inline>>,
    },
    /// What somebody said.
    Quote(Vec<Inline>),
    /// To be shown as it is, in one width.
    Code(String),
    /// A file of the desk's, alone on its line.
    File(FileLink),
    /// A link alone on its line, within a card.
    Action {
        /// Where it leads: `http` or `https`.
        url: String,
        /// What stands on it.
        label: String,
    },
    /// A title, and what belongs to it.
    Card {
        /// What stands behind `#`.
        title: Vec<Inline>,
        /// No cards among them.
        body: Vec<Self>,
    },
    /// Answers to choose from, at the end of a message.
    Replies(Vec<String>),
}
