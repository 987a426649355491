//! From Rust to WebAssembly that a browser loads: compile, bind to JavaScript, shrink.

use super::{prune, shorten};
use crate::exec::{manners, run, run_quietly};
use crate::paths;
use crate::setup::WebTools;
use crate::setup::wasm::TARGET;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use wasm_bindgen_cli_support::Bindgen;

/// What every browser since 2022 runs. Named one by one: with `--all-features` wasm-opt writes a compact import
/// section that Chromium refuses.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What shrinks it: everything twice, with the control flow made anew between, and knowing that nothing lives in the
/// first kilobyte (the stack's end does): 2 KB less of the widget, compressed, than one `-Oz`.
const PASSES: &[&str] =
    &["-Oz", "--low-memory-unused", "--flatten", "--rereloop", "-Oz", "-O3", "-Oz"];

/// A program and the JavaScript that carries it.
pub(super) struct Bound {
    /// The shrunk program.
    pub(super) wasm: Vec<u8>,
    /// Its glue.
    pub(super) js: Vec<u8>,
    /// Scripts that crates brought along, by their path beside the glue.
    pub(super) snippets: BTreeMap<String, Vec<u8>>,
}

/// Compiles these crates' programs in one go: they share their features, and what they use is compiled once.
pub(super) fn programs(tools: &WebTools, names: &[&str]) -> Result<()> {
    let mut cargo = tools.rust.cargo();
    cargo.args(["build", "--profile", "wasm-release", "--target", TARGET]).args(manners());
    cargo.arg("--target-dir").arg(paths::wasm_target());
    for name in names {
        cargo.args(["--package", name, "--bin", name]);
    }
    run(&mut cargo)
}

/// Binds one compiled program and shrinks it.
pub(super) fn bind(tools: &WebTools, name: &str) -> Result<Bound> {
    let compiled = paths::wasm_target().join(format!("{TARGET}/wasm-release/{name}.wasm"));
    let out = paths::wasm_target().join("bound").join(name);
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    Bindgen::new()
        .input_module(name, prune::read(&compiled)?)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // Our boot script names the file; without this the glue would name a second one.
        .omit_default_module_path(true)
        .generate(&out)
        .context("wasm-bindgen failed")?;

    let bound = out.join(format!("{name}_bg.wasm"));
    let glue = fs::read_to_string(out.join(format!("{name}.js")))?;
    let mut module = prune::read(&bound)?;
    let js = shorten::names(&mut module, &glue)?.into_bytes();
    module.emit_wasm_file(&bound)?;

    let small = out.join("small.wasm");
    let mut wasm_opt = Command::new(tools.bin.join("wasm-opt"));
    wasm_opt.args(FEATURES).args(PASSES).arg(bound).arg("-o").arg(&small);
    run_quietly(&mut wasm_opt)?;

    let mut snippets = BTreeMap::new();
    collect(&out, &out.join("snippets"), &mut snippets)?;
    Ok(Bound { wasm: fs::read(small)?, js, snippets })
}

/// All files below `folder`, by their path from `base`.
fn collect(base: &Path, folder: &Path, into: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(base, &path, into)?;
        } else if let Ok(relative) = path.strip_prefix(base) {
            into.insert(relative.to_string_lossy().replace('\\', "/"), fs::read(&path)?);
        }
    }
    Ok(())
}
