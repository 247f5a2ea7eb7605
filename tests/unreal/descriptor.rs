//! `Latchkey.uplugin`, the icon, and what `RunUAT BuildPlugin` is told to take along.

use std::fs;

use serde_json::Value;

use crate::build_rules::WITH_LIBRARY;
use crate::{plugin, plugin_text, root};

/// The fields of a descriptor that the engine reads; it passes over others in silence, so a misspelt one does nothing.
const FIELDS: &[&str] = &[
    "FileVersion",
    "Version",
    "VersionName",
    "FriendlyName",
    "Description",
    "Category",
    "CreatedBy",
    "CreatedByURL",
    "DocsURL",
    "MarketplaceURL",
    "SupportURL",
    "EnabledByDefault",
    "CanContainContent",
    "IsBetaVersion",
    "IsExperimentalVersion",
    "Installed",
    "Modules",
    "Plugins",
];

/// The same of a module.
const MODULE_FIELDS: &[&str] = &["Name", "Type", "LoadingPhase"];

fn descriptor() -> Value {
    serde_json::from_str(&plugin_text("Latchkey.uplugin")).expect("the descriptor is JSON")
}

/// The workspace's version, which is the library's.
fn version() -> String {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest is there");
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = ")).expect("the workspace has a version");
    line.trim_matches('"').to_owned()
}

#[track_caller]
fn has_only(value: &Value, fields: &[&str]) {
    for key in value.as_object().expect("it is an object").keys() {
        assert!(fields.contains(&key.as_str()), "the engine has no field {key}, or the plugin should not use it");
    }
}

#[test]
fn the_descriptor_has_the_librarys_version() {
    let (descriptor, version) = (descriptor(), version());
    assert_eq!(descriptor["VersionName"], version.as_str());
    let parts: Vec<u64> = version.split('.').map(|part| part.parse().expect("a version is numbers")).collect();
    let [major, minor, patch] = parts[..] else { panic!("{version} has not three parts") };
    let number = major * 10_000 + minor * 100 + patch;
    assert_eq!(descriptor["Version"], number, "Version is compared as a number: major * 10000 + minor * 100 + patch");
}

#[test]
fn the_descriptor_says_only_what_the_engine_knows() {
    let descriptor = descriptor();
    assert_eq!(descriptor["FileVersion"], 3);
    has_only(&descriptor, FIELDS);
    let modules = descriptor["Modules"].as_array().expect("there are modules");
    modules.iter().for_each(|module| has_only(module, MODULE_FIELDS));
    // A source package fits several engines; and what is built by a project is not installed.
    assert!(descriptor.get("EngineVersion").is_none());
    assert_eq!(descriptor["Installed"], false);
}

#[test]
fn its_module_is_there_and_is_part_of_a_game() {
    let descriptor = descriptor();
    let module = &descriptor["Modules"][0];
    let name = module["Name"].as_str().expect("the module has a name");
    assert_eq!((name, module["Type"].as_str()), ("Latchkey", Some("Runtime")));
    assert!(["Default", "PreDefault", "PostConfigInit"].contains(&module["LoadingPhase"].as_str().unwrap_or_default()));
    let rules = plugin_text(&format!("Source/{name}/{name}.Build.cs"));
    assert!(rules.contains(&format!("public class {name} : ModuleRules")));
}

#[test]
fn no_platform_is_left_without_the_module() {
    // With an allow list a console's build lacks the module, and every file and Blueprint that names its types breaks; without,
    // it compiles there and answers that it is not supported.
    let descriptor = descriptor();
    for field in ["PlatformAllowList", "PlatformDenyList", "SupportedTargetPlatforms"] {
        assert!(descriptor.get(field).is_none() && descriptor["Modules"][0].get(field).is_none(), "{field}");
    }
}

/// Whether a path below the plugin is among those of FilterPlugin.ini; `...` is any depth, `*` any name.
fn is_packaged(patterns: &[&str], path: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.split_once("...") {
        Some((start, end)) => path.starts_with(start) && path.ends_with(end),
        None => *pattern == path,
    })
}

#[test]
fn the_package_takes_header_and_libraries_along() {
    let text = plugin_text("Config/FilterPlugin.ini");
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(';'));
    assert_eq!(lines.next(), Some("[FilterPlugin]"));
    let patterns: Vec<_> = lines.collect();
    assert!(
        patterns.iter().all(|pattern| pattern.starts_with('/')),
        "paths begin at the plugin's folder: {patterns:?}"
    );
    assert!(is_packaged(&patterns, "/Source/ThirdParty/Latchkey/include/latchkey.h"));
    for (platform, file, _) in WITH_LIBRARY {
        let path = format!("/Source/ThirdParty/Latchkey/{platform}/{file}");
        assert!(is_packaged(&patterns, &path), "{path}");
    }
}

#[test]
fn the_icon_is_a_png_of_128_by_128() {
    let bytes = fs::read(plugin().join("Resources/Icon128.png")).expect("the icon is there");
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((number(16), number(20)), (128, 128));
    assert!(plugin().join("Resources/Icon128.svg").is_file(), "the drawing that it is made from");
}
