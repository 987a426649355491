//! `frontdesk erase`: by the running server where there is one, else on the file itself.

use std::collections::BTreeSet;
use std::path::Path;

use store::env::Clock as _;
use store::{Archive, Documents as _, SqliteStore};

use super::subject::{self, Whose};
use super::{SubjectFlags, UpkeepError, existing_store, hatch, open_store};
use crate::data_dir::{DataDir, DataDirError, files_folder};
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

/// What has to be gone, the files that go with it by id, and what to print.
type Plan = (store::Erasure, BTreeSet<String>, String);

/// Erases from a store whose parts hold nothing of it in memory; answers what to print.
pub(crate) async fn erase(store: &SqliteStore, whose: &Whose) -> Result<String, UpkeepError> {
    let (path, wanted) = (store.path().to_owned(), whose.clone());
    let reading = tokio::task::spawn_blocking(move || plan(&path, &wanted)).await;
    let (erasure, files, said) = reading.map_err(|it| UpkeepError::Other(it.to_string()))??;
    for id in &files {
        remove_file(store, id).await?;
    }
    // Even if nothing is kept any more: an earlier try may have left something in the log.
    store.erase(erasure).await?;
    Ok(said)
}

/// Removes a file: its record first, so that nobody finds one without its bytes.
async fn remove_file(store: &SqliteStore, id: &str) -> Result<(), UpkeepError> {
    store.delete(desk::FILES_COLLECTION, id).await?;
    let folder = files_folder(store.path().parent().unwrap_or(Path::new(".")));
    match std::fs::remove_file(folder.join(id)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(UpkeepError::Other(
            format!("a file in {} cannot be removed: {error}", folder.display()),
        )),
        _ => Ok(()),
    }
}

fn plan(file: &Path, whose: &Whose) -> Result<Plan, UpkeepError> {
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
    let erasure = found.erasure(&archive, SystemClock.now_ms())?;
    Ok((erasure, found.files, said))
}
