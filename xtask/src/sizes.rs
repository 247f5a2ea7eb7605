//! How large the libraries are: no target outgrows its limit, and none grows much without somebody saying that it is meant.
//!
//! The figures on record are in `packaging/sizes.txt`, and are changed by hand. A universal library counts by its slices.

use std::fs;
use std::path::Path;

use object::read::macho::{FatArch, MachOFatFile32};

use crate::run::{self, Result, Stop};

/// The figures as they were when somebody last looked at them.
const RECORD: &str = "packaging/sizes.txt";
/// How far a library may be from its figure, in bytes.
const GROWTH: u64 = 100_000;
/// The most that a library may ever have, in bytes, by the start of its name in the record.
const LIMITS: &[(&str, u64)] = &[("win64", 2_600_000), ("linux", 3_100_000), ("mac", 2_600_000)];

/// Holds the library of a target against its limit and its figure.
pub fn check(target: &str, library: &Path) -> Result<()> {
    let file = run::root().join(RECORD);
    let record = fs::read_to_string(&file).map_err(|error| failed(&file, &error))?;
    let complaints: Vec<_> =
        parts(target, library)?.iter().flat_map(|(name, bytes)| complaints(name, *bytes, &record)).collect();
    if complaints.is_empty() {
        return Ok(());
    }
    Err(Stop::failed(format!("{}:\n{}", library.display(), complaints.join("\n"))))
}

/// What of a library counts by itself, and its size in bytes.
pub fn parts(target: &str, library: &Path) -> Result<Vec<(String, u64)>> {
    let data = fs::read(library).map_err(|error| failed(library, &error))?;
    let Ok(universal) = MachOFatFile32::parse(&*data) else {
        return Ok(vec![(target.to_owned(), data.len() as u64)]);
    };
    let slice = |arch: &object::macho::FatArch32| {
        let name = match arch.architecture() {
            object::Architecture::Aarch64 => "arm64".to_owned(),
            object::Architecture::X86_64 => "x86-64".to_owned(),
            other => format!("{other:?}").to_lowercase(),
        };
        let (_, size) = arch.file_range();
        (format!("{target}-{name}"), size)
    };
    Ok(universal.arches().iter().map(slice).collect())
}

/// What is wrong with a size, a sentence each.
fn complaints(name: &str, bytes: u64, record: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    match LIMITS.iter().find(|(start, _)| name.starts_with(start)) {
        Some((_, limit)) if bytes > *limit => {
            complaints.push(format!("{name} has {bytes} bytes, and may have {limit} at most"));
        }
        Some(_) => {}
        None => complaints.push(format!("{name} has no limit: name one in xtask/src/sizes.rs")),
    }
    match recorded(name, record) {
        None => complaints.push(format!("{name} has no figure in {RECORD}: add the line `{name} {bytes}`")),
        Some(figure) if bytes.abs_diff(figure) > GROWTH => {
            let how = if bytes > figure { "more" } else { "less" };
            complaints.push(format!(
                "{name} has {bytes} bytes, over {GROWTH} {how} than the {figure} in {RECORD}; if that is meant, change the figure"
            ));
        }
        Some(_) => {}
    }
    complaints
}

/// The figure of a target.
fn recorded(name: &str, record: &str) -> Option<u64> {
    let lines = record.lines().filter(|line| !line.starts_with('#'));
    let mut pairs = lines.filter_map(|line| line.split_once(' '));
    pairs.find(|(target, _)| *target == name)?.1.trim().parse().ok()
}

fn failed(file: &Path, error: &dyn std::fmt::Display) -> Stop {
    Stop::failed(format!("could not read {}: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDED: &str = "# what it is\nlinux 3000000\nlinux-arm64 2900000\nmac-arm64 2400000\n";

    #[test]
    fn growth_is_said_from_one_byte_over_on() {
        assert_eq!(complaints("linux-arm64", 3_000_000, RECORDED), Vec::<String>::new());
        let grown = complaints("linux-arm64", 3_000_001, RECORDED);
        assert!(grown.len() == 1 && grown[0].contains("over 100000 more than the 2900000"), "{grown:?}");
        // A figure that nobody has lowered would let all that was won be lost again, unseen.
        let shrunk = complaints("linux-arm64", 2_799_999, RECORDED);
        assert!(shrunk.len() == 1 && shrunk[0].contains("less than the 2900000"), "{shrunk:?}");
        let unknown = complaints("mac-x86-64", 1, RECORDED);
        assert!(unknown.len() == 1 && unknown[0].contains("`mac-x86-64 1`"), "{unknown:?}");
    }

    #[test]
    fn no_figure_lifts_a_limit() {
        for (name, limit) in [("win64", 2_600_000), ("linux", 3_100_000), ("mac-arm64", 2_600_000)] {
            let record = format!("{name} {limit}\n");
            assert_eq!(complaints(name, limit, &record), Vec::<String>::new());
            let over = complaints(name, limit + 1, &record);
            assert!(over.len() == 1 && over[0].contains(&format!("may have {limit} at most")), "{over:?}");
        }
        assert!(complaints("psp", 1, "psp 1\n")[0].contains("no limit"));
    }

    #[test]
    fn a_universal_library_counts_by_its_slices() {
        // A fat header with two slices, as lipo writes it: big-endian, five numbers a slice.
        let numbers = |list: &[u32]| list.iter().flat_map(|number| number.to_be_bytes()).collect::<Vec<_>>();
        let mut file = numbers(&[0xcafe_babe, 2, 0x0100_0007, 3, 64, 10, 0, 0x0100_000c, 0, 128, 20, 0]);
        file.resize(148, 0);
        let path = std::env::temp_dir().join(format!("latchkey-sizes-{}", std::process::id()));
        fs::write(&path, file).unwrap();
        let parts = parts("mac", &path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(parts, [("mac-x86-64".to_owned(), 10), ("mac-arm64".to_owned(), 20)]);
    }

    #[test]
    fn the_record_has_a_figure_for_each_target_that_is_built() {
        let record = fs::read_to_string(run::root().join(RECORD)).unwrap();
        for target in crate::targets::TARGETS {
            let slices = if target.triples.len() > 1 { vec!["-arm64", "-x86-64"] } else { vec![""] };
            for slice in slices {
                let name = format!("{}{slice}", target.name);
                assert!(recorded(&name, &record).is_some(), "{name} is not in {RECORD}");
            }
        }
    }
}
