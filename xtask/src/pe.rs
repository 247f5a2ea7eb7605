//! What a Windows library asks of the machine that loads it, and what it says of itself, read from the file: no tool of MinGW's or
//! Microsoft's has to be there.

use std::collections::BTreeSet;
use std::path::Path;

use object::LittleEndian;
use object::pe::{
    IMAGE_DIRECTORY_ENTRY_BASERELOC, IMAGE_DIRECTORY_ENTRY_RESOURCE, IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE,
    IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA, IMAGE_DLLCHARACTERISTICS_NX_COMPAT, ImageNtHeaders64,
};
use object::read::pe::{ImageNtHeaders, ImageOptionalHeader, PeFile64};

use crate::run::{Result, Stop};

/// What every Windows since 10 has of its own. Another name would have to be brought along by the game.
const SYSTEM: &[&str] = &[
    "advapi32.dll",
    "api-ms-win-core-synch-l1-2-0.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "crypt32.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "ntdll.dll",
    "ole32.dll",
    "shell32.dll",
    "ws2_32.dll",
];

/// What keeps an attacker from knowing where code lies, or from running what is data.
const DEFENCES: [(u16, &str); 3] = [
    (IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE.0, "DYNAMIC_BASE"),
    (IMAGE_DLLCHARACTERISTICS_HIGH_ENTROPY_VA.0, "HIGH_ENTROPY_VA"),
    (IMAGE_DLLCHARACTERISTICS_NX_COMPAT.0, "NX_COMPAT"),
];

/// The signature of `VS_FIXEDFILEINFO`, whose third and fourth number are the file's version.
const VERSION_SIGNATURE: [u8; 4] = 0xFEEF_04BD_u32.to_le_bytes();

/// The four numbers of a version in the properties of a file.
pub type Version = [u16; 4];

/// What is written in the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// The libraries that Windows has to find, in lower case; those too that it would look for later.
    pub libraries: BTreeSet<String>,
    /// Of [`DEFENCES`].
    pub defences: BTreeSet<&'static str>,
    /// Whether it can be loaded elsewhere than where it was linked for.
    pub relocatable: bool,
    /// What the Explorer shows.
    pub version: Option<Version>,
}

impl Demands {
    /// Reads them from a DLL for x86-64.
    pub fn of(library: &Path) -> Result<Self> {
        let broken =
            |what: &dyn std::fmt::Display| Stop::failed(format!("could not read {}: {what}", library.display()));
        let data = std::fs::read(library).map_err(|error| broken(&error))?;
        read(&data).map_err(|error| broken(&error))
    }

    /// What keeps the file from being shipped, a sentence each.
    pub fn complaints(&self, version: Version) -> Vec<String> {
        let strange = self.libraries.iter().filter(|name| !SYSTEM.contains(&name.as_str()));
        let mut complaints: Vec<_> =
            strange.map(|name| format!("it needs {name}, which a player's Windows may lack")).collect();
        let absent = DEFENCES.iter().filter(|(_, name)| !self.defences.contains(name));
        complaints.extend(absent.map(|(_, name)| format!("it was linked without {name}")));
        if !self.relocatable {
            complaints.push("it has no relocations, so it is always loaded at the same address".to_owned());
        }
        if self.version != Some(version) {
            complaints.push(format!("its properties show {}, and not {}", shown(self.version), shown(Some(version))));
        }
        complaints
    }
}

fn read(data: &[u8]) -> object::Result<Demands> {
    let file = PeFile64::parse(data)?;
    let flags = ImageNtHeaders64::optional_header(file.nt_headers()).dll_characteristics();
    let defences = DEFENCES.iter().filter(|(bit, _)| flags.0 & bit != 0).map(|(_, name)| *name).collect();
    let relocations = file.data_directory(IMAGE_DIRECTORY_ENTRY_BASERELOC);
    let resources = file.data_directory(IMAGE_DIRECTORY_ENTRY_RESOURCE);
    let resources = resources.filter(|place| place.size.get(LittleEndian) > 0);
    let resources = resources.map(|place| place.data(data, &file.section_table())).transpose()?;
    Ok(Demands {
        libraries: libraries(&file)?,
        defences,
        relocatable: relocations.is_some_and(|place| place.size.get(LittleEndian) > 0),
        version: resources.and_then(version),
    })
}

fn libraries(file: &PeFile64) -> object::Result<BTreeSet<String>> {
    let lower = |name: &[u8]| String::from_utf8_lossy(name).to_lowercase();
    let mut names = BTreeSet::new();
    if let Some(table) = file.import_table()? {
        let mut descriptors = table.descriptors()?;
        while let Some(descriptor) = descriptors.next()? {
            names.insert(lower(table.name(descriptor.name.get(LittleEndian))?));
        }
    }
    if let Some(table) = file.delay_load_import_table()? {
        let mut descriptors = table.descriptors()?;
        while let Some(descriptor) = descriptors.next()? {
            names.insert(lower(table.name(descriptor.dll_name_rva.get(LittleEndian))?));
        }
    }
    Ok(names)
}

/// The file's version among its resources.
fn version(resources: &[u8]) -> Option<Version> {
    let at = resources.windows(4).position(|bytes| bytes == VERSION_SIGNATURE)?;
    let half = |index: usize| Some(u16::from_le_bytes(*resources.get(at + index..)?.first_chunk()?));
    // Two numbers of 32 bits, the upper half of each first.
    Some([half(10)?, half(8)?, half(14)?, half(12)?])
}

fn shown(version: Option<Version>) -> String {
    let words = |numbers: Version| format!("the version {}", numbers.map(|number| number.to_string()).join("."));
    version.map_or_else(|| "no version".to_owned(), words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Demands {
        Demands {
            libraries: ["kernel32.dll", "ws2_32.dll"].map(str::to_owned).into(),
            defences: DEFENCES.map(|(_, name)| name).into(),
            relocatable: true,
            version: Some([0, 1, 0, 0]),
        }
    }

    #[test]
    fn a_file_that_asks_for_nothing_strange_is_fine() {
        assert_eq!(sound().complaints([0, 1, 0, 0]), Vec::<String>::new());
    }

    #[test]
    fn each_fault_has_its_sentence() {
        let mut faulty = sound();
        faulty.libraries.insert("libgcc_s_seh-1.dll".to_owned());
        faulty.defences.remove("NX_COMPAT");
        faulty.relocatable = false;
        assert_eq!(
            faulty.complaints([0, 2, 0, 0]),
            [
                "it needs libgcc_s_seh-1.dll, which a player's Windows may lack",
                "it was linked without NX_COMPAT",
                "it has no relocations, so it is always loaded at the same address",
                "its properties show the version 0.1.0.0, and not the version 0.2.0.0",
            ]
        );
        faulty = Demands { version: None, ..sound() };
        assert_eq!(faulty.complaints([0, 1, 0, 0]), ["its properties show no version, and not the version 0.1.0.0"]);
    }

    #[test]
    fn the_version_is_found_among_other_resources() {
        let mut resources = vec![7; 13];
        resources.extend(VERSION_SIGNATURE);
        resources.extend([0, 0, 1, 0, 2, 0, 1, 0, 4, 0, 3, 0]);
        assert_eq!(version(&resources), Some([1, 2, 3, 4]));
        assert_eq!(version(&resources[..20]), None, "cut short");
        assert_eq!(version(&[0; 64]), None);
    }

    #[test]
    fn a_file_that_is_no_library_is_said_to_be_none() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(Demands::of(&file).unwrap_err().sentence.starts_with("could not read "));
    }
}
