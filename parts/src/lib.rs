//! What visitors use rarely: a program of its own beside the widget's, which the document loads when it
//! is wanted (`widget/loader/parts.js`). It shows each part in an element that the widget leaves empty
//! for it, and knows nothing of the conversation but what the desk and the visitor tell it.
//!
//! [`form`] asks what the site wants to know before a conversation, or takes a message while it is
//! closed; [`rating`] asks after the end; [`menu`] has what was said before; [`tools`] are files and
//! emoji; `rich` shows a message that has more in it than text. [`texts`] are the words, a file for each
//! language.
//! In a browser, [`stage`] is what every part is given.

pub mod form;
pub mod limits;
pub mod menu;
pub mod rating;
#[cfg(target_arch = "wasm32")]
pub mod rich;
#[cfg(target_arch = "wasm32")]
pub mod stage;
pub mod texts;
pub mod tools;
