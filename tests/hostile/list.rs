//! Holds the table at the top of `main.rs` against the tests: a row without a test is an attack that nobody tries.

use std::fs;
use std::path::PathBuf;

use support::Library;

const PLACES: [&str; 9] = ["loopback", "browser", "provider", "token", "refresh", "store", "host", "machine", "logs"];

/// A row of the table.
struct Row {
    place: &'static str,
    what: &'static str,
    tests: Vec<&'static str>,
}

fn rows() -> Vec<Row> {
    let lines = include_str!("main.rs").lines().filter_map(|line| line.strip_prefix("//! | "));
    let rows = lines.filter(|line| !line.starts_with("where |")).map(|line| {
        let columns: Vec<&str> = line.trim_end_matches(" |").split(" | ").collect();
        let [place, what, tests] = columns[..] else { panic!("not a row: {line}") };
        Row { place, what, tests: tests.split(' ').map(|test| test.trim_matches('`')).collect() }
    });
    rows.collect()
}

/// The file that a test is in: `hostile::loopback::page::x` is in `tests/hostile/loopback/page.rs`, `unit::clock::tests::x` in
/// `src/clock/tests.rs`, and `conformance::x` in the table of that run.
fn file_of(suite: &str, modules: &[&str]) -> PathBuf {
    let root = Library::workspace();
    let folder = match suite {
        "unit" => root.join("src"),
        "conformance" => return root.join("tests/conformance/rows.rs"),
        suite => root.join("tests").join(suite),
    };
    folder.join(modules.join("/")).with_extension("rs")
}

/// Whether the text has a test of this name: a function, or an entry of a macro that makes one, or a row.
fn has_test(text: &str, name: &str) -> bool {
    let function = format!("fn {name}(");
    let entry = format!("{name}: ");
    let row = format!("\"{name}\"");
    let is_test = |at: usize| text[..at].trim_end().ends_with("#[test]") || text[..at].ends_with("#[test] ");
    text.match_indices(&function).any(|(at, _)| is_test(at))
        || text.lines().any(|line| line.trim_start().starts_with(&entry))
        || text.contains(&row)
}

#[test]
fn every_row_of_the_list_has_its_test() {
    let rows = rows();
    assert!(rows.len() >= 70, "the table was not read: {} rows", rows.len());
    for Row { place, what, tests } in &rows {
        assert!(PLACES.contains(place), "{place} is no place that an attack comes from");
        assert!(!tests.is_empty(), "{place}, {what}: no test");
        for test in tests {
            let parts: Vec<&str> = test.split("::").collect();
            let (Some((suite, rest)), true) = (parts.split_first(), parts.len() > 1) else {
                panic!("not a test: {test}")
            };
            let (name, modules) = rest.split_last().expect("a name");
            let file = file_of(suite, modules);
            let text = fs::read_to_string(&file).unwrap_or_else(|problem| panic!("{}: {problem}", file.display()));
            assert!(has_test(&text, name), "{place}, {what}: {} has no test {name}", file.display());
        }
    }
    for place in PLACES {
        assert!(rows.iter().any(|row| row.place == place), "{place} has no row");
    }
}
