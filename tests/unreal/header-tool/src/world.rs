//! Which types there are: those of the headers that were read, and the engine's that a plugin meets. From here comes what
//! reflection calls a type, and whether Blueprint accepts it.

use std::collections::HashMap;

use crate::model::{Constructors, Header, Type};

/// What reflection calls a type; the names are those of the generated code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the engine's own name of a type")]
pub enum Kind {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float,
    Double,
    Name,
    String,
    Text,
    Enum,
    Struct,
    Object,
    Class,
    WeakObject,
    SoftObject,
    SoftClass,
    Delegate,
    MulticastDelegate,
    Array,
    Set,
    Map,
}

/// Types without arguments that are the same everywhere.
const PLAIN: &[(&str, Kind)] = &[
    ("bool", Kind::Bool),
    ("int8", Kind::Int8),
    ("int16", Kind::Int16),
    ("int32", Kind::Int32),
    ("int", Kind::Int32),
    ("int64", Kind::Int64),
    ("uint8", Kind::UInt8),
    ("uint16", Kind::UInt16),
    ("uint32", Kind::UInt32),
    ("uint64", Kind::UInt64),
    ("float", Kind::Float),
    ("double", Kind::Double),
    ("FName", Kind::Name),
    ("FString", Kind::String),
    ("FText", Kind::Text),
    ("UClass", Kind::Class),
];

/// Templates.
const WRAPPED: &[(&str, Kind)] = &[
    ("TObjectPtr", Kind::Object),
    ("TSubclassOf", Kind::Class),
    ("TWeakObjectPtr", Kind::WeakObject),
    ("TSoftObjectPtr", Kind::SoftObject),
    ("TSoftClassPtr", Kind::SoftClass),
    ("TArray", Kind::Array),
    ("TSet", Kind::Set),
    ("TMap", Kind::Map),
];

/// Structs of the engine that Blueprint has.
const ENGINE_STRUCTS: &[&str] = &[
    "FColor",
    "FDateTime",
    "FDirectoryPath",
    "FFilePath",
    "FGuid",
    "FIntPoint",
    "FLinearColor",
    "FRotator",
    "FSlateBrush",
    "FSlateColor",
    "FSlateFontInfo",
    "FSoftObjectPath",
    "FTimespan",
    "FTransform",
    "FVector",
    "FVector2D",
];

/// Enums of the engine that Blueprint has.
const ENGINE_ENUMS: &[&str] = &["ESlateVisibility"];

/// Classes of the engine with their bases, as far as something hangs on that.
const ENGINE_CLASSES: &[(&str, &str)] = &[
    ("UObject", ""),
    ("UWidget", "UVisual"),
    ("UVisual", "UObject"),
    ("UUserWidget", "UWidget"),
    ("UPanelWidget", "UWidget"),
    ("UContentWidget", "UPanelWidget"),
    ("UButton", "UContentWidget"),
    ("UTextBlock", "UTextLayoutWidget"),
    ("UTextLayoutWidget", "UWidget"),
    ("UImage", "UWidget"),
];

/// A class, as far as others need to know.
#[derive(Clone, Debug, Default)]
pub struct Class {
    /// Its base; empty if there is none.
    pub base: String,
    /// Which constructors it declares.
    pub constructors: Constructors,
    /// Has `Config=…` of its own.
    pub config: bool,
    /// The names of its properties.
    pub properties: Vec<String>,
}

/// All types that are known.
#[derive(Debug)]
pub struct World {
    /// By name, with prefix.
    pub classes: HashMap<String, Class>,
    /// Whether they are `BlueprintType`.
    structs: HashMap<String, bool>,
    /// Whether they are `BlueprintType`.
    enums: HashMap<String, bool>,
    /// Whether they are multicast.
    delegates: HashMap<String, bool>,
    /// Enums and structs with a record of their own.
    generated: Vec<String>,
}

impl World {
    /// The engine's types and those of these headers.
    pub fn new<'a>(headers: impl IntoIterator<Item = &'a Header>) -> Self {
        let yes = |names: &[&str]| names.iter().map(|name| (name.to_string(), true)).collect::<HashMap<_, _>>();
        let engine = |(name, base): &(&str, &str)| {
            let class = Class { base: base.to_string(), ..Class::default() };
            (name.to_string(), class)
        };
        let mut world = Self {
            classes: ENGINE_CLASSES.iter().map(engine).collect(),
            structs: yes(ENGINE_STRUCTS),
            enums: yes(ENGINE_ENUMS),
            delegates: HashMap::new(),
            generated: Vec::new(),
        };
        headers.into_iter().for_each(|header| world.add(header));
        world
    }

    fn add(&mut self, header: &Header) {
        for declared in &header.declared {
            let class = Class {
                base: declared.base.clone().unwrap_or_default(),
                constructors: declared.constructors,
                ..Class::default()
            };
            if is_object_name(&declared.name) {
                self.classes.insert(declared.name.clone(), class);
            }
        }
        for record in &header.records {
            if record.is_class {
                let class = Class {
                    base: record.base.clone().unwrap_or_default(),
                    constructors: record.constructors,
                    config: record.specifiers.has(&["Config"]),
                    properties: record.properties.iter().map(|property| property.name.clone()).collect(),
                };
                self.classes.insert(record.name.clone(), class);
            } else {
                self.structs.insert(record.name.clone(), record.specifiers.has(&["BlueprintType"]));
                self.generated.push(record.name.clone());
            }
        }
        for found in &header.enums {
            self.enums.insert(found.name.clone(), found.specifiers.has(&["BlueprintType"]));
            self.generated.push(found.name.clone());
        }
        for delegate in &header.delegates {
            self.delegates.insert(delegate.name.clone(), delegate.is_multicast);
        }
    }

    /// Whether the enum or struct has a record of its own.
    pub fn is_generated(&self, name: &str) -> bool {
        self.generated.iter().any(|generated| generated == name)
    }

    /// The class and its bases, as far as they are known.
    pub fn line<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a Class)> {
        let mut next = Some(name);
        let mut left = self.classes.len();
        std::iter::from_fn(move || {
            let (name, class) = self.classes.get_key_value(next?)?;
            left = left.checked_sub(1)?;
            next = Some(class.base.as_str());
            Some((name.as_str(), class))
        })
    }

    /// Whether a class is another one or derives from it.
    pub fn is_a(&self, name: &str, base: &str) -> bool {
        self.line(name).any(|(name, _)| name == base)
    }

    /// What reflection calls a type; or what is wrong with it and what to write.
    pub fn kind(&self, of: &Type) -> Result<Kind, (String, String)> {
        if of.pointers > 0 {
            return self.pointer(of);
        }
        let plain = PLAIN.iter().find(|(name, _)| *name == of.name);
        let wrapped = WRAPPED.iter().find(|(name, _)| *name == of.name);
        if let Some((_, kind)) = plain.or(wrapped) {
            return self.container(of, *kind);
        }
        if self.structs.contains_key(&of.name) {
            return Ok(Kind::Struct);
        }
        if self.enums.contains_key(&of.name) {
            return Ok(Kind::Enum);
        }
        if let Some(multicast) = self.delegates.get(&of.name) {
            return Ok(if *multicast { Kind::MulticastDelegate } else { Kind::Delegate });
        }
        Err((format!("reflection has no type `{}`", of.words), instead_of(&of.name)))
    }

    fn pointer(&self, of: &Type) -> Result<Kind, (String, String)> {
        if of.pointers == 1 && of.name == "UClass" {
            return Ok(Kind::Class);
        }
        if of.pointers == 1 && (is_object_name(&of.name) || self.classes.contains_key(&of.name)) {
            return Ok(Kind::Object);
        }
        let what = format!("`{}` is a pointer to something that is no UObject", of.words);
        let advice = match of.name.as_str() {
            "char" | "TCHAR" | "ANSICHAR" | "WIDECHAR" | "UTF8CHAR" => "use FString".to_owned(),
            _ => "reflection has no such pointers: pass it by value, or keep the UPROPERTY() or UFUNCTION() off"
                .to_owned(),
        };
        Err((what, advice))
    }

    fn container(&self, of: &Type, kind: Kind) -> Result<Kind, (String, String)> {
        let is_container = |kind| matches!(kind, Kind::Array | Kind::Set | Kind::Map);
        let wanted = match kind {
            Kind::Map => 2,
            Kind::Array | Kind::Set => 1,
            _ => return Ok(kind),
        };
        if of.arguments.len() != wanted {
            let what = format!("`{}` with {} arguments", of.words, of.arguments.len());
            return Err((what, "reflection knows containers with the default allocator and hashing only".to_owned()));
        }
        for argument in &of.arguments {
            if is_container(self.kind(argument)?) {
                let what = format!("`{}` is a container in a container", of.words);
                return Err((what, "put the inner one into a USTRUCT".to_owned()));
            }
        }
        Ok(kind)
    }

    /// Nothing if Blueprint accepts the type; otherwise what is wrong with it and what to write.
    pub fn blueprint(&self, of: &Type) -> Result<(), (String, String)> {
        let refuse = |advice: &str| Err((format!("Blueprint has no type `{}`", of.words), advice.to_owned()));
        match self.kind(of)? {
            Kind::Int8 | Kind::Int16 | Kind::UInt16 => refuse("use int32"),
            Kind::UInt32 | Kind::UInt64 => refuse("use int64"),
            Kind::WeakObject => refuse("use TObjectPtr or a plain pointer"),
            Kind::Struct if self.structs.get(&of.name) == Some(&false) => {
                refuse("mark the struct USTRUCT(BlueprintType)")
            }
            Kind::Enum if self.enums.get(&of.name) == Some(&false) => refuse("mark the enum UENUM(BlueprintType)"),
            Kind::Array | Kind::Set | Kind::Map => of.arguments.iter().try_for_each(|inner| self.blueprint(inner)),
            _ => Ok(()),
        }
    }
}

/// `UFoo`, `AFoo`: a prefix and a capital letter.
pub fn is_object_name(name: &str) -> bool {
    let mut letters = name.chars();
    let prefix = matches!(letters.next(), Some('U' | 'A'));
    prefix && letters.next().is_some_and(char::is_uppercase) && letters.any(char::is_lowercase) && !name.contains("::")
}

fn instead_of(name: &str) -> String {
    match name {
        "size_t" | "SIZE_T" | "long" | "long long" | "int64_t" | "time_t" => "use int64".to_owned(),
        "unsigned" | "unsigned int" | "short" | "int32_t" | "uint32_t" | "char" => "use int32".to_owned(),
        _ if name.starts_with("std::") => "use the engine's own: FString, TArray, TMap, TSet, TOptional".to_owned(),
        _ if name.starts_with('E') => "mark the enum UENUM(), in a header that is read".to_owned(),
        _ if name.starts_with('F') => "mark the struct USTRUCT() or the delegate as dynamic".to_owned(),
        _ if is_object_name(name) => "objects are held by pointer: write * or TObjectPtr<>".to_owned(),
        _ => "use a type of the engine, or keep the UPROPERTY() or UFUNCTION() off".to_owned(),
    }
}
