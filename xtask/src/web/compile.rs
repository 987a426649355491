//! From Rust to WebAssembly that a browser loads: compile, bind to JavaScript, shrink.

use super::assets::fingerprint;
use super::{prune, shorten, split};
use crate::exec::{manners, run, run_quietly};
use crate::paths;
use crate::setup::WebTools;
use crate::setup::wasm::TARGET;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
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

/// The shrunk program, among what wasm-bindgen wrote, and its later part.
const SMALL: &str = "small.wasm";
const LATER: &str = "later.wasm";
/// Of what it was made. Written last.
const STAMP: &str = "stamp";

/// A program and the JavaScript that carries it.
pub(super) struct Bound {
    /// The shrunk program.
    pub(super) wasm: Vec<u8>,
    /// Its glue.
    pub(super) js: Vec<u8>,
    /// The part of the program that comes later, for a program that is cut in two.
    pub(super) later: Option<Vec<u8>>,
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
        if *name == split::PROGRAM {
            cargo.args(["--features", &format!("{name}/split")]);
        }
    }
    run(&mut cargo)
}

/// Binds one compiled program and shrinks it; not again where the program and the makers are those of last time.
pub(super) fn bind(tools: &WebTools, makers: &str, name: &str) -> Result<Bound> {
    let compiled = paths::wasm_target().join(format!("{TARGET}/wasm-release/{name}.wasm"));
    let out = paths::wasm_target().join("bound").join(name);
    let program = fs::read(&compiled).with_context(|| paths::shown(&compiled))?;
    // A program that is cut in two has one.
    let loader = (name == split::PROGRAM).then(split::loader).transpose()?;
    let brings = loader.as_deref().unwrap_or_default();
    let parts = [&program[..], makers.as_bytes(), brings.as_bytes()];
    let stamp = format!("{:016x}", fingerprint(parts));
    if fs::read_to_string(out.join(STAMP)).is_ok_and(|kept| kept == stamp) {
        return bound(&out, name);
    }
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    let (compiled, mut later) = if loader.is_some() {
        let (first, later) = split::cut(&program, &out)?;
        (first, Some(later))
    } else {
        (compiled, None)
    };
    Bindgen::new()
        .input_module(name, prune::read(&compiled)?)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // Our boot script names the file; without this the glue would name a second one.
        .omit_default_module_path(true)
        // A part that comes later enters the table of functions; what nobody needs goes below.
        .keep_lld_exports(true)
        .generate(&out)
        .context("wasm-bindgen failed")?;

    let whole = out.join(format!("{name}_bg.wasm"));
    let js = glue(&out, name);
    let mut script = fs::read_to_string(&js)?;
    if let Some(loader) = &loader {
        script = split::with_loader(&script, loader)?;
    }
    let mut module = prune::read(&whole)?;
    fs::write(&js, shorten::names(&mut module, &script, later.as_mut())?)?;
    module.emit_wasm_file(&whole)?;
    shrink(tools, &whole, &out.join(SMALL))?;
    if let Some(mut later) = later {
        let whole = out.join("later_bg.wasm");
        later.emit_wasm_file(&whole)?;
        shrink(tools, &whole, &out.join(LATER))?;
    }
    fs::write(out.join(STAMP), stamp)?;
    bound(&out, name)
}

fn shrink(tools: &WebTools, whole: &Path, small: &Path) -> Result<()> {
    let mut wasm_opt = Command::new(tools.bin.join("wasm-opt"));
    wasm_opt.args(FEATURES).args(PASSES).arg(whole).arg("-o").arg(small);
    run_quietly(&mut wasm_opt).map(drop)
}

/// What [`bind`] wrote.
fn bound(out: &Path, name: &str) -> Result<Bound> {
    let mut snippets = BTreeMap::new();
    collect(out, &out.join("snippets"), &mut snippets)?;
    let later = out.join(LATER);
    let later = later.is_file().then(|| fs::read(later)).transpose()?;
    let (wasm, js) = (fs::read(out.join(SMALL))?, fs::read(glue(out, name))?);
    Ok(Bound { wasm, js, later, snippets })
}

fn glue(out: &Path, name: &str) -> PathBuf {
    out.join(format!("{name}.js"))
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
