//! Doors for `fuzz/`: what lies in the secret store, and may have been written by anybody.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use ring::hmac;
use zeroize::Zeroizing;

use super::chunks::Chunked;
use super::record::Record;
use super::{LARGEST, Slot, Vault};
use crate::error::Result;
use crate::fuzzing::assert_is_sentence;

const KEY: &str = "latchkey-entry";
/// The names of the entries that a fuzzer can fill.
const NAMES: [&str; 6] =
    [KEY, "latchkey-entry.a.0", "latchkey-entry.a.1", "latchkey-entry.b.0", "latchkey-entry.b.1", "latchkey-entry.b.2"];
/// As small as a part may be, so that small inputs have several.
const CAP: usize = 64;

/// The slot that the entries are of.
pub fn slot() -> Slot {
    Slot { issuer: "https://id.example".into(), client_id: "game".into(), name: "default".into() }
}

/// The first byte: 0, the rest is an entry as it was found; 1, it is what an entry holds, to be sealed by us; 2, it is a whole
/// vault, of entries in parts. A session that could be opened is returned.
pub fn stored_session(data: &[u8]) -> Option<Record> {
    let (&how, rest) = data.split_first()?;
    match how {
        0 => opened(rest),
        1 => opened(&sealed(rest, &slot())),
        _ => {
            vault(rest);
            None
        }
    }
}

/// An entry whose seal fits, whatever it holds.
pub fn sealed(body: &[u8], slot: &Slot) -> Vec<u8> {
    let tag = hmac::sign(&super::record::key(slot), body);
    [b"LKS\0\x01", tag.as_ref(), body].concat()
}

fn opened(bytes: &[u8]) -> Option<Record> {
    match Record::open(bytes, &slot()) {
        Ok(record) => {
            let again = record.seal(&slot());
            if let Ok(again) = &again {
                assert!(again.len() <= LARGEST, "sealed to {} bytes", again.len());
                let back = Record::open(again, &slot()).expect("what was sealed can be opened");
                let json = |record: &Record| serde_json::to_value(record).expect("a record is JSON");
                assert_eq!(json(&back), json(&record), "another session came back");
            }
            let stranger = Slot { name: "another".into(), ..slot() };
            assert!(Record::open(bytes, &stranger).is_err(), "opened for another slot");
            Some(record)
        }
        Err(error) => {
            assert_is_sentence(&error);
            None
        }
    }
}

/// Each entry: the number of its name, its length in two bytes, and so many bytes.
fn vault(mut rest: &[u8]) {
    let memory = Memory::default();
    while let [name, low, high, more @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(more.len());
        let (entry, left) = more.split_at(length);
        memory.0.lock().insert(NAMES[usize::from(*name) % NAMES.len()].to_owned(), entry.to_vec());
        rest = left;
    }
    let chunked = Chunked::new(memory, CAP);
    let found = chunked.load(KEY).expect("memory can be read").unwrap_or_default();
    assert!(found.len() <= LARGEST, "{} bytes out of a small vault", found.len());
    // Whatever was there, the next save replaces it, and an erase leaves nothing.
    let session = found.repeat(2);
    chunked.save(KEY, &session).expect("it fits");
    assert_eq!(chunked.load(KEY).expect("memory can be read").as_deref(), Some(&session), "not what was saved");
    chunked.erase(KEY).expect("memory can be erased");
    assert_eq!(chunked.load(KEY).expect("memory can be read"), None, "still there");
}

#[derive(Default)]
struct Memory(Mutex<BTreeMap<String, Vec<u8>>>);

impl Vault for Memory {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        Ok(self.0.lock().get(key).cloned().map(Zeroizing::new))
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        assert!(data.len() <= CAP, "an entry of {} bytes", data.len());
        self.0.lock().insert(key.to_owned(), data.to_vec());
        Ok(())
    }

    fn erase(&self, key: &str) -> Result<()> {
        self.0.lock().remove(key);
        Ok(())
    }
}
