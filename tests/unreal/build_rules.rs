//! `Latchkey.Build.cs`, compiled against stand-in types of UnrealBuildTool and run for each platform. What it says is compared
//! with what is checked in, so that a change to what is linked, defined or staged is seen by whoever reads the change.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::{plugin, root, scratch};

/// Platforms with a library: the folder's name, the file, and what `cargo xtask dist` calls it.
pub const WITH_LIBRARY: &[(&str, &str, &str)] = &[
    ("Win64", "latchkey.dll", "win64"),
    ("Linux", "liblatchkey.so", "linux"),
    ("LinuxArm64", "liblatchkey.so", "linux-arm64"),
    ("Mac", "liblatchkey.dylib", "mac"),
];

/// Symbols that UnrealBuildTool defines for the rules, by engine version.
const ENGINES: &[&str] = &[
    "UE_5_0_OR_LATER;UE_5_1_OR_LATER;UE_5_2_OR_LATER;UE_5_3_OR_LATER",
    "UE_5_0_OR_LATER;UE_5_1_OR_LATER;UE_5_2_OR_LATER;UE_5_3_OR_LATER;UE_5_4_OR_LATER;UE_5_5_OR_LATER;UE_5_6_OR_LATER",
];

/// Where the stand-in types are.
fn build_tool() -> PathBuf {
    root().join("tests/unreal/build-tool")
}

/// Compiles the rules; warnings are errors.
fn compile(defines: &str, program: &Path) {
    let mut command = Command::new("mcs");
    command.args(["-langversion:7", "-warnaserror", "-warn:4"]).arg(format!("-define:{defines}"));
    command.arg(format!("-out:{}", program.display()));
    command.args(["UnrealBuildTool.cs", "Program.cs"].map(|name| build_tool().join(name)));
    command.arg(plugin().join("Source/Latchkey/Latchkey.Build.cs"));
    let output =
        command.output().expect("mcs, of Debian's package mono-mcs, can't be started: run `cargo xtask test unreal`");
    assert!(output.status.success(), "the rules do not compile with {defines}:\n{}", said(&output));
}

fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&text).into_owned()
}

/// The rules as a program, compiled once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let program = scratch::folder("build-rules").join("build-rules.exe");
        compile(ENGINES[0], &program);
        program
    })
}

/// A plugin folder with these files below `Source/ThirdParty/Latchkey`; nobody reads what is in them.
fn folder_with(files: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    for file in files {
        let path = folder.path().join("Source/ThirdParty/Latchkey").join(file);
        fs::create_dir_all(path.parent().expect("it was joined")).expect("a folder can be made");
        fs::write(&path, "").expect("a file can be written");
    }
    folder
}

/// Runs the rules for a target of a plugin; the text, and whether the build would go on.
pub fn run(plugin: &Path, platform: &str, target: &str, more: &[&str]) -> (String, bool) {
    let mut command = Command::new("mono");
    command.arg(program()).arg(plugin).args(["Latchkey", platform, target]).args(more);
    let output = command
        .output()
        .expect("mono, of Debian's package mono-runtime, can't be started: run `cargo xtask test unreal`");
    (said(&output), output.status.success())
}

/// A folder that has everything.
pub fn whole_folder() -> TempDir {
    let libraries = WITH_LIBRARY.iter().map(|(platform, file, _)| format!("{platform}/{file}"));
    let files: Vec<_> = libraries.chain(["include/latchkey.h".to_owned()]).collect();
    folder_with(&files.iter().map(String::as_str).collect::<Vec<_>>())
}

#[track_caller]
fn compare(platform: &str, target: &str, list: &str) {
    let folder = whole_folder();
    let (text, goes_on) = run(folder.path(), platform, target, &[]);
    assert!(goes_on, "{text}");
    let path = build_tool().join("expected").join(list);
    let wanted = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(text, wanted, "for {platform} {target} the rules say something else than {}", path.display());
}

#[test]
fn each_platform_stages_what_is_checked_in() {
    for (platform, _, _) in WITH_LIBRARY {
        for target in ["Game", "Client", "Editor"] {
            compare(platform, target, &format!("{platform}.txt"));
        }
    }
}

#[test]
fn where_there_is_no_library_the_module_compiles_without() {
    for platform in ["Android", "IOS", "TVOS", "SomeConsole"] {
        compare(platform, "Game", "without.txt");
    }
}

#[test]
fn a_dedicated_server_needs_no_library() {
    for platform in ["Linux", "LinuxArm64", "Win64"] {
        compare(platform, "Server", "without.txt");
        let empty = folder_with(&[]);
        let (text, goes_on) = run(empty.path(), platform, "Server", &[]);
        assert!(goes_on, "{text}");
    }
}

#[test]
fn a_missing_library_stops_the_build_and_names_the_command() {
    for (platform, file, target) in WITH_LIBRARY {
        let others = WITH_LIBRARY.iter().filter(|(other, _, _)| other != platform);
        let others: Vec<_> = others.map(|(other, file, _)| format!("{other}/{file}")).collect();
        let mut files: Vec<_> = others.iter().map(String::as_str).collect();
        files.push("include/latchkey.h");
        let (text, goes_on) = run(folder_with(&files).path(), platform, "Game", &[]);
        let sentence = format!(
            "error: Latchkey has no library for {platform}: $(PluginDir)/Source/ThirdParty/Latchkey/{platform}/{file} is missing. \
             Make it with `cargo xtask dist --target {target}` in Latchkey's repository, or take the plugin from a release.\n"
        );
        assert_eq!((text, goes_on), (sentence, false));
    }
}

#[test]
fn a_missing_header_stops_the_build_too() {
    let (text, goes_on) = run(folder_with(&["Linux/liblatchkey.so"]).path(), "Linux", "Game", &[]);
    assert!(!goes_on && text.contains("include/latchkey.h is missing. Make it with `cargo xtask dist"), "{text}");
}

#[test]
fn project_files_are_made_also_for_platforms_that_nobody_builds() {
    for (platform, _, _) in WITH_LIBRARY {
        let (text, goes_on) = run(folder_with(&[]).path(), platform, "Game", &["project-files"]);
        assert!(goes_on, "{text}");
    }
}

#[test]
fn the_rules_compile_for_every_engine() {
    let folder = TempDir::new().expect("a temporary folder");
    for defines in ENGINES {
        compile(defines, &folder.path().join("rules.exe"));
    }
}

#[test]
fn nothing_but_the_engine_is_linked_and_no_network_module_is_asked_for() {
    let folder = whole_folder();
    for (platform, _, _) in WITH_LIBRARY {
        let (text, _) = run(folder.path(), platform, "Game", &[]);
        for line in text.lines() {
            assert!(!line.starts_with("links") && !line.starts_with("delay-loads"), "{line}");
            assert!(!line.starts_with("public include path"), "a public header would include a foreign one: {line}");
            let module = line.split_once("module: ").map_or("", |(_, module)| module);
            assert!(!["HTTP", "Sockets", "Networking", "SSL", "Settings", "UnrealEd"].contains(&module), "{line}");
        }
    }
}
