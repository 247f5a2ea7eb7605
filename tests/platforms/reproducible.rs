//! The same source in another folder, with another target folder and another home of cargo's, makes the same archive to the byte.
//!
//! The tools are the same ones: they are fixed versions. The compiler is, too: another one makes another library.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::machine::given;
use support::running::Running;

const ARCHIVE: &str = concat!("latchkey-", env!("CARGO_PKG_VERSION"), "-linux.tar.gz");
/// A whole build, beside other tests on a busy machine.
const LIMIT: Duration = Duration::from_secs(1_800);
/// What is built, not source.
const BUILT: &[&str] = &[".git", "dist", "node_modules", "target"];

#[test]
fn another_folder_makes_the_same_archive() {
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let (source, target, home) =
        (elsewhere.path().join("another place"), elsewhere.path().join("target"), elsewhere.path().join("home"));
    copy(&given("LATCHKEY_TEST_ROOT"), &source);
    fs::create_dir(&target).expect("the temporary folder can be written to");
    symlink(given("LATCHKEY_TEST_TOOLS"), target.join("tools")).expect("the tools are linked to");
    another_home(&home);
    let mut dist = Command::new(given("LATCHKEY_TEST_XTASK"));
    dist.args(["dist", "--target", "linux"]).current_dir(&source);
    dist.env("CARGO_MANIFEST_DIR", source.join("xtask")).env("CARGO_TARGET_DIR", &target).env("CARGO_HOME", &home);
    Running::start_for(&mut dist, LIMIT).finish().expect_code(0);

    let (first, second) = (given("LATCHKEY_TEST_ARCHIVES").join(ARCHIVE), source.join("dist").join(ARCHIVE));
    if read(&first) != read(&second) {
        panic!("not the same: {:?}", differences(elsewhere.path(), &first, &second));
    }
}

/// A path names whoever has built it, and is the first thing by which two builds differ. All that is handed out, for every target.
#[test]
fn no_path_of_this_machine_is_handed_out() {
    let home = std::env::var_os("HOME").expect("a home");
    let folders =
        [given("LATCHKEY_TEST_ROOT"), given("LATCHKEY_TEST_TOOLS"), real_home(), PathBuf::from(home).join(".rustup")];
    let archives = fs::read_dir(given("LATCHKEY_TEST_ARCHIVES")).expect("the archives are packed");
    let archives = archives.map(|entry| entry.expect("a folder that can be read").path());
    let archives: Vec<_> =
        archives.filter(|file| file.extension().is_some_and(|end| end == "zip" || end == "gz")).collect();
    assert!(archives.iter().any(|archive| archive.ends_with(ARCHIVE)), "{archives:?}");
    for archive in archives {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let unpacked = unpacked(folder.path(), "unpacked", &archive);
        let mut names = Vec::new();
        list(&unpacked, &unpacked, &mut names);
        assert!(names.len() > 5, "{}: {names:?}", archive.display());
        for name in names {
            let bytes = read(&unpacked.join(&name));
            for folder in &folders {
                let path = folder.to_str().expect("a path that is text").as_bytes();
                let found = bytes.windows(path.len()).any(|part| part == path);
                assert!(!found, "{} in {} names {}", name.display(), archive.display(), folder.display());
            }
        }
    }
}

fn real_home() -> PathBuf {
    let set = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    set.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cargo"))
}

/// Another folder with what cargo has fetched already.
fn another_home(home: &Path) {
    fs::create_dir(home).expect("the temporary folder can be written to");
    for entry in fs::read_dir(real_home()).expect("cargo's home is there") {
        let entry = entry.expect("a folder that can be read");
        // A lock is its home's own.
        if !entry.file_name().to_string_lossy().starts_with(".package-cache") {
            symlink(entry.path(), home.join(entry.file_name())).expect("what cargo has fetched is linked to");
        }
    }
}

/// The files of two archives that are not the same.
fn differences(folder: &Path, first: &Path, second: &Path) -> Vec<PathBuf> {
    let (first, second) = (unpacked(folder, "first", first), unpacked(folder, "second", second));
    let mut names = Vec::new();
    list(&first, &first, &mut names);
    list(&second, &second, &mut names);
    names.sort();
    names.dedup();
    names.retain(|name| fs::read(first.join(name)).ok() != fs::read(second.join(name)).ok());
    names
}

fn unpacked(folder: &Path, name: &str, archive: &Path) -> PathBuf {
    let into = folder.join(name);
    fs::create_dir(&into).expect("the temporary folder can be written to");
    let mut unpack = Command::new("cmake");
    Running::start(unpack.args(["-E", "tar", "xf"]).arg(archive).current_dir(&into)).finish().expect_code(0);
    into
}

fn list(top: &Path, folder: &Path, names: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("an unpacked archive") {
        let path = entry.expect("a folder that can be read").path();
        if path.is_dir() {
            list(top, &path, names);
        } else {
            names.push(path.strip_prefix(top).expect("it is below").to_owned());
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the temporary folder can be written to");
    for entry in fs::read_dir(from).expect("the source is there") {
        let entry = entry.expect("a folder that can be read");
        if BUILT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("the temporary folder can be written to");
        }
    }
}

fn read(file: &Path) -> Vec<u8> {
    fs::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}
