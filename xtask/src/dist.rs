//! `dist`: builds the library for each target, packs an archive of each for C and C++ projects, and the Unreal plugin with all of
//! them.
//!
//! What is in a package is compared with a list that is checked in: a file that slips in or falls out is seen.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::archive::Archive;
use crate::args::Args;
use crate::files::failed;
use crate::run::{self, Result, Stop};
use crate::setup::Need;
use crate::targets::{self, Built, TARGETS, Target};
use crate::{diff, plugin, setup, sizes};

/// Where everything is put.
pub const FOLDER: &str = "dist";
/// What has to be there before anything can be packed.
pub const NEEDS: &[&Need] = &[&setup::LLVM_STRIP];
/// How many targets are built at once.
const AT_A_TIME: usize = 2;
/// More of a drift than this is no help to a reader.
const DIFF_LINES: usize = 60;

/// A target that was built and packed.
pub struct Made {
    pub target: &'static Target,
    pub built: Built,
    /// For C and C++ projects.
    pub archive: PathBuf,
}

/// What the help says beyond the options.
pub fn help() -> String {
    let list = |here: bool| {
        let names: Vec<_> =
            TARGETS.iter().filter(|target| target.is_built_here() == here).map(|target| target.name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    format!(
        "\nTargets that are built on this machine: {}; not supported yet: {}.\nIt writes {FOLDER}/ and {}/.\n",
        list(true),
        list(false),
        plugin::third_party()
    )
}

/// Runs the command.
pub fn run(args: &Args) -> Result<u8> {
    let targets = targets::chosen(args.value("--target"), Target::is_built_here)?;
    setup::ensure(&targets.iter().flat_map(|target| target.needs()).chain(NEEDS).copied().collect::<Vec<_>>())?;
    pack(&targets, args.has("--accept"))?;
    Ok(0)
}

/// Builds these targets, and packs the archive of each and the plugin with all of them. A target that fails does not keep the
/// others from being built; what failed is then said of all at once.
pub fn pack(targets: &[&'static Target], accept: bool) -> Result<Vec<Made>> {
    build_ahead(targets);
    let mut made = Vec::new();
    let mut failures = Vec::new();
    for target in targets {
        match pack_one(target, accept) {
            Ok(one) => made.push(one),
            Err(stop) => failures.push(format!("{}: {}", target.name, stop.sentence)),
        }
    }
    if !failures.is_empty() {
        return Err(Stop::failed(failures.join("\n")));
    }
    plugin::pack(&made, accept)?;
    Ok(made)
}

/// Builds these two at a time, since one alone leaves all but one core idle while it is linked. What fails is said when the target's turn
/// comes: it is then tried again, which takes a moment.
fn build_ahead(targets: &[&'static Target]) {
    let next = AtomicUsize::new(0);
    let build = || {
        while let Some(target) = targets.get(next.fetch_add(1, Ordering::Relaxed)) {
            // The same answer comes again in `pack_one`.
            let _ = target.build();
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME.min(targets.len()) {
            scope.spawn(build);
        }
    });
}

/// Builds a target and packs its archive.
pub fn pack_one(target: &'static Target, accept: bool) -> Result<Made> {
    let built = target.build()?;
    sizes::check(target.name, &built.shared)?;
    let archive = Archive { target, built: &built }.pack(accept)?;
    println!("{}", archive.display());
    Ok(Made { target, built, archive })
}

/// A file of a package: its name there, and where it is.
pub type Packed = (String, PathBuf);

/// Compares a package's files with the list that is checked in, or writes that anew. `elsewhere` says which lines of it are of other
/// targets: these are no drift, and stay.
pub fn settle_list(list: &Path, names: &[String], elsewhere: impl Fn(&str) -> bool, accept: bool) -> Result<()> {
    let old = match fs::read_to_string(list) {
        Ok(text) => text,
        Err(error) if accept && error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(failed("read", list, &error)),
    };
    let mut new: Vec<&str> = names.iter().map(String::as_str).collect();
    new.extend(old.lines().filter(|name| elsewhere(name)));
    new.sort_unstable();
    new.dedup();
    let new: String = new.iter().map(|name| format!("{name}\n")).collect();
    if accept {
        return fs::write(list, new).map_err(|error| failed("write", list, &error));
    }
    let shown = list.strip_prefix(run::root()).unwrap_or(list).display().to_string();
    match diff::unified(&shown, &old, &new, DIFF_LINES) {
        None => Ok(()),
        Some(diff) => Err(Stop::failed(format!(
            "{diff}\nthe package has other files than {shown} says; if that is meant, run `cargo xtask dist --accept` (with the same --target) and commit it"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("latchkey-dist-{}-{name}", std::process::id()))
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| name.to_string()).collect()
    }

    #[test]
    fn a_file_more_or_less_is_shown_until_it_is_accepted() {
        let list = list("drift");
        let none = |_: &str| false;
        settle_list(&list, &names(&["b", "a"]), none, true).unwrap();
        assert_eq!(settle_list(&list, &names(&["a", "b"]), none, false), Ok(()));
        let more = settle_list(&list, &names(&["a", "b", "c"]), none, false).unwrap_err().sentence;
        assert!(more.contains("\n+c\n") && more.contains("`cargo xtask dist --accept`"), "{more}");
        assert!(settle_list(&list, &names(&["a"]), none, false).unwrap_err().sentence.contains("\n-b\n"));
        fs::remove_file(&list).unwrap();
        assert!(settle_list(&list, &names(&["a"]), none, false).unwrap_err().sentence.starts_with("could not read "));
    }

    #[test]
    fn another_targets_lines_are_no_drift_and_are_kept() {
        let list = list("others");
        let others = |name: &str| name.starts_with("Win64/");
        fs::write(&list, "Linux/a\nWin64/a\n").unwrap();
        assert_eq!(settle_list(&list, &names(&["Linux/a"]), others, false), Ok(()));
        assert!(settle_list(&list, &names(&[]), others, false).unwrap_err().sentence.contains("-Linux/a"));
        settle_list(&list, &names(&["Linux/b"]), others, true).unwrap();
        assert_eq!(fs::read_to_string(&list).unwrap(), "Linux/b\nWin64/a\n");
        fs::remove_file(&list).unwrap();
    }
}
