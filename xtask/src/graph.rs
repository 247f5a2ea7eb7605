//! What is linked into the library: the crates of its dependency graph for given targets, without what only helps to build it.
//!
//! The graph is cargo's own answer for the library alone, with the features that it is shipped with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::files;
use crate::run::{self, Result, Stop};

const LIBRARY: &str = "latchkey";

/// A crate by name and version, such as `ring@0.17.14`.
pub type Id = String;

/// A crate that is linked in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// An SPDX expression.
    pub license: String,
    /// Where it comes from, for people.
    pub repository: Option<String>,
    /// The SHA-256 of what the registry handed out.
    pub checksum: Option<String>,
    /// Its source.
    pub folder: PathBuf,
}

/// The graph, without the library itself.
#[derive(Debug, Default)]
pub struct Linked {
    pub packages: BTreeMap<Id, Package>,
    /// Who uses whom; the library's own are below its name.
    pub edges: BTreeMap<Id, BTreeSet<Id>>,
}

impl Linked {
    /// What is linked in for any of these targets.
    pub fn of(triples: &[&str]) -> Result<Self> {
        let mut linked = Self::default();
        let sums = checksums()?;
        for triple in triples {
            // Else what links is mixed with what only builds: macros run in the compiler.
            let words = ["tree", "--locked", "-p", LIBRARY, "-e", "normal,no-proc-macro", "--target", triple];
            let tree = run::capture(run::cargo().args(words).args(["--prefix", "depth", "--format", "|{p}"]))?;
            let edges = edges(&tree).ok_or_else(|| Stop::failed("`cargo tree` printed what is no tree"))?;
            let described = described(triple)?;
            for id in edges.values().flatten() {
                let mut package = described.get(id).cloned().ok_or_else(|| {
                    Stop::failed(format!("`cargo metadata` knows nothing of {id}, which `cargo tree` names"))
                })?;
                package.checksum = sums.get(id).cloned();
                linked.packages.insert(id.clone(), package);
            }
            for (from, to) in edges {
                linked.edges.entry(from).or_default().extend(to);
            }
        }
        Ok(linked)
    }
}

/// Who uses whom, from lines such as `2|ring v0.17.14`, each below the nearest line of the depth before.
fn edges(tree: &str) -> Option<BTreeMap<Id, BTreeSet<Id>>> {
    let mut edges = BTreeMap::<Id, BTreeSet<Id>>::new();
    let mut path: Vec<Id> = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (depth, package) = line.split_once('|')?;
        let depth: usize = depth.parse().ok()?;
        let mut words = package.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        let id = if depth == 0 { name.to_owned() } else { format!("{name}@{version}") };
        path.truncate(depth);
        if let Some(parent) = path.last() {
            edges.entry(parent.clone()).or_default().insert(id.clone());
        }
        path.push(id);
    }
    (!edges.is_empty()).then_some(edges)
}

/// What the crates say of themselves.
fn described(triple: &str) -> Result<BTreeMap<Id, Package>> {
    let words = ["metadata", "--locked", "--format-version", "1", "--filter-platform", triple];
    let said = run::capture(run::cargo().args(words))?;
    let metadata: Value = serde_json::from_str(&said)
        .map_err(|error| Stop::failed(format!("`cargo metadata` printed no JSON: {error}")))?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    Ok(packages.filter_map(package).map(|package| (format!("{}@{}", package.name, package.version), package)).collect())
}

fn package(value: &Value) -> Option<Package> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let manifest = PathBuf::from(text("manifest_path")?);
    Some(Package {
        name: text("name")?,
        version: text("version")?,
        license: text("license").unwrap_or_else(|| "NOASSERTION".to_owned()),
        repository: text("repository"),
        checksum: None,
        folder: manifest.parent().unwrap_or(Path::new("")).to_owned(),
    })
}

/// Those of Cargo.lock.
fn checksums() -> Result<BTreeMap<Id, String>> {
    let file = run::root().join("Cargo.lock");
    let lock = files::text(&file)?;
    let lock = lock.replace("\r\n", "\n");
    let entries = lock.split("[[package]]\n").filter_map(|entry| {
        let value = |key: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
            line.strip_suffix('"').map(str::to_owned)
        };
        Some((format!("{}@{}", value("name")?, value("version")?), value("checksum")?))
    });
    Ok(entries.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_read() {
        let tree = "0|latchkey v0.1.0 (/somewhere)\n1|hyper v1.12.0\n2|bytes v1.12.2\n1|url v2.5.8\n2|idna v1.1.0\n3|bytes v1.12.2 (*)\n";
        let edges = edges(tree).unwrap();
        let of = |id: &str| edges[id].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(of("latchkey"), ["hyper@1.12.0", "url@2.5.8"]);
        assert_eq!(of("idna@1.1.0"), ["bytes@1.12.2"]);
        assert!(super::edges("error: no such package\n").is_none());
    }

    #[test]
    fn what_only_builds_or_belongs_to_another_system_is_not_linked_in() {
        let linux = Linked::of(&["x86_64-unknown-linux-gnu"]).unwrap();
        let windows = Linked::of(&["x86_64-pc-windows-gnu"]).unwrap();
        let has = |linked: &Linked, name: &str| linked.packages.values().any(|package| package.name == name);
        for name in ["ring", "webpki-roots", "tokio"] {
            assert!(has(&linux, name) && has(&windows, name), "{name}");
        }
        // A build script's, a macro, the tests' own.
        for name in ["cc", "serde_derive", "tempfile", "latchkey", "practice-provider"] {
            assert!(!has(&linux, name) && !has(&windows, name), "{name}");
        }
        assert!(has(&linux, "libdbus-sys") && !has(&windows, "libdbus-sys"));
        assert!(has(&windows, "windows-sys") && !has(&linux, "windows-sys"));
        let both = Linked::of(&["x86_64-unknown-linux-gnu", "x86_64-pc-windows-gnu"]).unwrap();
        assert!(has(&both, "libdbus-sys") && has(&both, "windows-sys"));
        for package in both.packages.values() {
            assert!(package.checksum.as_ref().is_some_and(|sum| sum.len() == 64), "{package:?}");
            assert_ne!(package.license, "NOASSERTION", "{package:?}");
        }
    }
}
