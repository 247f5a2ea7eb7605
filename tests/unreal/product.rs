//! Programs that run: the stand-in for the engine, the plugin and the game on top of them, compiled and linked as the engine links
//! them. In the editor's way each module is a library of its own, so what a module does not export can't be used.
//!
//! May touch: compilers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::compiler::{Kind, Variant, all, expect_none, unity};
use crate::modules::{self, ENGINE, Module};
use crate::scratch;

/// For speed and allocations, and for everything at its true pace.
const OPTIMIZED: &[&str] = &["-O2", "-g1"];
/// What may not happen is caught where it happens. Undefined behaviour ends the program, too.
const SANITIZED: &[&str] =
    &["-O1", "-g1", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// The oldest engine, in the older standard.
pub const PLAIN: Variant =
    Variant { compiler: "g++", standard: "c++17", minor: 3, kind: Kind::Editor, flags: OPTIMIZED };
/// The newest engine, in the newer standard.
pub const UNDER_SANITIZERS: Variant =
    Variant { compiler: "g++", standard: "c++20", minor: 6, kind: Kind::Editor, flags: SANITIZED };
/// What players get.
pub const SHIPPED: Variant =
    Variant { compiler: "clang++", standard: "c++20", minor: 6, kind: Kind::Shipping, flags: OPTIMIZED };

/// Programs of one variant.
pub struct Product {
    pub variant: Variant,
    folder: PathBuf,
    game: OnceLock<PathBuf>,
    self_test: OnceLock<PathBuf>,
    engine: OnceLock<()>,
}

/// The products that tests share.
pub fn plain() -> &'static Product {
    static PRODUCT: OnceLock<Product> = OnceLock::new();
    PRODUCT.get_or_init(|| Product::new("plain", PLAIN))
}

pub fn under_sanitizers() -> &'static Product {
    static PRODUCT: OnceLock<Product> = OnceLock::new();
    PRODUCT.get_or_init(|| Product::new("under-sanitizers", UNDER_SANITIZERS))
}

pub fn shipped() -> &'static Product {
    static PRODUCT: OnceLock<Product> = OnceLock::new();
    PRODUCT.get_or_init(|| Product::new("shipped", SHIPPED))
}

impl Product {
    fn new(name: &str, variant: Variant) -> Self {
        Self {
            variant,
            folder: scratch::folder(name),
            game: OnceLock::new(),
            self_test: OnceLock::new(),
            engine: OnceLock::new(),
        }
    }

    /// The program that plays the engine, with the plugin.
    pub fn game(&self) -> &Path {
        self.game.get_or_init(|| {
            self.build_engine();
            let latchkey = modules::latchkey(true);
            self.build(std::slice::from_ref(&latchkey), true);
            self.program(&modules::game(), &[latchkey])
        })
    }

    /// The program that shows that the stand-in is strict.
    pub fn self_test(&self) -> &Path {
        self.self_test.get_or_init(|| {
            self.build_engine();
            self.program(&modules::self_test(), &[])
        })
    }

    /// The plugin's module, linked as a library of its own.
    pub fn latchkey(&self) -> PathBuf {
        assert!(self.variant.is_modular(), "in a packaged game it is no library of its own");
        self.game();
        self.library("Latchkey")
    }

    fn build_engine(&self) {
        self.engine.get_or_init(|| {
            let all: Vec<_> = ENGINE.iter().map(|module| modules::engine(module.name)).collect();
            self.build(&all, false);
        });
    }

    fn objects(&self, module: &Module) -> PathBuf {
        self.folder.join(&module.name)
    }

    fn library(&self, name: &str) -> PathBuf {
        self.folder.join(format!("libUnrealEditor-{name}.so"))
    }

    /// Compiles modules side by side, and links them in their order if they are libraries.
    fn build(&self, list: &[Module], as_unity: bool) {
        let commands = list.iter().flat_map(|module| self.compile(module, as_unity)).collect();
        expect_none(&all(commands));
        if self.variant.is_modular() {
            for module in list {
                self.link(module);
            }
        }
    }

    fn compile(&self, module: &Module, as_unity: bool) -> Vec<(String, Command)> {
        let folder = self.objects(module);
        fs::create_dir_all(&folder).expect("a folder can be made");
        let one = |name: &str, source: &Path| {
            let mut command = self.variant.compile(module);
            command.arg("-c").arg(source).arg("-o").arg(folder.join(format!("{name}.o")));
            (format!("{}: {name}", module.name), command)
        };
        let united = |name: &str, sources: &[PathBuf]| {
            let source = folder.join(format!("{name}.cpp"));
            unity(&source, sources);
            one(name, &source)
        };
        let generated = module.generated_sources();
        let own: Vec<_> = module.sources().into_iter().filter(|source| !generated.contains(source)).collect();
        let mut commands = Vec::new();
        if as_unity {
            commands.push(united("Module", &own));
        } else {
            let named =
                |source: &PathBuf| source.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            commands.extend(own.iter().map(|source| one(&named(source), source)));
        }
        if !generated.is_empty() {
            commands.push(united("Module.gen", &generated));
        }
        commands
    }

    /// Without anything but what the module says that it depends on.
    fn link(&self, module: &Module) {
        let objects = modules::files_below(&self.objects(module), "o");
        if objects.is_empty() {
            return;
        }
        let mut command = self.linker();
        command.arg("-shared").arg("-Wl,--no-undefined").arg("-o").arg(self.library(&module.name)).args(objects);
        command.arg("-L").arg(&self.folder).args(self.libraries(&module.depends));
        expect_none(&all(vec![(format!("{} is linked", module.name), command)]));
    }

    /// A program of this module, with the engine and these.
    fn program(&self, module: &Module, more: &[Module]) -> PathBuf {
        expect_none(&all(self.compile(module, false)));
        let path = self.folder.join(&module.name).join("program");
        let mut command = self.linker();
        command.arg("-o").arg(&path).args(modules::files_below(&self.objects(module), "o"));
        if self.variant.is_modular() {
            command.arg("-L").arg(&self.folder).arg(format!("-Wl,-rpath,{}", self.folder.display()));
            command.arg("-Wl,--no-as-needed").args(self.libraries(&module.depends));
        } else {
            let engine = ENGINE.iter().map(|module| modules::engine(module.name));
            for module in engine.chain(more.iter().cloned()) {
                command.args(modules::files_below(&self.objects(&module), "o"));
            }
        }
        expect_none(&all(vec![(format!("{} is linked", module.name), command)]));
        path
    }

    fn linker(&self) -> Command {
        let mut command = Command::new(self.variant.compiler);
        command.args(self.variant.flags).args(["-pthread", "-rdynamic"]);
        command
    }

    fn libraries(&self, names: &[String]) -> Vec<String> {
        // A module of headers only is none.
        let there = names.iter().filter(|name| self.library(name).is_file());
        there.map(|name| format!("-lUnrealEditor-{name}")).collect()
    }
}
