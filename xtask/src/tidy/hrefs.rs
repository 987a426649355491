//! Invariant 5: only the platform writes links; everyone else follows them.

use super::Breach;
use super::tree::Source;

/// Where the platform's resources live. What formats these builds a link.
const PATHS: &[&str] = &["/ucwa/", "/platformservice/"];

/// Where the embedded platform starts is configuration, and these say it in the place of an operator.
const COMPOSERS: &[&str] = &["server/src/compose/open.rs", "sim/src/server.rs"];

/// Every `format!` outside the platform and outside tests that builds such a link.
pub(super) fn check(source: &Source) -> Vec<Breach> {
    if !source.is_rust()
        || source.is_test()
        || source.path.starts_with("platform/src/")
        || COMPOSERS.contains(&source.path.as_str())
    {
        return Vec::new();
    }
    let code = without_tests(&source.text);
    let mut breaches = Vec::new();
    for (start, _) in code.match_indices("format!(") {
        let call = call_at(&code[start..]);
        if let Some(path) = PATHS.iter().find(|path| call.contains(*path)) {
            let line = code[..start].lines().count();
            let why = format!("builds a link below {path}: follow the one that the platform gave");
            breaches.push(Breach::new(&source.path, line, why));
        }
    }
    breaches
}

/// What stands before the module of tests, which is always last.
fn without_tests(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod ").map_or(text, |end| &text[..end])
}

/// From the macro's name to the parenthesis that closes it; string contents may hold balanced ones.
fn call_at(text: &str) -> &str {
    let mut depth = 0_usize;
    for (index, letter) in text.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' if depth == 1 => return &text[..=index],
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::Source;

    const BAD: &str =
        "//! Head.\nfn f() {\n    let a = format!(\n        \"{base}/ucwa/{id}\",\n    );\n}\n";

    #[test]
    fn invariant_5_a_client_that_builds_a_link_is_found() {
        let breaches = check(&Source::new("client/src/a.rs", BAD));
        assert_eq!(breaches.len(), 1);
        assert_eq!(breaches[0].line, 3);
    }

    #[test]
    fn the_platform_and_tests_may() {
        assert!(check(&Source::new("platform/src/a.rs", BAD)).is_empty());
        assert!(check(&Source::new("client/tests/a.rs", BAD)).is_empty());
        let inside = format!("//! Head.\n#[cfg(test)]\nmod tests {{\n{BAD}}}\n");
        assert!(check(&Source::new("client/src/a.rs", &inside)).is_empty());
    }

    #[test]
    fn what_stands_after_the_call_is_not_part_of_it() {
        let text = "//! Head.\nfn f() { g(format!(\"({a})\"), \"/ucwa/x\"); }\n";
        assert!(check(&Source::new("client/src/a.rs", text)).is_empty());
    }
}
