//! Finds tests that carry ids of checks, in Rust by the function's name, in JavaScript by the title.

use super::FAMILIES;
use crate::tidy::tree::Source;

/// The tests of a file, each with its ids.
pub(super) fn tests(source: &Source) -> Vec<(Vec<String>, String)> {
    let name_of: fn(&str) -> Option<&str> = match source.kind() {
        "rs" => function,
        "js" | "mjs" => title,
        _ => return Vec::new(),
    };
    let names = source.text.lines().filter_map(|line| name_of(line.trim_start()));
    let with_ids = names.map(|name| (ids(name), name.to_owned()));
    with_ids.filter(|(ids, _)| !ids.is_empty()).collect()
}

/// `name` of `async fn name() {`.
fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ")?.split(['(', '<']).next()
}

/// `title` of `test('title', …`.
fn title(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("test(").or_else(|| line.strip_prefix("it("))?;
    let quote = rest.chars().next().filter(|it| "'\"`".contains(*it))?;
    rest[1..].split(quote).next()
}

/// The ids in a name: `tap_13_and_14_…` carries two, `wid_10_…_and_wid_12_…` too.
fn ids(name: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut family = None;
    for part in name.split(|it: char| !it.is_ascii_alphanumeric()) {
        let upper = part.to_ascii_uppercase();
        if FAMILIES.iter().any(|(name, _)| *name == upper) {
            family = Some(upper);
        } else if part.len() == 2 && part.bytes().all(|it| it.is_ascii_digit()) {
            out.extend(family.as_ref().map(|family| format!("{family}-{part}")));
        } else if part != "and" {
            family = None;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{function, ids, title};

    #[test]
    fn ids_are_found_wherever_they_stand() {
        assert_eq!(ids("ucw_02_ucw_03_the_face"), ["UCW-02", "UCW-03"]);
        assert_eq!(ids("tap_13_and_14_there_is"), ["TAP-13", "TAP-14"]);
        assert_eq!(ids("sac_20_within_30_s"), ["SAC-20"]);
        assert_eq!(ids("UCW-26: an agent"), ["UCW-26"]);
        assert!(ids("invariant_10_the_loader").is_empty());
    }

    #[test]
    fn functions_and_titles_are_told_from_other_lines() {
        assert_eq!(function("async fn dto_01_x() {"), Some("dto_01_x"));
        assert_eq!(function("let a = fn_x();"), None);
        assert_eq!(title("test('a b', async () => {"), Some("a b"));
        assert_eq!(title("test(name, async () => {"), None);
    }
}
