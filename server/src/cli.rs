//! The command line. Every flag is also an environment variable `FRONTDESK_…` and a key of the
//! configuration file; the flag wins, then the environment, then the file.

mod conformance;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use crate::upkeep::{BackupFlags, RestoreFlags, SubjectFlags};

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
    /// Copy the data of a server, running or not, into one file
    Backup(BackupFlags),
    /// Compare a backup with what it says of itself, and put it into a data folder
    Restore(RestoreFlags),
    /// Print all that is kept of a visitor or of a conversation, as JSON
    Export(SubjectFlags),
    /// Erase all that is kept of a visitor or of a conversation, while the server runs or not
    Erase(SubjectFlags),
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
    /// Serve one half only: the platform for other desks, or the desk over another platform
    #[arg(long, env = "FRONTDESK_ONLY", value_name = "PART")]
    pub only: Option<Only>,
    /// Where that other platform is.
    #[command(flatten)]
    pub platform: PlatformFlags,
    /// Configuration file
    #[arg(long, env = "FRONTDESK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// One half of the product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    /// Trusted Application API, UCWA, tokens and autodiscover.
    Platform,
    /// Widget, console, loader and desk.
    Desk,
}

/// `[platform]` of the configuration file: the platform of `--only desk`.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Another platform, for --only desk")]
pub struct PlatformFlags {
    /// Where a service application starts there
    #[arg(
        id = "platform_discover_url",
        long = "platform-discover-url",
        env = "FRONTDESK_PLATFORM_DISCOVER_URL",
        value_name = "URL"
    )]
    pub discover_url: Option<String>,
    /// The desk's application endpoint there
    #[arg(
        id = "platform_endpoint",
        long = "platform-endpoint",
        env = "FRONTDESK_PLATFORM_ENDPOINT",
        value_name = "SIP URI"
    )]
    pub endpoint: Option<String>,
    /// The desk's id there
    #[arg(
        id = "platform_client_id",
        long = "platform-client-id",
        env = "FRONTDESK_PLATFORM_CLIENT_ID",
        value_name = "ID"
    )]
    pub client_id: Option<String>,
    /// File that holds the desk's secret there
    #[arg(
        id = "platform_client_secret_file",
        long = "platform-client-secret-file",
        env = "FRONTDESK_PLATFORM_CLIENT_SECRET_FILE",
        value_name = "FILE"
    )]
    pub client_secret_file: Option<PathBuf>,
    /// File that holds the desk's certificate (PEM), instead of a secret
    #[arg(
        id = "platform_certificate_file",
        long = "platform-certificate-file",
        env = "FRONTDESK_PLATFORM_CERTIFICATE_FILE",
        value_name = "FILE"
    )]
    pub certificate_file: Option<PathBuf>,
    /// File that holds the certificate's key (PEM)
    #[arg(
        id = "platform_key_file",
        long = "platform-key-file",
        env = "FRONTDESK_PLATFORM_KEY_FILE",
        value_name = "FILE"
    )]
    pub key_file: Option<PathBuf>,
    /// Where client credentials become a token [default: what the platform's 401 names]
    #[arg(
        id = "platform_token_url",
        long = "platform-token-url",
        env = "FRONTDESK_PLATFORM_TOKEN_URL",
        value_name = "URL"
    )]
    pub token_url: Option<String>,
    /// What the token is for [default: the origin of the discover address]
    #[arg(
        id = "platform_resource",
        long = "platform-resource",
        env = "FRONTDESK_PLATFORM_RESOURCE",
        value_name = "URI"
    )]
    pub resource: Option<String>,
}
