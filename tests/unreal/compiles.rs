//! Every file of the plugin, compiled in every way that an engine compiles it; what its headers include, and what it is linked with.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::compiler::{Kind, Variant, all, expect_none, run, shown, unity};
use crate::modules::{self, Module, files_below};
use crate::plugin;
use crate::product::plain;

const COMPILERS: &[&str] = &["g++", "clang++"];
const STANDARDS: &[&str] = &["c++17", "c++20"];
/// The oldest engine and the newest.
const MINORS: &[u32] = &[3, 6];
const KINDS: &[Kind] = &[Kind::Editor, Kind::Game, Kind::Shipping];

fn each_way(kinds: &[Kind]) -> Vec<Variant> {
    let mut ways = Vec::new();
    for &compiler in COMPILERS {
        for &standard in STANDARDS {
            for &minor in MINORS {
                ways.extend(kinds.iter().map(|&kind| Variant { compiler, standard, minor, kind, flags: &[] }));
            }
        }
    }
    ways
}

fn check(variant: &Variant, module: &Module, source: &PathBuf) -> (String, Command) {
    let mut command = variant.compile(module);
    command.arg("-fsyntax-only").arg(source);
    (format!("{} ({variant:?})", shown(source)), command)
}

/// Alone, so that each includes what it uses.
#[test]
fn every_file_compiles_alone() {
    let module = modules::latchkey(true);
    let sources = module.sources();
    assert!(sources.len() > 20, "{sources:?}");
    let commands = each_way(&[Kind::Editor])
        .iter()
        .flat_map(|variant| sources.iter().map(|source| check(variant, &module, source)).collect::<Vec<_>>())
        .collect();
    expect_none(&all(commands));
}

/// In the editor, in a packaged game and in a shipped one, as the engine does by default: as one file, in which no names may clash.
#[test]
fn the_module_compiles_as_one_file_in_every_kind_of_build() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut commands = Vec::new();
    for with_library in [true, false] {
        let module = modules::latchkey(with_library);
        let source = folder.path().join(format!("Module.Latchkey.{with_library}.cpp"));
        unity(&source, &module.sources());
        commands.extend(each_way(KINDS).iter().map(|variant| check(variant, &module, &source)));
    }
    expect_none(&all(commands));
}

/// Without the library (another platform, a server) each file still compiles alone.
#[test]
fn every_file_compiles_without_the_library() {
    let module = modules::latchkey(false);
    let variant = Variant { compiler: "clang++", standard: "c++20", minor: 3, kind: Kind::Shipping, flags: &[] };
    expect_none(&all(module.sources().iter().map(|source| check(&variant, &module, source)).collect()));
}

/// As a game's code includes them: first, alone, and with the plugin's public dependencies only.
#[test]
fn public_headers_compile_alone_for_whoever_uses_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let user = modules::users_of_latchkey();
    let mut commands = Vec::new();
    for header in modules::latchkey(true).headers("Public") {
        let name = header.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let source = folder.path().join(format!("{name}.cpp"));
        fs::write(&source, format!("#include \"{name}\"\n")).expect("a file can be written");
        commands.extend(each_way(&[Kind::Editor]).iter().map(|variant| check(variant, &user, &source)));
    }
    assert!(!commands.is_empty());
    expect_none(&all(commands));
}

/// Words after `#include`, of every file of the plugin with this ending.
fn includes(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let files = files_below(&plugin().join("Source/Latchkey").join(folder), ending);
    let mut found = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a file of the plugin");
        for line in text.lines().filter_map(|line| line.trim().strip_prefix("#include")) {
            found.push((file.clone(), line.trim().trim_matches(['"', '<', '>']).to_owned()));
        }
    }
    found
}

#[test]
fn public_headers_include_the_engine_and_each_other_only() {
    let engine: BTreeSet<_> = modules::latchkey(true)
        .depends
        .iter()
        .flat_map(|name| {
            let [public, generated] = modules::include_folders(name).try_into().expect("two folders");
            let below = |folder: PathBuf| {
                let files = files_below(&folder, "h");
                files
                    .into_iter()
                    .map(move |file| file.strip_prefix(&folder).expect("below").display().to_string())
                    .collect::<Vec<_>>()
            };
            [below(public), below(generated)].concat()
        })
        .collect();
    for (file, include) in includes("Public", "h") {
        let own = plugin().join("Source/Latchkey/Public").join(&include).is_file();
        let generated = include == format!("{}.generated.h", file.file_stem().expect("a name").to_string_lossy());
        let of_engine =
            engine.contains(&include) && !include.starts_with("Standin/") && include != "UObject/Reflection.h";
        assert!(own || generated || of_engine, "{} includes {include}", shown(&file));
    }
}

/// What only the stand-in has, no file of the plugin may use.
#[test]
fn nothing_of_the_stand_ins_own_is_used() {
    for (file, include) in [includes("Public", "h"), includes("Private", "h"), includes("Private", "cpp")].concat() {
        assert!(
            !include.starts_with("Standin/") && include != "UObject/Reflection.h",
            "{} includes {include}",
            shown(&file)
        );
    }
    for ending in ["h", "cpp"] {
        for file in files_below(&plugin().join("Source/Latchkey"), ending) {
            let text = fs::read_to_string(&file).expect("a file of the plugin");
            for word in ["Standin", "STANDIN", "_Internal(", "Reflection::"] {
                assert!(!text.contains(word), "{} says {word}", shown(&file));
            }
        }
    }
}

#[test]
fn exactly_one_file_touches_the_librarys_header() {
    let all = [includes("Public", "h"), includes("Private", "h"), includes("Private", "cpp")].concat();
    let found: Vec<_> =
        all.iter().filter(|(_, include)| include.ends_with("latchkey.h")).map(|(file, _)| shown(file)).collect();
    assert_eq!(found, ["unreal-plugin/Latchkey/Source/Latchkey/Private/LatchkeyApi.cpp"]);
}

/// The module as the editor loads it: linked with the engine's modules, the C++ runtime and the C library.
#[test]
fn the_module_links_nothing_but_the_engine() {
    let library = plain().latchkey();
    let mut readelf = Command::new("readelf");
    let output = readelf.arg("--dynamic").arg(&library).output().expect("readelf is among the compiler's tools");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let needed: Vec<_> = text
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .filter_map(|line| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned()))
        .collect();
    assert!(needed.iter().any(|name| name == "libUnrealEditor-Engine.so"), "{text}");
    let systems =
        ["libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"];
    for name in &needed {
        let known = name.starts_with("libUnrealEditor-") || systems.contains(&name.as_str());
        assert!(known, "the module is linked with {name}");
    }
    let mut nm = Command::new("nm");
    let output =
        nm.args(["--dynamic", "--undefined-only"]).arg(&library).output().expect("nm is among the compiler's tools");
    let undefined = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(undefined.lines().count() > 100, "{undefined}");
    let of_others = |line: &&str| ["latchkey_", "dlopen", "dlsym", "socket"].iter().any(|name| line.contains(name));
    let found: Vec<_> = undefined.lines().filter(of_others).collect();
    assert!(found.is_empty(), "the module asks its linker for {found:?}");
}

/// The compilers say no to what the flags are for; a flag that is not passed would let it through.
#[test]
fn the_warnings_of_the_engine_are_errors() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let user = modules::users_of_latchkey();
    let mistakes = [
        ("a shadowed name", "int Shadow(int Value) { { int Value = 1; return Value; } }"),
        ("an undefined identifier", "#if NO_SUCH_MACRO\n#endif\n"),
        ("an exception", "void Throw() { throw 1; }"),
        (
            "run-time type information",
            "struct FPoly { virtual ~FPoly() = default; };\nbool Is(FPoly* It) { return dynamic_cast<FPoly*>(It) && &typeid(*It) != nullptr; }",
        ),
        (
            "a wrong format",
            "#include \"CoreMinimal.h\"\nFString Text() { return FString::Printf(TEXT(\"%d\"), FString()); }",
        ),
        ("a module that Build.cs does not name", "#include \"HttpModule.h\"\n"),
    ];
    for (number, (what, text)) in mistakes.iter().enumerate() {
        let source = folder.path().join(format!("{number}.cpp"));
        fs::write(&source, text).expect("a file can be written");
        for variant in each_way(&[Kind::Editor]) {
            let (_, mut command) = check(&variant, &user, &source);
            assert!(run(&mut command).is_err(), "{what} compiles ({variant:?})");
        }
    }
}
