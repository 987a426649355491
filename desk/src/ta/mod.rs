//! The Trusted Application client: the desk's way to the platform (`protocol.md` §1.3, §1.4, §2A).
//!
//! [`TaClient`] starts at the discover address, follows links only, and proves itself with client
//! credentials when the platform asks for it.

mod client;
mod error;
mod href;
mod token;

pub(crate) use client::TaClient;
pub(crate) use error::TaError;
pub(crate) use href::{href_key, is_absolute, resolve, with_query};
