//! What the tool writes, compared with the example that is checked in; and the program itself, with its exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use header_tool::Module;

fn example(name: &str) -> (String, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("example").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    (name.to_owned(), text)
}

/// A folder of this test's own, taken away at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("header-tool-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the temporary folder is no reason to fail.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn tool(words: &[&Path]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_header-tool")).args(words).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_example_is_what_the_tool_writes() {
    let module = Module::read("Example", &[example("ExampleSubsystem.h")], &[]).unwrap();
    assert_eq!(module.check(), []);
    let files = module.generate();
    assert_eq!(files.len(), 2);
    for (name, text) in files {
        let (_, wanted) = example(&name);
        assert_eq!(
            text, wanted,
            "run: cargo run -p header-tool -- --module Example --out example example/ExampleSubsystem.h"
        );
    }
}

#[test]
fn every_finding_is_printed_and_nothing_is_written() {
    let folder = Folder::new("bad");
    let header = folder.write("Public/Bad.h", "#pragma once\nUCLASS()\nclass UBad : public UObject\n{\n};\n");
    let out = folder.0.join("out");
    let output = tool(&[Path::new("--out"), &out, &header]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(said.contains("Bad.h:2: error: UBad has no GENERATED_BODY()"), "{said}");
    assert!(said.contains("\"Bad.generated.h\" is not included"), "{said}");
    assert!(!out.exists());
}

#[test]
fn a_folder_of_headers_is_read_and_what_has_not_changed_is_left_alone() {
    let folder = Folder::new("good");
    folder.write("Public/Deep/Plain.h", "#pragma once\nclass FPlain\n{\n};\n");
    let text = "#pragma once\n#include \"Thing.generated.h\"\nUENUM()\nenum class EThing : uint8\n{\n\tOne\n};\n";
    folder.write("Public/Deep/Thing.h", text);
    let out = folder.0.join("out");
    let run = || tool(&[Path::new("--out"), &out, &folder.0.join("Public")]);
    let first = run();
    assert_eq!(first.status.code(), Some(0), "{}", said(&first));
    let mut names: Vec<_> = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["Thing.gen.cpp", "Thing.generated.h"]);
    let source = fs::read_to_string(out.join("Thing.gen.cpp")).unwrap();
    assert!(source.contains("#include \"Deep/Thing.h\"\n"), "{source}");
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let file = fs::File::options().write(true).open(out.join("Thing.gen.cpp")).unwrap();
    file.set_modified(long_ago).unwrap();
    assert_eq!(run().status.code(), Some(0));
    assert_eq!(file.metadata().unwrap().modified().unwrap(), long_ago);
}

#[test]
fn wrong_use_is_said_with_the_right_one() {
    for (words, sentence) in [
        (&["Thing.h"][..], "--out is missing"),
        (&["--out", "x"], "no header is named"),
        (&["--out"], "--out needs a value"),
        (&["--oui", "x"], "there is no option --oui"),
    ] {
        let output = tool(&words.iter().map(Path::new).collect::<Vec<_>>());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).starts_with(sentence), "{}", said(&output));
    }
    let output = tool(&[Path::new("--out"), Path::new("x"), Path::new("no-such-file.h")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).starts_with("no-such-file.h can't be read"), "{}", said(&output));
}

#[test]
fn known_headers_say_how_a_base_is_made() {
    let own = |base: &str| {
        let text = format!(
            "#pragma once\n#include \"Thing.generated.h\"\nUCLASS()\nclass LATCHKEY_API UThing : public {base}\n{{\n\tGENERATED_BODY()\n}};\n"
        );
        [("Thing.h".to_owned(), text)]
    };
    let known = "class UPlain : public UObject\n{\npublic:\n\tUPlain();\n};\nclass UFull : public UObject\n{\npublic:\n\t\
                 explicit UFull(const FObjectInitializer& ObjectInitializer);\n};\nclass UNone : public UPlain\n{\n};\n";
    let known = [("Known.h".to_owned(), known.to_owned())];
    for (base, constructor) in [
        ("UPlain", "UThing::UThing() {}"),
        ("UNone", "UThing::UThing() {}"),
        ("UFull", "UThing::UThing(const FObjectInitializer& ObjectInitializer) : Super(ObjectInitializer) {}"),
        ("UUnknown", "UThing::UThing(const FObjectInitializer& ObjectInitializer) : Super(ObjectInitializer) {}"),
    ] {
        let module = Module::read("Latchkey", &own(base), &known).unwrap();
        let source = &module.generate()[1].1;
        assert!(source.contains(constructor), "{base}: {source}");
    }
}

#[test]
fn a_header_cut_off_or_with_a_piece_missing_is_answered() {
    let (name, text) = example("ExampleSubsystem.h");
    let judge = |text: String| {
        if let Ok(module) = Module::read("Example", &[(name.clone(), text)], &[]) {
            drop(module.check());
        }
    };
    let places: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
    for &at in &places {
        judge(text[..at].to_owned());
        judge(text[at..].to_owned());
    }
    for window in places.windows(12).step_by(3) {
        judge(format!("{}{}", &text[..window[0]], &text[window[11]..]));
    }
    for odd in [
        "UFUNCTION(UPARAM)\nvoid F(UPARAM, UPARAM(), = 3, const, );",
        "UFUNCTION()\nvoid F(",
        "UFUNCTION()\n();",
        "UFUNCTION(meta = (, =))\nF;",
        "UPROPERTY(,)\n= 3;",
        "UPROPERTY()\nTArray<;",
        "UPROPERTY()\n: 1;",
        "template <typename",
        "DECLARE_DYNAMIC_DELEGATE_OneParam();",
        "~;",
        "> > ) ] }",
    ] {
        judge(text.replace("\tUPROPERTY(Config)\n", &format!("{odd}\n\tUPROPERTY(Config)\n")));
        judge(format!("{odd}\n{text}"));
    }
}
