//! Reads the browser's files and checks that all that must be there is.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use bytes::Bytes;

use super::{Asset, Assets};

/// The script that customers embed.
pub(super) const LOADER: &str = "widget.js";
/// What a page may have beside it.
pub(super) const EXTRAS: &str = "extras.js";
/// Without these there is nothing to show.
const NEEDED: [&str; 6] =
    [LOADER, EXTRAS, "widget/index.html", "texts/en.json", "parts/en.json", "console/index.html"];

#[cfg(feature = "embed")]
const EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
#[cfg(not(feature = "embed"))]
const EMBEDDED: &[(&str, &[u8])] = &[];

/// Why the browser's files cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AssetsError {
    /// No folder was given and none is built in.
    #[error(
        "there are no browser files: this build has none inside; run `cargo xtask web` and give \
         `--assets target/web`, or make a program with them inside by `cargo xtask build`"
    )]
    Absent,
    /// The folder cannot be read.
    #[error("--assets {0}: {1}; run `cargo xtask web` and give `--assets target/web`")]
    Unreadable(PathBuf, std::io::Error),
    /// The folder is not one made by `cargo xtask web`.
    #[error("--assets {0}: {1} is missing; run `cargo xtask web` and give `--assets target/web`")]
    Incomplete(PathBuf, &'static str),
}

impl Assets {
    /// The files of a folder, or those built in.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Self, AssetsError> {
        let mut files = HashMap::new();
        match folder {
            Some(folder) => {
                collect(folder, "", &mut files)
                    .map_err(|it| AssetsError::Unreadable(folder.to_owned(), it))?;
            }
            None if EMBEDDED.is_empty() => return Err(AssetsError::Absent),
            None => {
                for (name, bytes) in EMBEDDED {
                    files.insert((*name).to_owned(), Bytes::from_static(bytes));
                }
            }
        }
        let assets = Self::pair(files);
        for needed in NEEDED {
            if assets.get(needed).is_none() {
                let folder = folder.unwrap_or(Path::new("(built in)")).to_owned();
                return Err(AssetsError::Incomplete(folder, needed));
            }
        }
        Ok(assets)
    }

    /// Brings files and their compressed twins together.
    fn pair(mut files: HashMap<String, Bytes>) -> Self {
        let names: Vec<String> = files.keys().filter(|it| !is_twin(it)).cloned().collect();
        let files = names.into_iter().filter_map(|name| {
            let brotli = files.remove(&format!("{name}.br"));
            let raw = files.remove(&name)?;
            let content_type = content_type(&name);
            let etag = etag(&[&raw]);
            Some((name, Asset { content_type, raw, brotli, etag }))
        });
        Self { files: files.collect() }
    }
}

/// `xtask` writes the ending in this one way.
fn is_twin(name: &str) -> bool {
    name.strip_suffix(".br").is_some()
}

fn collect(folder: &Path, prefix: &str, into: &mut HashMap<String, Bytes>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), into)?;
        } else {
            into.insert(name, fs::read(entry.path())?.into());
        }
    }
    Ok(())
}

/// A strong validator of these bytes, quoted.
pub(super) fn etag(parts: &[&[u8]]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    let hash = context.finish();
    let hex: Vec<String> = hash.as_ref()[..12].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{}\"", hex.concat())
}

pub(super) fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(feature = "embed"))]
    fn without_files_it_names_the_command_to_run() {
        let text = Assets::load(None).unwrap_err().to_string();
        assert!(text.contains("cargo xtask web") && text.contains("--assets target/web"), "{text}");
    }

    #[test]
    fn an_incomplete_folder_is_named_with_what_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        for script in ["widget.js", "extras.js"] {
            fs::write(folder.path().join(script), "1").unwrap();
        }
        let text = Assets::load(Some(folder.path())).unwrap_err().to_string();
        assert!(text.contains("widget/index.html is missing"), "{text}");
        let nowhere = folder.path().join("nowhere");
        let text = Assets::load(Some(&nowhere)).unwrap_err().to_string();
        assert!(text.contains("nowhere") && text.contains("cargo xtask web"), "{text}");
    }

    #[test]
    fn a_file_and_its_twin_are_one() {
        let files = [("a.wasm", "raw"), ("a.wasm.br", "small"), ("b.txt", "b")];
        let files =
            files.map(|(name, text)| (name.to_owned(), Bytes::from_static(text.as_bytes())));
        let assets = Assets::pair(files.into_iter().collect());
        let asset = assets.get("a.wasm").unwrap();
        assert_eq!(asset.content_type, "application/wasm");
        assert_eq!(asset.brotli.as_deref(), Some(&b"small"[..]));
        assert!(assets.get("a.wasm.br").is_none());
        assert!(assets.get("b.txt").unwrap().brotli.is_none());
    }
}
