//! What can be said on the command line to the commands that look after the data.

use std::path::PathBuf;

use clap::Args;

use super::subject::Whose;

/// Whose data.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// Folder that holds everything kept [default: frontdesk-data]
    #[arg(long, env = "FRONTDESK_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Configuration file that may name the folder
    #[arg(long, env = "FRONTDESK_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// `frontdesk backup`.
#[derive(Clone, Debug, Args)]
pub struct BackupFlags {
    /// The file to make; it holds keys and conversations, so keep it as safe as the data
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    pub overwrite: bool,
    /// Whose data.
    #[command(flatten)]
    pub place: Place,
}

/// `frontdesk restore`.
#[derive(Clone, Debug, Args)]
pub struct RestoreFlags {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Folder to restore into; it must be empty, and no server may use it
    #[arg(long, value_name = "DIR", required_unless_present = "verify")]
    pub data: Option<PathBuf>,
    /// Restore even if the folder holds data; they are kept beside it as `….replaced`
    #[arg(long, requires = "data")]
    pub replace: bool,
    /// Show counts and hashes as they were compared; without --data nothing is restored
    #[arg(long)]
    pub verify: bool,
}

/// `frontdesk export` and `frontdesk erase`.
#[derive(Clone, Debug, Args)]
pub struct SubjectFlags {
    /// Who or what.
    #[command(flatten)]
    pub subject: SubjectArgs,
    /// Whose data.
    #[command(flatten)]
    pub place: Place,
}

/// Exactly one of the two.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct SubjectArgs {
    /// All of a visitor: the website's `ApplicationSessionId`, `visitors[].id` of an export
    #[arg(long, value_name = "ID")]
    pub visitor: Option<String>,
    /// One conversation: its id in the console's address and in the desk's API
    #[arg(long, value_name = "ID")]
    pub conversation: Option<String>,
}

impl SubjectFlags {
    /// What is meant; clap lets exactly one of the two through.
    pub(super) fn whose(&self) -> Whose {
        let SubjectArgs { visitor, conversation } = &self.subject;
        match (visitor, conversation) {
            (Some(id), _) => Whose::Visitor(id.clone()),
            (None, id) => Whose::Conversation(id.clone().unwrap_or_default()),
        }
    }
}
