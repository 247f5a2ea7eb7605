//! A studio's own projects, cross-compiled by MinGW from the unpacked archive, which they know by their package manager's variable
//! alone; and the sign-in of the game that comes out of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use practice_provider::{Options, Player, PracticeProvider};

use super::{credentials, play};
use crate::machine::given;
use crate::wine::{CPP11, Windows};
use support::running::{Finished, Running};

const PROGRAMS: [&str; 4] = ["shared_c.exe", "static_c.exe", "shared_cpp.exe", "static_cpp.exe"];

fn consumers() -> PathBuf {
    given("LATCHKEY_TEST_ROOT").join("tests").join("consumers")
}

/// Builds the CMake project, with the C example in it.
#[track_caller]
fn built_by_cmake(windows: &Windows) -> PathBuf {
    let build = windows.plain_folder("build");
    let mut configure = Command::new("cmake");
    configure.arg("-S").arg(consumers().join("cmake")).arg("-B").arg(&build);
    configure.arg(format!("-DCMAKE_TOOLCHAIN_FILE={}", consumers().join("mingw.cmake").display()));
    configure.arg(format!("-DCMAKE_PREFIX_PATH={}", windows.archive("").display()));
    let example = given("LATCHKEY_TEST_ROOT").join("examples").join("c").join("sign_in.c");
    configure.arg(format!("-DEXAMPLE={}", example.display()));
    // Else a package of the system's could take its place.
    configure.arg("-DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF").arg("-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF");
    Running::start(&mut configure).finish().expect_code(0);
    Running::start(Command::new("cmake").arg("--build").arg(&build)).finish().expect_code(0);
    windows.put_what_wine_lacks(&build);
    build
}

/// Each program says its version; the two in C sign in.
#[track_caller]
fn expect_that_all_run(windows: &Windows, folder: &Path) {
    for program in PROGRAMS {
        let finished = Running::start(&mut windows.started(&folder.join(program))).finish();
        finished.expect_code(0).expect_on_stdout(concat!("header: ", env!("CARGO_PKG_VERSION")));
    }
    for program in ["shared_c.exe", "static_c.exe"] {
        let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
        let mut running = Running::start(windows.started(&folder.join(program)).arg(provider.issuer()));
        let url = running.wait_for_line("open: ");
        Player::new().sign_in(&url, "Ada Lovelace").expect("the player gets through");
        running.finish().expect_code(0).expect_on_stdout("player: Ada Lovelace");
    }
}

#[test]
fn a_cmake_project_is_cross_compiled_and_runs() {
    let windows = Windows::new();
    let build = built_by_cmake(&windows);
    assert!(build.join("latchkey.dll").is_file(), "CMake knows where the DLL is");
    expect_that_all_run(&windows, &build);
}

#[test]
fn a_makefile_project_is_cross_compiled_and_runs() {
    let windows = Windows::new();
    let mut make = Command::new("make");
    make.arg("-f").arg(consumers().join("make").join("Makefile")).arg("-C").arg(windows.game());
    make.arg(format!("GAME={}", consumers().display()));
    make.arg("CC=x86_64-w64-mingw32-gcc").arg(format!("CXX={}", without_standard(CPP11)));
    make.env("PKG_CONFIG_LIBDIR", windows.archive("lib/pkgconfig")).env_remove("PKG_CONFIG_PATH");
    Running::start(&mut make).finish().expect_code(0);
    expect_that_all_run(&windows, &windows.game());
}

/// The Makefile says which standard it wants.
fn without_standard(compiler: &[&str]) -> String {
    compiler.iter().filter(|word| !word.starts_with("-std=")).copied().collect::<Vec<_>>().join(" ")
}

/// From the archive to a player who is signed in, still is after the game's end, and then signs out.
#[test]
fn a_packaged_game_signs_in_resumes_in_another_process_and_signs_out() {
    let windows = Windows::new();
    let game = built_by_cmake(&windows).join("example.exe");
    let provider = PracticeProvider::start(Options::default()).expect("the practice provider starts");
    let run = |options: &[&str]| -> Finished { play(windows.started(&game), &provider, options) };
    let first = run(&["--remember"]);
    first.expect_code(0).expect_on_stdout("name:    Ada Lovelace").expect_on_stdout("session: new, ");
    first.expect_on_stdout(" PERSISTED").expect_on_stdout("kept: ");
    assert_eq!(credentials(&windows).len(), 1, "one small session is one credential");

    provider.clear_requests();
    let second = run(&["--remember"]);
    second.expect_code(0).expect_on_stdout("name:    Ada Lovelace").expect_on_stdout("session: resumed, ");
    let last = run(&["--sign-out"]);
    last.expect_code(0).expect_on_stdout("session: resumed, ").expect_on_stdout("signed out");
    assert_eq!(provider.count("/authorize"), 0, "nobody has to sign in again: {second}{last}");
    assert_eq!(provider.live_refresh_tokens(), 0, "the sign-out did not revoke: {last}");
    assert_eq!(credentials(&windows), Vec::<usize>::new(), "{last}");
}
