//! What the background thread needs of Windows: the library must never be unloaded under it.
#![allow(unsafe_code)]

use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};

/// `FreeLibrary` really unloads, and a thread that is left over then crashes the host. False: it could not be done.
pub(super) fn pin_library() -> bool {
    let mut module = std::ptr::null_mut();
    // SAFETY: with FROM_ADDRESS the "name" is an address inside this module, and a function of it is one.
    let pinned = unsafe {
        GetModuleHandleExW(
            GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
            pin_library as *const () as *const u16,
            &mut module,
        )
    };
    pinned != 0
}

/// Windows has no signals to block.
pub(super) fn block_signals() {}
