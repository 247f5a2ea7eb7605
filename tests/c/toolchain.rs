//! Where header and library are, and how a program is built against them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use support::running::Running;

/// What a static Rust library asks of its linker, as `rustc --print native-static-libs` names it.
const NATIVE_LIBRARIES: &[&str] = &["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc"];

/// How the library gets into a program.
#[derive(Clone, Copy)]
pub enum Linkage {
    Shared,
    Static,
}

/// A program to be built.
pub struct Build {
    compiler: String,
    standard: String,
    source: PathBuf,
    flags: Vec<String>,
    linkage: Linkage,
    include: PathBuf,
    folder: TempDir,
}

/// A program that was built; its file goes when this does.
pub struct Program {
    path: PathBuf,
    _folder: TempDir,
}

impl Build {
    pub fn new(compiler: &str, standard: &str, source: PathBuf) -> Self {
        Self {
            compiler: compiler.to_owned(),
            standard: standard.to_owned(),
            source,
            flags: Vec::new(),
            linkage: Linkage::Shared,
            include: include_folder(),
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A source that is in no file yet.
    pub fn of_text(compiler: &str, standard: &str, text: &str) -> Self {
        let mut build = Self::new(compiler, standard, PathBuf::new());
        build.source = build.folder.path().join(if standard.contains("++") { "text.cpp" } else { "text.c" });
        std::fs::write(&build.source, text).expect("the temporary folder can be written to");
        build
    }

    pub fn flags(mut self, flags: &[&str]) -> Self {
        self.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }

    /// Another header than today's.
    pub fn include(mut self, folder: &Path) -> Self {
        self.include = folder.to_owned();
        self
    }

    pub fn link(mut self, linkage: Linkage) -> Self {
        self.linkage = linkage;
        self
    }

    /// Compiles without linking.
    #[track_caller]
    pub fn object(self) {
        let output = self.folder.path().join("object.o");
        run_compiler(self.compile().arg("-c").arg("-o").arg(output));
    }

    /// Compiles and links.
    #[track_caller]
    pub fn program(self) -> Program {
        let path = self.folder.path().join("program");
        let shared = shared_library();
        let folder = shared.parent().expect("a file is in a folder");
        let mut command = self.compile();
        command.arg("-o").arg(&path);
        match self.linkage {
            Linkage::Shared => {
                command.arg("-L").arg(folder).arg("-llatchkey").arg(format!("-Wl,-rpath,{}", folder.display()))
            }
            Linkage::Static => command.arg(static_library(&shared)).args(NATIVE_LIBRARIES),
        };
        run_compiler(&mut command);
        Program { path, _folder: self.folder }
    }

    fn compile(&self) -> Command {
        let mut command = Command::new(&self.compiler);
        command.arg(format!("-std={}", self.standard)).arg("-I").arg(&self.include).args(&self.flags);
        // What follows the source is for the linker, whatever language a flag has set.
        command.arg(&self.source).args(["-x", "none"]);
        command
    }
}

impl Program {
    /// Ready to run.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        // Cargo's search path comes before the program's own, and leads to another build of the library.
        command.env_remove("LD_LIBRARY_PATH");
        command
    }
}

/// A file of the source tree.
pub fn source(path: &str) -> PathBuf {
    let file = root().join(path);
    assert!(file.is_file(), "there is no {path} in the source tree");
    file
}

/// The top of the source tree.
pub fn root() -> PathBuf {
    given("LATCHKEY_TEST_ROOT").unwrap_or_else(|| {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are one folder below the top").to_owned()
    })
}

fn include_folder() -> PathBuf {
    given("LATCHKEY_TEST_INCLUDE").unwrap_or_else(|| root().join("include"))
}

fn shared_library() -> PathBuf {
    let library = given("LATCHKEY_TEST_LIBRARY").unwrap_or_else(|| root().join("target/release/liblatchkey.so"));
    assert!(library.is_file(), "the library is not built: run `cargo xtask test c`");
    library
}

fn static_library(shared: &Path) -> PathBuf {
    let library = shared.with_extension("a");
    assert!(library.is_file(), "the static library is not built: run `cargo xtask test c`");
    library
}

fn given(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

#[track_caller]
fn run_compiler(command: &mut Command) {
    let finished = Running::start(command).finish();
    assert!(finished.status.success(), "{} refused the program:\n{finished}", command.get_program().display());
}
