//! The words of the protocol, used by both sides of every wire of Frontdesk.
//!
//! Shapes only: no limits, no defaults, no I/O, no clock. Start at [`resource::Resource`], the one
//! hypermedia document that every answer of the Trusted Application API and of UCWA is, and at
//! [`event::Package`], what the event channel and the webhooks carry.

pub mod bootstrap;
pub mod by_rel;
pub mod claims;
pub mod data_uri;
pub mod date;
pub mod desk;
pub mod error;
pub mod event;
pub mod form;
pub mod ids;
pub mod read;
pub mod rel;
pub mod resource;
pub mod states;
pub mod visitor;
pub mod visitor_desk;

pub use bootstrap::{AnonToken, BootstrapError, GetAnonTokenInput};
pub use error::ErrorBody;
pub use event::{Continuation, Event, EventKind, LinkRef, Package, Sender, Status};
pub use ids::{OperationId, Origin, SipUri};
pub use rel::Dialect;
pub use resource::{Link, LinkValue, Resource};
pub use visitor::{VisitedPage, VisitorAbout, VisitorContext, VisitorEvent};
