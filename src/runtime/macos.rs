//! What the background thread needs of macOS beyond a Unix: the library must never be unloaded under it.
//!
//! It may ask the dynamic loader about this library, nothing else.
#![allow(unsafe_code)]

use std::ptr::null;

/// dyld keeps a library that has thread-locals, as this one has, but promises that nowhere; a flag of `dlopen(3)` does. False: it
/// could not be done.
pub fn pin_library() -> bool {
    let mut image = libc::Dl_info {
        dli_fname: null(),
        dli_fbase: std::ptr::null_mut(),
        dli_sname: null(),
        dli_saddr: std::ptr::null_mut(),
    };
    // SAFETY: an address inside this library, and a struct to write to.
    let known = unsafe { libc::dladdr(pin_library as *const () as *const libc::c_void, &mut image) } != 0;
    let flags = libc::RTLD_LAZY | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
    // SAFETY: the loader's own copy of the path, of an image that is loaded: no code of anybody's is run.
    known && !unsafe { libc::dlopen(image.dli_fname, flags) }.is_null()
}
