//! What the header tool writes, at work: compiled with the stand-in's Core and CoreUObject, and run under AddressSanitizer and
//! UndefinedBehaviorSanitizer. One type of each kind, so that it does not depend on what the plugin happens to use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use header_tool::Module;
use tempfile::TempDir;

use crate::root;

/// The module's modules, as its build rules would name them.
const MODULES: &[&str] = &["Core", "CoreUObject"];

const FLAGS: &[&str] = &[
    "-std=c++17",
    "-g",
    "-fno-exceptions",
    "-fno-rtti",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wshadow",
    "-Wundef",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=undefined",
    "-pthread",
    "-DSTANDIN_ENGINE_MINOR=3",
    "-DUE_BUILD_DEBUG=0",
    "-DUE_BUILD_DEVELOPMENT=1",
    "-DUE_BUILD_TEST=0",
    "-DUE_BUILD_SHIPPING=0",
    "-DUE_GAME=1",
    "-DUE_EDITOR=0",
    "-DUE_SERVER=0",
    "-DWITH_EDITOR=0",
    "-DIS_MONOLITHIC=1",
    "-DCORE_API=",
    "-DCOREUOBJECT_API=",
    "-DSAMPLE_API=",
];

fn sample() -> PathBuf {
    root().join("tests/unreal/reflection")
}

fn engine(module: &str) -> PathBuf {
    root().join("tests/unreal/engine/Source/Runtime").join(module)
}

/// Writes the sample's generated code and returns its source.
fn generate(folder: &Path) -> PathBuf {
    let path = sample().join("Sample.h");
    let text = fs::read_to_string(&path).expect("the sample is there");
    let own = [("Sample.h".to_owned(), text)];
    let module = Module::read("Sample", &own, &[]).unwrap_or_else(|findings| panic!("{findings:?}"));
    assert_eq!(module.check(), [], "the sample breaks a rule");
    for (name, text) in module.generate() {
        fs::write(folder.join(name), text).expect("a file can be written");
    }
    folder.join("Sample.gen.cpp")
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the stand-in is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "cpp") {
            found.push(path);
        }
    }
}

/// The program, built once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, program) = PROGRAM.get_or_init(|| {
        let folder = TempDir::new().expect("a temporary folder");
        let mut files = vec![sample().join("main.cpp"), generate(folder.path())];
        let mut command = Command::new("g++");
        command.args(FLAGS).arg("-I").arg(sample()).arg("-I").arg(folder.path());
        // For `Runtime/Launch/Resources/Version.h`.
        command.arg("-I").arg(root().join("tests/unreal/engine/Source"));
        for module in MODULES {
            command.arg("-I").arg(engine(module).join("Public")).arg("-I").arg(engine(module).join("Private"));
            sources(&engine(module), &mut files);
        }
        let program = folder.path().join("sample");
        command.args(files).arg("-ldl").arg("-o").arg(&program);
        let output = command.output().expect("g++ can't be started: run `cargo xtask test unreal`");
        assert!(output.status.success(), "the sample does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
        (folder, program)
    });
    program
}

#[track_caller]
fn case(name: &str) {
    let output = Command::new(program()).arg(name).output().expect("the sample can be started");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {}\n{said}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), format!("{name}: done"), "{said}");
}

#[test]
fn the_collector_keeps_what_a_property_refers_to_and_nothing_else() {
    case("collector");
}

#[test]
fn references_can_be_taken_away_in_structs_and_containers_too() {
    case("forgetting");
}

#[test]
fn values_are_read_from_text_and_what_is_no_value_changes_nothing() {
    case("text");
}

#[test]
fn config_properties_are_read_from_their_file_and_others_are_not() {
    case("config");
}

#[test]
fn dynamic_delegates_find_reflected_functions_only() {
    case("delegates");
}

#[test]
fn functions_are_called_with_packed_parameters() {
    case("functions");
}

#[test]
fn events_run_natively_or_in_a_blueprint() {
    case("events");
}

#[test]
fn names_tool_tips_and_types_are_told_in_words() {
    case("words");
}
