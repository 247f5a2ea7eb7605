//! A studio's project for macOS: the archive is unpacked, CMake finds it, and programs are linked to both libraries. Not run.
//!
//! zig compiles and links, since it brings the C library's headers and stubs; those of the frameworks are what the library itself was
//! linked with. Nothing of the source tree but the consumer's own sources is used.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::{PROCESSORS, llvm, value};
use crate::machine::given;
use support::running::Running;

#[test]
fn a_cmake_project_links_to_the_shared_library_and_to_the_static_one() {
    for (processor, zig) in PROCESSORS {
        let studio = Studio::new(zig);
        studio.build(&["shared_c", "static_c"]);
        let shared = llvm("llvm-objdump-22", &["--macho", "--private-headers"], &studio.program("shared_c"));
        assert!(shared.contains("name @rpath/liblatchkey.dylib ("), "{processor}: {shared}");
        assert_eq!(Path::new(value(&shared, "LC_RPATH", "path")), studio.package().join("lib"), "{processor}");
        let alone = llvm("llvm-objdump-22", &["--macho", "--dylibs-used"], &studio.program("static_c"));
        assert!(!alone.contains("latchkey.dylib") && alone.contains("Security.framework"), "{processor}: {alone}");
    }
}

/// An unpacked archive, a folder to build in, and the programs that a Mac would have.
struct Studio {
    folder: TempDir,
}

impl Studio {
    #[track_caller]
    fn new(zig: &str) -> Self {
        let studio = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let archive =
            given("LATCHKEY_TEST_ARCHIVES").join(concat!("latchkey-", env!("CARGO_PKG_VERSION"), "-mac.tar.gz"));
        let mut unpack = Command::new("cmake");
        unpack.args(["-E", "tar", "xf"]).arg(archive).current_dir(&studio.folder);
        Running::start(&mut unpack).finish().expect_code(0);
        let python = given("LATCHKEY_TEST_ZIG_PYTHON");
        for compiler in ["cc", "c++"] {
            let words = format!("-m ziglang {compiler} -target {zig}-macos.11.0");
            studio.script(compiler, &format!("exec '{}' {words} \"$@\"", python.display()));
        }
        // CMake asks a Mac for its version, and leaves run paths out when there is none.
        studio.script("sw_vers", "echo 11.0");
        studio
    }

    #[track_caller]
    fn build(&self, programs: &[&str]) {
        let mut configure = Command::new("cmake");
        configure
            .arg("-S")
            .arg(given("LATCHKEY_TEST_ROOT").join("tests/consumers/cmake"))
            .arg("-B")
            .arg(self.path("build"));
        let set = |name: &str, path: &Path| format!("-D{name}={}", path.display());
        configure.arg(set("CMAKE_PREFIX_PATH", &self.package())).arg("-DCMAKE_SYSTEM_NAME=Darwin");
        configure.arg(set("CMAKE_C_COMPILER", &self.path("cc"))).arg(set("CMAKE_CXX_COMPILER", &self.path("c++")));
        configure.arg(format!("-DCMAKE_EXE_LINKER_FLAGS=-F{}", given("LATCHKEY_TEST_MAC_STUBS").display()));
        // Of the C++ compiler nothing is linked here: its library would have to be built first.
        configure.arg("-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY");
        let path = std::env::var_os("PATH").expect("there is a search path");
        let folders = std::iter::once(self.folder()).chain(std::env::split_paths(&path));
        configure.env("PATH", std::env::join_paths(folders).expect("a search path"));
        Running::start(&mut configure).finish().expect_code(0);
        let mut build = Command::new("cmake");
        build.arg("--build").arg(self.path("build")).arg("--target").args(programs);
        Running::start(&mut build).finish().expect_code(0);
    }

    fn package(&self) -> PathBuf {
        self.folder().join(concat!("latchkey-", env!("CARGO_PKG_VERSION"), "-mac"))
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the temporary folder is there")
    }

    fn program(&self, name: &str) -> PathBuf {
        self.path("build").join(name)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[track_caller]
    fn script(&self, name: &str, line: &str) {
        let file = self.path(name);
        fs::write(&file, format!("#!/bin/sh\n{line}\n")).expect("the temporary folder can be written to");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("a script can be made executable");
    }
}
