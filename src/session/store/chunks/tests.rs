//! Large sessions in small entries, with processes that die and that race.

use std::sync::Arc;

use parking_lot::Mutex;

use super::*;
use crate::session::store::testing::Memory;

const CAP: usize = 2560;
const KIB: usize = 1024;

fn session(mark: u8, size: usize) -> Vec<u8> {
    (0..size).map(|index| mark ^ (index % 251) as u8).collect()
}

fn loaded(vault: &impl Vault) -> Option<Vec<u8>> {
    vault.load("key").unwrap().map(|data| data.to_vec())
}

fn new_vault() -> (Arc<Memory>, Chunked<Arc<Memory>>) {
    let memory = Arc::new(Memory::capped(CAP));
    (memory.clone(), Chunked::new(memory, CAP))
}

#[test]
fn any_size_up_to_the_largest_comes_back() {
    let (memory, vault) = new_vault();
    for size in [
        0,
        1,
        CAP - WHOLE.len(),
        CAP - WHOLE.len() + 1,
        CAP,
        2 * CAP,
        2 * CAP + 1,
        16 * KIB,
        LARGEST,
        3,
        LARGEST,
        16 * KIB,
    ] {
        vault.save("key", &session(1, size)).unwrap();
        assert_eq!(loaded(&vault), Some(session(1, size)), "{size} bytes");
        let entries = if size + WHOLE.len() <= CAP { 1 } else { 1 + size.div_ceil(CAP) };
        assert_eq!(memory.keys().len(), entries, "{size} bytes: {:?}", memory.keys());
    }
    vault.erase("key").unwrap();
    assert_eq!((loaded(&vault), memory.keys().len()), (None, 0));
    vault.erase("key").unwrap();
    assert!(vault.save("key", &session(1, LARGEST + 1)).is_err());
}

#[test]
fn keys_stay_within_what_a_store_takes() {
    let key = crate::session::store::testing::slot().key();
    assert!(part_key(&key, Generation::B, LARGEST / 64).len() <= 80);
}

/// Dies after each number of changes that the work makes, and says whether it came to its end.
fn at_every_death(
    size_before: Option<usize>,
    work: impl Fn(&Chunked<Arc<Memory>>) -> Result<()>,
    check: impl Fn(Option<Vec<u8>>),
) {
    for life in 0.. {
        let (memory, vault) = new_vault();
        if let Some(size) = size_before {
            // Twice, so that the second set of parts is used too.
            vault.save("key", &session(9, 40 * KIB)).unwrap();
            vault.save("key", &session(1, size)).unwrap();
        }
        *memory.life.lock() = Some(life);
        let lived = {
            let outcome = work(&vault);
            let left = memory.life.lock().take();
            outcome.is_ok() && left != Some(0)
        };
        check(loaded(&vault));
        nothing_is_left_over(&memory, &vault);
        if lived {
            break;
        }
    }
}

fn nothing_is_left_over(memory: &Memory, vault: &Chunked<Arc<Memory>>) {
    let before = memory.entries.lock().clone();
    for size in [100, 16 * KIB] {
        *memory.entries.lock() = before.clone();
        vault.save("key", &session(3, size)).unwrap();
        assert_eq!(loaded(vault), Some(session(3, size)));
        let parts = if size == 100 { 0 } else { size.div_ceil(CAP) };
        assert_eq!(memory.keys().len(), 1 + parts, "{:?}", memory.keys());
    }
    *memory.entries.lock() = before;
    vault.erase("key").unwrap();
    assert!(memory.keys().is_empty(), "{:?}", memory.keys());
}

#[test]
fn a_save_that_dies_anywhere_leaves_the_old_session_or_the_new_one() {
    for before in [None, Some(100), Some(16 * KIB), Some(LARGEST)] {
        for after in [100, 10 * KIB, LARGEST] {
            let old = before.map(|size| session(1, size));
            at_every_death(
                before,
                |vault| vault.save("key", &session(2, after)),
                |found| assert!(found == old || found == Some(session(2, after)), "{before:?} to {after}"),
            );
        }
    }
}

#[test]
fn an_erase_that_dies_anywhere_leaves_the_session_or_nothing() {
    at_every_death(
        Some(16 * KIB),
        |vault| vault.erase("key"),
        |found| assert!(found.is_none() || found == Some(session(1, 16 * KIB))),
    );
}

#[test]
fn a_part_that_is_gone_altered_or_foreign_is_never_handed_out_as_a_session() {
    let (memory, vault) = new_vault();
    vault.save("key", &session(1, 16 * KIB)).unwrap();
    let whole = memory.entries.lock().clone();
    for part in memory.keys() {
        for index in [0, 1, whole[&part].len() - 1] {
            memory.entries.lock().get_mut(&part).unwrap()[index] ^= 1;
            assert_ne!(loaded(&vault), Some(session(1, 16 * KIB)));
            assert!(loaded(&vault).is_none_or(|found| found.len() < CAP), "parts were handed out");
            *memory.entries.lock() = whole.clone();
        }
        memory.entries.lock().remove(&part);
        assert!(loaded(&vault).is_none_or(|found| found.len() < CAP), "parts were handed out");
        *memory.entries.lock() = whole.clone();
    }
}

#[test]
fn a_head_that_lies_about_sizes_is_not_followed() {
    for (parts, total) in [(65535, LARGEST), (3, 4_000_000_000)] {
        let (memory, _) = new_vault();
        let head = Head { generation: Generation::A, parts, total, digest: digest_of(b"") };
        memory.save("key", &head.to_bytes()).unwrap();
        memory.save("key.a.0", &[0; 10]).unwrap();
        let counting = Raced { memory, loads: Mutex::new(0), at: 0, size: 0 };
        let vault = Chunked::new(counting, CAP);
        assert_eq!(loaded(&vault), Some(head.to_bytes()));
        assert_eq!(*vault.inner.loads.lock(), 1 + LOAD_ATTEMPTS);
    }
}

#[test]
fn a_head_without_parts_is_no_session() {
    let (memory, vault) = new_vault();
    for (parts, total) in [(1, 0), (0, 100), (1, 9)] {
        let head = Head { generation: Generation::A, parts, total, digest: digest_of(&[0; 10]) };
        memory.save("key", &head.to_bytes()).unwrap();
        memory.save("key.a.0", &[0; 10]).unwrap();
        assert_eq!(loaded(&vault), Some(head.to_bytes()));
    }
}

#[test]
fn one_part_that_cannot_be_erased_keeps_no_other() {
    struct Stubborn(Arc<Memory>);
    impl Vault for Stubborn {
        fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
            self.0.load(key)
        }
        fn save(&self, key: &str, data: &[u8]) -> Result<()> {
            self.0.save(key, data)
        }
        fn erase(&self, key: &str) -> Result<()> {
            if key == "key.a.2" { Err(unavailable("stubborn")) } else { self.0.erase(key) }
        }
    }
    let memory = Arc::new(Memory::capped(CAP));
    let vault = Chunked::new(Stubborn(memory.clone()), CAP);
    vault.save("key", &session(1, 16 * KIB)).unwrap();
    assert_eq!(vault.erase("key").unwrap_err().message, "stubborn");
    assert_eq!(memory.keys(), ["key.a.2"]);
}

/// Counts loads. Another process saves so much just before the one with this number, from 1.
struct Raced {
    memory: Arc<Memory>,
    loads: Mutex<usize>,
    at: usize,
    size: usize,
}

impl Vault for Raced {
    fn load(&self, key: &str) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let due = {
            let mut loads = self.loads.lock();
            *loads += 1;
            *loads == self.at
        };
        if due {
            Chunked::new(self.memory.clone(), CAP).save("key", &session(2, self.size))?;
        }
        self.memory.load(key)
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        self.memory.save(key, data)
    }

    fn erase(&self, key: &str) -> Result<()> {
        self.memory.erase(key)
    }
}

#[test]
fn a_load_that_races_with_a_save_gets_one_of_the_two() {
    for size in [100, 10 * KIB, 16 * KIB] {
        for at in 1..=8 {
            let (memory, first) = new_vault();
            first.save("key", &session(1, 16 * KIB)).unwrap();
            let racing = Chunked::new(Raced { memory, loads: Mutex::new(0), at, size }, CAP);
            let found = loaded(&racing);
            assert!(found == Some(session(1, 16 * KIB)) || found == Some(session(2, size)), "{size} bytes, load {at}");
        }
    }
}
