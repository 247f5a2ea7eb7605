//! The library for Windows, built here: by MinGW's linker, with import libraries for that one and for MSVC's.
//!
//! The compiler is Debian's, as for arm64: its standard library comes as source, so no archive for another target is needed.
//! What was built is read again: nothing is handed out that exports something else or needs a redistributable.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::{clear, copy, make, text, write};
use crate::pe::{Demands, Version};
use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};
use crate::{artifacts, debian, symbols};

const TARGET: &str = "x86_64-pc-windows-gnu";
/// The library.
pub const DLL: &str = "latchkey.dll";
/// For MinGW's linker.
pub const IMPORT_GNU: &str = "liblatchkey.dll.a";
/// For MSVC's; the name that it has on a build with that.
pub const IMPORT_MSVC: &str = "latchkey.dll.lib";
/// What the compiler has MinGW's linker look in for the system's functions.
const SYSTEMS: [&str; 9] =
    ["advapi32", "bcrypt", "dbghelp", "kernel32", "msvcrt", "ntdll", "user32", "userenv", "ws2_32"];
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
    let (properties, systems) = (properties(&home)?, systems(&home)?);
    let further = [format!("-Clink-arg={}", properties.display()), format!("-Clink-arg=-L{}", systems.display())];
    let mut build = debians_cargo(&home, &flags(&further)?)?;
    debian::ship(&mut build);
    let files = artifacts::made(&run::capture(&mut build)?);
    let found = |name| artifacts::found(&files, name, "Windows");
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
    let mut build = debians_cargo(&home()?, &[])?;
    build.args(["test", "--no-run", "--locked", "-Zbuild-std=std,panic_unwind,test"]).args(words);
    build.args(["--message-format", "json-render-diagnostics"]);
    // Debugging information for the whole of them is a gigabyte that nobody reads.
    build.env("CARGO_PROFILE_DEV_DEBUG", "0");
    Ok(artifacts::made(&run::capture(&mut build)?))
}

/// Compiles what wine lacks of Windows into that folder.
pub fn stand_in(folder: &Path) -> Result<()> {
    let source = run::root().join("tests").join("platforms").join("random_numbers.c");
    let mut compile = Command::new(mingw()?);
    compile.args(["-Wall", "-Werror", "-shared", "-o"]).arg(folder.join("bcryptprimitives.dll")).arg(source);
    run::stream(compile.arg("-ladvapi32"))
}

/// Where cargo builds for Windows.
pub fn home() -> Result<PathBuf> {
    Ok(artifacts::target_folder()?.join("windows"))
}

/// A cargo that is to build for Windows; its first word is still to come.
fn debians_cargo(home: &Path, flags: &[String]) -> Result<Command> {
    let mut cargo = Command::new(setup::DEBIANS_CARGO);
    debian::compile(&mut cargo, flags);
    cargo.env("CARGO_BUILD_TARGET", TARGET).env("CARGO_TARGET_DIR", home);
    // `dlltool` leaves two empty files behind for each import library that the compiler has it make: two hundred for a build.
    let temporary = home.join("tmp");
    clear(&temporary)?;
    make(&temporary)?;
    cargo.env("TMPDIR", temporary);
    Ok(cargo)
}

/// Nothing of this machine or of the moment goes into the file.
fn flags(further: &[String]) -> Result<Vec<String>> {
    let mut flags = artifacts::without_paths()?;
    flags.push("-Clink-arg=-Wl,--no-insert-timestamp".to_owned());
    flags.extend_from_slice(further);
    Ok(flags)
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

/// MinGW's import libraries of the system, in a folder beside what cargo builds. The linker orders imports by the path of the file that
/// they were in: without it their order would depend on whether this folder's name comes before `/usr` in the alphabet.
fn systems(home: &Path) -> Result<PathBuf> {
    let folder = home.join("mingw");
    make(&folder)?;
    for name in SYSTEMS {
        let file = format!("lib{name}.a");
        let from = run::capture(Command::new(mingw()?).arg(format!("-print-file-name={file}")))?;
        copy(Path::new(from.trim_end()), &folder.join(file))?;
    }
    Ok(folder)
}

fn mingw() -> Result<PathBuf> {
    setup::MINGW.find().ok_or_else(|| Stop::failed("MinGW's gcc is not on the search path"))
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
    let mut complaints = symbols::disagreements(&symbols::exported(library)?, &debian::declared()?);
    complaints.extend(Demands::of(library)?.complaints(version()));
    debian::expect_fit(library, &complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_this_machine_goes_into_the_file() {
        let flags = flags(&[]).unwrap();
        assert!(artifacts::without_paths().unwrap().iter().all(|flag| flags.contains(flag)), "{flags:?}");
        assert!(flags.iter().any(|flag| flag == "-Clink-arg=-Wl,--no-insert-timestamp"), "{flags:?}");
    }
}
