//! `frontdesk export`: everything that is kept of a visitor, as JSON.

use serde_json::{Value, json};
use shared::date;
use store::Archive;
use store::env::Clock as _;

use super::subject::{self, DESK, Whose};
use super::{SubjectFlags, UpkeepError, existing_store};
use crate::env::SystemClock;

/// Names the shape of the document; see docs/operating/backup.md.
const FORMAT: &str = "frontdesk-export-1";

pub(super) fn run(flags: &SubjectFlags) -> Result<String, UpkeepError> {
    let archive = Archive::open(&existing_store(&flags.place.folder()?)?)?;
    let document = document(&archive, &flags.whose(), SystemClock.now_ms())?;
    Ok(format!("{document:#}"))
}

fn document(archive: &Archive, whose: &Whose, now_ms: i64) -> Result<Value, UpkeepError> {
    let found = subject::find(archive, whose)?;
    let records = found.records(archive)?;
    if records.is_empty() {
        return Err(UpkeepError::Other(format!("nothing is kept of {whose}")));
    }
    let mut conversations = Vec::new();
    for id in &found.conversations {
        let scope = desk::personal::scope(id);
        let own = records.iter().filter(|(log, it)| log == DESK && it.scope == scope);
        let own: Vec<_> = own.map(|(_, it)| it.clone()).collect();
        conversations.extend(desk::personal::transcript(id, &own)?);
    }
    let visitors = found.footprint.visitors.iter().map(|it| {
        json!({ "id": it.session, "names": it.names, "addresses": it.addresses,
            "applications": it.applications })
    });
    let visitors: Vec<Value> = visitors.collect();
    let mut files = Vec::new();
    for id in &found.files {
        let record = archive.document(desk::FILES_COLLECTION, id)?.unwrap_or_default();
        let record: Value = serde_json::from_str(&record).unwrap_or_default();
        files.push(json!({ "path": format!("files/{id}"), "record": record }));
    }
    let records = records.iter().map(|(log, it)| {
        // What is no JSON is handed out as it is.
        let body = serde_json::from_str(&it.body).unwrap_or(Value::String(it.body.clone()));
        json!({ "log": log, "seq": it.seq, "scope": it.scope, "body": body })
    });
    let records: Vec<Value> = records.collect();
    Ok(json!({
        "format": FORMAT,
        "made": date::iso(now_ms),
        "of": whose,
        "visitors": visitors,
        "conversations": conversations,
        "files": files,
        "records": records,
    }))
}
