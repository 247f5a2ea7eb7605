//! Reads a C++ type and the name behind it: `const TArray<FName>& Names`.

use crate::cursor;
use crate::lex::{Kind, Token};
use crate::model::Type;

/// Words that go along with a type and say nothing about it.
const SKIPPED: &[&str] = &["class", "struct", "enum", "typename", "mutable", "inline", "constexpr"];

/// The type that these tokens are, or None if they are none.
pub fn read(tokens: &[Token]) -> Option<Type> {
    let mut of = Type::default();
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        if token.is("const") {
            of.constant = true;
        } else if token.is("*") {
            of.pointers += 1;
        } else if token.is("&") {
            of.reference = true;
        } else if token.is("<") && !of.name.is_empty() {
            let end = closing(rest)?;
            let arguments = cursor::split(&rest[1..end]);
            of.arguments = arguments.iter().map(|argument| read(argument).unwrap_or_default()).collect();
            rest = &rest[end + 1..];
            continue;
        } else if token.is("::") || (token.kind == Kind::Word && of.name.ends_with("::")) {
            of.name.push_str(&token.text);
        } else if token.kind == Kind::Word && SKIPPED.contains(&token.text.as_str()) {
        } else if token.kind == Kind::Word && is_number_part(&of.name) {
            of.name = format!("{} {}", of.name, token.text);
        } else if token.kind == Kind::Word && of.name.is_empty() {
            of.name.clone_from(&token.text);
        } else {
            return None;
        }
        rest = after;
    }
    of.words = written(&of);
    (!of.name.is_empty()).then_some(of)
}

/// The type and the name of `Type Name`; the name is empty if there is none.
pub fn read_named(tokens: &[Token]) -> Option<(Type, String)> {
    let (last, before) = tokens.split_last()?;
    let named = last.kind == Kind::Word && last.text != "const" && !before.is_empty();
    let ends_type = before.last().is_some_and(|token| {
        token.is("*") || token.is("&") || token.is(">") || (token.kind == Kind::Word && !is_only_prefix(&token.text))
    });
    if named && ends_type {
        return Some((read(before)?, last.text.clone()));
    }
    Some((read(tokens)?, String::new()))
}

/// `const`, `class`: a type has to follow.
fn is_only_prefix(word: &str) -> bool {
    word == "const" || SKIPPED.contains(&word)
}

/// C++'s own many-worded numbers: `unsigned int`, `long long`.
fn is_number_part(name: &str) -> bool {
    let parts = ["unsigned", "signed", "long", "short"];
    name.split(' ').next_back().is_some_and(|last| parts.contains(&last))
}

/// The place of the `>` that closes the `<` at the beginning.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.is("<") {
            depth += 1;
        } else if token.is(">") {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

fn written(of: &Type) -> String {
    let mut text = String::new();
    if of.constant {
        text.push_str("const ");
    }
    text.push_str(&of.name);
    if !of.arguments.is_empty() {
        let arguments: Vec<_> = of.arguments.iter().map(|argument| argument.words.as_str()).collect();
        text.push_str(&format!("<{}>", arguments.join(", ")));
    }
    text.push_str(&"*".repeat(of.pointers));
    if of.reference {
        text.push('&');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex;

    fn named(source: &str) -> (String, String) {
        let (of, name) = read_named(&lex::tokens("X.h", source).unwrap()).unwrap();
        (of.words, name)
    }

    #[test]
    fn types_and_names_are_parted() {
        for (source, of, name) in [
            ("const TArray<FName>& Names", "const TArray<FName>&", "Names"),
            ("class UObject *Object", "UObject*", "Object"),
            ("TMap<FName, TObjectPtr<UTexture2D>> Pictures", "TMap<FName, TObjectPtr<UTexture2D>>", "Pictures"),
            ("const UObject*", "const UObject*", ""),
            ("FString", "FString", ""),
            ("unsigned long long Big", "unsigned long long", "Big"),
            ("std::string Name", "std::string", "Name"),
            ("enum class EState State", "EState", "State"),
            ("mutable bool bX", "bool", "bX"),
        ] {
            assert_eq!(named(source), (of.to_owned(), name.to_owned()), "{source}");
        }
    }

    #[test]
    fn what_a_parameter_is_kept_as_has_no_reference() {
        let kept = |source: &str| read(&lex::tokens("X.h", source).unwrap()).unwrap().kept();
        assert_eq!(kept("const FString&"), "FString");
        assert_eq!(kept("const UObject*"), "const UObject*");
        assert_eq!(kept("int32&"), "int32");
    }
}
