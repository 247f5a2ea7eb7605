//! What the header tool writes, at work: compiled with the stand-in's Core and CoreUObject, and run under AddressSanitizer and
//! UndefinedBehaviorSanitizer. One type of each kind, so that it does not depend on what the plugin happens to use.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::modules::{engine_folder, engine_source, files_below, generate};
use crate::{compiler, root, scratch};

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

/// The program, built once.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = scratch::folder("reflection");
        generate(&folder, "Sample", &[sample()], &[]);
        let generated = folder.join("Sample");
        let mut command = Command::new("g++");
        command.args(FLAGS).arg("-I").arg(sample()).arg("-I").arg(&generated);
        // For `Runtime/Launch/Resources/Version.h`.
        command.arg("-I").arg(engine_source());
        command.arg(sample().join("main.cpp")).args(files_below(&generated, "cpp"));
        for module in MODULES.iter().map(|name| engine_folder(name)) {
            command.arg("-I").arg(module.join("Public")).arg("-I").arg(module.join("Private"));
            command.args(files_below(&module, "cpp"));
        }
        let program = folder.join("sample");
        command.arg("-ldl").arg("-o").arg(&program);
        compiler::run(&mut command).unwrap_or_else(|said| panic!("the sample does not compile: {said}"));
        program
    })
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
