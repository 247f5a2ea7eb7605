//! `header`: writes the C header and the list of exported symbols, or checks that neither drifted.

use std::fs;
use std::path::Path;

use crate::args::Args;
use crate::run::{self, Result, Stop};
use crate::{artifacts, diff, symbols};

const HEADER: &str = "include/latchkey.h";
/// The library's C ABI, a file for each section of the header.
const ABI: &str = "src/ffi";
const EPILOGUE: &str = "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
const SYMBOLS: &str = "include/latchkey.symbols";

/// More of a drift than this is no help to a reader.
const DIFF_LINES: usize = 60;

/// Runs the command.
pub fn run(args: &Args) -> Result<u8> {
    let root = run::root();
    let settle = |name, wanted: &str| {
        if args.has("--check") { Ok(drift(&root, name, wanted)) } else { write(&root, name, wanted).map(|()| None) }
    };
    let header = generate(&root)?;
    // Before the build: C code can be compiled against a library that is still being worked on.
    let mut wrong: Vec<_> = settle(HEADER, &header)?.into_iter().collect();
    let exported = symbols::exported(&artifacts::library()?.shared)?;
    let list: String = exported.iter().map(|name| format!("{name}\n")).collect();
    wrong.extend(settle(SYMBOLS, &list)?);
    wrong.extend(symbols::disagreements(&exported, &symbols::declared(&header)));
    if wrong.is_empty() {
        println!("{} functions: header, list and library agree", exported.len());
        return Ok(0);
    }
    for sentence in &wrong {
        eprintln!("{sentence}");
    }
    Err(Stop::failed("the header and the library's exports are not what they should be; see above"))
}

/// The header: the configuration's opening, a section for each public file of the ABI's folder in the order in which its
/// `mod.rs` names them, and the configuration's end. cbindgen alone would sort all constants before all types before all
/// functions; file by file it reads like the source.
fn generate(root: &Path) -> Result<String> {
    let failed = |error: String| Stop::failed(format!("could not make {HEADER}: {error}"));
    let read = |file: &Path| fs::read_to_string(file).map_err(|error| failed(format!("{}: {error}", file.display())));
    let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml")).map_err(failed)?;
    let [opening, end] = [config.header.take(), config.trailer.take()].map(Option::unwrap_or_default);
    // What surrounds the sections stands once, around all of them.
    (config.no_includes, config.include_guard, config.cpp_compat) = (true, None, false);

    let folder = root.join(ABI);
    let mut header = format!("{}\n\n{}", opening.trim(), prologue(env!("CARGO_PKG_VERSION")));
    for name in public_modules(&read(&folder.join("mod.rs"))?) {
        let file = folder.join(format!("{name}.rs"));
        let bindings = cbindgen::Builder::new().with_config(config.clone()).with_src(&file).generate();
        let mut code = Vec::new();
        bindings.map_err(|error| failed(format!("{}: {error}", file.display())))?.write(&mut code);
        let code = String::from_utf8(code).map_err(|error| failed(error.to_string()))?;
        header += &format!("{}\n{}\n\n", title(&read(&file)?), tidied(code.trim()));
    }
    Ok(format!("{header}{}\n\n{EPILOGUE}", end.trim()))
}

/// What stands before the sections. The workspace has one version, so this program's is the library's.
fn prologue(version: &str) -> String {
    let mut parts = version.split(['.', '-', '+']);
    let mut part = || parts.next().unwrap_or("0");
    let (major, minor, patch) = (part(), part(), part());
    format!(
        r#"#ifndef LATCHKEY_H
#define LATCHKEY_H

#include <stddef.h>
#include <stdint.h>

/** The version of this header. */
#define LATCHKEY_VERSION_MAJOR {major}
#define LATCHKEY_VERSION_MINOR {minor}
#define LATCHKEY_VERSION_PATCH {patch}
#define LATCHKEY_VERSION (LATCHKEY_VERSION_MAJOR << 16 | LATCHKEY_VERSION_MINOR << 8 | LATCHKEY_VERSION_PATCH)
#define LATCHKEY_VERSION_STRING "{version}"

#ifdef __cplusplus
extern "C" {{
#endif

"#
    )
}

/// The modules that a `mod.rs` makes public, in its order.
fn public_modules(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect()
}

/// A section's heading, from the doc comment on top of its file: the first line names it, the rest introduces it.
fn title(source: &str) -> String {
    let mut lines =
        source.lines().map_while(|line| line.strip_prefix("//!")).map(|line| line.strip_prefix(' ').unwrap_or(line));
    let name = lines.next().unwrap_or_default();
    let text = lines.map(|line| format!(" * {line}").trim_end().to_owned()).skip_while(|line| line == " *");
    let text: String = text.map(|line| line + "\n").collect();
    let text = if text.is_empty() { text } else { format!("\n/*\n{text} */\n") };
    format!("/* -- {name} -- */\n{text}")
}

/// cbindgen's output as a person would write it: structs are named alone (it says `struct` before those of the same file only),
/// and a comment of one line stands on one.
fn tidied(code: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in code.lines() {
        let comment = line.trim_start().starts_with('*');
        let kept = comment || line.starts_with("typedef struct");
        lines.push(if kept { line.to_owned() } else { line.replace("struct latchkey_", "latchkey_") });
        if let [.., opening, text, end] = lines.as_mut_slice()
            && opening.trim_start() == "/**"
            && end.trim_start() == "*/"
        {
            *opening = format!("{opening} {} */", text.trim_start().strip_prefix("* ").unwrap_or_default());
            lines.truncate(lines.len() - 2);
        }
    }
    lines.join("\n")
}

/// How a file that is checked in differs from what it should be.
fn drift(root: &Path, name: &str, wanted: &str) -> Option<String> {
    let found = fs::read_to_string(root.join(name)).unwrap_or_default();
    let difference = diff::unified(name, &found, wanted, DIFF_LINES)?;
    Some(format!("{difference}\n{name} has drifted; `cargo xtask header` writes it anew"))
}

/// Writes a file unless it says the same already, so that nothing is rebuilt for its time stamp.
fn write(root: &Path, name: &str, wanted: &str) -> Result<()> {
    let file = root.join(name);
    if fs::read_to_string(&file).is_ok_and(|found| found == wanted) {
        println!("{name}: unchanged");
        return Ok(());
    }
    fs::write(&file, wanted).map_err(|error| Stop::failed(format!("could not write {}: {error}", file.display())))?;
    println!("{name}: written");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_are_the_public_files_in_order() {
        let text = "//! pub mod no;\nmod boundary;\n\npub mod result;\npub mod client;\npub use client::*;\n";
        assert_eq!(public_modules(text), ["result", "client"]);
    }

    #[test]
    fn a_files_comment_becomes_its_sections_heading() {
        assert_eq!(title("//! Results\n\nuse x;\n//! no\n"), "/* -- Results -- */\n");
        let wanted = "/* -- Status -- */\n\n/*\n * One struct:\n *\n *     poll();\n */\n";
        assert_eq!(title("//! Status\n//!\n//! One struct:\n//!\n//!     poll();\n\nuse x;\n"), wanted);
    }

    #[test]
    fn the_code_is_tidied() {
        let code = "/**\n * A struct latchkey_a.\n */\ntypedef struct latchkey_a {\n    /**\n     * *One*.\n     */\n    \
                    struct latchkey_b *b;\n} latchkey_a;\n\n/**\n * Two\n * lines.\n */\nvoid latchkey_f(const struct latchkey_a *a);";
        let wanted = "/** A struct latchkey_a. */\ntypedef struct latchkey_a {\n    /** *One*. */\n    \
                      latchkey_b *b;\n} latchkey_a;\n\n/**\n * Two\n * lines.\n */\nvoid latchkey_f(const latchkey_a *a);";
        assert_eq!(tidied(code), wanted);
    }

    /// Compilers of Windows take other letters for those of the machine's code page, and warn.
    #[test]
    fn public_headers_are_ascii() {
        for name in [HEADER, "include/latchkey.hpp"] {
            let text = fs::read_to_string(run::root().join(name)).unwrap();
            let foreign: Vec<_> = text.lines().filter(|line| !line.is_ascii()).collect();
            assert!(foreign.is_empty(), "{name}: {foreign:#?}");
        }
    }

    #[test]
    fn the_version_is_taken_apart() {
        let text = prologue("1.20.3-beta.1");
        for part in ["MAJOR 1\n", "MINOR 20\n", "PATCH 3\n", "STRING \"1.20.3-beta.1\"\n"] {
            assert!(text.contains(&format!("LATCHKEY_VERSION_{part}")), "{text}");
        }
    }
}
