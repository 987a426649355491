//! Has the linker say what refers to what, so that xtask can cut the program in two (`xtask/src/web/split.rs`).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_for_browsers = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|it| it == "wasm32");
    if is_for_browsers && std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
