//! The platform's shell: decide under one lock, keep without it, then tell.

use shared::SipUri;
use store::StoreError;

use crate::accounts::AccountError;
use crate::{Endpoint, Parts, Settings};

/// Why the platform could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was kept cannot be understood; the text says what and what to do.
    #[error("{0}")]
    Unreadable(String),
}

/// The platform; a cheap handle, to be cloned freely.
#[derive(Clone)]
pub struct Platform {}

impl Platform {
    /// Opens it: loads or makes the signing key, folds the state from the log, delivers the
    /// webhooks that were not delivered yet.
    #[expect(clippy::unused_async, reason = "the next commit awaits the store")]
    pub async fn open(_settings: Settings, _parts: Parts) -> Result<Self, OpenError> {
        Ok(Self {})
    }

    /// Serves `/platformservice`, `/ucwa`, `/WebTicket` and `/autodiscover`, in any case.
    pub fn router(&self) -> axum::Router {
        axum::Router::new()
    }

    /// Makes a user who can sign in with a password.
    #[expect(clippy::unused_async, reason = "the next commit awaits the store")]
    pub async fn create_user(
        &self,
        _uri: &SipUri,
        _display_name: &str,
        _password: &str,
    ) -> Result<(), AccountError> {
        Err(AccountError::Unfit("users come with the next commit".to_owned()))
    }

    /// Whether there is a user of this address.
    #[expect(clippy::unused_async, reason = "the next commit awaits the store")]
    pub async fn has_user(&self, _uri: &SipUri) -> Result<bool, AccountError> {
        Ok(false)
    }

    /// Makes an endpoint known, or replaces what is known of it. Doing it again changes nothing.
    #[expect(clippy::unused_async, reason = "the next commit awaits the store")]
    pub async fn register_endpoint(&self, _endpoint: Endpoint) -> Result<(), AccountError> {
        Err(AccountError::Unfit("endpoints come with the next commit".to_owned()))
    }
}
