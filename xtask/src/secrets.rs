//! Whether the log of a whole test run holds a secret that was used in it.
//!
//! The test harness keeps every record, and everybody who deals with secrets takes them down, each process in a file of its own in
//! one folder (`LATCHKEY_TEST_RECORDS`). Afterwards each record is searched for each secret: whole, percent-encoded, in base64
//! at any alignment, and for every piece of sixteen characters. What is found is shown with the secret cut out.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::Result;
use crate::run::Stop;

/// The variable by which tests learn the folder.
pub const VARIABLE: &str = "LATCHKEY_TEST_RECORDS";

/// A piece of this length gives a secret away.
const PIECE: usize = 16;
/// Half a piece: wherever a piece begins, one block of a secret that is cut into such blocks lies whole in it.
const BLOCK: usize = PIECE / 2;
/// Shorter values, made up by tests, stand in honest sentences by chance.
const SHORTEST: usize = 8;
const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The folder of one run; it goes when this does.
pub struct Records {
    folder: PathBuf,
}

/// What a search came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub records: usize,
    pub secrets: usize,
    /// One sentence each.
    pub findings: Vec<String>,
}

impl Records {
    /// An empty folder.
    pub fn begin() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("latchkey-records-{}", std::process::id()));
        let failed = |error| Stop::failed(format!("could not make {}: {error}", folder.display()));
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed)?;
        }
        fs::create_dir_all(&folder).map_err(failed)?;
        Ok(Self { folder })
    }

    /// Where tests put their records.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Searches everything that is there now.
    pub fn search(&self) -> Result<Search> {
        let mut secrets = BTreeMap::new();
        for text in self.files("secrets-")? {
            let pairs = text.lines().filter_map(|line| line.split_once('\t'));
            secrets.extend(pairs.map(|(kind, secret)| (secret.to_owned(), kind.to_owned())));
        }
        secrets.retain(|secret, _| secret.len() >= SHORTEST);
        let needles = Needles::of(&secrets);
        let mut search = Search { secrets: secrets.len(), ..Search::default() };
        for text in self.files("log-")? {
            for record in text.lines() {
                search.records += 1;
                search.findings.extend(needles.find(record));
            }
        }
        Ok(search)
    }

    fn files(&self, start: &str) -> Result<Vec<String>> {
        let failed = |error| Stop::failed(format!("could not read {}: {error}", self.folder.display()));
        let mut texts = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with(start) {
                let bytes = fs::read(entry.path()).map_err(failed)?;
                texts.push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(texts)
    }
}

impl Drop for Records {
    fn drop(&mut self) {
        // Practice secrets are worth nothing; what can't be deleted now, the system's own housekeeping deletes.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Search {
    /// Why the search proves nothing, or what it found.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = self.findings.clone();
        for (what, count) in [("record of the log was kept", self.records), ("secret was taken down", self.secrets)] {
            if count == 0 {
                complaints.push(format!("no {what}, so the search of the log shows nothing"));
            }
        }
        complaints
    }
}

/// All forms of all secrets, cut into blocks.
struct Needles<'a> {
    forms: Vec<Form<'a>>,
    /// Sorted: a block, its form, and where in it.
    blocks: Vec<(u64, u32, u32)>,
    /// For a quick no.
    known: HashSet<u64>,
    /// Too short to have a piece: looked for as a whole.
    short: Vec<usize>,
}

struct Form<'a> {
    kind: &'a str,
    name: &'static str,
    text: Vec<u8>,
}

impl<'a> Needles<'a> {
    fn of(secrets: &'a BTreeMap<String, String>) -> Self {
        let mut needles = Self { forms: Vec::new(), blocks: Vec::new(), known: HashSet::new(), short: Vec::new() };
        for (secret, kind) in secrets {
            for (name, text) in forms(secret.as_bytes()) {
                needles.add(Form { kind, name, text });
            }
        }
        needles.blocks.sort_unstable();
        needles.known = needles.blocks.iter().map(|(block, ..)| *block).collect();
        needles
    }

    fn add(&mut self, form: Form<'a>) {
        let number = self.forms.len();
        if form.text.len() < PIECE {
            self.short.push(number);
        } else {
            let blocks = form.text.chunks_exact(BLOCK).enumerate();
            self.blocks.extend(blocks.map(|(at, block)| (key(block), number as u32, (at * BLOCK) as u32)));
        }
        self.forms.push(form);
    }

    /// The first thing in a record that should not be there.
    fn find(&self, record: &str) -> Option<String> {
        let bytes = record.as_bytes();
        for &number in &self.short {
            let form = &self.forms[number];
            if let Some(at) = bytes.windows(form.text.len()).position(|window| window == form.text) {
                return Some(shown(record, form, at, at + form.text.len()));
            }
        }
        for at in 0..(bytes.len() + 1).saturating_sub(BLOCK) {
            let block = key(&bytes[at..at + BLOCK]);
            if !self.known.contains(&block) {
                continue;
            }
            let first = self.blocks.partition_point(|(other, ..)| *other < block);
            for (_, number, place) in self.blocks[first..].iter().take_while(|(other, ..)| *other == block) {
                let form = &self.forms[*number as usize];
                let (start, end) = common(bytes, at, &form.text, *place as usize);
                if end - start >= PIECE {
                    return Some(shown(record, form, start, end));
                }
            }
        }
        None
    }
}

/// How far two texts agree around a block that both have.
fn common(record: &[u8], at: usize, secret: &[u8], place: usize) -> (usize, usize) {
    let before = record[..at].iter().rev().zip(secret[..place].iter().rev()).take_while(|(a, b)| a == b).count();
    let after = record[at..].iter().zip(&secret[place..]).take_while(|(a, b)| a == b).count();
    (at - before, at + after)
}

fn key(block: &[u8]) -> u64 {
    block.iter().fold(0, |key, byte| key << 8 | u64::from(*byte))
}

fn shown(record: &str, form: &Form<'_>, start: usize, end: usize) -> String {
    let part = if end - start < form.text.len() { "a piece of a " } else { "a " };
    let (before, after) = (record.get(..start).unwrap_or("…"), record.get(end..).unwrap_or("…"));
    format!("the log holds {part}{} ({}): {before}[…]{after}", form.kind, form.name)
}

/// As it is and as it may have been written. Each once.
fn forms(secret: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![("as it is", secret.to_vec()), ("percent-encoded", percent_encoded(secret))];
    for skipped in 0..3.min(secret.len()) {
        // Without the last characters, which depend on what follows.
        let whole = &secret[skipped..secret.len() - (secret.len() - skipped) % 3];
        if whole.len() >= SHORTEST {
            forms.push(("base64", base64(whole, STANDARD)));
            forms.push(("base64url", base64(whole, URL_SAFE)));
        }
    }
    let mut seen = HashSet::new();
    forms.retain(|(_, text)| seen.insert(text.clone()));
    forms
}

fn percent_encoded(text: &[u8]) -> Vec<u8> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.iter().flat_map(|&byte| if plain(byte) { vec![byte] } else { format!("%{byte:02X}").into_bytes() }).collect()
}

fn base64(bytes: &[u8], alphabet: &[u8; 64]) -> Vec<u8> {
    let group = |bytes: &[u8]| {
        let number = bytes.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        [18, 12, 6, 0].map(|shift| alphabet[number >> shift & 63])
    };
    bytes.chunks_exact(3).flat_map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "Zm9v-b/r+BAZ_0123456789~secret";

    /// The folder with this secret and these records; each test has its own.
    fn search(name: &str, secrets: &str, log: &str) -> Search {
        let folder = std::env::temp_dir().join(format!("latchkey-secrets-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("secrets-1"), secrets).unwrap();
        fs::write(folder.join("log-1"), log).unwrap();
        Records { folder }.search().unwrap()
    }

    fn planted(name: &str, record: &str) -> Vec<String> {
        let secrets = format!("state\tother-{}\nrefresh token\t{SECRET}\n", "x".repeat(40));
        search(name, &secrets, &format!("4 all is well\n4 {record}\n")).complaints()
    }

    #[test]
    fn a_planted_secret_is_found_in_every_form_and_shown_without_it() {
        let rotated = |text: &str, skipped: usize| {
            let text = format!("{}{text}", "#".repeat(skipped));
            let padded = format!("{text}{}", "#".repeat((3 - text.len() % 3) % 3));
            String::from_utf8(base64(padded.as_bytes(), STANDARD)).unwrap()
        };
        let cases = [
            format!("token={SECRET}&x"),
            format!("token={}", String::from_utf8(percent_encoded(SECRET.as_bytes())).unwrap()),
            format!("Basic {}", rotated(SECRET, 0)),
            format!("Basic {}", rotated(SECRET, 1)),
            format!("Basic {}", rotated(SECRET, 2)),
            String::from_utf8(base64(&SECRET.as_bytes()[..30], URL_SAFE)).unwrap(),
        ];
        for (number, record) in cases.iter().enumerate() {
            let found = planted(&format!("whole-{number}"), record);
            assert_eq!(found.len(), 1, "{record}");
            assert!(found[0].contains("refresh token") && !found[0].contains(SECRET), "{}", found[0]);
        }
    }

    #[test]
    fn every_piece_of_sixteen_characters_is_found_and_fifteen_are_not() {
        for start in 0..=SECRET.len() - PIECE {
            let piece = &SECRET[start..start + PIECE];
            assert_eq!(planted(&format!("piece-{start}"), &format!("cut: {piece}…")).len(), 1, "{piece}");
            assert_eq!(planted(&format!("less-{start}"), &format!("cut: {}…", &piece[1..])).len(), 0, "{piece}");
        }
    }

    #[test]
    fn a_short_secret_is_found_whole_and_a_tiny_one_is_not_looked_for() {
        let found = search("short", "code\t12345678\nstate\tx\n", "3 the code 12345678 came\n3 x\n");
        assert_eq!((found.records, found.secrets, found.findings.len()), (2, 1, 1));
    }

    #[test]
    fn an_empty_search_is_no_success() {
        assert_eq!(search("nothing", "", "").complaints().len(), 2);
        assert_eq!(search("no-log", &format!("state\t{SECRET}\n"), "").complaints().len(), 1);
        assert_eq!(search("no-secret", "", "3 a record\n").complaints().len(), 1);
        assert_eq!(search("well", &format!("state\t{SECRET}\n"), "3 a record\n").complaints(), Vec::<String>::new());
    }
}
