//! Every rule, with a header that breaks it and one that does not. Both differ in nothing else, so a rule that says nothing, or
//! says something of everything, fails here.

use header_tool::{Module, Source};

/// A file's first lines, with the includes that it needs.
const TOP: &str = "#pragma once\n\n#include \"CoreMinimal.h\"\n#include \"Thing.generated.h\"\n\n";

fn findings_in(path: &str, source: &str) -> Vec<String> {
    let own: [Source; 1] = [(path.to_owned(), source.to_owned())];
    match Module::read("Latchkey", &own, &[]) {
        Ok(module) => module.check().iter().map(ToString::to_string).collect(),
        Err(findings) => findings.iter().map(ToString::to_string).collect(),
    }
}

fn findings(source: &str) -> Vec<String> {
    findings_in("Public/Thing.h", source)
}

/// A header that breaks nothing but one rule, and the same without that.
#[track_caller]
fn pair(bad: &str, good: &str, sentence: &str) {
    let said = findings(bad);
    assert!(said.iter().any(|finding| finding.contains(sentence)), "not said: {sentence}\nbut: {said:#?}\n{bad}");
    assert_eq!(said.len(), 1, "more than one thing was said: {said:#?}\n{bad}");
    let said = findings(good);
    assert!(said.is_empty(), "said of a good header: {said:#?}\n{good}");
}

/// A class with these members.
fn class(members: &str) -> String {
    let head = "/** A thing. */\nUCLASS(Config = Engine)\nclass LATCHKEY_API UThing : public UObject\n{\n\tGENERATED_BODY()\n\npublic:\n";
    format!("{TOP}{TYPES}{head}{members}\n}};\n")
}

/// Types for members: with and without Blueprint.
const TYPES: &str = "\
/** Seen. */
UENUM(BlueprintType)
enum class ESeen : uint8
{
\t/** One. */
\tOne
};

UENUM()
enum class EHidden : uint8
{
\tOne
};

/** Seen. */
USTRUCT(BlueprintType)
struct LATCHKEY_API FSeen
{
\tGENERATED_BODY()
};

USTRUCT()
struct LATCHKEY_API FHidden
{
\tGENERATED_BODY()
};

DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FHappened, int32, Count);
DECLARE_DYNAMIC_DELEGATE(FAsked);

";

#[track_caller]
fn members(bad: &str, good: &str, sentence: &str) {
    pair(&class(bad), &class(good), sentence);
}

/// A property that Blueprint reads.
fn seen(declaration: &str) -> String {
    format!("\t/** A tip. */\n\tUPROPERTY(BlueprintReadOnly, Category = \"X\")\n\t{declaration};")
}

/// A function that Blueprint calls.
fn called(declaration: &str) -> String {
    format!("\t/** A tip. */\n\tUFUNCTION(BlueprintCallable, Category = \"X\")\n\t{declaration};")
}

#[test]
fn generated_body_is_there_and_first() {
    let with = |body: &str| format!("{TOP}UCLASS()\nclass LATCHKEY_API UThing : public UObject\n{{\n{body}\n}};\n");
    let good = with("\tGENERATED_BODY()\n\tint32 Count;");
    pair(&with("\tint32 Count;"), &good, "Thing.h:6: error: UThing has no GENERATED_BODY(); write it");
    pair(&with("\tint32 Count;\n\tGENERATED_BODY()"), &good, "GENERATED_BODY() is not the first thing in UThing");
    pair(&with("\tGENERATED_UCLASS_BODY()"), &good, "write GENERATED_BODY()");
    pair(&good.replace(" : public UObject", ""), &good, "UThing has no base class; derive it from UObject");
}

#[test]
fn the_generated_header_is_the_last_include_and_named_after_the_file() {
    let with = |includes: &str| {
        let class = "UCLASS()\nclass LATCHKEY_API UThing : public UObject\n{\n\tGENERATED_BODY()\n};\n";
        format!("#pragma once\n\n{includes}\n{class}")
    };
    let good = with("#include \"CoreMinimal.h\"\n#include \"Thing.generated.h\"\n");
    pair(&with("#include \"CoreMinimal.h\"\n"), &good, "\"Thing.generated.h\" is not included");
    let late = with("#include \"Thing.generated.h\"\n#include \"CoreMinimal.h\"\n");
    pair(
        &late,
        &good,
        "\"CoreMinimal.h\" is included after \"Thing.generated.h\"; the generated header must be the last",
    );
    let other = with("#include \"Other.generated.h\"\n#include \"Thing.generated.h\"\n");
    pair(&other, &good, "`Other.generated.h` belongs to another header; include \"Thing.generated.h\"");
    let below = format!("{}#include \"Thing.generated.h\"\n", with("#include \"CoreMinimal.h\"\n"));
    pair(&below, &good, "is included after the first reflected type");
    let nothing = "#pragma once\n#include \"Thing.generated.h\"\nclass FPlain\n{\n};\n";
    pair(nothing, "#pragma once\nclass FPlain\n{\n};\n", "nothing here is reflected");
}

#[test]
fn pragma_once_is_the_first_line_of_code() {
    let good = class("");
    pair(&good.replace("#pragma once\n", ""), &good, "`#pragma once` is not the first line of code");
}

#[test]
fn names_have_their_prefixes_and_files_have_none() {
    let class = |name: &str| {
        format!("{TOP}UCLASS()\nclass LATCHKEY_API {name} : public UObject\n{{\n\tGENERATED_BODY()\n}};\n")
    };
    pair(&class("Thing"), &class("UThing"), "the class Thing lacks the prefix U; call it UThing");
    pair(&class("Under"), &class("UUnder"), "the class Under lacks the prefix U");
    let actor = class("UThing").replace("UObject", "AActor");
    let world = format!("{TOP}class AActor : public UObject\n{{\n}};\n{}", &actor[TOP.len()..]);
    pair(&world, &world.replace("UThing", "AThing"), "the class UThing lacks the prefix A");
    let of = |name: &str| format!("{TOP}USTRUCT()\nstruct LATCHKEY_API {name}\n{{\n\tGENERATED_BODY()\n}};\n");
    pair(&of("Thing"), &of("FThing"), "the struct Thing lacks the prefix F");
    let of = |name: &str| format!("{TOP}UENUM()\nenum class {name} : uint8\n{{\n\tOne\n}};\n");
    pair(&of("Thing"), &of("EThing"), "the enum Thing lacks its prefix; call it EThing");
    let of = |name: &str| format!("{TOP}DECLARE_DYNAMIC_MULTICAST_DELEGATE({name});\n");
    pair(&of("OnThing"), &of("FOnThing"), "the delegate OnThing lacks the prefix F");
    let source = class("UThing").replace("\"Thing.", "\"UThing.");
    let said = findings_in("Public/UThing.h", &source);
    assert!(
        said.len() == 1 && said[0].contains("the file UThing.h is named after UThing with its prefix; call it Thing.h"),
        "{said:?}"
    );
}

#[test]
fn what_is_public_is_exported_with_this_modules_macro() {
    let good = class("");
    let with = |api: &str| good.replace("class LATCHKEY_API UThing", &format!("class {api} UThing"));
    pair(&with(""), &good, "UThing is in a public header and not exported; write LATCHKEY_API before its name");
    pair(&with("OTHER_API"), &good, "UThing is exported with OTHER_API; this module's macro is LATCHKEY_API");
    assert!(findings(&with("").replace("UCLASS(Config", "UCLASS(MinimalAPI, Config")).is_empty());
    assert!(findings_in("Private/Thing.h", &with("")).is_empty());
}

#[test]
fn blueprint_has_not_every_type() {
    for (bad, good, sentence) in [
        ("uint32 Count", "int64 Count", "Blueprint has no type `uint32`; use int64"),
        ("uint64 Count", "int64 Count", "Blueprint has no type `uint64`; use int64"),
        ("uint16 Count", "int32 Count", "Blueprint has no type `uint16`; use int32"),
        ("int8 Count", "uint8 Count", "Blueprint has no type `int8`"),
        ("size_t Count", "int32 Count", "reflection has no type `size_t`; use int64"),
        (
            "const TCHAR* Text",
            "FString Text",
            "`const TCHAR*` is a pointer to something that is no UObject; use FString",
        ),
        ("std::string Text", "FText Text", "reflection has no type `std::string`; use the engine's own"),
        ("FUnknown Value", "FSeen Value", "reflection has no type `FUnknown`; mark the struct USTRUCT()"),
        ("FHidden Value", "FSeen Value", "Blueprint has no type `FHidden`; mark the struct USTRUCT(BlueprintType)"),
        ("EHidden Value", "ESeen Value", "Blueprint has no type `EHidden`; mark the enum UENUM(BlueprintType)"),
        ("TArray<uint32> List", "TArray<int32> List", "Blueprint has no type `uint32`"),
        ("TArray<TArray<int32>> List", "TArray<FSeen> List", "`TArray<TArray<int32>>` is a container in a container"),
        ("TMap<FName, FHidden> Map", "TMap<FName, FSeen> Map", "Blueprint has no type `FHidden`"),
        ("UThing Object", "TObjectPtr<UThing> Object", "objects are held by pointer"),
        ("TWeakObjectPtr<UThing> Object", "UThing* Object", "Blueprint has no type `TWeakObjectPtr<UThing>`"),
        ("FSeen* Value", "TSubclassOf<UThing> Value", "`FSeen*` is a pointer to something that is no UObject"),
        ("TArray<int32, FAllocator> List", "TSet<FString> List", "the default allocator"),
    ] {
        members(&seen(bad), &seen(good), sentence);
    }
    members(
        &called("void Do(uint32 Count)"),
        &called("void Do(int32 Count)"),
        "Count of UThing::Do: Blueprint has no type `uint32`",
    );
    members(&called("uint32 Do()"), &called("double Do()"), "the result of UThing::Do: Blueprint has no type `uint32`");
    members(&called("void Do(TObjectPtr<UThing> It)"), &called("void Do(UThing* It)"), "UThing::Do takes a TObjectPtr");
    members(&called("TObjectPtr<UThing> Do()"), &called("UThing* Do()"), "UThing::Do returns a TObjectPtr");
    // What Blueprint does not see may have any type of reflection's.
    assert!(findings(&class("\tUPROPERTY()\n\tuint32 Count;\n\tUFUNCTION()\n\tvoid Do(uint16 Count2);")).is_empty());
}

#[test]
fn enums_are_over_uint8() {
    let of = |head: &str| format!("{TOP}UENUM()\n{head}\n{{\n\tOne\n}};\n");
    let good = of("enum class EThing : uint8");
    pair(&of("enum class EThing"), &good, "EThing is not an `enum class` over uint8");
    pair(&of("enum class EThing : int32"), &good, "write enum class EThing : uint8");
    pair(&of("enum EThing : uint8"), &good, "EThing is not an `enum class` over uint8");
    pair(&good.replace("\tOne\n", ""), &good, "EThing has no values");
}

#[test]
fn what_is_seen_has_a_category_and_a_tool_tip() {
    let with = |marks: &str| format!("\t/** A tip. */\n\tUPROPERTY({marks})\n\tint32 Count;");
    members(&with("BlueprintReadOnly"), &with("BlueprintReadOnly, Category = \"X\""), "UThing::Count has no Category");
    members(&with("EditAnywhere"), &with("EditAnywhere, Category = \"X\""), "UThing::Count has no Category");
    let with = |marks: &str| format!("\t/** A tip. */\n\tUFUNCTION({marks})\n\tvoid Do();");
    members(&with("BlueprintCallable"), &with("BlueprintCallable, Category = \"X\""), "UThing::Do has no Category");
    let bare = |text: &str| text.replace("\t/** A tip. */\n", "");
    let property = seen("int32 Count");
    members(&bare(&property), &property, "UThing::Count is seen by Blueprint and has no tool tip");
    let function = called("void Do()");
    members(&bare(&function), &function, "UThing::Do is seen by Blueprint and has no tool tip");
    let event = "\t/** A tip. */\n\tUPROPERTY(BlueprintAssignable)\n\tFHappened OnHappened;";
    members(&bare(event), event, "UThing::OnHappened is seen by Blueprint and has no tool tip");
    let good = class("");
    pair(&good.replace("\t/** One. */\n", ""), &good, "ESeen::One is seen by Blueprint and has no tool tip");
    let good = class(&called("void Do()"));
    pair(&good.replace("/** A thing. */\n", ""), &good, "UThing is seen by Blueprint and has no tool tip");
    let told =
        |name: &str| called("void Do(int32 Count)").replace("A tip.", &format!("A tip. @param {name} How many."));
    members(&told("Number"), &told("Count"), "the comment of UThing::Do tells of a parameter Number");
}

#[test]
fn the_collector_sees_every_pointer_to_an_object() {
    for (bad, good) in [
        ("\tUTexture2D* Picture;", "\tUPROPERTY()\n\tUTexture2D* Picture;"),
        ("\tTObjectPtr<UTexture2D> Picture;", "\tTWeakObjectPtr<UTexture2D> Picture;"),
        ("\tTArray<UTexture2D*> Pictures;", "\tUPROPERTY()\n\tTArray<UTexture2D*> Pictures;"),
        ("\tTMap<FName, TObjectPtr<UObject>> Pictures;", "\tTFunction<void(UTexture2D*)> Callback;"),
        ("\tconst class UTexture2D* Picture = nullptr;", "\tUTexture2D* GetPicture() const { return nullptr; }"),
        ("\tTObjectPtr<UTexture2D> Picture{nullptr};", "\tstatic UTexture2D* Shared;"),
    ] {
        members(bad, good, "points to a UObject that the garbage collector does not see; write UPROPERTY() before it");
    }
    let of =
        |member: &str| format!("{TOP}USTRUCT()\nstruct LATCHKEY_API FThing\n{{\n\tGENERATED_BODY()\n\n{member}\n}};\n");
    pair(
        &of("\tUObject* Owner;"),
        &of("\tUPROPERTY()\n\tTObjectPtr<UObject> Owner;"),
        "FThing::Owner points to a UObject",
    );
}

#[test]
fn reflection_does_not_depend_on_the_preprocessor() {
    let inside = |condition: &str| format!("#if {condition}\n\tUPROPERTY()\n\tint32 Count;\n#endif");
    members(&inside("WITH_THINGS"), &inside("WITH_EDITORONLY_DATA"), "UThing::Count is inside #if WITH_THINGS");
    members(
        &inside("WITH_EDITORONLY_DATA\n#else"),
        &inside("WITH_EDITORONLY_DATA"),
        "inside #if not WITH_EDITORONLY_DATA",
    );
    let inside = |condition: &str| format!("#if {condition}\n\tUFUNCTION()\n\tvoid Do();\n#endif");
    members(&inside("WITH_THINGS"), &inside("WITH_EDITOR"), "UThing::Do is inside #if WITH_THINGS");
    let of =
        |before: &str, after: &str| format!("{TOP}{before}UENUM()\nenum class EThing : uint8\n{{\n\tOne\n}};\n{after}");
    pair(&of("#if WITH_THINGS\n", "#endif\n"), &of("", ""), "the reflected type EThing is inside #if WITH_THINGS");
    pair(&of("#ifdef THINGS\n", "#endif\n"), &of("#ifdef THINGS\n#endif\n", ""), "inside #if ifdef THINGS");
    pair(
        &of("namespace Things\n{\n", "}\n"),
        &of("namespace Things\n{\n}\n", ""),
        "a reflected type in the namespace Things",
    );
}

#[test]
fn functions_are_found_by_name() {
    let twice = |second: &str| format!("\tUFUNCTION()\n\tvoid Do();\n{second}\tvoid Do(int32 Count);");
    members(&twice("\tUFUNCTION()\n"), &twice(""), "UThing::Do is a second UFUNCTION() of that name");
    let of = |marks: &str| {
        format!("{TOP}USTRUCT()\nstruct LATCHKEY_API FThing\n{{\n\tGENERATED_BODY()\n{marks}\tvoid Do();\n}};\n")
    };
    pair(&of("\tUFUNCTION()\n"), &of(""), "FThing::Do is in a struct");
    let with = |name: &str| format!("\tUPROPERTY()\n\tint32 Count;\n\tUFUNCTION()\n\tvoid Do(int32 {name});");
    members(&with("count"), &with("Number"), "count of UThing::Do has the name of a property of UThing");
}

#[test]
fn events_are_dynamic_multicast_delegates() {
    let with = |of: &str| format!("\t/** A tip. */\n\tUPROPERTY(BlueprintAssignable)\n\t{of} OnHappened;");
    members(&with("FAsked"), &with("FHappened"), "`FAsked` is no dynamic multicast delegate");
    members(&with("int32"), &with("FHappened"), "`int32` is no dynamic multicast delegate");
    let with = |declaration: &str| format!("{TOP}{declaration}\n");
    let good = with("DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FOn, int32, Count);");
    for (bad, sentence) in [
        (
            "DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FOn, uint32, Count);",
            "Count of FOn: Blueprint has no type `uint32`",
        ),
        (
            "DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FOn, int32, Count);",
            "FOn has 1 parameters, and DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams is for 2",
        ),
        ("DECLARE_DYNAMIC_MULTICAST_DELEGATE_OneParam(FOn, FString&, Text);", "Text of FOn is an output"),
        ("DECLARE_DYNAMIC_MULTICAST_DELEGATE_TwoParams(FOn, int32, A, int32, a);", "FOn has two parameters a"),
    ] {
        pair(&with(bad), &good, sentence);
    }
}

#[test]
fn widgets_are_bound_by_pointers_to_widgets() {
    let with = |of: &str| format!("\tUPROPERTY(meta = (BindWidget))\n\t{of} Button;");
    members(
        &with("TObjectPtr<UTexture2D>"),
        &with("TObjectPtr<UButton>"),
        "`TObjectPtr<UTexture2D>` is no pointer to one",
    );
    let with = |of: &str| format!("\tUPROPERTY(meta = (BindWidgetOptional))\n\t{of} Button;");
    members(&with("FString"), &with("UTextBlock*"), "Button is bound to a widget, but `FString` is no pointer to one");
}

#[test]
fn what_is_config_is_in_a_class_with_a_file() {
    let good = class("\tUPROPERTY(Config)\n\tFString Issuer;");
    pair(&good.replace("UCLASS(Config = Engine)", "UCLASS()"), &good, "Issuer is Config, but UThing has no Config=");
    members(
        "\tUPROPERTY(Config)\n\tUThing* Other;",
        "\tUPROPERTY(Config)\n\tTArray<int32> Other;",
        "nothing to keep in a file",
    );
    let derived = "UCLASS()\nclass LATCHKEY_API UMore : public UThing\n{\n\tGENERATED_BODY()\n\n\tUPROPERTY(Config)\n\tint32 More;\n};\n";
    assert_eq!(findings(&format!("{good}{derived}")), [""; 0], "a base's file will do");
}

#[test]
fn defaults_are_what_the_engine_reads() {
    for (bad, good) in [
        ("int32 A = Count()", "int32 A = -1"),
        ("bool bA = 1", "bool bA = false"),
        ("float A = MAX_FLT", "float A = 0.5f"),
        ("FString A = FString(TEXT(\"x\"))", "FString A = TEXT(\"x\")"),
        ("FName A = FName()", "FName A = NAME_None"),
        ("FText A = FText::FromString(X)", "FText A = FText::GetEmpty()"),
        ("ESeen A = Default", "ESeen A = ESeen::One"),
        ("FSeen A = {}", "FSeen A = FSeen()"),
        ("UThing* A = Default", "UThing* A = nullptr"),
        ("TArray<int32> A = {}", "TArray<int32> A"),
    ] {
        let with = |parameter: &str| called(&format!("void Do({parameter})"));
        members(&with(bad), &with(good), "the engine can't read the default");
    }
    let with = |list: &str| called(&format!("void Do({list})"));
    members(
        &with("int32 A = 1, int32 B"),
        &with("int32 A, int32 B = 1"),
        "B of UThing::Do has no default after one that has",
    );
    members(&with("int32& A = 1"), &with("const int32& A = 1"), "A of UThing::Do is an output with a default");
    members(&with("int32"), &with("int32 A"), "parameter 1 of UThing::Do has no name");
}

#[test]
fn secrets_are_no_properties() {
    for (bad, good) in [
        ("FString AccessToken;", "FString TokenEndpoint;"),
        ("FString ClientSecret;", "FString ClientId;"),
        ("FString CodeVerifier;", "FString Code;"),
        ("TArray<FString> OldTokens;", "int32 DefaultTokenLifetimeSeconds;"),
        ("FString Password;", "bool bRemember;"),
    ] {
        let with = |member: &str| format!("\tUPROPERTY()\n\t{member}");
        members(&with(bad), &with(good), "sounds like a secret in a reflected property");
    }
}

#[test]
fn events_for_blueprints_are_what_the_generated_code_needs() {
    let event = |marks: &str, declaration: &str| {
        format!("\t/** A tip. */\n\tUFUNCTION({marks}, Category = \"X\")\n\t{declaration};")
    };
    let good = event("BlueprintImplementableEvent", "void OnShown(const FString& Text)");
    let bad = |declaration: &str| event("BlueprintImplementableEvent", declaration);
    members(
        &bad("void OnShown(FString Text)"),
        &good,
        "UThing::OnShown takes Text by value; the generated code takes it as const FString&",
    );
    members(&bad("virtual void OnShown()"), &good, "and virtual");
    members(&bad("static void OnShown()"), &good, "and static");
    members(&format!("private:\n{good}"), &good, "and private");
    members(
        &event("BlueprintPure", "void Do()"),
        &event("BlueprintPure", "int32 Do() const"),
        "is BlueprintPure and returns nothing",
    );
}

#[test]
fn properties_have_a_form_that_reflection_knows() {
    members("\tUPROPERTY()\n\tstatic int32 Count;", "\tUPROPERTY()\n\tint32 Count = 0;", "Count is static");
    members("\tUPROPERTY()\n\tint32& Count;", "\tUPROPERTY()\n\tint32 Count;", "Count is a reference");
    members("\tUPROPERTY()\n\tint32 Count[4];", "\tUPROPERTY()\n\tTArray<int32> Count;", "Count is a C array");
    members("\tUPROPERTY()\n\tuint8 bOn : 1;", "\tUPROPERTY()\n\tbool bOn;", "bOn is a bit field");
    let private = format!("private:\n{}", seen("int32 Count"));
    members(
        &private,
        &format!("protected:\n{}", seen("int32 Count")),
        "UThing::Count is private and seen by Blueprint",
    );
    let both = seen("int32 Count").replace("BlueprintReadOnly", "BlueprintReadOnly, BlueprintReadWrite");
    members(&both, &seen("int32 Count"), "UThing::Count is read-only and writable");
}

#[test]
fn words_of_macros_are_known() {
    members(
        "\tUPROPERTY(Transcient)\n\tint32 A;",
        "\tUPROPERTY(Transient)\n\tint32 A;",
        "UPROPERTY() has no specifier Transcient",
    );
    let with = |meta: &str| format!("\tUPROPERTY(meta = ({meta}))\n\tUButton* Button;");
    members(&with("BindWidgetOptionally"), &with("BindWidgetOptional"), "meta has no key BindWidgetOptionally");
    members(
        "\tUPROPERTY(BindWidget)\n\tUButton* A;",
        "\tUPROPERTY(meta = (BindWidget))\n\tUButton* A;",
        "write meta = (BindWidget)",
    );
    members(
        "\tUFUNCTION(Static)\n\tvoid Do();",
        "\tUFUNCTION(Exec)\n\tvoid Do();",
        "UFUNCTION() has no specifier Static",
    );
    let with = |name: &str| {
        format!("\tUFUNCTION(meta = (WorldContext = \"{name}\"))\n\tstatic void Do(const UObject* WorldContextObject);")
    };
    members(
        &with("WorldContext"),
        &with("WorldContextObject"),
        "WorldContext of UThing::Do names `WorldContext`; there is no such",
    );
}

#[test]
fn names_are_told_apart_without_their_prefix() {
    let of = |name: &str| format!("{}USTRUCT()\nstruct LATCHKEY_API {name}\n{{\n\tGENERATED_BODY()\n}};\n", class(""));
    pair(&of("FThing"), &of("FOther"), "FThing and UThing are both `Thing` to reflection");
}

#[test]
fn what_is_not_read_is_said() {
    let with = |text: &str| {
        format!("{TOP}UCLASS()\nclass LATCHKEY_API UThing : public UObject\n{{\n\tGENERATED_BODY()\n{text}")
    };
    let good = with("};\n");
    pair(&with("\tint32 Count;\n"), &good, "UThing does not end");
    pair(&with("\tUPROPERTY()\n};\n"), &good, "Thing.h:11: error: a declaration that does not end; close it with ;");
    pair(
        &format!("{good}UINTERFACE()\nclass UThings : public UInterface\n{{\n}};\n"),
        &good,
        "UINTERFACE is not read by this tool",
    );
}
