//! ARCHITECTURE.md promises: each invariant has a test that carries its number.
//!
//! A Rust test is `fn invariant_4_…`; a browser journey's title starts with `invariant_4`. A test that the document
//! names between backticks must exist.

use super::Breach;
use super::tree::Source;

const DOCUMENT: &str = "ARCHITECTURE.md";

/// Invariants without a test, and named tests that do not exist.
pub(super) fn check(sources: &[Source]) -> Vec<Breach> {
    let Some(document) = sources.iter().find(|source| source.path == DOCUMENT) else {
        return vec![Breach::new(DOCUMENT, 1, "is missing")];
    };
    let mut breaches = Vec::new();
    let mut inside = false;
    for (number, line) in document.lines() {
        if line.starts_with('#') {
            inside = line.contains("Invariants");
        }
        if !inside {
            continue;
        }
        if let Some(invariant) = item_number(line)
            && !any_test(sources, &format!("invariant_{invariant}_"))
            && !any_test(sources, &format!("invariant_{invariant} "))
        {
            let why =
                format!("no test carries this number: write one named invariant_{invariant}_…");
            breaches.push(Breach::new(DOCUMENT, number, why));
        }
        for name in named_tests(line).filter(|name| !any_test(sources, name)) {
            breaches.push(Breach::new(DOCUMENT, number, format!("the test {name} does not exist")));
        }
    }
    breaches
}

/// `4` of `4. **Resume…`.
fn item_number(line: &str) -> Option<u32> {
    line.split_once(". ")?.0.parse().ok()
}

/// What stands between backticks and is a test's whole name.
fn named_tests(line: &str) -> impl Iterator<Item = &str> {
    let quoted = line.split('`').skip(1).step_by(2);
    quoted.filter(|name| name.starts_with("invariant_") && !name.contains('…'))
}

/// Whether a test begins with this name: `fn name…` in Rust, a quoted title in JavaScript.
fn any_test(sources: &[Source], name: &str) -> bool {
    sources.iter().any(|source| match source.kind() {
        "rs" => source.text.contains(&format!("fn {name}")),
        "js" | "mjs" => {
            ['\'', '"', '`'].iter().any(|it| source.text.contains(&format!("{it}{name}")))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::Source;

    fn document(invariants: &str) -> Source {
        Source::new("ARCHITECTURE.md", &format!("# A\n1. not this\n## Invariants\n{invariants}"))
    }

    #[test]
    fn an_invariant_without_a_test_is_named() {
        let sources = [
            document("1. **Kept**\n2. **Once**\n7. **Origins**\n"),
            Source::new("a.rs", "fn invariant_1_kept() {}"),
            Source::new("a.js", "test('invariant_7 the widget opens')"),
        ];
        let breaches = check(&sources);
        assert_eq!(breaches.len(), 1);
        assert_eq!(breaches[0].line, 5);
    }

    #[test]
    fn a_named_test_must_exist() {
        let sources = [
            document("Tests are named `invariant_N_…`.\n1. **Kept** `invariant_1_gone` of `ao`\n"),
            Source::new("a.rs", "fn invariant_1_kept() {}"),
        ];
        let breaches = check(&sources);
        assert_eq!(breaches.len(), 1);
        assert!(breaches[0].to_string().contains("invariant_1_gone"));
    }

    #[test]
    fn the_document_itself_must_exist() {
        assert_eq!(check(&[]).len(), 1);
    }
}
