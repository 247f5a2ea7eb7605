//! The host's own vault: one map for the process, in which each seed has its part. The context of the hooks is the seed's
//! number and no address, so a late call into it can do no harm.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_void};
use std::sync::{Mutex, MutexGuard, PoisonError};

use support::ffi::*;

type Entries = BTreeMap<(usize, String), Vec<u8>>;

static ENTRIES: Mutex<Entries> = Mutex::new(BTreeMap::new());

fn entries() -> MutexGuard<'static, Entries> {
    ENTRIES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The hooks of this seed's part.
pub fn hooks(seed: u64) -> latchkey_store {
    latchkey_store {
        struct_size: size_of::<latchkey_store>() as u32,
        reserved: 0,
        context: std::ptr::without_provenance_mut(seed as usize),
        load: Some(load),
        save: Some(save),
        erase: Some(erase),
    }
}

/// How many entries a seed has.
pub fn count(seed: u64) -> usize {
    entries().keys().filter(|(of, _)| *of == seed as usize).count()
}

/// Forgets what a seed has left.
pub fn clear(seed: u64) {
    entries().retain(|(of, _), _| *of != seed as usize);
}

/// Where in the map.
///
/// # Safety
/// The key is NUL-terminated and lives through the call.
unsafe fn place(context: *mut c_void, key: *const c_char) -> (usize, String) {
    // SAFETY: this function's own contract.
    (context.addr(), unsafe { CStr::from_ptr(key) }.to_string_lossy().into_owned())
}

unsafe extern "C" fn load(
    context: *mut c_void,
    key: *const c_char,
    buffer: *mut u8,
    capacity: usize,
    out_size: *mut usize,
) -> latchkey_result {
    // SAFETY: as the library promises in its header.
    let place = unsafe { place(context, key) };
    let value = entries().get(&place).cloned().unwrap_or_default();
    if value.len() > capacity {
        return LATCHKEY_STORE_UNAVAILABLE;
    }
    // SAFETY: the buffer has the capacity that was told, and the size is writable.
    unsafe {
        buffer.copy_from_nonoverlapping(value.as_ptr(), value.len());
        out_size.write(value.len());
    }
    LATCHKEY_OK
}

unsafe extern "C" fn save(context: *mut c_void, key: *const c_char, data: *const u8, size: usize) -> latchkey_result {
    // SAFETY: as the library promises in its header.
    let (place, data) = unsafe { (place(context, key), std::slice::from_raw_parts(data, size)) };
    entries().insert(place, data.to_vec());
    LATCHKEY_OK
}

unsafe extern "C" fn erase(context: *mut c_void, key: *const c_char) -> latchkey_result {
    // SAFETY: as the library promises in its header.
    entries().remove(&unsafe { place(context, key) });
    LATCHKEY_OK
}
