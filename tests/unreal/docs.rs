//! What the page on Unreal prints is so: the widget compiles as printed, and every setting that it names is one.
//!
//! May touch: the page, compilers, and one temporary folder.

use std::fs;

use tempfile::TempDir;

use crate::compiler::{Kind, Variant, all, expect_none, shown};
use crate::modules;
use crate::product::PLAIN;
use crate::{plugin_text, root};

/// A studio's own widget, header and source together, is promised to be shorter than this.
const LINES: usize = 40;

fn page() -> String {
    fs::read_to_string(root().join("docs/unreal.md")).expect("the page can be read")
}

/// The fenced blocks of a language, each with the word behind it.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<(&'a str, String)> {
    let mut lines = page.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(fence) = line.trim_start().strip_prefix("```") else { continue };
        let body: String = lines
            .by_ref()
            .take_while(|line| line.trim() != "```")
            .map(|line| format!("{}\n", line.trim_end()))
            .collect();
        let (named, word) = fence.split_once(' ').unwrap_or((fence, ""));
        if named == language {
            found.push((word, body));
        }
    }
    found
}

#[test]
fn the_studios_own_widget_compiles_as_printed_and_is_short() {
    let page = page();
    let files: Vec<_> = blocks(&page, "cpp").into_iter().filter(|(name, _)| *name != "fragment").collect();
    assert_eq!(files.len(), 2, "a header and a source");
    let lines: usize = files.iter().map(|(_, text)| text.lines().count()).sum();
    assert!(lines < LINES, "{lines} lines");

    let folder = TempDir::new().expect("a temporary folder");
    fs::create_dir(folder.path().join("Private")).expect("a folder");
    for (name, text) in &files {
        fs::write(folder.path().join("Private").join(name), text).expect("a file can be written");
    }
    let module = modules::on_top_of_latchkey(folder.path());
    let shipped = Variant { compiler: "clang++", standard: "c++20", minor: 6, kind: Kind::Shipping, flags: &[] };
    let mut commands = Vec::new();
    for variant in [PLAIN, shipped] {
        for source in module.sources() {
            let mut command = variant.compile(&module);
            command.arg("-fsyntax-only").arg(&source);
            commands.push((format!("{} {}", variant.compiler, shown(&source)), command));
        }
    }
    assert!(commands.len() >= 4, "the widget and what is generated for it, in two ways");
    expect_none(&all(commands));
}

#[test]
fn the_settings_that_the_page_sets_exist() {
    let settings = plugin_text("Source/Latchkey/Public/LatchkeySettings.h");
    let page = page();
    let blocks = blocks(&page, "ini");
    let keys: Vec<_> = blocks
        .iter()
        .flat_map(|(_, text)| text.lines())
        .filter_map(|line| line.trim().split_once('='))
        .map(|(key, _)| key.trim_start_matches('+'))
        .collect();
    assert!(keys.len() >= 4, "the worked example sets some: {keys:?}");
    for key in keys {
        assert!(
            settings.contains(&format!(" {key};")) || settings.contains(&format!(" {key} = ")),
            "no setting is called {key}"
        );
    }
}

#[test]
fn the_overrides_that_the_page_names_are_looked_for() {
    let config = plugin_text("Source/Latchkey/Private/LatchkeyConfig.cpp");
    let page = page();
    let words: Vec<_> = page
        .split('`')
        .filter(|word| (word.starts_with("-Latchkey") && word.ends_with('=')) || word.starts_with("LATCHKEY_ISSUER"))
        .collect();
    assert!(words.len() >= 5, "the table has four options and their variables: {words:?}");
    for word in words {
        assert!(config.contains(&format!("TEXT(\"{}\")", word.trim_start_matches('-'))), "nobody looks for {word}");
    }
}
