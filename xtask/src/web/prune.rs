//! Takes out of a program what nobody calls and the linker must keep, because it is exported.
//!
//! Leptos brings `wasm-streams` along, which offers its classes to JavaScript whether they are used or not: 1.6 KB of
//! the widget, compressed. They go before wasm-bindgen reads the program, so it writes no glue for them either.

use anyhow::{Context, Result};
use std::path::Path;
use walrus::{Module, ModuleConfig};

/// Where the macro of wasm-bindgen notes what it was applied to.
const NOTES: &str = "__wasm_bindgen_unstable";

/// What the exports, and the notes on them, have in their names: lower-case and as classes.
const UNUSED: [&str; 2] = ["intounderlying", "IntoUnderlying"];

/// Reads the program that was compiled, without these classes.
pub(crate) fn read(compiled: &Path) -> Result<Module> {
    let mut module = ModuleConfig::new()
        .strict_validate(false)
        .generate_dwarf(false)
        .parse_file(compiled)
        .with_context(|| format!("cannot read {}", compiled.display()))?;
    let unused: Vec<_> = module
        .exports
        .iter()
        .filter(|it| UNUSED.iter().any(|part| it.name.contains(part)))
        .map(walrus::Export::id)
        .collect();
    for export in unused {
        module.exports.delete(export);
    }
    if let Some(mut notes) = module.customs.remove_raw(NOTES) {
        notes.data =
            without_unused(&notes.data).context("wasm-bindgen's notes have another form now")?;
        module.customs.add(notes);
    }
    Ok(module)
}

/// The notes are pairs of parts, a version and what it is of; each part stands behind its length.
fn without_unused(mut notes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(notes.len());
    while !notes.is_empty() {
        let version = 4 + usize::try_from(u32::from_le_bytes(*notes.first_chunk()?)).ok()?;
        let length = notes.get(version..)?.first_chunk()?;
        let whole = version + 4 + usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (pair, rest) = notes.split_at_checked(whole)?;
        let names = |part: &str| pair.windows(part.len()).any(|it| it == part.as_bytes());
        if !UNUSED.into_iter().any(names) {
            out.extend_from_slice(pair);
        }
        notes = rest;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::without_unused;

    fn pair(text: &str) -> Vec<u8> {
        let part = |it: &str| {
            let length = u32::try_from(it.len()).expect("short");
            [&length.to_le_bytes(), it.as_bytes()].concat()
        };
        [part("{version}"), part(text)].concat()
    }

    #[test]
    fn notes_on_unused_classes_go_and_the_others_stay() {
        let notes = [pair("one"), pair("a IntoUnderlyingSink b"), pair("two")].concat();
        assert_eq!(without_unused(&notes), Some([pair("one"), pair("two")].concat()));
        assert_eq!(without_unused(&notes[..notes.len() - 1]), None, "cut off");
    }
}
