//! `frontdesk erase`: by the running server where there is one, else on the file itself.

use std::path::Path;

use store::env::Clock as _;
use store::{Archive, SqliteStore};

use super::subject::{self, Whose};
use super::{SubjectFlags, UpkeepError, existing_store, hatch, open_store};
use crate::data_dir::{DataDir, DataDirError};
use crate::env::SystemClock;

pub(super) fn run(flags: &SubjectFlags) -> Result<String, UpkeepError> {
    let folder = flags.place.folder()?;
    let file = existing_store(&folder)?;
    match DataDir::open(&folder) {
        Ok(_ours) => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|it| UpkeepError::Other(it.to_string()))?;
            runtime.block_on(async {
                let store = open_store(&file)?;
                let erased = erase(&store, &flags.whose()).await;
                store.close().await;
                erased
            })
        }
        Err(DataDirError::Taken(..)) => hatch::ask(&folder, &flags.whose()),
        Err(error) => Err(error.into()),
    }
}

/// Erases from a store whose parts hold nothing of it in memory; answers what to print.
pub(crate) async fn erase(store: &SqliteStore, whose: &Whose) -> Result<String, UpkeepError> {
    let (path, wanted) = (store.path().to_owned(), whose.clone());
    let reading = tokio::task::spawn_blocking(move || plan(&path, &wanted)).await;
    let (erasure, said) = reading.map_err(|it| UpkeepError::Other(it.to_string()))??;
    // Even if nothing is kept any more: an earlier try may have left something in the log.
    store.erase(erasure).await?;
    Ok(said)
}

fn plan(file: &Path, whose: &Whose) -> Result<(store::Erasure, String), UpkeepError> {
    let archive = Archive::open(file)?;
    let found = subject::find(&archive, whose)?;
    let records = found.records(&archive)?.len();
    let said = if records == 0 {
        format!("Nothing is kept of {whose}.")
    } else {
        format!(
            "Erased {whose}: {} conversations, {records} records. Backups made before hold them \
             still: delete those, or erase again after restoring one.",
            found.conversations.len()
        )
    };
    Ok((found.erasure(&archive, SystemClock.now_ms())?, said))
}
