//! The agents' console as a program for a browser: mounts what the library has.

#[cfg(target_arch = "wasm32")]
fn main() {
    leptos::mount::mount_to_body(console::app::Root);
}

/// There is nothing to run outside a browser; `cargo xtask run` serves the console.
#[cfg(not(target_arch = "wasm32"))]
fn main() {}
