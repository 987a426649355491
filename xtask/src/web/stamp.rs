//! Whether anything changed since the last build: one fingerprint over all that goes in.

use super::assets::fingerprint;
use crate::paths;
use crate::setup::WasmRust;
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// Files and folders whose content decides what the browser gets.
const INPUTS: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "client",
    "console",
    "index.html",
    "parts",
    "shared",
    "ui",
    "widget",
    "xtask/npm/package-lock.json",
    "xtask/src/setup/wasm.rs",
    "xtask/src/web",
    "xtask/src/web.rs",
];

/// Those of them that decide what is made of a compiled program.
const MAKERS: &[&str] =
    &["Cargo.lock", "xtask/npm/package-lock.json", "xtask/src/web", "xtask/src/web.rs"];

/// One number for all inputs and the compiler's kind.
pub(super) fn of_inputs(rust: WasmRust) -> Result<String> {
    of(INPUTS, &format!("{rust:?}"))
}

/// One number for what binds, shrinks and compresses.
pub(super) fn of_makers() -> Result<String> {
    of(MAKERS, "")
}

fn of(inputs: &[&str], more: &str) -> Result<String> {
    let mut files = Vec::new();
    for input in inputs {
        collect(&paths::root().join(input), &mut files)?;
    }
    files.sort();
    let mut parts = vec![more.as_bytes().to_vec()];
    for file in files {
        parts.push(paths::shown(&file).into_bytes());
        let content = fs::read(&file)?;
        parts.push(content.len().to_le_bytes().to_vec());
        parts.push(content);
    }
    Ok(format!("{:016x}", fingerprint(parts.iter().map(Vec::as_slice))))
}

/// Whether `target/web` was made from exactly these.
pub(super) fn is_current(inputs: &str) -> bool {
    fs::read_to_string(stamp()).is_ok_and(|kept| kept == inputs)
}

/// Whether `target/web` was compressed by exactly these, so that its files may be taken again.
pub(super) fn is_of_makers(makers: &str) -> bool {
    fs::read_to_string(makers_stamp()).is_ok_and(|kept| kept == makers)
}

/// Notes that `target/web` was made from these, by these.
pub(super) fn keep(inputs: &str, makers: &str) -> Result<()> {
    fs::write(makers_stamp(), makers)?;
    fs::write(stamp(), inputs)?;
    Ok(())
}

fn makers_stamp() -> PathBuf {
    paths::web().join(".makers")
}

fn stamp() -> PathBuf {
    paths::web().join(".stamp")
}

fn collect(path: &Path, into: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        into.push(path.to_path_buf());
    } else if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name();
            // `tests` and `dist` never reach a browser.
            if !["tests", "dist", "node_modules", "target"].iter().any(|skipped| name == *skipped) {
                collect(&entry.path(), into)?;
            }
        }
    }
    Ok(())
}
