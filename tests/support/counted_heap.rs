//! A heap that counts: `malloc` and its family, defined in this very program.
//!
//! A library allocates through the process's `malloc`, whoever defines it: on Linux a definition in the executable comes before
//! libc's, for every library of the process. So a program that takes this file in (by `#[path]`, never as part of a library)
//! counts the calls of each thread, and passes them on to libc's own. That the count sees the library's allocations is for
//! the program to prove first.

use std::cell::Cell;
use std::ffi::{c_int, c_void};

thread_local! {
    // Without a destructor and known at compile time: reading it allocates nothing.
    static CALLS: Cell<u64> = const { Cell::new(0) };
}

unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(pointer: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(alignment: usize, size: usize) -> *mut c_void;
}

fn count() {
    CALLS.set(CALLS.get() + 1);
}

/// See the module's comment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    count();
    // SAFETY: the caller's contract is malloc's.
    unsafe { __libc_malloc(size) }
}

/// See the module's comment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn calloc(number: usize, size: usize) -> *mut c_void {
    count();
    // SAFETY: the caller's contract is calloc's.
    unsafe { __libc_calloc(number, size) }
}

/// See the module's comment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn realloc(pointer: *mut c_void, size: usize) -> *mut c_void {
    count();
    // SAFETY: the caller's contract is realloc's.
    unsafe { __libc_realloc(pointer, size) }
}

/// See the module's comment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aligned_alloc(alignment: usize, size: usize) -> *mut c_void {
    count();
    // SAFETY: the caller's contract is aligned_alloc's, and memalign asks for less.
    unsafe { __libc_memalign(alignment, size) }
}

/// See the module's comment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn posix_memalign(out: *mut *mut c_void, alignment: usize, size: usize) -> c_int {
    count();
    // SAFETY: the caller's contract is posix_memalign's: `out` is writable, the alignment a power of two.
    let pointer = unsafe { __libc_memalign(alignment, size) };
    if pointer.is_null() {
        return libc::ENOMEM;
    }
    // SAFETY: as above.
    unsafe { out.write(pointer) };
    0
}

/// How many allocations this thread makes in `body`.
pub fn allocations_in(body: impl FnOnce()) -> u64 {
    let before = CALLS.get();
    body();
    CALLS.get() - before
}
