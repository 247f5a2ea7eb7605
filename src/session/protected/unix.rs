//! Memory pages for one secret on a Unix.
//!
//! It may touch the pages that it has mapped itself. On Linux they stay out of core dumps, and a forked child finds zeros in
//! them; macOS offers neither, so there they are only wiped and unmapped.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::io::{Error, Result};
use std::ptr::{NonNull, null_mut};

use zeroize::Zeroize;

/// Whole pages of this process that hold one secret. Not locked into RAM: what may be locked is little, and is the host's.
pub(super) struct Pages {
    start: NonNull<u8>,
    length: usize,
}

// SAFETY: the pages belong to this value alone, and are only read until it is dropped.
unsafe impl Send for Pages {}
// SAFETY: as above.
unsafe impl Sync for Pages {}

impl Pages {
    /// Fresh pages with a copy of `secret`.
    pub(super) fn holding(secret: &[u8]) -> Result<Self> {
        let mut pages = Self::map(secret.len())?;
        pages.shield();
        pages.bytes_mut().copy_from_slice(secret);
        Ok(pages)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: mapped readable, at least this long, zeroed by the kernel; unmapped by the drop only.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.length) }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, mapped writable; `&mut self` makes it the only reference.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.length) }
    }

    fn map(length: usize) -> Result<Self> {
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANON);
        // SAFETY: a fresh mapping where the kernel likes; nothing else is touched.
        let start = unsafe { libc::mmap(null_mut(), mapped(length), access, kind, -1, 0) };
        match NonNull::new(start) {
            Some(start) if start.as_ptr() != libc::MAP_FAILED => Ok(Self { start: start.cast(), length }),
            _ => Err(Error::last_os_error()),
        }
    }

    /// Out of core dumps, and wiped in a forked child; not left out there, because a child that drops it must not crash.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn shield(&self) {
        for advice in [libc::MADV_DONTDUMP, libc::MADV_WIPEONFORK] {
            // SAFETY: our own private mapping, whose contents these two leave alone.
            let advised = unsafe { libc::madvise(self.address(), mapped(self.length), advice) };
            if advised != 0 {
                // An old kernel: the page is as good as any on the heap.
                crate::log::debug!("memory advice {advice} is not taken here: {}", Error::last_os_error());
            }
        }
    }

    /// There is nothing to ask for.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    fn shield(&self) {}

    fn address(&self) -> *mut c_void {
        self.start.as_ptr().cast()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // The kernel clears what it takes back when it gives it to somebody, which may be late.
        self.bytes_mut().zeroize();
        // SAFETY: mapped by us with this length, and no reference outlives `self`.
        let unmapped = unsafe { libc::munmap(self.address(), mapped(self.length)) };
        debug_assert_eq!(unmapped, 0, "a mapping of our own can be unmapped");
    }
}

/// The kernel rounds up to whole pages, but refuses none at all.
fn mapped(length: usize) -> usize {
    length.max(1)
}
