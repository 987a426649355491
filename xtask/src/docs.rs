//! `cargo xtask docs`: one page for each resource, made from the code that serves it.
//!
//! The words come from the doc comments of `platform/src/resources/*.rs`, the requests from their routes, the inputs
//! from what the handlers read, the samples from the snapshots of `platform/tests/wire`. Nothing is written twice, and
//! `cargo xtask tidy` fails when a page is not what the code says.

mod page;
mod samples;
mod source;

use crate::paths;
use anyhow::{Context, Result};
use samples::Samples;
use source::Code;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the pages are.
pub(crate) const FOLDER: &str = "docs/protocol/resources";

/// Writes every page, and removes those of resources that are gone.
pub(crate) fn write() -> Result<()> {
    let pages = pages(&paths::root())?;
    let folder = paths::root().join(FOLDER);
    fs::create_dir_all(&folder)?;
    for path in listed(&folder)? {
        if !pages.contains_key(&name_of(&path)) {
            fs::remove_file(&path)?;
        }
    }
    for (name, text) in &pages {
        fs::write(folder.join(name), text)?;
    }
    println!("docs: {} pages in {FOLDER}", pages.len());
    Ok(())
}

/// Names of pages that are missing, different or too many.
pub(crate) fn stale(root: &Path) -> Result<Vec<String>> {
    let pages = pages(root)?;
    let folder = root.join(FOLDER);
    let there = listed(&folder).unwrap_or_default();
    let mut out: Vec<String> =
        there.iter().map(|it| name_of(it)).filter(|name| !pages.contains_key(name)).collect();
    for (name, text) in &pages {
        if fs::read_to_string(folder.join(name)).ok().as_ref() != Some(text) {
            out.push(name.clone());
        }
    }
    Ok(out)
}

/// All pages by file name.
fn pages(root: &Path) -> Result<BTreeMap<String, String>> {
    let code = Code::read(&root.join("platform/src"))?;
    let samples = Samples::read(&root.join("platform/tests/wire/snapshots"))?;
    let mut out = BTreeMap::new();
    for resource in code.resources() {
        let name = format!("{}.md", resource.name.replace('_', "-"));
        out.insert(name, page::resource(&code, resource, &samples));
    }
    out.insert("webhooks.md".to_owned(), page::webhooks(&code, &samples)?);
    out.insert("errors.md".to_owned(), page::errors(&code, &samples)?);
    let index = page::index(&code);
    out.insert("README.md".to_owned(), index);
    Ok(out)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> =
        entries.map(|it| Ok(it?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default()
}
