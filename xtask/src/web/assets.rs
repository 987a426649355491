//! Writing files for browsers: minified, named by their content, with a compressed twin.

use super::{Manifest, stamp};
use crate::exec::run_quietly;
use crate::paths;
use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use serde::Serialize;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A set of files on the way to `target/web`; they appear there all at once.
pub(super) struct Assets {
    next: PathBuf,
    bin: PathBuf,
    makers: String,
    scratch: AtomicU32,
}

impl Assets {
    /// An empty set; `bin` is where esbuild is, `makers` the stamp of what makes it.
    pub(super) fn begin(bin: &Path, makers: &str) -> Result<Self> {
        let next = paths::root().join("target/web.next");
        if next.exists() {
            fs::remove_dir_all(&next)?;
        }
        fs::create_dir_all(next.join("assets"))?;
        let (bin, makers) = (bin.to_path_buf(), makers.to_owned());
        Ok(Self { next, bin, makers, scratch: AtomicU32::new(0) })
    }

    /// The stamp of what makes the set.
    pub(super) fn makers(&self) -> &str {
        &self.makers
    }

    /// Writes one file, and its compressed twin where that helps.
    pub(super) fn at(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let file = self.next.join(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&file, bytes)?;
        if compresses(path) {
            fs::write(self.next.join(format!("{path}.br")), self.twin(path, bytes)?)?;
        }
        Ok(())
    }

    /// The compressed twin: that of the set before where the file is the same, because a program takes seconds.
    fn twin(&self, path: &str, bytes: &[u8]) -> Result<Vec<u8>> {
        let before = paths::web();
        let is_same = stamp::is_of_makers(&self.makers)
            && fs::read(before.join(path)).is_ok_and(|it| it == bytes);
        match fs::read(before.join(format!("{path}.br"))) {
            Ok(twin) if is_same => Ok(twin),
            _ => compressed(bytes),
        }
    }

    /// Writes `assets/<name>-<hash>.<kind>` and answers with that path.
    pub(super) fn hashed(&self, name: &str, kind: &str, bytes: &[u8]) -> Result<String> {
        let path = format!("assets/{name}-{:016x}.{kind}", fingerprint([bytes]));
        self.at(&path, bytes)?;
        Ok(path)
    }

    /// Writes a file that a document names, under a name of its content.
    pub(super) fn copied(&self, folder: &Path, href: &str) -> Result<String> {
        let source = folder.join(href);
        let bytes = fs::read(&source)
            .with_context(|| format!("{} is linked but missing", paths::shown(&source)))?;
        let stem = source.file_stem().unwrap_or_default().to_string_lossy();
        let kind = source.extension().unwrap_or_default().to_string_lossy();
        self.hashed(&stem, &kind, &bytes)
    }

    /// Writes these style sheets as one; nothing when there is none.
    pub(super) fn styles(
        &self,
        name: &str,
        folder: &Path,
        hrefs: &[String],
    ) -> Result<Option<String>> {
        if hrefs.is_empty() {
            return Ok(None);
        }
        let mut all = String::new();
        for href in hrefs {
            let source = folder.join(href);
            let text = fs::read_to_string(&source)
                .with_context(|| format!("{} is linked but missing", paths::shown(&source)))?;
            all.push_str(&text);
            all.push('\n');
        }
        let small = self.minify(all.as_bytes(), "css")?;
        self.hashed(name, "css", &small).map(Some)
    }

    /// Writes the loader, whose name customers have written into their pages, with its styles inside.
    pub(super) fn loader(&self, script: &str, styles: &str) -> Result<()> {
        let define = define("LAUNCHER_CSS", self.small_styles(styles)?)?;
        self.at("widget.js", &self.minified(script.as_bytes(), "js", &[define])?)
    }

    /// Writes what a page may have beside the loader, likewise; its names are nobody's but its own.
    pub(super) fn extras(&self, script: &str, styles: &str) -> Result<()> {
        let define = define("GREETING_CSS", self.small_styles(styles)?)?;
        let more = [define, "--format=iife".to_owned()];
        self.at("extras.js", &self.minified(script.as_bytes(), "js", &more)?)
    }

    /// These styles, for a script that carries them.
    fn small_styles(&self, styles: &str) -> Result<String> {
        Ok(String::from_utf8(self.minify(styles.as_bytes(), "css")?)?.trim_end().to_owned())
    }

    /// Writes a script of ours under a name that does not change, in which these names stand for these values.
    pub(super) fn fixed(
        &self,
        path: &str,
        script: &str,
        values: &[(&str, serde_json::Value)],
    ) -> Result<()> {
        let defines = values.iter().map(|(name, it)| define(name, it));
        let defines = defines.collect::<Result<Vec<_>>>()?;
        self.at(path, &self.minified(script.as_bytes(), "js", &defines)?)
    }

    /// Writes a script of ours in which these names stand for these texts.
    pub(super) fn script(
        &self,
        name: &str,
        script: &str,
        texts: &[(&str, String)],
    ) -> Result<String> {
        let defines = texts.iter().map(|(name, it)| define(name, it));
        let defines = defines.collect::<Result<Vec<_>>>()?;
        self.hashed(name, "js", &self.minified(script.as_bytes(), "js", &defines)?)
    }

    /// Makes JavaScript or CSS small without changing what it means.
    pub(super) fn minify(&self, text: &[u8], kind: &str) -> Result<Vec<u8>> {
        self.minified(text, kind, &[])
    }

    fn minified(&self, text: &[u8], kind: &str, more: &[String]) -> Result<Vec<u8>> {
        let number = self.scratch.fetch_add(1, Ordering::Relaxed);
        let source = self.next.join(format!("scratch-{number}.{kind}"));
        fs::write(&source, text)?;
        let mut esbuild = Command::new(self.bin.join("esbuild"));
        esbuild.arg(&source).args([
            "--minify",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
        ]);
        esbuild.args(more);
        let output = run_quietly(&mut esbuild)?;
        fs::remove_file(&source)?;
        Ok(output.stdout)
    }

    /// Puts the set in the place of the one before.
    pub(super) fn publish(self, manifest: &Manifest) -> Result<()> {
        fs::write(self.next.join("manifest.json"), serde_json::to_vec_pretty(manifest)?)?;
        let web = paths::web();
        let old = paths::root().join("target/web.old");
        if old.exists() {
            fs::remove_dir_all(&old)?;
        }
        if web.exists() {
            fs::rename(&web, &old)?;
        }
        fs::rename(&self.next, &web)?;
        if old.exists() {
            fs::remove_dir_all(&old)?;
        }
        Ok(())
    }
}

/// How esbuild is told that this name stands for this value.
fn define(name: &str, value: impl Serialize) -> Result<String> {
    Ok(format!("--define:{name}={}", serde_json::to_string(&value)?))
}

/// Names content: FNV-1a, 64 bits. Between builds of our own nobody forges.
pub(super) fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        for byte in part {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

fn compresses(path: &str) -> bool {
    const KINDS: &[&str] = &["js", "wasm", "css", "html", "svg", "json"];
    Path::new(path).extension().is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
}

fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{compressed, compresses, fingerprint};

    #[test]
    fn a_name_follows_the_content() {
        assert_eq!(fingerprint([&b"a"[..]]), 0xaf63_dc4c_8601_ec8c);
        assert_ne!(fingerprint([&b"a"[..]]), fingerprint([&b"b"[..]]));
        assert_eq!(fingerprint([&b"a"[..], b"b"]), fingerprint([&b"ab"[..]]));
    }

    #[test]
    fn text_and_programs_are_compressed_and_pictures_are_not() {
        assert!(compresses("assets/widget-1.wasm"));
        assert!(!compresses("assets/icon-1.png"));
        assert!(compressed(&[b'a'; 10_000]).expect("memory does not fail").len() < 50);
    }
}
