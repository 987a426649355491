//! With the feature `embed`: writes the table of the browser's files that `src/assets/load.rs` includes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-env-changed=FRONTDESK_WEB_DIR");
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_EMBED").is_none() {
        return;
    }
    let Some(folder) = env::var_os("FRONTDESK_WEB_DIR").map(PathBuf::from) else {
        println!("cargo::error=FRONTDESK_WEB_DIR is not set: build with `cargo xtask build`");
        return;
    };
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    if let Err(error) = collect(&folder, "", &mut files) {
        println!("cargo::error={}: {error}; run `cargo xtask web`", folder.display());
        return;
    }
    files.sort();
    let mut table = String::from("&[\n");
    for (name, path) in files {
        let line = writeln!(table, "    ({name:?}, include_bytes!({:?})),", path.display());
        line.expect("writing to a string cannot fail");
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").expect("cargo sets it for every build script");
    fs::write(Path::new(&out).join("embedded.rs"), table).expect("cargo made the folder");
}

fn collect(folder: &Path, prefix: &str, into: &mut Vec<(String, PathBuf)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), into)?;
        } else {
            into.push((name, fs::canonicalize(entry.path())?));
        }
    }
    Ok(())
}
