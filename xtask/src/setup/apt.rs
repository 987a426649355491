//! What comes from the distribution's own packages, on Debian and its kin.

use crate::exec::{find, run_quietly};
use anyhow::{Context, Result, bail};
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Installs what of these is missing.
pub(crate) fn ensure(packages: &[&str]) -> Result<()> {
    let missing: Vec<_> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if find("apt-get").is_none() {
        bail!("this machine has no apt-get; install by hand what matches {}", missing.join(", "));
    }
    println!("  installing {}", missing.join(" "));
    if install(&missing).is_err() {
        // The lists of a fresh machine may be empty or old.
        run_quietly(apt()?.arg("update")).context("`apt-get update` must work first")?;
        install(&missing).with_context(|| {
            format!("apt-get could not install {}; install them by hand", missing.join(" "))
        })?;
    }
    Ok(())
}

/// A Chromium to drive: the one named by `CHROMIUM`, the one on `PATH`, or a freshly installed one.
pub(crate) fn ensure_chromium() -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        let path = PathBuf::from(named);
        if path.is_file() {
            return Ok(path);
        }
        bail!("CHROMIUM names {}, which is not a file", path.display());
    }
    let known = || ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|it| find(it));
    if let Some(path) = known() {
        return Ok(path);
    }
    ensure(&["chromium"]).context("the browser journeys need Chromium; CHROMIUM may name yours")?;
    known().context("chromium is installed but not on PATH; name it in CHROMIUM")
}

/// The interpreter of the third-party agent (`e2e/echo_agent`), which uses its standard library alone.
pub(crate) fn ensure_python() -> Result<()> {
    if find("python3").is_some() {
        return Ok(());
    }
    ensure(&["python3"]).context("the journey of the third-party agent needs Python 3.11 or newer")
}

fn installed(package: &str) -> bool {
    let status = Command::new("dpkg-query").args(["-W", "-f=${Status}", package]).output();
    status.is_ok_and(|out| out.stdout.ends_with(b"ok installed"))
}

fn install(packages: &[&str]) -> Result<()> {
    let mut command = apt()?;
    command.args(["install", "--yes", "--no-install-recommends"]).args(packages);
    run_quietly(&mut command).map(drop)
}

/// `apt-get` with the rights it needs.
fn apt() -> Result<Command> {
    let user = Command::new("id").arg("-u").output().context("cannot ask `id -u` who we are")?;
    let mut command = if user.stdout.trim_ascii() == b"0" {
        Command::new("apt-get")
    } else if find("sudo").is_some() {
        // Without a terminal to ask at, fail rather than wait.
        let mut sudo = Command::new("sudo");
        sudo.args(["--non-interactive", "apt-get"]);
        sudo
    } else {
        bail!(
            "packages can be installed only by root or with sudo; run `cargo xtask setup` as root"
        )
    };
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("-q");
    Ok(command)
}
