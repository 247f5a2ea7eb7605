//! `header-tool --out DIR HEADER…`: says what is wrong and exits with 1, or writes the generated code and exits with 0. Wrong use
//! is 2. A file that would not change is left alone, so that a build sees what is new.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use header_tool::{Module, Source};

const USAGE: &str = "\
header-tool [--module NAME] [--known PATH]… --out DIR HEADER…

  --out DIR      writes X.generated.h and X.gen.cpp there
  --module NAME  the module that the headers belong to; Latchkey if it is not given
  --known PATH   a header, or a folder of them, read for its types only
  HEADER         a header, or a folder of them";

fn main() -> ExitCode {
    match run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(sentence)) => {
            eprintln!("{sentence}\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Failure::Stopped(sentences)) => {
            sentences.iter().for_each(|sentence| eprintln!("{sentence}"));
            ExitCode::from(1)
        }
    }
}

enum Failure {
    Usage(String),
    Stopped(Vec<String>),
}

impl Failure {
    fn of(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        Self::Stopped(vec![format!("{} can't be {doing}: {error}", path.display())])
    }
}

fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let request = Request::parse(words)?;
    let (own, known) = (sources(&request.headers)?, sources(&request.known)?);
    let stop = |findings: Vec<_>| Failure::Stopped(findings.iter().map(ToString::to_string).collect());
    let module = Module::read(&request.module, &own, &known).map_err(stop)?;
    let findings = module.check();
    if !findings.is_empty() {
        return Err(stop(findings));
    }
    fs::create_dir_all(&request.out).map_err(|error| Failure::of(&request.out, "made", &error))?;
    for (name, text) in module.generate() {
        let path = request.out.join(name);
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            continue;
        }
        fs::write(&path, text).map_err(|error| Failure::of(&path, "written", &error))?;
    }
    Ok(())
}

struct Request {
    module: String,
    out: PathBuf,
    headers: Vec<PathBuf>,
    known: Vec<PathBuf>,
}

impl Request {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let (mut module, mut out) = ("Latchkey".to_owned(), None);
        let (mut headers, mut known) = (Vec::new(), Vec::new());
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| Failure::Usage(format!("{word} needs a value")));
            match word.as_str() {
                "--out" => out = Some(PathBuf::from(value()?)),
                "--module" => module = value()?,
                "--known" => known.push(PathBuf::from(value()?)),
                _ if word.starts_with('-') => return Err(Failure::Usage(format!("there is no option {word}"))),
                _ => headers.push(PathBuf::from(word)),
            }
        }
        let out = out.ok_or_else(|| Failure::Usage("--out is missing".to_owned()))?;
        if headers.is_empty() {
            return Err(Failure::Usage("no header is named".to_owned()));
        }
        Ok(Self { module, out, headers, known })
    }
}

/// Every header of these files and folders, in a fixed order.
fn sources(paths: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files)?;
    }
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).map_err(|error| Failure::of(path, "read", &error))?;
        Ok((path.to_string_lossy().into_owned(), text))
    };
    files.iter().map(read).collect()
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let failed = |error| Failure::of(path, "listed", &error);
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?.path());
    }
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(&entry, files)?;
        } else if entry.extension().is_some_and(|ending| ending == "h") {
            files.push(entry);
        }
    }
    Ok(())
}
