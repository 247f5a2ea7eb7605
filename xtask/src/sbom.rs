//! The bill of materials of an archive, for whoever watches a game's parts for known weaknesses: CycloneDX 1.5 as JSON
//! (<https://cyclonedx.org/docs/1.5/json/>).
//!
//! No serial number and no time: the same parts make the same bytes.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::archive::digest;
use crate::graph::{Linked, Package};
use crate::notices;
use crate::run::{Result, Stop};
use crate::targets::Target;

const LIBRARY: &str = "latchkey";
/// A C library whose source one of the crates brings along: the crate, and the file whose first line has the version.
const LIBDBUS: (&str, &str) = ("libdbus-sys", "vendor/dbus/NEWS");

/// The document.
pub fn text(linked: &Linked, target: &Target, library: &Path) -> Result<String> {
    let mut components: Vec<Value> = linked.packages.values().map(component).collect();
    for package in linked.packages.values().filter(|package| package.name == LIBDBUS.0) {
        components.push(libdbus(package)?);
    }
    for file in target.notices {
        let other = notices::other(file)?;
        components.push(json!({
            "type": "library",
            "bom-ref": file,
            "name": other.name,
            "licenses": [{ "expression": other.license }],
        }));
    }
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": {
            "type": "library",
            "bom-ref": LIBRARY,
            "name": LIBRARY,
            "version": env!("CARGO_PKG_VERSION"),
            "licenses": [{ "expression": "MIT OR Apache-2.0" }],
            "hashes": [{ "alg": "SHA-256", "content": digest(library)? }],
            "properties": [{ "name": "latchkey:target", "value": target.name }],
        }},
        "components": components,
        "dependencies": dependencies(linked, target),
    });
    let text = serde_json::to_string_pretty(&document)
        .map_err(|error| Stop::failed(format!("the bill of materials can't be written: {error}")))?;
    Ok(text + "\n")
}

fn component(package: &Package) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(&format!("{}@{}", package.name, package.version)),
        "name": package.name,
        "version": package.version,
        "licenses": [{ "expression": package.license.replace('/', " OR ") }],
        "purl": reference(&format!("{}@{}", package.name, package.version)),
    });
    if let Some(sum) = &package.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sum }]);
    }
    if let Some(link) = &package.repository {
        component["externalReferences"] = json!([{ "type": "vcs", "url": link }]);
    }
    component
}

/// The crate's number says nothing of the C library's, and it is the latter that is watched.
fn libdbus(package: &Package) -> Result<Value> {
    let file = package.folder.join(LIBDBUS.1);
    let news = fs::read_to_string(&file)
        .map_err(|error| Stop::failed(format!("could not read {}: {error}", file.display())))?;
    let version = news.strip_prefix("dbus ").and_then(|rest| rest.split(' ').next());
    let version = version.ok_or_else(|| Stop::failed(format!("{} names no version of dbus", file.display())))?;
    Ok(json!({
        "type": "library",
        "bom-ref": "libdbus",
        "name": "libdbus",
        "version": version,
        "licenses": [{ "expression": "AFL-2.1" }],
        "cpe": format!("cpe:2.3:a:freedesktop:dbus:{version}:*:*:*:*:*:*:*"),
    }))
}

/// Who uses whom; a part without any says so with an empty list.
fn dependencies(linked: &Linked, target: &Target) -> Vec<Value> {
    let uses =
        |id: &str| -> Vec<String> { linked.edges.get(id).into_iter().flatten().map(|id| reference(id)).collect() };
    let mut own = uses(LIBRARY);
    own.extend(target.notices.iter().map(|name| (*name).to_owned()));
    let mut list = vec![json!({ "ref": LIBRARY, "dependsOn": own })];
    for (id, package) in &linked.packages {
        let mut uses = uses(id);
        if package.name == LIBDBUS.0 {
            uses.push("libdbus".to_owned());
        }
        list.push(json!({ "ref": reference(id), "dependsOn": uses }));
    }
    list
}

/// A crate's package URL, by which such documents name it.
fn reference(id: &str) -> String {
    // A `+` in a version would be read as a space.
    format!("pkg:cargo/{}", id.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::targets::TARGETS;

    #[test]
    fn every_part_is_there_once_and_every_reference_leads_to_one() {
        for target in TARGETS {
            let linked = Linked::of(target.triples).unwrap();
            let library = crate::run::root().join("Cargo.toml");
            let document: Value = serde_json::from_str(&text(&linked, target, &library).unwrap()).unwrap();
            let components = document["components"].as_array().unwrap();
            let names: Vec<_> = components.iter().map(|part| part["bom-ref"].as_str().unwrap()).collect();
            let known: BTreeSet<_> = names.iter().copied().chain([LIBRARY]).collect();
            assert_eq!(known.len(), names.len() + 1, "a part is there twice");
            for line in document["dependencies"].as_array().unwrap() {
                let used = line["dependsOn"].as_array().unwrap().iter().chain([&line["ref"]]);
                used.for_each(|name| assert!(known.contains(name.as_str().unwrap()), "{name} leads nowhere"));
            }
            let libdbus = components.iter().find(|part| part["name"] == "libdbus");
            assert_eq!(libdbus.is_some(), target.name.starts_with("linux"));
            let own = document["metadata"]["component"]["hashes"][0]["content"].as_str();
            assert_eq!(own, Some(digest(&library).unwrap().as_str()));
        }
    }
}
