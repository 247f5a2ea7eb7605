//! That the stand-in is as strict as it says: each mistake, made on purpose, is found. A stand-in that lets it through would let it
//! through in the plugin, too.

use std::fs;
use std::process::{Command, Output};

use crate::compiler::{Kind, Variant, run};
use crate::game::FORBIDDEN;
use crate::modules;
use crate::product::{Product, plain, under_sanitizers};

/// What AddressSanitizer is told to end a program with.
const SANITIZED: i32 = 99;

fn made(product: &Product, case: &str) -> Output {
    let mut command = Command::new(product.self_test());
    command.arg(case).env_clear();
    command
        .env("ASAN_OPTIONS", format!("detect_leaks=1:exitcode={SANITIZED}"))
        .env("LSAN_OPTIONS", format!("exitcode={SANITIZED}"));
    command.output().expect("a program that was just built can be started")
}

#[track_caller]
fn expect(product: &Product, case: &str, code: i32, sentence: &str) {
    let output = made(product, case);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.code() == Some(code) && said.contains(sentence), "{case}: {}\n{said}", output.status);
}

#[test]
fn the_collector_sees_reflected_properties_only() {
    for product in [plain(), under_sanitizers()] {
        expect(product, "ForgottenProperty", 0, "");
    }
}

#[test]
fn a_missing_ufunction_is_found_when_it_is_bound() {
    for product in [plain(), under_sanitizers()] {
        expect(product, "MissingFunction", FORBIDDEN, "function might not be marked as a UFUNCTION");
        expect(product, "PresentFunction", 0, "");
    }
}

#[test]
fn what_the_engine_forbids_ends_the_program() {
    let mistakes = [
        ("BoundTwice", "is bound already"),
        ("DynamicBroadcastOffThread", "a dynamic delegate was broadcast off the game thread"),
        ("NativeBroadcastOffThread", "a multicast delegate was broadcast off the game thread"),
        ("ObjectOffThread", "UObjects are made on the game thread only"),
        ("WeakPointerOffThread", "a weak pointer is resolved off the game thread"),
        ("CollectionOffThread", "garbage is collected on the game thread"),
        ("ObjectInConstructor", "inside of a UObject's constructor"),
        ("ObjectByNew", "a UObject is made by NewObject only"),
        ("ObjectWithoutOuter", "nullptr outer object"),
        ("ObjectOfAnAbstractClass", "is abstract"),
        ("SilentEnd", "does not call Super::BeginDestroy"),
        ("ArrayThatChangesInALoop", "has changed during a ranged-for iteration"),
        ("IndexOutOfBounds", "out of an array's bounds"),
        ("UnsetOptional", "TOptional that is not set"),
        ("EmptySharedPointer", "an empty TSharedPtr"),
        ("UnboundDelegate", "an unbound delegate was executed"),
        ("MissingKey", "a key that is not in the map"),
        ("WrongFormat", "does not fit its arguments"),
        ("FailedCheck", "FATAL check: false"),
        ("FailedEnsure", "FATAL ensure:"),
        ("UnbalancedDllDirectory", "PopDllDirectory without PushDllDirectory"),
        ("ConsoleCommandTwice", "a console command of that name is there already"),
        ("TwoTextsWithOneKey", "two texts have the same namespace and key"),
        ("TextureUpdatedWhileLocked", "while its pixels are locked"),
        ("GameOutsideTheEngine", "a game instance is made within the engine"),
    ];
    for (case, sentence) in mistakes {
        expect(plain(), case, FORBIDDEN, sentence);
    }
}

/// That the sanitizers are on, in the engine's modules, in the program and in what the collector frees.
#[test]
fn the_sanitizers_are_on() {
    let product = under_sanitizers();
    expect(product, "UseAfterFree", SANITIZED, "heap-use-after-free");
    expect(product, "UseOfTheForgotten", SANITIZED, "heap-use-after-free");
    expect(product, "ConvertedTextThatIsKept", SANITIZED, "heap-use-after-free");
    expect(product, "PixelTooMuch", SANITIZED, "heap-buffer-overflow");
    expect(product, "Leak", SANITIZED, "detected memory leaks");
    let output = made(product, "UndefinedBehaviour");
    assert!(!output.status.success(), "undefined behaviour is let through");
    assert!(String::from_utf8_lossy(&output.stderr).contains("signed integer overflow"));
}

#[test]
fn specs_fail_when_they_should() {
    for product in [plain(), under_sanitizers()] {
        expect(product, "Specs", 0, ".FF.FF.");
    }
}

#[test]
fn travel_takes_the_world_away() {
    expect(under_sanitizers(), "Travels", 0, "");
}

/// What the engine's templates refuse, these do as well.
#[test]
fn what_the_engine_refuses_does_not_compile() {
    const BEGIN: &str = "#include \"CoreMinimal.h\"\n#include \"Containers/Ticker.h\"\n#include \"SelfTestObject.h\"\nDEFINE_LOG_CATEGORY_STATIC(LogX, Log, All);\nstruct FPlain { void F(int32) {} };\n";
    let snippets = [
        ("", true),
        ("void F(FPlain* P) { TMulticastDelegate<void(int32)> D; D.AddRaw(P, &FPlain::F); }", true),
        (
            "void F(USelfTestObject* O) { TMulticastDelegate<void(int32)> D; D.AddRaw(O, &USelfTestObject::Hear); }",
            false,
        ),
        (
            "void F(USelfTestObject* O) { TMulticastDelegate<void(int32)> D; D.AddUObject(O, &USelfTestObject::Hear); }",
            true,
        ),
        ("void F(FPlain* P) { TMulticastDelegate<void(int32)> D; D.AddUObject(P, &FPlain::F); }", false),
        ("void F(FPlain* P) { TMulticastDelegate<void(FString)> D; D.AddRaw(P, &FPlain::F); }", false),
        ("FString F(const FString& S) { return FString::Printf(TEXT(\"%s\"), *S); }", true),
        ("FString F(const FString& S) { return FString::Printf(TEXT(\"%s\"), S); }", false),
        ("FString F(const TCHAR* Format) { return FString::Printf(Format); }", false),
        ("FString F() { return FString::Printf(\"narrow\"); }", false),
        ("void F() { UE_LOG(LogX, Warning, TEXT(\"text\")); }", true),
        ("void F(const TCHAR* Format) { UE_LOG(LogX, Warning, Format); }", false),
        ("void F() { UE_LOG(LogX, Loud, TEXT(\"text\")); }", false),
        ("void F() { UE_LOG(LogNone, Warning, TEXT(\"text\")); }", false),
        ("const TCHAR* F() { return \"narrow\"; }", false),
        ("FText F() { return FString(TEXT(\"text\")); }", false),
        ("FName F() { return FString(TEXT(\"text\")); }", false),
        ("FString F(const char* Utf8) { return UTF8_TO_TCHAR(Utf8); }", true),
        ("const char* F(const FString& S) { return *S; }", false),
        ("int64 F() { int64 A = 0; FMath::Max(A, 1); return A; }", false),
        ("void F(const FString& S) { FString T = MoveTemp(S); }", false),
        ("void F(USelfTestObject* O) { O->Event.AddDynamic(O, &USelfTestObject::Hear); }", true),
        ("void G() {} void F(USelfTestObject* O) { O->Event.AddDynamic(O, &G); }", false),
        (
            "struct FSelf : UObject { void H(FString) {} }; void F(USelfTestObject* O, FSelf* S) { O->Event.AddDynamic(S, &FSelf::H); }",
            false,
        ),
        ("USelfTestObject* F(TSharedPtr<USelfTestObject> P) { return P; }", false),
        ("TSharedRef<FString> F() { return nullptr; }", false),
        (
            "void F() { FTSTicker::GetCoreTicker().AddTicker(FTickerDelegate::CreateLambda([](float) { return true; })); }",
            true,
        ),
        ("void F() { FTSTicker::GetCoreTicker().AddTicker([](float) { return true; }); }", false),
        ("class UNothing; UNothing* F() { return NewObject<UNothing>(); }", false),
    ];
    let folder = tempfile::tempdir().expect("a temporary folder");
    let module = modules::self_test();
    for (number, (snippet, is_good)) in snippets.iter().enumerate() {
        let source = folder.path().join(format!("{number}.cpp"));
        fs::write(&source, format!("{BEGIN}{snippet}\n")).expect("a file can be written");
        for (compiler, standard) in [("g++", "c++20"), ("clang++", "c++17")] {
            let variant = Variant { compiler, standard, minor: 3, kind: Kind::Editor, flags: &["-Wno-unused"] };
            let result = run(variant.compile(&module).arg("-fsyntax-only").arg(&source));
            assert_eq!(result.is_ok(), *is_good, "{compiler}: {snippet}\n{result:?}");
        }
    }
}

/// With a compiler that knows `consteval`, a format that does not fit is found though the line never runs.
#[test]
fn a_format_is_checked_when_it_is_compiled() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let variant = Variant { compiler: "g++", standard: "c++20", minor: 6, kind: Kind::Editor, flags: &[] };
    let formats = [
        ("TEXT(\"%d %s\"), 1, TEXT(\"a\")", true),
        ("TEXT(\"%lld\"), static_cast<int64>(1)", true),
        ("TEXT(\"%d\"), static_cast<int64>(1)", false),
        ("TEXT(\"%s\"), \"narrow\"", false),
        ("TEXT(\"%d\")", false),
        ("TEXT(\"text\"), 1", false),
        ("TEXT(\"100%\")", false),
    ];
    for (number, (arguments, is_good)) in formats.iter().enumerate() {
        let source = folder.path().join(format!("{number}.cpp"));
        let text = format!("#include \"CoreMinimal.h\"\nFString Text() {{ return FString::Printf({arguments}); }}\n");
        fs::write(&source, text).expect("a file can be written");
        let result = run(variant.compile(&modules::self_test()).arg("-fsyntax-only").arg(&source));
        assert_eq!(result.is_ok(), *is_good, "{arguments}\n{result:?}");
    }
}
