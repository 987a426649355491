//! What the desk is given: stores, time, randomness, a way to the platform.

use std::sync::Arc;

use client::native::Transport;
use shared::SipUri;
use store::env::{Clock, Entropy};
use store::{Blobs, BoxFuture, Documents, Log};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// What the desk works with. Built once by the composition root, and once per test.
pub struct Parts {
    /// Keeps conversations; the desk's own log, shared with nobody.
    pub log: Arc<dyn Log>,
    /// Keeps sites and agents, in collections that begin with `desk.`.
    pub documents: Arc<dyn Documents>,
    /// Keeps the bytes of files.
    pub blobs: Arc<dyn Blobs>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Makes ids and codes.
    pub entropy: Arc<dyn Entropy>,
    /// Carries requests to the platform.
    pub transport: Arc<dyn Transport>,
    /// Makes agents' accounts, for the first agent.
    pub accounts: Arc<dyn Accounts>,
    /// Sends letters; absent where no mail is set up.
    pub post: Option<Arc<dyn Post>>,
    /// What the desk does in the background is tracked here.
    pub tasks: TaskTracker,
    /// Ends what the desk does in the background.
    pub stop: CancellationToken,
}

/// Makes accounts that agents sign in with. Where the platform is somebody else's, it refuses.
pub trait Accounts: Send + Sync {
    /// Makes an account.
    ///
    /// # Errors
    /// [`AccountRefusal`]; nothing was made then.
    fn create(
        &self,
        uri: &SipUri,
        display_name: &str,
        password: &str,
    ) -> BoxFuture<'_, Result<(), AccountRefusal>>;
}

/// Why no account was made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountRefusal {
    /// There is one of this name.
    #[error("there is already an account of this name; choose another name")]
    Exists,
    /// The input is not acceptable; the sentence says why.
    #[error("{0}")]
    NotAcceptable(String),
    /// It could not be kept, or accounts are made elsewhere; the sentence says what to do.
    #[error("{0}")]
    Unavailable(String),
}

/// A letter by e-mail, in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The same however often it is tried.
    pub id: String,
    /// The address it goes to.
    pub to: String,
    /// Who writes, by name.
    pub from_name: String,
    /// What it is about, one line.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// Sends letters.
pub trait Post: Send + Sync {
    /// Whether a text is an address that letters can go to.
    fn takes(&self, address: &str) -> bool;

    /// Sends a letter; ready when the next server has taken it. It has a time limit of its own.
    ///
    /// # Errors
    /// [`NotSent`]; the letter is nowhere then.
    fn send(&self, letter: Letter) -> BoxFuture<'_, Result<(), NotSent>>;
}

/// Why a letter was not sent, without its address: it goes into the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// Trying again is of no use.
    #[error("the mail server refuses it: {0}")]
    Refused(String),
    /// Later it may be.
    #[error("the mail server does not take it now: {0}")]
    Passing(String),
}
