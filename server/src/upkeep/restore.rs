//! `frontdesk restore`.

use std::fs;
use std::path::Path;

use store::backup::{self, BackupError};

use super::backup::table;
use super::{RestoreFlags, UpkeepError};
use crate::data_dir::{DataDir, LOCK_FILE, files_folder};

pub(super) fn run(flags: &RestoreFlags) -> Result<String, UpkeepError> {
    let Some(folder) = &flags.data else {
        let manifest = backup::verify(&flags.file)?;
        let text = format!("{} is whole.\n{}", flags.file.display(), table(&manifest));
        return Ok(text);
    };
    // Nothing is made for a file that is not there.
    if !flags.file.is_file() {
        let missing = "there is no such file".to_owned();
        return Err(BackupError::File(flags.file.clone(), missing).into());
    }
    let data = DataDir::open(folder)?;
    if !flags.replace && !is_empty(folder)? {
        return Err(UpkeepError::Other(format!(
            "{} is not empty: give another --data, or --replace to put the backup in the place of \
             the data there",
            folder.display()
        )));
    }
    let manifest = backup::restore(&flags.file, &data.store_file(), Some(&files_folder(folder)))?;
    let mut text = format!(
        "Restored {} into {}; counts and hashes are those of the backup.",
        flags.file.display(),
        folder.display()
    );
    if flags.verify {
        text.push('\n');
        text.push_str(&table(&manifest));
    }
    Ok(text)
}

/// Whether a folder holds nothing but the lock that was just made.
fn is_empty(folder: &Path) -> Result<bool, UpkeepError> {
    let unreadable = |it| UpkeepError::Other(format!("{} cannot be read: {it}", folder.display()));
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        if entry.map_err(unreadable)?.file_name() != LOCK_FILE {
            return Ok(false);
        }
    }
    Ok(true)
}
