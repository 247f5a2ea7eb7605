//! What a universal library for macOS promises and what it asks for, slice by slice, read from the file itself.
//!
//! It reads and judges; it changes nothing. No tool of Apple's is there to ask, so the signature is checked here too: an arm64 Mac
//! ends a process that touches a page which is not what its code directory says.

use std::collections::BTreeSet;
use std::path::Path;

use object::endian::{BigEndian, LittleEndian};
use object::macho::{self, LinkeditDataCommand};
use object::read::NameOrOrdinal;
use object::read::macho::{CodeDirectory, FatArch, LoadCommandVariant, MachHeader, MachOFatFile32, MachOFile64};
use object::{Object, ObjectSection};
use sha2::{Digest, Sha256};

use crate::run::{Result, Stop};

/// By which a panic finds its way out of a function. A linker that leaves them out says nothing.
const UNWINDING: [&str; 3] = ["__unwind_info", "__eh_frame", "__gcc_except_tab"];

/// Both halves of a version.
pub type Version = (u32, u32);
type File<'data> = MachOFile64<'data, LittleEndian>;

/// The part for one processor.
pub struct Slice {
    /// As Apple calls it.
    pub processor: &'static str,
    /// By which programs that were linked to it look for it.
    pub install_name: Option<String>,
    /// The oldest macOS that loads it.
    pub oldest: Option<Version>,
    /// The libraries that it loads, by the paths at which it does.
    pub libraries: BTreeSet<String>,
    /// Where it would look for libraries beside those.
    pub search_paths: Vec<String>,
    /// What it asks of each library: path and symbol.
    pub imports: BTreeSet<(String, String)>,
    /// What it exports, without the underscore that C puts before a name.
    pub exports: BTreeSet<String>,
    /// The parts that it is made of.
    pub sections: BTreeSet<String>,
    /// What is wrong with its signature.
    pub signature: std::result::Result<(), String>,
}

/// The slices of a universal file, in order.
pub fn slices(library: &Path) -> Result<Vec<Slice>> {
    let broken = |what: &dyn std::fmt::Display| Stop::failed(format!("could not read {}: {what}", library.display()));
    let data = std::fs::read(library).map_err(|error| broken(&error))?;
    let file = MachOFatFile32::parse(&*data).map_err(|error| broken(&error))?;
    file.arches()
        .iter()
        .map(|part| part.data(&*data).and_then(slice))
        .map(|slice| slice.map_err(|error| broken(&error)))
        .collect()
}

fn slice(data: &[u8]) -> object::Result<Slice> {
    let file = File::parse(data)?;
    let mut slice = Slice {
        processor: processor(&file),
        install_name: None,
        oldest: None,
        libraries: BTreeSet::new(),
        search_paths: Vec::new(),
        imports: imports(&file)?,
        exports: exports(&file)?,
        sections: file.sections().map(|section| Ok(section.name()?.to_owned())).collect::<object::Result<_>>()?,
        signature: Err("it is not signed".to_owned()),
    };
    let mut commands = file.macho_load_commands()?;
    while let Some(command) = commands.next()? {
        let text = |at| command.string(LittleEndian, at).map(|text| String::from_utf8_lossy(text).into_owned());
        match command.variant()? {
            LoadCommandVariant::IdDylib(dylib) => slice.install_name = Some(text(dylib.dylib.name)?),
            LoadCommandVariant::Dylib(dylib) => {
                slice.libraries.insert(text(dylib.dylib.name)?);
            }
            LoadCommandVariant::Rpath(path) => slice.search_paths.push(text(path.path)?),
            LoadCommandVariant::BuildVersion(build, _) if build.platform.get(LittleEndian) == macho::PLATFORM_MACOS => {
                let packed = build.minos.get(LittleEndian).0;
                slice.oldest = Some((packed >> 16, (packed >> 8) & 0xff));
            }
            LoadCommandVariant::LinkeditData(part) if command.cmd() == macho::LC_CODE_SIGNATURE => {
                slice.signature = signature(data, part);
            }
            _ => {}
        }
    }
    Ok(slice)
}

fn processor(file: &File<'_>) -> &'static str {
    match file.macho_header().cputype(LittleEndian) {
        macho::CPU_TYPE_ARM64 => "arm64",
        macho::CPU_TYPE_X86_64 => "x86_64",
        _ => "unknown",
    }
}

/// As dyld reads them: from the export trie.
fn exports(file: &File<'_>) -> object::Result<BTreeSet<String>> {
    file.exports()?.map(|export| Ok(name(&export?.name()))).collect()
}

/// As dyld reads them: what has to be bound.
fn imports(file: &File<'_>) -> object::Result<BTreeSet<(String, String)>> {
    let import = |import: object::read::Import<'_>| {
        (String::from_utf8_lossy(import.library()).into_owned(), name(&import.name()))
    };
    file.imports()?.map(|found| found.map(import)).collect()
}

/// Mach-O puts an underscore before every C name.
fn name<Name: AsRef<[u8]>>(name: &NameOrOrdinal<Name>) -> String {
    match name {
        NameOrOrdinal::Name(name) => {
            let name = String::from_utf8_lossy(name.as_ref());
            name.strip_prefix('_').unwrap_or(&name).to_owned()
        }
        NameOrOrdinal::Ordinal(number) => format!("#{number}"),
    }
}

/// Whether each page is what the code directory says, which is all that a signature without a certificate holds.
fn signature(data: &[u8], part: &LinkeditDataCommand<LittleEndian>) -> std::result::Result<(), String> {
    let broken = |error: object::Error| format!("its signature can't be read: {error}");
    let blobs = part.code_signature(LittleEndian, data).map_err(broken)?.blobs();
    for blob in blobs {
        if let Some(directory) = blob.and_then(|blob| blob.code_directory()).map_err(broken)? {
            let signed_up_to = u64::from(part.dataoff.get(LittleEndian));
            return pages(data, &directory, signed_up_to);
        }
    }
    Err("its signature has no code directory".to_owned())
}

fn pages(data: &[u8], directory: &CodeDirectory<'_>, signed_up_to: u64) -> std::result::Result<(), String> {
    let header = directory.header();
    if header.hash_type != macho::CS_HASHTYPE_SHA256 {
        return Err("its signature is not of SHA-256".to_owned());
    }
    if directory.code_limit() != signed_up_to {
        return Err(format!("its signature is over {} bytes instead of {signed_up_to}", directory.code_limit()));
    }
    let code = data.get(..signed_up_to as usize).ok_or("its signature lies behind its end")?;
    let pages = code.chunks(1 << header.page_size.min(31));
    if pages.len() != header.n_code_slots.get(BigEndian) as usize {
        return Err(format!("its signature leaves some of {} pages out", pages.len()));
    }
    for (number, page) in pages.enumerate() {
        let said = directory.code_hash(number as u32).map_err(|error| error.to_string())?;
        if said != Sha256::digest(page).as_slice() {
            return Err(format!("page {number} is not what its signature says"));
        }
    }
    Ok(())
}

impl Slice {
    /// A sentence for each promise that it does not keep.
    pub fn complaints(&self, install_name: &str, oldest: Version, checked: &BTreeSet<(String, String)>) -> Vec<String> {
        let mut complaints = Vec::new();
        if self.install_name.as_deref() != Some(install_name) {
            complaints.push(format!("its install name is {:?}, not {install_name}", self.install_name));
        }
        if self.oldest != Some(oldest) {
            complaints.push(format!("the oldest macOS that it names is {:?}, not {oldest:?}", self.oldest));
        }
        let foreign = self.libraries.iter().filter(|path| !is_systems(path));
        complaints.extend(foreign.map(|path| format!("it needs {path}, which is not the system's")));
        complaints.extend(self.search_paths.iter().map(|path| format!("it would look for libraries in {path}")));
        let unchecked = self.imports.difference(checked);
        complaints
            .extend(unchecked.map(|(path, name)| format!("it asks {path} for `{name}`, which nobody has looked up")));
        let missing = UNWINDING.iter().filter(|name| !self.sections.contains(**name));
        complaints.extend(
            missing
                .map(|name| format!("it has no {name}: a panic would end the game instead of stopping at the border")),
        );
        complaints.extend(self.signature.as_ref().err().cloned());
        complaints.into_iter().map(|complaint| format!("{}: {complaint}", self.processor)).collect()
    }
}

fn is_systems(path: &str) -> bool {
    path.starts_with("/usr/lib/") || path.starts_with("/System/Library/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTALL_NAME: &str = "@rpath/libx.dylib";
    const SYSTEM: &str = "/usr/lib/libSystem.B.dylib";
    const PAGE: usize = 4096;
    /// More than two pages, the last of which is not full.
    const SIGNED: usize = 2 * PAGE + 100;

    /// A command of the header, its text after `fixed` and filled up to eight bytes.
    fn command(kind: u32, fixed: &[u32], text: &str) -> Vec<u8> {
        let mut body: Vec<u8> = fixed.iter().flat_map(|word| word.to_le_bytes()).collect();
        body.extend(text.bytes().chain([0]));
        body.resize(body.len().next_multiple_of(8), 0);
        let size = (body.len() + 8) as u32;
        [kind.to_le_bytes().to_vec(), size.to_le_bytes().to_vec(), body].concat()
    }

    /// A library for arm64 with these further commands, signed, in a universal file.
    fn library(further: &[Vec<u8>]) -> Vec<u8> {
        let mut commands = further.to_vec();
        commands.push(command(macho::LC_ID_DYLIB.0, &[24, 0, 0, 0], INSTALL_NAME));
        commands.push(command(macho::LC_LOAD_DYLIB.0, &[24, 0, 0, 0], SYSTEM));
        let build = [macho::PLATFORM_MACOS.0, 11 << 16, 11 << 16, 0];
        commands.push(
            [[macho::LC_BUILD_VERSION.0, 24], [build[0], build[1]], [build[2], build[3]]]
                .concat()
                .iter()
                .flat_map(|word| word.to_le_bytes())
                .collect(),
        );
        let signature_size = 20 + 44 + 8 + 3 * 32;
        let signature = [macho::LC_CODE_SIGNATURE.0, 16, SIGNED as u32, signature_size];
        commands.push(signature.iter().flat_map(|word| word.to_le_bytes()).collect());
        let sizes = commands.iter().map(Vec::len).sum::<usize>() as u32;
        let header = [
            macho::MH_MAGIC_64,
            macho::CPU_TYPE_ARM64.0,
            0,
            macho::MH_DYLIB.0,
            commands.len() as u32,
            sizes,
            macho::MH_TWOLEVEL.0,
            0,
        ];
        let mut code: Vec<u8> = header.iter().flat_map(|word| word.to_le_bytes()).chain(commands.concat()).collect();
        code.resize(SIGNED, 7);
        let signature = signed(&code);
        assert_eq!(signature.len(), signature_size as usize);
        universal(&[code, signature].concat())
    }

    /// A signature as linkers make it: one blob, a code directory, with the digest of each page.
    fn signed(code: &[u8]) -> Vec<u8> {
        let digests: Vec<u8> = code.chunks(PAGE).flat_map(|page| Sha256::digest(page).to_vec()).collect();
        let count = (digests.len() / 32) as u32;
        let directory =
            [macho::CSMAGIC_CODEDIRECTORY, 52 + digests.len() as u32, 0x20001, 2, 52, 44, 0, count, code.len() as u32];
        let blob = [macho::CSMAGIC_EMBEDDED_SIGNATURE, 72 + digests.len() as u32, 1, 0, 20];
        let words = blob.iter().chain(&directory).flat_map(|word| word.to_be_bytes());
        // The digest's size and kind, no platform, pages of two to the twelfth; the identifier.
        words.chain([32, 2, 0, 12, 0, 0, 0, 0]).chain(*b"libx\0\0\0\0").chain(digests).collect()
    }

    fn universal(slice: &[u8]) -> Vec<u8> {
        let header = [macho::FAT_MAGIC, 1, macho::CPU_TYPE_ARM64.0, 0, 32, slice.len() as u32, 3, 0];
        header.iter().flat_map(|word| word.to_be_bytes()).chain(slice.iter().copied()).collect()
    }

    fn read(library: &[u8]) -> Slice {
        let folder = std::env::temp_dir().join(format!(
            "latchkey-macho-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("library");
        std::fs::write(&file, library).unwrap();
        let slice = slices(&file).map(|mut slices| slices.remove(0));
        std::fs::remove_dir_all(&folder).unwrap();
        slice.unwrap()
    }

    #[test]
    fn what_a_library_says_of_itself_is_read() {
        let slice = read(&library(&[]));
        assert_eq!((slice.processor, slice.oldest), ("arm64", Some((11, 0))));
        assert_eq!(slice.install_name.as_deref(), Some(INSTALL_NAME));
        assert_eq!(slice.libraries, [SYSTEM.to_owned()].into());
        assert_eq!(slice.signature, Ok(()));
    }

    #[test]
    fn a_byte_that_was_changed_after_signing_is_found() {
        let whole = library(&[]);
        for (at, page) in [(32 + 8 * 200, 0), (32 + PAGE, 1), (32 + SIGNED - 1, 2)] {
            let mut altered = whole.clone();
            altered[at] ^= 1;
            assert_eq!(read(&altered).signature, Err(format!("page {page} is not what its signature says")));
        }
    }

    #[test]
    fn a_signature_over_less_than_everything_is_found() {
        let mut short = library(&[]);
        let limit = 32 + SIGNED + 20 + 8 * 4;
        short[limit..limit + 4].copy_from_slice(&(PAGE as u32).to_be_bytes());
        assert_eq!(read(&short).signature, Err(format!("its signature is over {PAGE} bytes instead of {SIGNED}")));
    }

    #[test]
    fn every_promise_that_is_broken_is_named() {
        let path = command(macho::LC_RPATH.0, &[12], "/build/lib");
        let foreign = command(macho::LC_LOAD_DYLIB.0, &[24, 0, 0, 0], "/opt/lib/libiconv.dylib");
        let mut slice = read(&library(&[path, foreign]));
        slice.imports = [(SYSTEM.to_owned(), "logout".to_owned())].into();
        slice.sections = ["__unwind_info", "__eh_frame"].map(str::to_owned).into();
        slice.signature = Err("it is not signed".to_owned());
        let wanted = [
            "arm64: its install name is Some(\"@rpath/libx.dylib\"), not @rpath/liby.dylib",
            "arm64: the oldest macOS that it names is Some((11, 0)), not (10, 15)",
            "arm64: it needs /opt/lib/libiconv.dylib, which is not the system's",
            "arm64: it would look for libraries in /build/lib",
            "arm64: it asks /usr/lib/libSystem.B.dylib for `logout`, which nobody has looked up",
            "arm64: it has no __gcc_except_tab: a panic would end the game instead of stopping at the border",
            "arm64: it is not signed",
        ];
        assert_eq!(slice.complaints("@rpath/liby.dylib", (10, 15), &BTreeSet::new()), wanted);
    }
}
