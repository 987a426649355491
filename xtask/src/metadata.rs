//! What cargo knows about the members of this workspace.

use crate::exec::{capture, cargo};
use anyhow::Result;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One crate of ours.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// What it names under its dependencies, of all kinds.
    pub(crate) dependencies: Vec<Dependency>,
    /// Its features, and what each switches on.
    pub(crate) features: BTreeMap<String, Vec<String>>,
}

/// One line under a crate's dependencies.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    /// The crate's own name.
    pub(crate) name: String,
    /// The name it goes by here, where that differs.
    pub(crate) rename: Option<String>,
    /// `dev` and `build`; nothing for a normal one.
    pub(crate) kind: Option<String>,
    /// Whether only a feature brings it.
    pub(crate) optional: bool,
    /// The platform it is for, if not for all.
    pub(crate) target: Option<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// All members.
pub(crate) fn packages() -> Result<Vec<Package>> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--no-deps"]);
    let metadata: Metadata = serde_json::from_str(&capture(&mut command)?)?;
    Ok(metadata.packages)
}

impl Package {
    /// What it uses in a browser, by crate name: normal dependencies, without those that only a feature beyond
    /// `default` and `web` brings and those for native platforms.
    pub(crate) fn browser_dependencies(&self) -> BTreeSet<&str> {
        let on = self.switched_on(&["default", "web"]);
        let used = |it: &&Dependency| {
            let local = it.rename.as_deref().unwrap_or(&it.name);
            let native = it.target.as_deref().is_some_and(|target| target.contains("not("));
            it.kind.is_none() && !native && (!it.optional || on.contains(local))
        };
        self.dependencies.iter().filter(used).map(|it| it.name.as_str()).collect()
    }

    /// The optional dependencies that these features bring.
    fn switched_on<'a>(&'a self, features: &[&'a str]) -> BTreeSet<&'a str> {
        let mut seen = BTreeSet::new();
        let mut todo = features.to_vec();
        while let Some(name) = todo.pop() {
            // `dep:name` and `name/feature` bring the dependency, `name?/feature` does not.
            let name = name.strip_prefix("dep:").unwrap_or(name);
            let name = name.split_once('/').map_or(name, |(dependency, _)| dependency);
            if !name.ends_with('?') && seen.insert(name) {
                let more = self.features.get(name).into_iter().flatten();
                todo.extend(more.map(String::as_str));
            }
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::Package;
    use std::collections::BTreeSet;

    #[test]
    fn only_what_a_browser_gets_counts() {
        let client: Package = serde_json::from_str(
            r#"{
                "name": "client",
                "dependencies": [
                    {"name": "serde", "rename": null, "kind": null, "optional": false, "target": null},
                    {"name": "gloo-net", "rename": null, "kind": null, "optional": true, "target": null},
                    {"name": "reqwest", "rename": null, "kind": null, "optional": true, "target": null},
                    {"name": "proptest", "rename": null, "kind": "dev", "optional": false, "target": null},
                    {"name": "tokio", "rename": null, "kind": null, "optional": false,
                     "target": "cfg(not(target_arch = \"wasm32\"))"}
                ],
                "features": {"web": ["dep:gloo-net"], "native": ["dep:reqwest"]}
            }"#,
        )
        .expect("it is what cargo says");
        assert_eq!(client.browser_dependencies(), BTreeSet::from(["gloo-net", "serde"]));
    }
}
