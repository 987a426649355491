//! The command line. Every flag is also an environment variable `FRONTDESK_…` and a key of the
//! configuration file; the flag wins, then the environment, then the file.

mod conformance;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use conformance::ConformanceFlags;

/// A helpdesk chat in one program.
#[derive(Debug, Parser)]
#[command(name = "frontdesk", version, about, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve widget, console, desk and platform
    Serve(ServeFlags),
    /// Check flags, environment and configuration file, say what would be served, and stop
    CheckConfig(ServeFlags),
    /// Check any platform over plain HTTP, and say what it does otherwise than documented
    Conformance(Box<ConformanceFlags>),
}

/// What can be said on the command line and in the environment.
#[derive(Clone, Debug, Default, Args)]
pub struct ServeFlags {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "FRONTDESK_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Folder that holds everything kept [default: frontdesk-data]
    #[arg(long, env = "FRONTDESK_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Serve a made-up shop with two agents whose password is known; on this machine only
    #[arg(
        long,
        env = "FRONTDESK_DEMO",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_name = "BOOL"
    )]
    pub demo: Option<bool>,
    /// Folder of the browser's files, as `cargo xtask web` makes it [default: those built in]
    #[arg(long, env = "FRONTDESK_ASSETS", value_name = "DIR")]
    pub assets: Option<PathBuf>,
    /// Where browsers reach this server, such as `https://chat.example.com` [default: the address]
    #[arg(long, env = "FRONTDESK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// The helpdesk's address; agents are of the same domain [default: sip:helpdesk@HOST]
    #[arg(long, env = "FRONTDESK_ENDPOINT", value_name = "SIP URI")]
    pub endpoint: Option<String>,
    /// Configuration file
    #[arg(long, env = "FRONTDESK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}
