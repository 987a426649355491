//! The visitor's chat: a Leptos document inside an iframe, and the loader script a customer embeds.
