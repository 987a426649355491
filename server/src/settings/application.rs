//! `[application.NAME]`: service applications of others that the embedded platform knows
//! (`protocol.md` §1.1), besides the desk in this process.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use shared::{Origin, SipUri};

use super::SettingsError;

/// A service application of somebody else.
#[derive(Clone)]
pub struct Application {
    /// The address that it answers at.
    pub endpoint: SipUri,
    /// Its OAuth client id.
    pub client_id: String,
    /// What it proves itself with.
    pub client_secret: String,
    /// Where its webhooks go.
    pub callback_url: String,
    /// `aud` of the bearer of its webhooks.
    pub audience: String,
    /// What visitors see.
    pub display_name: String,
}

impl std::fmt::Debug for Application {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Application")
            .field("endpoint", &self.endpoint)
            .field("client_id", &self.client_id)
            .field("callback_url", &self.callback_url)
            .finish_non_exhaustive()
    }
}

/// One `[application.NAME]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationTable {
    endpoint: String,
    client_id: Option<String>,
    client_secret_file: PathBuf,
    callback_url: String,
    audience: Option<String>,
    display_name: Option<String>,
}

impl ApplicationTable {
    /// Reads the secret and checks the rest; the client id is the table's name unless given.
    pub(super) fn read(self, name: &str) -> Result<Application, SettingsError> {
        let wrong =
            |key: &str, text: String| SettingsError(format!("application.{name}.{key}: {text}"));
        let endpoint = SipUri::parse(&self.endpoint).map_err(|it| wrong("endpoint", it.0))?;
        let origin = Origin::parse(&self.callback_url).map_err(|it| wrong("callback_url", it.0))?;
        let client_secret =
            secret(&self.client_secret_file).map_err(|it| wrong("client_secret_file", it))?;
        Ok(Application {
            endpoint,
            client_id: self.client_id.unwrap_or_else(|| name.to_owned()),
            client_secret,
            audience: self.audience.unwrap_or_else(|| origin.to_string()),
            callback_url: self.callback_url,
            display_name: self.display_name.unwrap_or_else(|| name.to_owned()),
        })
    }
}

/// A secret stands alone in its file, so that the configuration can be shown to others.
fn secret(path: &Path) -> Result<String, String> {
    let file = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("{file} cannot be read ({error}); write the secret into it"))?;
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{file} is empty; write the secret into it"));
    }
    Ok(text.to_owned())
}
