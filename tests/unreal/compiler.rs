//! Compiling as UnrealBuildTool does: per module, with its dependencies' headers and the engine's warnings as errors.
//!
//! May touch: compilers, and the files that they are told to write.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use crate::modules::{ENGINE, Module, engine_source, include_folders};

/// The engine's own: shadowed names and undefined identifiers are errors everywhere, unused parameters and fields nowhere.
const FLAGS: &[&str] = &[
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wshadow",
    "-Wundef",
    "-Wno-unused-parameter",
    "-fno-exceptions",
    "-fno-rtti",
    "-fno-strict-aliasing",
    "-fPIC",
    "-fvisibility=hidden",
    "-pthread",
];
/// What gcc does not know, and the engine's clang is told.
const CLANG_FLAGS: &[&str] = &["-Wno-unused-private-field", "-Wno-unused-lambda-capture"];

/// What is built of an engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The editor: modules are libraries of their own.
    Editor,
    /// A packaged game: everything is one program.
    Game,
    /// A packaged game without checks, logs and tests.
    Shipping,
}

/// One way to compile.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    pub compiler: &'static str,
    pub standard: &'static str,
    /// Of engine 5.
    pub minor: u32,
    pub kind: Kind,
    pub flags: &'static [&'static str],
}

impl Variant {
    pub fn is_modular(&self) -> bool {
        self.kind == Kind::Editor
    }

    /// Words that lead to a source of a module.
    pub fn compile(&self, module: &Module) -> Command {
        let mut command = Command::new(self.compiler);
        command.arg(format!("-std={}", self.standard)).args(FLAGS).args(self.flags);
        if self.compiler.starts_with("clang") {
            command.args(CLANG_FLAGS);
        }
        command.args(self.definitions());
        command.args(module.definitions.iter().map(|definition| format!("-D{definition}")));
        // For `Runtime/Launch/Resources/Version.h`.
        command.arg("-I").arg(engine_source());
        let own = ["", "Public", "Private"].map(|part| module.folder.join(part));
        let of_others = module.depends.iter().flat_map(|name| include_folders(name));
        for folder in own.into_iter().chain([module.generated.clone()]).chain(of_others) {
            if !folder.as_os_str().is_empty() {
                command.arg("-I").arg(folder);
            }
        }
        for folder in &module.third_party {
            command.arg("-I").arg(folder);
        }
        command
    }

    fn definitions(&self) -> Vec<String> {
        let (editor, shipping) = (self.kind == Kind::Editor, self.kind == Kind::Shipping);
        let said = |name: &str, yes: bool| format!("-D{name}={}", u8::from(yes));
        let mut definitions = vec![
            format!("-DSTANDIN_ENGINE_MINOR={}", self.minor),
            said("WITH_EDITOR", editor),
            said("UE_EDITOR", editor),
            said("UE_GAME", !editor),
            said("UE_SERVER", false),
            said("UE_BUILD_DEBUG", false),
            said("UE_BUILD_DEVELOPMENT", !shipping),
            said("UE_BUILD_TEST", false),
            said("UE_BUILD_SHIPPING", shipping),
            said("IS_MONOLITHIC", !self.is_modular()),
        ];
        let exported = if self.is_modular() { "__attribute__((visibility(\"default\")))" } else { "" };
        let modules = ENGINE.iter().map(|module| module.name).chain(["Latchkey", "Game", "SelfTest"]);
        definitions.extend(modules.map(|name| format!("-D{}_API={exported}", name.to_uppercase())));
        definitions
    }
}

/// Runs commands side by side; each one's name and words if it has failed.
pub fn all(commands: Vec<(String, Command)>) -> Vec<String> {
    let failed = Mutex::new(Vec::new());
    let left = Mutex::new(commands.into_iter());
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(2, usize::from);
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let next = left.lock().expect("no worker panics").next();
                    let Some((name, mut command)) = next else { return };
                    if let Err(said) = run(&mut command) {
                        failed.lock().expect("no worker panics").push(format!("{name}\n{said}"));
                    }
                }
            });
        }
    });
    failed.into_inner().expect("no worker panics")
}

/// Runs a command that says nothing when all is well.
pub fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().display().to_string();
    let output = command
        .output()
        .map_err(|error| format!("{program} can't be started ({error}): run `cargo xtask test unreal`"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

#[track_caller]
pub fn expect_none(failed: &[String]) {
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// Short, for people: the file below the top of the tree.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(crate::root()).unwrap_or(path).display().to_string()
}

/// One file that includes all of these, as the engine compiles a module by default.
pub fn unity(path: &Path, sources: &[PathBuf]) {
    let lines: String = sources.iter().map(|source| format!("#include \"{}\"\n", source.display())).collect();
    std::fs::write(path, lines).expect("a file can be written");
}
