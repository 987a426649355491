//! Where things are: the repository, what is built from it, and what is only borrowed.

use std::env;
use std::path::{Path, PathBuf};

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("cannot be missing: xtask is a folder of the repository")
        .to_path_buf()
}

/// Where native programs are built.
pub(crate) fn native_target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set))
}

/// Where the browser's crates are built: apart, because it may be by another compiler.
pub(crate) fn wasm_target() -> PathBuf {
    root().join("target/wasm")
}

/// What the server hands to browsers.
pub(crate) fn web() -> PathBuf {
    root().join("target/web")
}

/// Our own notes and logs.
pub(crate) fn notes() -> PathBuf {
    root().join("target/xtask")
}

/// Tools that are not the machine's own.
pub(crate) fn tools() -> PathBuf {
    root().join("target/tools")
}

/// The browser journeys.
pub(crate) fn journeys() -> PathBuf {
    root().join("e2e/browser")
}

/// The npm package that puts the chat on other people's pages.
pub(crate) fn package() -> PathBuf {
    root().join("npm/frontdesk-widget")
}

/// The third-party agent, a program in Python.
pub(crate) fn echo_agent() -> PathBuf {
    root().join("e2e/echo_agent")
}

/// `path` as seen from the repository, with `/` between its parts.
pub(crate) fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
