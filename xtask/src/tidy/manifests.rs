//! Dependencies are listed once, in the root manifest; members only point there.

use super::Breach;
use super::tree::Source;
use anyhow::{Context, Result};
use toml::{Table, Value};

/// Every dependency of a member that is not `name.workspace = true`.
pub(super) fn check(source: &Source) -> Result<Vec<Breach>> {
    if !source.path.ends_with("/Cargo.toml") {
        return Ok(Vec::new());
    }
    let manifest: Table = source.text.parse().with_context(|| source.path.clone())?;
    if manifest.contains_key("workspace") {
        // A workspace of its own (`fuzz`) cannot point to ours.
        return Ok(Vec::new());
    }
    let mut tables = vec![&manifest];
    if let Some(targets) = manifest.get("target").and_then(Value::as_table) {
        tables.extend(targets.values().filter_map(Value::as_table));
    }
    let mut breaches = Vec::new();
    for table in tables {
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = table.get(kind).and_then(Value::as_table) else { continue };
            for (name, value) in dependencies {
                if value.get("workspace").and_then(Value::as_bool) != Some(true) {
                    let why = format!(
                        "{name}: list it in the root Cargo.toml, here `{name}.workspace = true`"
                    );
                    breaches.push(Breach::new(&source.path, line_of(source, name), why));
                }
            }
        }
    }
    Ok(breaches)
}

fn line_of(source: &Source, name: &str) -> usize {
    let found = source.lines().find(|(_, line)| line.trim_start_matches('"').starts_with(name));
    found.map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::tree::Source;

    #[test]
    fn a_dependency_of_its_own_is_named() {
        let text = "[dependencies]\nserde.workspace = true\ntoml = { workspace = true, optional = true }\n\
                    bytes = \"1\"\n[target.'cfg(unix)'.dev-dependencies]\nlibc = { version = \"1\" }\n";
        let breaches = check(&Source::new("desk/Cargo.toml", text)).expect("it is TOML");
        let lines: Vec<_> = breaches.iter().map(|breach| breach.line).collect();
        assert_eq!(lines, [4, 6]);
    }

    #[test]
    fn a_workspace_of_its_own_lists_its_own() {
        let text = "[workspace]\n[dependencies]\nlibfuzzer-sys = \"0.4\"\n";
        assert!(check(&Source::new("fuzz/Cargo.toml", text)).expect("it is TOML").is_empty());
    }

    #[test]
    fn the_root_manifest_is_where_they_are_listed() {
        let root = Source::new("Cargo.toml", "[workspace.dependencies]\nbytes = \"1\"\n");
        assert!(check(&root).expect("it is TOML").is_empty());
    }
}
