//! The simulator: built by a profile of its own, because thousands of seeds want optimised code, and with
//! tokio's unstable interface, which alone lets a runtime be seeded.

use std::process::Command;

use anyhow::Result;

use crate::exec;

/// How many seeds `cargo xtask test` runs.
pub(crate) const SEEDS: u64 = 2_000;
/// How many with `--fast`.
pub(crate) const SEEDS_FAST: u64 = 200;

/// A cargo that builds what the simulator needs.
fn cargo(verb: &str) -> Command {
    let mut command = exec::cargo();
    command.args([verb, "--profile", "sim", "--package", "sim"]);
    let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    command.env("RUSTFLAGS", format!("{flags} --cfg tokio_unstable").trim());
    command
}

/// The simulator's own tests: it repeats itself, and finds what is planted.
pub(crate) fn tests() -> Command {
    let mut command = cargo("test");
    command.args(["--no-fail-fast", "--all-targets"]);
    command
}

/// Runs so many seeds.
pub(crate) fn seeds(count: u64) -> Command {
    let mut command = cargo("run");
    command.args(["--quiet", "--", "--seeds", &count.to_string()]);
    command
}

/// Runs what a person asks for.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let mut command = cargo("run");
    command.args(exec::manners()).arg("--").args(args);
    exec::run(&mut command)
}
