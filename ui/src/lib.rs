//! What widget and console both show: the reader's language, design tokens, live region and message rendering.
//!
//! - [`texts`]: which language an agent reads.
//! - [`message_text`]: what a person wrote, as text and links, never as HTML (WID-16).
//! - [`file_link`]: a message that is a file.
//! - [`markup`]: bold, lists, cards and answers to choose from, as a tree; [`rich`] shows it.
//! - [`live`]: says each thing to a screen reader exactly once.
//! - [`time`]: clock times and days in the reader's own form.
//! - [`transfer`]: a file on its way to the desk.
//! - `styles/tokens.css`: colours, spacing, type and the shared buttons.

pub mod file_link;
pub mod linkify;
pub mod live;
pub mod markup;
pub mod message_text;
pub mod rich;
pub mod texts;
pub mod time;
pub mod transfer;
