//! Scratch.
#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::unwrap_used)]
use std::io::Write;
use std::process::Command;
#[path = "../src/web/prune.rs"]
mod prune;
use wasm_bindgen_cli_support::Bindgen;
fn br(b: &[u8]) -> usize {
    let mut out = Vec::new();
    {
        let mut w = brotli::CompressorWriter::new(&mut out, 1 << 16, 11, 22);
        w.write_all(b).unwrap();
    }
    out.len()
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (input, name, out) = (&a[1], &a[2], &a[3]);
    let names = std::env::var("NAMES").is_ok();
    let _ = std::fs::remove_dir_all(out);
    std::fs::create_dir_all(out).unwrap();
    Bindgen::new()
        .input_module(name, prune::read(std::path::Path::new(input)).unwrap())
        .out_name(name)
        .web(true)
        .unwrap()
        .typescript(false)
        .remove_name_section(!names)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(out)
        .unwrap();
    let small = format!("{out}/small.wasm");
    let mut c = Command::new("/tmp/w/size/target/tools/npm/node_modules/.bin/wasm-opt");
    c.args([
        "-Oz",
        "--low-memory-unused",
        "--flatten",
        "--rereloop",
        "-Oz",
        "-Oz",
        "--enable-bulk-memory",
        "--enable-bulk-memory-opt",
        "--enable-nontrapping-float-to-int",
        "--enable-sign-ext",
        "--enable-mutable-globals",
        "--enable-reference-types",
        "--enable-multivalue",
    ]);
    if names {
        c.arg("-g");
    }
    if let Ok(x) = std::env::var("WOPT") {
        c.args(x.split(' '));
    }
    c.arg(format!("{out}/{name}_bg.wasm")).arg("-o").arg(&small);
    assert!(c.status().unwrap().success());
    let mjs = format!("{out}/min.js");
    assert!(
        Command::new("/tmp/w/size/target/tools/npm/node_modules/.bin/esbuild")
            .args([
                format!("{out}/{name}.js"),
                "--minify".into(),
                "--format=esm".into(),
                "--log-level=error".into(),
                format!("--outfile={mjs}")
            ])
            .status()
            .unwrap()
            .success()
    );
    let w = std::fs::read(&small).unwrap();
    let j = std::fs::read(&mjs).unwrap();
    let (wb, jb) = (br(&w), br(&j));
    println!("raw {} br {} | js {} br {} | sum {}", w.len(), wb, j.len(), jb, wb + jb);
}
