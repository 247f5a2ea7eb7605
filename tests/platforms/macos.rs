//! The library for macOS, inspected and linked to, but not run: there is no Mac here, and nothing that plays one.
//!
//! What `cargo xtask` has checked with a reader of its own is looked at again with LLVM's tools.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::given;
use support::running::Running;

mod studio;

/// As Apple calls them, and as zig's targets do.
const PROCESSORS: [(&str, &str); 2] = [("arm64", "aarch64"), ("x86_64", "x86_64")];
const FRAMEWORKS: [&str; 3] = ["CoreFoundation", "Security", "SystemConfiguration"];

#[test]
fn it_holds_both_processors_and_no_other() {
    for library in ["liblatchkey.dylib", "liblatchkey.a"] {
        let shown = llvm("llvm-lipo-22", &["-archs"], &built(library));
        assert_eq!(words(&shown), ["arm64", "x86_64"].into(), "{library}");
    }
}

#[test]
fn its_name_and_its_oldest_macos_are_the_promised_ones() {
    for (processor, _) in PROCESSORS {
        let shown = of_slice(processor, "--private-headers");
        let value = |command: &str, field: &str| value(&shown, command, field);
        assert_eq!(value("LC_ID_DYLIB", "name"), "@rpath/liblatchkey.dylib", "{processor}");
        assert_eq!((value("LC_BUILD_VERSION", "platform"), value("LC_BUILD_VERSION", "minos")), ("macos", "11.0"));
        assert!(shown.contains("LC_CODE_SIGNATURE") && !shown.contains("LC_RPATH"), "{processor}: {shown}");
        assert!(!shown.contains("LC_LOAD_DYLINKER"), "{processor}: only programs have one");
    }
}

#[test]
fn it_needs_the_systems_libraries_only() {
    for (processor, _) in PROCESSORS {
        let shown = of_slice(processor, "--dylibs-used");
        let paths: BTreeSet<_> =
            shown.lines().filter_map(|line| line.trim().strip_suffix(')')?.split(" (").next()).collect();
        let framework = |name: &str| format!("/System/Library/Frameworks/{name}.framework/Versions/A/{name}");
        let mut wanted: BTreeSet<_> = FRAMEWORKS.iter().map(|name| framework(name)).collect();
        wanted.extend(["@rpath/liblatchkey.dylib", "/usr/lib/libSystem.B.dylib"].map(str::to_owned));
        assert_eq!(paths, wanted.iter().map(String::as_str).collect(), "{processor}");
    }
}

#[test]
fn it_exports_the_headers_functions_and_no_other() {
    let listed =
        fs::read_to_string(given("LATCHKEY_TEST_INCLUDE").join("latchkey.symbols")).expect("the list of exports");
    for (processor, _) in PROCESSORS {
        let shown = of_slice(processor, "--exports-trie");
        let exported: BTreeSet<_> = shown
            .lines()
            .filter(|line| line.starts_with("0x"))
            .filter_map(|line| line.split_whitespace().nth(1)?.strip_prefix('_'))
            .collect();
        assert_eq!(exported, listed.lines().collect(), "{processor}");
    }
}

/// The tables by which a panic gets out of a function, to the border where it becomes a result code.
#[test]
fn a_panic_finds_its_way_to_the_border() {
    for (processor, _) in PROCESSORS {
        let shown = of_slice(processor, "--unwind-info");
        // Where the table says that a frame is described there: mode 3 on arm64, 4 on x86-64.
        let mode = if processor == "arm64" { "=0x03" } else { "=0x04" };
        let dwarf = shown.lines().filter(|line| line.contains("encoding") && line.contains(mode)).count();
        assert!(dwarf > 0, "{processor}: Rust's own frames are described in __eh_frame, and none is referred to");
        let headers = of_slice(processor, "--section-headers");
        for section in ["__unwind_info", "__eh_frame", "__gcc_except_tab"] {
            assert!(headers.contains(section), "{processor} has no {section}: {headers}");
        }
    }
}

/// A file that `cargo xtask test platforms` has built for macOS.
#[track_caller]
fn built(name: &str) -> PathBuf {
    let file = folder().join(name);
    assert!(file.is_file(), "there is no {name}: run `cargo xtask test platforms`");
    file
}

#[track_caller]
fn folder() -> PathBuf {
    given("LATCHKEY_TEST_MAC_LIBRARY").parent().expect("a file is in a folder").to_owned()
}

#[track_caller]
fn of_slice(processor: &str, flag: &str) -> String {
    llvm("llvm-objdump-22", &["--macho", "--arch", processor, flag], &built("liblatchkey.dylib"))
}

#[track_caller]
fn llvm(tool: &str, words: &[&str], file: &Path) -> String {
    let finished = Running::start(Command::new(tool).args(words).arg(file)).finish();
    finished.expect_code(0);
    finished.stdout
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_whitespace().collect()
}

/// The word after a field's name in the first load command of this kind.
#[track_caller]
fn value<'a>(shown: &'a str, command: &str, field: &str) -> &'a str {
    let after = shown.split_once(&format!("cmd {command}\n")).unwrap_or_else(|| panic!("no {command} in {shown}")).1;
    let line = after.lines().find_map(|line| line.trim().strip_prefix(field)?.strip_prefix(' '));
    line.and_then(|rest| rest.split_whitespace().next()).unwrap_or_else(|| panic!("no {field} in {after}"))
}
