//! What an operator does with the data besides serving them: back up, restore, export, erase.
//!
//! Backup and export read the data file beside a server that writes it. Restore wants the data
//! folder for itself. Erase goes through the running server, which has the visitor in memory too
//! ([`hatch`]), or does it itself when there is none.

mod backup;
mod erase;
mod export;
mod flags;
mod hatch;
mod restore;
mod subject;

use std::path::{Path, PathBuf};

pub use flags::{BackupFlags, Place, RestoreFlags, SubjectFlags};

use crate::data_dir;
use crate::settings::SettingsError;

/// Why something was not done; the sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// A setting that cannot be.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Backup or restore.
    #[error(transparent)]
    Backup(#[from] store::backup::BackupError),
    /// The data file.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] data_dir::DataDirError),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

pub(crate) use backup::open_store;
pub(crate) use hatch::Hatch;

/// Copies the data into one file; answers what to print.
///
/// # Errors
/// [`UpkeepError`]; there is no new file then.
pub fn back_up(flags: &BackupFlags) -> Result<String, UpkeepError> {
    backup::run(flags)
}

/// Checks a backup and, where a data folder is given, puts it there; answers what to print.
///
/// # Errors
/// [`UpkeepError`]; the data folder is as it was then.
pub fn restore(flags: &RestoreFlags) -> Result<String, UpkeepError> {
    restore::run(flags)
}

/// Writes all that is kept of a visitor or of a conversation as JSON.
///
/// # Errors
/// [`UpkeepError`]; also when nothing is kept.
pub fn export(flags: &SubjectFlags) -> Result<String, UpkeepError> {
    export::run(flags)
}

/// Erases all that is kept of a visitor or of a conversation; answers what to print.
///
/// # Errors
/// [`UpkeepError`]; it is to be done again then.
pub fn erase(flags: &SubjectFlags) -> Result<String, UpkeepError> {
    erase::run(flags)
}

/// The data file of a folder that holds one.
fn existing_store(folder: &Path) -> Result<PathBuf, UpkeepError> {
    let file = data_dir::store_file(folder);
    if !file.exists() {
        let text = format!("{} holds no data of frontdesk: give --data DIR", folder.display());
        return Err(UpkeepError::Other(text));
    }
    Ok(file)
}

impl Place {
    /// The data folder that is meant.
    fn folder(&self) -> Result<PathBuf, SettingsError> {
        crate::settings::data_folder(self.data.clone(), self.config.as_deref())
    }
}
