//! A configuration through the ABI: `latchkey_config_check` with any text in any field and any size of the struct.
//!
//! Each line of the input is `field=value`. Beside the struct's own fields there are `size` (the `struct_size`), `ports`
//! (numbers between commas), `count` (another count than theirs), `beyond` (text in what only a newer header knows),
//! `store` (which of the letters `l`, `s`, `e` it has is which function there is) and `capacity`. Everything is allocated to
//! the byte, so that AddressSanitizer sees whoever reads or writes one too many.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::collections::BTreeMap;
use std::ffi::{CString, c_char};

use latchkey::ffi::*;

use crate::vault;

/// What the library itself takes at most.
const LARGEST_STRUCT: usize = 4096;
/// Shorter ones stand in honest sentences by chance.
const SHORTEST_SECRET: usize = 8;

type Lines<'a> = BTreeMap<&'a str, &'a [u8]>;

macro_rules! set_texts {
    ($config:ident, $texts:ident: $($field:ident)*) => {
        $(if let Some(text) = $texts.get(stringify!($field)) { $config.$field = text.as_ptr(); })*
    };
}

macro_rules! set_numbers {
    ($config:ident, $lines:ident: $($field:ident)*) => {
        $(if let Some(number) = number($lines, stringify!($field)) { $config.$field = number; })*
    };
}

/// Checks the configuration that the lines make, twice, and judges the answer.
pub fn configuration(data: &[u8]) {
    let lines = &lines(data);
    let texts: BTreeMap<_, _> = lines.iter().map(|(name, value)| (*name, text(value))).collect();
    let ports: Vec<u16> = ports(lines);
    let store = store(lines);
    let config = build(lines, &texts, &ports, store.as_ref());
    let raw = Raw::of(&config, lines);
    let capacity = number(lines, "capacity").unwrap_or(0) as usize % 512;
    let (code, cut, needed) = check(&raw, capacity);
    let (again, whole, still_needed) = check(&raw, needed);
    assert_eq!((code, needed), (again, still_needed), "the same question was answered in two ways");
    let sentence = whole.to_str().expect("a sentence is UTF-8");
    assert_eq!(sentence.len() + 1, needed, "`needed` is not what it takes");
    assert!(sentence.starts_with(cut.to_str().expect("cut at a character")), "cut to another sentence");
    match code {
        LATCHKEY_OK => {
            assert_eq!(sentence, "", "accepted with a complaint");
            assert_may_be_accepted(&config, raw.size, &texts, &ports);
        }
        LATCHKEY_CONFIGURATION | LATCHKEY_NOT_SUPPORTED | LATCHKEY_INVALID_ARGUMENT => {
            assert!(!sentence.is_empty() && sentence.len() <= 8000, "refused with {} bytes", sentence.len());
            assert!(!sentence.contains(|c: char| c.is_control()), "a sentence with control characters: {sentence:?}");
            assert_keeps_the_secret(sentence, &texts, |texts| {
                let config = build(lines, texts, &ports, store.as_ref());
                let raw = Raw::of(&config, lines);
                let (_, _, needed) = check(&raw, 0);
                check(&raw, needed).1
            });
        }
        other => panic!("latchkey_config_check answered {other}"),
    }
}

fn lines(data: &[u8]) -> Lines<'_> {
    let pairs = data.split(|byte| *byte == b'\n').filter_map(|line| {
        let at = line.iter().position(|byte| *byte == b'=')?;
        Some((std::str::from_utf8(&line[..at]).ok()?, &line[at + 1..]))
    });
    pairs.collect()
}

/// A C text ends at its NUL.
fn text(value: &[u8]) -> CString {
    let end = value.iter().position(|byte| *byte == 0).unwrap_or(value.len());
    CString::new(&value[..end]).expect("cut before the NUL")
}

fn number(lines: &Lines<'_>, name: &str) -> Option<u32> {
    std::str::from_utf8(lines.get(name)?).ok()?.parse().ok()
}

fn ports(lines: &Lines<'_>) -> Vec<u16> {
    let list = lines.get("ports").and_then(|list| std::str::from_utf8(list).ok()).unwrap_or_default();
    list.split(',').filter_map(|port| port.parse().ok()).collect()
}

fn store(lines: &Lines<'_>) -> Option<latchkey_store> {
    let letters = lines.get("store")?;
    let has = |letter| letters.contains(&letter);
    let whole = vault::store();
    Some(latchkey_store {
        struct_size: number(lines, "store_size").filter(|size| *size <= whole.struct_size).unwrap_or(whole.struct_size),
        reserved: number(lines, "store_reserved").unwrap_or(0),
        load: whole.load.filter(|_| has(b'l')),
        save: whole.save.filter(|_| has(b's')),
        erase: whole.erase.filter(|_| has(b'e')),
        ..whole
    })
}

fn build(
    lines: &Lines<'_>,
    texts: &BTreeMap<&str, CString>,
    ports: &[u16],
    store: Option<&latchkey_store>,
) -> latchkey_config {
    let mut config = vault::zeroed_config();
    set_texts! { config, texts:
        issuer client_id client_secret scopes authorization_endpoint token_endpoint userinfo_endpoint jwks_uri
        revocation_endpoint end_session_endpoint redirect_path post_logout_path wanted_claims subject_claim roles_claim
        permissions_claim tenants_claim ca_certificates page_title page_message page_color profile_slot
    }
    set_numbers! { config, lines:
        redirect_host browser login_timeout_ms clock_leeway_s client_auth storage default_token_lifetime_s reserved
    }
    if !ports.is_empty() {
        config.redirect_ports = ports.as_ptr();
        // Never more than there are, unless it is so many that nobody may look.
        let count = number(lines, "count").filter(|count| *count > 64 || *count as usize <= ports.len());
        config.redirect_port_count = count.unwrap_or(ports.len() as u32);
    }
    config.store = store.map_or(std::ptr::null(), |store| &raw const *store);
    config
}

/// A struct of the size that it says, and not one byte more.
struct Raw {
    pointer: *mut u8,
    layout: Layout,
    size: usize,
}

impl Raw {
    fn of(config: &latchkey_config, lines: &Lines<'_>) -> Self {
        let size = number(lines, "size").map_or(size_of::<latchkey_config>(), |size| size as usize);
        let room = size.clamp(size_of::<u32>(), LARGEST_STRUCT);
        let layout = Layout::from_size_align(room, align_of::<latchkey_config>()).expect("a small layout");
        // SAFETY: the layout's size is not zero.
        let pointer = unsafe { alloc_zeroed(layout) };
        assert!(!pointer.is_null(), "no memory");
        let known = room.min(size_of::<latchkey_config>());
        let beyond = lines.get("beyond").copied().unwrap_or_default();
        let beyond = &beyond[..beyond.len().min(room - known)];
        // SAFETY: all three lengths are within `room`, and the sources are other allocations.
        unsafe {
            pointer.copy_from_nonoverlapping((&raw const *config).cast(), known);
            pointer.add(known).copy_from_nonoverlapping(beyond.as_ptr(), beyond.len());
            pointer.cast::<u32>().write(size as u32);
        }
        Self { pointer, layout, size }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: allocated in `of` with this layout.
        unsafe { dealloc(self.pointer, self.layout) }
    }
}

fn check(raw: &Raw, capacity: usize) -> (latchkey_result, CString, usize) {
    let mut buffer = vec![0x5a_u8; capacity];
    let mut needed = 0;
    let into: *mut c_char = if capacity == 0 { std::ptr::null_mut() } else { buffer.as_mut_ptr().cast() };
    // SAFETY: as many readable bytes as the struct says (or more than the library ever looks at); the buffer has its capacity.
    let code = unsafe { latchkey_config_check(raw.pointer.cast(), into, capacity, &raw mut needed) };
    let text = match buffer.iter().position(|byte| *byte == 0) {
        Some(end) => CString::new(&buffer[..end]).expect("cut before the NUL"),
        None => {
            assert_eq!(capacity, 0, "a text without its end");
            CString::default()
        }
    };
    (code, text, needed)
}

/// The rules of the header, by other means than the library's.
fn assert_may_be_accepted(config: &latchkey_config, size: usize, texts: &BTreeMap<&str, CString>, ports: &[u16]) {
    let text = |name: &str| texts.get(name).map_or("", |text| text.to_str().expect("accepted, and not UTF-8"));
    assert!(!text("client_id").is_empty(), "accepted without a client id");
    assert!(config.redirect_host <= 2 && config.browser <= 1 && config.client_auth <= 1, "an unknown number");
    assert!(
        config.storage <= 2 && config.clock_leeway_s <= 600 && config.login_timeout_ms <= 86_400_000,
        "out of bounds"
    );
    assert!(
        config.redirect_port_count <= 64
            && !ports.iter().take(config.redirect_port_count as usize).any(|port| *port == 0)
    );
    assert!(text("profile_slot").len() <= 128 || size < size_of::<latchkey_config>(), "a slot's name that is too long");
    for name in ["issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
        assert_goes_by_tls_or_stays_here(text(name));
    }
}

fn assert_goes_by_tls_or_stays_here(url: &str) {
    let lower = url.trim().to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("http:") {
        let authority = rest.trim_start_matches('/').split(['/', '?']).next().unwrap_or_default();
        let is_local = authority.starts_with('[')
            || authority.contains("localhost")
            || authority.starts_with(|c: char| c.is_ascii_digit());
        // Odd spellings of 127.0.0.1 are left to the URL parser, names of other machines are not.
        assert!(is_local || authority.contains('%') || !authority.is_ascii(), "http to {authority}");
    } else {
        assert!(lower.is_empty() || lower.starts_with("https:"), "neither http nor https: {url}");
    }
}

/// A sentence may hold the same characters for other reasons: its own words, another field. Then it holds them also when the secret is
/// another.
fn assert_keeps_the_secret(
    sentence: &str,
    texts: &BTreeMap<&str, CString>,
    asked_with: impl FnOnce(&BTreeMap<&str, CString>) -> CString,
) {
    let Some(secret) = texts.get("client_secret").and_then(|text| text.to_str().ok()) else { return };
    if secret.len() < SHORTEST_SECRET || !sentence.contains(secret) {
        return;
    }
    let filler = ["q", "z"].into_iter().find(|filler| !secret.contains(filler)).unwrap_or("x");
    let mut others = texts.clone();
    others.insert("client_secret", text(filler.repeat(secret.len()).as_bytes()));
    let other = asked_with(&others);
    assert!(other.to_string_lossy().contains(secret), "a sentence with the client secret");
}
