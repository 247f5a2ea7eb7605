//! Functions, delegates and their parameters.

use super::Judge;
use super::properties::has_text;
use crate::model::{Access, Delegate, Function, Property, Record, Type};
use crate::world::{Kind, World};

impl Judge<'_> {
    pub(super) fn functions(&mut self, record: &Record) {
        for (at, function) in record.functions.iter().enumerate() {
            let (name, line) = (format!("{}::{}", record.name, function.name), function.line);
            let earlier = record.functions[..at].iter();
            let overloads = earlier.filter(|other| other.name.eq_ignore_ascii_case(&function.name)).count();
            let advice =
                "reflection finds functions by name, upper and lower case alike: keep the UFUNCTION() on one of them";
            self.hold(overloads == 0, line, format!("{name} is a second UFUNCTION() of that name"), advice);
            self.hold(record.is_class, line, format!("{name} is in a struct"), "only classes have UFUNCTION()s");
            self.specifiers("UFUNCTION", &function.specifiers, line);
            self.function(&name, function);
            self.parameters(&name, &function.parameters, function.is_seen(), line);
            self.result(&name, function.result.as_ref(), function.is_seen(), line);
            self.shadowing(record, function);
            self.named_in_meta(&name, function);
        }
    }

    fn function(&mut self, name: &str, function: &Function) {
        let (line, marks) = (function.line, &function.specifiers);
        if let Some(condition) = &function.condition {
            let what = format!("{name} is inside #if {condition}");
            self.hold(
                condition == "WITH_EDITOR",
                line,
                what,
                "functions can't depend on the preprocessor, but on WITH_EDITOR",
            );
        }
        if function.is_seen() {
            self.tool_tip(name, &function.tool_tip, line);
            self.documented_parameters(name, function);
            let what = format!("{name} has no Category, which an engine's or a plugin's module must give");
            self.hold(has_text(marks.get("Category")), line, what, "write Category = \"…\"");
        }
        let returns = function.result.is_some() || function.parameters.iter().any(is_output);
        let what = format!("{name} is BlueprintPure and returns nothing");
        self.hold(
            !marks.has(&["BlueprintPure"]) || returns,
            line,
            what,
            "return something, or make it BlueprintCallable",
        );
        if function.is_event() {
            let what = format!("{name} is a Blueprint's to implement");
            self.hold(!function.is_static, line, format!("{what}, and static"), "make it a member function");
            self.hold(
                function.access != Access::Private,
                line,
                format!("{what}, and private"),
                "make it protected or public",
            );
            self.hold(
                !function.is_virtual,
                line,
                format!("{what}, and virtual"),
                "take virtual off: only …_Implementation is",
            );
            let world = self.world;
            for parameter in function.parameters.iter().filter(|parameter| is_copied(world, &parameter.of)) {
                let what = format!("{name} takes {} by value", parameter.name);
                let advice = format!("the generated code takes it as const {}&: write that", parameter.of.words);
                self.say(parameter.line, what, advice);
            }
        }
    }

    fn documented_parameters(&mut self, name: &str, function: &Function) {
        let named = function.tool_tip.split("@param").skip(1).filter_map(|rest| rest.split_whitespace().next());
        for named in named.map(str::to_owned).collect::<Vec<_>>() {
            let exists = function.parameters.iter().any(|parameter| parameter.name == named);
            self.hold(
                exists,
                function.line,
                format!("the comment of {name} tells of a parameter {named}"),
                "there is none of that name",
            );
        }
    }

    fn parameters(&mut self, name: &str, parameters: &[Property], seen: bool, line: usize) {
        let mut defaults = false;
        for (at, parameter) in parameters.iter().enumerate() {
            let own = &parameter.name;
            self.hold(
                !own.is_empty(),
                line,
                format!("parameter {} of {name} has no name", at + 1),
                "pins need names: give it one",
            );
            let earlier = parameters[..at].iter().any(|other| other.name.eq_ignore_ascii_case(own));
            self.hold(!earlier, parameter.line, format!("{name} has two parameters {own}"), "rename one");
            self.parameter_type(name, parameter, seen);
            if let Some(default) = &parameter.default {
                self.default(name, parameter, default);
            }
            let advice = "C++ wants defaults from there on, too";
            self.hold(
                !defaults || parameter.default.is_some(),
                parameter.line,
                format!("{own} of {name} has no default after one that has"),
                advice,
            );
            defaults |= parameter.default.is_some();
        }
    }

    fn parameter_type(&mut self, name: &str, parameter: &Property, seen: bool) {
        let (of, line) = (&parameter.of, parameter.line);
        let advice = "functions take plain pointers: write the class and *";
        let has_wrapper = of.any(&|of| of.name == "TObjectPtr");
        self.hold(!has_wrapper, line, format!("{name} takes a TObjectPtr"), advice);
        let judged = if seen { self.world.blueprint(of) } else { self.world.kind(of).map(drop) };
        if let Err((what, advice)) = judged {
            self.say(line, format!("{} of {name}: {what}", parameter.name), advice);
        }
    }

    fn result(&mut self, name: &str, result: Option<&Type>, seen: bool, line: usize) {
        let Some(of) = result else { return };
        let has_wrapper = of.any(&|of| of.name == "TObjectPtr");
        self.hold(!has_wrapper, line, format!("{name} returns a TObjectPtr"), "return a plain pointer");
        let judged = if seen { self.world.blueprint(of) } else { self.world.kind(of).map(drop) };
        if let Err((what, advice)) = judged {
            self.say(line, format!("the result of {name}: {what}"), advice);
        }
    }

    /// The engine's tool turns defaults into text, and can't for all.
    fn default(&mut self, name: &str, parameter: &Property, default: &str) {
        let of = &parameter.of;
        let is_number = default.trim_start_matches('-').starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let is_text = default.starts_with("TEXT(\"") || default.starts_with('"');
        let fits = match self.world.kind(of) {
            Ok(Kind::Bool) => ["true", "false"].contains(&default),
            Ok(Kind::Object | Kind::Class) => ["nullptr", "NULL"].contains(&default),
            Ok(Kind::Enum) => default.strip_prefix(&of.name).is_some_and(|rest| rest.starts_with("::")),
            Ok(Kind::Name) => default == "NAME_None" || is_text,
            Ok(Kind::String) => default == "FString()" || is_text,
            Ok(Kind::Text) => ["FText()", "FText::GetEmpty()", "INVTEXT(\"\")"].contains(&default),
            Ok(Kind::Struct) => default == format!("{}()", of.name) || default.starts_with(&format!("{}::", of.name)),
            Ok(Kind::Array | Kind::Set | Kind::Map | Kind::Delegate | Kind::MulticastDelegate) => false,
            Ok(_) => is_number,
            // Said already.
            Err(_) => true,
        };
        let what = format!("the engine can't read the default `{default}` of {} of {name}", parameter.name);
        self.hold(
            fits,
            parameter.line,
            what,
            "write a literal of the type, or meta = (AutoCreateRefTerm = \"…\") without a default",
        );
        let by_reference = of.reference && !of.constant;
        self.hold(
            !by_reference,
            parameter.line,
            format!("{} of {name} is an output with a default", parameter.name),
            "outputs have none",
        );
    }

    /// Names are the same to reflection whatever their case.
    fn shadowing(&mut self, record: &Record, function: &Function) {
        for parameter in &function.parameters {
            let line = self.world.line(&record.name);
            let owner = line
                .filter(|(_, class)| class.properties.iter().any(|name| name.eq_ignore_ascii_case(&parameter.name)));
            if let Some((owner, _)) = owner.map(|(name, class)| (name.to_owned(), class)).next() {
                let what = format!(
                    "{} of {}::{} has the name of a property of {owner}",
                    parameter.name, record.name, function.name
                );
                self.say(parameter.line, what, "reflection allows no shadowing: rename it");
            }
        }
    }

    /// A misspelt name there is silently ignored by the engine, and the node has a pin too many.
    fn named_in_meta(&mut self, name: &str, function: &Function) {
        for key in ["WorldContext", "DefaultToSelf", "HidePin", "AutoCreateRefTerm", "AdvancedDisplay"] {
            let named = function.specifiers.meta(key).unwrap_or_default().to_owned();
            for named in
                named.split(',').map(str::trim).filter(|named| !named.is_empty() && named.parse::<u32>().is_err())
            {
                let exists = function.parameters.iter().any(|parameter| parameter.name == named);
                self.hold(
                    exists,
                    function.line,
                    format!("{key} of {name} names `{named}`"),
                    "there is no such parameter",
                );
            }
        }
    }

    pub(super) fn delegates(&mut self) {
        let header = self.header;
        for delegate in &header.delegates {
            self.delegate(delegate);
        }
    }

    fn delegate(&mut self, delegate: &Delegate) {
        let (name, line) = (&delegate.name, delegate.line);
        self.unconditional(name, delegate.condition.as_deref(), line);
        let advice = format!("call it F{name}");
        self.hold(super::enums::has_prefix(name, 'F'), line, format!("the delegate {name} lacks the prefix F"), advice);
        let counted = count_in(&delegate.macro_name);
        let what = format!(
            "{name} has {} parameters, and {} is for {counted}",
            delegate.parameters.len(),
            delegate.macro_name
        );
        self.hold(counted == delegate.parameters.len(), line, what, "use the macro for that many");
        self.parameters(name, &delegate.parameters, true, line);
        self.result(name, delegate.result.as_ref(), true, line);
        for parameter in &delegate.parameters {
            let of = &parameter.of;
            let what = format!("{} of {name} is an output", parameter.name);
            let is_output = delegate.is_multicast && of.reference && !of.constant;
            self.hold(!is_output, line, what, "who listens to an event can't answer: pass it by value or as const &");
        }
    }
}

/// Whether the engine's tool would turn the value into a constant reference.
fn is_copied(world: &World, of: &Type) -> bool {
    let big = [Kind::String, Kind::Text, Kind::Struct, Kind::Array, Kind::Set, Kind::Map];
    !of.reference && world.kind(of).is_ok_and(|kind| big.contains(&kind))
}

fn is_output(parameter: &Property) -> bool {
    parameter.of.reference && !parameter.of.constant
}

/// How many parameters a DECLARE_DYNAMIC_… macro is for.
fn count_in(name: &str) -> usize {
    let counts = [
        "OneParam",
        "TwoParams",
        "ThreeParams",
        "FourParams",
        "FiveParams",
        "SixParams",
        "SevenParams",
        "EightParams",
        "NineParams",
    ];
    counts.iter().position(|count| name.ends_with(&format!("_{count}"))).map_or(0, |at| at + 1)
}
