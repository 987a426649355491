//! The committed table of the protocol's checks is current, and no check is without a test.

use super::Breach;
use super::tree::Source;
use crate::checks::{DOCUMENT, document, table};

/// A table that is not current, and checks that no test carries.
pub(super) fn check(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let committed = sources.iter().find(|source| source.path == DOCUMENT);
    if committed.map(|source| source.text.as_str()) != Some(&document(sources)) {
        breaches.push(Breach::new(DOCUMENT, 1, "is not current: run `cargo xtask checks`"));
    }
    for (id, tests) in table(sources) {
        if tests.is_empty() {
            breaches.push(Breach::new(DOCUMENT, 1, format!("{id}: no test carries it")));
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::checks::{DOCUMENT, document};
    use crate::tidy::tree::Source;

    #[test]
    fn a_table_that_is_old_and_a_check_without_a_test_are_found() {
        let mut sources = vec![Source::new("a.rs", "fn dto_01_a() {}\n")];
        let text = document(&sources);
        sources.push(Source::new(DOCUMENT, &text));
        let breaches = check(&sources);
        assert_eq!(breaches.len(), 103, "all but DTO-01 lack a test");
        sources.push(Source::new("b.rs", "fn dto_02_b() {}\n"));
        assert!(check(&sources)[0].to_string().contains("cargo xtask checks"));
    }
}
