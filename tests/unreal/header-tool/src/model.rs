//! What a header says, as far as reflection goes. Plain data: read by the parser, judged by the rules, written out by `emit`.

/// A C++ type as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Type {
    /// The name with its scopes, without `class`, `struct` or `enum`: `TArray`, `std::string`.
    pub name: String,
    /// What is between its angle brackets.
    pub arguments: Vec<Type>,
    /// What is pointed or referred to may not be changed.
    pub constant: bool,
    /// How many `*`.
    pub pointers: usize,
    /// `&` or `&&`.
    pub reference: bool,
    /// As it stands in the header, with its spaces put in order.
    pub words: String,
}

impl Type {
    /// Without `const` and `&`: what a parameter is when it is kept.
    pub fn kept(&self) -> String {
        let words = self.words.strip_suffix('&').unwrap_or(&self.words).trim_end();
        if self.pointers > 0 { words.to_owned() } else { words.trim_start_matches("const ").to_owned() }
    }

    /// The type itself, or what is in it, all the way down.
    pub fn any(&self, wanted: &dyn Fn(&Type) -> bool) -> bool {
        wanted(self) || self.arguments.iter().any(|argument| argument.any(wanted))
    }
}

/// What is between the brackets of `UPROPERTY(…)` and its kin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Specifiers {
    /// `Category = "X"` and `Config` alike; names as they stand.
    pub list: Vec<(String, String)>,
    /// `meta = (…)`.
    pub meta: Vec<(String, String)>,
}

impl Specifiers {
    /// The value of a specifier; the engine does not care about case.
    pub fn get(&self, name: &str) -> Option<&str> {
        value(&self.list, name)
    }

    /// Whether one of these is there.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.get(name).is_some())
    }

    /// The value of a pair in `meta`.
    pub fn meta(&self, name: &str) -> Option<&str> {
        value(&self.meta, name)
    }
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

/// Who may see a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Public,
    /// Derived classes.
    Protected,
    /// The class only.
    Private,
}

/// A `UPROPERTY()`, or a parameter.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name; empty for a result.
    pub name: String,
    /// Its type.
    pub of: Type,
    /// What its macro says.
    pub specifiers: Specifiers,
    /// Its comment.
    pub tool_tip: String,
    /// Where its macro, or the parameter itself, stands.
    pub line: usize,
    /// Who may see it.
    pub access: Access,
    /// The innermost `#if` around it.
    pub condition: Option<String>,
    /// What follows `=`, as it stands.
    pub default: Option<String>,
    /// `static`.
    pub is_static: bool,
    /// `: 1` behind it, or `[4]`.
    pub odd: Option<&'static str>,
}

/// A `UFUNCTION()`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What its macro says.
    pub specifiers: Specifiers,
    /// Its comment.
    pub tool_tip: String,
    /// Where its macro stands.
    pub line: usize,
    /// Who may call it.
    pub access: Access,
    /// The innermost `#if` around it.
    pub condition: Option<String>,
    /// `static`.
    pub is_static: bool,
    /// `virtual`, `override` or `final`.
    pub is_virtual: bool,
    /// `const` behind it.
    pub is_const: bool,
    /// In their order.
    pub parameters: Vec<Property>,
    /// None for `void`.
    pub result: Option<Type>,
}

impl Function {
    /// Whether Blueprint implements it, alone or instead of the native code.
    pub fn is_event(&self) -> bool {
        self.specifiers.has(&["BlueprintImplementableEvent", "BlueprintNativeEvent"])
    }

    /// Whether Blueprint sees it.
    pub fn is_seen(&self) -> bool {
        self.is_event() || self.specifiers.has(&["BlueprintCallable", "BlueprintPure"])
    }
}

/// A member that reflection does not see.
#[derive(Clone, Debug)]
pub struct Plain {
    /// Its name.
    pub name: String,
    /// Its type.
    pub of: Type,
    /// Where.
    pub line: usize,
}

/// Which constructors a class declares itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Constructors {
    /// `UFoo()`.
    pub default: bool,
    /// `UFoo(const FObjectInitializer&)`.
    pub initializer: bool,
    /// `UFoo(FVTableHelper&)`.
    pub vtable: bool,
    /// `~UFoo()`.
    pub destructor: bool,
}

/// A `UCLASS()` or a `USTRUCT()`.
#[derive(Clone, Debug)]
pub struct Record {
    /// `UCLASS` rather than `USTRUCT`.
    pub is_class: bool,
    /// With its prefix.
    pub name: String,
    /// The first base.
    pub base: Option<String>,
    /// `LATCHKEY_API`, if it is there.
    pub api: Option<String>,
    /// What its macro says.
    pub specifiers: Specifiers,
    /// Its comment.
    pub tool_tip: String,
    /// Where its macro stands.
    pub line: usize,
    /// The innermost `#if` around it.
    pub condition: Option<String>,
    /// Where `GENERATED_BODY()` stands.
    pub body: Option<usize>,
    /// Whether that is the first thing in it.
    pub body_is_first: bool,
    /// Its `UPROPERTY()`s.
    pub properties: Vec<Property>,
    /// Its `UFUNCTION()`s.
    pub functions: Vec<Function>,
    /// What reflection does not see.
    pub plain: Vec<Plain>,
    /// Of its own.
    pub constructors: Constructors,
}

/// A `UENUM()`.
#[derive(Clone, Debug)]
pub struct Enum {
    /// With its prefix.
    pub name: String,
    /// `enum class`.
    pub is_class: bool,
    /// What follows the colon.
    pub underlying: Option<String>,
    /// What its macro says.
    pub specifiers: Specifiers,
    /// Its comment.
    pub tool_tip: String,
    /// Where its macro stands.
    pub line: usize,
    /// The innermost `#if` around it.
    pub condition: Option<String>,
    /// In their order.
    pub enumerators: Vec<Enumerator>,
}

/// One value of an enum.
#[derive(Clone, Debug)]
pub struct Enumerator {
    /// Its name.
    pub name: String,
    /// What `UMETA` says.
    pub meta: Vec<(String, String)>,
    /// Its comment.
    pub tool_tip: String,
    /// Where.
    pub line: usize,
}

/// A `DECLARE_DYNAMIC_…DELEGATE…(…)`.
#[derive(Clone, Debug)]
pub struct Delegate {
    /// With its prefix.
    pub name: String,
    /// `MULTICAST`.
    pub is_multicast: bool,
    /// The macro, to compare its count with the parameters.
    pub macro_name: String,
    /// In their order.
    pub parameters: Vec<Property>,
    /// `_RetVal`.
    pub result: Option<Type>,
    /// Its comment.
    pub tool_tip: String,
    /// Where the macro begins.
    pub line: usize,
    /// Where its closing bracket is: some compilers count from there.
    pub last_line: usize,
    /// The innermost `#if` around it.
    pub condition: Option<String>,
}

/// An `#include`.
#[derive(Clone, Debug)]
pub struct Include {
    /// What is between the quotes or brackets.
    pub path: String,
    /// Where.
    pub line: usize,
}

/// A type that a header declares without a macro.
#[derive(Clone, Debug)]
pub struct Declared {
    /// With its prefix.
    pub name: String,
    /// The first base.
    pub base: Option<String>,
    /// Of its own.
    pub constructors: Constructors,
}

/// A header.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// As it was named to the tool.
    pub path: String,
    /// The file's name without `.h`.
    pub stem: String,
    /// Whether `#pragma once` is its first line of code.
    pub pragma_once: bool,
    /// In their order.
    pub includes: Vec<Include>,
    /// Its enums.
    pub enums: Vec<Enum>,
    /// Its structs and classes.
    pub records: Vec<Record>,
    /// Its dynamic delegates.
    pub delegates: Vec<Delegate>,
    /// Types without a macro.
    pub declared: Vec<Declared>,
    /// Where the first reflected type begins.
    pub first_reflected: Option<usize>,
}

impl Header {
    /// Whether there is anything to generate.
    pub fn is_reflected(&self) -> bool {
        self.first_reflected.is_some()
    }

    /// How a .cpp includes it: from its `Public`, `Private` or `Classes` folder on.
    pub fn include_path(&self) -> String {
        let path = self.path.replace('\\', "/");
        let parts: Vec<_> = path.split('/').collect();
        match parts.iter().rposition(|part| ["Public", "Private", "Classes"].contains(part)) {
            Some(folder) => parts[folder + 1..].join("/"),
            None => format!("{}.h", self.stem),
        }
    }

    /// Whether other modules may include it.
    pub fn is_public(&self) -> bool {
        !self.path.split(['/', '\\']).any(|part| part == "Private")
    }
}
