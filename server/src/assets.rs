//! The browser's files, held in memory: from a folder, or built into the program.

mod load;
mod serve;

use std::collections::HashMap;

use bytes::Bytes;

pub use self::load::AssetsError;
pub(crate) use self::serve::{document, fixed, hashed, shareable};

/// One file and its compressed twin.
#[derive(Clone, Debug)]
pub(crate) struct Asset {
    pub(crate) content_type: &'static str,
    pub(crate) raw: Bytes,
    /// Brotli; absent where that makes nothing smaller.
    pub(crate) brotli: Option<Bytes>,
    /// Of the raw bytes, quoted.
    pub(crate) etag: String,
}

impl Asset {
    /// A script that is served as it is.
    pub(crate) fn script(raw: Bytes) -> Self {
        let etag = load::etag(&[&raw]);
        Self { content_type: load::content_type("x.js"), raw, brotli: None, etag }
    }
}

/// All files by path, such as `widget/index.html`.
#[derive(Debug)]
pub(crate) struct Assets {
    files: HashMap<String, Asset>,
}

impl Assets {
    /// The script that customers embed.
    pub(crate) fn loader(&self) -> &Asset {
        &self.files[load::LOADER]
    }

    /// What a page may have beside it.
    pub(crate) fn extras(&self) -> &Asset {
        &self.files[load::EXTRAS]
    }

    /// The file of a path.
    pub(crate) fn get(&self, path: &str) -> Option<&Asset> {
        self.files.get(path)
    }

    /// What is left of the paths that begin so.
    pub(crate) fn below(&self, folder: &str) -> impl Iterator<Item = &str> {
        self.files.keys().filter_map(move |it| it.strip_prefix(folder))
    }
}
