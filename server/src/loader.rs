//! The script that customers embed, at two addresses: `/widget.js` is the one of this server, and
//! `/v/VERSION/widget.js` never changes, so that a page may name its hash (`integrity`).
//!
//! A version that was ever served here is served on after an upgrade: each is kept in the data
//! folder, below `loaders/`, by its version. `/widget.json` says which one is current.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use aws_lc_rs::digest;
use axum::Json;
use axum::extract::{Path as Part, State};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap};
use serde::Serialize;

use crate::assets::{Asset, fixed, hashed, shareable};
use crate::limits::{LOADER_BYTES_MAX, LOADERS_MAX};
use crate::pages::Pages;

/// All loaders that are served.
#[derive(Debug)]
pub(crate) struct Loaders {
    current: String,
    integrity: String,
    by_version: BTreeMap<String, Asset>,
}

/// What `/widget.json` says.
#[derive(Serialize)]
struct Published<'a> {
    version: &'a str,
    url: String,
    /// For the attribute `integrity` of a script tag.
    integrity: &'a str,
}

impl Loaders {
    /// The current one, and those that are kept. A folder that cannot be used costs the versions
    /// before this one, not the start of the server.
    pub(crate) fn open(current: &Asset, data: &Path) -> Self {
        let hash = digest::digest(&digest::SHA384, &current.raw);
        let short = hash.as_ref()[..4].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let version = format!("{}-{short:08x}", env!("CARGO_PKG_VERSION"));
        let folder = data.join("loaders");
        if let Err(error) = keep(&folder, &version, &current.raw) {
            tracing::warn!(
                "{} cannot be written: {error}; pages that name loader {version} lose it at the \
                 next upgrade",
                folder.display()
            );
        }
        let mut by_version = kept(&folder);
        by_version.insert(version.clone(), current.clone());
        let integrity = format!("sha384-{}", STANDARD.encode(hash));
        Self { current: version, integrity, by_version }
    }
}

/// Writes it beside and renames it: a half-written one would be served for ever.
fn keep(folder: &Path, version: &str, raw: &[u8]) -> std::io::Result<()> {
    let file = folder.join(format!("{version}.js"));
    if file.exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    let fresh = folder.join("fresh");
    fs::write(&fresh, raw)?;
    fs::rename(fresh, file)
}

/// Those of the folder, the latest versions if there are too many.
fn kept(folder: &Path) -> BTreeMap<String, Asset> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|it| {
            let name = it.file_name().into_string().ok()?;
            let version = name.strip_suffix(".js")?.to_owned();
            let data =
                it.metadata().ok().filter(|it| it.is_file() && it.len() <= LOADER_BYTES_MAX)?;
            Some((data.modified().ok()?, version, it.path()))
        })
        .collect();
    files.sort();
    let newest = files.into_iter().rev().take(LOADERS_MAX);
    newest
        .filter_map(|(_, version, path)| {
            let raw = Bytes::from(fs::read(path).ok()?);
            Some((version, Asset::script(raw)))
        })
        .collect()
}

/// `/widget.js`: short-lived, so that an upgrade reaches every page.
pub(crate) async fn current(State(pages): State<Pages>, request: HeaderMap) -> Response {
    fixed(&pages.loaders.by_version[&pages.loaders.current], &request)
}

/// `/v/VERSION/widget.js`: for ever.
pub(crate) async fn version(
    State(pages): State<Pages>,
    Part(version): Part<String>,
    request: HeaderMap,
) -> Response {
    if let Some(found) = pages.loaders.by_version.get(&version) {
        return hashed(found, &request);
    }
    let text = format!(
        "This version of the loader was never served here. {}/widget.json names the current one.\n",
        pages.public_url
    );
    let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    let mut response = (StatusCode::NOT_FOUND, plain, text).into_response();
    shareable(&mut response);
    response
}

/// `/widget.json`: what to write into a page that names its version.
pub(crate) async fn published(State(pages): State<Pages>) -> Response {
    let Loaders { current, integrity, .. } = &*pages.loaders;
    let url = format!("{}/v/{current}/widget.js", pages.public_url);
    let mut response = Json(Published { version: current, url, integrity }).into_response();
    shareable(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &'static str) -> Asset {
        Asset::script(Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn a_version_that_was_served_is_served_after_an_upgrade() {
        let data = tempfile::tempdir().unwrap();
        let first = Loaders::open(&script("one"), data.path());
        let second = Loaders::open(&script("two"), data.path());
        assert_ne!(first.current, second.current, "another text is another version");
        assert_eq!(second.by_version[&first.current].raw, "one");
        assert_eq!(second.by_version[&second.current].raw, "two");
        let again = Loaders::open(&script("one"), data.path());
        assert_eq!((again.current, again.by_version.len()), (first.current, 2));
    }

    #[test]
    fn a_folder_that_cannot_be_used_costs_the_old_versions_only() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let loaders = Loaders::open(&script("one"), file.path());
        assert_eq!(loaders.by_version.len(), 1);
    }
}
