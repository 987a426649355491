//! The files that the rules look at: all text in the tree that people write.

use anyhow::Result;
use std::fs;
use std::path::Path;

/// One file.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its path from the repository, with `/` between the parts.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
}

const KINDS: &[&str] =
    &["css", "html", "js", "json", "lock", "md", "mjs", "rs", "sh", "sql", "toml", "yaml", "yml"];

const SKIPPED: &[&str] = &[".git", "target", "node_modules", "dist", "data"];

impl Source {
    #[cfg(test)]
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Whether it is Rust.
    pub(crate) fn is_rust(&self) -> bool {
        self.kind() == "rs"
    }

    /// Whether it is a test, or a tool of tests, as a whole.
    pub(crate) fn is_test(&self) -> bool {
        let folders = self.path.starts_with("e2e/") || self.path.contains("/tests/");
        folders || self.path.ends_with("/tests.rs") || self.path.ends_with("_tests.rs")
    }

    /// What follows the last dot of its name.
    pub(crate) fn kind(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or("", |(_, kind)| kind)
    }

    /// Its lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// All of them below `root`, in the order of their paths.
pub(crate) fn read(root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    walk(root, "", &mut sources)?;
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

fn walk(folder: &Path, prefix: &str, into: &mut Vec<Source>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        // Only a file that is gone since it was listed, or is not text, cannot be read.
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                walk(&entry.path(), &path, into)?;
            }
        } else if is_text(&path)
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            into.push(Source { path, text });
        }
    }
    Ok(())
}

fn is_text(path: &str) -> bool {
    path.starts_with(".ci/") || path.rsplit_once('.').is_some_and(|(_, kind)| KINDS.contains(&kind))
}
