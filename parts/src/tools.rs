//! What helps to say more than words: files and emoji, beside the field.

pub mod emoji;
pub mod queue;
#[cfg(target_arch = "wasm32")]
pub mod uploads;
#[cfg(target_arch = "wasm32")]
pub mod view;
