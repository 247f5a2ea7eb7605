//! The modules: those of the stand-in for the engine, the plugin's, and the game's; what each depends on, and its generated code.
//!
//! What the plugin depends on and what it defines is what its `Build.cs` says, so a module that is used and not named there fails
//! here as it fails in the engine.
//!
//! May touch: a folder for generated code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::{build_rules, plugin, root, scratch};

/// A module of the engine that the stand-in has.
pub struct EngineModule {
    pub name: &'static str,
    /// Also what whoever depends on it is linked with.
    depends: &'static [&'static str],
}

/// In the order in which they are linked.
pub const ENGINE: &[EngineModule] = &[
    EngineModule { name: "Core", depends: &[] },
    EngineModule { name: "CoreUObject", depends: &["Core"] },
    EngineModule { name: "Projects", depends: &["Core"] },
    EngineModule { name: "SlateCore", depends: &["Core"] },
    EngineModule { name: "Slate", depends: &["Core", "SlateCore"] },
    EngineModule { name: "DeveloperSettings", depends: &["Core", "CoreUObject"] },
    EngineModule { name: "Engine", depends: &["Core", "CoreUObject", "SlateCore"] },
    EngineModule { name: "UMG", depends: &["Core", "CoreUObject", "Engine", "SlateCore"] },
];

/// Something that is compiled and linked on its own.
#[derive(Clone)]
pub struct Module {
    pub name: String,
    /// Where `Public` and `Private` are, or the sources themselves.
    pub folder: PathBuf,
    /// Whose public headers it may include, and what it is linked with.
    pub depends: Vec<String>,
    /// `NAME=VALUE`.
    pub definitions: Vec<String>,
    /// Where its generated code is.
    pub generated: PathBuf,
    /// Folders with the headers of others.
    pub third_party: Vec<PathBuf>,
}

impl Module {
    /// Every source, sorted; the generated ones last.
    pub fn sources(&self) -> Vec<PathBuf> {
        [files_below(&self.folder, "cpp"), self.generated_sources()].concat()
    }

    pub fn generated_sources(&self) -> Vec<PathBuf> {
        files_below(&self.generated, "cpp")
    }

    pub fn headers(&self, visibility: &str) -> Vec<PathBuf> {
        files_below(&self.folder.join(visibility), "h")
    }
}

/// Where the stand-in for the engine is.
pub fn engine_source() -> PathBuf {
    root().join("tests/unreal/engine/Source")
}

/// A module of the stand-in.
pub fn engine_folder(name: &str) -> PathBuf {
    engine_source().join("Runtime").join(name)
}

/// The generated code of every module, written once.
fn generated() -> &'static Path {
    static GENERATED: OnceLock<PathBuf> = OnceLock::new();
    GENERATED.get_or_init(|| {
        let folder = scratch::folder("generated");
        let engine: Vec<_> = ENGINE.iter().map(|module| engine_folder(module.name).join("Public")).collect();
        for module in ENGINE {
            generate(&folder, module.name, &[engine_folder(module.name).join("Public")], &engine);
        }
        let source = plugin().join("Source/Latchkey");
        generate(&folder, "Latchkey", &[source.join("Public"), source.join("Private")], &engine);
        let known = [engine.as_slice(), &[source.join("Public")]].concat();
        generate(&folder, "Game", &[game_folder()], &known);
        generate(&folder, "SelfTest", &[self_test_folder()], &engine);
        folder
    })
}

/// Writes a module's generated code into a folder of its name; no rule of reflection may be broken.
pub fn generate(out: &Path, name: &str, headers: &[PathBuf], known: &[PathBuf]) {
    let read = |folders: &[PathBuf]| -> Vec<header_tool::Source> {
        let files = folders.iter().flat_map(|folder| files_below(folder, "h"));
        files.map(|path| (path.display().to_string(), read(&path))).collect()
    };
    let sentences = |findings: Vec<header_tool::findings::Finding>| -> String {
        findings.iter().map(|finding| format!("{finding}\n")).collect()
    };
    let module = header_tool::Module::read(name, &read(headers), &read(known))
        .unwrap_or_else(|findings| panic!("{name}:\n{}", sentences(findings)));
    let findings = module.check();
    assert!(findings.is_empty(), "{name}:\n{}", sentences(findings));
    let folder = out.join(name);
    fs::create_dir_all(&folder).expect("a folder can be made");
    for (file, text) in module.generate() {
        fs::write(folder.join(file), text).expect("a file can be written");
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One of the engine's.
pub fn engine(name: &str) -> Module {
    let found = ENGINE.iter().find(|module| module.name == name);
    let module = found.unwrap_or_else(|| panic!("the stand-in has no module {name}"));
    Module {
        name: name.to_owned(),
        folder: engine_folder(name),
        depends: module.depends.iter().map(|name| (*name).to_owned()).collect(),
        definitions: Vec::new(),
        generated: generated().join(name),
        third_party: Vec::new(),
    }
}

/// The plugin's, as its `Build.cs` has it on Linux.
pub fn latchkey(with_library: bool) -> Module {
    let said = rules(with_library);
    let listed =
        |key: &str| said.lines().filter_map(|line| line.strip_prefix(key)).map(str::to_owned).collect::<Vec<_>>();
    let include = root().join("include");
    Module {
        name: "Latchkey".to_owned(),
        folder: plugin().join("Source/Latchkey"),
        depends: [listed("public module: "), listed("private module: ")].concat(),
        definitions: [listed("public definition: "), listed("private definition: ")].concat(),
        generated: generated().join("Latchkey"),
        third_party: if said.contains("private include path: ") { vec![include] } else { Vec::new() },
    }
}

/// What a game's own code, and its Blueprints, sees of the plugin: its public dependencies, none of its definitions.
pub fn users_of_latchkey() -> Module {
    let said = rules(true);
    let public = said.lines().filter_map(|line| line.strip_prefix("public module: ")).map(str::to_owned);
    Module {
        name: "User".to_owned(),
        folder: PathBuf::new(),
        depends: public.chain(["Latchkey".to_owned()]).collect(),
        definitions: Vec::new(),
        generated: PathBuf::new(),
        third_party: Vec::new(),
    }
}

/// A studio's own module in this folder, which depends on the plugin as its `Build.cs` would say.
pub fn on_top_of_latchkey(folder: &Path) -> Module {
    let engine = ENGINE.iter().map(|module| engine_folder(module.name).join("Public"));
    let known: Vec<_> = engine.chain([plugin().join("Source/Latchkey/Public")]).collect();
    let generated = folder.join("Intermediate");
    generate(&generated, "Game", &[folder.join("Private")], &known);
    let generated = generated.join("Game");
    Module { name: "Game".to_owned(), folder: folder.to_owned(), generated, ..users_of_latchkey() }
}

/// The program that plays the engine, with all that the stand-in has for it.
pub fn game() -> Module {
    program("Game", game_folder(), &["Latchkey"])
}

/// The program that shows that the stand-in is strict. It knows no plugin.
pub fn self_test() -> Module {
    program("SelfTest", self_test_folder(), &[])
}

fn program(name: &str, folder: PathBuf, more: &[&str]) -> Module {
    let engine = ENGINE.iter().map(|module| module.name);
    Module {
        name: name.to_owned(),
        folder,
        depends: engine.chain(more.iter().copied()).map(str::to_owned).collect(),
        definitions: Vec::new(),
        generated: generated().join(name),
        third_party: Vec::new(),
    }
}

fn game_folder() -> PathBuf {
    root().join("tests/unreal/game")
}

fn self_test_folder() -> PathBuf {
    root().join("tests/unreal/selftest")
}

/// Of any module by its name: where its public headers are, and the generated ones.
pub fn include_folders(name: &str) -> Vec<PathBuf> {
    let public = match name {
        "Latchkey" => plugin().join("Source/Latchkey/Public"),
        _ => engine_folder(name).join("Public"),
    };
    vec![public, generated().join(name)]
}

fn rules(with_library: bool) -> String {
    let folder = build_rules::whole_folder();
    let target = if with_library { "Game" } else { "Server" };
    let (said, goes_on) = build_rules::run(folder.path(), "Linux", target, &[]);
    assert!(goes_on, "{said}");
    said
}

/// Every file with this ending, sorted.
pub fn files_below(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = BTreeSet::new();
    let mut left = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.insert(path);
            }
        }
    }
    found.into_iter().collect()
}
