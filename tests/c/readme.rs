//! What the README and the pages on sessions and on another screen print has to compile as printed: each C and C++ block is a whole source file, and
//! one of the README's at least a whole program.

use crate::WARNINGS;
use crate::toolchain::{Build, source};

#[test]
fn the_readme_compiles_as_printed() {
    let (blocks, programs) = compile("README.md");
    assert!(programs > 0, "the README has no C block that is a program; {blocks} blocks were found");
}

#[test]
fn the_page_on_sessions_compiles_as_printed() {
    let (blocks, _) = compile("docs/sessions.md");
    assert!(blocks >= 2, "how to resume and the game's own vault are to be there; {blocks} blocks were found");
}

#[test]
fn the_page_on_another_screen_compiles_as_printed() {
    let (blocks, _) = compile("docs/another-screen.md");
    assert!(blocks > 0, "how to start it and what to show are to be there");
}

/// How many blocks there are, and how many of those in C are programs.
#[track_caller]
fn compile(page: &str) -> (usize, usize) {
    let text = std::fs::read_to_string(source(page)).expect("the page is UTF-8");
    let blocks = blocks(&text);
    let mut programs = 0;
    for block in &blocks {
        let is_program = block.text.contains("int main(");
        programs += usize::from(is_program && block.compilers == C);
        for compiler in block.compilers {
            println!("{page}:{}: {compiler}", block.line);
            let build = Build::of_text(compiler, block.standard, &block.text).flags(WARNINGS);
            if is_program {
                drop(build.program());
            } else {
                build.object();
            }
        }
    }
    (blocks.len(), programs)
}

const C: &[&str] = &["gcc", "clang"];
const CPP: &[&str] = &["g++", "clang++"];

struct Block {
    line: usize,
    compilers: &'static [&'static str],
    standard: &'static str,
    text: String,
}

/// The fenced blocks whose language is C or C++.
fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = markdown.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else { continue };
        let body: Vec<_> = lines.by_ref().map(|(_, line)| line).take_while(|line| line.trim() != "```").collect();
        let (compilers, standard) = match language.split_whitespace().next() {
            Some("c") => (C, "c99"),
            Some("cpp" | "c++") => (CPP, "c++11"),
            _ => continue,
        };
        blocks.push(Block { line: index + 1, compilers, standard, text: body.join("\n") + "\n" });
    }
    blocks
}

#[test]
fn blocks_are_found_by_their_language() {
    let found = blocks("a\n```c\nint x;\n```\n```sh\ncc x.c\n```\n\n   ```cpp\n  int y;\n   ```\n```\n```c\n```\n");
    let texts: Vec<_> = found.iter().map(|block| (block.line, block.standard, block.text.as_str())).collect();
    assert_eq!(texts, [(2, "c99", "int x;\n"), (9, "c++11", "  int y;\n")]);
}
