//! Reads what is between the brackets of `UPROPERTY(…)`, `UFUNCTION(…)`, `UMETA(…)`.

use crate::cursor;
use crate::lex::{Kind, Token};
use crate::model::Specifiers;

/// `A, B = C, meta = (D, E = "F")`.
pub fn read(tokens: &[Token]) -> Specifiers {
    let mut specifiers = Specifiers::default();
    for part in cursor::split(tokens) {
        match part {
            [name, sign, value @ ..] if name.text.eq_ignore_ascii_case("meta") && sign.is("=") => {
                specifiers.meta.extend(pairs(inside(value)));
            }
            _ => specifiers.list.extend(pair(part)),
        }
    }
    specifiers
}

/// `A, B = C`.
pub fn pairs(tokens: &[Token]) -> Vec<(String, String)> {
    cursor::split(tokens).into_iter().filter_map(pair).collect()
}

fn pair(tokens: &[Token]) -> Option<(String, String)> {
    let name = tokens.first().filter(|token| token.kind == Kind::Word)?.text.clone();
    let value = match tokens.get(1..) {
        Some([sign, value @ ..]) if sign.is("=") => text(value),
        _ => String::new(),
    };
    Some((name, value))
}

/// Without the brackets around it.
fn inside(tokens: &[Token]) -> &[Token] {
    match tokens {
        [open, inner @ .., close] if open.is("(") && close.is(")") => inner,
        _ => tokens,
    }
}

/// Texts side by side are one, as in C++.
fn text(tokens: &[Token]) -> String {
    if !tokens.is_empty() && tokens.iter().all(|token| token.kind == Kind::Text) {
        return tokens.iter().map(|token| token.text.as_str()).collect();
    }
    cursor::words(inside(tokens))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lex;

    #[test]
    fn specifiers_values_and_meta_are_read() {
        let source = r#"Config, Category = "A|" "B", ClassGroup = (X, Y), meta = (BindWidget, DisplayName = "C, (D)")"#;
        let found = read(&lex::tokens("X.h", source).unwrap());
        assert_eq!(found.get("config"), Some(""));
        assert_eq!(found.get("Category"), Some("A|B"));
        assert_eq!(found.get("ClassGroup"), Some("X, Y"));
        assert_eq!(found.meta("bindwidget"), Some(""));
        assert_eq!(found.meta("DisplayName"), Some("C, (D)"));
        assert_eq!(found.get("Transient"), None);
    }
}
