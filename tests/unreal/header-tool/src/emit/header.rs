//! `X.generated.h`: what the macros in the header expand to.

use super::{Writer, has_native_code, parameter_list, short};
use crate::model::{Delegate, Enum, Record};

impl Writer<'_> {
    /// The whole file.
    pub fn generated_header(mut self) -> String {
        let (stem, header) = (self.header.stem.clone(), self.header);
        let guard = format!("{}_{stem}_generated_h", self.module.to_uppercase());
        self.title();
        self.line(format!("#ifdef {guard}"));
        self.line(format!("#error \"{stem}.generated.h is included twice: {stem}.h lacks #pragma once\""));
        self.line("#endif");
        self.line(format!("#define {guard}\n"));
        self.lines(&[
            "#include \"Traits/IsUEnumClass.h\"",
            "#include \"UObject/ObjectMacros.h\"",
            "#include \"UObject/ReflectedTypeAccessors.h\"",
        ]);
        header.enums.iter().for_each(|found| self.enum_header(found));
        header.delegates.iter().for_each(|delegate| self.delegate_header(delegate));
        header.records.iter().for_each(|record| self.record_header(record));
        let id = self.file_id();
        self.lines(&["", "#undef CURRENT_FILE_ID"]);
        self.line(format!("#define CURRENT_FILE_ID {id}"));
        self.out
    }

    fn enum_header(&mut self, found: &Enum) {
        let (name, api) = (&found.name, self.api());
        self.line(format!("\nenum class {name} : uint8;"));
        self.line(format!("template <> struct TIsUEnumClass<{name}> {{ enum {{ Value = true }}; }};"));
        self.line(format!("template <> {api} UEnum* StaticEnum<{name}>();"));
        self.line(format!("#define FOREACH_ENUM_{}(op) \\", name.to_uppercase()));
        let rows: Vec<_> = found.enumerators.iter().map(|value| format!("\top({name}::{})", value.name)).collect();
        self.line(rows.join(" \\\n"));
    }

    fn delegate_header(&mut self, delegate: &Delegate) {
        let id = format!("{}_{}_DELEGATE", self.file_id(), delegate.line);
        self.line(format!("\n#define {id} \\"));
        let api = self.api();
        self.line(format!("\t{api} {};", wrapper(delegate)));
        // Compilers differ in which line of a long macro call is its own.
        if delegate.last_line != delegate.line {
            self.line(format!("#define {}_{}_DELEGATE {id}", self.file_id(), delegate.last_line));
        }
    }

    fn record_header(&mut self, record: &Record) {
        let line = record.body.unwrap_or(record.line);
        let macro_name = format!("{}_{line}_GENERATED_BODY", self.file_id());
        let (name, api) = (&record.name, self.api());
        let kind = if record.is_class { "Class" } else { "ScriptStruct" };
        let word = if record.is_class { "class" } else { "struct" };
        let mut body = vec![format!("#define {macro_name}")];
        if record.is_class {
            body.extend(self.class_body(record));
        } else {
            body.push(format!("\tfriend struct Z_Construct_UScriptStruct_{name}_Statics;"));
            body.extend(record.base.iter().map(|base| format!("\ttypedef {base} Super;")));
            body.push("\tstatic UScriptStruct* StaticStruct();".to_owned());
        }
        self.line(format!("\n{}", body.join(" \\\n")));
        self.line(format!("\n{word} {name};"));
        self.line(format!(
            "template <> {api} U{kind}* Static{}<{name}>();",
            if record.is_class { "Class" } else { "Struct" }
        ));
    }

    fn class_body(&self, record: &Record) -> Vec<String> {
        let name = &record.name;
        let base = record.base.as_deref().unwrap_or("UObject");
        let mut body = vec![
            "private:".to_owned(),
            format!("\tfriend struct Z_Construct_UClass_{name}_Statics;"),
            "\tstatic UClass* GetPrivateStaticClass();".to_owned(),
            "public:".to_owned(),
            format!("\ttypedef {base} Super;"),
            format!("\ttypedef {name} ThisClass;"),
            "\tstatic UClass* StaticClass() { return GetPrivateStaticClass(); }".to_owned(),
            format!("\t{name}({name}&&) = delete;"),
            format!("\t{name}(const {name}&) = delete;"),
            format!("\t{name}& operator=({name}&&) = delete;"),
            format!("\t{name}& operator=(const {name}&) = delete;"),
        ];
        let declared = record.constructors;
        if !declared.default && !declared.initializer {
            body.push(format!("\tNO_API {};", self.constructor(record, true)));
        }
        if !declared.vtable {
            body.push(format!("\tNO_API {name}(FVTableHelper& Helper);"));
        }
        if !declared.destructor {
            body.push(format!("\tNO_API virtual ~{name}();"));
        }
        for function in record.functions.iter().filter(|function| has_native_code(function)) {
            let result = function.result.as_ref().map_or("void", |of| of.words.as_str());
            let constant = if function.is_const { " const" } else { "" };
            let list = parameter_list(&function.parameters);
            body.push(format!("\tvirtual {result} {}_Implementation({list}){constant};", function.name));
        }
        body.push("private:".to_owned());
        body
    }

    /// The constructor of a class that has none of its own: with an initialiser unless the base can only do without.
    pub(super) fn constructor(&self, record: &Record, declaring: bool) -> String {
        let name = &record.name;
        if !self.takes_initializer(record) {
            return format!("{name}()");
        }
        let default = if declaring { " = FObjectInitializer::Get()" } else { "" };
        format!("{name}(const FObjectInitializer& ObjectInitializer{default})")
    }

    /// Whether the base's constructor takes an initialiser, as far as the base says.
    pub(super) fn takes_initializer(&self, record: &Record) -> bool {
        let base = record.base.as_deref().unwrap_or("UObject");
        let speaks = |class: &crate::world::Class| class.constructors.initializer || class.constructors.default;
        let found = self.world.line(base).map(|(_, class)| class).find(|class| speaks(class));
        found.is_none_or(|class| class.constructors.initializer)
    }
}

/// The function that packs a delegate's parameters.
pub(super) fn wrapper(delegate: &Delegate) -> String {
    let result = delegate.result.as_ref().map_or("void", |of| of.words.as_str());
    let kind = if delegate.is_multicast { "FMulticastScriptDelegate" } else { "FScriptDelegate" };
    let first = format!("const {kind}& {}", short(&delegate.name));
    let rest = parameter_list(&delegate.parameters);
    let list = if rest.is_empty() { first } else { format!("{first}, {rest}") };
    format!("{result} {}_DelegateWrapper({list})", delegate.name)
}
