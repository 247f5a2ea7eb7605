//! What a Linux library asks of the machine that loads it, read from the file itself: no `readelf` has to be there, and an arm64
//! file is read like any other.

use std::collections::BTreeSet;
use std::path::Path;

use object::elf::{DF_1_NODELETE, DT_FLAGS_1, DT_NEEDED, DT_RPATH, DT_RUNPATH, DT_SONAME, DT_TEXTREL, FileHeader64};
use object::endian::LittleEndian;
use object::read::elf::ElfFile;

use crate::run::{Result, Stop};

/// The libraries that glibc itself brings, on every machine since its first release.
const LIBC: &[&str] = &["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1"];
/// Its loader, by architecture.
const LOADER: &str = "ld-linux-";

/// A version of glibc.
pub type Version = (u32, u32);

/// What is written in the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// The name by which programs that are linked against it will look for it.
    pub soname: Option<String>,
    /// The libraries that the loader has to find.
    pub libraries: BTreeSet<String>,
    /// The versions of symbols that these must have, such as `GLIBC_2.17`.
    pub versions: BTreeSet<String>,
    /// Whether it stays loaded after `dlclose`.
    pub stays: bool,
    /// What only some machines allow, or what leads to folders of the machine that built it.
    pub oddities: BTreeSet<&'static str>,
}

impl Demands {
    /// Reads them from a 64-bit little-endian ELF file.
    pub fn of(library: &Path) -> Result<Self> {
        let broken = |what: &dyn std::fmt::Display| failed(library, what);
        let data = std::fs::read(library).map_err(|error| broken(&error))?;
        read(&data).map_err(|error| broken(&error))
    }

    /// The newest version of glibc among them.
    pub fn newest_glibc(&self) -> Option<Version> {
        self.versions.iter().filter_map(|name| glibc(name)).max()
    }

    /// What keeps the file from being loaded on every machine with this glibc, a sentence each.
    pub fn complaints(&self, soname: &str, oldest: Version) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.soname.as_deref() != Some(soname) {
            complaints
                .push(format!("its SONAME is {:?}, and not {soname:?}", self.soname.as_deref().unwrap_or_default()));
        }
        let foreign = self.libraries.iter().filter(|name| !LIBC.contains(&name.as_str()) && !name.starts_with(LOADER));
        complaints.extend(foreign.map(|name| format!("it needs {name}, which is no part of the C library")));
        let newer = self.versions.iter().filter(|name| glibc(name).is_none_or(|version| version > oldest));
        complaints.extend(newer.map(|name| format!("it needs {name}, newer than GLIBC_{}.{}", oldest.0, oldest.1)));
        if !self.stays {
            complaints.push("it can be unloaded under its own threads: it lacks the flag NODELETE".to_owned());
        }
        complaints.extend(self.oddities.iter().map(|what| format!("it has {what}")));
        complaints
    }
}

fn failed(library: &Path, what: &dyn std::fmt::Display) -> Stop {
    Stop::failed(format!("could not read {}: {what}", library.display()))
}

fn read(data: &[u8]) -> object::Result<Demands> {
    let file = ElfFile::<FileHeader64<LittleEndian>>::parse(data)?;
    let mut demands = Demands::default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let table = file.elf_dynamic_table()?;
    for entry in &table {
        match entry.tag {
            DT_SONAME => demands.soname = Some(text(table.string(entry)?)),
            DT_NEEDED => demands.libraries.extend([text(table.string(entry)?)]),
            DT_FLAGS_1 => demands.stays = entry.val & DF_1_NODELETE.0 != 0,
            DT_TEXTREL => demands.oddities.extend(["relocations in its code, which hardened systems refuse"]),
            DT_RPATH | DT_RUNPATH => demands.oddities.extend(["a search path of its own"]),
            _ => {}
        }
    }
    let sections = file.elf_section_table();
    let Some((needs, link)) = sections.gnu_verneed(LittleEndian, data)? else { return Ok(demands) };
    let strings = sections.strings(LittleEndian, data, link)?;
    for need in needs {
        for version in need?.1 {
            demands.versions.insert(text(version?.name(LittleEndian, strings)?));
        }
    }
    Ok(demands)
}

/// The number in `GLIBC_2.17`; of `GLIBC_2.2.5` the first two, which is how releases are counted.
fn glibc(name: &str) -> Option<Version> {
    let mut numbers = name.strip_prefix("GLIBC_")?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(of: &[&str]) -> BTreeSet<String> {
        of.iter().map(|name| name.to_string()).collect()
    }

    fn portable() -> Demands {
        Demands {
            soname: Some("libx.so".to_owned()),
            libraries: names(&["ld-linux-aarch64.so.1", "libc.so.6", "libpthread.so.0"]),
            versions: names(&["GLIBC_2.2.5", "GLIBC_2.17"]),
            stays: true,
            oddities: BTreeSet::new(),
        }
    }

    #[test]
    fn what_every_machine_has_is_no_complaint() {
        assert_eq!(portable().complaints("libx.so", (2, 17)), Vec::<String>::new());
        assert_eq!(portable().newest_glibc(), Some((2, 17)));
    }

    #[test]
    fn each_demand_too_many_is_named() {
        let mut demands = portable();
        demands.soname = None;
        demands.libraries.extend(names(&["libgcc_s.so.1"]));
        demands.versions.extend(names(&["GLIBC_2.34", "GLIBC_PRIVATE", "GCC_3.0"]));
        demands.stays = false;
        demands.oddities.extend(["a search path of its own"]);
        let complaints = demands.complaints("libx.so", (2, 17));
        let words = ["SONAME", "libgcc_s.so.1", "GCC_3.0", "GLIBC_2.34", "GLIBC_PRIVATE", "NODELETE", "search path"];
        assert_eq!(complaints.len(), words.len(), "{complaints:?}");
        for (complaint, word) in complaints.iter().zip(words) {
            assert!(complaint.contains(word), "{complaint}");
        }
    }

    /// The program that runs this test needs what its own compiler gave it, and is no library.
    #[cfg(all(target_os = "linux", target_pointer_width = "64", target_endian = "little"))]
    #[test]
    fn a_real_file_is_read() {
        let demands = Demands::of(&std::env::current_exe().unwrap()).unwrap();
        assert!(demands.libraries.contains("libc.so.6"), "{demands:?}");
        assert!(demands.newest_glibc() >= Some((2, 17)), "{demands:?}");
        assert_eq!((demands.soname.as_deref(), demands.stays), (None, false));
        let sentence = Demands::of(Path::new(env!("CARGO_MANIFEST_PATH"))).unwrap_err().sentence;
        assert!(sentence.starts_with("could not read "), "{sentence}");
    }
}
