//! The embedded messaging platform: Trusted Application API and UCWA 2.0, decide, then keep, then tell.
//!
//! [`Platform`] is the only way in. It holds a machine without I/O (`core`) that decides; what it
//! decided goes to the log, and only when the log says that it is durable do replies, events and
//! webhooks leave. Time, randomness, storage and the way out to callbacks are given in [`Parts`].

mod accounts;
mod assertion;
mod auth;
mod core;
mod courier;

mod keyring;
mod keys;
mod limits;
mod personal;
mod poll;
mod refusal;
mod renewals;
mod resources;
mod shell;
mod tokens;
mod web;
mod wire;

use std::sync::Arc;

use shared::{Dialect, Origin, SipUri};
use store::BoxFuture;
use store::env::{Clock, Entropy};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use crate::core::{Footprint, Subject, Trace, Visitor};
pub use accounts::AccountError;
pub use limits::Limits;
pub use shell::{OpenError, Platform};

/// How the platform shows itself.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Base of absolute links, such as `http://127.0.0.1:8080`, without a trailing slash.
    pub public_url: String,
    /// Every bound.
    pub limits: Limits,
    /// Whether a visitor's origin may be `http` elsewhere than on this machine (row A08).
    pub allow_http_origins: bool,
    /// Origins, besides the platform's own, whose browsers may use `/ucwa/oauth` and `/WebTicket`.
    pub ucwa_origins: Vec<Origin>,
    /// Origins whose pages may use the `xframe` relay; none unless an administrator listed some.
    pub relay_origins: Vec<Origin>,
}

/// What the platform is given from outside.
#[derive(Clone)]
pub struct Parts {
    /// Where decisions are kept; the platform's own log.
    pub log: Arc<dyn store::Log>,
    /// Where accounts, endpoints and keys are kept (`users`, `endpoints`, `keys`,
    /// `renewals`).
    pub documents: Arc<dyn store::Documents>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Ids nobody can guess.
    pub entropy: Arc<dyn Entropy>,
    /// The way out to service applications.
    pub callbacks: Arc<dyn Callbacks>,
    /// Background tasks run here, so that a shutdown waits for them.
    pub tasks: TaskTracker,
    /// Cancelled when the process stops: polls are released, webhooks wait for the next start.
    pub stop: CancellationToken,
}

/// A webhook on its way out (`protocol.md` §1.7); always a POST.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Absolute address.
    pub url: String,
    /// Names and values, content type and bearer among them.
    pub headers: Vec<(String, String)>,
    /// The event envelope as JSON text.
    pub body: String,
}

/// What a service application answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackAnswer {
    /// The status code.
    pub status: u16,
    /// The body, which may name a `CallbackContext`.
    pub body: String,
}

/// Delivers webhooks. Time-outs and retries are the platform's; one call is one try.
pub trait Callbacks: Send + Sync {
    /// Posts once. The error is a sentence without secrets: no connection, no answer.
    fn post(&self, callback: Callback) -> BoxFuture<'static, Result<CallbackAnswer, String>>;
}

/// An application endpoint: the address a service application answers at (`protocol.md` §1.1).
#[derive(Clone)]
pub struct Endpoint {
    /// Its address, for instance `sip:helpdesk@contoso.com`.
    pub uri: SipUri,
    /// Who may act for it: the service application's id.
    pub client_id: String,
    /// What the service application proves itself with.
    pub proof: Proof,
    /// Where webhooks go unless an operation names another address.
    pub callback_url: String,
    /// `aud` of the webhooks' bearer: the service application's App ID URI.
    pub audience: String,
    /// What visitors see.
    pub display_name: String,
    /// How webhooks write relations (row A03); `Service` unless configured.
    pub dialect: Dialect,
}

/// What a service application proves itself with when it asks for a token (`protocol.md` §1.3).
#[derive(Clone)]
pub enum Proof {
    /// A text that both know; kept as a hash only.
    Secret(String),
    /// An RSA certificate in PEM, whose key signs assertions (`private_key_jwt`). Who registers it
    /// vouches for it: neither its dates nor its issuer are looked at.
    Certificate(String),
}

impl std::fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Endpoint")
            .field("uri", &self.uri)
            .field("client_id", &self.client_id)
            .field("callback_url", &self.callback_url)
            .finish_non_exhaustive()
    }
}
