//! What a visitor's browser must fetch: shown, and judged by `bench/size/budgets.toml`.

use crate::exec::step;
use crate::web::{AppFiles, Manifest, PartsFiles};
use crate::{metadata, paths, web};
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;

const BUDGETS: &str = "bench/size/budgets.toml";

/// What may be fetched, and what may not be used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    /// Most bytes after Brotli, by the name of what is fetched.
    compressed_bytes: BTreeMap<String, u64>,
    /// Crates that each of ours must not name as a dependency.
    banned: BTreeMap<String, Vec<String>>,
}

/// One line of the table.
struct Row {
    what: &'static str,
    raw: u64,
    compressed: u64,
}

/// Builds what changed, then shows and judges it.
pub(crate) fn check() -> Result<()> {
    judge(&web::build()?)
}

/// Shows and judges what was built.
pub(crate) fn judge(manifest: &Manifest) -> Result<()> {
    step("sizes", || {
        let text = fs::read_to_string(paths::root().join(BUDGETS))
            .with_context(|| format!("{BUDGETS} is missing"))?;
        let budgets: Budgets = toml::from_str(&text).context(BUDGETS)?;
        let rows = rows(manifest)?;
        let mut breaches = over_budget(&budgets, &rows);
        breaches.extend(foreign_imports(manifest)?);
        breaches.extend(banned_dependencies(&budgets, &metadata::packages()?));
        if breaches.is_empty() {
            return Ok(());
        }
        bail!("{}", breaches.join("\n  "))
    })
}

fn rows(manifest: &Manifest) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    if let Some(loader) = &manifest.loader {
        rows.push(row("loader", loader)?);
    }
    if let Some(extras) = &manifest.extras {
        rows.push(row("extras", extras)?);
    }
    if let Some(AppFiles { html, boot, js, wasm, later, css }) = &manifest.widget {
        rows.push(row("widget document", html)?);
        rows.push(row("widget boot", boot)?);
        rows.push(row("widget JS", js)?);
        rows.push(row("widget wasm", wasm)?);
        rows.extend(later.as_ref().map(|it| row("widget later", it)).transpose()?);
        rows.extend(css.as_ref().map(|css| row("widget css", css)).transpose()?);
    }
    if let Some(PartsFiles { js, wasm, css }) = &manifest.parts {
        rows.push(row("parts JS", js)?);
        rows.push(row("parts wasm", wasm)?);
        rows.push(row("parts css", css)?);
    }
    if let Some(AppFiles { html, boot, js, wasm, css, .. }) = &manifest.console {
        rows.push(row("console document", html)?);
        rows.push(row("console boot", boot)?);
        rows.push(row("console JS", js)?);
        rows.push(row("console wasm", wasm)?);
        rows.extend(css.as_ref().map(|css| row("console css", css)).transpose()?);
    }
    println!("  {:<18}{:>10}{:>10}", "", "raw", "brotli");
    for Row { what, raw, compressed } in &rows {
        println!("  {what:<18}{raw:>10}{compressed:>10}");
    }
    Ok(rows)
}

fn row(what: &'static str, path: &str) -> Result<Row> {
    let bytes = |path: String| {
        let file = paths::web().join(&path);
        fs::metadata(file)
            .map(|it| it.len())
            .with_context(|| format!("target/web/{path} is missing"))
    };
    Ok(Row { what, raw: bytes(path.to_owned())?, compressed: bytes(format!("{path}.br"))? })
}

/// `widget wasm + JS` in a budget's name is the sum of two rows.
fn over_budget(budgets: &Budgets, rows: &[Row]) -> Vec<String> {
    let mut breaches = Vec::new();
    for (what, limit) in &budgets.compressed_bytes {
        let parts: Vec<&str> = what.split(" + ").collect();
        let found: Vec<u64> =
            rows.iter().filter(|row| parts.contains(&row.what)).map(|row| row.compressed).collect();
        let sum: u64 = found.iter().sum();
        if found.len() != parts.len() {
            breaches.push(format!("{what}: was not built, so its budget cannot be judged"));
        } else if sum > *limit {
            breaches.push(format!("{what}: {sum} bytes compressed, {BUDGETS} allows {limit}"));
        } else {
            println!("  {what}: {sum} of {limit} bytes");
        }
    }
    breaches
}

/// A program that asks for a module named `env` was linked against something a browser lacks.
fn foreign_imports(manifest: &Manifest) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for app in [&manifest.widget, &manifest.console].into_iter().flatten() {
        let wasm = fs::read(paths::web().join(&app.wasm))?;
        let imports =
            section(&wasm, 2).with_context(|| format!("{} is not WebAssembly", app.wasm))?;
        // A name is written as its length, then its letters.
        if imports.windows(4).any(|part| part == b"\x03env") {
            breaches.push(format!("{}: imports from \"env\", which no browser has", app.wasm));
        }
    }
    Ok(breaches)
}

/// A module's first section with this id, or nothing; `None` when it is no module.
fn section(wasm: &[u8], wanted: u8) -> Option<&[u8]> {
    let mut rest = wasm.strip_prefix(b"\0asm\x01\0\0\0")?;
    while let Some((id, after)) = rest.split_first() {
        let (length, after) = leb128(after)?;
        let (body, after) = after.split_at_checked(length)?;
        if *id == wanted {
            return Some(body);
        }
        rest = after;
    }
    Some(&[])
}

/// A number in WebAssembly's variable length, and what follows it.
fn leb128(mut bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0;
    for shift in (0..32).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        bytes = rest;
        number |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((number, bytes));
        }
    }
    None
}

fn banned_dependencies(budgets: &Budgets, packages: &[metadata::Package]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in packages {
        let Some(banned) = budgets.banned.get(&package.name) else { continue };
        for used in package.browser_dependencies() {
            if banned.iter().any(|it| it == used) {
                breaches.push(format!(
                    "{}/Cargo.toml: {used} weighs too much for a browser",
                    package.name
                ));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::{Budgets, Row, over_budget, section};
    use std::collections::BTreeMap;

    fn budgets(what: &str, limit: u64) -> Budgets {
        let compressed_bytes = BTreeMap::from([(what.to_owned(), limit)]);
        Budgets { compressed_bytes, banned: BTreeMap::new() }
    }

    #[test]
    fn a_budget_may_be_for_a_sum() {
        let rows = [
            Row { what: "widget JS", raw: 9, compressed: 4 },
            Row { what: "widget wasm", raw: 9, compressed: 6 },
        ];
        assert!(over_budget(&budgets("widget JS + widget wasm", 10), &rows).is_empty());
        assert_eq!(over_budget(&budgets("widget JS + widget wasm", 9), &rows).len(), 1);
    }

    #[test]
    fn what_was_not_built_is_over_budget() {
        assert_eq!(over_budget(&budgets("loader", 10), &[]).len(), 1);
    }

    #[test]
    fn the_import_section_is_found() {
        let wasm = b"\0asm\x01\0\0\0\x01\x02xx\x02\x05\x01\x03env";
        assert_eq!(section(wasm, 2), Some(&b"\x01\x03env"[..]));
        assert_eq!(section(wasm, 7), Some(&b""[..]));
        assert_eq!(section(b"MZ", 2), None);
        assert_eq!(section(b"\0asm\x01\0\0\0\x01\x09xx", 2), None);
    }
}
