//! The Unreal plugin as it is handed to studios: its folder, with the header, the libraries of all targets that were built, and the
//! notices that their licences ask for.

use std::fs;
use std::path::{Path, PathBuf};

use crate::archive::{self, Packing};
use crate::dist::{self, FOLDER, Made, Packed};
use crate::files::{copy, failed, make};
use crate::graph::Linked;
use crate::run::{self, Result};
use crate::targets::{TARGETS, Target};
use crate::{artifacts, notices};

const PLUGIN: &str = "unreal-plugin/Latchkey";
const THIRD_PARTY: &str = "Source/ThirdParty/Latchkey";
const HEADER: &str = "include/latchkey.h";
/// Every file of the package, one a line.
const LIST: &str = "unreal-plugin/package.txt";
/// What a package is not lawful without.
const LICENSES: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];
/// The same for what others have written.
const NOTICES: &str = "THIRD-PARTY-NOTICES.txt";
/// What the engine and its tools leave in a plugin's folder.
const LEFTOVERS: &[&str] = &["Binaries", "Intermediate", "Saved", "DerivedDataCache"];

/// Where header and libraries are put, from the repository's root on.
pub fn third_party() -> String {
    format!("{PLUGIN}/{THIRD_PARTY}")
}

/// Puts the header and the libraries where the plugin's build rules look for them, and packs the plugin with these.
pub fn pack(made: &[Made], accept: bool) -> Result<()> {
    let root = run::root();
    let plugin = root.join(PLUGIN);
    let third_party = plugin.join(THIRD_PARTY);
    copy(&root.join(HEADER), &third_party.join(HEADER))?;
    for Made { target, built, .. } in made {
        copy(&built.shared, &third_party.join(target.platform).join(target.library))?;
    }
    let targets: Vec<_> = made.iter().map(|made| made.target).collect();
    let mut files = package(&root, &plugin, &targets)?;
    files.push((format!("Latchkey/{NOTICES}"), notices_of(&targets)?));
    files.sort();
    let names: Vec<_> = files.iter().map(|(name, _)| name.clone()).collect();
    dist::settle_list(&root.join(LIST), &names, |name| is_another_library(name, &targets), accept)?;
    let archive = root.join(FOLDER).join(format!("latchkey-unreal-{}.zip", env!("CARGO_PKG_VERSION")));
    archive::write(&archive, Packing::Zip, &files)?;
    let platforms: Vec<_> = targets.iter().map(|target| target.platform).collect();
    println!("{}: {} files, with the libraries for {}", archive.display(), files.len(), platforms.join(", "));
    Ok(())
}

/// The notices for all of these together.
fn notices_of(targets: &[&Target]) -> Result<PathBuf> {
    let triples: Vec<_> = targets.iter().flat_map(|target| target.triples).copied().collect();
    let mut others: Vec<_> = targets.iter().flat_map(|target| target.notices).copied().collect();
    others.sort_unstable();
    others.dedup();
    let folder = artifacts::target_folder()?.join("archives");
    make(&folder)?;
    let file = folder.join("unreal-notices.txt");
    let text = notices::text(&Linked::of(&triples)?, &others)?;
    fs::write(&file, text).map_err(|error| failed("write", &file, &error))?;
    Ok(file)
}

/// A library's name in the package.
fn packed(target: &Target) -> String {
    format!("Latchkey/{THIRD_PARTY}/{}/{}", target.platform, target.library)
}

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

fn is_another_library(name: &str, targets: &[&Target]) -> bool {
    let others = TARGETS.iter().filter(|target| !targets.iter().any(|chosen| chosen.name == target.name));
    others.map(packed).any(|library| name == library)
}

#[cfg(test)]
mod tests {
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
        let built = TARGETS.iter().map(packed);
        names.extend(built.chain([format!("Latchkey/{THIRD_PARTY}/{HEADER}"), format!("Latchkey/{NOTICES}")]));
        names.sort();
        names.dedup();
        let list = fs::read_to_string(root.join(LIST)).unwrap();
        let list: Vec<_> = list.lines().collect();
        assert_eq!(names, list, "run `cargo xtask dist --accept` and commit {LIST}");
    }
}
