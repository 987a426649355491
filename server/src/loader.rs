//! The scripts that customers embed, each at two addresses: `/widget.js` is the one of this server, and
//! `/v/VERSION/widget.js` never changes, so that a page may name its hash (`integrity`); `extras.js`, which a
//! page may have beside it, likewise.
//!
//! A version that was ever served here is served on after an upgrade: each is kept in the data
//! folder, below `loaders/`, by its version. `/widget.json` says which one is current.

use std::collections::BTreeMap;
use std::fmt::Display;
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

use crate::assets::{Asset, Assets, fixed, hashed, shareable};
use crate::limits::{LOADER_BYTES_MAX, LOADERS_MAX};
use crate::pages::Pages;

/// The scripts that customers embed.
#[derive(Debug)]
pub(crate) struct Loaders {
    widget: Versions,
    extras: Versions,
}

impl Loaders {
    /// The current ones, and those that are kept in this folder of the data.
    pub(crate) fn open(assets: &Assets, data: &Path) -> Self {
        let folder = data.join("loaders");
        Self {
            widget: Versions::open(assets.loader(), &folder),
            extras: Versions::open(assets.extras(), &folder.join("extras")),
        }
    }
}

/// All versions of one script that are served.
#[derive(Debug)]
struct Versions {
    current: String,
    integrity: String,
    by_version: BTreeMap<String, Asset>,
}

/// What `/widget.json` says.
#[derive(Serialize)]
struct Published<'a> {
    #[serde(flatten)]
    widget: Named<'a>,
    extras: Named<'a>,
}

/// One script of a version that never changes.
#[derive(Serialize)]
struct Named<'a> {
    version: &'a str,
    url: String,
    /// For the attribute `integrity` of a script tag.
    integrity: &'a str,
}

impl Versions {
    /// The current one, and those that are kept. A folder that cannot be used costs the versions
    /// before this one, not the start of the server.
    fn open(current: &Asset, folder: &Path) -> Self {
        let hash = digest::digest(&digest::SHA384, &current.raw);
        let short = hash.as_ref()[..4].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let version = format!("{}-{short:08x}", env!("CARGO_PKG_VERSION"));
        if let Err(error) = keep(folder, &version, &current.raw) {
            tracing::warn!(
                "{} cannot be written: {error}; pages that name script {version} lose it at the \
                 next upgrade",
                folder.display()
            );
        }
        let mut by_version = kept(folder);
        by_version.insert(version.clone(), current.clone());
        let integrity = format!("sha384-{}", STANDARD.encode(hash));
        Self { current: version, integrity, by_version }
    }

    /// The one that is served at the short address.
    fn newest(&self) -> &Asset {
        &self.by_version[&self.current]
    }

    /// The current one, as a page may name it.
    fn named(&self, public_url: impl Display, file: &str) -> Named<'_> {
        let Self { current, integrity, .. } = self;
        let url = format!("{public_url}/v/{current}/{file}");
        Named { version: current, url, integrity }
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
    fixed(pages.loaders.widget.newest(), &request)
}

/// `/extras.js`: likewise.
pub(crate) async fn extras(State(pages): State<Pages>, request: HeaderMap) -> Response {
    fixed(pages.loaders.extras.newest(), &request)
}

/// `/v/VERSION/widget.js`: for ever.
pub(crate) async fn version(
    State(pages): State<Pages>,
    Part(version): Part<String>,
    request: HeaderMap,
) -> Response {
    one_of(&pages, &pages.loaders.widget, &version, &request)
}

/// `/v/VERSION/extras.js`: likewise.
pub(crate) async fn extras_version(
    State(pages): State<Pages>,
    Part(version): Part<String>,
    request: HeaderMap,
) -> Response {
    one_of(&pages, &pages.loaders.extras, &version, &request)
}

fn one_of(pages: &Pages, all: &Versions, version: &str, request: &HeaderMap) -> Response {
    if let Some(found) = all.by_version.get(version) {
        return hashed(found, request);
    }
    let text = format!(
        "This version of the script was never served here. {}/widget.json names the current one.\n",
        pages.public_url
    );
    let plain = [(CONTENT_TYPE, "text/plain; charset=utf-8")];
    let mut response = (StatusCode::NOT_FOUND, plain, text).into_response();
    shareable(&mut response);
    response
}

/// `/widget.json`: what to write into a page that names its version.
pub(crate) async fn published(State(pages): State<Pages>) -> Response {
    let Loaders { widget, extras } = &*pages.loaders;
    let widget = widget.named(&pages.public_url, "widget.js");
    let extras = extras.named(&pages.public_url, "extras.js");
    let mut response = Json(Published { widget, extras }).into_response();
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
        let first = Versions::open(&script("one"), data.path());
        let second = Versions::open(&script("two"), data.path());
        assert_ne!(first.current, second.current, "another text is another version");
        assert_eq!(second.by_version[&first.current].raw, "one");
        assert_eq!(second.by_version[&second.current].raw, "two");
        let again = Versions::open(&script("one"), data.path());
        assert_eq!((again.current, again.by_version.len()), (first.current, 2));
    }

    #[test]
    fn a_folder_that_cannot_be_used_costs_the_old_versions_only() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let versions = Versions::open(&script("one"), file.path());
        assert_eq!(versions.by_version.len(), 1);
    }
}
