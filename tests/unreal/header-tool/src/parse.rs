//! Reads a header into the model: its types and what is marked for reflection; everything else is passed over.

mod members;

use crate::cursor::{self, Cursor};
use crate::findings::Finding;
use crate::lex::{self, Kind, Token};
use crate::model::{Access, Declared, Delegate, Enum, Enumerator, Header, Include, Property, Type};
use crate::{specifiers, types};

/// Reads a header.
pub fn header(path: &str, source: &str) -> Result<Header, Finding> {
    let tokens = lex::tokens(path, source)?;
    let mut header = Header { path: path.to_owned(), stem: stem(path), ..Header::default() };
    header.pragma_once = tokens.first().is_some_and(|token| token.text == "pragma once");
    header.includes = tokens.iter().filter_map(include).collect();
    let mut parser = Parser { cursor: Cursor::new(path, &tokens), header: &mut header, namespaces: Vec::new() };
    parser.run()?;
    Ok(header)
}

fn stem(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.strip_suffix(".h").unwrap_or(name).to_owned()
}

fn include(token: &Token) -> Option<Include> {
    let path = token.text.strip_prefix("include ").filter(|_| token.kind == Kind::Directive)?;
    Some(Include { path: path.trim_matches(['"', '<', '>']).to_owned(), line: token.line })
}

struct Parser<'a, 'h> {
    cursor: Cursor<'a>,
    header: &'h mut Header,
    /// The names of the namespaces around this place.
    namespaces: Vec<String>,
}

impl<'a> Parser<'a, '_> {
    fn run(&mut self) -> Result<(), Finding> {
        while let Some(token) = self.cursor.peek() {
            match token.text.as_str() {
                "UENUM" => self.enumeration()?,
                "USTRUCT" | "UCLASS" => self.record()?,
                "UINTERFACE" => return Err(self.interface()),
                name if is_dynamic_delegate(name) => self.delegate()?,
                "namespace" => self.namespace()?,
                "}" => drop((self.namespaces.pop(), self.cursor.take())),
                "class" | "struct" => self.declared()?,
                "template" => self.template()?,
                "{" | "(" | "[" => drop(self.cursor.group()?),
                _ => drop(self.cursor.take()),
            }
        }
        Ok(())
    }

    fn interface(&self) -> Finding {
        let what = "UINTERFACE is not read by this tool, since the plugin has none";
        Finding::new(self.cursor.path, self.cursor.line(), what, "use a native interface, or teach the tool")
    }

    fn namespace(&mut self) -> Result<(), Finding> {
        self.cursor.expect("namespace")?;
        let mut name = String::new();
        while !self.cursor.is("{") && !self.cursor.is(";") && !self.cursor.is("=") {
            let Some(token) = self.cursor.take() else { return Ok(()) };
            name.push_str(&token.text);
        }
        if self.cursor.take_if("{") {
            self.namespaces.push(name);
        }
        Ok(())
    }

    /// A template is not reflected; what it declares is passed over whole.
    fn template(&mut self) -> Result<(), Finding> {
        self.cursor.expect("template")?;
        while let Some(token) = self.cursor.peek() {
            if token.is("{") {
                self.cursor.group()?;
                return Ok(());
            }
            if self.cursor.take_if(";") {
                return Ok(());
            }
            self.cursor.take();
        }
        Ok(())
    }

    /// A type without a macro: only its name and its base are of interest.
    fn declared(&mut self) -> Result<(), Finding> {
        self.cursor.take();
        let (_, name, base) = members::head(&mut self.cursor)?;
        if self.cursor.is("{") {
            let (body, _) = self.cursor.group()?;
            let constructors = members::constructors(&name, body);
            self.header.declared.push(Declared { name, base, constructors });
        }
        Ok(())
    }

    fn begin(&mut self, line: usize) -> Result<(), Finding> {
        if let Some(name) = self.namespaces.first() {
            let what = format!("a reflected type in the namespace {name}");
            return Err(Finding::new(self.cursor.path, line, what, "reflection knows no namespaces: move it out"));
        }
        self.header.first_reflected.get_or_insert(line);
        Ok(())
    }

    fn enumeration(&mut self) -> Result<(), Finding> {
        let token = self.cursor.take().expect("it was peeked at");
        let condition = self.cursor.condition();
        self.begin(token.line)?;
        let specifiers = specifiers::read(self.cursor.group()?.0);
        self.cursor.expect("enum")?;
        let is_class = self.cursor.take_if("class") || self.cursor.take_if("struct");
        let name = self.cursor.word()?.text.clone();
        let mut underlying = None;
        if self.cursor.take_if(":") {
            underlying = Some(self.cursor.word()?.text.clone());
        }
        if !self.cursor.is("{") {
            self.cursor.expect("{")?;
        }
        let (body, _) = self.cursor.group()?;
        let enumerators = cursor::split(body).into_iter().filter_map(enumerator).collect();
        let (tool_tip, line) = (token.comment.clone(), token.line);
        let found = Enum { name, is_class, underlying, specifiers, tool_tip, line, condition, enumerators };
        self.header.enums.push(found);
        Ok(())
    }

    fn record(&mut self) -> Result<(), Finding> {
        let line = self.cursor.line();
        self.begin(line)?;
        let record = members::record(&mut self.cursor)?;
        self.header.records.push(record);
        Ok(())
    }

    fn delegate(&mut self) -> Result<(), Finding> {
        let token = self.cursor.take().expect("it was peeked at");
        let condition = self.cursor.condition();
        self.begin(token.line)?;
        let (inner, last_line) = self.cursor.group()?;
        let mut parts = cursor::split(inner).into_iter();
        let result = match token.text.contains("_RetVal") {
            true => parts.next().and_then(types::read),
            false => None,
        };
        let name = parts.next().map(cursor::words).unwrap_or_default();
        let parts: Vec<_> = parts.collect();
        let parameters = parts.chunks(2).map(|pair| delegate_parameter(pair, token.line)).collect();
        self.header.delegates.push(Delegate {
            name,
            is_multicast: token.text.contains("MULTICAST"),
            macro_name: token.text.clone(),
            parameters,
            result,
            tool_tip: token.comment.clone(),
            line: token.line,
            last_line,
            condition,
        });
        Ok(())
    }
}

fn is_dynamic_delegate(name: &str) -> bool {
    name.starts_with("DECLARE_DYNAMIC_") && name.contains("DELEGATE")
}

fn enumerator(tokens: &[Token]) -> Option<Enumerator> {
    let tokens: Vec<_> = tokens.iter().filter(|token| token.kind != Kind::Directive).cloned().collect();
    let name = tokens.first()?;
    let meta = tokens.iter().position(|token| token.is("UMETA")).map(|at| &tokens[at + 1..]);
    let meta = match meta {
        Some([open, inner @ .., close]) if open.is("(") && close.is(")") => specifiers::pairs(inner),
        _ => Vec::new(),
    };
    Some(Enumerator { name: name.text.clone(), meta, tool_tip: name.comment.clone(), line: name.line })
}

/// `Type, Name`: two parts of a DECLARE_ line.
fn delegate_parameter(pair: &[&[Token]], line: usize) -> Property {
    let of = pair.first().and_then(|tokens| types::read(tokens)).unwrap_or_default();
    let name = pair.get(1).map(|tokens| cursor::words(tokens)).unwrap_or_default();
    parameter(name, of, line)
}

/// A parameter without anything special.
pub(crate) fn parameter(name: String, of: Type, line: usize) -> Property {
    Property {
        name,
        of,
        specifiers: specifiers::read(&[]),
        tool_tip: String::new(),
        line,
        access: Access::Public,
        condition: None,
        default: None,
        is_static: false,
        odd: None,
    }
}
