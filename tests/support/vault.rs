//! A host's own vault: the hooks of `latchkey_store` over a map in memory, and every way in which such hooks go wrong.
//!
//! The hooks run on the library's threads; a gate lets a test stop one of them in the middle and look at the client meanwhile.
//!
//! May touch: the library, to shut it down.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_void};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use latchkey::ffi::*;

use crate::{Library, PATIENCE, in_own_process_of};

/// What a hook does instead of its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Its work.
    Works,
    /// Answers `LATCHKEY_STORE_UNAVAILABLE`.
    Fails,
    /// Answers a code that no header names.
    AnswersNonsense,
    /// `load` only: bytes without sense.
    GivesGarbage,
    /// `load` only: a size beyond the buffer, nothing written.
    GivesTooLargeASize,
    /// Waits until the gate is opened.
    Blocks,
}

/// Runs a test that stores sessions in a process of its own and shuts the library down in it: the threads that were lent to the hooks
/// are joined there, and ThreadSanitizer looks for such at the end of a process.
#[track_caller]
pub fn with_a_vault<F: FnOnce(&Arc<Vault>)>(body: F) {
    let whole = || {
        body(&Vault::new());
        Library::load().shutdown(5000).expect("latchkey_shutdown");
    };
    in_own_process_of::<F>(|_| {}, whole);
}

/// The vault. Lives until the last reference is gone; the library holds none, so a test keeps one until after the shutdown.
pub struct Vault {
    inside: Mutex<Inside>,
    moved: Condvar,
}

struct Inside {
    entries: BTreeMap<String, Vec<u8>>,
    load: Manner,
    save: Manner,
    erase: Manner,
    blocked: usize,
    saved: usize,
}

impl Vault {
    /// An empty one whose hooks work.
    pub fn new() -> Arc<Self> {
        let works = Manner::Works;
        let inside = Inside { entries: BTreeMap::new(), load: works, save: works, erase: works, blocked: 0, saved: 0 };
        Arc::new(Self { inside: Mutex::new(inside), moved: Condvar::new() })
    }

    /// What the host puts into its configuration. A hook that blocks may outlast client, library and test, so the vault they
    /// all use is never freed, and is kept where a search for leaks finds it.
    pub fn hooks(self: &Arc<Self>) -> latchkey_store {
        static KEPT: Mutex<Vec<Arc<Vault>>> = Mutex::new(Vec::new());
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(self));
        latchkey_store {
            struct_size: size_of::<latchkey_store>() as u32,
            reserved: 0,
            context: Arc::as_ptr(self).cast_mut().cast(),
            load: Some(load),
            save: Some(save),
            erase: Some(erase),
        }
    }

    /// What `load` does from now on.
    pub fn loads(&self, manner: Manner) {
        self.change(|inside| inside.load = manner);
    }

    /// What `save` does from now on.
    pub fn saves(&self, manner: Manner) {
        self.change(|inside| inside.save = manner);
    }

    /// What `erase` does from now on.
    pub fn erases(&self, manner: Manner) {
        self.change(|inside| inside.erase = manner);
    }

    /// Everything works from now on, and whoever was blocked goes on.
    pub fn works(&self) {
        self.change(|inside| (inside.load, inside.save, inside.erase) = (Manner::Works, Manner::Works, Manner::Works));
    }

    /// Waits until a hook is blocked.
    #[track_caller]
    pub fn wait_for_a_blocked_hook(&self) {
        let (_inside, waited) = self
            .moved
            .wait_timeout_while(self.inside(), PATIENCE, |inside| inside.blocked == 0)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "no hook was called");
    }

    /// How often the library has wanted something saved so far.
    pub fn times_saved(&self) -> usize {
        self.inside().saved
    }

    /// What is saved, by key.
    pub fn entries(&self) -> BTreeMap<String, Vec<u8>> {
        self.inside().entries.clone()
    }

    /// Puts an entry there, past the hooks.
    pub fn put(&self, key: &str, value: Vec<u8>) {
        self.change(|inside| drop(inside.entries.insert(key.to_owned(), value)));
    }

    fn change(&self, change: impl FnOnce(&mut Inside)) {
        change(&mut self.inside());
        self.moved.notify_all();
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits at the gate, if there is one, and gives the manner to go on in.
    fn enter(&self, manner: impl Fn(&Inside) -> Manner) -> (Manner, MutexGuard<'_, Inside>) {
        let mut inside = self.inside();
        if manner(&inside) == Manner::Blocks {
            inside.blocked += 1;
            self.moved.notify_all();
            let still = |inside: &mut Inside| manner(inside) == Manner::Blocks;
            inside = self.moved.wait_while(inside, still).unwrap_or_else(PoisonError::into_inner);
            inside.blocked -= 1;
        }
        (manner(&inside), inside)
    }
}

/// The vault and the key, as a hook gets them.
///
/// # Safety
/// The context is a [`Vault`] that is alive; the key is NUL-terminated and lives through the call.
unsafe fn taken<'a>(context: *mut c_void, key: *const c_char) -> (&'a Vault, String) {
    // SAFETY: this function's own contract.
    let (vault, key) = unsafe { (&*context.cast::<Vault>(), CStr::from_ptr(key)) };
    let key = key.to_str().expect("a key is ASCII").to_owned();
    assert!(key.is_ascii() && key.len() <= 80, "the header promises another key than {key:?}");
    (vault, key)
}

fn answer(manner: Manner) -> latchkey_result {
    match manner {
        Manner::Fails => LATCHKEY_STORE_UNAVAILABLE,
        Manner::AnswersNonsense => -12345,
        _ => LATCHKEY_OK,
    }
}

unsafe extern "C" fn load(
    context: *mut c_void,
    key: *const c_char,
    buffer: *mut u8,
    capacity: usize,
    out_size: *mut usize,
) -> latchkey_result {
    // SAFETY: as the library promises in its header.
    let (vault, key) = unsafe { taken(context, key) };
    let (manner, inside) = vault.enter(|inside| inside.load);
    let value = match manner {
        Manner::GivesGarbage => (0..2000_u32).map(|byte| (byte * 7) as u8).collect(),
        _ => inside.entries.get(&key).cloned().unwrap_or_default(),
    };
    assert!(value.len() <= capacity, "the header promises room for 64 KiB, not {capacity}");
    let size = if manner == Manner::GivesTooLargeASize { capacity + 1 } else { value.len() };
    // SAFETY: the buffer has the capacity that was told, and the size is writable.
    unsafe {
        buffer.copy_from_nonoverlapping(value.as_ptr(), value.len());
        out_size.write(size);
    }
    answer(manner)
}

unsafe extern "C" fn save(context: *mut c_void, key: *const c_char, data: *const u8, size: usize) -> latchkey_result {
    // SAFETY: as the library promises in its header.
    let (vault, key) = unsafe { taken(context, key) };
    // SAFETY: as above.
    let data = unsafe { std::slice::from_raw_parts(data, size) }.to_vec();
    assert!((1..=64 * 1024).contains(&data.len()), "the header promises no more than 64 KiB, not {}", data.len());
    let (manner, mut inside) = vault.enter(|inside| inside.save);
    inside.saved += 1;
    if manner == Manner::Works {
        inside.entries.insert(key, data);
    }
    answer(manner)
}

unsafe extern "C" fn erase(context: *mut c_void, key: *const c_char) -> latchkey_result {
    // SAFETY: as the library promises in its header.
    let (vault, key) = unsafe { taken(context, key) };
    let (manner, mut inside) = vault.enter(|inside| inside.erase);
    if manner == Manner::Works {
        inside.entries.remove(&key);
    }
    answer(manner)
}
