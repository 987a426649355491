//! The composition root: configuration, command line, routers, assets and lifecycle of the frontdesk
//! binary.
//!
//! [`Settings::load`] reads and checks what the operator wants; [`start`] puts store, platform, desk
//! and the browser's files together, listens, and answers with [`Running`]. Tests start the whole
//! product the same way. Only `compose` knows every part.

mod accept;
mod assets;
mod check;
mod cli;
mod compose;
mod data_dir;
mod demo;
mod door;
mod env;
mod identity;
mod in_process;
mod language;
mod limits;
mod loader;
mod mail;
mod meet;
mod pages;
mod palette;
mod settings;
pub mod upkeep;
mod widget_document;

pub use assets::AssetsError;
pub use check::{CheckError, check_conformance};
pub use cli::{Cli, Command, ConformanceFlags, Only, PlatformFlags, ServeFlags};
pub use compose::{Running, StartError, start};
pub use limits::Limits;
pub use settings::{AgentAccount, Mail, MailSecurity, RemoteDesk, Role, Settings, SettingsError};
