//! Classes and structs: head, body macro, and what they hide from the garbage collector.

use super::Judge;
use super::enums::has_prefix;
use crate::model::{Record, Type};
use crate::world::is_object_name;

impl Judge<'_> {
    pub(super) fn records(&mut self) {
        let header = self.header;
        for record in &header.records {
            self.head(record);
            self.body(record);
            self.hidden(record);
            for property in &record.properties {
                self.property(record, property);
            }
            self.functions(record);
        }
    }

    fn head(&mut self, record: &Record) {
        let (name, line) = (&record.name, record.line);
        let (what_macro, word) = if record.is_class { ("UCLASS", "class") } else { ("USTRUCT", "struct") };
        self.specifiers(what_macro, &record.specifiers, line);
        self.unconditional(name, record.condition.as_deref(), line);
        let prefix = match record.is_class {
            true if self.world.is_a(name, "AActor") => 'A',
            true => 'U',
            false => 'F',
        };
        let what = format!("the {word} {name} lacks the prefix {prefix}");
        self.hold(has_prefix(name, prefix), line, what, format!("call it {prefix}{name}"));
        let what = format!("the file {0}.h is named after {0} with its prefix", self.header.stem);
        let named = has_prefix(name, prefix) && self.header.stem == *name;
        self.hold(!named, line, what, format!("call it {}.h", name.get(1..).unwrap_or_default()));
        self.hold(
            !record.is_class || record.base.is_some(),
            line,
            format!("{name} has no base class"),
            "derive it from UObject or one of its kind",
        );
        self.api(record);
        if record.specifiers.has(&["BlueprintType", "Blueprintable"]) || self.has_seen_members(record) {
            self.tool_tip(name, &record.tool_tip, line);
        }
    }

    fn has_seen_members(&self, record: &Record) -> bool {
        let property = record.properties.iter().any(|property| super::properties::is_seen(&property.specifiers));
        property || record.functions.iter().any(|function| function.is_seen())
    }

    fn api(&mut self, record: &Record) {
        let exported = record.api.is_some() || record.specifiers.has(&["MinimalAPI"]);
        let wanted = self.api.clone();
        if let Some(found) = record.api.as_ref().filter(|found| **found != wanted) {
            let what = format!("{} is exported with {found}", record.name);
            self.say(record.line, what, format!("this module's macro is {wanted}"));
        }
        let what = format!("{} is in a public header and not exported", record.name);
        let advice = format!("write {wanted} before its name, or move the header to Private");
        self.hold(exported || !self.header.is_public(), record.line, what, advice);
    }

    fn body(&mut self, record: &Record) {
        let name = &record.name;
        match record.body {
            None => {
                let what = format!("{name} has no GENERATED_BODY()");
                self.say(record.line, what, "write it as the first thing in it");
            }
            Some(line) => self.hold(
                record.body_is_first,
                line,
                format!("GENERATED_BODY() is not the first thing in {name}"),
                "move it up: it changes the access of what follows",
            ),
        }
    }

    /// A pointer that the collector can't see dangles as soon as the object is collected.
    fn hidden(&mut self, record: &Record) {
        for member in record.plain.iter().filter(|member| holds_object(&member.of)) {
            let what =
                format!("{}::{} points to a UObject that the garbage collector does not see", record.name, member.name);
            self.say(member.line, what, "write UPROPERTY() before it, or make it a TWeakObjectPtr");
        }
    }
}

/// Whether it keeps a pointer to an object. What only describes one (a signature, a weak pointer) does not.
fn holds_object(of: &Type) -> bool {
    let describes =
        ["TWeakObjectPtr", "TSoftObjectPtr", "TStrongObjectPtr", "TFunction", "TUniqueFunction", "TDelegate"];
    if describes.contains(&of.name.as_str()) || of.name.contains("Delegate") {
        return false;
    }
    let is_pointer = of.pointers > 0 && is_object_name(&of.name);
    is_pointer || of.name == "TObjectPtr" || of.arguments.iter().any(holds_object)
}
