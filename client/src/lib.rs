//! The UCWA client as a machine without I/O, with thin drivers for the browser and for native
//! programs.
//!
//! [`session::Session`] is one signed-in (or anonymous) client: commands, answers and the time go
//! in; requests, notices and a [`model::Model`] to show come out. It knows no clock, no HTTP and no
//! browser. Contract with a driver: after every `handle`, call `poll` until it answers `None`; then
//! wait for whichever comes first, an answer, a command or `deadline_ms`.
//!
//! ```
//! use client::session::{Command, Input, Output, Session, Start};
//!
//! let start = Start::Visitor {
//!     bootstrap_url: "https://chat.example/GetAnonTokenJob".into(),
//!     origin: "https://chat.example".into(),
//!     site: "demo".into(),
//!     display_name: String::new(),
//!     meeting_url: String::new(),
//! };
//! let mut session = Session::new(start, 42);
//! session.handle(0, Input::Command(Command::Connect));
//! let Some(Output::Request { request, .. }) = session.poll() else { panic!("a request first") };
//! assert_eq!(request.url, "https://chat.example/GetAnonTokenJob");
//! ```

mod actions;
mod channel;
mod commands;
mod conversations;
mod fold;
pub mod http;
mod inbox;
mod invitations;
mod json;
mod kept;
mod limits;
mod machine;
mod meetings;
mod messages;
pub mod model;
#[cfg(feature = "native")]
pub mod native;
mod outbox;
mod participants;
pub mod reason;
mod renewal;
mod rng;
pub mod session;
mod sign_in;
mod snapshot;
pub mod tabs;
mod texts;
mod threads;
mod url;
mod verdict;
#[cfg(all(feature = "web", target_arch = "wasm32"))]
pub mod web;
