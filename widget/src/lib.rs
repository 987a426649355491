//! The visitor's chat: a Leptos document inside an iframe, and the loader script a customer embeds.
//!
//! [`model`] decides and knows no browser: `state + input → effects`, tested natively. [`view`] shows
//! it, one component a file, and decides nothing. [`texts`] are its words. `app` ties both to the browser: the driver of
//! `client`, storage, and the messages to and from the loader. `loader/widget.js` is the script on the
//! customer's page.

pub mod limits;
pub mod model;
#[cfg(feature = "view")]
pub mod texts;
#[cfg(feature = "view")]
pub mod view;

#[cfg(all(feature = "view", target_arch = "wasm32"))]
pub mod app;
#[cfg(all(feature = "view", target_arch = "wasm32"))]
pub mod browser;
#[cfg(all(feature = "view", target_arch = "wasm32"))]
mod talk;
