//! What the bytes of the library's file are for: functions by the part that they belong to, and what they share.
//!
//! It reads a library that has its symbols, which the shipped one has not; otherwise the two are the same. Only ELF says how long
//! a function is.

use object::{Object, ObjectSection, ObjectSymbol, SymbolKind};

use crate::figures::Figures;

/// By the crate that a function is of. A generic one counts where the type is from that it was made for.
const PARTS: [(&str, &[&str]); 7] = [
    ("own", &["latchkey", "cabi"]),
    ("tls", &["rustls", "webpki", "ring", "tokio_rustls", "hyper_rustls", "rustls_pki_types", "rustls_native_certs"]),
    (
        "http",
        &[
            "reqwest",
            "hyper",
            "hyper_util",
            "http",
            "http_body",
            "http_body_util",
            "httparse",
            "httpdate",
            "url",
            "idna",
            "tower",
            "tower_http",
            "percent_encoding",
            "form_urlencoded",
            "bytes",
            "want",
            "iri_string",
            "ipnet",
        ],
    ),
    (
        "secret-service",
        &["dbus", "dbus_secret_service", "libdbus_sys", "num_bigint", "aes", "cbc", "hkdf", "block_padding"],
    ),
    (
        "tokens",
        &[
            "serde",
            "serde_core",
            "serde_json",
            "oauth2",
            "jsonwebtoken",
            "base64",
            "chrono",
            "itoa",
            "ryu",
            "simple_asn1",
        ],
    ),
    (
        "runtime",
        &[
            "tokio",
            "mio",
            "futures_util",
            "futures_core",
            "futures_channel",
            "parking_lot",
            "parking_lot_core",
            "socket2",
        ],
    ),
    (
        "standard",
        &[
            "core",
            "alloc",
            "std",
            "hashbrown",
            "compiler_builtins",
            "gimli",
            "addr2line",
            "rustc_demangle",
            "miniz_oxide",
        ],
    ),
];
/// Those of C, by how their names begin.
const OF_C: [(&str, &[&str]); 3] =
    [("own", &["latchkey_"]), ("tls", &["ring_core_", "LIMB"]), ("secret-service", &["dbus_", "_dbus_"])];
const UNKNOWN: &str = "other";
/// What all share, by the names of sections.
const SHARED: [(&str, &[&str]); 4] = [
    ("constants", &[".rodata"]),
    ("unwinding", &[".eh_frame", ".eh_frame_hdr", ".gcc_except_table"]),
    ("relocations", &[".rela.dyn", ".rela.plt", ".relr.dyn"]),
    ("tables-of-functions", &[".data.rel.ro", ".got", ".data"]),
];

/// Prints them, if this file tells.
pub fn say(file: &[u8], figures: &mut Figures) -> Result<(), object::Error> {
    let library = object::File::parse(file)?;
    let functions = library.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0);
    let mut functions: Vec<_> = functions.map(|symbol| (symbol.address(), symbol.size(), symbol.name())).collect();
    // One address has several names where the linker has found functions to be the same.
    functions.sort_by_key(|(address, ..)| *address);
    functions.dedup_by_key(|(address, ..)| *address);
    if functions.is_empty() {
        return Ok(());
    }
    let names = PARTS.iter().map(|(part, _)| *part).chain([UNKNOWN]);
    let mut sums: Vec<_> = names.map(|part| (part, 0)).collect();
    for (_, size, name) in functions {
        let part = part_of(name.unwrap_or_default());
        sums.iter_mut().filter(|(name, _)| *name == part).for_each(|(_, sum)| *sum += size);
    }
    for (part, sum) in sums {
        figures.say(&format!("size.code.{part}"), sum as f64, "bytes");
    }
    for (what, sections) in SHARED {
        let sections = library.sections().filter(|section| section.name().is_ok_and(|name| sections.contains(&name)));
        figures.say(&format!("size.{what}"), sections.map(|section| section.size()).sum::<u64>() as f64, "bytes");
    }
    Ok(())
}

/// Which part a symbol belongs to.
fn part_of(symbol: &str) -> &'static str {
    let begins = |(_, starts): &&(&str, &[&str])| starts.iter().any(|start| symbol.starts_with(start));
    if let Some((part, _)) = OF_C.iter().find(begins) {
        return part;
    }
    let name = format!("{:#}", rustc_demangle::demangle(symbol));
    let parts: Vec<_> = crates(&name).filter_map(part_of_crate).collect();
    let not_standard = parts.iter().find(|part| **part != "standard");
    not_standard.or(parts.first()).copied().unwrap_or(UNKNOWN)
}

fn part_of_crate(name: &str) -> Option<&'static str> {
    PARTS.iter().find(|(_, crates)| crates.contains(&name)).map(|(part, _)| *part)
}

/// The first words of the paths in a function's name.
fn crates(name: &str) -> impl Iterator<Item = &str> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    name.match_indices("::").filter_map(move |(end, _)| {
        let before = &name[..end];
        let start = before.rfind(|character| !is_word(character)).map_or(0, |at| at + 1);
        (start < end && !before[..start].ends_with("::")).then(|| &before[start..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_belongs_to_the_type_that_it_was_made_for() {
        for (symbol, part) in [
            ("_ZN8latchkey6client6Client6create17h0123456789abcdefE", "own"),
            ("_ZN4core3ptr40drop_in_place$LT$hyper..error..Error$GT$17h0123456789abcdefE", "http"),
            ("_ZN5alloc7raw_vec11finish_grow17h0123456789abcdefE", "standard"),
            ("_RNvNtCs1234_7reqwest5proxy3new", "http"),
            ("latchkey_poll_status", "own"),
            ("ring_core_0_17_14__x25519_ge_scalarmult_base", "tls"),
            ("_dbus_connection_ref_unlocked", "secret-service"),
            ("strchr", UNKNOWN),
        ] {
            assert_eq!(part_of(symbol), part, "{symbol}");
        }
    }

    #[test]
    fn crates_are_the_first_words_of_paths() {
        let name = "<tokio::runtime::task::Core<latchkey::client::Client::run::{closure#0}> as core::fmt::Debug>::fmt";
        assert_eq!(crates(name).collect::<Vec<_>>(), ["tokio", "latchkey", "core"]);
    }
}
