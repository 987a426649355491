//! Users and endpoints, as documents; passwords and secrets as hashes only.

use store::StoreError;

/// Why an account could not be made or looked up.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is one already.
    #[error("there is already a user {0}: choose another address")]
    Taken(String),
    /// It cannot be like this; the text says what to change.
    #[error("{0}")]
    Unfit(String),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}
