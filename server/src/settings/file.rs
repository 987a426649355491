//! The configuration file: TOML, every key known or refused.
//!
//! ```toml
//! listen = "127.0.0.1:8080"
//! data = "/var/lib/frontdesk"
//! public_url = "https://chat.example.com"
//! endpoint = "sip:helpdesk@example.com"
//! trusted_proxies = ["127.0.0.1"]            # whose X-Forwarded-For is believed
//! ucwa_origins = ["https://crm.example.com"] # whose pages may hold a UCWA client for agents
//!
//! [site.shop]                                # <script async src="…/widget.js" data-site="shop">
//! title = "Example shop"
//! origins = ["https://www.example.com"]
//! greeting = "Hello! How can we help?"
//! greetings = { de = "Hallo! Wie können wir helfen?" }   # for visitors who read these languages
//! hours = { zone = "Europe/Berlin", monday = ["09:00-12:30", "13:30-17:00"], closed = ["2026-12-25"] }
//! color = "#3450d1"
//! contact_url = "mailto:help@example.com"      # for browsers that cannot chat
//! identity_key_file = "/etc/frontdesk/shop.key" # what the site signs its visitors' identity with
//!
//! [application.crm]                          # somebody else's service application
//! endpoint = "sip:crm@example.com"
//! client_secret_file = "/etc/frontdesk/crm.secret"
//! callback_url = "https://crm.example.com/webhook"
//! [agent."ann@example.com"]                  # who answers; signs in with this password
//! name = "Ann"
//! password_file = "/etc/frontdesk/ann"
//!
//! [mail]                                     # who takes letters to visitors; see `mail`
//! smtp_url = "smtps://frontdesk@smtp.example.com"
//! password_file = "/etc/frontdesk/smtp"
//! from = "help@example.com"
//!
//! [limits]
//! connections_max = 20000
//! ```
//!
//! The two halves apart: `only = "desk"` with `[platform]`, see `remote`; `only = "platform"` with
//! `[application.…]`.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::agent::AgentTable;
use super::application::ApplicationTable;
use super::limits::LimitsTable;
use super::mail::MailTable;
use super::remote::PlatformTable;
use super::site::SiteTable;
use super::{SettingsError, in_file};
use crate::cli::Only;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSettings {
    pub(super) listen: Option<SocketAddr>,
    pub(super) data: Option<PathBuf>,
    pub(super) demo: Option<bool>,
    pub(super) assets: Option<PathBuf>,
    pub(super) public_url: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) trusted_proxies: Option<Vec<IpAddr>>,
    pub(super) only: Option<Only>,
    pub(super) platform: Option<PlatformTable>,
    pub(super) mail: Option<MailTable>,
    #[serde(default)]
    pub(super) agent: BTreeMap<String, AgentTable>,
    #[serde(default)]
    pub(super) ucwa_origins: Vec<String>,
    #[serde(default)]
    pub(super) site: BTreeMap<String, SiteTable>,
    #[serde(default)]
    pub(super) application: BTreeMap<String, ApplicationTable>,
    #[serde(default)]
    pub(super) limits: LimitsTable,
}

impl FileSettings {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|it| in_file(path, format!("the configuration cannot be read: {it}")))?;
        Self::parse(&text).map_err(|it| in_file(path, it))
    }

    /// Reads text; the error shows the line and says what to do.
    pub(super) fn parse(text: &str) -> Result<Self, SettingsError> {
        toml::from_str(text).map_err(|error| {
            let remedy = if error.message().starts_with("unknown field") {
                "remove the key or correct its spelling"
            } else {
                "correct the line"
            };
            SettingsError(format!("{error}{remedy}; then try `frontdesk check-config`"))
        })
    }
}
