//! Rules about the source tree that no lint of the compiler's can see, since each platform compiles its own files only.
//!
//! It may read the tree. What it finds is told with file and line.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run;

/// Beside the folder `src/ffi`, these alone may be unsafe. Each is named after what it belongs to: a platform.
const UNSAFE: [&str; 17] = [
    "src/clock/linux.rs",
    "src/clock/macos.rs",
    "src/clock/tests/linux.rs",
    "src/clock/windows.rs",
    "src/login/bind/windows.rs",
    "src/login/browser/exit_linux.rs",
    "src/login/browser/signals_unix.rs",
    "src/login/browser/windows.rs",
    "src/runtime/macos.rs",
    "src/runtime/unix.rs",
    "src/runtime/windows.rs",
    "src/session/lock/tests/unix.rs",
    "src/session/lock/unix.rs",
    "src/session/protected/tests/linux.rs",
    "src/session/protected/unix.rs",
    "src/session/protected/windows.rs",
    "src/session/store/system/linux.rs",
];
/// How Cargo.lock writes crates.io, wherever it is fetched from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
const SAFETY: &str = "// SAFETY:";
/// How far above a block its reason may stand: a statement of several lines lies between.
const NEAR: usize = 5;

#[test]
fn unsafe_code_is_at_the_border_and_in_platform_files_only() {
    let mut found = BTreeSet::new();
    for (name, text) in sources("src") {
        if !name.starts_with("src/ffi/") && lines_of_code(&text).any(|(_, line)| is_unsafe(line)) {
            found.insert(name);
        }
    }
    let allowed: BTreeSet<_> = UNSAFE.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(found, allowed, "a file that is unsafe has to be listed here, and a listed one has to be");
}

#[test]
fn every_unsafe_block_has_its_reason_on_every_platform() {
    let all = sources("src").into_iter().chain(sources("tests")).chain(sources("benches")).chain(sources("fuzz"));
    let bare: Vec<_> = all.flat_map(|(name, text)| without_reason(&name, &text)).collect();
    assert!(bare.is_empty(), "unsafe without a `{SAFETY}` above it:\n{}", bare.join("\n"));
}

#[test]
fn the_commands_for_a_mac_are_those_of_the_workflow() {
    let read = |name: &str| fs::read_to_string(run::root().join(name)).unwrap();
    let (page, workflow) = (read("docs/macos.md"), read(".github/workflows/macos.yml"));
    let blocks: Vec<_> = page.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let commands: Vec<_> = blocks.iter().flat_map(|block| block.lines()).collect();
    let run: Vec<_> = workflow.split("run: |\n").skip(1).flat_map(steps).collect();
    assert_eq!(commands, run);
    assert!(commands.len() > 5);
}

/// The lines of a step, up to the next one.
fn steps(after: &str) -> impl Iterator<Item = &str> {
    after.lines().take_while(|line| !line.trim_start().starts_with("- ")).map(str::trim)
}

#[test]
fn each_crate_forbids_what_it_does_not_need() {
    for (file, attribute) in [
        ("src/lib.rs", "#![deny(unsafe_code)]"),
        ("practice-provider/src/lib.rs", "#![forbid(unsafe_code)]"),
        ("practice-provider/src/main.rs", "#![forbid(unsafe_code)]"),
        ("xtask/src/main.rs", "#![forbid(unsafe_code)]"),
    ] {
        let text = fs::read_to_string(run::root().join(file)).expect(file);
        assert!(text.lines().any(|line| line == attribute), "{file} lacks {attribute}");
    }
}

/// `deny.toml` says the same to a tool that may not be there; this reads what cargo will really build.
#[test]
fn everything_that_is_built_comes_from_the_one_registry_by_its_checksum() {
    for file in ["Cargo.lock", "fuzz/Cargo.lock", "benches/peers/rust/Cargo.lock"] {
        let lock = fs::read_to_string(run::root().join(file)).unwrap_or_else(|problem| panic!("{file}: {problem}"));
        let packages: Vec<_> = lock.split("[[package]]").skip(1).collect();
        assert!(packages.len() > 100, "{file}: {} packages are not all", packages.len());
        assert_eq!(foreign(&packages), Vec::<&&str>::new(), "{file}");
    }
}

/// Those that come from elsewhere, or without a checksum.
fn foreign<'a, 'b>(packages: &'a [&'b str]) -> Vec<&'a &'b str> {
    let is_foreign = |package: &&&str| {
        let value = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = "));
            line.map(|text| text.trim_matches('"').to_owned())
        };
        // Without a source it is one of the workspace's own.
        value("source").is_some_and(|source| source != REGISTRY || value("checksum").is_none_or(|sum| sum.len() != 64))
    };
    packages.iter().filter(is_foreign).collect()
}

/// The reviewer's page names the tests that show what it says. One that was renamed or left shows nothing.
#[test]
fn every_test_that_the_page_on_security_names_is_there() {
    let page = fs::read_to_string(run::root().join("docs/security.md")).expect("docs/security.md");
    let named = named_tests(&page);
    assert!(named.len() > 60, "the page names only {} tests", named.len());
    let trees = ["src", "tests", "practice-provider", "xtask"];
    let there: BTreeSet<_> =
        trees.iter().flat_map(|tree| sources(tree)).flat_map(|(_, text)| tests_in(&text)).collect();
    let missing: Vec<_> = named.iter().filter(|name| !there.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/security.md names tests that are not in the tree: {missing:#?}");
}

/// The names in the last column of the page's tables, which is headed so.
fn named_tests(page: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut in_table = false;
    for line in page.lines() {
        if !line.starts_with('|') {
            in_table = false;
        } else if line.trim_end().ends_with("| shown by |") {
            in_table = true;
        } else if in_table {
            let last = line.trim_end().trim_end_matches('|').rsplit(" | ").next().unwrap_or_default();
            names.extend(last.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    names
}

/// The functions below a `#[test]` or `#[tokio::test…]`.
fn tests_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some(name) = line.trim_start_matches("async ").strip_prefix("fn ").filter(|_| marked) {
            names.extend(name.split('(').next().map(str::to_owned));
            marked = false;
        } else if !line.starts_with("#[") {
            marked = false;
        }
    }
    names
}

/// Every Rust file below a folder, by its path from the root with forward slashes.
fn sources(folder: &str) -> Vec<(String, String)> {
    let root = run::root();
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|problem| panic!("{}: {problem}", folder.display())) {
            let path: PathBuf = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default();
            if path.is_dir() && name != "node_modules" && name != "target" {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((relative(&path, &root), fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    assert!(!found.is_empty(), "no source in {folder}");
    found
}

fn relative(path: &Path, root: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Lines with their numbers, without comments and texts.
fn lines_of_code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index, line.split("//").next().unwrap_or_default()))
}

/// The keyword, not a piece of another word; in quotes it is somebody's text, such as a policy's.
fn is_unsafe(line: &str) -> bool {
    let line = line.replace("unsafe_op_in_unsafe_fn", "");
    if line.contains("allow(unsafe_code)") {
        return true;
    }
    let outside_of_texts: String = line.split('"').step_by(2).collect();
    let mut words = outside_of_texts.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.any(|word| word == "unsafe")
}

/// Where a block or an implementation has no reason in the lines above it.
fn without_reason(name: &str, text: &str) -> Vec<String> {
    let lines: Vec<_> = text.lines().collect();
    let needs_one = |line: &str| is_unsafe(line) && (line.contains("unsafe {") || line.contains("unsafe impl"));
    let reasoned = |index: usize| {
        // Up to the end of the function before, and over what a long reason adds.
        let above = lines[..index].iter().rev().take_while(|line| line.trim() != "}");
        above
            .filter(|line| !line.trim_start().starts_with("// ") || line.contains(SAFETY))
            .take(NEAR)
            .any(|line| line.contains(SAFETY))
    };
    let bare = lines_of_code(text).filter(|(index, line)| needs_one(line) && !reasoned(*index));
    bare.map(|(index, _)| format!("{name}:{}", index + 1)).collect()
}

#[test]
fn what_is_unsafe_is_seen() {
    for line in
        ["    unsafe { x() }", "unsafe impl Send for X {}", "#![allow(unsafe_code)]", "pub unsafe extern \"C\" fn x()"]
    {
        assert!(is_unsafe(line), "{line}");
    }
    for line in ["#![deny(unsafe_code)]", "assert!(!policy.contains(\"unsafe\"));", "unsafe_op_in_unsafe_fn = \"deny\""]
    {
        assert!(!is_unsafe(line), "{line}");
    }
    let reasoned = "// SAFETY: ours.\nlet a = 1;\nunsafe { x() }\n";
    assert!(without_reason("x.rs", reasoned).is_empty());
    let bare = "fn f() {\n    // SAFETY: ours.\n    unsafe { x() }\n}\nfn g() {\n    unsafe { x() }\n}\n";
    assert_eq!(without_reason("x.rs", bare), ["x.rs:6"]);
}

#[test]
fn tests_and_their_names_are_found() {
    assert_eq!(tests_in("#[test]\nfn a() {}\nfn b() {}\n#[tokio::test]\n#[cfg(unix)]\nasync fn c() {}"), ["a", "c"]);
    let page = "| x | shown by |\n|---|---|\n| `no` | `a`, `b` |\n\n| y | z |\n|---|---|\n| `c` | `d` |\n";
    assert_eq!(named_tests(page), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
}
