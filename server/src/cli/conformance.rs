//! The flags of `frontdesk conformance`. Secrets come from the environment, so that no list of
//! processes shows them.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// What a run of the checks is told.
#[derive(Clone, Debug, Args)]
pub struct ConformanceFlags {
    /// The platform, such as `https://platform.example.com`
    #[arg(long, value_name = "URL")]
    pub platform: String,
    /// Where service applications start [default: /platformservice/discover of the platform]
    #[arg(long, value_name = "URL")]
    pub discover: Option<String>,
    /// Where signed-in clients start [default: the autodiscover root of the platform]
    #[arg(long, value_name = "URL")]
    pub root: Option<String>,
    /// The service application's endpoint; its callback has to be this runner
    #[arg(long, value_name = "SIP URI")]
    pub endpoint: String,
    /// OAuth client id of the service application
    #[arg(long, value_name = "ID")]
    pub client_id: String,
    /// OAuth client secret of the service application
    #[arg(long, env = "CONFORMANCE_CLIENT_SECRET", hide_env_values = true, value_name = "SECRET")]
    pub client_secret: String,
    /// Another service application, without a right to the endpoint (TAP-03)
    #[arg(long, requires = "other_client_secret", value_name = "ID")]
    pub other_client_id: Option<String>,
    /// Its secret
    #[arg(
        long,
        env = "CONFORMANCE_OTHER_CLIENT_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub other_client_secret: Option<String>,
    /// Where OAuth tokens are [default: what the platform's challenge names]
    #[arg(long, value_name = "URL")]
    pub token_url: Option<String>,
    /// OAuth resource [default: the origin of the discover address]
    #[arg(long, value_name = "URL")]
    pub resource: Option<String>,
    /// Where to receive webhooks
    #[arg(long, default_value = "127.0.0.1:8099", value_name = "ADDRESS:PORT")]
    pub callback_listen: SocketAddr,
    /// The same as the platform reaches it [default: http:// and that address]
    #[arg(long, value_name = "URL")]
    pub callback_url: Option<String>,
    /// The audience that the bearer of webhooks has to name [default: any]
    #[arg(long, value_name = "URL")]
    pub audience: Option<String>,
    /// Origin of the page that visitors come from
    #[arg(long, default_value = "https://conformance.example", value_name = "ORIGIN")]
    pub origin: String,
    /// A user whom the service application may invite; repeat it for more
    #[arg(
        long = "agent",
        env = "CONFORMANCE_AGENT",
        hide_env_values = true,
        value_name = "USER:PASSWORD"
    )]
    pub agents: Vec<String>,
    /// A visitor's token whose life is over (UCW-02)
    #[arg(long, env = "CONFORMANCE_EXPIRED_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub expired_token: Option<String>,
    /// Only these checks, such as `TAP-01,UCW-18`
    #[arg(long, value_delimiter = ',', value_name = "IDS")]
    pub only: Vec<String>,
    /// Write the report as JSON too
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Checks at the same time
    #[arg(long, default_value_t = 4, value_name = "NUMBER")]
    pub parallel: u32,
    /// Seconds after which the platform ends an application nobody polls
    #[arg(long, default_value_t = 900, value_name = "SECONDS")]
    pub inactivity_s: u64,
    /// Seconds after which an invitation that nobody answers fails
    #[arg(long, default_value_t = 30, value_name = "SECONDS")]
    pub invitation_s: u64,
    /// Seconds that "is typing" is shown
    #[arg(long, default_value_t = 6, value_name = "SECONDS")]
    pub typing_s: u64,
    /// Shortest hold of an empty request for events in seconds
    #[arg(long, default_value_t = 180, value_name = "SECONDS")]
    pub poll_min_s: u64,
    /// Shortest hold of events of medium priority in seconds
    #[arg(long, default_value_t = 5, value_name = "SECONDS")]
    pub hold_min_s: u64,
}
