//! Enums and their values.

use super::Judge;
use crate::model::Enum;

impl Judge<'_> {
    pub(super) fn enums(&mut self) {
        let header = self.header;
        for found in &header.enums {
            self.enumeration(found);
        }
    }

    fn enumeration(&mut self, found: &Enum) {
        let name = &found.name;
        self.specifiers("UENUM", &found.specifiers, found.line);
        self.unconditional(name, found.condition.as_deref(), found.line);
        self.hold(
            has_prefix(name, 'E'),
            found.line,
            format!("the enum {name} lacks its prefix"),
            format!("call it E{name}"),
        );
        let is_byte = found.is_class && found.underlying.as_deref() == Some("uint8");
        let what = format!("{name} is not an `enum class` over uint8, and Blueprint has no other");
        self.hold(is_byte, found.line, what, format!("write enum class {name} : uint8"));
        self.hold(!found.enumerators.is_empty(), found.line, format!("{name} has no values"), "give it one");
        if found.specifiers.has(&["BlueprintType"]) {
            self.tool_tip(name, &found.tool_tip, found.line);
            for value in &found.enumerators {
                self.tool_tip(&format!("{name}::{}", value.name), &value.tool_tip, value.line);
            }
        }
        for value in &found.enumerators {
            self.meta(&value.meta, value.line);
        }
    }

    /// What Blueprint shows has words for whoever uses it.
    pub(super) fn tool_tip(&mut self, name: &str, tool_tip: &str, line: usize) {
        let what = format!("{name} is seen by Blueprint and has no tool tip");
        self.hold(!tool_tip.is_empty(), line, what, "write a /** comment */ right before it");
    }

    /// The engine's tool reads a type whole or not at all.
    pub(super) fn unconditional(&mut self, name: &str, condition: Option<&str>, line: usize) {
        if let Some(condition) = condition {
            let what = format!("the reflected type {name} is inside #if {condition}");
            self.say(line, what, "reflected types can't depend on the preprocessor: take it out of the #if");
        }
    }
}

/// The letter, and a capital one after it.
pub(super) fn has_prefix(name: &str, prefix: char) -> bool {
    let mut letters = name.chars();
    letters.next() == Some(prefix) && letters.next().is_some_and(|letter| letter.is_uppercase() || letter.is_numeric())
}
