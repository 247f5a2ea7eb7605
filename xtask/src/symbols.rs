//! What the library exports and what the header declares: each must be the other, under the one prefix.

use std::collections::BTreeSet;
use std::path::Path;

use object::Object;
use object::read::macho::{FatArch, MachOFatFile32};

use crate::run::{Result, Stop};

/// Every symbol that is exported starts with it, so that a host never meets a stranger's name.
pub const PREFIX: &str = "latchkey_";

/// The names that a built library exports, in order.
pub fn exported(library: &Path) -> Result<BTreeSet<String>> {
    let broken = |what: &dyn std::fmt::Display| Stop::failed(format!("could not read {}: {what}", library.display()));
    let data = std::fs::read(library).map_err(|error| broken(&error))?;
    // Of a universal library all slices together: the check of each is `macos`'s.
    if let Ok(universal) = MachOFatFile32::parse(&*data) {
        let slices = universal.arches().iter().map(|slice| slice.data(&*data).map_err(|error| broken(&error)));
        let names =
            slices.map(|slice| exported_by(slice?).map_err(|error| broken(&error))).collect::<Result<Vec<_>>>()?;
        return Ok(names.into_iter().flatten().collect());
    }
    exported_by(&data).map_err(|error| broken(&error))
}

fn exported_by(data: &[u8]) -> object::Result<BTreeSet<String>> {
    let file = object::File::parse(data)?;
    // Mach-O puts an underscore before every C name.
    let underscore = if file.format() == object::BinaryFormat::MachO { "_" } else { "" };
    let names = file.exports()?.map(|export| match export?.name() {
        object::NameOrOrdinal::Name(name) => {
            let name = String::from_utf8_lossy(name);
            Ok(name.strip_prefix(underscore).unwrap_or(&name).to_owned())
        }
        object::NameOrOrdinal::Ordinal(number) => Ok(format!("#{number}")),
    });
    names.collect()
}

/// The functions that a C header declares. What it defines itself, `static inline`, is no export and not among them.
pub fn declared(header: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let code = without_comments_and_macros(header).replace("extern \"C\" {", "").replace("extern \"C\"{", "");
    let mut declaration = String::new();
    let mut depth = 0usize;
    for letter in code.chars() {
        match letter {
            '{' => depth += 1,
            '}' => {
                depth = depth.saturating_sub(1);
                // The end of a body ends the declaration; a struct's name and semicolon are still to come and name no function.
                if depth == 0 {
                    declaration.clear();
                }
            }
            ';' if depth == 0 => {
                found.extend(function_name(&declaration));
                declaration.clear();
            }
            _ if depth == 0 => declaration.push(letter),
            _ => {}
        }
    }
    found
}

/// The name before the first parenthesis that opens a list of parameters.
fn function_name(declaration: &str) -> Option<String> {
    let declaration = declaration.trim();
    if declaration.starts_with("typedef") || declaration.starts_with("static") {
        return None;
    }
    let part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut depth = 0usize;
    for (at, letter) in declaration.char_indices() {
        if letter == '(' && depth == 0 {
            let before = declaration[..at].trim_end();
            let start = before.rfind(|letter| !part(letter)).map_or(0, |last| last + 1);
            let name = &before[start..];
            // Attributes and macros, `__declspec(` or `LATCHKEY_DEPRECATED(` say, are upper case or start with an underscore.
            if name.chars().any(|letter| letter.is_ascii_lowercase()) && !name.starts_with('_') {
                return Some(name.to_owned());
            }
        }
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn without_comments_and_macros(header: &str) -> String {
    let mut code = String::new();
    let mut rest = header;
    while let Some(at) = rest.find('/') {
        let (before, comment) = rest.split_at(at);
        code.push_str(before);
        let end = if let Some(text) = comment.strip_prefix("/*") {
            text.find("*/").map_or(comment.len(), |end| end + 4)
        } else if comment.starts_with("//") {
            comment.find('\n').unwrap_or(comment.len())
        } else {
            code.push('/');
            1
        };
        rest = &comment[end..];
        code.push(' ');
    }
    code.push_str(rest);
    let mut continued = false;
    let lines = code.lines().filter(|line| {
        let directive = continued || line.trim_start().starts_with('#');
        continued = directive && line.trim_end().ends_with('\\');
        !directive
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is wrong between the two, a sentence each.
pub fn disagreements(exported: &BTreeSet<String>, declared: &BTreeSet<String>) -> Vec<String> {
    let foreign = exported.iter().filter(|name| !name.starts_with(PREFIX));
    let foreign = foreign.map(|name| format!("the library exports `{name}`, which lacks the prefix `{PREFIX}`"));
    let hidden = exported.difference(declared).filter(|name| name.starts_with(PREFIX));
    let hidden = hidden.map(|name| format!("the library exports `{name}`, but the header does not declare it"));
    let missing = declared.difference(exported);
    let missing = missing.map(|name| format!("the header declares `{name}`, but the library does not export it"));
    foreign.chain(hidden).chain(missing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn functions_are_found_and_nothing_else_is() {
        let header = r#"
/* latchkey_in_comment(void); */
// latchkey_in_line_comment(void); a / b
#define start_login(x) latchkey_macro(x); \
    latchkey_macro_goes_on(x);
#ifdef __cplusplus
extern "C" {
#endif
typedef struct latchkey_client latchkey_client;
typedef void (*latchkey_log_sink)(void *user_data, const char *text);
typedef struct latchkey_hooks {
  void (*latchkey_field)(void);
  int32_t latchkey_size;
} latchkey_hooks;
LATCHKEY_API latchkey_result latchkey_client_create(const struct latchkey_config *config,
                                                    latchkey_client **out);
__attribute__((visibility("default"))) const char *latchkey_result_name (latchkey_result code);
LATCHKEY_API void latchkey_set_log_sink(void (*sink)(void *, const char *), void *user_data) LATCHKEY_NOEXCEPT(true);
static inline uint32_t latchkey_inline(void) { return latchkey_called(1); }
uint32_t stranger(void);
LATCHKEY_STATIC_ASSERT(sizeof(int) == 4);
#ifdef __cplusplus
}
#endif
"#;
        let wanted = ["latchkey_client_create", "latchkey_result_name", "latchkey_set_log_sink", "stranger"];
        assert_eq!(declared(header), set(&wanted));
    }

    #[test]
    fn every_disagreement_is_named() {
        let found = disagreements(&set(&["latchkey_a", "latchkey_b", "logout"]), &set(&["latchkey_a", "latchkey_c"]));
        assert_eq!(
            found,
            [
                "the library exports `logout`, which lacks the prefix `latchkey_`",
                "the library exports `latchkey_b`, but the header does not declare it",
                "the header declares `latchkey_c`, but the library does not export it",
            ]
        );
        assert!(disagreements(&set(&["latchkey_a"]), &set(&["latchkey_a"])).is_empty());
    }

    #[test]
    fn a_file_that_is_no_library_is_said_to_be_none() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(exported(&file).unwrap_err().sentence.starts_with("could not read "));
    }
}
