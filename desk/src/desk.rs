//! The desk as the composition root sees it.

use axum::Router;
use shared::SipUri;
use store::StoreError;

use crate::{Parts, Settings, Site};

/// Why the desk cannot open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What was kept cannot be read; the text says what.
    #[error("the desk's data cannot be read: {0}")]
    Unreadable(String),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The service application. Cheap to clone: all clones are the same desk.
#[derive(Clone)]
pub struct Desk;

impl Desk {
    /// Opens the desk: reads what was kept and goes on with it in the background. The platform need
    /// not answer yet.
    ///
    /// # Errors
    /// [`OpenError`] when what was kept cannot be read.
    pub async fn open(_settings: Settings, _parts: Parts) -> Result<Self, OpenError> {
        Ok(Self)
    }

    /// `/GetAnonTokenJob`, `/desk/webhook` and `/desk/api/…`.
    pub fn router(&self) -> Router {
        Router::new()
    }

    /// Adds a site, or replaces the one of the same id.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn put_site(&self, _site: Site) -> Result<(), StoreError> {
        Ok(())
    }

    /// The site of an id.
    pub async fn site(&self, _id: &str) -> Option<Site> {
        None
    }

    /// Makes somebody an agent of this desk, or changes the name visitors see. The account at the
    /// platform is another matter.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn add_agent(&self, _uri: &SipUri, _display_name: &str) -> Result<(), StoreError> {
        Ok(())
    }

    /// The one-time code for creating the first agent; `None` once there is an agent.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn setup_code(&self) -> Result<Option<String>, StoreError> {
        Ok(None)
    }
}
