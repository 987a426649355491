//! What the widget shows and does, without a browser.
//!
//! [`state::State`] takes every input and answers with effects; the other modules are pure readings
//! of it: [`status`], [`timeline`], [`composer`].

pub mod bridge;
pub mod composer;
pub mod site;
pub mod state;
pub mod status;
pub mod timeline;
pub mod told;
