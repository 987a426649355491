//! Which crate of ours may use which: the arrows of ARCHITECTURE.md.

use super::Breach;
use crate::metadata::Package;

/// What each may use of ours. One that is missing here may use nothing. Tests may use anything.
const MAY_USE: &[(&str, &[&str])] = &[
    ("shared", &[]),
    ("store", &[]),
    ("client", &["shared"]),
    ("ui", &["client", "shared"]),
    ("widget", &["client", "shared", "ui"]),
    ("parts", &["shared", "ui"]),
    ("console", &["client", "shared", "ui"]),
    ("platform", &["shared", "store"]),
    ("desk", &["client", "shared", "store"]),
    ("conformance", &["shared"]),
    ("server", &["client", "conformance", "desk", "platform", "shared", "store"]),
    ("xtask", &[]),
];

/// These stand outside and may use anything.
const FREE: &[&str] = &["bench", "e2e", "sim"];

/// Every arrow that the table lacks.
pub(super) fn check(packages: &[Package]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for package in packages.iter().filter(|package| !FREE.contains(&package.name.as_str())) {
        let row = MAY_USE.iter().find(|(name, _)| *name == package.name);
        let allowed = row.map_or(&[][..], |(_, used)| used);
        for dependency in &package.dependencies {
            let ours = packages.iter().any(|other| other.name == dependency.name);
            let in_tests = dependency.kind.as_deref() == Some("dev");
            if ours && !in_tests && !allowed.contains(&dependency.name.as_str()) {
                let path = format!("{}/Cargo.toml", package.name);
                let why = format!(
                    "{} -> {}: see 'The parts and the arrows' in ARCHITECTURE.md before allowing it",
                    package.name, dependency.name
                );
                breaches.push(Breach::new(&path, 1, why));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::metadata::{Dependency, Package};

    fn package(name: &str, uses: &[(&str, Option<&str>)]) -> Package {
        let dependency = |(name, kind): &(&str, Option<&str>)| Dependency {
            name: (*name).to_owned(),
            rename: None,
            kind: kind.map(str::to_owned),
            optional: false,
            target: None,
        };
        Package {
            name: name.to_owned(),
            dependencies: uses.iter().map(dependency).collect(),
            features: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn an_arrow_that_the_table_lacks_is_named() {
        let packages = [
            package("platform", &[("shared", None), ("desk", None)]),
            package("desk", &[("platform", Some("dev")), ("tokio", None)]),
            package("shared", &[]),
        ];
        let breaches = check(&packages);
        assert_eq!(breaches.len(), 1);
        assert!(breaches[0].to_string().starts_with("platform/Cargo.toml:1: platform -> desk"));
    }

    #[test]
    fn a_new_crate_may_use_nothing_until_it_is_listed_and_the_outer_ones_anything() {
        let packages = [
            package("novel", &[("shared", None)]),
            package("bench", &[("shared", None)]),
            package("shared", &[]),
        ];
        assert_eq!(check(&packages).len(), 1);
    }
}
