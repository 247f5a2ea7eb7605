//! Cuts a C++ header into tokens with their lines, and keeps the comment before each: that is where tool tips come from.
//! Knows as much C++ as the engine's own header tool does: no raw strings, no trigraphs. Nothing is judged here.

use crate::findings::Finding;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word, keywords among them.
    Word,
    /// A number as it stands.
    Number,
    /// A text, without its quotes and with its escapes as they stand.
    Text,
    /// A character, without its quotes.
    Character,
    /// One sign, or `::`.
    Sign,
    /// A whole preprocessor line without the `#`, continuations joined.
    Directive,
}

/// A piece of a header.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// What it says.
    pub text: String,
    /// Where it begins, from 1.
    pub line: usize,
    /// The comment right before it, its decoration taken off; empty if there is none.
    pub comment: String,
    /// Whether white space or a comment is before it.
    pub spaced: bool,
}

impl Token {
    /// Whether it is this word or sign.
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Sign) && self.text == text
    }
}

/// The tokens of a header.
pub fn tokens(path: &str, source: &str) -> Result<Vec<Token>, Finding> {
    let mut lexer =
        Lexer { path, source, at: 0, line: 1, comment: String::new(), fresh_line: true, tokens: Vec::new() };
    lexer.run()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    path: &'a str,
    source: &'a str,
    at: usize,
    line: usize,
    comment: String,
    /// Nothing but white space was on this line so far: a `#` begins a directive.
    fresh_line: bool,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), Finding> {
        loop {
            let before = self.at;
            self.skip_blank()?;
            let Some(first) = self.rest().chars().next() else { return Ok(()) };
            let spaced = self.at > before;
            let line = self.line;
            let (kind, text) = self.next(first)?;
            let comment = std::mem::take(&mut self.comment);
            self.tokens.push(Token { kind, text, line, comment, spaced });
            self.fresh_line = kind == Kind::Directive;
        }
    }

    fn next(&mut self, first: char) -> Result<(Kind, String), Finding> {
        if first == '#' && self.fresh_line {
            return Ok((Kind::Directive, self.directive()));
        }
        if first == '"' || first == '\'' {
            let kind = if first == '"' { Kind::Text } else { Kind::Character };
            return Ok((kind, self.quoted(first)?));
        }
        let (kind, length) = if first.is_ascii_digit() {
            (Kind::Number, self.span(|c| c.is_ascii_alphanumeric() || c == '.' || c == '\''))
        } else if is_word(first) {
            (Kind::Word, self.span(is_word))
        } else {
            (Kind::Sign, if self.rest().starts_with("::") { 2 } else { first.len_utf8() })
        };
        Ok((kind, self.take(length).to_owned()))
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn span(&self, wanted: impl Fn(char) -> bool) -> usize {
        self.rest().find(|c| !wanted(c)).unwrap_or(self.rest().len())
    }

    /// Goes on by so many bytes and counts the lines in them.
    fn take(&mut self, length: usize) -> &str {
        let taken = &self.source[self.at..self.at + length];
        self.at += length;
        self.line += taken.matches('\n').count();
        taken
    }

    /// Passes over white space and comments; the last block of comments before a token is that token's.
    fn skip_blank(&mut self) -> Result<(), Finding> {
        loop {
            let blank = self.span(char::is_whitespace);
            let gap = self.take(blank).matches('\n').count();
            self.fresh_line |= gap > 0;
            // A blank line parts a comment from what follows.
            if gap > 1 {
                self.comment.clear();
            }
            if self.rest().starts_with("//") {
                let length = self.span(|c| c != '\n');
                let text = self.take(length).trim_start_matches('/').trim().to_owned();
                self.add_comment(&text);
            } else if self.rest().starts_with("/*") {
                let line = self.line;
                let Some(end) = self.rest()[2..].find("*/") else {
                    return Err(Finding::new(self.path, line, "a comment that does not end", "write */"));
                };
                let text = undecorated(self.take(end + 4));
                self.comment.clear();
                self.add_comment(&text);
            } else {
                return Ok(());
            }
        }
    }

    fn add_comment(&mut self, text: &str) {
        if !self.comment.is_empty() {
            self.comment.push('\n');
        }
        self.comment.push_str(text);
    }

    fn directive(&mut self) -> String {
        self.take(1);
        let mut text = String::new();
        loop {
            let length = self.span(|c| c != '\n');
            let line = self.take(length).trim_end().to_owned();
            let Some(continued) = line.strip_suffix('\\') else {
                text.push_str(&line);
                break;
            };
            text.push_str(continued);
            let newline = self.rest().len().min(1);
            self.take(newline);
        }
        let code = text.split("//").next().unwrap_or_default();
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn quoted(&mut self, quote: char) -> Result<String, Finding> {
        let line = self.line;
        let mut escaped = false;
        let end = self.rest().char_indices().skip(1).find_map(|(at, c)| {
            let ends = (c == quote && !escaped) || c == '\n';
            escaped = c == '\\' && !escaped;
            ends.then_some((at, c))
        });
        match end {
            Some((at, c)) if c == quote => {
                let text = self.take(at + 1);
                Ok(text[1..text.len() - 1].to_owned())
            }
            _ => Err(Finding::new(self.path, line, "a text that does not end on its line", "close it with its quote")),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// A block comment without its stars.
fn undecorated(comment: &str) -> String {
    let inner = comment.trim_start_matches("/*").trim_start_matches('*');
    let inner = inner.strip_suffix("*/").unwrap_or(inner);
    let lines = inner.lines().map(|line| {
        let line = line.trim();
        line.strip_prefix('*').unwrap_or(line).trim()
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        tokens("X.h", source).unwrap().into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_signs_texts_and_directives_are_told_apart() {
        let found = tokens("X.h", "#pragma once // why\nFoo::Bar x = TEXT(\"a \\\" b\"); 1.5f 'c'").unwrap();
        let found: Vec<_> = found.iter().map(|token| (token.kind, token.text.as_str(), token.line)).collect();
        assert_eq!(found[0], (Kind::Directive, "pragma once", 1));
        assert_eq!(found[1], (Kind::Word, "Foo", 2));
        assert_eq!(found[2], (Kind::Sign, "::", 2));
        assert!(found.contains(&(Kind::Text, "a \\\" b", 2)));
        assert!(found.contains(&(Kind::Number, "1.5f", 2)));
        assert!(found.contains(&(Kind::Character, "c", 2)));
    }

    #[test]
    fn a_continued_directive_is_one_and_lines_are_counted_through_it() {
        let found = tokens("X.h", "#define A \\\n  b\nc").unwrap();
        assert_eq!(found[0].text, "define A b");
        assert_eq!(found[1].line, 3);
    }

    #[test]
    fn the_comment_right_before_is_kept_and_one_further_up_is_not() {
        let found = tokens("X.h", "/**\n * What.\n *\n * More.\n */\na;\n// far\n\nb;\n// one\n// two\nc").unwrap();
        let comment = |text: &str| found.iter().find(|token| token.text == text).unwrap().comment.clone();
        assert_eq!(comment("a"), "What.\n\nMore.");
        assert_eq!(comment("b"), "");
        assert_eq!(comment("c"), "one\ntwo");
    }

    #[test]
    fn what_does_not_end_is_said_with_its_line() {
        for (source, line) in [("a\n/* b", 2), ("\n\n\"abc\nd", 3), ("'x", 1)] {
            assert_eq!(tokens("X.h", source).unwrap_err().line, line, "{source}");
        }
    }

    #[test]
    fn a_hash_in_the_middle_of_a_line_is_no_directive() {
        assert_eq!(texts("a # b"), ["a", "#", "b"]);
    }
}
