//! The host's side: a configuration that needs no network, and a vault in memory that can have anything in it.

use std::ffi::{c_char, c_void};
use std::sync::Mutex;

use latchkey::ffi::*;
use latchkey::fuzzing::sealed_session;

/// Nobody listens there, so what goes out is refused at once.
pub const NOWHERE: &str = "http://127.0.0.1:1";
/// The client of all sessions.
pub const CLIENT_ID: &str = "game";

/// What the vault has to give.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    /// Nothing is stored.
    Nothing,
    /// A session whose access token has decades to live.
    Session,
    /// One whose access token has expired.
    OldSession,
    /// Something that no seal fits.
    Garbage,
    /// More than the buffer has room for, by its own word.
    TooMuch,
    /// It can't be used.
    Broken,
}

static CONTENTS: Mutex<Contents> = Mutex::new(Contents::Nothing);

/// From here on the vault gives this, and takes whatever is saved without keeping it.
pub fn fill(contents: Contents) {
    *CONTENTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = contents;
}

/// All zero but the size, like `LATCHKEY_CONFIG_INIT`.
pub fn zeroed_config() -> latchkey_config {
    // SAFETY: integers and pointers, all of which may be zero.
    let mut config: latchkey_config = unsafe { std::mem::zeroed() };
    config.struct_size = size_of::<latchkey_config>() as u32;
    config
}

/// A vault with all three functions.
pub fn store() -> latchkey_store {
    latchkey_store {
        struct_size: size_of::<latchkey_store>() as u32,
        reserved: 0,
        context: std::ptr::null_mut(),
        load: Some(load),
        save: Some(save),
        erase: Some(erase),
    }
}

unsafe extern "C" fn load(
    _context: *mut c_void,
    _key: *const c_char,
    buffer: *mut u8,
    capacity: usize,
    out_size: *mut usize,
) -> latchkey_result {
    let contents = *CONTENTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let entry = match contents {
        Contents::Nothing => Vec::new(),
        Contents::Session => session(4_000_000_000_000),
        Contents::OldSession => session(1_000_000_000_000),
        Contents::Garbage => b"LKS\0\x01 and then nothing of ours".repeat(3),
        Contents::TooMuch => {
            // SAFETY: writable, as the header promises.
            unsafe { out_size.write(capacity + 1) };
            return LATCHKEY_OK;
        }
        Contents::Broken => return LATCHKEY_STORE_UNAVAILABLE,
    };
    let size = entry.len().min(capacity);
    // SAFETY: the buffer has its capacity, and the size is writable, as the header promises.
    unsafe {
        buffer.copy_from_nonoverlapping(entry.as_ptr(), size);
        out_size.write(size);
    }
    LATCHKEY_OK
}

unsafe extern "C" fn save(_: *mut c_void, _: *const c_char, data: *const u8, size: usize) -> latchkey_result {
    // SAFETY: as many readable bytes as the header promises; the sanitizer looks on.
    let sum = unsafe { std::slice::from_raw_parts(data, size) }.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte));
    std::hint::black_box(sum);
    match *CONTENTS.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) {
        Contents::Broken => LATCHKEY_STORE_UNAVAILABLE,
        _ => LATCHKEY_OK,
    }
}

unsafe extern "C" fn erase(_: *mut c_void, _: *const c_char) -> latchkey_result {
    LATCHKEY_OK
}

/// Received at that moment, for ten years.
fn session(received_ms: u64) -> Vec<u8> {
    let body = format!(
        r#"{{"refresh_token":"refresh","access_token":"access","id_token":null,"scopes":["openid"],"expires_at":null,
        "lifetime_s":315360000,"received_ms":{received_ms},"claims":{{"iss":"{NOWHERE}","sub":"ada"}},
        "profile":{{"sub":"ada","name":"Ada","roles":["player","tester"]}}}}"#
    );
    sealed_session(NOWHERE, CLIENT_ID, "default", body.as_bytes())
}
