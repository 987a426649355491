//! The rules of the source tree, as programs. A rule without a check is a wish.
//!
//! Each rule is a function from what it looks at to its breaches, each with the file and the line; [`check`] runs
//! them all. The rules about weight are in [`crate::size`], those about a function's length in `clippy.toml`.

mod arrows;
mod checks;
mod hrefs;
mod invariants;
mod manifests;
mod text;
pub(crate) mod tree;

use crate::{docs, metadata, paths};
use anyhow::{Result, bail};
use std::fmt;
use tree::Source;

/// One place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Breach {
    path: String,
    line: usize,
    why: String,
}

impl Breach {
    fn new(path: &str, line: usize, why: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, why: why.into() }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}", self.path, self.line, self.why)
    }
}

/// Runs every rule and shows each breach.
pub(crate) fn check() -> Result<()> {
    let sources = tree::read(&paths::root())?;
    let mut breaches = all(&sources)?;
    breaches.extend(docs::stale(&paths::root())?.into_iter().map(|name| {
        let path = format!("{}/{name}", docs::FOLDER);
        Breach::new(&path, 1, "is not what the code says: `cargo xtask docs` writes it")
    }));
    for breach in &breaches {
        println!("{breach}");
    }
    for source in sources.iter().filter(|source| source.is_rust()) {
        let lines = source.text.lines().count();
        if (text::SOFT_LINES + 1..=text::HARD_LINES).contains(&lines) {
            println!("note: {} has {lines} lines, aim at {}", source.path, text::SOFT_LINES);
        }
    }
    if breaches.is_empty() {
        println!("tidy: {} files, no breach", sources.len());
        return Ok(());
    }
    bail!("tidy: {} breaches in {} files", breaches.len(), sources.len())
}

fn all(sources: &[Source]) -> Result<Vec<Breach>> {
    let mut breaches = arrows::check(&metadata::packages()?);
    for source in sources {
        breaches.extend(text::check(source));
        breaches.extend(hrefs::check(source));
        breaches.extend(manifests::check(source)?);
    }
    breaches.extend(invariants::check(sources));
    breaches.extend(checks::check(sources));
    breaches.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
    Ok(breaches)
}
