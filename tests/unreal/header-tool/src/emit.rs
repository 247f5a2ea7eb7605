//! Writes the generated code. What it may name is in the stand-in's `UObject/Reflection.h`, `UObject/ObjectMacros.h` and
//! `UObject/ReflectedTypeAccessors.h`; the shape (body macros found by file and line, a wrapper for each delegate, constructor,
//! destructor and virtual table helper) is the engine's, so that what does not compile there does not compile here.

mod header;
mod property;
mod source;

use crate::model::{Function, Header};
use crate::world::World;

/// Everything that writing needs.
pub struct Writer<'a> {
    /// What is written about.
    pub header: &'a Header,
    /// Which types there are.
    pub world: &'a World,
    /// The module's name.
    pub module: &'a str,
    out: String,
}

impl<'a> Writer<'a> {
    /// A writer for a header.
    pub fn new(header: &'a Header, world: &'a World, module: &'a str) -> Self {
        Self { header, world, module, out: String::new() }
    }

    fn line(&mut self, text: impl AsRef<str>) {
        self.out.push_str(text.as_ref());
        self.out.push('\n');
    }

    fn lines(&mut self, text: &[&str]) {
        text.iter().for_each(|line| self.line(line));
    }

    fn api(&self) -> String {
        format!("{}_API", self.module.to_uppercase())
    }

    /// What the body macros of this header begin with.
    fn file_id(&self) -> String {
        format!("FID_{}_{}_h", self.module, self.header.stem)
    }

    fn title(&mut self) {
        let text = format!("// Written by the header tool from {}.h. Do not edit.\n", self.header.stem);
        self.line(text);
    }
}

/// `Type A, Type B`: how a function takes them.
fn parameter_list(parameters: &[crate::model::Property]) -> String {
    let list: Vec<_> =
        parameters.iter().map(|parameter| format!("{} {}", parameter.of.words, parameter.name)).collect();
    list.join(", ")
}

/// Whether an event has native code of its own.
fn has_native_code(function: &Function) -> bool {
    function.specifiers.has(&["BlueprintNativeEvent"])
}

/// How reflection calls a class or a struct.
fn short(name: &str) -> &str {
    name.get(1..).unwrap_or_default()
}
