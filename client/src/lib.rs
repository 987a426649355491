//! The UCWA client as a machine without I/O, with thin drivers for the browser and for native
//! programs.
//!
//! [`session::Session`] is one signed-in (or anonymous) client: commands, answers and the time go
//! in; requests, notices and a [`model::Model`] to show come out. It knows no clock, no HTTP and no
//! browser. Contract with a driver: after every `handle`, call `poll` until it answers `None`; then
//! wait for whichever comes first, an answer, a command or `deadline`.

pub mod http;
pub mod model;
pub mod session;

mod machine;
#[cfg(feature = "native")]
pub mod native;
