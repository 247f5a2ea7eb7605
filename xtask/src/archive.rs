//! The archives for C and C++ projects: what `package` stages, with checksums, notices and a bill of materials, packed, and compared
//! with a list that is checked in.
//!
//! It builds nothing itself: it is given what was built. No time, no owner and no order of this machine's goes in: the same files make
//! the same bytes.

use std::fs;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::dist::{self, Packed};
use crate::files::{self, failed};
use crate::graph::Linked;
use crate::run::{self, Result, Stop};
use crate::targets::{Built, Target};
use crate::{artifacts, notices, package, sbom, setup};

/// The kind of an archive.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// What Windows opens by itself.
    Zip,
    /// What everything else does.
    TarGz,
}

/// What an archive is made of.
pub struct Archive<'a> {
    pub target: &'a Target,
    pub built: &'a Built,
}

/// The names of what is made for each archive.
const NOTICES: &str = "THIRD-PARTY-NOTICES.txt";
const SBOM: &str = "sbom.cdx.json";
const SUMS: &str = "SHA256SUMS";

impl Archive<'_> {
    /// Packs it into `dist/`, with its checksum beside it; answers where.
    pub fn pack(&self, accept: bool) -> Result<PathBuf> {
        let folder = artifacts::target_folder()?.join("archives");
        let staged = folder.join(self.name());
        let names = self.stage(&staged, &self.lean_static(&folder)?)?;
        let list = run::root().join("packaging").join(format!("{}.txt", self.target.name));
        dist::settle_list(&list, &names, |_| false, accept)?;
        let files: Vec<Packed> =
            names.iter().map(|name| (format!("{}/{name}", self.name()), staged.join(name))).collect();
        let ending = match self.target.packing {
            Packing::Zip => "zip",
            Packing::TarGz => "tar.gz",
        };
        let archive = run::root().join(dist::FOLDER).join(format!("{}.{ending}", self.name()));
        write(&archive, self.target.packing, &files)?;
        Ok(archive)
    }

    fn name(&self) -> String {
        format!("latchkey-{}-{}", env!("CARGO_PKG_VERSION"), self.target.name)
    }

    /// The static library without debugging information, in a folder. That of C code names folders of this machine, and is more than
    /// all the rest.
    fn lean_static(&self, folder: &Path) -> Result<PathBuf> {
        let lean = folder.join(format!("{}-{}", self.target.name, artifacts::file_name(&self.built.static_)));
        files::make(folder)?;
        files::copy(&self.built.static_, &lean)?;
        let tool = setup::LLVM_STRIP.find().ok_or_else(|| Stop::failed("llvm-strip is not on the search path"))?;
        run::stream(Command::new(tool).args(["--strip-debug", "--enable-deterministic-archives"]).arg(&lean))?;
        Ok(lean)
    }

    /// Everything in a folder, as it lies in the archive; answers the names, in order.
    fn stage(&self, folder: &Path, static_: &Path) -> Result<Vec<String>> {
        let (target, built) = (self.target, self.built);
        let mut names = package::stage(folder, target.layout, &built.shared, static_)?;
        let beside = built.shared.parent().unwrap_or(Path::new(""));
        for import in target.imports {
            package::put(&beside.join(import), folder, &format!("lib/{import}"), &mut names)?;
        }
        let linked = Linked::of(target.triples)?;
        let mut add = |name: &str, text: &str| {
            let path = folder.join(name);
            names.push(name.to_owned());
            files::write(&path, text)
        };
        add(NOTICES, &notices::text(&linked, target.notices)?)?;
        add(SBOM, &sbom::text(&linked, target, &built.shared)?)?;
        names.sort();
        let sums = names.iter().map(|name| Ok(format!("{}  {name}\n", digest(&folder.join(name))?)));
        let sums = sums.collect::<Result<String>>()?;
        files::write(&folder.join(SUMS), &sums)?;
        names.push(SUMS.to_owned());
        names.sort();
        Ok(names)
    }
}

/// The SHA-256 of a file, in hexadecimal digits.
pub fn digest(file: &Path) -> Result<String> {
    let bytes = fs::read(file).map_err(|error| failed("read", file, &error))?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Packs these files into an archive of that name, and writes its checksum beside it, as `sha256sum --check` reads it.
pub fn write(archive: &Path, packing: Packing, files: &[Packed]) -> Result<()> {
    let folder = archive.parent().unwrap_or(Path::new(""));
    files::make(folder)?;
    let file = fs::File::create(archive).map_err(|error| failed("write", archive, &error))?;
    let packed = match packing {
        Packing::Zip => zip(file, files),
        Packing::TarGz => tar_gz(file, files),
    };
    packed.map_err(|sentence| failed("write", archive, &sentence))?;
    let name = artifacts::file_name(archive);
    let sum = folder.join(format!("{name}.sha256"));
    files::write(&sum, &format!("{}  {name}\n", digest(archive)?))
}

/// All with the same time and rights.
fn zip(into: impl Write + Seek, files: &[Packed]) -> std::result::Result<(), String> {
    let mut zip = ZipWriter::new(into);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, path) in files {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        zip.start_file(name, options).map_err(|error| error.to_string())?;
        zip.write_all(&bytes).map_err(|error| error.to_string())?;
    }
    zip.finish().map(drop).map_err(|error| error.to_string())
}

/// All with the same time, rights and owner. The time is that of zip's epoch: some programs take none for an error.
fn tar_gz(into: impl Write, files: &[Packed]) -> std::result::Result<(), String> {
    const TIME: u64 = 315_532_800;
    let gzip = GzBuilder::new().mtime(0).write(into, Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for (name, path) in files {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        // A shared library is read, and not executed.
        header.set_mode(0o644);
        header.set_mtime(TIME);
        tar.append_data(&mut header, name, &*bytes).map_err(|error| format!("{name}: {error}"))?;
    }
    let gzip = tar.into_inner().map_err(|error| error.to_string())?;
    gzip.finish().map(drop).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::targets::TARGETS;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("latchkey-archive-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Everything but the libraries is real.
    #[test]
    fn the_lists_are_what_is_staged() {
        let root = folder("lists");
        for target in TARGETS {
            let library = root.join(target.library);
            target.imports.iter().map(|name| root.join(name)).chain([library.clone()]).for_each(|file| {
                fs::write(file, "").unwrap();
            });
            let built = Built { shared: library.clone(), static_: library.clone(), libc: String::new() };
            let staged = root.join("staged");
            let names = Archive { target, built: &built }.stage(&staged, &library).unwrap();
            let list = run::root().join("packaging").join(format!("{}.txt", target.name));
            assert_eq!(dist::settle_list(&list, &names, |_| false, false), Ok(()), "{}", target.name);
            let sums = fs::read_to_string(staged.join(SUMS)).unwrap();
            assert_eq!(sums.lines().count(), names.len() - 1, "each file but the list itself");
            let header = digest(&run::root().join("include/latchkey.h")).unwrap();
            assert!(sums.contains(&format!("{header}  include/latchkey.h\n")), "{sums}");
        }
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn an_archive_is_the_same_whenever_its_files_are() {
        let root = folder("same");
        let files: Vec<_> = ["one", "two"]
            .map(|name| {
                fs::write(root.join(name), name).unwrap();
                (format!("latchkey/{name}"), root.join(name))
            })
            .to_vec();
        let packed = || {
            [Packing::Zip, Packing::TarGz].map(|packing| {
                let archive = root.join("archive");
                write(&archive, packing, &files).unwrap();
                fs::read(archive).unwrap()
            })
        };
        let first = packed();
        let file = fs::File::options().write(true).open(root.join("one")).unwrap();
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(first, packed());

        let mut text = String::new();
        let mut zip = zip::ZipArchive::new(Cursor::new(&first[0])).unwrap();
        zip.by_name("latchkey/two").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), zip.len()), ("two", 2));
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(&*first[1]));
        let names: Vec<_> =
            tar.entries().unwrap().map(|entry| entry.unwrap().path().unwrap().display().to_string()).collect();
        assert_eq!(names, ["latchkey/one", "latchkey/two"]);
        let sum = fs::read_to_string(root.join("archive.sha256")).unwrap();
        assert_eq!(sum, format!("{}  archive\n", digest(&root.join("archive")).unwrap()));
        fs::remove_dir_all(&root).unwrap();
    }
}
