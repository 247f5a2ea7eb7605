//! Linker flags of the shared library that can't be said in `Cargo.toml`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target_os = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match target_os.as_str() {
        // `dlclose` must not take the code away from under a thread or a thread-local's destructor.
        "linux" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,liblatchkey.so");
        }
        "macos" => println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/liblatchkey.dylib"),
        _ => {}
    }
}
