//! Bringing what a fresh machine lacks. Each piece looks before it acts, so a second run costs nothing.

pub(crate) mod apt;
pub(crate) mod npm;
pub(crate) mod wasm;

use crate::exec::step;
use anyhow::Result;
use std::path::PathBuf;

pub(crate) use wasm::WasmRust;

/// What making the browser's files needs.
pub(crate) struct WebTools {
    /// Compiles for WebAssembly.
    pub(crate) rust: WasmRust,
    /// The folder with `wasm-opt` and `esbuild`.
    pub(crate) bin: PathBuf,
}

/// Everything, for `cargo xtask setup`.
pub(crate) fn everything() -> Result<()> {
    for_web()?;
    for_journeys()?;
    println!("ready: `cargo xtask run` starts the product, `cargo xtask test` judges it");
    Ok(())
}

/// What making the browser's files needs.
pub(crate) fn for_web() -> Result<WebTools> {
    let rust = step("setup: Rust for WebAssembly", wasm::ensure)?;
    let bin = step("setup: wasm-opt and esbuild", npm::ensure_tools)?;
    Ok(WebTools { rust, bin })
}

/// What the browser journeys need: a browser, whose path is returned, the packages that drive it,
/// and what the third-party agent runs on.
pub(crate) fn for_journeys() -> Result<PathBuf> {
    let chromium = step("setup: Chromium", apt::ensure_chromium)?;
    step("setup: Python", apt::ensure_python)?;
    step("setup: packages of the browser journeys", npm::ensure_journeys)?;
    Ok(chromium)
}
