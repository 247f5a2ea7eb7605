//! `X.gen.cpp`: the records, the thunks, and the definitions of what the body macros declare.

use super::header::wrapper;
use super::property::Place;
use super::{Writer, has_native_code, parameter_list, short};
use crate::model::{Delegate, Enum, Function, Property, Record, Type};
use crate::parse::parameter;

/// Specifiers of functions and the flags they set.
const FLAGS: &[(&str, &str)] = &[
    ("BlueprintCallable", "FUNC_BlueprintCallable"),
    ("BlueprintPure", "FUNC_BlueprintCallable | Reflection::FUNC_BlueprintPure"),
    ("BlueprintImplementableEvent", "FUNC_Event"),
    ("BlueprintNativeEvent", "FUNC_Event"),
    ("Exec", "FUNC_Exec"),
];

/// Specifiers of classes and the flags they set.
const CLASS_FLAGS: &[(&str, &str)] = &[
    ("Abstract", "CLASS_Abstract"),
    ("Config", "CLASS_Config"),
    ("DefaultConfig", "CLASS_DefaultConfig"),
    ("Transient", "CLASS_Transient"),
    ("MinimalAPI", "CLASS_MinimalAPI"),
    ("Blueprintable", "CLASS_Blueprintable"),
    ("BlueprintType", "CLASS_BlueprintType"),
];

impl Writer<'_> {
    /// The whole file.
    pub fn generated_source(mut self) -> String {
        let header = self.header;
        self.title();
        self.line("#include \"UObject/GeneratedCppIncludes.h\"");
        self.line(format!("#include \"{}\"", header.include_path()));
        self.lines(&[
            "",
            "#include <cstddef>",
            "#include <new>",
            "",
            "// Offsets in classes with virtual functions: the engine takes them too, and its compilers know.",
            "#pragma GCC diagnostic ignored \"-Winvalid-offsetof\"",
        ]);
        header.enums.iter().for_each(|found| self.enum_source(found));
        header.delegates.iter().for_each(|delegate| self.delegate_source(delegate));
        for record in &header.records {
            match record.is_class {
                true => self.class_source(record),
                false => self.struct_source(record),
            }
        }
        self.out
    }

    fn begin(&mut self, statics: &str) {
        self.line(format!("\nstruct {statics}\n{{"));
    }

    /// The record itself, and its place in the list of all.
    fn end(&mut self, kind: &str, fields: &str) {
        self.line(format!("\tinline static const Reflection::{kind} Record = {{{fields}}};"));
        self.line(format!("\tinline static const Reflection::TCompiledIn<Reflection::{kind}> CompiledIn{{Record}};"));
        self.line("};");
    }

    fn found_or_made(&mut self, signature: &str, statics: &str) {
        self.line(format!("\n{signature}\n{{\n\treturn Reflection::FindOrMake({statics}::Record);\n}}"));
    }

    fn enum_source(&mut self, found: &Enum) {
        let name = &found.name;
        let statics = format!("Z_Construct_UEnum_{name}_Statics");
        self.begin(&statics);
        let mut rows = Vec::new();
        for value in &found.enumerators {
            let meta = self.pairs(&format!("{}_Meta", value.name), value.meta.iter(), &value.tool_tip);
            rows.push(format!("{{TEXT(\"{0}\"), static_cast<int64>({name}::{0}), {meta}}}", value.name));
        }
        self.line("\tinline static const Reflection::FEnumerator Enumerators[] = {");
        rows.iter().for_each(|row| self.line(format!("\t\t{row},")));
        self.line("\t};");
        let meta = self.meta("Meta", &found.specifiers, &found.tool_tip);
        self.end("FEnum", &format!("TEXT(\"{name}\"), {{Enumerators, {}}}, {meta}", rows.len()));
        self.found_or_made(&format!("template <> UEnum* StaticEnum<{name}>()"), &statics);
    }

    fn delegate_source(&mut self, delegate: &Delegate) {
        let statics = format!("Z_Construct_UDelegateFunction_{}_Statics", delegate.name);
        self.begin(&statics);
        let parms = format!("{}_Parms", delegate.name);
        let list = self.packed(&parms, &parms, &delegate.parameters, delegate.result.as_ref());
        let meta = self.pairs("Meta", [].iter(), &delegate.tool_tip);
        let fields = format!("TEXT(\"{}\"), {}, {list}, {meta}", delegate.name, delegate.is_multicast);
        self.end("FDelegate", &fields);
        let own = short(&delegate.name);
        self.line(format!("\n{}\n{{", wrapper(delegate)));
        let call = if delegate.is_multicast { "ProcessMulticastDelegate" } else { "ProcessDelegate" };
        if delegate.parameters.is_empty() && delegate.result.is_none() {
            self.line(format!("\t{own}.{call}<UObject>(nullptr);\n}}"));
            return;
        }
        let parms = format!("{statics}::{parms}");
        self.call_packed(&parms, &delegate.parameters, delegate.result.as_ref(), |list| {
            format!("{own}.{call}<UObject>({list})")
        });
    }

    /// Packs, calls, and hands back outputs and result.
    fn call_packed(&mut self, parms: &str, list: &[Property], result: Option<&Type>, call: impl Fn(&str) -> String) {
        self.line(format!("\t{parms} Parms{{}};"));
        list.iter().for_each(|parameter| self.line(format!("\tParms.{0} = {0};", parameter.name)));
        self.line(format!("\t{};", call("&Parms")));
        for parameter in list.iter().filter(|parameter| parameter.of.reference && !parameter.of.constant) {
            self.line(format!("\t{0} = Parms.{0};", parameter.name));
        }
        if result.is_some() {
            self.line("\treturn Parms.ReturnValue;");
        }
        self.line("}");
    }

    /// The struct that parameters are packed in, and their records.
    fn packed(&mut self, owner: &str, prefix: &str, parameters: &[Property], result: Option<&Type>) -> String {
        let result = result.map(|of| parameter("ReturnValue".to_owned(), of.clone(), 0));
        let all: Vec<_> = parameters.iter().chain(&result).collect();
        if all.is_empty() {
            return "{nullptr, 0}".to_owned();
        }
        self.line(format!("\tstruct {owner}\n\t{{"));
        for parameter in &all {
            self.line(format!("\t\t{} {}{{}};", parameter.of.kept(), parameter.name));
        }
        self.line("\t};");
        self.properties(&Place { owner, prefix: &format!("{prefix}_") }, &all)
    }

    fn struct_source(&mut self, record: &Record) {
        let name = &record.name;
        let statics = format!("Z_Construct_UScriptStruct_{name}_Statics");
        self.begin(&statics);
        let list = self.own_properties(record);
        let meta = self.meta("Meta", &record.specifiers, &record.tool_tip);
        let base = record.base.as_ref().map_or("nullptr".to_owned(), |base| format!("&StaticStruct<{base}>"));
        let of = format!("Reflection::TStructOf<{name}>");
        let fields = format!(
            "TEXT(\"{}\"), sizeof({name}), alignof({name}), {base}, {list}, &{of}::Construct, &{of}::Destroy, &{of}::Copy, {meta}",
            short(name)
        );
        self.end("FStruct", &fields);
        self.found_or_made(&format!("UScriptStruct* {name}::StaticStruct()"), &statics);
        self.line(format!(
            "\ntemplate <> UScriptStruct* StaticStruct<{name}>()\n{{\n\treturn {name}::StaticStruct();\n}}"
        ));
    }

    /// Left out what only an editor has: the stand-in is a game.
    fn own_properties(&mut self, record: &Record) -> String {
        let list: Vec<_> = record.properties.iter().filter(|property| property.condition.is_none()).collect();
        self.properties(&Place { owner: &record.name, prefix: "" }, &list)
    }

    fn class_source(&mut self, record: &Record) {
        let name = &record.name;
        let statics = format!("Z_Construct_UClass_{name}_Statics");
        self.begin(&statics);
        let properties = self.own_properties(record);
        let functions: Vec<_> = record.functions.iter().filter(|function| function.condition.is_none()).collect();
        let rows: Vec<_> = functions.iter().map(|function| self.function_record(record, function)).collect();
        let functions_list =
            if rows.is_empty() { "{nullptr, 0}".to_owned() } else { format!("{{Functions, {}}}", rows.len()) };
        if !rows.is_empty() {
            self.line("\tinline static const Reflection::FFunction Functions[] = {");
            rows.iter().for_each(|row| self.line(format!("\t\t{row},")));
            self.line("\t};");
        }
        let meta = self.meta("Meta", &record.specifiers, &record.tool_tip);
        self.construct(record);
        let base = record.base.as_deref().unwrap_or("UObject");
        let flags = joined(
            CLASS_FLAGS.iter().filter(|(name, _)| record.specifiers.has(&[name])).map(|(_, flag)| *flag),
            "CLASS_None",
        );
        let config = record.specifiers.get("Config").unwrap_or_default();
        let fields = format!(
            "TEXT(\"{}\"), TEXT(\"{}\"), sizeof({name}), alignof({name}), &{base}::StaticClass, {flags}, TEXT(\"{config}\"), \
             {properties}, {functions_list}, &Construct, {meta}",
            short(name),
            self.module
        );
        self.end("FClass", &fields);
        self.class_definitions(record, &statics);
        for function in functions.iter().filter(|function| function.is_event()) {
            self.event(record, function, &statics);
        }
    }

    fn construct(&mut self, record: &Record) {
        let name = &record.name;
        let declared = record.constructors;
        let own = declared.default || declared.initializer;
        let takes = if own { declared.initializer } else { self.takes_initializer(record) };
        let argument = if takes { "Initializer" } else { "" };
        self.line("\tstatic void Construct(const FObjectInitializer& Initializer)\n\t{");
        self.line(format!("\t\t::new (static_cast<void*>(Initializer.GetObj())) {name}({argument});\n\t}}"));
    }

    fn class_definitions(&mut self, record: &Record, statics: &str) {
        let (name, declared) = (&record.name, record.constructors);
        self.found_or_made(&format!("UClass* {name}::GetPrivateStaticClass()"), statics);
        self.line(format!("\ntemplate <> UClass* StaticClass<{name}>()\n{{\n\treturn {name}::StaticClass();\n}}"));
        if !declared.default && !declared.initializer {
            let call = if self.takes_initializer(record) { " : Super(ObjectInitializer)" } else { "" };
            self.line(format!("\n{name}::{}{call} {{}}", self.constructor(record, false)));
        }
        if !declared.vtable {
            self.line(format!("\n{name}::{name}(FVTableHelper& Helper) : Super(Helper) {{}}"));
        }
        if !declared.destructor {
            self.line(format!("\n{name}::~{name}() {{}}"));
        }
    }

    fn function_record(&mut self, record: &Record, function: &Function) -> String {
        let name = &function.name;
        let parms = format!("{name}_Parms");
        let list = self.packed(&parms, &parms, &function.parameters, function.result.as_ref());
        let has_parms = !function.parameters.is_empty() || function.result.is_some();
        let size = if has_parms { format!("sizeof({parms}), alignof({parms})") } else { "0, 0".to_owned() };
        let only_blueprint = function.is_event() && !has_native_code(function);
        let thunk = if only_blueprint { "nullptr".to_owned() } else { self.thunk(record, function, has_parms) };
        let meta = self.meta(&format!("{name}_FunctionMeta"), &function.specifiers, &function.tool_tip);
        let marks = FLAGS.iter().filter(|(name, _)| function.specifiers.has(&[name])).map(|(_, flag)| *flag);
        let marks =
            marks.chain(function.is_static.then_some("FUNC_Static")).chain(function.is_const.then_some("FUNC_Const"));
        let flags = joined(marks, "FUNC_None");
        format!("{{TEXT(\"{name}\"), {flags}, {size}, {list}, {thunk}, {meta}}}")
    }

    /// Calls the function with what is in the packed parameters, and returns the thunk's name.
    fn thunk(&mut self, record: &Record, function: &Function, has_parms: bool) -> String {
        let name = &function.name;
        let thunk = format!("{name}_Thunk");
        let self_name = if function.is_static { "" } else { " Self" };
        let parms_name = if has_parms { " Parms" } else { "" };
        self.line(format!("\tstatic void {thunk}(UObject*{self_name}, void*{parms_name})\n\t{{"));
        if has_parms {
            self.line(format!("\t\t{name}_Parms& Packed = *static_cast<{name}_Parms*>(Parms);"));
        }
        let suffix = if has_native_code(function) { "_Implementation" } else { "" };
        let owner = match function.is_static {
            true => format!("{}::", record.name),
            false => format!("static_cast<{}*>(Self)->", record.name),
        };
        let arguments: Vec<_> =
            function.parameters.iter().map(|parameter| format!("Packed.{}", parameter.name)).collect();
        let keep = if function.result.is_some() { "Packed.ReturnValue = " } else { "" };
        self.line(format!("\t\t{keep}{owner}{name}{suffix}({});\n\t}}", arguments.join(", ")));
        format!("&{thunk}")
    }

    /// An event's own body asks reflection who implements it.
    fn event(&mut self, record: &Record, function: &Function, statics: &str) {
        let name = &function.name;
        let result = function.result.as_ref().map_or("void", |of| of.words.as_str());
        let constant = if function.is_const { " const" } else { "" };
        let list = parameter_list(&function.parameters);
        self.line(format!("\n{result} {}::{name}({list}){constant}\n{{", record.name));
        let this = if function.is_const { format!("const_cast<{}*>(this)->", record.name) } else { String::new() };
        let found = format!("FindFunctionChecked(FName(TEXT(\"{name}\")))");
        if function.parameters.is_empty() && function.result.is_none() {
            self.line(format!("\t{this}ProcessEvent({found}, nullptr);\n}}"));
            return;
        }
        let parms = format!("{statics}::{name}_Parms");
        self.call_packed(&parms, &function.parameters, function.result.as_ref(), |list| {
            format!("{this}ProcessEvent({found}, {list})")
        });
    }
}

fn joined<'a>(flags: impl Iterator<Item = &'a str>, none: &str) -> String {
    let flags: Vec<_> = flags.map(|flag| format!("Reflection::{flag}")).collect();
    if flags.is_empty() { format!("Reflection::{none}") } else { flags.join(" | ") }
}
