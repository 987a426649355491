//! The agents' console: queue, conversations and answers.
//!
//! - [`model`]: what is shown and what happens, without a browser; tested natively.
//! - [`view`]: one component a file; shows the model and hands wishes up.
//! - [`browser`]: storage, sound, title and address of the page.
//! - [`texts`]: every word.
//! - `app`: ties the model to the drivers; only in a browser, as `desk_driver` is, which makes the
//!   desk's requests.
//!
//! Start at [`model::Console`].

#[cfg(feature = "view")]
pub mod browser;
pub mod limits;
pub mod model;
pub mod texts;
#[cfg(feature = "view")]
pub mod view;

#[cfg(all(feature = "view", target_arch = "wasm32"))]
pub mod app;
#[cfg(all(feature = "view", target_arch = "wasm32"))]
mod desk_driver;
