//! The library for macOS, linked on Linux: one universal file for Apple's processors and Intel's.
//!
//! Apple's headers and stubs are not needed and not here: zig brings what the C library is made of, and for the system's frameworks
//! a list that is checked in says which symbols are taken from them. From it stubs are written for the linker, and against it the
//! finished file is held. Nothing of this runs on a Mac: what can be known from the files is checked.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::files::{self, failed, write};
use crate::macho::{self, Slice, Version};
use crate::run::{self, Result, Stop};
use crate::setup::{self, Need};
use crate::{artifacts, debian, linux, symbols};

const LIBRARY: &str = "liblatchkey.dylib";
const STATIC: &str = "liblatchkey.a";
/// A program says where that is, by a run path of its own.
pub const INSTALL_NAME: &str = "@rpath/liblatchkey.dylib";
/// The first that runs on both processors.
const OLDEST: Version = (11, 0);
/// What is asked of which library of the system's.
const LIST: &str = "packaging/macos-symbols.txt";
/// A processor.
struct Processor {
    /// Rust's name of it.
    rust: &'static str,
    /// Apple's.
    apple: &'static str,
}

const PROCESSORS: &[Processor] =
    &[Processor { rust: "x86_64", apple: "x86_64" }, Processor { rust: "aarch64", apple: "arm64" }];

/// What has to be there before it can be built.
pub const NEEDS: &[&Need] = &[
    &setup::PYTHON,
    &setup::RUST_WITH_SOURCE,
    &setup::CARGO_OF_DEBIAN,
    &setup::CLANG,
    &setup::LLD_LD64,
    &setup::LLVM_LIPO,
];

/// What was built, each for both processors.
pub struct Built {
    /// The library.
    pub shared: PathBuf,
    /// The static library.
    pub static_: PathBuf,
}

/// Builds both libraries as they are shipped, and holds the shared one against what was promised.
pub fn library() -> Result<Built> {
    let home = home()?;
    let wanted = wanted()?;
    write_stubs(&stubs()?, &wanted)?;
    let linking = linking(&home)?;
    let built = all(|processor| processor.build(&home, &linking))?;
    let folder = home.join("staged");
    files::make(&folder)?;
    let (shared, static_) = (folder.join(LIBRARY), folder.join(STATIC));
    join(built.iter().map(|(shared, _)| shared), &shared)?;
    join(built.iter().map(|(_, static_)| static_), &static_)?;
    let slices = macho::slices(&shared)?;
    let complaints = complaints(&slices, &wanted, &traces(&shared)?)?;
    debian::expect_fit(&shared, &complaints)?;
    Ok(Built { shared, static_ })
}

/// Does it for all processors side by side, since the last and longest step of a build keeps one core busy only.
fn all<T: Send>(work: impl Fn(&Processor) -> Result<T> + Sync) -> Result<Vec<T>> {
    thread::scope(|scope| {
        let threads: Vec<_> = PROCESSORS.iter().map(|processor| scope.spawn(|| work(processor))).collect();
        let died = || Stop::failed("a thread that built for macOS died");
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(died()))).collect()
    })
}

impl Processor {
    /// Builds the shared and the static library for it.
    fn build(&self, home: &Path, linking: &[OsString]) -> Result<(PathBuf, PathBuf)> {
        let mut build = linux::zigbuild(&remapped()?)?;
        debian::ship(&mut build);
        // Of its own, since cargo lets one build at a time into a folder.
        build.arg("--target-dir").arg(home.join(self.apple));
        build.args(["--target", &format!("{}-apple-darwin", self.rust), "--"]).args(linking);
        build.env("MACOSX_DEPLOYMENT_TARGET", format!("{}.{}", OLDEST.0, OLDEST.1));
        // The linker leaves out what would be stripped: a tool that did it afterwards would have to sign anew.
        build.env("CARGO_PROFILE_RELEASE_STRIP", "none");
        // Of a Mac's SDK there is none.
        build.env_remove("SDKROOT");
        let files = artifacts::made(&run::capture(&mut build)?);
        let found = |name| artifacts::found(&files, name, &format!("macOS on {}", self.apple));
        Ok((found(LIBRARY)?, found(STATIC)?))
    }
}

/// How the library is linked: not by zig, whose linker exports more than it is asked to and needs two libraries more.
fn linking(home: &Path) -> Result<Vec<OsString>> {
    let of = |need: &Need| need.find().ok_or_else(|| Stop::failed(format!("{} is not there", need.elsewhere)));
    let exports = home.join("exports.txt");
    write(&exports, &exported()?.iter().map(|name| format!("_{name}\n")).collect::<String>())?;
    let with = |start: &str, path: &Path| OsString::from_iter([start.as_ref(), path.as_os_str()]);
    let mut flags = vec![with("-Clinker=", &of(&setup::CLANG)?), with("-Clink-arg=--ld-path=", &of(&setup::LLD_LD64)?)];
    // For macOS at all; the compiler adds which processor. From this version of Apple's on clang tells a linker the platform in the
    // one way that LLVM's takes.
    let system = format!("--target=arm64-apple-macos{}.{}", OLDEST.0, OLDEST.1);
    flags.extend([system.as_str(), "-mlinker-version=520"].map(|flag| format!("-Clink-arg={flag}").into()));
    flags.extend([with("-Lframework=", &stubs()?), with("-Lnative=", &stubs()?)]);
    flags.push(with("-Clink-arg=-Wl,-exported_symbols_list,", &exports));
    // An arm64 Mac loads no page that is not signed. Room for the name that a game's packager may give the library.
    let more = ["-adhoc_codesign", "-headerpad_max_install_names", "-dead_strip_dylibs", "-S", "-x"];
    flags.extend(more.map(|flag| format!("-Clink-arg=-Wl,{flag}").into()));
    Ok(flags)
}

/// Everything of this target's.
fn home() -> Result<PathBuf> {
    Ok(artifacts::target_folder()?.join("macos"))
}

/// The oldest macOS that it is for, for a table.
pub fn oldest() -> String {
    format!("macOS {}.{}", OLDEST.0, OLDEST.1)
}

/// Where the stubs are that it is linked with.
pub fn stubs() -> Result<PathBuf> {
    Ok(home()?.join("stubs"))
}

/// The names that the library exports.
fn exported() -> Result<BTreeSet<String>> {
    let list = run::root().join("include").join("latchkey.symbols");
    let names = files::text(&list)?;
    Ok(names.lines().map(str::to_owned).collect())
}

/// Nothing of this machine goes into the files, not even by way of a panic's place in the standard library.
fn remapped() -> Result<Vec<String>> {
    let mut flags = artifacts::without_paths()?;
    flags.push(format!("--remap-path-prefix={}=rust", setup::DEBIANS_RUST_SOURCE));
    Ok(flags)
}

/// The symbols that are taken from the system, by the path of their library.
type Wanted = BTreeMap<String, BTreeSet<String>>;

fn wanted() -> Result<Wanted> {
    let list = run::root().join(LIST);
    let text = files::text(&list)?;
    parsed(&text)
        .map_err(|line| Stop::failed(format!("{LIST}: `{line}` belongs to no library: a line with a path comes first")))
}

/// A line that starts with a slash is a library, those after it are its symbols; `#` begins a remark.
fn parsed(text: &str) -> std::result::Result<Wanted, String> {
    let mut wanted = Wanted::new();
    let mut library = None;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('/') {
            library = Some(wanted.entry(line.to_owned()).or_default());
        } else {
            library.as_mut().ok_or(line)?.insert(line.to_owned());
        }
    }
    Ok(wanted)
}

/// What the linker reads in place of the system's libraries.
fn write_stubs(folder: &Path, wanted: &Wanted) -> Result<()> {
    for (library, symbols) in wanted {
        write(&folder.join(stub_name(library)), &stub(library, symbols))?;
    }
    // Named by the compiler, and left out by the linker, since nothing is taken from them.
    for (name, library) in
        [("c", "/usr/lib/libc.dylib"), ("m", "/usr/lib/libm.dylib"), ("iconv", "/usr/lib/libiconv.2.dylib")]
    {
        write(&folder.join(format!("lib{name}.tbd")), &stub(library, &BTreeSet::new()))?;
    }
    Ok(())
}

/// Where a linker looks for it: a framework in a folder of its own, `/usr/lib/libSystem.B.dylib` by the name `-lSystem`.
fn stub_name(library: &str) -> String {
    let name = library.rsplit('/').next().unwrap_or_default();
    if library.contains(".framework/") {
        return format!("{name}.framework/{name}.tbd");
    }
    format!("{}.tbd", name.split('.').next().unwrap_or_default())
}

/// Apple's text-based stub, version 4.
fn stub(library: &str, symbols: &BTreeSet<String>) -> String {
    let targets =
        PROCESSORS.iter().map(|processor| format!("{}-macos", processor.apple)).collect::<Vec<_>>().join(", ");
    let symbols = symbols.iter().map(|name| format!("'{}'", linked(name))).collect::<Vec<_>>().join(", ");
    format!(
        "--- !tapi-tbd\ntbd-version: 4\ntargets: [ {targets} ]\ninstall-name: '{library}'\nexports:\n  - targets: [ {targets} \
         ]\n    symbols: [ {symbols} ]\n...\n"
    )
}

/// A name as linkers know it: with C's underscore, which the linker's own helper goes without.
fn linked(name: &str) -> String {
    if name == "dyld_stub_binder" { name.to_owned() } else { format!("_{name}") }
}

/// Makes one file of those for the two processors.
fn join<'a>(parts: impl Iterator<Item = &'a PathBuf>, whole: &Path) -> Result<()> {
    let tool = setup::LLVM_LIPO.find().ok_or_else(|| Stop::failed("llvm-lipo is not there"))?;
    run::stream(Command::new(tool).arg("-create").args(parts).arg("-output").arg(whole))
}

/// What the file must not hold: paths of the machine that built it.
fn traces(library: &Path) -> Result<Vec<String>> {
    let data = fs::read(library).map_err(|error| failed("read", library, &error))?;
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.components().count() > 1);
    let places = [Some(run::root()), Some(artifacts::target_folder()?), home, Some(setup::DEBIANS_RUST_SOURCE.into())];
    let holds = |place: &String| data.windows(place.len()).any(|window| window == place.as_bytes());
    Ok(places.into_iter().flatten().map(|place| place.display().to_string()).filter(holds).collect())
}

/// A sentence for each promise that is not kept.
fn complaints(slices: &[Slice], wanted: &Wanted, traces: &[String]) -> Result<Vec<String>> {
    let declared = debian::declared()?;
    let wanted: BTreeSet<_> = wanted
        .iter()
        .flat_map(|(library, names)| names.iter().map(move |name| (library.clone(), name.clone())))
        .collect();
    let mut complaints: Vec<_> =
        traces.iter().map(|path| format!("it holds the path {path} of this machine")).collect();
    for processor in PROCESSORS {
        match slices.iter().find(|slice| slice.processor == processor.apple) {
            None => complaints.push(format!("it has no part for {}", processor.apple)),
            Some(slice) => {
                complaints.extend(slice.complaints(INSTALL_NAME, OLDEST, &wanted));
                complaints.extend(symbols::disagreements(&slice.exports, &declared));
            }
        }
    }
    let asked: BTreeSet<_> = slices.iter().flat_map(|slice| &slice.imports).cloned().collect();
    let idle = wanted.difference(&asked);
    complaints.extend(
        idle.map(|(library, name)| format!("{LIST} has `{name}` of {library}, which nobody asks for any more")),
    );
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_by_library() {
        let text = "# a remark\n/usr/lib/libSystem.B.dylib\n    close\n    stat$INODE64\n/a/B.framework/Versions/A/B\n  CFRetain\n";
        let wanted = parsed(text).unwrap();
        assert_eq!(wanted["/usr/lib/libSystem.B.dylib"], ["close", "stat$INODE64"].map(str::to_owned).into());
        assert_eq!(wanted["/a/B.framework/Versions/A/B"], ["CFRetain".to_owned()].into());
        assert_eq!(parsed("close\n/usr/lib/x\n"), Err("close".to_owned()));
    }

    #[test]
    fn the_checked_in_list_is_of_the_systems_libraries_and_in_order() {
        let text = fs::read_to_string(run::root().join(LIST)).unwrap();
        let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        let wanted = wanted().unwrap();
        let sorted = wanted.iter().flat_map(|(library, names)| {
            std::iter::once(library.clone()).chain(names.iter().map(|name| format!("    {name}")))
        });
        assert_eq!(lines, sorted.collect::<Vec<_>>());
        assert!(
            wanted.keys().all(|path| path.starts_with("/usr/lib/") || path.starts_with("/System/Library/Frameworks/"))
        );
    }

    #[test]
    fn stubs_lie_where_a_linker_looks_for_them() {
        assert_eq!(
            stub_name("/System/Library/Frameworks/Security.framework/Versions/A/Security"),
            "Security.framework/Security.tbd"
        );
        assert_eq!(stub_name("/usr/lib/libSystem.B.dylib"), "libSystem.tbd");
        let text =
            stub("/usr/lib/libSystem.B.dylib", &["close$NOCANCEL", "dyld_stub_binder"].map(str::to_owned).into());
        assert!(text.contains("install-name: '/usr/lib/libSystem.B.dylib'\n"), "{text}");
        assert!(text.contains("targets: [ x86_64-macos, arm64-macos ]\n"), "{text}");
        assert!(text.contains("symbols: [ '_close$NOCANCEL', 'dyld_stub_binder' ]\n"), "{text}");
    }

    #[test]
    fn a_slice_that_is_missing_and_a_symbol_that_nobody_asks_for_are_said() {
        let wanted = parsed("/usr/lib/libSystem.B.dylib\nclose\n").unwrap();
        let complaints = complaints(&[], &wanted, &["/home/somebody".to_owned()]).unwrap();
        assert_eq!(
            complaints,
            [
                "it holds the path /home/somebody of this machine",
                "it has no part for x86_64",
                "it has no part for arm64",
                "packaging/macos-symbols.txt has `close` of /usr/lib/libSystem.B.dylib, which nobody asks for any more",
            ]
        );
    }
}
