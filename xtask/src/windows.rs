//! The library for Windows, built here: by MinGW's linker, with import libraries for that one and for MSVC's.
//!
//! The compiler is Debian's, as for arm64: its standard library comes as source, so no archive for another target is needed.
//! What was built is read again: nothing is handed out that exports something else or needs a redistributable.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::{copy, make, text, write};
use crate::pe::{Demands, Version};
use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};
use crate::{artifacts, symbols};

const TARGET: &str = "x86_64-pc-windows-gnu";
/// The library.
pub const DLL: &str = "latchkey.dll";
/// For MinGW's linker.
pub const IMPORT_GNU: &str = "liblatchkey.dll.a";
/// For MSVC's; the name that it has on a build with that.
pub const IMPORT_MSVC: &str = "latchkey.dll.lib";
/// What has to be there before it can be built.
pub const NEEDS: &[&Need] =
    &[&setup::RUST_WITH_SOURCE, &setup::CARGO_OF_DEBIAN, &setup::MINGW, &setup::WINDRES, &setup::LLVM_DLLTOOL];

/// What was built, side by side in one folder.
pub struct Built {
    /// The library.
    pub shared: PathBuf,
    /// The static library, for MinGW's linker.
    pub static_: PathBuf,
    /// Where all of them are, the import libraries too.
    pub folder: PathBuf,
}

/// Builds the library and its import libraries as they are shipped.
pub fn library() -> Result<Built> {
    let home = home()?;
    let properties = properties(&home)?;
    let mut build = debians_cargo(&home, &flags(&[format!("-Clink-arg={}", properties.display())])?);
    // As in `artifacts::library`: the rlib would leave link-time optimisation out.
    build.args(["rustc", "--release", "--locked", "-p", "latchkey", "--lib", "--crate-type", "cdylib,staticlib"]);
    // Without the feature `backtrace`, since nobody prints one from within a game, and it is a reader of debug information.
    build.args(["-Zbuild-std=std,panic_unwind", "-Zbuild-std-features=panic-unwind,optimize_for_size"]);
    build.args(["--message-format", "json-render-diagnostics"]);
    let files = artifacts::made(&run::capture(&mut build)?);
    let found = |name: &str| {
        let file = files.iter().find(|file| artifacts::file_name(file) == name).cloned();
        file.ok_or_else(|| Stop::failed(format!("cargo built no {name} for Windows")))
    };
    let shared = found(DLL)?;
    let static_ = found("liblatchkey.a")?;
    checked(&shared)?;
    let folder = home.join("staged");
    make(&folder)?;
    let built = Built { shared: folder.join(DLL), static_: folder.join("liblatchkey.a"), folder };
    copy(&shared, &built.shared)?;
    copy(&static_, &built.static_)?;
    import_libraries(&built)?;
    Ok(built)
}

/// Builds the tests that these words of cargo's name; answers every file that was made.
pub fn tests(words: &[&str]) -> Result<Vec<PathBuf>> {
    let mut build = debians_cargo(&home()?, "");
    build.args(["test", "--no-run", "--locked", "-Zbuild-std=std,panic_unwind,test"]).args(words);
    build.args(["--message-format", "json-render-diagnostics"]);
    // Debugging information for the whole of them is a gigabyte that nobody reads.
    build.env("CARGO_PROFILE_DEV_DEBUG", "0");
    Ok(artifacts::made(&run::capture(&mut build)?))
}

/// Compiles what wine lacks of Windows into that folder.
pub fn stand_in(folder: &Path) -> Result<()> {
    let source = run::root().join("tests").join("platforms").join("random_numbers.c");
    let compiler = setup::MINGW.find().ok_or_else(|| Stop::failed("MinGW's gcc is not on the search path"))?;
    let mut compile = Command::new(compiler);
    compile.args(["-Wall", "-Werror", "-shared", "-o"]).arg(folder.join("bcryptprimitives.dll")).arg(source);
    run::stream(compile.arg("-ladvapi32"))
}

/// Where cargo builds for Windows.
pub fn home() -> Result<PathBuf> {
    Ok(artifacts::target_folder()?.join("windows"))
}

/// A cargo that is to build for Windows; its first word is still to come.
fn debians_cargo(home: &Path, flags: &str) -> Command {
    let mut cargo = Command::new(setup::DEBIANS_CARGO);
    cargo.current_dir(run::root());
    cargo.env("CARGO_BUILD_TARGET", TARGET).env("CARGO_TARGET_DIR", home).env("CARGO_ENCODED_RUSTFLAGS", flags);
    cargo.env("RUSTC", setup::DEBIANS_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    // Those of the cargo that runs this program are another compiler's.
    cargo.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTFLAGS");
    cargo
}

/// Nothing of this machine or of the moment goes into the file.
fn flags(further: &[String]) -> Result<String> {
    let mut flags = artifacts::without_paths()?;
    flags.push("-Clink-arg=-Wl,--no-insert-timestamp".to_owned());
    flags.extend_from_slice(further);
    Ok(artifacts::encoded(&flags))
}

/// What the Explorer shows of the file, as an object to be linked in. Only here: a build with MSVC takes it from the same template.
fn properties(home: &Path) -> Result<PathBuf> {
    let template = run::root().join("packaging").join("version.rc.in");
    let text = text(&template)?;
    let numbers = version().map(|number| number.to_string()).join(",");
    let text = text.replace("@NUMBERS@", &numbers).replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    make(home)?;
    let (script, object) = (home.join("version.rc"), home.join("version.o"));
    write(&script, &text)?;
    let tool = setup::WINDRES.find().ok_or_else(|| Stop::failed("MinGW's windres is not on the search path"))?;
    run::stream(Command::new(tool).args(["--target", "pe-x86-64"]).arg(&script).arg(&object))?;
    Ok(object)
}

/// This version as Windows writes it: always four numbers.
fn version() -> Version {
    let numbers = [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"), env!("CARGO_PKG_VERSION_PATCH")];
    let [major, minor, patch] = numbers.map(|number| number.parse().unwrap_or_default());
    [major, minor, patch, 0]
}

/// Both from the list of exports that is checked in, so that they hold what the header declares and no more.
fn import_libraries(built: &Built) -> Result<()> {
    let list = run::root().join("include").join("latchkey.symbols");
    let names = text(&list)?;
    let definition = built.folder.join("latchkey.def");
    let text = format!("LIBRARY {DLL}\nEXPORTS\n{names}");
    write(&definition, &text)?;
    let tool = setup::LLVM_DLLTOOL.find().ok_or_else(|| Stop::failed("llvm-dlltool is not on the search path"))?;
    for name in [IMPORT_GNU, IMPORT_MSVC] {
        let mut make = Command::new(&tool);
        make.current_dir(&built.folder).args(["-m", "i386:x86-64", "-D", DLL, "-d", "latchkey.def", "-l", name]);
        run::stream(&mut make)?;
    }
    Ok(())
}

/// Holds the file against the header and against what a Windows library should be.
fn checked(library: &Path) -> Result<()> {
    let header = run::root().join("include").join("latchkey.h");
    let header = text(&header)?;
    let mut complaints = symbols::disagreements(&symbols::exported(library)?, &symbols::declared(&header));
    complaints.extend(Demands::of(library)?.complaints(version()));
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Stop::failed(format!("{} is not fit to be shipped:\n{}", library.display(), complaints.join("\n"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_this_machine_goes_into_the_file() {
        let flags = flags(&[]).unwrap();
        let flags: Vec<_> = flags.split('\u{1f}').collect();
        assert!(artifacts::without_paths().unwrap().iter().all(|flag| flags.contains(&flag.as_str())), "{flags:?}");
        assert!(flags.contains(&"-Clink-arg=-Wl,--no-insert-timestamp"), "{flags:?}");
    }
}
