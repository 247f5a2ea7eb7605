//! Builds what other commands need, and says where cargo put it.
//!
//! The paths are cargo's own answer, not a guess: a target folder or a target set elsewhere is no surprise here.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;

use crate::run::{self, Result, Stop};

/// The release library.
pub struct Library {
    /// `liblatchkey.so`, `latchkey.dll` or `liblatchkey.dylib`.
    pub shared: PathBuf,
    /// What a Windows linker is given in place of the DLL, where there is one.
    pub import: Option<PathBuf>,
}

impl Library {
    /// The folder that it is in.
    pub fn folder(&self) -> &Path {
        self.shared.parent().unwrap_or(Path::new(""))
    }
}

/// Builds the shared and the static library as they are shipped.
pub fn library() -> Result<Library> {
    built("release")
}

/// The same with its symbols, beside those and not in their place.
pub fn library_with_symbols() -> Result<Library> {
    built("unstripped")
}

fn built(profile: &str) -> Result<Library> {
    // With the rlib among the crate types cargo silently leaves link-time optimisation out, so it is not asked for.
    let crate_types = ["--lib", "--crate-type", "cdylib,staticlib"];
    let files = build(&[&["rustc", "--profile", profile, "-p", "latchkey"], &crate_types[..]].concat())?;
    let find = |wanted: fn(&str) -> bool| files.iter().find(|file| wanted(&file_name(file))).cloned();
    let shared =
        find(is_shared).ok_or_else(|| Stop::failed("cargo built the crate `latchkey`, but no shared library"))?;
    Ok(Library { shared, import: find(is_import) })
}

/// Builds the practice provider.
pub fn practice_provider() -> Result<PathBuf> {
    let files = build(&["build", "-p", "practice-provider", "--bins"])?;
    let wanted = format!("practice-provider{}", std::env::consts::EXE_SUFFIX);
    let found = files.into_iter().find(|file| file_name(file) == wanted);
    found.ok_or_else(|| Stop::failed("cargo built the crate `practice-provider`, but no program of that name"))
}

/// Where cargo puts what it builds, whoever has set that. Asked once.
pub fn target_folder() -> Result<PathBuf> {
    static ANSWER: OnceLock<Result<PathBuf>> = OnceLock::new();
    ANSWER.get_or_init(asked_target_folder).clone()
}

fn asked_target_folder() -> Result<PathBuf> {
    let output = run::capture(run::cargo().args(["metadata", "--locked", "--no-deps", "--format-version", "1"]))?;
    let metadata: Option<Value> = serde_json::from_str(&output).ok();
    let folder = metadata.as_ref().and_then(|metadata| metadata["target_directory"].as_str());
    folder.map(PathBuf::from).ok_or_else(|| Stop::failed("`cargo metadata` names no target folder"))
}

/// Compiler flags by which no path of this machine goes into a library that is handed out, so that it is the same wherever it was
/// built. The last that fits counts.
pub fn without_paths() -> Result<Vec<String>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    let mut flags = vec![format!("--remap-path-prefix={}=latchkey", run::root().display())];
    flags.extend(home.map(|home| format!("--remap-path-prefix={}=cargo", home.display())));
    flags.push(format!("--remap-path-prefix={}=target", target_folder()?.display()));
    Ok(flags)
}

/// Flags as cargo takes them in `CARGO_ENCODED_RUSTFLAGS`, where a path may have spaces.
pub fn encoded(flags: &[String]) -> String {
    flags.join("\u{1f}")
}

/// Runs a cargo build and lists the files that it made.
fn build(words: &[&str]) -> Result<Vec<PathBuf>> {
    let output =
        run::capture(run::cargo().args(words).args(["--locked", "--message-format", "json-render-diagnostics"]))?;
    Ok(made(&output))
}

/// The files named by cargo's messages.
pub fn made(messages: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        if message["reason"] == "compiler-artifact" {
            let names = message["filenames"].as_array().into_iter().flatten().chain([&message["executable"]]);
            files.extend(names.filter_map(Value::as_str).map(PathBuf::from));
        }
    }
    files
}

/// Of the files that cargo made the one of that name.
pub fn found(files: &[PathBuf], name: &str, of: &str) -> Result<PathBuf> {
    let file = files.iter().find(|file| file_name(file) == name).cloned();
    file.ok_or_else(|| Stop::failed(format!("cargo built no {name} for {of}")))
}

/// Its last part, as text.
pub fn file_name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn is_shared(name: &str) -> bool {
    matches!(name, "liblatchkey.so" | "latchkey.dll" | "liblatchkey.dylib")
}

fn is_import(name: &str) -> bool {
    matches!(name, "latchkey.dll.lib" | "liblatchkey.dll.a")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_this_machine_goes_into_a_library() {
        let flags = without_paths().unwrap();
        let remapped = |path: &Path| flags.iter().any(|flag| flag.contains(&format!("={}=", path.display())));
        assert!(remapped(&run::root()), "{flags:?}");
        assert!(remapped(&target_folder().unwrap()), "{flags:?}");
        assert_eq!(flags.len(), 3, "where cargo keeps what it fetches: {flags:?}");
    }

    #[test]
    fn the_files_are_those_that_cargo_names() {
        let messages = r#"
{"reason":"build-script-executed","out_dir":"/x"}
{"reason":"compiler-artifact","filenames":["/t/libserde.rlib"],"executable":null}
{"reason":"compiler-artifact","filenames":["/t/latchkey.dll","/t/latchkey.dll.lib","/t/latchkey.lib"],"executable":null}
{"reason":"compiler-artifact","filenames":["/t/demo"],"executable":"/t/demo"}
{"reason":"build-finished","success":true}"#;
        let files = made(messages);
        assert!(files.iter().any(|file| is_shared(&file_name(file))));
        assert!(files.iter().any(|file| is_import(&file_name(file))));
        assert!(files.contains(&PathBuf::from("/t/demo")));
        assert!(!files.iter().any(|file| file_name(file) == "liblatchkey.so"));
    }
}
