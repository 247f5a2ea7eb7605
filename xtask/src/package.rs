//! What a C or C++ project builds against: headers, libraries, and the files by which pkg-config and CMake find them, staged in a
//! folder as they lie in an archive.
//!
//! It reads the templates of `packaging/` and what was built. It builds nothing and packs nothing.

use std::path::{Path, PathBuf};

use crate::artifacts;
use crate::files;
use crate::run::{self, Result, Stop};

/// What differs from one system to the next.
pub struct Platform {
    /// Where the shared library lies in the archive.
    pub shared: &'static str,
    /// Where the static library lies.
    pub static_: &'static str,
    /// What the static library asks of the system, as `rustc --print native-static-libs` names it.
    pub system_libraries: &'static [&'static str],
    /// Further properties of the shared library in CMake.
    pub shared_properties: &'static str,
}

/// Linux, whatever its processor.
pub const LINUX: Platform = Platform {
    shared: "lib/liblatchkey.so",
    static_: "lib/liblatchkey.a",
    // And what pins a module that has the static library in it, as the shared one is; elsewhere the library does that itself.
    system_libraries: &["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc", "-Wl,-z,nodelete"],
    shared_properties: "IMPORTED_SONAME \"liblatchkey.so\"",
};

/// Windows on x86-64. The static library is for MinGW's linker; MSVC's own is built with MSVC.
pub const WINDOWS: Platform = Platform {
    shared: "bin/latchkey.dll",
    static_: "lib/liblatchkey.a",
    system_libraries: &[
        "-ladvapi32",
        "-lbcrypt",
        "-lcrypt32",
        "-lntdll",
        "-lole32",
        "-lshell32",
        "-lws2_32",
        "-luserenv",
        "-lkernel32",
    ],
    // Of the two import libraries the one that both linkers take by its path.
    shared_properties: "IMPORTED_IMPLIB \"${_latchkey_prefix}/lib/latchkey.dll.lib\"",
};

/// macOS, both processors in one file.
pub const MAC: Platform = Platform {
    shared: "lib/liblatchkey.dylib",
    static_: "lib/liblatchkey.a",
    system_libraries: &["-framework Security", "-framework CoreFoundation", "-framework SystemConfiguration"],
    shared_properties: "IMPORTED_SONAME \"@rpath/liblatchkey.dylib\"",
};

/// The templates, and where their texts lie in the archive.
const TEMPLATES: &[(&str, &str)] = &[
    ("latchkey.pc.in", "lib/pkgconfig/latchkey.pc"),
    ("latchkey-static.pc.in", "lib/pkgconfig/latchkey-static.pc"),
    ("latchkey-config.cmake.in", "lib/cmake/latchkey/latchkey-config.cmake"),
    ("latchkey-config-version.cmake.in", "lib/cmake/latchkey/latchkey-config-version.cmake"),
];
const HEADERS: &[&str] = &["include/latchkey.h", "include/latchkey.hpp"];
const LICENSES: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];

/// The library of this machine, built and staged where cargo builds; answers the folder.
pub fn staged() -> Result<PathBuf> {
    let library = artifacts::library()?;
    let folder = library.folder().parent().unwrap_or(library.folder()).join("package");
    stage(&folder, &LINUX, &library.shared, &library.shared.with_extension("a"))?;
    Ok(folder)
}

/// Puts everything into `folder`, which is made anew; answers the names of the files, in order.
pub fn stage(folder: &Path, platform: &Platform, shared: &Path, static_: &Path) -> Result<Vec<String>> {
    files::clear(folder)?;
    let root = run::root();
    let mut files: Vec<String> = Vec::new();
    for name in HEADERS.iter().chain(LICENSES) {
        put(&root.join(name), folder, name, &mut files)?;
    }
    put(shared, folder, platform.shared, &mut files)?;
    put(static_, folder, platform.static_, &mut files)?;
    for (template, name) in TEMPLATES {
        let from = root.join("packaging").join(template);
        files::write(&folder.join(name), &filled_in(&files::text(&from)?, platform)?)?;
        files.push((*name).to_owned());
    }
    files.sort();
    Ok(files)
}

/// A template with this platform's words in it; a word that nobody knows is an error, not a text for the compiler.
fn filled_in(template: &str, platform: &Platform) -> Result<String> {
    let version = env!("CARGO_PKG_VERSION");
    let static_library = platform.static_.rsplit('/').next().unwrap_or_default();
    let words = [
        ("@VERSION@", version.to_owned()),
        ("@VERSION_MAJOR@", env!("CARGO_PKG_VERSION_MAJOR").to_owned()),
        ("@SYSTEM_LIBRARIES@", platform.system_libraries.join(" ")),
        ("@SYSTEM_LIBRARIES_LIST@", platform.system_libraries.join(";")),
        ("@STATIC_LIBRARY@", static_library.to_owned()),
        ("@SHARED_PLACE@", platform.shared.to_owned()),
        ("@STATIC_PLACE@", platform.static_.to_owned()),
        ("@SHARED_PROPERTIES@", platform.shared_properties.to_owned()),
    ];
    let text = words.iter().fold(template.to_owned(), |text, (word, value)| text.replace(word, value));
    match text.lines().find(|line| line.replace("@rpath", "").contains('@')) {
        None => Ok(text),
        Some(line) => Err(Stop::failed(format!("packaging/: nobody fills in what `{}` asks for", line.trim()))),
    }
}

/// Puts one more file there.
pub fn put(from: &Path, folder: &Path, name: &str, files: &mut Vec<String>) -> Result<()> {
    files::copy(from, &folder.join(name))?;
    files.push(name.to_owned());
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_word_of_a_template_is_filled_in() {
        for (template, _) in TEMPLATES {
            let text = fs::read_to_string(run::root().join("packaging").join(template)).unwrap();
            let filled = filled_in(&text, &LINUX).unwrap();
            assert!(filled.contains(env!("CARGO_PKG_VERSION")) || template.ends_with("config.cmake.in"), "{filled}");
        }
        let stop = filled_in("prefix=@PREFX@\n", &LINUX).unwrap_err();
        assert_eq!(stop.sentence, "packaging/: nobody fills in what `prefix=@PREFX@` asks for");
    }

    #[test]
    fn a_folder_of_an_earlier_run_is_made_anew() {
        let folder = std::env::temp_dir().join(format!("latchkey-package-{}", std::process::id()));
        fs::create_dir_all(folder.join("lib")).unwrap();
        fs::write(folder.join("lib/left-over"), "").unwrap();
        let library = run::root().join("Cargo.toml");
        let files = stage(&folder, &LINUX, &library, &library).unwrap();
        assert!(!folder.join("lib/left-over").exists());
        assert!(files.iter().all(|file| folder.join(file).is_file()), "{files:?}");
        assert_eq!(files.len(), HEADERS.len() + LICENSES.len() + 2 + TEMPLATES.len());
        fs::remove_dir_all(&folder).unwrap();
    }
}
