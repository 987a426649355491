//! The Trusted Application client: the desk's way to the platform (`protocol.md` §1.3, §1.4, §2A).
//!
//! [`TaClient`] starts at the discover address and follows links only; `sender` carries its requests
//! and proves who asks when the platform wants that.

mod client;
mod credential;
mod error;
mod href;
mod meetings;
mod origins;
mod sender;
mod token;

pub(crate) use client::TaClient;
pub use credential::{Certificate, Credential, CredentialError};
pub(crate) use error::TaError;
pub(crate) use href::{href_key, is_absolute, resolve, with_query};
pub(crate) use meetings::MeetingTerms;
pub(crate) use origins::Hosts;
pub use origins::{NoServiceOrigin, ServiceOrigin};
