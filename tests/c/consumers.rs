//! A studio's projects: the archive is unpacked into an empty folder, and CMake and make find it there, build against it, and run.
//!
//! They know that folder by `CMAKE_PREFIX_PATH` and `PKG_CONFIG_PATH` alone; nothing of the source tree but their own sources.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use practice_provider::{Options, Player, PracticeProvider};
use tempfile::TempDir;

use crate::toolchain::root;
use support::running::{Finished, Running};

const PROGRAMS: [&str; 4] = ["shared_c", "static_c", "shared_cpp", "static_cpp"];

/// An unpacked archive, and a folder to build in.
struct Studio {
    folder: TempDir,
    name: &'static str,
}

impl Studio {
    /// In a folder with a space and letters that a build system has to quote.
    fn new() -> Self {
        Self::in_folder("third party (x64)")
    }

    fn in_folder(name: &'static str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let archive =
            std::env::var_os("LATCHKEY_TEST_ARCHIVE").expect("no archive is packed: run `cargo xtask test c`");
        let mut unpack = Command::new("cmake");
        Running::start(unpack.args(["-E", "tar", "xf"]).arg(archive).current_dir(&folder)).finish().expect_code(0);
        let unpacked = folder.path().join(concat!("latchkey-", env!("CARGO_PKG_VERSION"), "-linux"));
        fs::rename(unpacked, folder.path().join(name)).expect("the archive has one folder, named after it");
        fs::create_dir(folder.path().join("build")).expect("the temporary folder can be written to");
        Self { folder, name }
    }

    fn package(&self) -> PathBuf {
        let folder = self.folder.path().canonicalize().expect("the temporary folder is there");
        folder.join(self.name)
    }

    fn build(&self) -> PathBuf {
        self.folder.path().join("build")
    }

    fn configure(&self, wanted_version: &str) -> Finished {
        let mut command = Command::new("cmake");
        command.arg("-S").arg(root().join("tests/consumers/cmake")).arg("-B").arg(self.build());
        command.arg(format!("-DCMAKE_PREFIX_PATH={}", self.package().display()));
        command.arg(format!("-DWANTED_VERSION={wanted_version}"));
        // Else a package of the system's could take its place.
        command.arg("-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF").arg("-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF");
        Running::start(&mut command).finish()
    }

    fn make(&self) -> Finished {
        let mut command = Command::new("make");
        command.arg("-f").arg(root().join("tests/consumers/make/Makefile")).arg("-C").arg(self.build());
        command.arg(format!("GAME={}", root().join("tests/consumers").display()));
        command.env("PKG_CONFIG_LIBDIR", self.package().join("lib/pkgconfig")).env_remove("PKG_CONFIG_PATH");
        Running::start(&mut command).finish()
    }

    /// Each program says its version; the two in C sign in.
    #[track_caller]
    fn expect_that_all_run(&self) {
        for program in PROGRAMS {
            let finished = Running::start(&mut self.program(program)).finish();
            finished.expect_code(0).expect_on_stdout(concat!("header: ", env!("CARGO_PKG_VERSION"), "\n"));
        }
        for program in ["shared_c", "static_c"] {
            self.expect_to_sign_in(program);
        }
        for (program, needs_it) in
            [("shared_c", true), ("shared_cpp", true), ("static_c", false), ("static_cpp", false)]
        {
            let wanted = needs_it.then(|| self.package().join("lib/liblatchkey.so"));
            assert_eq!(self.loaded_by(program), wanted, "{program}");
        }
    }

    /// The shared library that a program would load, by its real path.
    #[track_caller]
    fn loaded_by(&self, program: &str) -> Option<PathBuf> {
        let mut command = Command::new("ldd");
        let finished = Running::start(command.arg(self.build().join(program)).env_remove("LD_LIBRARY_PATH")).finish();
        finished.expect_code(0);
        let line = finished.stdout.lines().find(|line| line.trim_start().starts_with("liblatchkey.so"))?;
        let place = line.split_once("=> ")?.1.rsplit_once(" (")?.0;
        Some(fs::canonicalize(place).unwrap_or_else(|error| panic!("{place}: {error}")))
    }

    #[track_caller]
    fn expect_to_sign_in(&self, program: &str) {
        let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
        let mut running = Running::start(self.program(program).arg(provider.issuer()));
        let url = running.wait_for_line("open: ");
        Player::new().sign_in(&url, "Ada Lovelace").expect("the player gets through");
        running.finish().expect_code(0).expect_on_stdout("player: Ada Lovelace\n");
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.build().join(name));
        command.env_remove("LD_LIBRARY_PATH");
        command
    }
}

#[test]
fn a_cmake_project_finds_the_package_builds_and_runs() {
    let studio = Studio::new();
    studio.configure("0.1").expect_code(0);
    Running::start(Command::new("cmake").arg("--build").arg(studio.build())).finish().expect_code(0);
    studio.expect_that_all_run();
}

#[test]
fn a_makefile_project_finds_the_package_builds_and_runs() {
    // make knows no quoting: its users have no spaces in their folders.
    let studio = Studio::in_folder("latchkey");
    studio.make().expect_code(0);
    studio.expect_that_all_run();
}

/// A plugin of a game's, say: unloaded, it would take the code away from under the library's thread.
#[test]
fn a_module_that_links_the_static_library_is_never_unloaded() {
    let studio = Studio::in_folder("latchkey");
    let mut asked = Command::new("pkg-config");
    asked
        .args(["--cflags", "--libs", "latchkey-static"])
        .env("PKG_CONFIG_LIBDIR", studio.package().join("lib/pkgconfig"));
    let words = Running::start(&mut asked).finish();
    words.expect_code(0);
    let module = studio.build().join("module.so");
    let mut link = Command::new("gcc");
    link.args(["-shared", "-fPIC", "-o"]).arg(&module).arg(root().join("tests/consumers/game.c"));
    Running::start(link.args(words.stdout.split_whitespace())).finish().expect_code(0);
    Running::start(Command::new("readelf").arg("-d").arg(module)).finish().expect_on_stdout("NODELETE");
}

#[test]
fn the_archive_is_what_its_checksums_say() {
    let studio = Studio::new();
    let check = || {
        let mut command = Command::new("sha256sum");
        Running::start(command.args(["--check", "--strict", "SHA256SUMS"]).current_dir(studio.package())).finish()
    };
    check().expect_code(0).expect_on_stdout("lib/liblatchkey.so: OK\n").expect_on_stdout("sbom.cdx.json: OK\n");
    let header = studio.package().join("include/latchkey.h");
    let text = fs::read_to_string(&header).expect("the header is there");
    fs::write(&header, text + "\n").expect("the temporary folder can be written to");
    check().expect_code(1).expect_on_stdout("include/latchkey.h: FAILED\n");
}

#[test]
fn cmake_is_told_which_version_there_is() {
    let [major, minor]: [u32; 2] =
        [env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR")].map(|text| text.parse().expect("a number"));
    let cases = [
        (env!("CARGO_PKG_VERSION").to_owned(), true),
        (format!("{major}.{minor}"), true),
        (format!("{major}.{}", minor + 1), false),
        (format!("{}.0", major + 1), false),
    ];
    for (wanted, found) in cases {
        let finished = Studio::new().configure(&wanted);
        assert_eq!(finished.status.success(), found, "{wanted}: {finished}");
        if !found {
            finished.expect_on_stderr(concat!("version: ", env!("CARGO_PKG_VERSION")));
        }
    }
}

#[test]
fn an_archive_that_was_unpacked_in_part_is_named() {
    let studio = Studio::new();
    fs::remove_file(studio.package().join("lib/liblatchkey.a")).expect("it is there");
    let finished = studio.configure("0.1");
    assert!(!finished.status.success(), "{finished}");
    // CMake breaks its sentences into lines where it likes.
    let said = finished.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("lib/liblatchkey.a is missing: unpack the whole archive"), "{finished}");
}

#[test]
fn a_makefile_project_without_the_package_says_what_to_set() {
    let studio = Studio::new();
    fs::remove_dir_all(studio.package()).expect("it is there");
    let finished = studio.make();
    assert!(!finished.status.success(), "{finished}");
    finished.expect_on_stderr("Latchkey is not found: set PKG_CONFIG_PATH");
}
