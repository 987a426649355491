//! `frontdesk backup`, and the backup that an upgrade takes first.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shared::date;
use store::backup::{BackupError, Making, make};
use store::env::Clock as _;
use store::{Attached, Manifest, SqliteStore};

use super::{BackupFlags, UpkeepError, existing_store};
use crate::data_dir::files_folder;
use crate::env::SystemClock;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn run(flags: &BackupFlags) -> Result<String, UpkeepError> {
    let folder = flags.place.folder()?;
    let source = existing_store(&folder)?;
    let files = files_folder(&folder);
    let making = Making {
        version: VERSION,
        now_ms: SystemClock.now_ms(),
        overwrite: flags.overwrite,
        files: Some(Attached { folder: &files, collection: desk::FILES_COLLECTION }),
    };
    let manifest = make(&source, &flags.file, making)?;
    let entries: i64 = manifest.parts.iter().map(|it| it.entries).sum();
    Ok(format!("Backed up {entries} entries into {}.", flags.file.display()))
}

/// Opens the data file. One of an earlier schema is backed up before it is brought forward.
pub(crate) fn open_store(file: &Path) -> Result<Arc<SqliteStore>, BackupError> {
    if let Some(schema) = SqliteStore::earlier_schema(file)? {
        let copy = before_upgrade(file, schema);
        // One from an earlier try, or from before the operator went back, is older than the data.
        // An upgrade leaves files as they are.
        let making =
            Making { version: VERSION, now_ms: SystemClock.now_ms(), overwrite: true, files: None };
        make(file, &copy, making)?;
        tracing::info!(
            "the data are brought forward from schema {schema}; to go back, stop the server and \
             run: frontdesk restore {} --data {} --replace",
            copy.display(),
            file.parent().unwrap_or(file).display()
        );
    }
    Ok(SqliteStore::open(file)?)
}

/// Where the data of an earlier schema are kept.
fn before_upgrade(file: &Path, schema: i64) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".schema-{schema}.backup"));
    name.into()
}

/// What a backup holds, as a table.
pub(super) fn table(manifest: &Manifest) -> String {
    let made = date::iso(manifest.made_ms);
    let mut lines = vec![
        format!("Made {made} by frontdesk {}, schema {}.", manifest.version, manifest.schema),
        format!("{:<10} {:<14} {:>8} {:>9}  sha256", "kind", "name", "scopes", "entries"),
    ];
    for it in &manifest.parts {
        let (kind, name, scopes, entries) = (&it.kind, &it.name, it.scopes, it.entries);
        lines.push(format!("{kind:<10} {name:<14} {scopes:>8} {entries:>9}  {}", it.sha256));
    }
    lines.join("\n")
}
