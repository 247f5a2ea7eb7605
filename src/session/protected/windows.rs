//! Memory pages for one secret on Windows.
//!
//! It may touch the pages that it has reserved itself. They stay out of the reports of Windows Error Reporting; a dump that the
//! host's own crash handler writes with all memory does show them. There is no fork, and nothing is locked into RAM.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::io::{Error, Result};
use std::ptr::{NonNull, null};

use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RELEASE, MEM_RESERVE, PAGE_READWRITE, VirtualAlloc, VirtualFree,
};
use windows_sys::core::{HRESULT, w};
use zeroize::Zeroize;

type Exclude = unsafe extern "system" fn(address: *const c_void, size: u32) -> HRESULT;
type Include = unsafe extern "system" fn(address: *const c_void) -> HRESULT;

/// Whole pages of this process that hold one secret.
pub(super) struct Pages {
    start: NonNull<u8>,
    length: usize,
    excluded: bool,
}

// SAFETY: the pages belong to this value alone, and are only read until it is dropped.
unsafe impl Send for Pages {}
// SAFETY: as above.
unsafe impl Sync for Pages {}

impl Pages {
    /// Fresh pages with a copy of `secret`.
    pub(super) fn holding(secret: &[u8]) -> Result<Self> {
        // SAFETY: fresh pages where the system likes; nothing else is touched.
        let start = unsafe { VirtualAlloc(null(), secret.len().max(1), MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE) };
        let start = NonNull::new(start.cast()).ok_or_else(Error::last_os_error)?;
        let mut pages = Self { start, length: secret.len(), excluded: false };
        pages.excluded = pages.exclude();
        pages.bytes_mut().copy_from_slice(secret);
        Ok(pages)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: committed, at least this long, zeroed by the system; released by the drop only.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, writable; `&mut self` makes it the only reference.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }

    /// False where the system is older than the function, or its list (512 entries, the host's too) is full: the secret is
    /// protected no worse than anything else of the process.
    fn exclude(&self) -> bool {
        let (Some(function), Ok(size)) =
            (kernel_function(c"WerRegisterExcludedMemoryBlock".to_bytes_with_nul()), u32::try_from(self.length.max(1)))
        else {
            return false;
        };
        // SAFETY: the documented signature of the function of this name; the address is only noted down.
        unsafe {
            let exclude = std::mem::transmute::<unsafe extern "system" fn() -> isize, Exclude>(function);
            exclude(self.start.as_ptr().cast(), size) >= 0
        }
    }

    fn include(&self) {
        if let Some(function) = kernel_function(c"WerUnregisterExcludedMemoryBlock".to_bytes_with_nul()) {
            // SAFETY: the documented signature of the function of this name; the address is one that was registered.
            unsafe {
                let include = std::mem::transmute::<unsafe extern "system" fn() -> isize, Include>(function);
                // What can't be taken off the list excludes a page that is empty from now on.
                let _ = include(self.start.as_ptr().cast());
            }
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.bytes_mut().zeroize();
        if self.excluded {
            self.include();
        }
        // SAFETY: allocated by us, released whole, and no reference outlives `self`.
        let released = unsafe { VirtualFree(self.start.as_ptr().cast(), 0, MEM_RELEASE) };
        debug_assert_ne!(released, 0, "pages of our own can be released");
    }
}

/// Looked up by name: a function that is linked and missing (Windows before 10 1703, Wine) would keep the library from loading.
fn kernel_function(name: &[u8]) -> Option<unsafe extern "system" fn() -> isize> {
    // SAFETY: a module that every process has until its end, and a name that ends with a NUL.
    unsafe { GetProcAddress(GetModuleHandleW(w!("kernel32.dll")), name.as_ptr()) }
}
