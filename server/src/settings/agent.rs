//! `[agent."URI"]`: who answers visitors, besides those made in the console.
//!
//! Where the platform is served too, they sign in here with the password of their file; over somebody
//! else's platform they sign in there, and there is no such file.

use std::path::PathBuf;

use desk::Secret;
use serde::Deserialize;
use shared::SipUri;

use super::{SettingsError, secret_in};

/// Somebody who answers visitors.
#[derive(Clone, Debug)]
pub struct AgentAccount {
    /// Who.
    pub uri: SipUri,
    /// The name visitors see.
    pub display_name: String,
    /// What one signs in with; `None` where the platform is somebody else's.
    pub password: Option<Secret<String>>,
}

/// One `[agent.URI]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgentTable {
    name: Option<String>,
    password_file: Option<PathBuf>,
}

impl AgentTable {
    /// The agent; `signs_in_here` when the platform is served here.
    pub(super) fn read(self, id: &str, signs_in_here: bool) -> Result<AgentAccount, SettingsError> {
        let wrong = |key: &str, text: String| SettingsError(format!("agent.{id:?}{key}: {text}"));
        let uri = SipUri::parse(id)
            .map_err(|it| wrong("", format!("{it}; for instance [agent.\"ann@your.domain\"]")))?;
        let password = match (self.password_file, signs_in_here) {
            (Some(file), true) => Some(secret_in(&file).map_err(|it| wrong(".password_file", it))?),
            (None, false) => None,
            (None, true) => {
                let text = "needed: the file that holds what the agent signs in with";
                return Err(wrong(".password_file", text.into()));
            }
            (Some(_), false) => {
                let text = "leave it out: agents sign in at the other platform, which knows it";
                return Err(wrong(".password_file", text.into()));
            }
        };
        let display_name = self.name.unwrap_or_else(|| uri.name().to_owned());
        Ok(AgentAccount { uri, display_name, password })
    }
}
