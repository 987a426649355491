//! Checks of a platform by somebody else: a service application, visitors and agents that follow
//! links over plain HTTP and say what they saw (`protocol.md` §6.3 and §6.4).
//!
//! Nothing here knows the embedded platform. [`run`] makes fresh visitors and applications for each
//! [`Check`], so that one that fails breaks no other, and answers with a [`Report`]: what was asked,
//! what was expected, what came. Tokens and secrets never stand in a report.

mod chat;
mod checks;
mod desk;
mod hooks;
mod http;
mod limits;
mod member;
mod outcome;
mod redact;
mod report;
mod run;
mod scope;
mod settings;

pub use checks::{Check, all};
pub use report::{Report, Row, Verdict};
pub use run::{RunError, run};
pub use settings::{Credentials, Settings, SettingsError, SignIn, Timers};
