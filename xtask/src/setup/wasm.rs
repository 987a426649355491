//! A Rust that compiles for `wasm32-unknown-unknown`, with a `std` built from its sources.
//!
//! The `std` that comes ready-made is built for speed: built for size it is 14 KB less of the widget, compressed.
//! Its sources are a component of rustup's toolchain. Where rustup cannot fetch them, Debian's second Rust steps in,
//! which has them as a package. `FRONTDESK_WASM_RUST=rustup` or `=debian` decides it by hand.

use super::apt;
use crate::exec::{cargo, find, run_bounded};
use crate::paths;
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What the browser runs.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// rustc reserves 1 MB of stack; a chat panel needs far less, and every visitor pays for it. Leptos makes each
/// view a type of its own unless told to erase them: 25 KB less of the widget, compressed. With `std` built from
/// source, a panic may as well cost no bytes, nor `{:?}`, which nobody sees.
const FLAGS: &str = "-C link-arg=-zstack-size=65536 --cfg erase_components -Zunstable-options \
     -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none";

const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// The sources are 3 MB: longer than this means that they will not come.
const PATIENCE: Duration = Duration::from_secs(45);

/// Which Rust compiles for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmRust {
    /// The toolchain that runs us, with the sources of `std`.
    Rustup,
    /// Debian's `rustc-web`.
    Debian,
}

impl WasmRust {
    /// A cargo that will compile for the browser, with its environment but without a command.
    pub(crate) fn cargo(self) -> Command {
        let mut command = match self {
            Self::Rustup => cargo(),
            Self::Debian => Command::new("/usr/bin/cargo"),
        };
        command.current_dir(paths::root());
        self.prepare(&mut command);
        command
    }

    /// Sets the environment in which a `cargo` from `PATH` is this Rust's, for tools that call it by name.
    pub(crate) fn prepare(self, command: &mut Command) {
        command
            .env("RUSTFLAGS", FLAGS)
            // Building `std` is unstable, and so are three of the flags.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
        if self == Self::Rustup {
            return;
        }
        // What cargo and rustup told us about the other toolchain must not reach this one.
        for told in ["RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH", "CARGO", "RUSTC_WRAPPER"] {
            command.env_remove(told);
        }
        let old = env::var_os("PATH").unwrap_or_default();
        let parts = std::iter::once("/usr/bin".into()).chain(env::split_paths(&old));
        if let Ok(path) = env::join_paths(parts) {
            command.env("PATH", path);
        }
        command.env("RUSTC", "/usr/bin/rustc");
    }
}

/// Finds one, or makes one.
pub(crate) fn ensure() -> Result<WasmRust> {
    match env::var("FRONTDESK_WASM_RUST").as_deref() {
        Ok("rustup") => return Ok(WasmRust::Rustup),
        Ok("debian") => return debian(),
        Ok(other) => bail!("FRONTDESK_WASM_RUST is rustup or debian, not {other}"),
        Err(_) => {}
    }
    if has_sources() || add_sources()? {
        return Ok(WasmRust::Rustup);
    }
    debian()
}

/// Looks where rustc keeps its libraries, which is right with and without rustup.
fn has_sources() -> bool {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--print", "sysroot"]).current_dir(paths::root());
    let Ok(output) = rustc.output() else { return false };
    let sysroot = String::from_utf8_lossy(&output.stdout);
    Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
}

/// Asks rustup for them, once: that it cannot is noted, so that nobody waits for it twice.
fn add_sources() -> Result<bool> {
    let note = paths::notes().join("no-rust-src");
    if note.exists() || find("rustup").is_none() {
        return Ok(false);
    }
    println!("  rustup component add rust-src (at most {} s)", PATIENCE.as_secs());
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "add", "rust-src"]).current_dir(paths::root());
    if run_bounded(&mut rustup, PATIENCE) && has_sources() {
        return Ok(true);
    }
    println!(
        "  rustup cannot fetch it here; noted in {} (delete to try again)",
        paths::shown(&note)
    );
    fs::create_dir_all(paths::notes())?;
    fs::write(&note, "`rustup component add rust-src` failed or took too long.\n")?;
    Ok(false)
}

fn debian() -> Result<WasmRust> {
    apt::ensure(PACKAGES).context(
        "no Rust for WebAssembly: run `rustup component add rust-src` where it can be fetched, or \
         install Debian's rustc-web",
    )?;
    Ok(WasmRust::Debian)
}
