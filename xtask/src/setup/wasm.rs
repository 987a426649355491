//! A Rust that compiles for `wasm32-unknown-unknown`.
//!
//! Usually that is rustup's own toolchain with one more target. Where rustup cannot fetch it, Debian's second
//! Rust steps in, which brings the sources of `std` and builds them for WebAssembly by itself.
//! `FRONTDESK_WASM_RUST=rustup` or `=debian` decides it by hand.

use super::apt;
use crate::exec::{cargo, find, run_bounded};
use crate::paths;
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// What the browser runs.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// rustc reserves 1 MB of stack; a chat panel needs far less, and every visitor pays for it. Leptos makes each
/// view a type of its own unless told to erase them: 25 KB less of the widget, compressed.
const FLAGS: &str = "-C link-arg=-zstack-size=65536 --cfg erase_components";

const PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// A target's standard library is 15 MB: longer than this means that it will not come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Which Rust compiles for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WasmRust {
    /// The toolchain that runs us, with one more target.
    Rustup,
    /// Debian's `rustc-web`, which builds `std` from source.
    Debian,
}

impl WasmRust {
    /// A cargo that will compile for the browser, with its environment but without a command.
    pub(crate) fn cargo(self) -> Command {
        match self {
            Self::Rustup => {
                let mut command = cargo();
                command.env("RUSTFLAGS", FLAGS);
                command
            }
            Self::Debian => {
                let mut command = Command::new("/usr/bin/cargo");
                command.current_dir(paths::root());
                self.prepare(&mut command);
                command
            }
        }
    }

    /// Sets the environment in which a `cargo` from `PATH` is this Rust's, for tools that call it by name.
    pub(crate) fn prepare(self, command: &mut Command) {
        command.env("RUSTFLAGS", self.rustflags());
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
        command
            .env("RUSTC", "/usr/bin/rustc")
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size");
    }

    fn rustflags(self) -> String {
        match self {
            Self::Rustup => FLAGS.to_owned(),
            // With std built from source anyway, a panic may as well cost no bytes, nor `{:?}`, which nobody sees.
            Self::Debian => format!(
                "{FLAGS} -Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none -Zlocation-detail=none"
            ),
        }
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
    if has_target() || add_target()? {
        return Ok(WasmRust::Rustup);
    }
    debian()
}

/// Looks where rustc keeps its libraries, which is right with and without rustup.
fn has_target() -> bool {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(paths::root());
    let Ok(output) = rustc.output() else { return false };
    let folder = String::from_utf8_lossy(&output.stdout);
    fs::read_dir(folder.trim()).is_ok_and(|mut files| {
        files.any(|file| {
            file.is_ok_and(|it| it.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

/// Asks rustup for it, once: that it cannot is noted, so that nobody waits for it twice.
fn add_target() -> Result<bool> {
    let note = paths::notes().join("no-rustup-target");
    if note.exists() || find("rustup").is_none() {
        return Ok(false);
    }
    println!("  rustup target add {TARGET} (at most {} s)", PATIENCE.as_secs());
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(paths::root());
    if run_bounded(&mut rustup, PATIENCE) && has_target() {
        return Ok(true);
    }
    println!(
        "  rustup cannot fetch it here; noted in {} (delete to try again)",
        paths::shown(&note)
    );
    fs::create_dir_all(paths::notes())?;
    fs::write(&note, "`rustup target add` failed or took too long.\n")?;
    Ok(false)
}

fn debian() -> Result<WasmRust> {
    apt::ensure(PACKAGES).context(
        "no Rust for WebAssembly: run `rustup target add wasm32-unknown-unknown` where it can be \
         fetched, or install Debian's rustc-web",
    )?;
    Ok(WasmRust::Debian)
}
