//! Properties: their types, who sees them, and what must never be one.

use super::Judge;
use crate::model::{Access, Property, Record, Specifiers};
use crate::world::Kind;

/// By these a Blueprint reads or writes it.
const BLUEPRINT: &[&str] = &["BlueprintReadOnly", "BlueprintReadWrite"];
/// By these it is shown in a details panel.
const EDITOR: &[&str] = &[
    "EditAnywhere",
    "EditDefaultsOnly",
    "EditInstanceOnly",
    "VisibleAnywhere",
    "VisibleDefaultsOnly",
    "VisibleInstanceOnly",
];
/// By these its delegate is offered.
const DELEGATE: &[&str] = &["BlueprintAssignable", "BlueprintCallable"];

/// Parts of names of what must never be read by reflection: it is saved, replicated, printed and shown in the editor.
const SECRETS: &[&str] = &["Token", "Secret", "Verifier", "Password", "Credential"];
/// Ends of names that have such a part and are no secret.
const NO_SECRETS: &[&str] = &["Endpoint", "Uri", "Url", "Seconds", "Lifetime", "Type", "Count"];

/// Whether Blueprint or the editor sees it.
pub(super) fn is_seen(specifiers: &Specifiers) -> bool {
    specifiers.has(BLUEPRINT) || specifiers.has(EDITOR) || specifiers.has(DELEGATE)
}

impl Judge<'_> {
    pub(super) fn property(&mut self, record: &Record, property: &Property) {
        self.specifiers("UPROPERTY", &property.specifiers, property.line);
        self.form(record, property);
        self.visibility(record, property);
        self.secret(record, property);
        let of = match self.world.kind(&property.of) {
            Err((what, advice)) => return self.say(property.line, what, advice),
            Ok(kind) => kind,
        };
        if property.specifiers.has(BLUEPRINT)
            && let Err((what, advice)) = self.world.blueprint(&property.of)
        {
            self.say(property.line, what, advice);
        }
        self.delegate_property(property, of);
        self.bound_widget(property, of);
        self.config(record, property, of);
    }

    fn form(&mut self, record: &Record, property: &Property) {
        let (name, line) = (&property.name, property.line);
        self.hold(
            !property.is_static,
            line,
            format!("{name} is static"),
            "reflection has no static properties: take the UPROPERTY() off",
        );
        self.hold(!property.of.reference, line, format!("{name} is a reference"), "properties are kept by value");
        if let Some(odd) = property.odd {
            self.say(line, format!("{name} is {odd}, which this tool does not read"), "write bool, or a TArray");
        }
        if let Some(condition) = &property.condition {
            let what = format!("{}::{name} is inside #if {condition}", record.name);
            let advice = "properties can't depend on the preprocessor, but on WITH_EDITORONLY_DATA";
            self.hold(condition == "WITH_EDITORONLY_DATA", line, what, advice);
        }
    }

    fn visibility(&mut self, record: &Record, property: &Property) {
        let (name, line, marks) = (format!("{}::{}", record.name, property.name), property.line, &property.specifiers);
        if is_seen(marks) {
            self.tool_tip(&name, &property.tool_tip, line);
        }
        let wants_category = marks.has(BLUEPRINT) || marks.has(EDITOR);
        let what = format!("{name} has no Category, which an engine's or a plugin's module must give");
        self.hold(!wants_category || has_text(marks.get("Category")), line, what, "write Category = \"…\"");
        let is_private = property.access == Access::Private && !has_text(marks.meta("AllowPrivateAccess"));
        let what = format!("{name} is private and seen by Blueprint");
        self.hold(
            !(is_private && marks.has(BLUEPRINT)),
            line,
            what,
            "make it protected or public, or take it from Blueprint",
        );
        self.hold(
            !(marks.has(&["BlueprintReadOnly"]) && marks.has(&["BlueprintReadWrite"])),
            line,
            format!("{name} is read-only and writable"),
            "keep one of BlueprintReadOnly and BlueprintReadWrite",
        );
    }

    fn secret(&mut self, record: &Record, property: &Property) {
        let name = &property.name;
        let is_secret =
            SECRETS.iter().any(|part| name.contains(part)) && !NO_SECRETS.iter().any(|end| name.ends_with(end));
        let what = format!("{}::{name} sounds like a secret in a reflected property", record.name);
        let advice = "properties are saved, printed and shown: keep secrets in plain members, and out of the game's memory if you can";
        self.hold(!is_secret, property.line, what, advice);
    }

    fn delegate_property(&mut self, property: &Property, of: Kind) {
        let what = format!(
            "{} is offered to Blueprint as an event, but `{}` is no dynamic multicast delegate",
            property.name, property.of.words
        );
        let is_event = of == Kind::MulticastDelegate;
        self.hold(
            !property.specifiers.has(DELEGATE) || is_event,
            property.line,
            what,
            "declare it with DECLARE_DYNAMIC_MULTICAST_DELEGATE_…",
        );
    }

    fn bound_widget(&mut self, property: &Property, of: Kind) {
        let marks = &property.specifiers;
        if marks.meta("BindWidget").is_none() && marks.meta("BindWidgetOptional").is_none() {
            return;
        }
        let class = property.of.arguments.first().unwrap_or(&property.of).name.as_str();
        let is_widget = of == Kind::Object && self.world.is_a(class, "UWidget");
        let what = format!("{} is bound to a widget, but `{}` is no pointer to one", property.name, property.of.words);
        self.hold(is_widget, property.line, what, "make it a TObjectPtr to a UWidget");
    }

    fn config(&mut self, record: &Record, property: &Property, of: Kind) {
        if !property.specifiers.has(&["Config", "GlobalConfig"]) {
            return;
        }
        let (name, line) = (&property.name, property.line);
        let configured = self.world.line(&record.name).any(|(_, class)| class.config);
        let what = format!("{name} is Config, but {} has no Config=", record.name);
        self.hold(record.is_class && configured, line, what, "write UCLASS(Config = …), or take Config off");
        let kept = !matches!(of, Kind::Delegate | Kind::MulticastDelegate | Kind::WeakObject | Kind::Object);
        self.hold(
            kept,
            line,
            format!("{name} is Config, and `{}` is nothing to keep in a file", property.of.words),
            "take Config off",
        );
    }
}

pub(super) fn has_text(value: Option<&str>) -> bool {
    value.is_some_and(|value| !value.is_empty())
}
