//! The Trusted Application client: the desk's way to the platform.

mod href;

pub(crate) use href::{href_key, is_absolute, resolve};
