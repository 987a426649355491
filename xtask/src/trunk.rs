//! `trunk serve` with whichever Rust compiles for the browser here.
//!
//! With rustup's target and Trunk on `PATH`, `trunk serve` alone does the same.

use crate::exec::{find, run, step};
use crate::{paths, setup};
use anyhow::{Result, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Later ones need a newer Rust than some machines have.
const VERSION: &str = "0.21.14";

/// Serves the widget's document, or the console's, and rebuilds it on every change.
pub(crate) fn serve(console: bool, extra: &[String]) -> Result<()> {
    let tools = setup::for_web()?;
    let program = ensure()?;
    let bindgen = ensure_bindgen()?;

    let mut command = Command::new(program);
    // `trunk` finds wasm-opt and wasm-bindgen, whose version Trunk.toml names, by their names.
    let old = env::var_os("PATH").unwrap_or_default();
    let folders = [tools.bin.clone(), bindgen].into_iter().chain(env::split_paths(&old));
    command.env("PATH", env::join_paths(folders)?);
    tools.rust.prepare(&mut command);
    let folder = if console { paths::root().join("console") } else { paths::root() };
    command.current_dir(folder).env("CARGO_TARGET_DIR", paths::wasm_target());
    run(command.args(["serve", "--offline"]).args(extra))
}

fn ensure() -> Result<PathBuf> {
    if let Some(program) = find("trunk") {
        return Ok(program);
    }
    install("trunk", VERSION, &["--locked"], "8 minutes")
}

/// The command line tool of the version in Cargo.lock, for Trunk's use only; answers with its folder.
fn ensure_bindgen() -> Result<PathBuf> {
    let version = wasm_bindgen_version()?;
    let program = install("wasm-bindgen-cli", &version, &[], "3 minutes")?;
    let Some(folder) = program.parent() else { bail!("{} has no folder", program.display()) };
    Ok(folder.to_path_buf())
}

/// `cargo install` into `target/tools`, once for each version.
fn install(package: &str, version: &str, flags: &[&str], time: &str) -> Result<PathBuf> {
    let home = paths::tools().join(format!("{package}-{version}"));
    let program = home.join("bin").join(package.trim_end_matches("-cli"));
    if !program.is_file() {
        step(&format!("install {package} {version}, which takes about {time}"), || {
            let mut cargo = crate::exec::cargo();
            // An optimised build of a tool is not the workspace's business: not in its target folder.
            cargo.env("CARGO_TARGET_DIR", home.join("build"));
            cargo.args(["install", "--quiet", package, "--version", version, "--root"]).arg(&home);
            run(cargo.args(flags))
        })?;
        std::fs::remove_dir_all(home.join("build")).ok();
    }
    Ok(program)
}

fn wasm_bindgen_version() -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(serde::Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let lock: Lock = toml::from_str(&std::fs::read_to_string(paths::root().join("Cargo.lock"))?)?;
    match lock.package.into_iter().find(|it| it.name == "wasm-bindgen") {
        Some(package) => Ok(package.version),
        None => bail!("Cargo.lock names no wasm-bindgen"),
    }
}
