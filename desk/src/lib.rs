//! The service application: bootstrap, webhooks, call flow, queue and the console's API.
//!
//! It knows the platform only through its public API, over a [`client::native::Transport`]. Where to
//! start: `flow` is the whole path of one visitor's conversation as a pure machine; `engine` keeps
//! what the machine decided and then does it; `ta` speaks to the platform; [`Desk`] puts them together.

mod agents;
mod api;
mod bearer;
mod bootstrap;
mod bridge;
mod desk;
mod engine;
mod files;
mod flow;
mod forms;
mod hours;
pub mod language;
mod left;
mod letters;
mod limits;
mod notices;
mod parts;
pub mod personal;
mod queue;
mod refusal;
mod settings;
mod sites;
mod ta;
mod tickets;
mod visitor;
mod visitor_api;
mod webhook;

#[cfg(test)]
mod tests;

pub use desk::{Desk, MeetingFace, OpenError};
pub use files::{FILES_COLLECTION, UPLOAD_PATHS};
pub use forms::{BadForm, Forms, SiteField, SiteForm};
pub use hours::{BadHours, Hours};
pub use limits::Limits;
pub use parts::{AccountRefusal, Accounts, Letter, NotSent, Parts, Post};
pub use settings::{OAuth, RemotePlatform, Secret, Settings, Site};
pub use ta::{Certificate, Credential, CredentialError, NoServiceOrigin, ServiceOrigin};
pub use visitor::{BadIdentityKey, IdentityKey};
pub use visitor_api::PATH as VISITOR_PATH;
pub use webhook::PLATFORM_APP_ID;
