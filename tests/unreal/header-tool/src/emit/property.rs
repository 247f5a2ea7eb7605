//! The records of properties, parameters and their words.

use super::Writer;
use crate::model::{Property, Specifiers, Type};
use crate::world::Kind;

/// Specifiers and the flags they set.
const FLAGS: &[(&str, &str)] = &[
    ("Config", "CPF_Config"),
    ("GlobalConfig", "CPF_Config | Reflection::CPF_GlobalConfig"),
    ("Transient", "CPF_Transient"),
    ("Instanced", "CPF_Instanced"),
    ("EditAnywhere", "CPF_Edit"),
    ("EditDefaultsOnly", "CPF_Edit"),
    ("EditInstanceOnly", "CPF_Edit"),
    ("VisibleAnywhere", "CPF_Edit | Reflection::CPF_EditConst"),
    ("VisibleDefaultsOnly", "CPF_Edit | Reflection::CPF_EditConst"),
    ("VisibleInstanceOnly", "CPF_Edit | Reflection::CPF_EditConst"),
    ("BlueprintReadOnly", "CPF_BlueprintVisible | Reflection::CPF_BlueprintReadOnly"),
    ("BlueprintReadWrite", "CPF_BlueprintVisible"),
    ("BlueprintAssignable", "CPF_BlueprintAssignable"),
    ("BlueprintCallable", "CPF_BlueprintCallable"),
    ("AdvancedDisplay", "CPF_AdvancedDisplay"),
    ("SaveGame", "CPF_SaveGame"),
];

/// Where a property is: in a class, a struct or packed parameters.
pub(super) struct Place<'a> {
    /// The C++ type that `offsetof` takes.
    pub owner: &'a str,
    /// What the names of its records begin with.
    pub prefix: &'a str,
}

impl Writer<'_> {
    /// The records of a list of properties, and the words for a `TList` of them.
    pub(super) fn properties(&mut self, place: &Place<'_>, list: &[&Property]) -> String {
        if list.is_empty() {
            return "{nullptr, 0}".to_owned();
        }
        let mut rows = Vec::new();
        for property in list {
            rows.push(self.property(place, property));
        }
        self.line(format!("\tinline static const Reflection::FProperty {}Properties[] = {{", place.prefix));
        rows.iter().for_each(|row| self.line(format!("\t\t{row},")));
        self.line("\t};");
        format!("{{{}Properties, {}}}", place.prefix, list.len())
    }

    fn property(&mut self, place: &Place<'_>, property: &Property) -> String {
        let of = &property.of;
        let kind = self.kind(of);
        let base = format!("{}{}", place.prefix, property.name);
        let member = format!("decltype({}::{})", place.owner, property.name);
        let (element, key) = match (kind, of.arguments.as_slice()) {
            (Kind::Array | Kind::Set, [element]) => (Some(element), None),
            (Kind::Map, [key, element]) => (Some(element), Some(key)),
            _ => (None, None),
        };
        let element = self.named_value(&format!("{base}_Element"), element);
        let key = self.named_value(&format!("{base}_Key"), key);
        let container = match kind {
            Kind::Array | Kind::Set | Kind::Map => {
                format!("&Reflection::TContainerOf<{member}, Reflection::EKind::{kind:?}>::Ops")
            }
            _ => "nullptr".to_owned(),
        };
        let meta = self.meta(&format!("{base}_Meta"), &property.specifiers, &property.tool_tip);
        let value = self.value(of, kind, &member);
        let offset = format!("offsetof({}, {})", place.owner, property.name);
        let flags = flags(property, place);
        format!("{{TEXT(\"{}\"), {value}, {element}, {key}, {container}, {offset}, {flags}, {meta}}}", property.name)
    }

    /// What reflection calls it. The rules have refused whatever has no name, so the other arm is never taken.
    fn kind(&self, of: &Type) -> Kind {
        self.world.kind(of).unwrap_or(Kind::Int32)
    }

    /// A record of its own for what is in a container, and its address.
    fn named_value(&mut self, name: &str, of: Option<&Type>) -> String {
        let Some(of) = of else { return "nullptr".to_owned() };
        let kind = self.kind(of);
        let value = self.value(of, kind, &of.words);
        self.line(format!("\tinline static const Reflection::FValue {name} = {value};"));
        format!("&{name}")
    }

    fn value(&self, of: &Type, kind: Kind, member: &str) -> String {
        let inner = of.arguments.first().unwrap_or(of);
        let name = match kind {
            Kind::Object | Kind::Class | Kind::WeakObject | Kind::SoftObject | Kind::SoftClass => inner.name.as_str(),
            Kind::Enum | Kind::Struct | Kind::Delegate | Kind::MulticastDelegate => of.name.as_str(),
            _ => "",
        };
        let generated = self.world.is_generated(&of.name);
        let enumeration = match kind {
            Kind::Enum if generated => format!("&StaticEnum<{}>", of.name),
            _ => "nullptr".to_owned(),
        };
        let structure = match kind {
            Kind::Struct if generated => format!("&StaticStruct<{}>", of.name),
            _ => "nullptr".to_owned(),
        };
        let words = escaped(&of.words);
        format!(
            "{{Reflection::EKind::{kind:?}, TEXT(\"{words}\"), TEXT(\"{name}\"), sizeof({member}), {enumeration}, {structure}}}"
        )
    }

    /// The pairs of `meta`, the category, the marks that the editor reads and the tool tip; and the words for a `TList` of them.
    pub(super) fn meta(&mut self, name: &str, specifiers: &Specifiers, tool_tip: &str) -> String {
        let kept = ["Category", "BlueprintType", "Blueprintable", "DisplayName", "BlueprintInternalUseOnly"];
        let listed = specifiers.list.iter().filter(|(key, _)| kept.iter().any(|kept| kept.eq_ignore_ascii_case(key)));
        self.pairs(name, listed.chain(&specifiers.meta), tool_tip)
    }

    /// As [`Writer::meta`], from pairs alone.
    pub(super) fn pairs<'p>(
        &mut self,
        name: &str,
        pairs: impl Iterator<Item = &'p (String, String)>,
        tool_tip: &str,
    ) -> String {
        let mut rows: Vec<(String, String)> = pairs.cloned().collect();
        if !tool_tip.is_empty() {
            rows.push(("ToolTip".to_owned(), tool_tip.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")));
        }
        if rows.is_empty() {
            return "{nullptr, 0}".to_owned();
        }
        self.line(format!("\tinline static const Reflection::FMeta {name}[] = {{"));
        for (key, value) in &rows {
            let value = if value.is_empty() { "true" } else { value };
            self.line(format!("\t\t{{TEXT(\"{key}\"), TEXT(\"{value}\")}},"));
        }
        self.line("\t};");
        format!("{{{name}, {}}}", rows.len())
    }
}

fn flags(property: &Property, place: &Place<'_>) -> String {
    let mut flags: Vec<_> =
        FLAGS.iter().filter(|(name, _)| property.specifiers.has(&[name])).map(|(_, flag)| *flag).collect();
    if place.owner.ends_with("_Parms") {
        flags.push("CPF_Parm");
        if property.name == "ReturnValue" {
            flags.push("CPF_ReturnParm");
        } else if property.of.constant {
            flags.push("CPF_ConstParm");
        } else if property.of.reference {
            flags.push("CPF_OutParm");
        }
    }
    if flags.is_empty() {
        flags.push("CPF_None");
    }
    flags.iter().map(|flag| format!("Reflection::{flag}")).collect::<Vec<_>>().join(" | ")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
