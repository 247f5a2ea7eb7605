//! Walks over tokens: the small steps that the parser is made of. Preprocessor lines are passed over here, and their
//! conditions kept, so that nobody else meets them.

use crate::findings::Finding;
use crate::lex::{Kind, Token};

/// A place in a header.
pub struct Cursor<'a> {
    /// The header, for findings.
    pub path: &'a str,
    tokens: &'a [Token],
    at: usize,
    conditions: Vec<String>,
}

impl<'a> Cursor<'a> {
    /// At the beginning of a header.
    pub fn new(path: &'a str, tokens: &'a [Token]) -> Self {
        let mut cursor = Self { path, tokens, at: 0, conditions: Vec::new() };
        cursor.pass_directives();
        cursor
    }

    /// The token here.
    pub fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    /// The token after the one here; preprocessor lines do not count.
    pub fn second(&self) -> Option<&'a Token> {
        self.tokens.get(self.at + 1..)?.iter().find(|token| token.kind != Kind::Directive)
    }

    /// The token here, and one step on.
    pub fn take(&mut self) -> Option<&'a Token> {
        let token = self.peek()?;
        self.at += 1;
        self.pass_directives();
        Some(token)
    }

    /// Whether the token here is this word or sign.
    pub fn is(&self, text: &str) -> bool {
        self.peek().is_some_and(|token| token.is(text))
    }

    /// One step on if the token here is this word or sign.
    pub fn take_if(&mut self, text: &str) -> bool {
        let is = self.is(text);
        if is {
            self.take();
        }
        is
    }

    /// The token here, which must be this word or sign.
    pub fn expect(&mut self, text: &str) -> Result<&'a Token, Finding> {
        match self.peek() {
            Some(token) if token.is(text) => Ok(self.take().expect("it was peeked at")),
            other => Err(self.unexpected(other, &format!("`{text}`"))),
        }
    }

    /// The token here, which must be a word.
    pub fn word(&mut self) -> Result<&'a Token, Finding> {
        match self.peek() {
            Some(token) if token.kind == Kind::Word => Ok(self.take().expect("it was peeked at")),
            other => Err(self.unexpected(other, "a name")),
        }
    }

    fn unexpected(&self, found: Option<&Token>, wanted: &str) -> Finding {
        let what = match found {
            Some(token) => format!("`{}` stands where {wanted} is expected", token.text),
            None => format!("the file ends where {wanted} is expected"),
        };
        Finding::new(self.path, self.line(), what, "write it as the engine's header tool reads it")
    }

    /// The line of the token here, or the last one.
    pub fn line(&self) -> usize {
        self.peek().or(self.tokens.last()).map_or(1, |token| token.line)
    }

    /// The innermost `#if` around this place.
    pub fn condition(&self) -> Option<String> {
        self.conditions.last().cloned()
    }

    /// From an opening bracket to its closing one: what is between, and the line of the closing one.
    pub fn group(&mut self) -> Result<(&'a [Token], usize), Finding> {
        let line = self.line();
        let open = self.take().map_or("", |token| token.text.as_str());
        let start = self.at;
        let mut depth = 1;
        while let Some(token) = self.peek() {
            if matches!(token.text.as_str(), "(" | "{" | "[") && token.kind == Kind::Sign {
                depth += 1;
            } else if matches!(token.text.as_str(), ")" | "}" | "]") && token.kind == Kind::Sign {
                depth -= 1;
            }
            if depth == 0 {
                let inner = &self.tokens[start..self.at];
                self.take();
                return Ok((inner, token.line));
            }
            self.take();
        }
        Err(Finding::new(self.path, line, format!("`{open}` is not closed"), "close it"))
    }

    fn pass_directives(&mut self) {
        while let Some(token) = self.peek().filter(|token| token.kind == Kind::Directive) {
            let (name, rest) = token.text.split_once(' ').unwrap_or((&token.text, ""));
            match name {
                "if" => self.conditions.push(rest.to_owned()),
                "ifdef" | "ifndef" => self.conditions.push(format!("{name} {rest}")),
                "elif" | "else" => {
                    let before = self.conditions.pop().unwrap_or_default();
                    self.conditions.push(format!("not {before}"));
                }
                "endif" => drop(self.conditions.pop()),
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// Cuts at top-level commas; angle brackets count as brackets, since this is for types and their lists.
pub fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0i32);
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Sign) {
        match token.text.as_str() {
            "(" | "{" | "[" | "<" => depth += 1,
            ")" | "}" | "]" | ">" => depth -= 1,
            "," if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    if start < tokens.len() {
        parts.push(&tokens[start..]);
    }
    parts
}

/// The place of the first of these signs outside of all brackets.
pub fn find(tokens: &[Token], signs: &[&str]) -> Option<usize> {
    let mut depth = 0i32;
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.kind == Kind::Sign) {
        if depth == 0 && signs.contains(&token.text.as_str()) {
            return Some(at);
        }
        match token.text.as_str() {
            "(" | "{" | "[" | "<" => depth += 1,
            ")" | "}" | "]" | ">" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// As it stood, with single spaces.
pub fn words(tokens: &[Token]) -> String {
    let mut text = String::new();
    for (at, token) in tokens.iter().filter(|token| token.kind != Kind::Directive).enumerate() {
        if token.spaced && at > 0 {
            text.push(' ');
        }
        match token.kind {
            Kind::Text => text.push_str(&format!("\"{}\"", token.text)),
            Kind::Character => text.push_str(&format!("'{}'", token.text)),
            _ => text.push_str(&token.text),
        }
    }
    text
}
