//! Cuts a program in two: what opens at once, and what only the functions marked in `widget/src/talk.rs` reach. The
//! second part comes into the memory and the table of the first.
//!
//! The cut is made by `wasm_split_cli_support` at what the linker noted (`widget/build.rs`); its loader in JavaScript
//! gives way to ours, `widget/loader/later.js`, which waits and tries again.

use crate::paths;
use anyhow::{Context, Result, anyhow, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use walrus::{Module, ModuleConfig};
use wasm_split_cli_support::{Options, transform};

const LOADER: &str = "widget/loader/later.js";
/// The module from which the first part wants its loader.
const LINK: &str = "./later.js";
/// What the first part calls the loader, after the name of the second part in `widget/src/talk.rs`.
const LOAD: &str = "__wasm_split_load_client";
/// The program that is cut.
pub(super) const PROGRAM: &str = "widget";

/// Our loader.
pub(super) fn loader() -> Result<String> {
    fs::read_to_string(paths::root().join(LOADER)).context(LOADER)
}

/// Cuts, and answers where the first part is, and the second.
pub(super) fn cut(program: &[u8], out: &Path) -> Result<(PathBuf, Module)> {
    let first = out.join("first.wasm");
    let mut options = Options::new(program);
    options.output_dir = out;
    options.main_out_path = &first;
    options.link_name = LINK;
    let cut = transform(options).map_err(|it| anyhow!("{it:#}")).context("cannot cut it in two")?;
    let [second] = &cut.split_modules[..] else {
        return Err(anyhow!(
            "there are {} parts beside the first, not one",
            cut.split_modules.len()
        ));
    };
    let second = ModuleConfig::new()
        .strict_validate(false)
        .generate_name_section(false)
        .generate_producers_section(false)
        .parse(&fs::read(second)?)
        .context("cannot read the second part")?;
    Ok((first, second))
}

/// Puts our loader into the glue, in the place of the import of another.
pub(super) fn with_loader(glue: &str, loader: &str) -> Result<String> {
    let (import, name) = glue
        .lines()
        .find_map(|line| Some((line, line.strip_prefix("import * as ")?.split(' ').next()?)))
        .context("the glue does not import the loader")?;
    ensure!(import.contains(LINK), "the glue imports something else: {import}");
    let ours = format!("{loader}\nconst {name} = {{ {LOAD}: bringLater }};\n");
    Ok(glue.replacen(import, &ours, 1))
}
