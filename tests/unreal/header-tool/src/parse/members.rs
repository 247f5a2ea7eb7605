//! Reads a `UCLASS` or a `USTRUCT`: its head, and member by member its body.

use crate::cursor::{self, Cursor};
use crate::findings::Finding;
use crate::lex::{Kind, Token};
use crate::model::{Access, Constructors, Function, Plain, Property, Record, Type};
use crate::{specifiers, types};

/// Words before a function's result.
const BEFORE_RESULT: &[&str] =
    &["virtual", "static", "inline", "FORCEINLINE", "FORCENOINLINE", "constexpr", "explicit", "friend", "mutable"];

/// `LATCHKEY_API UFoo final : public UBar, public IBaz`, up to the brace or the semicolon.
pub fn head(cursor: &mut Cursor<'_>) -> Result<(Option<String>, String, Option<String>), Finding> {
    let mut api = None;
    let mut name = String::new();
    while let Some(token) = cursor.peek() {
        if token.kind == Kind::Word && token.text == "alignas" {
            cursor.take();
            cursor.group()?;
        } else if token.kind == Kind::Word && token.text.ends_with("_API") {
            api = Some(token.text.clone());
            cursor.take();
        } else if token.kind == Kind::Word && token.text != "final" {
            name.clone_from(&token.text);
            cursor.take();
        } else if !cursor.take_if("final") {
            break;
        }
    }
    let mut base = None;
    if cursor.take_if(":") {
        while !cursor.is("{") {
            let Some(token) = cursor.take() else { break };
            let is_access = ["public", "protected", "private", "virtual"].contains(&token.text.as_str());
            if token.kind == Kind::Word && !is_access && base.is_none() {
                base = Some(token.text.clone());
            }
        }
    }
    Ok((api, name, base))
}

/// A whole `UCLASS(…) class … { … };`.
pub fn record(cursor: &mut Cursor<'_>) -> Result<Record, Finding> {
    let condition = cursor.condition();
    let token = cursor.word()?;
    let is_class = token.text == "UCLASS";
    if !cursor.is("(") {
        cursor.expect("(")?;
    }
    let specifiers = specifiers::read(cursor.group()?.0);
    cursor.expect(if is_class { "class" } else { "struct" })?;
    let (api, name, base) = head(cursor)?;
    let mut record = Record {
        is_class,
        name,
        base,
        api,
        specifiers,
        tool_tip: token.comment.clone(),
        line: token.line,
        condition,
        body: None,
        body_is_first: false,
        properties: Vec::new(),
        functions: Vec::new(),
        plain: Vec::new(),
        constructors: Constructors::default(),
    };
    cursor.expect("{")?;
    let access = if is_class { Access::Private } else { Access::Public };
    Body { cursor, record: &mut record, access }.run()?;
    Ok(record)
}

struct Body<'c, 'a, 'r> {
    cursor: &'c mut Cursor<'a>,
    record: &'r mut Record,
    access: Access,
}

impl<'a> Body<'_, 'a, '_> {
    fn run(&mut self) -> Result<(), Finding> {
        let mut first = true;
        while let Some(token) = self.cursor.peek() {
            match token.text.as_str() {
                "}" => {
                    self.cursor.take();
                    return Ok(());
                }
                "GENERATED_BODY" | "GENERATED_UCLASS_BODY" | "GENERATED_USTRUCT_BODY" => self.body(first)?,
                "public" => self.access(Access::Public)?,
                "protected" => self.access(Access::Protected)?,
                "private" => self.access(Access::Private)?,
                "UPROPERTY" => self.property()?,
                "UFUNCTION" => self.function()?,
                ";" => drop(self.cursor.take()),
                _ => self.other()?,
            }
            first = false;
        }
        let what = format!("{} does not end", self.record.name);
        Err(Finding::new(self.cursor.path, self.record.line, what, "close it with };"))
    }

    fn body(&mut self, first: bool) -> Result<(), Finding> {
        let token = self.cursor.word()?;
        if token.text != "GENERATED_BODY" {
            let what = format!("{} is of the engine's old days", token.text);
            return Err(Finding::new(self.cursor.path, token.line, what, "write GENERATED_BODY()"));
        }
        self.cursor.group()?;
        self.record.body = Some(token.line);
        self.record.body_is_first = first;
        // As in the engine, what follows it in a class is private.
        if self.record.is_class {
            self.access = Access::Private;
        }
        Ok(())
    }

    fn access(&mut self, access: Access) -> Result<(), Finding> {
        self.cursor.take();
        self.cursor.expect(":")?;
        self.access = access;
        Ok(())
    }

    fn property(&mut self) -> Result<(), Finding> {
        let (token, condition) = (self.cursor.word()?, self.cursor.condition());
        let specifiers = specifiers::read(self.cursor.group()?.0);
        let declaration = self.declaration()?;
        let is_static = declaration.iter().any(|token| token.is("static"));
        let declaration: Vec<_> = declaration.into_iter().filter(|token| !token.is("static")).collect();
        let end = cursor::find(&declaration, &["=", "{"]).unwrap_or(declaration.len());
        let (before, after) = declaration.split_at(end);
        let (odd, before) = match cursor::find(before, &[":", "["]) {
            Some(at) if before[at].is(":") => (Some("a bit field"), &before[..at]),
            Some(at) => (Some("a C array"), &before[..at]),
            None => (None, before),
        };
        let Some((of, name)) = types::read_named(before).filter(|(_, name)| !name.is_empty()) else {
            let what = format!("UPROPERTY() is followed by `{}`", cursor::words(before));
            return Err(Finding::new(self.cursor.path, token.line, what, "a member variable must follow it"));
        };
        let default = after.get(1..).filter(|rest| !rest.is_empty()).map(cursor::words);
        let (tool_tip, line, access) = (token.comment.clone(), token.line, self.access);
        let property = Property { name, of, specifiers, tool_tip, line, access, condition, default, is_static, odd };
        self.record.properties.push(property);
        Ok(())
    }

    /// The tokens up to the semicolon, which is taken too.
    fn declaration(&mut self) -> Result<Vec<Token>, Finding> {
        let (mut tokens, line) = (Vec::new(), self.cursor.line());
        let mut depth = 0;
        while let Some(token) = self.cursor.peek() {
            if token.is("}") && depth == 0 {
                break;
            }
            self.cursor.take();
            match token.text.as_str() {
                ";" if depth == 0 && token.kind == Kind::Sign => return Ok(tokens),
                "(" | "{" | "[" if token.kind == Kind::Sign => depth += 1,
                ")" | "}" | "]" if token.kind == Kind::Sign => depth -= 1,
                _ => {}
            }
            tokens.push(token.clone());
        }
        Err(Finding::new(self.cursor.path, line, "a declaration that does not end", "close it with ;"))
    }

    /// The tokens of a function up to its body or semicolon, which is taken too.
    fn signature(&mut self) -> Result<Vec<Token>, Finding> {
        let mut tokens = Vec::new();
        let mut seen_list = false;
        while let Some(token) = self.cursor.peek() {
            if self.cursor.take_if(";") {
                return Ok(tokens);
            }
            if token.is("{") && seen_list {
                self.cursor.group()?;
                self.cursor.take_if(";");
                return Ok(tokens);
            }
            if token.is("(") {
                seen_list = true;
                let before = self.cursor.peek().cloned();
                let (inner, _) = self.cursor.group()?;
                tokens.extend(before);
                tokens.extend_from_slice(inner);
                tokens.push(Token { text: ")".to_owned(), ..token.clone() });
                continue;
            }
            tokens.extend(self.cursor.take().cloned());
        }
        Ok(tokens)
    }

    fn function(&mut self) -> Result<(), Finding> {
        let (token, condition) = (self.cursor.word()?, self.cursor.condition());
        let specifiers = specifiers::read(self.cursor.group()?.0);
        let signature = self.signature()?;
        let wrong = |what: String| Finding::new(self.cursor.path, token.line, what, "a member function must follow it");
        let words = cursor::words(&signature);
        let Some(open) = cursor::find(&signature, &["("]) else {
            return Err(wrong(format!("UFUNCTION() is followed by `{words}`")));
        };
        let close = closing(&signature, open);
        let head = &signature[..open];
        let is = |word: &str| head.iter().any(|token| token.is(word));
        let plain: Vec<_> = head.iter().filter(|token| !is_before_result(token)).cloned().collect();
        let Some((result, name)) = types::read_named(&plain).filter(|(_, name)| !name.is_empty()) else {
            return Err(wrong(format!("UFUNCTION() is followed by `{words}`")));
        };
        let tail = &signature[close + 1..];
        let parameters: Vec<_> = cursor::split(&signature[open + 1..close]).into_iter().filter_map(argument).collect();
        self.record.functions.push(Function {
            name,
            specifiers,
            tool_tip: token.comment.clone(),
            line: token.line,
            access: self.access,
            condition,
            is_static: is("static"),
            is_virtual: is("virtual") || tail.iter().any(|token| token.is("override") || token.is("final")),
            is_const: tail.iter().any(|token| token.is("const")),
            parameters,
            result: (result.words != "void").then_some(result),
        });
        Ok(())
    }

    /// A member without a macro: a function, a type, a variable.
    fn other(&mut self) -> Result<(), Finding> {
        let (line, condition) = (self.cursor.line(), self.cursor.condition());
        let mut tokens: Vec<Token> = Vec::new();
        let mut has_list = false;
        while let Some(token) = self.cursor.peek() {
            if self.cursor.take_if(";") {
                break;
            }
            if token.is("}") {
                break;
            }
            if matches!(token.text.as_str(), "(" | "{" | "[") && token.kind == Kind::Sign {
                let is_body = token.is("{") && (has_list || is_type(&tokens));
                let is_list = token.is("(") && cursor::find(&tokens, &["="]).is_none() && !in_angles(&tokens);
                has_list |= is_list;
                let (inner, _) = self.cursor.group()?;
                if is_list {
                    declare(&mut self.record.constructors, &self.record.name, &tokens, inner);
                }
                if is_body && !self.cursor.is(";") {
                    // A function ends with its body; a nested type goes on to its semicolon.
                    break;
                }
                tokens.push(token.clone());
                continue;
            }
            tokens.extend(self.cursor.take().cloned());
        }
        if !has_list && condition.is_none_or(|condition| !is_editor(&condition)) {
            self.variable(&tokens, line);
        }
        Ok(())
    }

    fn variable(&mut self, tokens: &[Token], line: usize) {
        if tokens.iter().any(|token| ["using", "typedef", "friend", "static"].iter().any(|word| token.is(word))) {
            return;
        }
        let end = cursor::find(tokens, &["=", "{", "[", ":"]).unwrap_or(tokens.len());
        if let Some((of, name)) = types::read_named(&tokens[..end]).filter(|(_, name)| !name.is_empty()) {
            self.record.plain.push(Plain { name, of, line });
        }
    }
}

/// Which constructors a class without a macro declares.
pub fn constructors(name: &str, body: &[Token]) -> Constructors {
    let mut declared = Constructors::default();
    for (at, _) in body.iter().enumerate().filter(|(_, token)| token.is("(")) {
        let end = closing(body, at);
        declare(&mut declared, name, &body[..at], body.get(at + 1..end).unwrap_or_default());
    }
    declared
}

/// Takes note if what is before a parameter list makes it a constructor's or the destructor's.
fn declare(declared: &mut Constructors, name: &str, before: &[Token], list: &[Token]) {
    let Some((_, earlier)) = before.split_last().filter(|(last, _)| last.text == name) else { return };
    let words = cursor::words(list);
    if earlier.last().is_some_and(|token| token.is("~")) {
        declared.destructor = true;
    } else if words.contains("FObjectInitializer") {
        declared.initializer = true;
    } else if words.contains("FVTableHelper") {
        declared.vtable = true;
    } else if words.is_empty() || words == "void" {
        declared.default = true;
    }
}

/// Whether a brace after these opens a type rather than a value.
fn is_type(tokens: &[Token]) -> bool {
    let first = tokens.iter().find(|token| token.kind == Kind::Word);
    first.is_some_and(|token| ["class", "struct", "union", "enum"].iter().any(|word| token.is(word)))
}

/// Whether the end of these is between `<` and `>`: a bracket there is a signature, as in `TFunction<void(int32)>`.
fn in_angles(tokens: &[Token]) -> bool {
    let count = |sign: &str| tokens.iter().filter(|token| token.is(sign)).count();
    count("<") > count(">")
}

fn is_editor(condition: &str) -> bool {
    condition.contains("WITH_EDITOR")
}

fn is_before_result(token: &Token) -> bool {
    BEFORE_RESULT.iter().any(|word| token.is(word)) || (token.kind == Kind::Word && token.text.ends_with("_API"))
}

/// The place of the bracket that closes the one at `open`.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is("(") {
            depth += 1;
        } else if token.is(")") {
            depth -= 1;
            if depth == 0 {
                return at;
            }
        }
    }
    tokens.len() - 1
}

/// `UPARAM(…) const FName& Name = NAME_None`.
fn argument(tokens: &[Token]) -> Option<Property> {
    let line = tokens.first()?.line;
    let (mut rest, mut marks) = (tokens, specifiers::read(&[]));
    if tokens[0].is("UPARAM") && tokens.get(1).is_some_and(|token| token.is("(")) {
        let end = closing(tokens, 1);
        marks = specifiers::read(&tokens[2..end]);
        rest = &tokens[end + 1..];
    }
    let equals = cursor::find(rest, &["="]).unwrap_or(rest.len());
    let (of, name) = types::read_named(&rest[..equals]).unwrap_or((Type::default(), String::new()));
    if of.name == "void" && of.pointers == 0 {
        return None;
    }
    let default = rest.get(equals + 1..).filter(|value| !value.is_empty()).map(cursor::words);
    Some(Property { specifiers: marks, default, ..super::parameter(name, of, line) })
}
