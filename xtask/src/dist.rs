//! `dist`: puts header and library into the Unreal plugin's folder, where its build rules look for them, and packs the plugin as
//! it is handed to studios.
//!
//! What is in the package is compared with a list that is checked in: a file that slips in or falls out is seen. The package is
//! the same to the byte whenever its files are.

use std::fs;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::args::Args;
use crate::run::{self, Result, Stop};
use crate::{args, artifacts, diff};

const PLUGIN: &str = "unreal-plugin/Latchkey";
const THIRD_PARTY: &str = "Source/ThirdParty/Latchkey";
const HEADER: &str = "include/latchkey.h";
/// Every file of the package, one a line.
const LIST: &str = "unreal-plugin/package.txt";
/// What a package is not lawful without.
const LICENSES: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];
/// What the engine and its tools leave in a plugin's folder.
const LEFTOVERS: &[&str] = &["Binaries", "Intermediate", "Saved", "DerivedDataCache"];
/// More of a drift than this is no help to a reader.
const DIFF_LINES: usize = 60;

/// A platform that the plugin has a library for.
struct Target {
    /// On the command line.
    name: &'static str,
    /// The engine's name of it, and the folder.
    platform: &'static str,
    /// What the library is called there.
    library: &'static str,
}

const TARGETS: &[Target] = &[
    Target { name: "win64", platform: "Win64", library: "latchkey.dll" },
    Target { name: "linux", platform: "Linux", library: "liblatchkey.so" },
    Target { name: "linux-arm64", platform: "LinuxArm64", library: "liblatchkey.so" },
    Target { name: "mac", platform: "Mac", library: "liblatchkey.dylib" },
];

/// What the help says beyond the options.
pub fn help() -> String {
    let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
    let built = match host() {
        Some(host) => format!("Here it is {}; the others are not supported yet.", host.name),
        None => "None of them can be built on this machine yet.".to_owned(),
    };
    format!("\nTargets: {}. {built}\nIt writes {PLUGIN}/{THIRD_PARTY}/ and dist/.\n", names.join(", "))
}

/// Runs the command.
pub fn run(args: &Args) -> Result<u8> {
    let target = chosen(args.value("--target"), host())?;
    let root = run::root();
    let library = artifacts::library()?.shared;
    let plugin = root.join(PLUGIN);
    let third_party = plugin.join(THIRD_PARTY);
    copy(&root.join(HEADER), &third_party.join(HEADER))?;
    copy(&library, &third_party.join(target.platform).join(target.library))?;

    let files = package(&root, &plugin, &[target])?;
    settle_list(&root.join(LIST), &files, args.has("--accept"))?;
    let archive = root.join("dist").join(format!("latchkey-unreal-{}.zip", env!("CARGO_PKG_VERSION")));
    write(&archive, &files)?;
    println!("{}: {} files, with the library for {}", archive.display(), files.len(), target.platform);
    Ok(0)
}

/// What this machine builds without another toolchain.
fn host() -> Option<&'static Target> {
    let name = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => "linux",
        _ => return None,
    };
    TARGETS.iter().find(|target| target.name == name)
}

/// The target that was asked for, else the host's.
fn chosen(asked: Option<&str>, host: Option<&'static Target>) -> Result<&'static Target> {
    let Some(name) = asked else {
        return host
            .ok_or_else(|| Stop::failed("a package can't be built on this machine yet; on Linux x86-64 it can"));
    };
    let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
        return Err(Stop::usage(args::unknown("target", name, TARGETS.iter().map(|target| target.name))));
    };
    if host.is_some_and(|host| host.name == target.name) {
        return Ok(target);
    }
    Err(Stop::failed(format!(
        "--target {name} is not supported yet: only Linux x86-64 can be built, on such a machine"
    )))
}

fn failed(doing: &str, path: &Path, error: &dyn std::fmt::Display) -> Stop {
    Stop::failed(format!("could not {doing} {}: {error}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let folder = to.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|error| failed("make", folder, &error))?;
    fs::copy(from, to).map_err(|error| failed("write", to, &error))?;
    Ok(())
}

/// A file of the package: its name there, and where it is.
type Packed = (String, PathBuf);

/// Every file of the package in order, with the libraries of these targets only: one that an earlier run left may be of another
/// version.
fn package(root: &Path, plugin: &Path, targets: &[&Target]) -> Result<Vec<Packed>> {
    let mut files = Vec::new();
    collect(plugin, "", &mut files)?;
    files.retain(|(name, _)| is_packed(name, targets));
    files.extend(LICENSES.iter().map(|name| (name.to_string(), root.join(name))));
    files.iter_mut().for_each(|(name, _)| *name = format!("Latchkey/{name}"));
    files.sort();
    Ok(files)
}

/// Whether a file of the plugin's folder goes into the package.
fn is_packed(name: &str, targets: &[&Target]) -> bool {
    let first = name.split('/').next().unwrap_or_default();
    let hidden = name.split('/').any(|part| part.starts_with('.'));
    // The drawing behind the icon is for who works on the plugin.
    if LEFTOVERS.contains(&first) || hidden || name.ends_with(".svg") {
        return false;
    }
    let Some(rest) = name.strip_prefix(THIRD_PARTY).and_then(|rest| rest.strip_prefix('/')) else { return true };
    let of = |target: &&Target| rest == format!("{}/{}", target.platform, target.library);
    ["README.md", HEADER].contains(&rest) || targets.iter().any(of)
}

fn collect(folder: &Path, before: &str, files: &mut Vec<Packed>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| failed("list", folder, &error))? {
        let path = entry.map_err(|error| failed("list", folder, &error))?.path();
        let name = format!("{before}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else {
            files.push((name, path));
        }
    }
    Ok(())
}

/// Compares the package's files with the list that is checked in, or writes that anew.
fn settle_list(list: &Path, files: &[Packed], accept: bool) -> Result<()> {
    let names: String = files.iter().map(|(name, _)| format!("{name}\n")).collect();
    if accept {
        return fs::write(list, names).map_err(|error| failed("write", list, &error));
    }
    let old = fs::read_to_string(list).map_err(|error| failed("read", list, &error))?;
    match diff::unified(LIST, &old, &names, DIFF_LINES) {
        None => Ok(()),
        Some(diff) => Err(Stop::failed(format!(
            "{diff}\nthe package has other files than {LIST} says; if that is meant, run `cargo xtask dist --accept` and commit it"
        ))),
    }
}

fn write(archive: &Path, files: &[Packed]) -> Result<()> {
    let folder = archive.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder).map_err(|error| failed("make", folder, &error))?;
    let file = fs::File::create(archive).map_err(|error| failed("write", archive, &error))?;
    pack(file, files).map_err(|sentence| failed("write", archive, &sentence))
}

/// Packs the files, all with the same time and rights.
fn pack(into: impl Write + Seek, files: &[Packed]) -> std::result::Result<(), String> {
    let mut zip = ZipWriter::new(into);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, path) in files {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        zip.start_file(name, options).map_err(|error| error.to_string())?;
        zip.write_all(&bytes).map_err(|error| error.to_string())?;
    }
    zip.finish().map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    /// A folder of a test's own.
    fn folder(name: &str, files: &[&str]) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("latchkey-dist-{}-{name}", std::process::id()));
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
        folder
    }

    fn target(name: &str) -> &'static Target {
        TARGETS.iter().find(|target| target.name == name).unwrap()
    }

    #[test]
    fn only_what_this_machine_builds_is_supported() {
        let linux = Some(target("linux"));
        let name = |asked, host| chosen(asked, host).map(|target| target.name).map_err(|stop| stop.sentence);
        assert_eq!(name(None, linux), Ok("linux"));
        assert_eq!(name(Some("linux"), linux), Ok("linux"));
        for other in ["win64", "linux-arm64", "mac"] {
            let sentence = name(Some(other), linux).unwrap_err();
            assert!(sentence.starts_with(&format!("--target {other} is not supported yet")), "{sentence}");
        }
        assert!(name(None, None).unwrap_err().contains("can't be built on this machine yet"));
        assert!(name(Some("linux"), None).unwrap_err().contains("not supported yet"));
        let stop = chosen(Some("win46"), linux).err().unwrap();
        assert_eq!((stop.sentence.as_str(), stop.code), ("there is no target \"win46\"; did you mean \"win64\"?", 2));
    }

    #[test]
    fn every_target_is_put_where_the_build_rules_stage_it_from() {
        for target in TARGETS {
            let list = run::root().join(format!("tests/unreal/build-tool/expected/{}.txt", target.platform));
            let rules = fs::read_to_string(list).unwrap();
            let from = format!("from $(PluginDir)/{THIRD_PARTY}/{}/{} as", target.platform, target.library);
            assert!(rules.contains(&from), "{rules}");
            assert!(rules.contains(&format!("private include path: $(PluginDir)/{THIRD_PARTY}/include\n")), "{rules}");
        }
    }

    #[test]
    fn the_package_has_the_plugin_and_nothing_that_tools_left() {
        let root = folder(
            "list",
            &[
                "LICENSE-APACHE",
                "LICENSE-MIT",
                "Latchkey/Latchkey.uplugin",
                "Latchkey/Binaries/Linux/old.so",
                "Latchkey/Intermediate/x.obj",
                "Latchkey/Resources/Icon128.png",
                "Latchkey/Resources/Icon128.svg",
                "Latchkey/Source/Latchkey/Private/Binaries/kept.cpp",
                "Latchkey/Source/ThirdParty/Latchkey/.gitignore",
                "Latchkey/Source/ThirdParty/Latchkey/README.md",
                "Latchkey/Source/ThirdParty/Latchkey/include/latchkey.h",
                "Latchkey/Source/ThirdParty/Latchkey/Linux/liblatchkey.so",
                "Latchkey/Source/ThirdParty/Latchkey/Linux/liblatchkey.so.old",
                "Latchkey/Source/ThirdParty/Latchkey/Win64/latchkey.dll",
            ],
        );
        let files = package(&root, &root.join("Latchkey"), &[target("linux")]).unwrap();
        let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
        fs::remove_dir_all(&root).unwrap();
        assert_eq!(
            names,
            [
                "Latchkey/LICENSE-APACHE",
                "Latchkey/LICENSE-MIT",
                "Latchkey/Latchkey.uplugin",
                "Latchkey/Resources/Icon128.png",
                "Latchkey/Source/Latchkey/Private/Binaries/kept.cpp",
                "Latchkey/Source/ThirdParty/Latchkey/Linux/liblatchkey.so",
                "Latchkey/Source/ThirdParty/Latchkey/README.md",
                "Latchkey/Source/ThirdParty/Latchkey/include/latchkey.h",
            ]
        );
    }

    #[test]
    fn the_list_is_what_the_plugins_folder_holds() {
        let root = run::root();
        let files = package(&root, &root.join(PLUGIN), &[target("linux")]).unwrap();
        let mut names: Vec<_> = files.into_iter().map(|(name, _)| name).collect();
        // These are there only after the command has run.
        let made = [HEADER, "Linux/liblatchkey.so"].map(|file| format!("Latchkey/{THIRD_PARTY}/{file}"));
        names.extend(made);
        names.sort();
        names.dedup();
        let list = fs::read_to_string(root.join(LIST)).unwrap();
        let list: Vec<_> = list.lines().collect();
        assert_eq!(names, list, "run `cargo xtask dist --accept` and commit {LIST}");
    }

    #[test]
    fn a_file_more_or_less_is_shown_until_it_is_accepted() {
        let root = folder("drift", &["list"]);
        let list = root.join("list");
        let files = |names: &[&str]| names.iter().map(|name| (name.to_string(), PathBuf::new())).collect::<Vec<_>>();
        settle_list(&list, &files(&["a", "b"]), true).unwrap();
        assert_eq!(settle_list(&list, &files(&["a", "b"]), false), Ok(()));
        let more = settle_list(&list, &files(&["a", "b", "c"]), false).unwrap_err().sentence;
        assert!(more.contains("\n+c\n") && more.contains("`cargo xtask dist --accept`"), "{more}");
        assert!(settle_list(&list, &files(&["a"]), false).unwrap_err().sentence.contains("\n-b\n"));
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_package_is_the_same_whenever_its_files_are() {
        let root = folder("zip", &["one", "two"]);
        let files = [("Latchkey/one".to_owned(), root.join("one")), ("Latchkey/two".to_owned(), root.join("two"))];
        let packed = || {
            let mut bytes = Cursor::new(Vec::new());
            pack(&mut bytes, &files).unwrap();
            bytes.into_inner()
        };
        let first = packed();
        let file = fs::File::options().write(true).open(root.join("one")).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(first, packed());
        let mut zip = zip::ZipArchive::new(Cursor::new(first)).unwrap();
        let mut text = String::new();
        zip.by_name("Latchkey/two").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), zip.len()), ("two", 2));
        fs::remove_dir_all(&root).unwrap();
    }
}
