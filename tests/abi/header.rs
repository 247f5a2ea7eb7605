//! The header and the library are one: every name, every number, every version.

use std::collections::{BTreeMap, BTreeSet};

use support::{Functions, Library};

#[test]
fn every_function_of_the_header_is_exported_by_the_library() {
    let library = Library::load();
    let missing: Vec<_> = declared_functions().into_iter().filter(|name| !library.exports(name)).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn the_tests_call_every_function_of_the_header_and_no_other() {
    let called: BTreeSet<String> = Functions::NAMES.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(called, declared_functions());
}

#[test]
fn the_library_does_not_export_the_short_names() {
    let library = Library::load();
    // `logout` is libc's, and is found through the library's own dependencies: what counts is whose it is.
    for name in ["start_login", "poll_status", "get_profile"] {
        assert!(!library.exports(name), "{name}");
    }
}

#[test]
fn the_version_of_the_library_is_that_of_the_header() {
    let part = |name: &str| defines()[name].parse::<u32>().expect("a number");
    let composed =
        part("LATCHKEY_VERSION_MAJOR") << 16 | part("LATCHKEY_VERSION_MINOR") << 8 | part("LATCHKEY_VERSION_PATCH");
    assert_eq!(Library::load().version(), composed);
    let text = format!(
        "\"{}.{}.{}\"",
        part("LATCHKEY_VERSION_MAJOR"),
        part("LATCHKEY_VERSION_MINOR"),
        part("LATCHKEY_VERSION_PATCH")
    );
    assert_eq!(defines()["LATCHKEY_VERSION_STRING"], text);
    assert_eq!(defines()["LATCHKEY_VERSION_STRING"].trim_matches('"'), env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_result_of_the_header_has_its_own_name() {
    let library = Library::load();
    let header = header();
    let results = header.split("/* -- The library -- */").next().expect("the results stand first");
    let results: Vec<(&str, i32)> = results
        .lines()
        .filter_map(|line| line.strip_prefix("#define LATCHKEY_")?.split_once(' '))
        .filter_map(|(name, number)| Some((name, number.parse().ok()?)))
        .filter(|(name, _)| !name.starts_with("VERSION"))
        .collect();
    assert!(results.len() >= 18, "the header's results were not found: {results:?}");
    for (name, number) in results {
        assert_eq!(library.result_name(number), format!("LATCHKEY_{name}"));
    }
}

#[test]
fn a_result_that_the_header_does_not_name_is_called_unknown() {
    for number in [-1, 18, 255, i32::MAX, i32::MIN] {
        assert_eq!(Library::load().result_name(number), "LATCHKEY_UNKNOWN_RESULT");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_functions_that_are_tested_are_those_of_the_built_library() {
    let library = Library::load();
    let address = library.functions.latchkey_version as *const std::ffi::c_void;
    // SAFETY: pointers and integers, which may be zero; the address is one of a function that is loaded.
    let (found, info) = unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        (libc::dladdr(address, &mut info), info)
    };
    assert_ne!(found, 0, "the function is in no object");
    // SAFETY: with an object found, its name is text that lives as long as the object.
    let object = unsafe { std::ffi::CStr::from_ptr(info.dli_fname) }.to_string_lossy().into_owned();
    assert_eq!(std::path::Path::new(&object), library.path());
}

/// Names of the functions that the header declares: `latchkey_` words before a parenthesis, outside of comments.
fn declared_functions() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let code = without_comments(&header());
    for (start, _) in code.match_indices("latchkey_") {
        let word: String = code[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let before = code[..start].chars().next_back().unwrap_or(' ');
        let after = code[start + word.len()..].trim_start();
        let is_function_pointer = after.starts_with("(*");
        if after.starts_with('(') && !is_function_pointer && !before.is_ascii_alphanumeric() && before != '_' {
            names.insert(word);
        }
    }
    assert!(names.len() > 30, "the header's functions were not found: {names:?}");
    names
}

fn defines() -> BTreeMap<String, String> {
    let pair = |line: &str| {
        let (name, value) = line.strip_prefix("#define ")?.split_once(' ')?;
        Some((name.to_owned(), value.trim().to_owned()))
    };
    header().lines().filter_map(pair).collect()
}

fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}

fn header() -> String {
    let path = Library::workspace().join("include/latchkey.h");
    std::fs::read_to_string(path).expect("include/latchkey.h").replace("\r\n", "\n")
}
