//! `[application.NAME]`: service applications of others that the platform knows (`protocol.md` §1.1),
//! besides a desk in this process.
//!
//! ```toml
//! [application.helpdesk]
//! endpoint = "sip:helpdesk@example.com"
//! client_id = "5f0c"                             # the table's name unless given
//! client_secret_file = "/etc/frontdesk/secret"   # or certificate_file
//! callback_url = "https://desk.example/desk/webhook"
//! audience = "https://desk.example"              # what webhooks' tokens are for
//! ```

use std::path::PathBuf;

use platform::{Endpoint, Proof};
use serde::Deserialize;
use shared::{Dialect, Origin, SipUri};

use super::{SettingsError, secret_in};

/// One `[application.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationTable {
    endpoint: String,
    client_id: Option<String>,
    client_secret_file: Option<PathBuf>,
    certificate_file: Option<PathBuf>,
    callback_url: String,
    audience: Option<String>,
    display_name: Option<String>,
    dialect: Option<DialectName>,
}

/// How webhooks write relations (row A03).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum DialectName {
    Service,
    Saas,
}

impl ApplicationTable {
    /// Reads the secret or the certificate and checks the rest.
    pub(super) fn read(self, name: &str) -> Result<Endpoint, SettingsError> {
        let wrong =
            |key: &str, text: String| SettingsError(format!("application.{name}.{key}: {text}"));
        let uri = SipUri::parse(&self.endpoint).map_err(|it| wrong("endpoint", it.0))?;
        let origin = Origin::parse(&self.callback_url).map_err(|it| wrong("callback_url", it.0))?;
        let proof = match (self.client_secret_file, self.certificate_file) {
            (Some(file), None) => {
                let secret = secret_in(&file).map_err(|it| wrong("client_secret_file", it))?;
                Proof::Secret(secret.expose().clone())
            }
            (None, Some(file)) => {
                let pem = secret_in(&file).map_err(|it| wrong("certificate_file", it))?;
                Proof::Certificate(pem.expose().clone())
            }
            _ => {
                let text = "give this, or certificate_file; one of the two";
                return Err(wrong("client_secret_file", text.to_owned()));
            }
        };
        Ok(Endpoint {
            uri,
            client_id: self.client_id.unwrap_or_else(|| name.to_owned()),
            proof,
            audience: self.audience.unwrap_or_else(|| origin.to_string()),
            callback_url: self.callback_url,
            display_name: self.display_name.unwrap_or_else(|| name.to_owned()),
            dialect: match self.dialect {
                Some(DialectName::Saas) => Dialect::Saas,
                Some(DialectName::Service) | None => Dialect::Service,
            },
        })
    }
}
