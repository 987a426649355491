//! What a data file holds, counted and hashed: what a backup is compared by.

use aws_lc_rs::digest::{Context, SHA256};
use rusqlite::Connection;

use super::{attached, rows};

/// What a backup says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The version of the program that made the backup.
    pub version: String,
    /// When, in Unix milliseconds.
    pub made_ms: i64,
    /// The schema of the data.
    pub schema: i64,
    /// Every log and every collection, by kind and name.
    pub parts: Vec<Part>,
}

/// One log or one collection of documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// `log`, `collection` or, in a backup, `files`.
    pub kind: String,
    /// Its name, such as `platform` or `users`.
    pub name: String,
    /// Scopes of a log; 0 for a collection.
    pub scopes: i64,
    /// Records of a log, or documents of a collection.
    pub entries: i64,
    /// SHA-256 over all of it in order, as 64 hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// What differs from another's parts, one sentence each; empty when nothing does.
    pub fn differences(&self, found: &[Part]) -> Vec<String> {
        let same = |a: &Part, b: &Part| a.kind == b.kind && a.name == b.name;
        let mut out = Vec::new();
        for part in &self.parts {
            let (kind, name) = (&part.kind, &part.name);
            match found.iter().find(|it| same(it, part)) {
                None => out.push(format!("the {kind} {name} is missing")),
                Some(it) if (it.scopes, it.entries) != (part.scopes, part.entries) => {
                    out.push(format!(
                        "the {kind} {name} has {} entries in {} scopes instead of {} in {}",
                        it.entries, it.scopes, part.entries, part.scopes
                    ));
                }
                Some(it) if it.sha256 != part.sha256 => {
                    out.push(format!("the {kind} {name} has other contents"));
                }
                Some(_) => {}
            }
        }
        let unknown = found.iter().filter(|it| !self.parts.iter().any(|part| same(it, part)));
        out.extend(unknown.map(|it| format!("the {} {} was not there", it.kind, it.name)));
        out
    }
}

/// Counts and hashes everything. Wants a snapshot: the caller's transaction.
pub(super) fn parts(connection: &Connection) -> rusqlite::Result<Vec<Part>> {
    let names = |sql| rows(connection, sql, [], |row| row.get::<_, String>(0));
    let mut parts = Vec::new();
    for name in names("SELECT DISTINCT collection FROM document ORDER BY collection")? {
        parts.push(collection(connection, name)?);
    }
    for name in names("SELECT DISTINCT log FROM scope ORDER BY log")? {
        parts.push(log(connection, name)?);
    }
    parts.extend(files(connection)?);
    Ok(parts)
}

/// The files of a backup, if it may hold any.
pub(super) fn files(connection: &Connection) -> rusqlite::Result<Option<Part>> {
    if !attached::is_there(connection)? {
        return Ok(None);
    }
    let mut hash = Hash::new();
    let mut statement = connection.prepare("SELECT id, bytes FROM backup_file ORDER BY id")?;
    let mut found = statement.query([])?;
    let mut entries = 0;
    while let Some(row) = found.next()? {
        hash.text(row.get_ref(0)?.as_str()?);
        hash.bytes(row.get_ref(1)?.as_blob()?);
        entries += 1;
    }
    let (kind, name) = ("files".to_owned(), "files".to_owned());
    Ok(Some(Part { kind, name, scopes: 0, entries, sha256: hash.finish() }))
}

fn collection(connection: &Connection, name: String) -> rusqlite::Result<Part> {
    let mut hash = Hash::new();
    let sql = "SELECT key, body FROM document WHERE collection = ? ORDER BY key";
    let mut statement = connection.prepare(sql)?;
    let mut found = statement.query([&name])?;
    let mut entries = 0;
    while let Some(row) = found.next()? {
        hash.text(row.get_ref(0)?.as_str()?);
        hash.text(row.get_ref(1)?.as_str()?);
        entries += 1;
    }
    Ok(Part { kind: "collection".to_owned(), name, scopes: 0, entries, sha256: hash.finish() })
}

fn log(connection: &Connection, name: String) -> rusqlite::Result<Part> {
    let mut hash = Hash::new();
    let sql = "SELECT id, name, closed FROM scope WHERE log = ? ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let mut found = statement.query([&name])?;
    let mut scopes = 0;
    while let Some(row) = found.next()? {
        hash.number(row.get(0)?);
        hash.text(row.get_ref(1)?.as_str()?);
        hash.number(row.get(2)?);
        scopes += 1;
    }
    let sql = "SELECT record.seq, record.scope, record.body \
               FROM record CROSS JOIN scope ON scope.id = record.scope \
               WHERE scope.log = ? ORDER BY record.seq";
    let mut statement = connection.prepare(sql)?;
    let mut found = statement.query([&name])?;
    let mut entries = 0;
    while let Some(row) = found.next()? {
        hash.number(row.get(0)?);
        hash.number(row.get(1)?);
        hash.text(row.get_ref(2)?.as_str()?);
        entries += 1;
    }
    Ok(Part { kind: "log".to_owned(), name, scopes, entries, sha256: hash.finish() })
}

/// Every field with its length before it, so that no two contents give the same bytes.
struct Hash(Context);

impl Hash {
    fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    fn number(&mut self, it: i64) {
        self.0.update(&it.to_be_bytes());
    }

    fn text(&mut self, it: &str) {
        self.bytes(it.as_bytes());
    }

    fn bytes(&mut self, it: &[u8]) {
        self.0.update(&(it.len() as u64).to_be_bytes());
        self.0.update(it);
    }

    fn finish(self) -> String {
        use std::fmt::Write as _;
        self.0.finish().as_ref().iter().fold(String::new(), |mut out, byte| {
            // Writing to a String does not fail.
            let _ = write!(out, "{byte:02x}");
            out
        })
    }
}
