//! Has the linker leave in a page that is to be cut what `cargo xtask build` cuts it in two by.
#![allow(clippy::print_stdout, reason = "cargo reads it")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_cut = std::env::var_os("CARGO_FEATURE_CUT").is_some();
    let target = std::env::var("CARGO_CFG_TARGET_ARCH");
    if is_cut && target.is_ok_and(|target| target == "wasm32") {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}
