//! The notices that the licences of what is linked in ask for: which crates, and the texts that they bring.
//!
//! A crate that brings no text is an error until `packaging/notices/` has one of its name. What is linked in and is no crate, such as
//! the standard library and the C runtimes, is described there, too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::files::failed;
use crate::graph::{Linked, Package};
use crate::run::{self, Result, Stop};

const FOLDER: &str = "packaging/notices";
/// What a licence's file is called begins so, in any case.
const BEGINNINGS: &[&str] = &["licen", "copying", "copyright", "notice", "unlicense"];
/// Folders of a crate that are not linked in.
const ELSEWHERE: &[&str] = &["benches", "examples", "fuzz", "target", "tests"];

/// Names its own licence only.
const LIBDBUS: &str = "libdbus-sys";

/// What is linked in and is no crate, from its file in `packaging/notices/`.
pub struct Other {
    /// For people.
    pub name: String,
    /// An SPDX expression.
    pub license: String,
    /// The rest of the file.
    text: String,
}

/// All notices, for what is linked in and for these files of `packaging/notices/`.
pub fn text(linked: &Linked, others: &[&str]) -> Result<String> {
    let mut texts = BTreeMap::<String, BTreeSet<String>>::new();
    let mut list = String::new();
    for package in linked.packages.values() {
        let title = format!("{} {}", package.name, package.version);
        let link = package.repository.as_deref().unwrap_or("https://crates.io");
        list += &format!("  {title}: {}, {link}\n", package.license.replace('/', " OR "));
        if package.name == LIBDBUS {
            list += "  libdbus, whose source libdbus-sys brings along: AFL-2.1, https://www.freedesktop.org/wiki/Software/dbus\n";
        }
        for text in texts_of(package)? {
            texts.entry(text).or_default().insert(title.clone());
        }
    }
    for file in others {
        let Other { name, license, text } = other(file)?;
        list += &format!("  {name}: {license}\n");
        texts.entry(text).or_default().insert(name);
    }
    let mut notices = format!(
        "Latchkey {} contains software that others have written. It is listed here with its licences; their texts follow.\n\n{list}",
        env!("CARGO_PKG_VERSION")
    );
    for (text, users) in &texts {
        let users: Vec<_> = users.iter().map(String::as_str).collect();
        notices += &format!("\n{}\n{}\n\n{text}\n", "=".repeat(100), users.join(", "));
    }
    Ok(notices)
}

/// What `packaging/notices/` says of something that is no crate: its name, its licence, an empty line, the text.
pub fn other(name: &str) -> Result<Other> {
    let file = run::root().join(FOLDER).join(format!("{name}.txt"));
    let text = plain(&file)?;
    let malformed = || Stop::failed(format!("{}: it has to begin with `name: …` and `license: …`", file.display()));
    let (head, text) = text.split_once("\n\n").ok_or_else(malformed)?;
    let field = |key: &str| head.lines().find_map(|line| line.strip_prefix(key)).map(str::to_owned);
    let (name, license) = (field("name: ").ok_or_else(malformed)?, field("license: ").ok_or_else(malformed)?);
    Ok(Other { name, license, text: text.to_owned() })
}

/// The texts that a crate brings, without those of licences that it leaves to choose from beside MIT; else the one that was written
/// down for it here.
fn texts_of(package: &Package) -> Result<Vec<String>> {
    let mut files = Vec::new();
    collect(&package.folder, &mut files)?;
    if files.is_empty() {
        return Ok(vec![other(&package.name).map(|other| other.text).map_err(|stop| {
            Stop::failed(format!("{} {} brings no licence's text: {}", package.name, package.version, stop.sentence))
        })?]);
    }
    files.sort();
    let is_mit = |file: &Path| lower(file).contains("mit");
    let free_to_choose = !package.license.contains("AND") && files.iter().any(|file| is_mit(file));
    let own = |file: &Path| file.parent() == Some(&package.folder) && lower(file).contains("licen");
    let unchosen = |file: &Path| free_to_choose && own(file) && !is_mit(file) && !lower(file).contains("third");
    files.iter().filter(|file| !unchosen(file)).map(|file| plain(file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| failed("list", folder, &error))? {
        let path = entry.map_err(|error| failed("list", folder, &error))?.path();
        let name = lower(&path);
        if path.is_dir() {
            if !ELSEWHERE.contains(&name.as_str()) {
                collect(&path, files)?;
            }
        } else if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) && !name.ends_with(".rs") {
            files.push(path);
        }
    }
    Ok(())
}

fn lower(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().to_lowercase()
}

/// A text with line ends of one kind, so that the same text of two crates is one.
fn plain(file: &Path) -> Result<String> {
    let bytes = fs::read(file).map_err(|error| failed("read", file, &error))?;
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    let lines: Vec<_> = text.trim().lines().map(str::trim_end).collect();
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::targets::TARGETS;

    #[test]
    fn every_crate_has_its_notice_and_foreign_code_in_a_crate_has_its_own() {
        for target in TARGETS {
            let linked = Linked::of(target.triples).unwrap();
            let notices = text(&linked, target.notices).unwrap();
            for package in linked.packages.values() {
                let title = format!("{} {}", package.name, package.version);
                assert!(notices.matches(&title).count() >= 2, "{title} is listed, and has a text");
            }
            let has = |words: &str| notices.contains(words);
            assert!(has("Copyright (c) The Rust Project Contributors"), "the standard library");
            assert!(has("like BoringSSL used to use"), "inside of ring");
            assert!(has("fiat-crypto"), "inside of ring");
            assert!(has("Community Data License Agreement"), "the root certificates");
            let linux = target.name.starts_with("linux");
            assert_eq!(has("Academic Free License"), linux, "libdbus, inside of libdbus-sys");
            assert_eq!(has("brings along: AFL-2.1"), linux);
            assert!(!has("/root/") && !has("/home/"), "a path of this machine");
        }
    }

    #[test]
    fn one_licence_is_chosen_where_a_crate_leaves_the_choice() {
        let folder = std::env::temp_dir().join(format!("latchkey-notices-{}", std::process::id()));
        let write = |name: &str, text: &str| {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        write("LICENSE-APACHE", "apache\r\n");
        write("LICENSE-MIT", "mit  \r\n");
        write("LICENSE-THIRD-PARTY", "third");
        write("vendor/c/COPYING", "vendored");
        write("tests/LICENSE", "of a test");
        let package = |license: &str| Package {
            name: "no-such-crate".to_owned(),
            version: "1.0.0".to_owned(),
            license: license.to_owned(),
            repository: None,
            checksum: None,
            folder: folder.clone(),
        };
        assert_eq!(texts_of(&package("MIT OR Apache-2.0")).unwrap(), ["mit", "third", "vendored"]);
        assert_eq!(texts_of(&package("MIT AND Apache-2.0")).unwrap(), ["apache", "mit", "third", "vendored"]);
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir_all(&folder).unwrap();
        let lacking = texts_of(&package("MIT")).unwrap_err().sentence;
        assert!(lacking.starts_with("no-such-crate 1.0.0 brings no licence's text"), "{lacking}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
