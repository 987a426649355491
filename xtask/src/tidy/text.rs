//! Rules for single lines and whole files: heads, lengths, left-over notes, names of machines.

use super::Breach;
use super::tree::Source;

/// What a Rust file should stay below.
pub(super) const SOFT_LINES: usize = 400;

/// What it must stay below.
pub(super) const HARD_LINES: usize = 600;

/// Notes to oneself. Written in two parts so that this file is not a breach.
const NOTES: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Hosts of registries and places on one machine: they differ elsewhere.
const MACHINES: &[&str] = &[
    concat!("registry", ".npmjs", ".org"),
    concat!("registry", ".yarnpkg", ".com"),
    concat!("index", ".crates", ".io"),
    concat!("static", ".crates", ".io"),
    concat!("files", ".pythonhosted", ".org"),
    concat!("deb", ".debian", ".org"),
    concat!("security", ".debian", ".org"),
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
];

/// What is wrong with one file by itself.
pub(super) fn check(source: &Source) -> Vec<Breach> {
    let mut breaches = Vec::new();
    if source.is_rust() {
        let first = source.text.lines().find(|line| !line.trim().is_empty());
        if !first.is_some_and(|line| line.starts_with("//!")) {
            breaches.push(Breach::new(&source.path, 1, "begins without `//!` words on what it is"));
        }
        let lines = source.text.lines().count();
        if lines > HARD_LINES {
            let why = format!("has {lines} lines: split it, {HARD_LINES} is the most");
            breaches.push(Breach::new(&source.path, HARD_LINES + 1, why));
        }
    }
    for (number, line) in source.lines() {
        breaches
            .extend(line_breaches(source, line).map(|why| Breach::new(&source.path, number, why)));
    }
    breaches
}

fn line_breaches(source: &Source, line: &str) -> impl Iterator<Item = String> {
    let note = NOTES
        .iter()
        .find(|note| has_word(line, note))
        .map(|note| format!("{note}: do it, or open an issue"));
    let machine = MACHINES
        .iter()
        .find(|machine| has_path(line, machine))
        .map(|machine| format!("names {machine}, which is elsewhere on another machine"));
    let resolved =
        source.path.ends_with("package-lock.json") && line.contains("\"resolved\": \"http");
    let resolved = resolved.then(|| {
        "names a registry; write it with `npm install --omit-lockfile-registry-resolved`".to_owned()
    });
    [note, machine, resolved].into_iter().flatten()
}

/// Whether `word` stands in `line` by itself.
fn has_word(line: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        !line[..start].ends_with(part) && !line[start + word.len()..].starts_with(part)
    })
}

/// Whether `line` names a place that starts with `prefix`, and not only one whose middle looks like it.
fn has_path(line: &str, prefix: &str) -> bool {
    line.match_indices(prefix).any(|(start, _)| {
        !prefix.starts_with('/')
            || !line[..start].ends_with(|c: char| c.is_alphanumeric() || "._-}>".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::{HARD_LINES, MACHINES, NOTES, check};
    use crate::tidy::tree::Source;

    fn reasons(path: &str, text: &str) -> Vec<String> {
        check(&Source::new(path, text)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_rust_file_says_what_it_is() {
        assert_eq!(reasons("a.rs", "\n//! Words.\n"), Vec::<String>::new());
        assert_eq!(reasons("a.rs", "use std::fs;\n").len(), 1);
        assert_eq!(reasons("a.js", "import fs from 'fs';\n"), Vec::<String>::new());
    }

    #[test]
    fn a_rust_file_is_not_endless() {
        let long = format!("//! Words.\n{}", "\n".repeat(HARD_LINES));
        assert_eq!(reasons("a.rs", &long).len(), 1);
    }

    #[test]
    fn notes_to_oneself_are_named_with_their_line() {
        let text = format!("fine\n# {}: later\n", NOTES[0]);
        assert!(reasons("a.md", &text)[0].starts_with("a.md:2: "));
        assert!(reasons("a.md", &format!("{}S", NOTES[0])).is_empty());
    }

    #[test]
    fn names_of_machines_are_found_and_lookalikes_are_not() {
        for machine in MACHINES {
            assert_eq!(reasons("a.md", &format!("see {machine}x")).len(), 1, "{machine}");
        }
        assert!(reasons("a.md", &format!("see net{}x", MACHINES[7])).is_empty());
    }

    #[test]
    fn a_lock_file_names_no_registry() {
        let text = "  \"resolved\": \"https://elsewhere.example/x.tgz\",\n";
        assert_eq!(reasons("e2e/browser/package-lock.json", text).len(), 1);
    }
}
