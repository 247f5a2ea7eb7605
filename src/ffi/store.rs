//! Storage
//!
//! Where a session is kept between launches (`latchkey_config.storage`), and the hooks for a host that has a vault of its own.

use std::ffi::{CString, c_char, c_void};

use super::boundary::{Versioned, must_be_zero, read_versioned, required};
use super::result::{LATCHKEY_OK, latchkey_result};
use crate::config::Storage;
use crate::error::{Code, Error, Result};
use crate::session::store::host::HostVault;

/// In memory only: it ends with the process.
pub const LATCHKEY_STORAGE_MEMORY: u32 = 0;
/// In the system's secret store: Credential Manager, Keychain, Secret Service. Where there is none, in memory, and the status
/// lacks `LATCHKEY_STATUS_PERSISTED`; the log says why. Never in a plain file.
pub const LATCHKEY_STORAGE_SYSTEM: u32 = 1;
/// In the host's own vault (`store`): consoles, engines with their own.
pub const LATCHKEY_STORAGE_HOST: u32 = 2;

/// Puts what was saved under `key` into `buffer`, which has `capacity` bytes (64 KiB), and its size into `out_size`: 0 if there is
/// nothing, which is no error. Answers `LATCHKEY_OK`; anything else, best `LATCHKEY_STORE_UNAVAILABLE`, means that it is not known.
pub type latchkey_store_load = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        key: *const c_char,
        buffer: *mut u8,
        capacity: usize,
        out_size: *mut usize,
    ) -> latchkey_result,
>;
/// Keeps `size` bytes under `key`, whole or not at all, in place of what was there: when it fails the old ones must still be there.
/// Answers `LATCHKEY_OK`; anything else, best `LATCHKEY_STORE_UNAVAILABLE`, means that they are not kept.
pub type latchkey_store_save = Option<
    unsafe extern "C" fn(context: *mut c_void, key: *const c_char, data: *const u8, size: usize) -> latchkey_result,
>;
/// Forgets what was saved under `key`; `LATCHKEY_OK` also if there was nothing.
pub type latchkey_store_erase =
    Option<unsafe extern "C" fn(context: *mut c_void, key: *const c_char) -> latchkey_result>;

/// The host's own vault. All three functions must be there. `key` is ASCII, of at most 80 characters, the same at every launch.
/// What is saved under it holds secrets, up to 64 KiB. It is sealed, not encrypted: a change that the library did not make is noticed
/// and refused, and keeping others from reading it is the vault's part.
///
/// Thread: a thread of the library's, not the background thread, so they may block. One that takes longer than ten seconds is
/// taken as failed, and still runs to its end before the next. Calls of one client come one after another, those of two clients may
/// come at once. They must not call the library.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct latchkey_store {
    /// `sizeof(latchkey_store)`, set by `LATCHKEY_STORE_INIT`.
    pub struct_size: u32,
    /// Zero.
    pub reserved: u32,
    /// Passed to each.
    pub context: *mut c_void,
    /// Required.
    pub load: latchkey_store_load,
    /// Required.
    pub save: latchkey_store_save,
    /// Required.
    pub erase: latchkey_store_erase,
}

// SAFETY: `repr(C)`, `struct_size` first, only integers and pointers, padded by hand.
unsafe impl Versioned for latchkey_store {
    const SMALLEST: usize = size_of::<latchkey_store>();
    const INITIALISER: &'static str = "LATCHKEY_STORE_INIT";
}

/// The host's vault, if the configuration says that there is one.
pub(super) unsafe fn parse(store: *const latchkey_store, storage: Storage) -> Result<Option<HostVault>> {
    match (storage, store.is_null()) {
        (Storage::Host, false) => {}
        (Storage::Host, true) => {
            return Err(refused(
                "storage is LATCHKEY_STORAGE_HOST, and store is NULL: set it to the vault's functions",
            ));
        }
        (_, true) => return Ok(None),
        (_, false) => {
            return Err(refused("store is set, and storage is not LATCHKEY_STORAGE_HOST: set it, or leave store NULL"));
        }
    }
    // SAFETY: not NULL, and `struct_size` readable bytes as the header asks.
    let raw = unsafe { read_versioned(store, "store") }?;
    must_be_zero(raw.reserved, "store: reserved")?;
    let hooks = Hooks {
        context: raw.context,
        load: required(raw.load, "store: load is NULL")?,
        save: required(raw.save, "store: save is NULL")?,
        erase: required(raw.erase, "store: erase is NULL")?,
    };
    Ok(Some(hooks.into_vault()))
}

#[derive(Clone, Copy)]
struct Hooks {
    context: *mut c_void,
    load: unsafe extern "C" fn(*mut c_void, *const c_char, *mut u8, usize, *mut usize) -> latchkey_result,
    save: unsafe extern "C" fn(*mut c_void, *const c_char, *const u8, usize) -> latchkey_result,
    erase: unsafe extern "C" fn(*mut c_void, *const c_char) -> latchkey_result,
}

// SAFETY: the header says that the hooks are called on threads of the library's; the library never touches the context.
unsafe impl Send for Hooks {}
// SAFETY: as above.
unsafe impl Sync for Hooks {}

impl Hooks {
    fn into_vault(self) -> HostVault {
        HostVault {
            load: Box::new(move |key, buffer| self.load(key, buffer)),
            save: Box::new(move |key, data| self.save(key, data)),
            erase: Box::new(move |key| self.erase(key)),
        }
    }

    fn load(&self, key: &str, buffer: &mut [u8]) -> Result<usize> {
        let key = c_key(key)?;
        let mut size = 0;
        // SAFETY: the host's function with the documented signature; key and buffer outlive the call.
        let code = unsafe { (self.load)(self.context, key.as_ptr(), buffer.as_mut_ptr(), buffer.len(), &raw mut size) };
        judged(code, "load").map(|()| size)
    }

    fn save(&self, key: &str, data: &[u8]) -> Result<()> {
        let key = c_key(key)?;
        // SAFETY: as above.
        let code = unsafe { (self.save)(self.context, key.as_ptr(), data.as_ptr(), data.len()) };
        judged(code, "save")
    }

    fn erase(&self, key: &str) -> Result<()> {
        let key = c_key(key)?;
        // SAFETY: as above.
        let code = unsafe { (self.erase)(self.context, key.as_ptr()) };
        judged(code, "erase")
    }
}

fn c_key(key: &str) -> Result<CString> {
    CString::new(key).map_err(|_| Error::new(Code::Internal, "the key of a stored session holds a NUL"))
}

fn judged(code: latchkey_result, hook: &str) -> Result<()> {
    match code {
        LATCHKEY_OK => Ok(()),
        other => Err(Error::new(Code::StoreUnavailable, format!("the host's vault answered {other} to {hook}"))),
    }
}

fn refused(message: &str) -> Error {
    Error::new(Code::Configuration, message)
}
