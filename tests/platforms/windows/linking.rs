//! Programs that link the library in each of the ways that the archive allows, and what the file says of itself.

use std::fs;
use std::process::Command;

use crate::wine::{C99, CPP11, Windows};
use support::running::Running;

/// As `lib/pkgconfig/latchkey-static.pc` has them.
const STATIC: &[&str] = &[
    "lib/liblatchkey.a",
    "-ladvapi32",
    "-lbcrypt",
    "-lcrypt32",
    "-lntdll",
    "-lole32",
    "-lshell32",
    "-lws2_32",
    "-luserenv",
];

#[track_caller]
fn expect_smoke(compiler: &[&str], source: &str, libraries: &[&str], has_the_dll: bool) {
    let windows = Windows::new();
    windows.compile(compiler, source, libraries, "smoke.exe");
    if !has_the_dll {
        fs::remove_file(windows.path("latchkey.dll")).expect("it is there");
    }
    Running::start(&mut windows.program("smoke.exe")).finish().expect_code(0).expect_on_stdout(" checks, 0 failed");
}

#[test]
fn the_smoke_test_in_c_runs() {
    expect_smoke(C99, "tests/c/smoke.c", &["lib/liblatchkey.dll.a"], true);
}

#[test]
fn the_smoke_test_in_cpp_runs() {
    expect_smoke(CPP11, "tests/c/smoke.cpp", &["lib/liblatchkey.dll.a"], true);
}

#[test]
fn the_smoke_test_in_c_runs_without_the_dll_when_it_is_linked_statically() {
    expect_smoke(C99, "tests/c/smoke.c", STATIC, false);
}

#[test]
fn the_smoke_test_in_cpp_runs_without_the_dll_when_it_is_linked_statically() {
    expect_smoke(CPP11, "tests/c/smoke.cpp", STATIC, false);
}

/// No C library is needed for that: what is tested is the import library in the form that MSVC's linker reads.
#[test]
fn a_program_linked_in_msvcs_manner_finds_the_library() {
    let windows = Windows::new();
    let text = "#include <latchkey.h>\n__declspec(dllimport) void ExitProcess(unsigned);\n\
        void start(void) { ExitProcess(latchkey_version() == LATCHKEY_VERSION ? 7 : 1); }\n";
    fs::write(windows.path("start.c"), text).expect("the game's folder can be written to");
    let system = "LIBRARY kernel32.dll\nEXPORTS\nExitProcess\n";
    fs::write(windows.path("kernel32.def"), system).expect("the game's folder can be written to");

    let mut compile = Command::new("clang");
    compile.args(["--target=x86_64-pc-windows-msvc", "-ffreestanding", "-O1", "-Wall", "-Werror", "-c", "-I"]);
    compile.arg(windows.archive("include")).arg(windows.path("start.c")).arg("-o").arg(windows.path("start.obj"));
    Running::start(&mut compile).finish().expect_code(0);
    let mut system = Command::new("llvm-dlltool");
    system.args(["-m", "i386:x86-64", "-d"]).arg(windows.path("kernel32.def"));
    Running::start(system.arg("-l").arg(windows.path("kernel32.lib"))).finish().expect_code(0);
    let mut link = Command::new("lld-link");
    link.args(["/nodefaultlib", "/entry:start", "/subsystem:console"]);
    link.arg(format!("/out:{}", windows.path("start.exe").display()));
    link.arg(windows.path("start.obj")).arg(windows.path("kernel32.lib")).arg(windows.archive("lib/latchkey.dll.lib"));
    Running::start(&mut link).finish().expect_code(0);
    Running::start(&mut windows.program("start.exe")).finish().expect_code(7);
}

/// Through the calls by which the Explorer reads them.
#[test]
fn the_files_properties_name_product_version_and_licence() {
    let windows = Windows::new();
    windows.compile(C99, "tests/platforms/properties.c", &["-lversion"], "properties.exe");
    let finished = Running::start(windows.program("properties.exe").arg("latchkey.dll")).finish();
    let version = env!("CARGO_PKG_VERSION");
    finished.expect_printed(
        0,
        &[
            "ProductName: Latchkey",
            &format!("ProductVersion: {version}"),
            &format!("FileVersion: {version}"),
            "OriginalFilename: latchkey.dll",
            "LegalCopyright: Copyright (c) The Latchkey authors. MIT OR Apache-2.0.",
            &format!("numbers: {version}.0"),
        ],
    );
}
