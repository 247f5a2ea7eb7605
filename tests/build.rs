//! A linker flag of test programs that are built with a sanitizer: the library that they load looks for its runtime in them.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_SANITIZED").is_some() {
        println!("cargo::rustc-link-arg-tests=-Wl,--export-dynamic");
    }
}
