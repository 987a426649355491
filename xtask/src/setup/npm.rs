//! What comes from npm: two build tools pinned in `xtask/npm`, and what the browser journeys pin for themselves.

use crate::exec::{find, run_quietly};
use crate::paths;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs `wasm-opt` and `esbuild`; answers with the folder they are in.
pub(crate) fn ensure_tools() -> Result<PathBuf> {
    let home = paths::tools().join("npm");
    let pinned = paths::root().join("xtask/npm");
    fs::create_dir_all(&home)?;
    for name in ["package.json", "package-lock.json"] {
        let wanted = fs::read(pinned.join(name))?;
        // Only a changed file is written: its age says below whether to install.
        if fs::read(home.join(name)).ok().as_ref() != Some(&wanted) {
            fs::write(home.join(name), wanted)?;
        }
    }
    ensure(&home)?;
    Ok(home.join("node_modules/.bin"))
}

/// Installs what the browser journeys need, if there are any.
pub(crate) fn ensure_journeys() -> Result<()> {
    let home = paths::journeys();
    if !home.join("package-lock.json").is_file() {
        println!("  no {}/package-lock.json: nothing to install", paths::shown(&home));
        return Ok(());
    }
    ensure(&home)
}

/// Installs what the package for other people's pages is built and tested with.
pub(crate) fn ensure_package() -> Result<()> {
    ensure(&paths::package())
}

/// `npm ci`, unless what is installed is younger than the lock file.
fn ensure(home: &Path) -> Result<()> {
    let age = |name: &str| fs::metadata(home.join(name)).and_then(|it| it.modified()).ok();
    let mark = "node_modules/.installed-by-xtask";
    if age(mark).is_some_and(|installed| Some(installed) >= age("package-lock.json")) {
        return Ok(());
    }
    if find("npm").is_none() {
        bail!("npm is not on PATH; install Node.js 20 or later");
    }
    println!("  npm ci in {}", paths::shown(home));
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(home);
    run_quietly(&mut npm)
        .with_context(|| format!("npm could not install the packages of {}", paths::shown(home)))?;
    fs::write(home.join(mark), "")?;
    Ok(())
}
